/** Booking system to Outlook. */
import type { Mapping, MappingStatus } from '../../domain/mapping.ts';
import type { ReservationType } from '../../domain/reservation.ts';
import type { RunResult } from './run.ts';

/** `discover.ts`: `discover(deps, run, { resourceId? })`; S1, S43, S44. Throws `unknown` for a resource that does not exist or has no active mapping. */
export interface PopulateResult extends RunResult {
  readonly totalCandidates: number;
  readonly created: number;
  readonly updated: number;
  readonly skipped: number;
  readonly conflicts: number;
  readonly errors: number;
}

/** `push.ts`: `pushPending(deps, run, { limit, includePast? })`. */
export interface PushResult extends RunResult {
  readonly processed: number;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly skipped: number;
  readonly errors: number;
  readonly remaining: number;
  readonly details: readonly PushDetail[];
}

export interface PushDetail {
  readonly type: ReservationType;
  readonly reservationId: number;
  readonly resourceId: number;
  readonly action: 'created' | 'updated' | 'unchanged' | 'deleted' | 'suppressed' | 'error';
  readonly eventId: string | null;
  /** Subject as pushed; goes into the HTTP answer only, never into logs. */
  readonly title: string | null;
  readonly error?: string;
}

/** `push.ts`: `pushOne(deps, run, key)`; S49. Throws `unknown` (no such reservation, room not linked), `not-allowed` (room not mapped), `busy`. */
export interface PushOneResult extends RunResult {
  readonly detail: PushDetail;
}

/** `cancellations.ts`: `detectCancellations(deps, run, { confirm? })` and `detectReenabled(deps, run)`; S61-S71. */
export interface CancellationsResult extends RunResult {
  readonly detected: number;
  readonly processed: number;
  readonly cancelled: readonly CancellationRow[];
  readonly reenabled: readonly CancellationRow[];
  readonly outlookDeletions: number;
  readonly pendingResets: number;
  /** Held by the brake (R4). */
  readonly parked: number;
  readonly errors: number;
}

export interface CancellationRow {
  readonly type: ReservationType;
  readonly reservationId: number;
  /** Computed for bookings and allocations (S68); null when the row is gone. */
  readonly name: string | null;
  readonly active: number | null;
  readonly resourceId: number;
  readonly mappingId: number;
  readonly eventId: string | null;
  /** Before processing. */
  readonly status: MappingStatus;
}

/** `cancellations.ts`: `cancelBooking(deps, run, key, { deactivate })` (S74, S113). Throws `unknown`, `not-allowed`, `busy`. */
export interface CancelBookingResult extends RunResult {
  readonly alreadyCancelled: boolean;
  readonly outlookDeleted: boolean;
  readonly mappingUpdated: boolean;
  readonly reservationDeactivated: boolean;
  readonly warnings: readonly string[];
  readonly errors: number;
}

/** `cleanup.ts`: `cleanupOrphans(deps, run)`; S79. */
export interface CleanupResult extends RunResult {
  readonly deletedCount: number;
  readonly keptForOutlookCleanup: number;
  readonly details: readonly {
    mappingId: number;
    type: ReservationType | null;
    reservationId: number | null;
    resourceId: number;
    reason: string;
  }[];
}

/** `lists.ts`: `listPending(deps, { limit })`. */
export interface PendingList {
  readonly rows: readonly (Mapping & { readonly calendarName: string | null })[];
  readonly total: number;
}
