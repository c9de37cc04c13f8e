/**
 * Room leases (D6, R12): every path that touches Graph for a room holds that room's lease. A lease is a row on the database's
 * clock with a fencing token; a holder that overslept can neither write mappings (the token is checked in the statement) nor
 * keep Graph requests open (they are aborted at `deadline`, which lies before the lease's end).
 */
import pLimit from 'p-limit';
import { isSyncError, SyncError } from '../domain/errors.ts';
import type { CallLimits, RoomLease } from './ports.ts';
import type { RunContext, SyncDeps } from './settings.ts';

/** Share of a lease that is never used for requests: what a slow clock or a late abort may cost. */
const MARGIN = 0.2;
/** A holder renews when less than this share is left. */
const RENEW_BELOW = 0.5;
/** Pause between attempts to get a lease that somebody else holds. */
const RETRY_MS = 250;

/** A room we may work on. Call `limits()` before each step: it renews the lease when needed, or throws `lease-lost`. */
export interface HeldRoom {
  readonly calendar: string;
  readonly lease: RoomLease;
  /** True when another worker held the room before us during this call: rows read earlier are stale. */
  readonly waited: boolean;
  limits(): Promise<CallLimits>;
}

export interface RoomOutcome<T> {
  readonly calendar: string;
  readonly result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: SyncError };
}

export interface RoomsOutcome<T> {
  readonly done: readonly RoomOutcome<T>[];
  /** Held by others until our patience ended; their signal was raised. */
  readonly busy: readonly string[];
}

/**
 * Leases `calendars` (in shards, `roomConcurrency` side by side), runs `work` on each, gives the leases back. One room's failure is
 * that room's (R8): it is returned, not thrown. What stays leased by others is signalled, so that nothing asked for is lost.
 * A run whose deadline has come leaves the rest to the next one, signalled as well.
 */
export async function withRooms<T>(
  deps: SyncDeps,
  run: RunContext,
  calendars: readonly string[],
  work: (room: HeldRoom) => Promise<T>,
): Promise<RoomsOutcome<T>> {
  return withShards(deps, run, calendars, (rooms) => eachRoom(deps, rooms, work));
}

/** The same for work that reads a whole shard of held rooms at once; it answers one outcome per room (see `eachRoom`). */
export async function withShards<T>(
  deps: SyncDeps,
  run: RunContext,
  calendars: readonly string[],
  work: (rooms: readonly HeldRoom[]) => Promise<readonly RoomOutcome<T>[]>,
): Promise<RoomsOutcome<T>> {
  const done: RoomOutcome<T>[] = [];
  let waiting = [...new Set(calendars)];
  let waited = false;
  const patience = deps.clock.now() + (run.trigger === 'http' ? deps.settings.leaseWaitMs : 0);
  while (waiting.length > 0) {
    const missed: string[] = [];
    for (let at = 0; at < waiting.length; at += deps.settings.shardSize) {
      const shard = waiting.slice(at, at + deps.settings.shardSize);
      if (deps.clock.now() >= run.deadline) {
        missed.push(...shard);
        continue;
      }
      const outcome = await workShard(deps, shard, waited, work);
      done.push(...outcome.done);
      missed.push(...outcome.missed);
    }
    waiting = missed;
    const now = deps.clock.now();
    if (waiting.length === 0 || now >= patience || now >= run.deadline) break;
    await deps.clock.sleep(RETRY_MS);
    waited = true;
  }
  if (waiting.length > 0) {
    await deps.store.calendars.signal(waiting);
    await deps.wakeUps.wake(waiting, 'room was busy');
  }
  return { done, busy: waiting };
}

/** Limits of a read that mixes rooms: it ends with the lease that ends first. */
export async function commonLimits(rooms: readonly HeldRoom[]): Promise<CallLimits> {
  const all = await allEnded(rooms.map((room) => room.limits()));
  return { deadline: Math.min(...all.map((limits) => limits.deadline)) };
}

/** Works on held rooms side by side, each on its own. */
export function eachRoom<T>(
  deps: SyncDeps,
  rooms: readonly HeldRoom[],
  work: (room: HeldRoom) => Promise<T>,
): Promise<readonly RoomOutcome<T>[]> {
  const limit = pLimit(deps.settings.roomConcurrency);
  return allEnded(rooms.map((room) => limit(() => workRoom(room.calendar, () => work(room)))));
}

/**
 * Like `Promise.all`, but a failure waits for the others: whoever gives leases back upon it must not leave somebody behind who still
 * works under them (R12).
 */
export async function allEnded<T>(parts: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(parts);
  return Promise.all(parts);
}

async function workShard<T>(
  deps: SyncDeps,
  shard: readonly string[],
  waited: boolean,
  work: (rooms: readonly HeldRoom[]) => Promise<readonly RoomOutcome<T>[]>,
): Promise<{ done: readonly RoomOutcome<T>[]; missed: string[] }> {
  const claimedAt = deps.clock.now();
  const leases = await deps.store.calendars.claim(shard, deps.ids.uuid(), deps.settings.leaseMs);
  const claimed = new Set(leases.map((lease) => lease.calendar));
  const missed = shard.filter((calendar) => !claimed.has(calendar));
  if (leases.length === 0) return { done: [], missed };
  try {
    return { done: await work(leases.map((lease) => holdRoom(deps, lease, claimedAt, waited))), missed };
  } finally {
    await deps.store.calendars.release(leases);
  }
}

async function workRoom<T>(calendar: string, work: () => Promise<T>): Promise<RoomOutcome<T>> {
  try {
    return { calendar, result: { ok: true, value: await work() } };
  } catch (error) {
    if (!isSyncError(error)) throw error;
    return { calendar, result: { ok: false, error } };
  }
}

/** A lease as something to work under; `claimedAt` is read before the claim, so our idea of its end is never too late. */
function holdRoom(deps: SyncDeps, lease: RoomLease, claimedAt: number, waited: boolean): HeldRoom {
  const { leaseMs } = deps.settings;
  let since = claimedAt;
  return {
    calendar: lease.calendar,
    lease,
    waited,
    async limits() {
      const asked = deps.clock.now();
      if (since + leaseMs - asked < leaseMs * RENEW_BELOW) {
        const kept = await deps.store.calendars.renew([lease], leaseMs);
        if (!kept.includes(lease.calendar)) {
          throw new SyncError(
            'lease-lost',
            'The lease on the room ran out while working on it; the next run continues.',
          );
        }
        since = asked;
      }
      return { deadline: since + leaseMs * (1 - MARGIN) };
    },
  };
}
