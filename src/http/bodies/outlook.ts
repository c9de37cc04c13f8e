/** Bodies of what looks into Outlook by hand. */
import { z } from 'zod';
import * as common from './common.ts';

export const outlookEventsBody = z.strictObject({
  success: z.boolean().meta({ description: 'False when a calendar could not be read; the others were.' }),
  count: common.count.meta({ description: 'Events in this answer.' }),
  total: common.count,
  events: z.array(
    z.strictObject({
      outlook_event_id: common.eventId,
      resource_id: common.id,
      resource_name: z.string(),
      calendar_id: common.roomId,
      subject: z.string(),
      description: z.string(),
      start_time: common.wallClock,
      end_time: common.wallClock,
      is_all_day: z.boolean(),
      organizer: z.string().nullable(),
      organizer_email: z.string().nullable(),
      importable: z.boolean(),
      reason: z.string().nullable().meta({ description: 'Why it is not imported; null when it is.' }),
    }),
  ),
  error_details: common.errorDetails,
});

export const fromOutlookBody = z.strictObject({
  success: common.success,
  message: common.message,
  created: common.count.meta({ description: 'Newly noted, and events of ours that got their mapping back.' }),
  updated: common.count.meta({ description: 'Rows that followed their event.' }),
  skipped: common.count,
  skipped_reasons: z
    .record(z.string(), common.count)
    .meta({ description: 'How many by `reason`, in the words of `GET /sync/outlook-events`.' }),
  calendars_checked: common.count,
  errors: common.count,
  error_details: common.errorDetails,
  ...common.runFooter,
});
