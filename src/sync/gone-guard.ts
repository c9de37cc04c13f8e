/** R4 for deletions in Outlook: what may be decided now, what waits for approval, and what a person decided earlier. */
import { guardCancellations } from '../domain/brake.ts';
import type { Mapping } from '../domain/mapping.ts';
import { instantOf } from '../domain/time.ts';
import type { ParkedOperation } from './ports.ts';
import type { SyncDeps } from './settings.ts';

const DAY = 24 * 3_600_000;
/** Decisions looked at together; more than a person makes in a day. */
const DECISIONS = 1000;

export interface GuardedGone {
  readonly allowed: readonly Mapping[];
  /** Dismissed: the deletion was a mistake, the event comes back. */
  readonly revoked: readonly Mapping[];
  readonly parked: number;
}

/** Rows without a reservation cost nothing and pass. Parks the rest of a wave and raises one alert. */
export async function guardGone(deps: SyncDeps, rows: readonly Mapping[], confirm: boolean): Promise<GuardedGone> {
  const costly = rows.filter((row) => row.reservationId !== null);
  if (costly.length === 0) return { allowed: rows, revoked: [], parked: 0 };
  const calendars = [...new Set(costly.map((row) => row.calendar))];
  const known = await deps.store.parked.list({
    statuses: ['parked', 'approved', 'dismissed'],
    calendars,
    limit: DECISIONS,
  });
  const status = new Map(known.filter(isOurs).map((row) => [row.mappingId, row.status]));
  const verdict = guardCancellations({
    proposed: costly
      .filter((row) => !status.has(row.id))
      .map((row) => ({ row, calendar: row.calendar, cause: goneCauseOf(row) })),
    live: await deps.store.mappings.countLive([]),
    recent: await deps.store.journal.cancellationCauses(instantOf(deps.clock.now() - DAY)),
    brakeCount: deps.settings.brakeCount,
    brakePercent: deps.settings.brakePercent,
    confirm,
  });
  // What was parked waits for its own decision, however small a later wave is.
  const waiting = confirm ? [] : costly.filter((row) => status.get(row.id) === 'parked');
  const stopped = new Set([...waiting, ...verdict.parked.map(({ operation }) => operation.row)].map((row) => row.id));
  if (verdict.parked.length > 0) {
    await deps.store.parked.park(
      verdict.parked.map(({ operation, reason }) => ({
        calendar: operation.calendar,
        mappingId: operation.row.id,
        operation: 'cancel-reservation' as const,
        cause: operation.cause,
        reason,
      })),
    );
    await deps.store.alerts.raise({
      kind: 'brake',
      severity: 'critical',
      message: 'Too many deletions in Outlook at once: they wait for approval.',
      properties: { parked: stopped.size },
      episode: 'brake',
    });
  }
  const revoked = rows.filter((row) => status.get(row.id) === 'dismissed');
  return {
    allowed: rows.filter((row) => !stopped.has(row.id) && !revoked.includes(row)),
    revoked,
    parked: stopped.size,
  };
}

/** Decisions that were carried out, and parked deletions whose event is back, need nobody any more. */
export async function closeParkedGone(deps: SyncDeps, stillGone: ReadonlySet<number>): Promise<void> {
  const open = await deps.store.parked.list({ statuses: ['parked', 'approved', 'dismissed'], limit: DECISIONS });
  const over = open.filter((row) => isOurs(row) && !stillGone.has(row.mappingId));
  if (over.length > 0)
    await deps.store.parked.decide(
      over.map((row) => row.id),
      'obsolete',
    );
}

function isOurs(row: ParkedOperation): boolean {
  return row.operation === 'cancel-reservation';
}

/** R4: a deleted series is one cause, whatever its occurrences. */
export function goneCauseOf(row: Mapping): string {
  if (row.seriesMasterId !== null) return `cancelled:series:${row.seriesMasterId}`;
  return row.reservationId === null ? `cancelled:import:${row.id}` : `cancelled:${row.type}:${row.reservationId}`;
}
