/** Booking-side cancellations and re-enables (T8, T9, T10): detected by one anti-join, guarded by the brake, proven again under the lease. */
import { toReenabled } from '../domain/mapping-states.ts';
import { wallNow } from '../domain/wall-clock.ts';
import { type CancelledRow, cancelInRoom, type RoomCancellations } from './cancel-room.ts';
import { closeParked, dueOf, type Guarded, guardVanished } from './cancellation-guard.ts';
import {
  calendarOf,
  type Mappings,
  planCancelled,
  planReenabled,
  REENABLED_REASON,
  rowsOf,
} from './cancellation-rows.ts';
import { discover } from './discover.ts';
import { journalEntry } from './journal-entries.ts';
import type { VanishedRow } from './ports.ts';
import type { CancellationsResult, ErrorDetail } from './results.ts';
import { type RoomsOutcome, withRooms } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

export interface DetectInput {
  readonly resourceIds?: readonly number[];
  /** Lets the cancellations of this call pass the brake (2.7). */
  readonly confirm?: boolean;
}

/** Finds and carries out cancellations, then resets re-enabled reservations to pending (S61-S68). */
export async function detectCancellations(
  deps: SyncDeps,
  run: RunContext,
  input: DetectInput = {},
): Promise<CancellationsResult> {
  const began = deps.clock.now();
  const scope = input.resourceIds === undefined ? {} : { resourceIds: input.resourceIds };
  const vanished = await deps.store.booking.findVanished({ ...scope, hiddenAfter: wallNow(began, deps.settings.zone) });
  const found = await deps.store.booking.findReenabled(scope);
  const mappings = await byId(deps, [...vanished, ...found]);
  const guarded = await guardVanished(deps, run, vanished, mappings, input.confirm === true);
  const reenabledRows = rowsOf(found, mappings, 1);
  const cancelledRows = rowsOf(vanished, mappings, null);
  const base = {
    cancelled: cancelledRows,
    reenabled: reenabledRows,
    detected: cancelledRows.length + reenabledRows.length,
  };
  if (run.dryRun) {
    const plan = [...planCancelled(guarded.allowed, vanished, mappings), ...planReenabled(found, mappings)];
    return { ...base, ...NOTHING_DONE, parked: guarded.parked, durationMs: deps.clock.now() - began, plan };
  }
  await deps.store.calendars.ensure();
  await releaseHolds(deps);
  const outcome = await cancelAll(deps, run, guarded, vanished, mappings);
  const resets = await reenable(deps, run, found, mappings);
  await closeParked(deps, outcome.rows, vanished);
  // E15: a reservation that moved to another room gets its new mapping in the same run.
  if (vanished.some((row) => row.reason === 'unlinked')) await discover(deps, run);
  const done = outcome.rows.filter((row) => row.outcome === 'deleted' || row.outcome === 'row-only');
  return {
    ...base,
    processed: done.length + resets,
    outlookDeletions: outcome.rows.filter((row) => row.outcome === 'deleted').length,
    pendingResets: resets,
    parked: guarded.parked,
    errors: outcome.rows.filter((row) => row.outcome === 'failed').length,
    errorDetails: outcome.errorDetails,
    queuedCalendars: outcome.busy,
    durationMs: deps.clock.now() - began,
    stoppedEarly: deps.clock.now() >= run.deadline,
  };
}

/** Re-enables only (S69-S71). */
export async function detectReenabled(deps: SyncDeps, run: RunContext): Promise<CancellationsResult> {
  const began = deps.clock.now();
  const found = await deps.store.booking.findReenabled({});
  const mappings = await byId(deps, found);
  const reenabled = rowsOf(found, mappings, 1);
  const base = { ...NOTHING_DONE, cancelled: [], reenabled, detected: reenabled.length, parked: 0 };
  if (run.dryRun) return { ...base, durationMs: deps.clock.now() - began, plan: planReenabled(found, mappings) };
  const resets = await reenable(deps, run, found, mappings);
  return { ...base, processed: resets, pendingResets: resets, durationMs: deps.clock.now() - began };
}

