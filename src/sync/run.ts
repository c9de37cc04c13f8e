/**
 * One complete pass over rooms, both directions under one lease: recover, pull, discover, cancel, push. The change tick and the room
 * queue run it; with nothing changed it costs a few set-based statements and one delta round per room, packed 20 to a request.
 */
import type { Room } from '../domain/room.ts';
import { instantOf } from '../domain/time.ts';
import { wallNow } from '../domain/wall-clock.ts';
import { type Cancellation, cancelInRoom } from './cancel-room.ts';
import { closeParked, dueOf, type Guarded, guardVanished } from './cancellation-guard.ts';
import type { Mappings } from './cancellation-rows.ts';
import { reenable, stillVanished } from './cancellations.ts';
import { applyDiscovery, observe } from './discover.ts';
import { settleGone } from './gone.ts';
import { type PulledRoom, pullRooms } from './pull.ts';
import { pushRoom } from './push-room.ts';
import type { ErrorDetail, PushDetail } from './results.ts';
import { eachRoom, type HeldRoom, type RoomOutcome, withShards } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

export interface PassInput {
  /** Only these room calendars; absent: every active room. */
  readonly calendars?: readonly string[];
  /** Read Outlook too. False for rooms whose webhook is proven alive. */
  readonly pull: boolean;
}

export interface PassResult {
  readonly rooms: number;
  readonly busy: readonly string[];
  /** Counts per kind of work, for the run record. */
  readonly counts: Readonly<Record<string, number>>;
  readonly errors: readonly ErrorDetail[];
}

/** Rows one room may push in one pass; the deadline ends a pass earlier. */
const PUSH_LIMIT = 10_000;

/** Runs a pass. One room's failure is that room's; what was not reached is signalled for the next pass. */
export async function passRooms(deps: SyncDeps, run: RunContext, input: PassInput): Promise<PassResult> {
  const active = await deps.store.rooms.listActive();
  await deps.store.calendars.ensure();
  const wanted = input.calendars === undefined ? null : new Set(input.calendars);
  const rooms = new Map(
    active.filter((room) => wanted === null || wanted.has(room.calendar)).map((room) => [room.calendar, room]),
  );
  const byResource = new Map(active.map((room) => [room.resourceId, room]));
  const outcome = await withShards(deps, run, [...rooms.keys()], (held) =>
    passShard(deps, run, held, { rooms, byResource, pull: input.pull }),
  );
  const tallies = outcome.done.flatMap(({ result }) => (result.ok ? [result.value] : []));
  const allRoomsSeen =
    wanted === null &&
    outcome.busy.length === 0 &&
    tallies.length === rooms.size &&
    tallies.every((tally) => tally.pulled);
  const gone = input.pull ? await settleGone(deps, run, { allRoomsSeen }) : null;
  const counts = sum([...tallies.map((tally) => tally.counts), gone === null ? {} : goneCounts(gone)]);
  const errors = [
    ...tallies.flatMap((tally) => tally.errors),
    ...(gone?.errors ?? []),
    ...outcome.done.flatMap(({ calendar, result }) => (result.ok ? [] : [{ message: result.error.message, calendar }])),
  ];
  return { rooms: rooms.size, busy: outcome.busy, counts, errors };
}

interface Tally {
  readonly pulled: boolean;
  readonly counts: Readonly<Record<string, number>>;
  readonly errors: readonly ErrorDetail[];
}

interface Shard {
  readonly rooms: ReadonlyMap<string, Room>;
  readonly byResource: ReadonlyMap<number, Room>;
  readonly pull: boolean;
}

