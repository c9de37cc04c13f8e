import { z } from 'zod';
import * as common from './common.ts';

const cancellationRow = z.strictObject({
  id: common.id.meta({ description: 'Reservation id.' }),
  name: z.string().nullable(),
  active: z.int().nullable(),
  resource_id: common.id,
  mapping_id: common.id,
  outlook_event_id: common.eventId.nullable(),
  sync_status: common.status.meta({ description: 'Before processing.' }),
});
const rows = z.array(cancellationRow);

const reenabled = {
  reenabled_events: rows,
  reenabled_bookings: rows,
  reenabled_allocations: rows,
  pending_resets: common.count.meta({ description: 'Re-enables done.' }),
};
const totals = {
  detected: common.count.meta({ description: 'Entries of all lists.' }),
  processed: common.count,
  success_rate: common.successRate,
};
const failures = { errors: common.count, error_details: common.errorDetails };

export const deletionsBody = z.strictObject({
  success: common.success,
  message: common.message,
  results: z.strictObject({
    ...totals,
    cancelled_events: rows,
    cancelled_bookings: rows,
    cancelled_allocations: rows,
    ...reenabled,
    outlook_deletions: common.count.meta({ description: 'Deleted in Outlook, already gone ones included.' }),
    parked: common.count.meta({ description: 'Held by the brake until somebody approves.' }),
    ...failures,
  }),
  ...common.runFooter,
});

export const reenabledBody = z.strictObject({
  success: common.success,
  message: common.message,
  results: z.strictObject({ ...totals, ...reenabled, ...failures }),
  ...common.runFooter,
});

const byType = { events: common.count, bookings: common.count, allocations: common.count };

export const detectionStatsBody = z.strictObject({
  success: common.success,
  detection_stats: z.strictObject({
    potential_cancellations: z.strictObject({
      ...byType,
      missing_rows: common.count,
      unlinked_resources: common.count,
      hidden_seasons: common.count,
    }),
    potential_reenables: z.strictObject(byType),
    sync_status_breakdown: z.record(common.status, common.count),
  }),
  generated_at: common.timestamp,
});

export const cancelledBody = z.strictObject({
  success: common.success,
  count: common.count,
  total: common.count,
  cancelled_reservations: z.array(
    z.strictObject({
      id: common.id,
      reservation_type: common.reservationType.nullable(),
      reservation_id: common.id.nullable(),
      resource_id: common.id,
      outlook_event_id: common.eventId.nullable(),
      sync_status: common.status,
      sync_direction: common.direction.nullable(),
      cancelled_by: z.enum(['booking', 'outlook', 'operator']).nullable(),
      title: z.string().nullable(),
      cancelled_at: common.timestamp.nullable(),
      created_at: common.timestamp,
      updated_at: common.timestamp,
    }),
  ),
});

export const cancelBookingBody = z.strictObject({
  success: common.success,
  message: common.message,
  results: z.strictObject({
    outlook_deleted: z.boolean(),
    mapping_updated: z.boolean(),
    reservation_deactivated: z.boolean(),
    warnings: z.array(z.string()),
    ...failures,
  }),
  ...common.runFooter,
});

export const cancelOutlookBody = z.strictObject({
  success: common.success,
  message: common.message,
  results: z.strictObject({
    booking_cancelled: z.boolean().meta({ description: 'The reservation was deactivated by this call.' }),
    mapping_updated: z.boolean(),
    outlook_deleted: z.boolean().meta({ description: 'An event of ours still stood there and was deleted too.' }),
    reservation_type: common.reservationType.nullable(),
    reservation_id: common.id.nullable(),
    warnings: z.array(z.string()),
    ...failures,
  }),
  ...common.runFooter,
});

export const cancelStatsBody = z.strictObject({
  success: common.success,
  statistics: z.strictObject({
    total_cancelled: common.count,
    booking_to_outlook: common.count,
    outlook_to_booking: common.count,
    cancelled_by: z.strictObject({
      booking: common.count,
      outlook: common.count,
      operator: common.count,
      unknown: common.count,
    }),
    success_rate: common.successRate,
    errors: common.count.meta({ description: 'Deletions in Outlook that failed and are retried.' }),
    error_types: z.record(z.string(), common.count),
    reenabled_total: common.count,
    first_cancelled_at: common.timestamp.nullable(),
    last_cancelled_at: common.timestamp.nullable(),
  }),
  generated_at: common.timestamp,
});
