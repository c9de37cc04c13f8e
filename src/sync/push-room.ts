/** The push of one held room: recover, adopt at first contact, plan, apply. */
import type { SyncError } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { ReservationState } from '../domain/reservation.ts';
import type { Room } from '../domain/room.ts';
import { instantOf } from '../domain/time.ts';
import { adoptEvents, needsAdoption } from './adopt.ts';
import { applyWrites } from './apply.ts';
import { doubtOf, findDoubles, linkDoubles } from './doubles.ts';
import type { AppliedWrite } from './intents.ts';
import { journalEntry } from './journal-entries.ts';
import { adoptLostEvents } from './lost-events.ts';
import { type PushStep, planPush } from './push-plan.ts';
import { recoverIntents } from './recover.ts';
import { readStates } from './reservation-states.ts';
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
  const room = [...push.rooms.values()].find(({ calendar }) => calendar === held.calendar);
  const adopts = room !== undefined && needsAdoption(held, push.hollow);
  if (adopts) await adoptEvents(deps, run, held, room);
  const stale = held.waited || recovered || adopts;
  const picked = stale ? await rereadPushable(deps, push.mappings) : push.mappings;
  const states = await readStates(deps, picked);
  const { mappings, doubts } = await settleDoubles(deps, run, held, { room, picked, states });
  const now = instantOf(deps.clock.now());
  const steps = mappings.map((mapping) =>
    planPush(mapping, { states, rooms: push.rooms, doubts, now, settings: deps.settings }),
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

interface Picked {
  /** Undefined for a calendar that no room uses any more. */
  readonly room: Room | undefined;
  readonly picked: readonly Mapping[];
  readonly states: ReadonlyMap<string, ReservationState>;
}

/** Reservations that stand in Outlook already, as our own events or as somebody's, get their events; doubtful ones come back with the reason not to write them. */
async function settleDoubles(
  deps: SyncDeps,
  run: RunContext,
  held: HeldRoom,
  { room, picked, states }: Picked,
): Promise<{ mappings: readonly Mapping[]; doubts: ReadonlyMap<number, string> }> {
  if (room === undefined) return { mappings: picked, doubts: new Map() };
  const { adopted, unknown } = await adoptLostEvents(deps, run, held, picked, states);
  const known = picked.filter(({ id }) => !unknown.has(id));
  const creatable = adopted.size === 0 ? known : await rereadPushable(deps, known);
  const { exact, doubtful } = await findDoubles(deps, held, creatable, states);
  const doubts = new Map(doubtful.map((pair) => [pair.mapping.id, doubtOf(pair)]));
  const linked = await linkDoubles(deps, run, held, room, exact);
  const undecided = new Set(exact.map(({ mapping }) => mapping.id).filter((id) => !linked.has(id)));
  const left = creatable.filter((mapping) => !undecided.has(mapping.id));
  return { mappings: linked.size === 0 ? left : await rereadPushable(deps, left), doubts };
}

/** Rows as they are now; those another worker finished meanwhile drop out. */
async function rereadPushable(deps: SyncDeps, mappings: readonly Mapping[]): Promise<readonly Mapping[]> {
  const fresh = new Map(
    (await deps.store.mappings.findByIds(mappings.map((mapping) => mapping.id))).map((row) => [row.id, row]),
  );
  return mappings.flatMap((mapping) => {
    const row = fresh.get(mapping.id);
    // Gone, or its room was pointed elsewhere meanwhile (E14): there it needs the other calendar's lease.
    if (row === undefined || row.calendar !== mapping.calendar) return [];
    const finished =
      row.version !== mapping.version &&
      row.status !== 'pending' &&
      row.status !== 'error' &&
      row.status !== 'conflict';
    return finished ? [] : [row];
  });
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
