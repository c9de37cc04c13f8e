/**
 * First contact with a room calendar, or the first after an operator's reset (E36): one read of the whole window before anything is
 * created. Events that carry our marker go back to their mappings, everybody else's are noted as imports, so that what stands in
 * Outlook already is recognised (see `doubles.ts`). That is what makes a lost mapping table harmless.
 */
import type { Room } from '../domain/room.ts';
import { instantOf } from '../domain/time.ts';
import { padSpan, windowOf } from '../domain/window.ts';
import { journalEntry } from './journal-entries.ts';
import { observeSpans } from './observe-spans.ts';
import { pullRoom } from './pull.ts';
import { isHollow } from './pull-marked.ts';
import type { HeldRoom } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

/** Later than any reservation: what is listed for discovery from here on is hollow. */
const END_OF_TIME = '9999-12-31 00:00:00';

/** Whether the room must be looked through before the next create. */
export function needsAdoption(room: HeldRoom, hollow: boolean): boolean {
  return room.lease.state.lastBaselineAt === null || hollow;
}

/** Looks through a held room. What a reset left behind and nobody claimed goes (T18). Throws when the calendar cannot be read. */
export async function adoptEvents(deps: SyncDeps, run: RunContext, held: HeldRoom, room: Room): Promise<void> {
  const { zone, windowPastDays, windowFutureDays } = deps.settings;
  const { span } = windowOf(deps.clock.now(), zone, windowPastDays, windowFutureDays, room.horizonDays);
  const [outcome] = await observeSpans(deps, [held], () => padSpan(span));
  if (outcome === undefined) return;
  if (!outcome.ok) throw outcome.error;
  await pullRoom(deps, run, outcome.observation, room);
  await removeHollow(deps, run, held, room);
  const { calendar } = held;
  await deps.store.calendars.save([{ calendar, token: held.lease.token, lastBaselineAt: instantOf(deps.clock.now()) }]);
}

async function removeHollow(deps: SyncDeps, run: RunContext, held: HeldRoom, room: Room): Promise<void> {
  const listed = await deps.store.mappings.listForDiscovery([{ resourceId: room.resourceId, from: END_OF_TIME }]);
  const hollow = listed.filter((row) => isHollow(row) && row.calendar === held.calendar);
  if (hollow.length === 0) return;
  await deps.store.transaction(async (store) => {
    const removed = new Set(await store.mappings.remove(hollow));
    await store.journal.append(
      hollow
        .filter((row) => removed.has(row.id))
        .map((row) =>
          journalEntry(run, row, { action: 'mapping-removed', reason: 'Neither reservation nor event after a reset' }),
        ),
    );
  });
}
