/** Outlook to booking over all rooms: delta rounds, then the removals they proved (S5, S80-S85). */
import type { SyncError } from '../domain/errors.ts';
import type { Room } from '../domain/room.ts';
import { instantOf } from '../domain/time.ts';
import { type GoneResult, settleGone } from './gone.ts';
import { throwIfNothingWorked } from './outage.ts';
import { type PulledRoom, pullRooms } from './pull.ts';
import type { ErrorDetail, PollDetail, PollResult, RunResult } from './results.ts';
import { type HeldRoom, type RoomOutcome, type RoomsOutcome, withShards } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

export interface PollInput {
  /** Lets the deletions of this call pass the brake (R4). */
  readonly confirm?: boolean;
}

/**
 * Polls every active room. Mailboxes that were missing or closed a moment ago are left in peace by timers; a person's call asks them
 * all. With `run.dryRun` nothing is written and `plan` says what would be.
 * @throws SyncError the rooms' own error when every single one failed; `access-denied` before others. No reservation changes then (E39).
 */
export async function pollChanges(deps: SyncDeps, run: RunContext, input: PollInput = {}): Promise<PollResult> {
  return poll(deps, run, run.trigger !== 'http', input);
}

/** Gives every active room a delta link; rooms that have one do a round (S80). What is found on the way is not lost. */
export async function initializePolling(deps: SyncDeps, run: RunContext): Promise<PollResult> {
  return poll(deps, run, false, {});
}

async function poll(deps: SyncDeps, run: RunContext, inPeace: boolean, input: PollInput): Promise<PollResult> {
  const began = deps.clock.now();
  const active = await deps.store.rooms.listActive();
  await deps.store.calendars.ensure();
  const rooms = new Map(active.map((room) => [room.calendar, room]));
  const outcome = await withShards(deps, run, [...rooms.keys()], (held) => pollShard(deps, run, held, rooms, inPeace));
  await throwIfNothingWorked(deps, outcome);
  const isComplete =
    outcome.busy.length === 0 && outcome.done.every(({ result }) => result.ok && result.value.pulled !== null);
  const gone = await settleGone(deps, run, { allRoomsSeen: isComplete, confirm: input.confirm === true });
  const details = detailsOf(outcome, rooms, gone);
  return {
    ...sumDetails(details),
    conflicts: sum(outcome, (pulled) => pulled.conflicts),
    parked: gone.parked,
    details,
    errorDetails: [...errorsOf(outcome), ...gone.errors],
    queuedCalendars: outcome.busy,
    durationMs: deps.clock.now() - began,
    stoppedEarly: outcome.busy.length > 0 && deps.clock.now() >= run.deadline,
    ...(run.dryRun
      ? { plan: outcome.done.flatMap(({ result }) => (result.ok ? (result.value.pulled?.plan ?? []) : [])) }
      : {}),
  };
}

/** A room's poll; `pulled` is null for a room left in peace. */
interface PolledRoom {
  readonly pulled: PulledRoom | null;
  /** It had no delta link before. */
  readonly isFirst: boolean;
}

async function pollShard(
  deps: SyncDeps,
  run: RunContext,
  held: readonly HeldRoom[],
  rooms: ReadonlyMap<string, Room>,
  inPeace: boolean,
): Promise<readonly RoomOutcome<PolledRoom>[]> {
  const now = instantOf(deps.clock.now());
  const isResting = ({ lease }: HeldRoom) => inPeace && (lease.state.quarantinedUntil ?? '') > now;
  const pulls = await pullRooms(
    deps,
    run,
    held.filter((room) => !isResting(room)),
    rooms,
    false,
  );
  const first = new Set(held.filter(({ lease }) => lease.state.deltaLink === null).map((room) => room.calendar));
  const polled = pulls.map(({ calendar, result }): RoomOutcome<PolledRoom> => {
    if (!result.ok) return { calendar, result };
    return { calendar, result: { ok: true, value: { pulled: result.value, isFirst: first.has(calendar) } } };
  });
  const resting = held.filter(isResting).map(({ calendar }): RoomOutcome<PolledRoom> => {
    return { calendar, result: { ok: true, value: { pulled: null, isFirst: false } } };
  });
  return [...polled, ...resting];
}

function detailsOf(
  outcome: RoomsOutcome<PolledRoom>,
  rooms: ReadonlyMap<string, Room>,
  gone: GoneResult,
): readonly PollDetail[] {
  const done = outcome.done.map(({ calendar, result }): PollDetail => {
    const base = { ...emptyDetail(calendar, rooms), deletionsProcessed: gone.cancelled.get(calendar) ?? 0 };
    if (!result.ok) return { ...base, action: 'failed', error: result.error.message };
    const { pulled, isFirst } = result.value;
    if (pulled === null) return base;
    return {
      ...base,
      action: isFirst ? 'initialized' : 'updated',
      hasDeltaToken: true,
      changesDetected: pulled.changes,
      importsDetected: pulled.imports,
      updatesApplied: pulled.updates,
    };
  });
  const busy = outcome.busy.map((calendar): PollDetail => ({ ...emptyDetail(calendar, rooms), action: 'busy' }));
  return [...done, ...busy].sort((a, b) => a.resourceId - b.resourceId);
}

function emptyDetail(calendar: string, rooms: ReadonlyMap<string, Room>): PollDetail {
  return {
    calendar,
    resourceId: rooms.get(calendar)?.resourceId ?? 0,
    action: 'skipped',
    hasDeltaToken: false,
    changesDetected: 0,
    deletionsProcessed: 0,
    importsDetected: 0,
    updatesApplied: 0,
  };
}

type Sums = Omit<PollResult, keyof RunResult | 'conflicts' | 'parked' | 'details'>;

function sumDetails(details: readonly PollDetail[]): Sums {
  const count = (action: PollDetail['action']) => details.filter((detail) => detail.action === action).length;
  const total = (field: 'changesDetected' | 'deletionsProcessed' | 'importsDetected' | 'updatesApplied') =>
    details.reduce((all, detail) => all + detail[field], 0);
  return {
    calendarsChecked: count('initialized') + count('updated'),
    calendarsInitialized: count('initialized'),
    calendarsUpdated: count('updated'),
    calendarsFailed: count('failed'),
    changesDetected: total('changesDetected'),
    deletionsProcessed: total('deletionsProcessed'),
    importsDetected: total('importsDetected'),
    updatesApplied: total('updatesApplied'),
  };
}

function sum(outcome: RoomsOutcome<PolledRoom>, figure: (pulled: PulledRoom) => number): number {
  return outcome.done.reduce(
    (all, { result }) => all + (result.ok && result.value.pulled !== null ? figure(result.value.pulled) : 0),
    0,
  );
}

function errorsOf(outcome: RoomsOutcome<PolledRoom>): readonly ErrorDetail[] {
  return outcome.done.flatMap(({ calendar, result }): readonly ErrorDetail[] => {
    if (!result.ok) return [{ message: result.error.message, calendar, ...codeOf(result.error) }];
    return result.value.pulled?.errors ?? [];
  });
}

function codeOf(error: SyncError): { code?: string } {
  return error.code === undefined ? {} : { code: error.code };
}
