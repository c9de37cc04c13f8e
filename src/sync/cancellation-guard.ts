/** R4 for booking-side cancellations: what passes, what is parked for approval, and what a person decided earlier. */
import { guardCancellations } from '../domain/brake.ts';
import { instantOf } from '../domain/time.ts';
import type { CancelledRow } from './cancel-room.ts';
import { calendarOf, causeOf, type Mappings } from './cancellation-rows.ts';
import type { VanishedRow } from './ports.ts';
import type { RunContext, SyncDeps } from './settings.ts';

const DAY = 24 * 3_600_000;

/** Rows without event cost nothing and pass; decisions on parked ones are honoured. Parks the rest and raises one alert. */
export async function guardVanished(
  deps: SyncDeps,
  run: RunContext,
  vanished: readonly VanishedRow[],
  mappings: Mappings,
  confirm: boolean,
): Promise<{ allowed: readonly VanishedRow[]; parked: number }> {
  const costly = vanished.filter((row) => mappings.get(row.mappingId)?.eventId != null);
  if (costly.length === 0) return { allowed: vanished, parked: 0 };
  const calendars = [...new Set(costly.flatMap((row) => mappings.get(row.mappingId)?.calendar ?? []))];
  const known = await deps.store.parked.list({ statuses: ['parked', 'approved', 'dismissed'], calendars, limit: 1000 });
  const status = new Map(
    known.filter((row) => row.operation === 'delete-event').map((row) => [row.mappingId, row.status]),
  );
  const open = costly.filter((row) => !status.has(row.mappingId));
  // What was parked waits for its own decision, however small a later wave is.
  const waiting = confirm ? [] : costly.filter((row) => status.get(row.mappingId) === 'parked');
  const verdict = guardCancellations({
    proposed: open.map((row) => ({ ...row, calendar: calendarOf(row, mappings), cause: causeOf(row, mappings) })),
    live: await deps.store.mappings.countLive([]),
    recent: await deps.store.journal.cancellationCauses(instantOf(deps.clock.now() - DAY)),
    brakeCount: deps.settings.brakeCount,
    brakePercent: deps.settings.brakePercent,
    confirm,
  });
  const stopped = new Set(
    [...waiting, ...verdict.parked.map(({ operation }) => operation)].map((row) => row.mappingId),
  );
  if (!run.dryRun && verdict.parked.length > 0) await park(deps, verdict.parked);
  const allowed = vanished.filter((row) => !stopped.has(row.mappingId) && status.get(row.mappingId) !== 'dismissed');
  return { allowed, parked: stopped.size };
}

async function park(
  deps: SyncDeps,
  parked: readonly { operation: { mappingId: number; calendar: string; cause: string }; reason: string }[],
): Promise<void> {
  await deps.store.parked.park(
    parked.map(({ operation, reason }) => ({
      calendar: operation.calendar,
      mappingId: operation.mappingId,
      operation: 'delete-event' as const,
      cause: operation.cause,
      reason,
    })),
  );
  await deps.store.alerts.raise({
    kind: 'brake',
    severity: 'critical',
    message: 'Too many cancellations at once: they wait for approval.',
    properties: { parked: parked.length },
    episode: 'brake',
  });
}

/** Parked operations that were carried out, or whose reservation lives again, need no decision any more. */
export async function closeParked(
  deps: SyncDeps,
  rows: readonly CancelledRow[],
  vanished: readonly VanishedRow[],
): Promise<void> {
  const open = await deps.store.parked.list({ statuses: ['parked', 'approved', 'dismissed'], limit: 1000 });
  if (open.length === 0) return;
  const done = new Set(
    rows.filter((row) => row.outcome === 'deleted' || row.outcome === 'row-only').map((row) => row.mappingId),
  );
  const due = new Set(vanished.map((row) => row.mappingId));
  const obsolete = open.filter(
    (row) => row.operation === 'delete-event' && (done.has(row.mappingId) || !due.has(row.mappingId)),
  );
  if (obsolete.length > 0)
    await deps.store.parked.decide(
      obsolete.map((row) => row.id),
      'obsolete',
    );
}
