/** Use-case results as the documented bodies of `/sync/*`. */
import type { z } from 'zod';
import type {
  CleanupResult,
  PendingList,
  PopulateResult,
  PushDetail,
  PushOneResult,
  PushResult,
} from '../../sync/results.ts';
import type { RunContext } from '../../sync/settings.ts';
import type { cleanupBody, pendingBody, populateBody, pushBody, pushOneBody } from '../bodies/sync.ts';
import { messageOf, presentErrors, presentRun } from './common.ts';

export function presentPopulate(result: PopulateResult, run: RunContext): z.output<typeof populateBody> {
  return {
    success: true,
    message: messageOf(run, 'Mapping table populated'),
    created: result.created,
    updated: result.updated,
    skipped: result.skipped,
    conflicts: result.conflicts,
    errors: result.errors,
    error_details: presentErrors(result.errorDetails),
    total_candidates: result.totalCandidates,
    ...presentRun(result, run),
  };
}

export function presentPending(list: PendingList): z.output<typeof pendingBody> {
  return {
    success: true,
    count: list.rows.length,
    total: list.total,
    items: list.rows.map((row) => ({
      id: row.id,
      reservation_type: row.type,
      reservation_id: row.reservationId,
      resource_id: row.resourceId,
      outlook_item_id: row.calendar,
      sync_status: row.status,
      priority_level: row.priority,
      outlook_event_id: row.eventId,
      error_message: row.error,
      retry_count: row.retryCount,
      outlook_item_name: row.calendarName,
      created_at: row.createdAt,
    })),
  };
}

export function presentPush(result: PushResult, run: RunContext): z.output<typeof pushBody> {
  return {
    success: true,
    message: messageOf(run, 'Sync completed'),
    results: {
      processed: result.processed,
      created: result.created,
      updated: result.updated,
      deleted: result.deleted,
      skipped: result.skipped,
      errors: result.errors,
      remaining: result.remaining,
      stopped_early: result.stoppedEarly,
      error_details: presentErrors(result.errorDetails),
      details: result.details.map(presentDetail),
    },
    ...presentRun(result, run, result.remaining),
  };
}

const DONE: Readonly<Record<PushDetail['action'], string>> = {
  created: 'Created in Outlook',
  updated: 'Updated in Outlook',
  unchanged: 'Already equal in Outlook',
  deleted: 'Deleted in Outlook',
  suppressed: 'Not shown in Outlook: better reservations take its place',
  error: 'Not written to Outlook; it will be tried again',
};

export function presentPushOne(result: PushOneResult, run: RunContext): z.output<typeof pushOneBody> {
  return {
    success: true,
    message: messageOf(run, DONE[result.detail.action]),
    result: presentDetail(result.detail),
    error_details: presentErrors(result.errorDetails),
    ...presentRun(result, run),
  };
}

function presentDetail(detail: PushDetail): z.output<typeof pushOneBody>['result'] {
  return {
    item_type: detail.type,
    item_id: detail.reservationId,
    resource_id: detail.resourceId,
    action: detail.action,
    outlook_event_id: detail.eventId,
    title: detail.title,
    ...(detail.error !== undefined && { error: detail.error }),
  };
}

export function presentCleanup(result: CleanupResult, run: RunContext): z.output<typeof cleanupBody> {
  return {
    success: true,
    message: messageOf(run, 'Orphaned mappings removed'),
    deleted_count: result.deletedCount,
    kept_for_outlook_cleanup: result.keptForOutlookCleanup,
    details: result.details.map((row) => ({
      mapping_id: row.mappingId,
      reservation_type: row.type,
      reservation_id: row.reservationId,
      resource_id: row.resourceId,
      reason: row.reason,
    })),
    errors: result.errorDetails.length,
    error_details: presentErrors(result.errorDetails),
    ...presentRun(result, run),
  };
}
