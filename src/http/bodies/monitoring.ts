import { z } from 'zod';
import * as common from './common.ts';

const statusCounts = {
  pending: common.count,
  synced: common.count,
  error: common.count,
  conflict: common.count,
  cancelled: common.count,
  imported: common.count,
};
const statuses = z.strictObject(statusCounts);

/** The body of the statistics; the shape of `/sync/status` is a part of it. */
export const statsBody = z.strictObject({
  success: common.success,
  statistics: z.strictObject({
    total_mappings: common.count,
    summary: z.strictObject({
      ...statusCounts,
      booking_to_outlook: common.count,
      outlook_to_booking: common.count,
    }),
    by_type: z.strictObject({ event: statuses, booking: statuses, allocation: statuses, unassigned: statuses }),
    by_status: statuses,
    by_direction: z.strictObject({
      booking_to_outlook: common.count,
      outlook_to_booking: common.count,
      bidirectional: common.count,
      unknown: common.count,
    }),
    orphaned_mappings: common.count.meta({ description: 'Their reservation row is gone; cleanup removes them.' }),
    oldest_pending_at: common.timestamp.nullable(),
    last_sync_at: common.timestamp.nullable(),
    jobs: z.record(
      z.string(),
      z.strictObject({
        last_run_at: common.timestamp,
        last_result: z.enum(['running', 'ok', 'partial', 'failed', 'skipped']),
        last_trigger: z.enum(['timer', 'http', 'queue', 'sandbox']),
        last_error: z.string().nullable(),
      }),
    ),
  }),
  generated_at: common.timestamp,
});

export const healthBody = z.strictObject({
  success: z.boolean(),
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  database: z.enum(['ok', 'unavailable', 'misconfigured']),
  missing_settings: z.array(z.string()).meta({ description: 'Settings that keep Graph from being called.' }),
  checked_at: common.timestamp,
});
