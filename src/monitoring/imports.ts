import { instantOf } from '../domain/time.ts';
import type { Clock } from '../sync/ports.ts';
import { sum } from './counts.ts';
import type { ImportStatistics } from './figures.ts';
import type { ImportCount, StatisticsStore } from './ports.ts';

/** How far the processing of Outlook events has come (S60). */
export async function readImports(figures: StatisticsStore, clock: Clock): Promise<ImportStatistics> {
  const [counts, failed, { count: reservations, firstAt, lastAt }] = await Promise.all([
    figures.countImports(),
    figures.countFailedImports(),
    figures.readImportTimes(),
  ]);
  const processed = counts.filter((row) => row.hasReservation);
  const waiting = counts.filter((row) => !row.hasReservation);
  const having = (status: ImportCount['status']) => sum(waiting.filter((row) => row.status === status));
  const ids = processed.flatMap(({ firstId, lastId }) => [firstId, lastId]).filter((id) => id !== null);
  return {
    total: sum(counts),
    processed: sum(processed),
    pending: having('imported'),
    conflicts: sum(waiting.filter((row) => row.conflictKind === 'overlap')),
    cancelled: having('cancelled'),
    errors: sum(failed),
    errorTypes: Object.fromEntries(failed.map(({ message, count }) => [message, count])),
    reservations,
    firstId: ids.length === 0 ? null : Math.min(...ids),
    lastId: ids.length === 0 ? null : Math.max(...ids),
    firstAt,
    lastAt,
    generatedAt: instantOf(clock.now()),
  };
}
