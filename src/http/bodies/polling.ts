/** Bodies of `/polling/*`. */
import { z } from 'zod';
import * as common from './common.ts';

const sometimes = z.boolean().meta({ description: 'False when a calendar failed; the others were done.' });
const errors = common.errorDetails.meta({ description: 'What failed, one entry per part.' });
const room = { calendar_id: common.roomId, resource_id: common.id };

export const initializeBody = z.strictObject({
  success: sometimes,
  message: common.message,
  calendars_initialized: common.count.meta({ description: 'Got their first delta token.' }),
  calendars_updated: common.count.meta({ description: 'Had one already, and were polled.' }),
  calendars_failed: common.count,
  details: z.array(
    z.strictObject({
      ...room,
      action: z.enum(['initialized', 'updated', 'failed', 'busy', 'skipped']),
      status: z.enum(['ok', 'error', 'queued']),
      has_delta_token: z.boolean(),
      error: z.string().optional(),
    }),
  ),
  errors,
  ...common.runFooter,
});

const changes = {
  changes_detected: common.count.meta({ description: 'Changes that were not our own.' }),
  deletions_processed: common.count,
  imports_detected: common.count,
  updates_applied: common.count,
};

export const pollBody = z.strictObject({
  success: sometimes,
  message: common.message,
  calendars_checked: common.count,
  ...changes,
  conflicts_detected: common.count.meta({ description: 'Edits that wait for a decision.' }),
  parked: common.count.meta({ description: 'Deletions held by the brake until somebody approves.' }),
  details: z.array(
    z.strictObject({
      ...room,
      ...changes,
      action: z.enum(['initialized', 'updated', 'failed', 'busy', 'skipped']),
      error: z.string().optional(),
    }),
  ),
  errors,
  ...common.runFooter,
});

export const missingBody = z.strictObject({
  success: sometimes,
  message: common.message,
  checked: common.count.meta({ description: 'Mappings whose event was asked for.' }),
  skipped: common.count.meta({ description: 'Mappings of rooms whose delta is proven to work.' }),
  missing_events_detected: common.count,
  cancellations_processed: common.count,
  parked: common.count.meta({ description: 'Held by the brake until somebody approves.' }),
  details: z.array(
    z.strictObject({
      mapping_id: common.id,
      ...room,
      reservation_type: common.reservationType.nullable(),
      reservation_id: common.id.nullable(),
      outlook_event_id: common.eventId.nullable(),
      outcome: z.enum(['cancelled', 'unlinked', 'moved', 'recreated', 'kept', 'parked', 'later']),
    }),
  ),
  errors,
  ...common.runFooter,
});

export const pollingStatsBody = z.strictObject({
  success: common.success,
  statistics: z.strictObject({
    total_calendars: common.count,
    recently_polled: common.count.meta({ description: 'Polled successfully within the last half hour.' }),
    last_poll_time: common.timestamp.nullable(),
    oldest_poll_time: common.timestamp.nullable(),
    unhealthy_calendars: common.count.meta({ description: 'Their last poll failed.' }),
    health: z.enum(['healthy', 'degraded', 'critical', 'not initialized']),
    calendars: z.array(
      z.strictObject({
        ...room,
        last_poll_at: common.timestamp.nullable(),
        last_successful_poll_at: common.timestamp.nullable(),
        errors: common.count.meta({ description: 'Failed polls in a row.' }),
        last_error: z.string().nullable(),
        has_delta_token: z.boolean(),
      }),
    ),
  }),
  generated_at: common.timestamp,
});
