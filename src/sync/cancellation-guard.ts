/** R4 for booking-side cancellations: what passes, what is parked for approval, and what a person decided earlier. */
import { closeDecided, passBrake } from './brake.ts';
import type { CancelledRow } from './cancel-room.ts';
import { calendarOf, causeOf, type Mappings } from './cancellation-rows.ts';
import type { VanishedRow } from './ports.ts';
import type { RunContext, SyncDeps } from './settings.ts';

/** Rows without event cost nothing and pass. `parked` counts all that wait. */
export async function guardVanished(
  deps: SyncDeps,
  run: RunContext,
  vanished: readonly VanishedRow[],
  mappings: Mappings,
  confirm: boolean,
): Promise<{ allowed: readonly VanishedRow[]; parked: number }> {
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
  return { allowed, parked: stopped.size };
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
