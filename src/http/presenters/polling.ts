/** Use-case results as the documented bodies of `/polling/*`. */
import type { z } from 'zod';
import type { MissingResult, PollDetail, PollingStats, PollResult, RunResult } from '../../sync/results.ts';
import type { RunContext } from '../../sync/settings.ts';
import type { initializeBody, missingBody, pollBody, pollingStatsBody } from '../bodies/polling.ts';
import { messageOf, presentErrors, presentRun } from './common.ts';

export function presentInitialize(result: PollResult, run: RunContext): z.output<typeof initializeBody> {
  return {
    ...headOf(result, run, 'Polling initialized'),
    calendars_initialized: result.calendarsInitialized,
    calendars_updated: result.calendarsUpdated,
    calendars_failed: result.calendarsFailed,
    details: result.details.map((detail) => ({
      calendar_id: detail.calendar,
      resource_id: detail.resourceId,
      action: detail.action,
      status: detail.action === 'failed' ? 'error' : detail.action === 'busy' ? 'queued' : 'ok',
      has_delta_token: detail.hasDeltaToken,
      ...errorOf(detail),
    })),
    errors: presentErrors(result.errorDetails),
    ...presentRun(result, run, result.queuedCalendars.length),
  };
}

export function presentPoll(result: PollResult, run: RunContext): z.output<typeof pollBody> {
  return {
    ...headOf(result, run, 'Outlook polling completed successfully'),
    calendars_checked: result.calendarsChecked,
    ...changesOf(result),
    conflicts_detected: result.conflicts,
    parked: result.parked,
    details: result.details.map((detail) => ({
      calendar_id: detail.calendar,
      resource_id: detail.resourceId,
      ...changesOf(detail),
      action: detail.action,
      ...errorOf(detail),
    })),
    errors: presentErrors(result.errorDetails),
    ...presentRun(result, run, result.queuedCalendars.length),
  };
}

export function presentMissing(result: MissingResult, run: RunContext): z.output<typeof missingBody> {
  return {
    ...headOf(result, run, 'Missing event detection completed'),
    checked: result.checked,
    skipped: result.skipped,
    missing_events_detected: result.missingEventsDetected,
    cancellations_processed: result.cancellationsProcessed,
    parked: result.parked,
    details: result.details.map((detail) => ({
      mapping_id: detail.mappingId,
      calendar_id: detail.calendar,
      resource_id: detail.resourceId,
      reservation_type: detail.type,
      reservation_id: detail.reservationId,
      outlook_event_id: detail.eventId,
      outcome: detail.outcome,
    })),
    errors: presentErrors(result.errorDetails),
    ...presentRun(result, run, result.queuedCalendars.length),
  };
}

export function presentPollingStats(stats: PollingStats, generatedAt: string): z.output<typeof pollingStatsBody> {
  return {
    success: true,
    statistics: {
      total_calendars: stats.totalCalendars,
      recently_polled: stats.recentlyPolled,
      last_poll_time: stats.lastPollAt,
      oldest_poll_time: stats.oldestPollAt,
      unhealthy_calendars: stats.unhealthyCalendars,
      health: stats.health,
      calendars: stats.calendars.map((one) => ({
        calendar_id: one.calendar,
        resource_id: one.resourceId,
        last_poll_at: one.lastPollAt,
        last_successful_poll_at: one.lastSuccessfulPollAt,
        errors: one.errors,
        last_error: one.lastError,
        has_delta_token: one.hasDeltaToken,
      })),
    },
    generated_at: generatedAt,
  };
}

/** Partial failure keeps status 200 and says so here. */
function headOf({ errorDetails }: RunResult, run: RunContext, done: string) {
  const success = errorDetails.length === 0;
  return { success, message: messageOf(run, success ? done : 'Not every calendar could be done; see errors') };
}

type Changes = Pick<PollDetail, 'changesDetected' | 'deletionsProcessed' | 'importsDetected' | 'updatesApplied'>;

function changesOf({ changesDetected, deletionsProcessed, importsDetected, updatesApplied }: Changes) {
  return {
    changes_detected: changesDetected,
    deletions_processed: deletionsProcessed,
    imports_detected: importsDetected,
    updates_applied: updatesApplied,
  };
}

function errorOf({ error }: PollDetail) {
  return error === undefined ? {} : { error };
}