const NOTHING_DONE = {
  processed: 0,
  outlookDeletions: 0,
  pendingResets: 0,
  errors: 0,
  errorDetails: [],
  queuedCalendars: [],
  stoppedEarly: false,
} as const;

async function byId(deps: SyncDeps, rows: readonly { mappingId: number }[]): Promise<Mappings> {
  const ids = rows.map((row) => row.mappingId);
  return new Map((ids.length === 0 ? [] : await deps.store.mappings.findByIds(ids)).map((row) => [row.id, row]));
}

interface CancelOutcome {
  readonly rows: readonly CancelledRow[];
  readonly errorDetails: readonly ErrorDetail[];
  readonly busy: readonly string[];
}

async function cancelAll(
  deps: SyncDeps,
  run: RunContext,
  guarded: Guarded,
  vanished: readonly VanishedRow[],
  mappings: Mappings,
): Promise<CancelOutcome> {
  const { allowed } = guarded;
  if (vanished.length === 0 || allowed.length === 0) return { rows: [], errorDetails: [], busy: [] };
  const byCalendar = Map.groupBy(allowed, (row) => calendarOf(row, mappings));
  const outcome = await withRooms(deps, run, [...byCalendar.keys()], (held) => {
    const due = (byCalendar.get(held.calendar) ?? []).map((row) => dueOf(row, guarded));
    return cancelInRoom(deps, run, held, due, (mappingIds) => stillVanished(deps, mappingIds));
  });
  return gather(outcome);
}

/** The proof, taken again under the lease. */
export async function stillVanished(deps: SyncDeps, mappingIds: readonly number[]): Promise<ReadonlySet<number>> {
  const hiddenAfter = wallNow(deps.clock.now(), deps.settings.zone);
  const rows = await deps.store.booking.findVanished({ mappingIds, hiddenAfter });
  return new Set(rows.map((row) => row.mappingId));
}

function gather(outcome: RoomsOutcome<RoomCancellations>): CancelOutcome {
  const rows: CancelledRow[] = [];
  const errorDetails: ErrorDetail[] = [];
  for (const { calendar, result } of outcome.done) {
    const stopped = result.ok ? result.value.stopped : result.error;
    if (stopped !== null) errorDetails.push({ message: stopped.message, calendar });
    if (!result.ok) continue;
    rows.push(...result.value.rows);
    for (const row of result.value.rows) {
      if (row.error !== null) errorDetails.push({ message: row.error, calendar, mappingId: row.mappingId });
    }
  }
  return { rows, errorDetails, busy: outcome.busy };
}

/** T10, one set-based save; versions guard against a parallel run. */
export async function reenable(
  deps: SyncDeps,
  run: RunContext,
  found: readonly { mappingId: number }[],
  mappings: Mappings,
): Promise<number> {
  const rows = found.flatMap(({ mappingId }) => mappings.get(mappingId) ?? []);
  if (rows.length === 0) return 0;
  return deps.store.transaction(async (store) => {
    const saved = new Set(
      await store.mappings.save(rows.map((row) => ({ id: row.id, version: row.version, change: toReenabled(row) }))),
    );
    const entries = rows
      .filter((row) => saved.has(row.id))
      .map((row) =>
        journalEntry(run, row, {
          action: 'mapping-reenabled',
          reason: REENABLED_REASON,
          before: { eventId: row.eventId },
        }),
      );
    if (entries.length > 0) await store.journal.append(entries);
    return saved.size;
  });
}

async function releaseHolds(deps: SyncDeps): Promise<void> {
  const ids = await deps.store.booking.findReleasableHolds();
  if (ids.length === 0) return;
  const rows = await deps.store.mappings.findByIds(ids);
  await deps.store.mappings.save(rows.map((row) => ({ id: row.id, version: row.version, change: { held: false } })));
}
