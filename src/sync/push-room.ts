/** The push of one held room: recover, adopt at first contact, plan, apply. */
import type { SyncError } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import { type ReservationKey, type ReservationState, reservationLabel } from '../domain/reservation.ts';
import type { Room } from '../domain/room.ts';
import { instantOf } from '../domain/time.ts';
import { padSpan, windowOf } from '../domain/window.ts';
import { adoptMarkedEvents, needsAdoption } from './adopt.ts';
import { applyWrites } from './apply.ts';
import type { AppliedWrite } from './intents.ts';
import { journalEntry } from './journal-entries.ts';
import { type PushStep, planPush } from './push-plan.ts';
import { recoverIntents } from './recover.ts';
import { restoreMeetings } from './restore-meeting.ts';
import type { PushDetail } from './results.ts';
import type { HeldRoom } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

export interface RoomPush {
  readonly mappings: readonly Mapping[];
  readonly rooms: ReadonlyMap<number, Room>;
  readonly hollow: boolean;
}

export interface RoomPushResult {
  /** By mapping id. */
  readonly details: ReadonlyMap<number, PushDetail>;
  readonly stopped: SyncError | null;
}

/**
 * Pushes `push.mappings` of a held room. Rows that another worker finished meanwhile are left out of the answer.
 */
export async function pushRoom(
  deps: SyncDeps,
  run: RunContext,
  held: HeldRoom,
  push: RoomPush,
): Promise<RoomPushResult> {
  const recovered = await recoverIntents(deps, run, held, await deps.store.intents.listOpen([held.calendar]));
  const adopted = await adoptAtFirst(deps, run, held, push);
  const stale = held.waited || recovered || adopted;
  const mappings = stale ? await rereadPushable(deps, push.mappings) : push.mappings;
  const states = await readStates(deps, mappings);
  const now = instantOf(deps.clock.now());
  const steps = mappings.map((mapping) =>
    planPush(mapping, { states, rooms: push.rooms, now, settings: deps.settings }),
  );
  await saveRowsAlone(deps, run, held, steps);
  await restoreMeetings(deps, run, held, steps, push.rooms);
  const writes = steps.flatMap((step) => (step.write === null ? [] : [step.write]));
  const result = await applyWrites(deps, run, held, writes);
  const applied = new Map(result.applied.map((write) => [write.planned.mapping.id, write]));
  return {
    details: new Map(steps.map((step) => [step.mapping.id, detailOfStep(step, applied.get(step.mapping.id))])),
    stopped: result.stopped,
  };
}

async function adoptAtFirst(deps: SyncDeps, run: RunContext, held: HeldRoom, push: RoomPush): Promise<boolean> {
  if (!needsAdoption(held, push.hollow)) return false;
  const resourceId = held.lease.state.resourceId;
  const { zone, windowPastDays, windowFutureDays } = deps.settings;
  const horizon = push.rooms.get(resourceId)?.horizonDays ?? null;
  const { span } = windowOf(deps.clock.now(), zone, windowPastDays, windowFutureDays, horizon);
  return adoptMarkedEvents(deps, run, held, resourceId, padSpan(span));
}

/** Rows as they are now; those another worker finished meanwhile drop out. */
async function rereadPushable(deps: SyncDeps, mappings: readonly Mapping[]): Promise<readonly Mapping[]> {
  const fresh = new Map(
    (await deps.store.mappings.findByIds(mappings.map((mapping) => mapping.id))).map((row) => [row.id, row]),
  );
  return mappings.flatMap((mapping) => {
    const row = fresh.get(mapping.id);
    if (row === undefined) return [];
    const finished =
      row.version !== mapping.version &&
      row.status !== 'pending' &&
      row.status !== 'error' &&
      row.status !== 'conflict';
    return finished ? [] : [row];
  });
}

/** Current states of the mappings' reservations, by label. */
export async function readStates(
  deps: SyncDeps,
  mappings: readonly Mapping[],
): Promise<ReadonlyMap<string, ReservationState>> {
  const keys = mappings.flatMap((mapping): ReservationKey[] =>
    mapping.type === null || mapping.reservationId === null ? [] : [{ type: mapping.type, id: mapping.reservationId }],
  );
  const states = keys.length === 0 ? [] : await deps.store.booking.readStates(keys);
  return new Map(states.map((state) => [reservationLabel(state), state]));
}

async function saveRowsAlone(
  deps: SyncDeps,
  run: RunContext,
  held: HeldRoom,
  steps: readonly PushStep[],
): Promise<void> {
  const lease = { calendar: held.calendar, token: held.lease.token };
  const saves = steps.flatMap(({ mapping, change }) =>
    change === null ? [] : [{ id: mapping.id, version: mapping.version, change, lease }],
  );
  if (saves.length === 0) return;
  await deps.store.transaction(async (store) => {
    const saved = new Set(await store.mappings.save(saves));
    const conflicts = steps.filter(({ mapping, change }) => change?.status === 'conflict' && saved.has(mapping.id));
    if (conflicts.length > 0) {
      await store.journal.append(
        conflicts.map(({ mapping, error }) =>
          journalEntry(run, mapping, { action: 'conflict-recorded', reason: error ?? '' }),
        ),
      );
    }
  });
}

function detailOfStep(step: PushStep, applied: AppliedWrite | undefined): PushDetail {
  if (step.write === null || applied === undefined) return detailOf(step.mapping, step.action, step.title, step.error);
  const action =
    applied.action === 'waiting' || applied.action === 'skipped' || applied.action === 'resolve'
      ? 'unchanged'
      : applied.action;
  return { ...detailOf(step.mapping, action, step.title, applied.error), eventId: applied.eventId };
}

/** A list entry for a mapping. */
export function detailOf(
  mapping: Mapping,
  action: PushDetail['action'],
  title: string | null,
  error: string | null,
): PushDetail {
  return {
    type: mapping.type ?? 'event',
    reservationId: mapping.reservationId ?? 0,
    resourceId: mapping.resourceId,
    action,
    eventId: mapping.eventId,
    title: title ?? mapping.subject,
    ...(error === null ? {} : { error }),
  };
}
