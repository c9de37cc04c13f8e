import { z } from 'zod';
import * as common from './common.ts';

export const populateBody = z.strictObject({
  success: common.success,
  message: common.message,
  created: common.count,
  updated: common.count,
  skipped: common.count,
  conflicts: common.count,
  errors: common.count,
  error_details: common.errorDetails,
  total_candidates: common.count,
  ...common.runFooter,
});

export const pendingBody = z.strictObject({
  success: common.success,
  count: common.count.meta({ description: 'Items in this answer.' }),
  total: common.count.meta({ description: 'All pending rows and retryable errors.' }),
  items: z.array(
    z.strictObject({
      id: common.id,
      reservation_type: common.reservationType.nullable(),
      reservation_id: common.id.nullable(),
      resource_id: common.id,
      outlook_item_id: common.roomId,
      sync_status: common.status,
      priority_level: common.id,
      outlook_event_id: common.eventId.nullable(),
      error_message: z.string().nullable(),
      retry_count: common.count,
      outlook_item_name: z.string().nullable(),
      created_at: common.timestamp,
    }),
  ),
});

const pushDetail = z.strictObject({
  item_type: common.reservationType,
  item_id: common.id,
  resource_id: common.id,
  action: z.enum(['created', 'updated', 'unchanged', 'deleted', 'suppressed', 'error']),
  outlook_event_id: common.eventId.nullable(),
  title: z.string().nullable(),
  error: z.string().optional(),
});

export const pushBody = z.strictObject({
  success: common.success,
  message: common.message,
  results: z.strictObject({
    processed: common.count.meta({ description: 'created + updated + errors.' }),
    created: common.count,
    updated: common.count,
    deleted: common.count,
    skipped: common.count,
    errors: common.count,
    remaining: common.count,
    stopped_early: z.boolean(),
    error_details: common.errorDetails,
    details: z.array(pushDetail),
  }),
  ...common.runFooter,
});

export const pushOneBody = z.strictObject({
  success: common.success,
  message: common.message,
  result: pushDetail,
  error_details: common.errorDetails,
  ...common.runFooter,
});

export const cleanupBody = z.strictObject({
  success: common.success,
  message: common.message,
  deleted_count: common.count,
  kept_for_outlook_cleanup: common.count.meta({ description: 'Rows whose Outlook copy still has to be deleted.' }),
  details: z.array(
    z.strictObject({
      mapping_id: common.id,
      reservation_type: common.reservationType.nullable(),
      reservation_id: common.id.nullable(),
      resource_id: common.id,
      reason: z.string(),
    }),
  ),
  errors: common.count,
  error_details: common.errorDetails,
  ...common.runFooter,
});
