/** R4 for booking-side cancellations: what passes, what is parked for approval, and what a person decided earlier. */
import { closeDecided, passBrake } from './brake.ts';
import type { Cancellation, CancelledRow } from './cancel-room.ts';
import { calendarOf, causeOf, type Mappings, REASONS } from './cancellation-rows.ts';
import type { VanishedRow } from './ports.ts';
import type { RunContext, SyncDeps } from './settings.ts';

export interface Guarded {
  readonly allowed: readonly VanishedRow[];
  /** All that wait. */
  readonly parked: number;
  /** Mappings that passed because they had no event to lose. */
  readonly unjudged: ReadonlySet<number>;
}

/** Rows without event cost nothing and pass. */
export async function guardVanished(
  deps: SyncDeps,
  run: RunContext,
  vanished: readonly VanishedRow[],
  mappings: Mappings,
  confirm: boolean,
): Promise<Guarded> {
  const costly = vanished.filter((row) => mappings.get(row.mappingId)?.eventId != null);
  const proposals = costly.map((row) => ({
    mappingId: row.mappingId,
    calendar: calendarOf(row, mappings),
    cause: causeOf(row, mappings),
  }));
  const { stopped, dismissed } = await passBrake(deps, proposals, {
    operation: 'delete-event',
    confirm,
    dryRun: run.dryRun,
    message: 'Too many cancellations at once: they wait for approval.',
  });
  const allowed = vanished.filter((row) => !stopped.has(row.mappingId) && !dismissed.has(row.mappingId));
  const free = confirm ? [] : vanished.filter((row) => !costly.includes(row));
  return { allowed, parked: stopped.size, unjudged: new Set(free.map((row) => row.mappingId)) };
}

/** A row that passed the brake, as it is carried out. */
export function dueOf({ mappingId, reason }: VanishedRow, { unjudged }: Pick<Guarded, 'unjudged'>): Cancellation {
  return { mappingId, by: 'booking', reason: REASONS[reason], isUnjudged: unjudged.has(mappingId) };
}

/** Parked operations that were carried out, or whose reservation lives again, need no decision any more. */
export async function closeParked(
  deps: SyncDeps,
  rows: readonly CancelledRow[],
  vanished: readonly VanishedRow[],
): Promise<void> {
  const done = new Set(
    rows.filter((row) => row.outcome === 'deleted' || row.outcome === 'row-only').map((row) => row.mappingId),
  );
  const due = new Set(vanished.map((row) => row.mappingId));
  await closeDecided(deps, 'delete-event', (mappingId) => done.has(mappingId) || !due.has(mappingId));
}
