import { instantOf } from '../domain/time.ts';
import { wallNow } from '../domain/wall-clock.ts';
import type { Clock, SyncStore } from '../sync/ports.ts';
import { countByStatus, countByType } from './counts.ts';
import type { DetectionStatistics } from './figures.ts';
import type { StatisticsStore } from './ports.ts';

export interface StatisticsDeps {
  readonly figures: StatisticsStore;
  readonly store: SyncStore;
  readonly clock: Clock;
  /** IANA zone of the booking system. */
  readonly zone: string;
}

/** What the next detection of cancellations would find; reads only (S72). The same proofs as detection itself (R3). */
export async function readDetection({ store, figures, clock, zone }: StatisticsDeps): Promise<DetectionStatistics> {
  const now = clock.now();
  const [vanished, reenabled, counts] = await Promise.all([
    store.booking.findVanished({ hiddenAfter: wallNow(now, zone) }),
    store.booking.findReenabled({}),
    figures.countMappings(),
  ]);
  const types = await readTypes(store, [...vanished, ...reenabled]);
  const typeOf = (row: { readonly mappingId: number }) => types.get(row.mappingId) ?? null;
  const having = (reason: string) => vanished.filter((row) => row.reason === reason);
  return {
    inactive: countByType(having('inactive').map(typeOf)),
    missingRows: having('missing').length,
    unlinkedRooms: having('unlinked').length,
    hidden: having('hidden').length,
    reenabled: countByType(reenabled.map(typeOf)),
    byStatus: countByStatus(counts),
    generatedAt: instantOf(now),
  };
}

async function readTypes(store: SyncStore, rows: readonly { readonly mappingId: number }[]) {
  const mappings = rows.length === 0 ? [] : await store.mappings.findByIds(rows.map((row) => row.mappingId));
  return new Map(mappings.map(({ id, type }) => [id, type]));
}
