/** R4 for deletions in Outlook: what may be decided now, what waits for approval, and what a person decided earlier. */
import type { Mapping } from '../domain/mapping.ts';
import { closeDecided, passBrake } from './brake.ts';
import type { SyncDeps } from './settings.ts';

export interface GuardedGone {
  readonly allowed: readonly Mapping[];
  /** Dismissed: the deletion was a mistake, the event comes back. */
  readonly revoked: readonly Mapping[];
  readonly parked: number;
}

/** Rows without a reservation cost nothing and pass. */
export async function guardGone(deps: SyncDeps, rows: readonly Mapping[], confirm: boolean): Promise<GuardedGone> {
  const costly = rows.filter((row) => row.reservationId !== null);
  const proposals = costly.map((row) => ({ mappingId: row.id, calendar: row.calendar, cause: goneCauseOf(row) }));
  const { stopped, dismissed } = await passBrake(deps, proposals, {
    operation: 'cancel-reservation',
    confirm,
    dryRun: false,
    message: 'Too many deletions in Outlook at once: they wait for approval.',
  });
  return {
    allowed: rows.filter((row) => !stopped.has(row.id) && !dismissed.has(row.id)),
    revoked: rows.filter((row) => dismissed.has(row.id)),
    parked: stopped.size,
  };
}

/** Decisions that were carried out, and parked deletions whose event is back, need nobody any more. */
export async function closeParkedGone(deps: SyncDeps, stillGone: ReadonlySet<number>): Promise<void> {
  await closeDecided(deps, 'cancel-reservation', (mappingId) => !stillGone.has(mappingId));
}

/** R4: a deleted series is one cause, whatever its occurrences. */
export function goneCauseOf(row: Mapping): string {
  if (row.seriesMasterId !== null) return `cancelled:series:${row.seriesMasterId}`;
  return row.reservationId === null ? `cancelled:import:${row.id}` : `cancelled:${row.type}:${row.reservationId}`;
}
