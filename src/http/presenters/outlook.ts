/** Use-case results as the documented bodies. */
import type { z } from 'zod';
import type { FromOutlookResult, OutlookEventList } from '../../sync/results.ts';
import type { RunContext } from '../../sync/settings.ts';
import type { fromOutlookBody, outlookEventsBody } from '../bodies/outlook.ts';
import { messageOf, presentErrors, presentRun } from './common.ts';

export function presentOutlookEvents(list: OutlookEventList): z.output<typeof outlookEventsBody> {
  return {
    success: list.errorDetails.length === 0,
    count: list.events.length,
    total: list.total,
    events: list.events.map((event) => ({
      outlook_event_id: event.eventId,
      resource_id: event.resourceId,
      resource_name: event.resourceName,
      calendar_id: event.calendar,
      subject: event.subject,
      description: event.description,
      start_time: event.start,
      end_time: event.end,
      is_all_day: event.isAllDay,
      organizer: event.organizer,
      organizer_email: event.organizerEmail,
      importable: event.importable,
      reason: event.reason,
    })),
    error_details: presentErrors(list.errorDetails),
  };
}

export function presentFromOutlook(result: FromOutlookResult, run: RunContext): z.output<typeof fromOutlookBody> {
  return {
    success: true,
    message: messageOf(run, 'Outlook events noted for import'),
    created: result.created,
    updated: result.updated,
    skipped: result.skipped,
    skipped_reasons: { ...result.skippedReasons },
    calendars_checked: result.calendarsChecked,
    errors: result.errors,
    error_details: presentErrors(result.errorDetails),
    ...presentRun(result, run, result.queuedCalendars.length),
  };
}
