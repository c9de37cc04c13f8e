/** Use-case results as the documented bodies of `/booking/*`. */
import type { z } from 'zod';
import type { ImportStatistics } from '../../monitoring/figures.ts';
import type { ImportDetail, ImportList, ImportsResult } from '../../sync/results.ts';
import type { RunContext } from '../../sync/settings.ts';
import type {
  pendingImportsBody,
  processedImportsBody,
  processImportsBody,
  processingStatsBody,
} from '../bodies/imports.ts';
import { messageOf, presentErrors, presentRun, successRate } from './common.ts';

export function presentImports(result: ImportsResult, run: RunContext): z.output<typeof processImportsBody> {
  return {
    success: true,
    message: messageOf(run, 'Import processing completed'),
    results: {
      processed: result.processed,
      successful: result.successful,
      errors: result.errors,
      skipped: result.skipped,
      success_rate: successRate(result.successful, result.processed, result.errors),
      reservation_ids: [...result.reservationIds],
      details: result.details.map(presentDetail),
      error_details: presentErrors(result.errorDetails),
    },
    ...presentRun(result, run, result.remaining),
  };
}

function presentDetail(detail: ImportDetail): z.output<typeof processImportsBody>['results']['details'][number] {
  return {
    outlook_item_id: detail.eventId,
    outlook_event_id: detail.eventId,
    calendar_id: detail.calendar,
    mapping_id: detail.mappingId,
    reservation_id: detail.reservationId,
    title: detail.title,
    start_time: detail.start,
    end_time: detail.end,
    resource_id: detail.resourceId,
    status: detail.status,
    linked_resources: [...detail.linkedResources].sort((a, b) => a - b),
    warnings: [...detail.warnings],
    ...(detail.error !== undefined && { error: detail.error }),
  };
}

export function presentPendingImports({ rows, total }: ImportList): z.output<typeof pendingImportsBody> {
  return {
    success: true,
    count: rows.length,
    total,
    pending_imports: rows.map((row) => ({
      ...listedOf(row),
      outlook_item_id: row.calendar,
      subject: row.subject,
      start_time: row.startsAt,
      end_time: row.endsAt,
      organizer: row.organizer,
      error_message: row.error,
      retry_count: row.retryCount,
    })),
  };
}

/** `times`: when each became its reservation, by mapping id. */
export function presentProcessedImports(
  { rows, total }: ImportList,
  times: ReadonlyMap<number, string>,
): z.output<typeof processedImportsBody> {
  return {
    success: true,
    count: rows.length,
    total,
    processed_imports: rows.map((row) => ({
      ...listedOf(row),
      reservation_type: row.type,
      reservation_id: row.reservationId,
      updated_at: row.updatedAt,
      processed_at: times.get(row.id) ?? null,
    })),
  };
}

function listedOf(row: ImportList['rows'][number]) {
  return {
    id: row.id,
    outlook_event_id: row.eventId,
    resource_id: row.resourceId,
    resource_name: row.resourceName,
    sync_status: row.status,
    sync_direction: row.direction,
    created_at: row.createdAt,
  };
}

export function presentProcessingStats(figures: ImportStatistics): z.output<typeof processingStatsBody> {
  return {
    success: true,
    statistics: {
      total_imported: figures.total,
      processed: figures.processed,
      pending: figures.pending,
      conflicts: figures.conflicts,
      cancelled: figures.cancelled,
      errors: figures.errors,
      success_rate: successRate(figures.processed, figures.processed + figures.errors, figures.errors),
      error_types: { ...figures.errorTypes },
      reservations: figures.reservations,
      reservation_id_range: { min: figures.firstId, max: figures.lastId },
      first_processed_at: figures.firstAt,
      last_processed_at: figures.lastAt,
    },
    generated_at: figures.generatedAt,
  };
}
