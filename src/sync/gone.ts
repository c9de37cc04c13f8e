/**
 * Outlook to booking, deletions: events proven gone (`goneSince`) are decided here, each once, guarded by the brake (R3, R4, T15). A
 * removal that may be half of a move to another room waits until all rooms were read.
 */
import { isSyncError, SyncError } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import { instantOf } from '../domain/time.ts';
import { decideGone, type GoneDecision } from './gone-decision.ts';
import { closeParkedGone, guardGone } from './gone-guard.ts';
import type { SyncStore } from './ports.ts';
import type { ErrorDetail } from './results.ts';
import { type HeldRoom, withRooms } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';
import { tellUndone } from './undone.ts';

/** What became of one removal; `later`: it changed meanwhile and is looked at again. */
export interface GoneVerdict {
  readonly kind: GoneDecision['kind'] | 'later';
  readonly mapping: Mapping;
}

export interface GoneResult {
  /** Removals carried into the booking system (reservation cancelled or room unlinked), by calendar. */
  readonly cancelled: ReadonlyMap<string, number>;
  readonly moved: number;
  readonly recreated: number;
  readonly parked: number;
  /** Held for one cycle, because other rooms were not read in this run. */
  readonly held: number;
  readonly errors: readonly ErrorDetail[];
  readonly verdicts: readonly GoneVerdict[];
}

export interface GoneInput {
  /** True when every active room was read in this run: then the other half of a move would have been seen. */
  readonly allRoomsSeen: boolean;
  readonly confirm?: boolean;
  /** Only these mappings; their room was looked at on somebody's word. */
  readonly mappingIds?: readonly number[];
}

/** How long a removal waits for its other half while not every room was read: the change tick reads all of them in this time. */
const CYCLE_MS = 60_000;

const NOTHING: GoneResult = {
  cancelled: new Map(),
  moved: 0,
  recreated: 0,
  parked: 0,
  held: 0,
  errors: [],
  verdicts: [],
};

/** Decides every proven removal that may be decided now. Dry runs decide nothing. */
export async function settleGone(deps: SyncDeps, run: RunContext, input: GoneInput): Promise<GoneResult> {
  const all = await deps.store.mappings.listGone();
  const wanted = input.mappingIds === undefined ? null : new Set(input.mappingIds);
  const gone = all.filter((row) => wanted === null || wanted.has(row.id));
  if (gone.length === 0 || run.dryRun) return NOTHING;
  const cycleBefore = instantOf(deps.clock.now() - CYCLE_MS);
  const ready = gone.filter((row) => input.allRoomsSeen || (row.goneSince ?? '') < cycleBefore);
  const { allowed, revoked, parked } = await guardGone(deps, ready, input.confirm === true);
  const taken = new Set(revoked.map((row) => row.id));
  const byCalendar = Map.groupBy([...allowed, ...revoked], (row) => row.calendar);
  const outcome = await withRooms(deps, run, [...byCalendar.keys()], (held) =>
    settleRoom(deps, run, held, byCalendar.get(held.calendar) ?? [], taken),
  );
  const results = outcome.done.flatMap(({ result }) => (result.ok ? [result.value] : []));
  const verdicts = results.flatMap((result) => result.verdicts);
  const decided = new Set(verdicts.filter(({ kind }) => kind !== 'later').map(({ mapping }) => mapping.id));
  await closeParkedGone(deps, new Set(all.map((row) => row.id).filter((id) => !decided.has(id))));
  const failures = outcome.done.flatMap(({ calendar, result }): ErrorDetail[] =>
    result.ok ? [] : [{ message: result.error.message, calendar }],
  );
  return {
    ...countVerdicts(verdicts),
    parked,
    held: gone.length - ready.length,
    errors: [...results.flatMap((result) => result.errors), ...failures],
    verdicts,
  };
}

function countVerdicts(verdicts: readonly GoneVerdict[]): Pick<GoneResult, 'cancelled' | 'moved' | 'recreated'> {
  const cancelled = verdicts.filter(({ kind }) => kind === 'cancelled' || kind === 'unlinked');
  const byCalendar = Map.groupBy(cancelled, ({ mapping }) => mapping.calendar);
  return {
    cancelled: new Map([...byCalendar].map(([calendar, rows]) => [calendar, rows.length])),
    moved: verdicts.filter(({ kind }) => kind === 'moved').length,
    recreated: verdicts.filter(({ kind }) => kind === 'recreated').length,
  };
}

interface RoomGone {
  readonly verdicts: readonly GoneVerdict[];
  readonly errors: readonly ErrorDetail[];
}

/** One removal after the other; what the booking system refuses is that removal's failure and stays undecided (R8). */
async function settleRoom(
  deps: SyncDeps,
  run: RunContext,
  held: HeldRoom,
  rows: readonly Mapping[],
  revoked: ReadonlySet<number>,
): Promise<RoomGone> {
  const verdicts: GoneVerdict[] = [];
  const errors: ErrorDetail[] = [];
  for (const row of rows) {
    await held.limits();
    try {
      const kind = await deps.store.transaction((store) => settleOne(deps, run, held, store, row, revoked.has(row.id)));
      verdicts.push({ kind, mapping: row });
    } catch (error) {
      if (isSyncError(error, 'precondition-failed')) verdicts.push({ kind: 'later', mapping: row });
      else if (!isSyncError(error, 'rejected', 'transient')) throw error;
      else errors.push(errorOf(row, error.message));
    }
  }
  return { verdicts, errors };
}

function errorOf(row: Mapping, message: string): ErrorDetail {
  const { id: mappingId, calendar, type, reservationId, resourceId } = row;
  return { message, calendar, mappingId, type, reservationId, resourceId };
}

/** One removal, in one transaction that locks the reservation: two workers can neither double nor empty it. */
async function settleOne(
  deps: SyncDeps,
  run: RunContext,
  held: HeldRoom,
  store: SyncStore,
  seen: Mapping,
  revoked: boolean,
): Promise<GoneVerdict['kind']> {
  const lease = { calendar: held.calendar, token: held.lease.token };
  if (seen.type !== null && seen.reservationId !== null)
    await store.booking.lock({ type: seen.type, id: seen.reservationId });
  const [row] = await store.mappings.findByIds([seen.id]);
  if (row === undefined || row.goneSince === null || row.version !== seen.version) return 'later';
  const { kind, change, entries, warning } = await decideGone(deps, run, store, row, revoked);
  const saved = await store.mappings.save([
    { id: row.id, version: row.version, change: { ...change, goneSince: null }, lease },
  ]);
  if (saved.length === 0)
    throw new SyncError('precondition-failed', 'The mapping changed while its removal was decided.');
  if (entries.length > 0) await store.journal.append(entries);
  if (warning !== null) await tellUndone(store, row, warning);
  return kind;
}
