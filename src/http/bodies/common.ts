/** Pieces that answers share. The schemas make the API document; tests hold real answers to them. */
import { z } from 'zod';
import { MAPPING_STATUSES } from '../../domain/mapping.ts';
import { RESERVATION_TYPES } from '../../domain/reservation.ts';

export const count = z.int().nonnegative();
export const id = z.int().positive();
export const timestamp = z.iso.datetime({ offset: true }).meta({ description: 'ISO 8601 with offset.' });
export const wallClock = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
  .meta({ description: 'Local time of the booking system, YYYY-MM-DD HH:MM:SS.' });
export const eventId = z.string().meta({ description: 'Immutable id of the Outlook event.' });
export const roomId = z.string().meta({ description: 'Room calendar: mailbox address or object id.' });
export const reservationType = z.enum(RESERVATION_TYPES);
export const status = z.enum(MAPPING_STATUSES);
export const direction = z.enum(['booking_to_outlook', 'outlook_to_booking', 'bidirectional']);
export const successRate = z
  .string()
  .regex(/^\d{1,3}%$/)
  .meta({ description: '"100%" only without errors, and when there was nothing to do.' });
export const success = z.literal(true);
export const message = z.string();

export const errorDetail = z.strictObject({
  message: z.string(),
  code: z.string().optional(),
  field: z.string().optional(),
  calendar_id: roomId.optional(),
  resource_id: id.optional(),
  mapping_id: id.optional(),
  reservation_type: reservationType.nullable().optional(),
  reservation_id: id.nullable().optional(),
  step: z.string().optional(),
});

export const errorDetails = z
  .array(errorDetail)
  .meta({ description: 'What failed, one entry per part; `errors` counts.' });

export const operation = z.strictObject({
  side: z.enum(['outlook', 'booking', 'sync']),
  action: z.string(),
  calendar_id: roomId,
  resource_id: id,
  mapping_id: id.nullable(),
  reservation_type: reservationType.nullable(),
  reservation_id: id.nullable(),
  outlook_event_id: eventId.nullable(),
  reason: z.string(),
  cause: z.string(),
  sync_status: z.string().nullable(),
});

/** Ends every answer of a call that writes. */
export const runFooter = {
  run_id: z.uuid().meta({ description: 'Finds the run in the log and in the journal.' }),
  dry_run: z.boolean(),
  duration_ms: count,
  remaining: count.meta({ description: 'Left for the next call.' }),
  stopped_early: z.boolean().meta({ description: 'The time limit came first; call again.' }),
  queued: z.boolean().meta({ description: 'Another worker held a room; its part was queued (status 202).' }),
  plan: z.array(operation).optional().meta({ description: 'Dry runs only: what would be done.' }),
};

/** A call that met nothing but rooms in other hands (202). */
export const queuedBody = z.strictObject({
  success,
  message,
  queued: z.literal(true),
  code: z.string(),
});

export const failureBody = z.strictObject({
  success: z.literal(false),
  error: z.string().meta({ description: 'A sentence that says what to do next.' }),
  code: z.string(),
  field: z.string().optional().meta({ description: 'Parameter or setting at fault.' }),
});
