/** Use-case results as the documented bodies of `/bridges/*` and `/cancel/*`. */
import type { z } from 'zod';
import type { Mapping } from '../../domain/mapping.ts';
import type { ReservationType } from '../../domain/reservation.ts';
import type { CancelStatistics, DetectionStatistics } from '../../monitoring/figures.ts';
import type {
  CancelBookingResult,
  CancellationRow,
  CancellationsResult,
  CancelOutlookResult,
} from '../../sync/results.ts';
import type { RunContext } from '../../sync/settings.ts';
import type {
  cancelBookingBody,
  cancelledBody,
  cancelOutlookBody,
  cancelStatsBody,
  deletionsBody,
  detectionStatsBody,
  reenabledBody,
} from '../bodies/cancellation.ts';
import { messageOf, presentErrors, presentRun, successRate } from './common.ts';

export function presentDeletions(result: CancellationsResult, run: RunContext): z.output<typeof deletionsBody> {
  return {
    success: true,
    message: messageOf(run, 'Cancellation detection and processing completed'),
    results: {
      ...totalsOf(result),
      cancelled_events: rowsOf(result.cancelled, 'event'),
      cancelled_bookings: rowsOf(result.cancelled, 'booking'),
      cancelled_allocations: rowsOf(result.cancelled, 'allocation'),
      ...reenabledOf(result),
      outlook_deletions: result.outlookDeletions,
      parked: result.parked,
      ...failuresOf(result),
    },
    ...presentRun(result, run, remainingOf(result)),
  };
}

export function presentReenabled(result: CancellationsResult, run: RunContext): z.output<typeof reenabledBody> {
  return {
    success: true,
    message: messageOf(run, 'Re-enabled reservations processed'),
    results: { ...totalsOf(result), ...reenabledOf(result), ...failuresOf(result) },
    ...presentRun(result, run, remainingOf(result)),
  };
}

function totalsOf({ detected, processed, errors }: CancellationsResult) {
  return { detected, processed, success_rate: successRate(processed, detected, errors) };
}

function reenabledOf({ reenabled, pendingResets }: CancellationsResult) {
  return {
    reenabled_events: rowsOf(reenabled, 'event'),
    reenabled_bookings: rowsOf(reenabled, 'booking'),
    reenabled_allocations: rowsOf(reenabled, 'allocation'),
    pending_resets: pendingResets,
  };
}

function failuresOf({ errors, errorDetails }: CancellationsResult) {
  return { errors, error_details: presentErrors(errorDetails) };
}

/** Detected, but neither done nor held for approval: failed, queued or out of time. */
function remainingOf({ detected, processed, parked }: CancellationsResult): number {
  return Math.max(0, detected - processed - parked);
}

function rowsOf(rows: readonly CancellationRow[], type: ReservationType) {
  return rows
    .filter((row) => row.type === type)
    .map((row) => ({
      id: row.reservationId,
      name: row.name,
      active: row.active,
      resource_id: row.resourceId,
      mapping_id: row.mappingId,
      outlook_event_id: row.eventId,
      sync_status: row.status,
    }));
}

export function presentCancelBooking(result: CancelBookingResult, run: RunContext): z.output<typeof cancelBookingBody> {
  const done = result.alreadyCancelled
    ? 'The reservation was already cancelled; nothing was done'
    : 'Cancellation completed';
  return {
    success: true,
    message: messageOf(run, result.errors > 0 ? 'Cancelled; the Outlook event could not be deleted yet' : done),
    results: {
      outlook_deleted: result.outlookDeleted,
      mapping_updated: result.mappingUpdated,
      reservation_deactivated: result.reservationDeactivated,
      warnings: [...result.warnings],
      errors: result.errors,
      error_details: presentErrors(result.errorDetails),
    },
    ...presentRun(result, run, result.errors),
  };
}

export function presentCancelOutlook(result: CancelOutlookResult, run: RunContext): z.output<typeof cancelOutlookBody> {
  const done = result.alreadyCancelled
    ? 'The event was already cancelled; nothing was done'
    : 'Outlook cancellation processed';
  return {
    success: true,
    message: messageOf(run, result.errors > 0 ? 'Cancelled; the Outlook event could not be deleted yet' : done),
    results: {
      booking_cancelled: result.bookingCancelled,
      mapping_updated: result.mappingUpdated,
      outlook_deleted: result.outlookDeleted,
      reservation_type: result.type,
      reservation_id: result.reservationId,
      warnings: [...result.warnings],
      errors: result.errors,
      error_details: presentErrors(result.errorDetails),
    },
    ...presentRun(result, run, result.errors),
  };
}

export function presentCancelled(list: {
  readonly rows: readonly Mapping[];
  readonly total: number;
}): z.output<typeof cancelledBody> {
  return {
    success: true,
    count: list.rows.length,
    total: list.total,
    cancelled_reservations: list.rows.map((row) => ({
      id: row.id,
      reservation_type: row.type,
      reservation_id: row.reservationId,
      resource_id: row.resourceId,
      outlook_event_id: row.eventId,
      sync_status: row.status,
      sync_direction: row.direction,
      cancelled_by: row.cancelledBy,
      title: row.subject,
      cancelled_at: row.cancelledAt,
      created_at: row.createdAt,
      updated_at: row.updatedAt,
    })),
  };
}

export function presentDetectionStats(figures: DetectionStatistics): z.output<typeof detectionStatsBody> {
  return {
    success: true,
    detection_stats: {
      potential_cancellations: {
        events: figures.inactive.event,
        bookings: figures.inactive.booking,
        allocations: figures.inactive.allocation,
        missing_rows: figures.missingRows,
        unlinked_resources: figures.unlinkedRooms,
        hidden_seasons: figures.hidden,
      },
      potential_reenables: {
        events: figures.reenabled.event,
        bookings: figures.reenabled.booking,
        allocations: figures.reenabled.allocation,
      },
      sync_status_breakdown: { ...figures.byStatus },
    },
    generated_at: figures.generatedAt,
  };
}

export function presentCancelStats(figures: CancelStatistics): z.output<typeof cancelStatsBody> {
  return {
    success: true,
    statistics: {
      total_cancelled: figures.total,
      booking_to_outlook: figures.byDirection.booking_to_outlook,
      outlook_to_booking: figures.byDirection.outlook_to_booking,
      cancelled_by: { ...figures.by },
      success_rate: successRate(figures.total, figures.total + figures.errors, figures.errors),
      errors: figures.errors,
      error_types: { ...figures.errorTypes },
      reenabled_total: figures.reenabled,
      first_cancelled_at: figures.firstAt,
      last_cancelled_at: figures.lastAt,
    },
    generated_at: figures.generatedAt,
  };
}