async function passShard(
  deps: SyncDeps,
  run: RunContext,
  held: readonly HeldRoom[],
  shard: Shard,
): Promise<readonly RoomOutcome<Tally>[]> {
  const now = instantOf(deps.clock.now());
  const awake = held.filter((room) => (room.lease.state.quarantinedUntil ?? '') <= now);
  const pulls = shard.pull ? await pullRooms(deps, run, awake, shard.rooms, false) : [];
  const pulled = new Map(pulls.map(({ calendar, result }) => [calendar, result]));
  const reachable = awake.filter((room) => {
    const result = pulled.get(room.calendar);
    return (
      result === undefined ||
      result.ok ||
      (result.error.kind !== 'access-denied' && result.error.kind !== 'room-unavailable')
    );
  });
  const here = reachable.flatMap((room) => shard.rooms.get(room.calendar) ?? []);
  const plan = await observe(deps, here, false);
  const found = await applyDiscovery(deps, run, plan);
  const cancellations = await planCancellations(deps, run, here);
  const picked = await deps.store.mappings.pickPushable({
    limit: PUSH_LIMIT,
    calendars: reachable.map((room) => room.calendar),
    dueAt: now,
  });
  const byCalendar = Map.groupBy(picked, (mapping) => mapping.calendar);
  const outcomes = await eachRoom(deps, reachable, async (room): Promise<Tally> => {
    const due = cancellations.due.get(room.calendar) ?? [];
    const cancelled =
      due.length === 0 ? [] : (await cancelInRoom(deps, run, room, due, (ids) => stillVanished(deps, ids))).rows;
    const mappings = byCalendar.get(room.calendar) ?? [];
    const push =
      mappings.length === 0
        ? null
        : await pushRoom(deps, run, room, {
            mappings,
            rooms: shard.byResource,
            hollow: plan.hollow.has(room.calendar),
          });
    const details = [...(push?.details.values() ?? [])];
    const result = pulled.get(room.calendar);
    if (push?.stopped != null) throw push.stopped;
    return {
      pulled: result?.ok ?? false,
      counts: sum([
        pullCounts(result),
        pushCounts(details),
        { cancelled: cancelled.filter((row) => row.outcome === 'deleted' || row.outcome === 'row-only').length },
      ]),
      errors: errorsOf(room, result, details),
    };
  });
  if (cancellations.vanished.length > 0) await closeParked(deps, [], cancellations.vanished);
  const shared = {
    discovered: found.created,
    flagged: found.updated,
    reenabled: cancellations.reenabled,
    parked: cancellations.parked,
  };
  const [first, ...rest] = outcomes;
  if (first === undefined || !first.result.ok) return outcomes;
  const value = { ...first.result.value, counts: sum([first.result.value.counts, shared]) };
  return [{ ...first, result: { ok: true, value } }, ...rest];
}

async function planCancellations(deps: SyncDeps, run: RunContext, rooms: readonly Room[]) {
  const resourceIds = rooms.map((room) => room.resourceId);
  const hiddenAfter = wallNow(deps.clock.now(), deps.settings.zone);
  const vanished = await deps.store.booking.findVanished({ resourceIds, hiddenAfter });
  const back = await deps.store.booking.findReenabled({ resourceIds });
  const ids = [...vanished, ...back].map((row) => row.mappingId);
  const mappings: Mappings = new Map(
    (ids.length === 0 ? [] : await deps.store.mappings.findByIds(ids)).map((row) => [row.id, row]),
  );
  const guarded = await guardVanished(deps, run, vanished, mappings, false);
  const reenabled = await reenable(deps, run, back, mappings);
  return { vanished, reenabled, parked: guarded.parked, due: dueByCalendar(guarded, mappings) };
}

function dueByCalendar(guarded: Guarded, mappings: Mappings): ReadonlyMap<string, readonly Cancellation[]> {
  const due = new Map<string, Cancellation[]>();
  for (const row of guarded.allowed) {
    const calendar = mappings.get(row.mappingId)?.calendar ?? '';
    due.set(calendar, [...(due.get(calendar) ?? []), dueOf(row, guarded)]);
  }
  return due;
}

type Pulled = RoomOutcome<PulledRoom>['result'];

function pullCounts(result: Pulled | undefined): Record<string, number> {
  if (result === undefined || !result.ok) return {};
  const { changes, imports, updates, gone, conflicts } = result.value;
  return { changes, imports, updates, gone, conflicts };
}

function pushCounts(details: readonly PushDetail[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { action } of details) counts[action] = (counts[action] ?? 0) + 1;
  return counts;
}

function goneCounts(gone: Awaited<ReturnType<typeof settleGone>>): Record<string, number> {
  const cancelled = [...gone.cancelled.values()].reduce((total, count) => total + count, 0);
  return { cancelledFromOutlook: cancelled, moved: gone.moved, recreated: gone.recreated, parked: gone.parked };
}

function errorsOf(room: HeldRoom, result: Pulled | undefined, details: readonly PushDetail[]): ErrorDetail[] {
  const pull =
    result === undefined
      ? []
      : result.ok
        ? result.value.errors
        : [{ message: result.error.message, calendar: room.calendar }];
  const push = details.flatMap((detail) =>
    detail.action === 'error'
      ? [
          {
            message: detail.error ?? 'failed',
            calendar: room.calendar,
            resourceId: detail.resourceId,
            type: detail.type,
            reservationId: detail.reservationId,
          },
        ]
      : [],
  );
  return [...pull, ...push];
}

function sum(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const part of parts) for (const [key, value] of Object.entries(part)) total[key] = (total[key] ?? 0) + value;
  return total;
}
