import type { Mapping, MappingDirection, MappingStatus } from '../domain/mapping.ts';
import type { ReservationType } from '../domain/reservation.ts';
import type { Instant } from '../domain/time.ts';

/** Mappings that share type, status and direction. */
export interface MappingCount {
  readonly type: ReservationType | null;
  readonly status: MappingStatus;
  readonly direction: MappingDirection | null;
  readonly count: number;
}

/** Cancelled mappings that share direction and canceller. */
export interface CancelledCount {
  readonly direction: MappingDirection | null;
  readonly by: Mapping['cancelledBy'];
  readonly count: number;
  readonly firstAt: Instant | null;
  readonly lastAt: Instant | null;
}

/** Mappings born in Outlook that share status, kind of conflict and whether they have a reservation. */
export interface ImportCount {
  readonly status: MappingStatus;
  readonly conflictKind: Mapping['conflictKind'];
  readonly hasReservation: boolean;
  readonly count: number;
  /** Smallest and greatest reservation id among them. */
  readonly firstId: number | null;
  readonly lastId: number | null;
}

/**
 * Figures over the sync's own tables, each one set-based statement however many rows there are (S17). Throws what stores throw
 * (see `src/sync/ports.ts`).
 */
export interface StatisticsStore {
  countMappings(): Promise<readonly MappingCount[]>;
  /** Creation of the oldest pending row, and the latest moment both sides agreed on any row. */
  readSyncTimes(): Promise<{ readonly oldestPendingAt: Instant | null; readonly lastSyncAt: Instant | null }>;
  /** Mappings whose reservation row does not exist any more, hollow ones included; what clean-up would look at (S79). */
  countOrphans(): Promise<number>;
  countCancelled(): Promise<readonly CancelledCount[]>;
  /** Deletions in Outlook that failed and wait for their next attempt (S114), by message. */
  countFailedDeletions(): Promise<readonly { readonly message: string; readonly count: number }[]>;
  /** Re-enables ever done. */
  countReenabled(): Promise<number>;
  countImports(): Promise<readonly ImportCount[]>;
  /** Imports whose last attempt failed, by message (S111). */
  countFailedImports(): Promise<readonly { readonly message: string; readonly count: number }[]>;
  /** Reservations ever made of Outlook events, and when the first and the latest were. */
  readImportTimes(): Promise<{
    readonly count: number;
    readonly firstAt: Instant | null;
    readonly lastAt: Instant | null;
  }>;
  /** When imports became, or joined, their reservation, by mapping; those the journal does not know are left out. */
  readProcessedTimes(mappingIds: readonly number[]): Promise<ReadonlyMap<number, Instant>>;
}
