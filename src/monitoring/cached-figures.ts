import type { Clock } from '../sync/ports.ts';
import { type Cached, cached } from './cached.ts';
import type { StatisticsStore } from './ports.ts';

/** The figures, each kept by itself: a dear one is not made anew because a cheap one is due. */
export function cachedFigures(figures: StatisticsStore, clock: Clock): StatisticsStore & { forget(): void } {
  const all: Cached<unknown>[] = [];
  const keep = <T>(make: () => Promise<T>): (() => Promise<T>) => {
    const one = cached(clock, make);
    all.push(one);
    return one.get;
  };
  return {
    countMappings: keep(figures.countMappings),
    readSyncTimes: keep(figures.readSyncTimes),
    countOrphans: keep(figures.countOrphans),
    countCancelled: keep(figures.countCancelled),
    countFailedDeletions: keep(figures.countFailedDeletions),
    countReenabled: keep(figures.countReenabled),
    countImports: keep(figures.countImports),
    countFailedImports: keep(figures.countFailedImports),
    readImportTimes: keep(figures.readImportTimes),
    readProcessedTimes: figures.readProcessedTimes,
    forget: () => {
      for (const one of all) one.forget();
    },
  };
}
