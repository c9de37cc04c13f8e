/** E47 with policy `revert`: what a clerk changed on a person's meeting is undone, as its organiser alone can change it in Outlook. */
import { canonicalOfEvent, hashFields } from '../domain/content.ts';
import { isSyncError } from '../domain/errors.ts';
import type { Room } from '../domain/room.ts';
import { applyEdit } from './edits.ts';
import { planEdit } from './pull-plan.ts';
import type { PushStep } from './push-plan.ts';
import type { HeldRoom } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

/** Writes the organiser's version into the booking system. What cannot be read or written now stays pending. */
export async function restoreMeetings(
  deps: SyncDeps,
  run: RunContext,
  held: HeldRoom,
  steps: readonly PushStep[],
  rooms: ReadonlyMap<number, Room>,
): Promise<void> {
  const wanted = steps.filter((step) => step.restore !== null && step.mapping.eventId !== null);
  if (wanted.length === 0) return;
  const events = await deps.calendars.getEvents(
    wanted.map(({ mapping }) => ({ calendar: held.calendar, eventId: mapping.eventId ?? '' })),
    await held.limits(),
  );
  for (const [index, { mapping, restore }] of wanted.entries()) {
    const outcome = events[index];
    const room = rooms.get(mapping.resourceId);
    if (outcome?.ok !== true || restore === null || room === undefined) continue;
    const event = outcome.value;
    const outlook = hashFields(canonicalOfEvent(event, deps.settings, mapping.origin));
    const step = planEdit(event, mapping, restore, outlook, { room, settings: deps.settings });
    await applyEdit(deps, run, held, step).catch((error: unknown) => {
      if (!isSyncError(error, 'rejected', 'precondition-failed')) throw error;
    });
  }
}
