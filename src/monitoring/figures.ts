import type { Mapping, MappingDirection, MappingStatus } from '../domain/mapping.ts';
import type { ReservationType } from '../domain/reservation.ts';
import type { Instant } from '../domain/time.ts';
import type { RunRecord } from '../sync/ports.ts';

export type StatusCounts = Readonly<Record<MappingStatus, number>>;

/** The figures of the statistics. Every key is always there, zero included. */
export interface SyncStatistics {
  readonly total: number;
  readonly byStatus: StatusCounts;
  readonly byType: Readonly<Record<ReservationType | 'unassigned', StatusCounts>>;
  readonly byDirection: Readonly<Record<MappingDirection | 'unknown', number>>;
  readonly orphaned: number;
  readonly oldestPendingAt: Instant | null;
  readonly lastSyncAt: Instant | null;
  /** Newest run of each job. */
  readonly runs: readonly RunRecord[];
  readonly generatedAt: Instant;
}

/** `/cancel/stats`. */
export interface CancelStatistics {
  readonly total: number;
  readonly byDirection: Readonly<Record<MappingDirection | 'unknown', number>>;
  readonly by: Readonly<Record<NonNullable<Mapping['cancelledBy']> | 'unknown', number>>;
  readonly errors: number;
  readonly errorTypes: Readonly<Record<string, number>>;
  readonly reenabled: number;
  readonly firstAt: Instant | null;
  readonly lastAt: Instant | null;
  readonly generatedAt: Instant;
}

/** `/booking/processing-stats`. Counts are mappings born in Outlook: one per event and room. */
export interface ImportStatistics {
  readonly total: number;
  /** They have a reservation. */
  readonly processed: number;
  /** Waiting, failed attempts included. */
  readonly pending: number;
  /** Waiting because they overlap events of the booking system (E51). */
  readonly conflicts: number;
  /** Left Outlook before they were processed (E50). */
  readonly cancelled: number;
  readonly errors: number;
  readonly errorTypes: Readonly<Record<string, number>>;
  /** Reservations made; a meeting in several rooms is one (E18). */
  readonly reservations: number;
  readonly firstId: number | null;
  readonly lastId: number | null;
  readonly firstAt: Instant | null;
  readonly lastAt: Instant | null;
  readonly generatedAt: Instant;
}

/** `/bridges/sync-deletions/stats`: what the next detection would find. */
export interface DetectionStatistics {
  readonly inactive: Readonly<Record<ReservationType, number>>;
  readonly missingRows: number;
  readonly unlinkedRooms: number;
  /** Future rentals whose season was archived or is not published (E56). */
  readonly hidden: number;
  readonly reenabled: Readonly<Record<ReservationType, number>>;
  readonly byStatus: StatusCounts;
  readonly generatedAt: Instant;
}
