/** Bodies of `/booking/*`. */
import { z } from 'zod';
import * as common from './common.ts';

const importDetail = z.strictObject({
  outlook_item_id: common.eventId.meta({
    description: 'Id of the event, as the guide has it; same as outlook_event_id.',
  }),
  outlook_event_id: common.eventId,
  calendar_id: common.roomId,
  mapping_id: common.id,
  reservation_id: common.id.nullable(),
  title: z.string().nullable(),
  start_time: common.wallClock.nullable(),
  end_time: common.wallClock.nullable(),
  resource_id: common.id,
  status: z.enum(['created', 'linked', 'conflict', 'gone', 'waiting', 'error']).meta({
    description:
      'created: a new reservation; linked: it exists, or the meeting is in it already; conflict: overlaps an event; gone: left Outlook before; waiting: not decided now.',
  }),
  linked_resources: z.array(common.id).meta({ description: 'Rooms that show the reservation through this meeting.' }),
  warnings: z.array(z.string()),
  error: z.string().optional(),
});

export const processImportsBody = z.strictObject({
  success: common.success,
  message: common.message,
  results: z.strictObject({
    processed: common.count.meta({ description: 'successful + errors.' }),
    successful: common.count,
    errors: common.count,
    skipped: common.count.meta({ description: 'Overlapping, gone or undecided.' }),
    success_rate: common.successRate,
    reservation_ids: z.array(common.id).meta({ description: 'New reservations in the order they were made.' }),
    details: z.array(importDetail),
    error_details: common.errorDetails,
  }),
  ...common.runFooter,
});

const listed = {
  id: common.id.meta({ description: 'Mapping id.' }),
  outlook_event_id: common.eventId.nullable(),
  resource_id: common.id,
  resource_name: z.string().nullable(),
  sync_status: common.status,
  sync_direction: common.direction.nullable(),
  created_at: common.timestamp,
};

export const pendingImportsBody = z.strictObject({
  success: common.success,
  count: common.count.meta({ description: 'Imports in this answer.' }),
  total: common.count.meta({ description: 'All that wait, overlapping ones included.' }),
  pending_imports: z.array(
    z.strictObject({
      ...listed,
      outlook_item_id: common.roomId,
      subject: z.string().nullable(),
      start_time: common.wallClock.nullable(),
      end_time: common.wallClock.nullable(),
      organizer: z.string().nullable(),
      error_message: z.string().nullable().meta({ description: 'Of a conflict: the events it overlaps.' }),
      retry_count: common.count,
    }),
  ),
});

export const processedImportsBody = z.strictObject({
  success: common.success,
  count: common.count.meta({ description: 'Imports in this answer.' }),
  total: common.count,
  processed_imports: z.array(
    z.strictObject({
      ...listed,
      reservation_type: common.reservationType.nullable(),
      reservation_id: common.id.nullable(),
      updated_at: common.timestamp,
      processed_at: common.timestamp.nullable(),
    }),
  ),
});

export const processingStatsBody = z.strictObject({
  success: common.success,
  statistics: z.strictObject({
    total_imported: common.count.meta({ description: 'Events taken over from Outlook, one per room they stand in.' }),
    processed: common.count.meta({ description: 'Of these, with a reservation.' }),
    pending: common.count.meta({ description: 'Waiting, failed attempts included.' }),
    conflicts: common.count.meta({ description: 'Waiting because they overlap an event.' }),
    cancelled: common.count.meta({ description: 'Left Outlook before they were processed.' }),
    errors: common.count.meta({ description: 'Pending ones whose last attempt failed.' }),
    success_rate: common.successRate,
    error_types: z.record(z.string(), common.count),
    reservations: common.count.meta({ description: 'Reservations made; a meeting in several rooms is one.' }),
    reservation_id_range: z.strictObject({ min: common.id.nullable(), max: common.id.nullable() }),
    first_processed_at: common.timestamp.nullable(),
    last_processed_at: common.timestamp.nullable(),
  }),
  generated_at: common.timestamp,
});
