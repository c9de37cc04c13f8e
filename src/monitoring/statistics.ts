import type { MappingDirection } from '../domain/mapping.ts';
import { type Instant, instantOf } from '../domain/time.ts';
import { cached } from './cached.ts';
import { cachedFigures } from './cached-figures.ts';
import { countByStatus, sum } from './counts.ts';
import { readDetection, type StatisticsDeps } from './detection.ts';
import type { CancelStatistics, DetectionStatistics, ImportStatistics, SyncStatistics } from './figures.ts';
import { readImports } from './imports.ts';
import type { CancelledCount, MappingCount } from './ports.ts';

/** Figures for people and health checks, from live rows, at most a minute old (S17). */
export interface Statistics {
  sync(): Promise<SyncStatistics>;
  cancellations(): Promise<CancelStatistics>;
  detection(): Promise<DetectionStatistics>;
  imports(): Promise<ImportStatistics>;
  /** When imports became, or joined, their reservation, by mapping id. */
  processedTimes(mappingIds: readonly number[]): Promise<ReadonlyMap<number, Instant>>;
  /** After a run of this process that wrote something: what it did must show at once (S6). */
  forget(): void;
}

export function createStatistics(deps: StatisticsDeps): Statistics {
  const { store, clock } = deps;
  const figures = cachedFigures(deps.figures, clock);
  const detection = cached(clock, () => readDetection(deps));
  return {
    async sync() {
      const [counts, times, orphaned, runs] = await Promise.all([
        figures.countMappings(),
        figures.readSyncTimes(),
        figures.countOrphans(),
        store.runs.latestByJob(),
      ]);
      return { ...summarize(counts), ...times, orphaned, runs, generatedAt: instantOf(clock.now()) };
    },
    async cancellations() {
      const [counts, failed, reenabled] = await Promise.all([
        figures.countCancelled(),
        figures.countFailedDeletions(),
        figures.countReenabled(),
      ]);
      return {
        ...summarizeCancelled(counts),
        errors: sum(failed),
        errorTypes: Object.fromEntries(failed.map(({ message, count }) => [message, count])),
        reenabled,
        generatedAt: instantOf(clock.now()),
      };
    },
    detection: detection.get,
    imports: () => readImports(figures, clock),
    processedTimes: figures.readProcessedTimes,
    forget: () => {
      figures.forget();
      detection.forget();
    },
  };
}

/** Totals that agree with each other: every row is counted once per breakdown (S104). */
function summarize(
  counts: readonly MappingCount[],
): Pick<SyncStatistics, 'total' | 'byStatus' | 'byType' | 'byDirection'> {
  const ofType = (type: MappingCount['type']) => countByStatus(counts.filter((row) => row.type === type));
  return {
    total: sum(counts),
    byStatus: countByStatus(counts),
    byType: {
      event: ofType('event'),
      booking: ofType('booking'),
      allocation: ofType('allocation'),
      unassigned: ofType(null),
    },
    byDirection: directionCounts(counts),
  };
}

function summarizeCancelled(
  counts: readonly CancelledCount[],
): Pick<CancelStatistics, 'total' | 'byDirection' | 'by' | 'firstAt' | 'lastAt'> {
  const by = (canceller: CancelledCount['by']) => sum(counts.filter((row) => row.by === canceller));
  return {
    total: sum(counts),
    byDirection: directionCounts(counts),
    by: { booking: by('booking'), outlook: by('outlook'), operator: by('operator'), unknown: by(null) },
    firstAt: counts.flatMap((row) => row.firstAt ?? []).sort()[0] ?? null,
    lastAt:
      counts
        .flatMap((row) => row.lastAt ?? [])
        .sort()
        .at(-1) ?? null,
  };
}

function directionCounts(
  counts: readonly { readonly direction: MappingDirection | null; readonly count: number }[],
): Readonly<Record<MappingDirection | 'unknown', number>> {
  const of = (direction: MappingDirection | null) => sum(counts.filter((row) => row.direction === direction));
  return {
    booking_to_outlook: of('booking_to_outlook'),
    outlook_to_booking: of('outlook_to_booking'),
    bidirectional: of('bidirectional'),
    unknown: of(null),
  };
}
