import type { z } from 'zod';
import type { Operation } from '../../sync/plan.ts';
import type { ErrorDetail, RunResult } from '../../sync/results.ts';
import type { RunContext } from '../../sync/settings.ts';
import type { errorDetail, operation, runFooter } from '../bodies/common.ts';

type Body<Shape extends Readonly<Record<string, z.ZodType>>> = z.output<z.ZodObject<Shape>>;

export function presentErrors(details: readonly ErrorDetail[]): z.output<typeof errorDetail>[] {
  return details.map((detail) => ({
    message: detail.message,
    ...(detail.code !== undefined && { code: detail.code }),
    ...(detail.field !== undefined && { field: detail.field }),
    ...(detail.calendar !== undefined && { calendar_id: detail.calendar }),
    ...(detail.resourceId !== undefined && { resource_id: detail.resourceId }),
    ...(detail.mappingId !== undefined && { mapping_id: detail.mappingId }),
    ...(detail.type !== undefined && { reservation_type: detail.type }),
    ...(detail.reservationId !== undefined && { reservation_id: detail.reservationId }),
    ...(detail.step !== undefined && { step: detail.step }),
  }));
}

/** `remaining`: what the next call would find; use cases that always finish leave it at 0. */
export function presentRun(result: RunResult, run: RunContext, remaining = 0): Body<typeof runFooter> {
  return {
    run_id: run.runId,
    dry_run: run.dryRun,
    duration_ms: Math.round(result.durationMs),
    remaining,
    stopped_early: result.stoppedEarly,
    queued: result.queuedCalendars.length > 0,
    ...(result.plan !== undefined && { plan: result.plan.map(presentOperation) }),
  };
}

function presentOperation(planned: Operation): z.output<typeof operation> {
  return {
    side: planned.side,
    action: planned.action,
    calendar_id: planned.calendar,
    resource_id: planned.resourceId,
    mapping_id: planned.mappingId,
    reservation_type: planned.type,
    reservation_id: planned.reservationId,
    outlook_event_id: planned.eventId,
    reason: planned.reason,
    cause: planned.cause,
    sync_status: planned.status ?? null,
  };
}

/** What a call says it did; a dry run did nothing. */
export function messageOf(run: RunContext, done: string): string {
  return run.dryRun ? 'Dry run: nothing was written' : done;
}

/** "NN%": rounded down, "100%" only without errors, and when there was nothing to do. */
export function successRate(successful: number, total: number, errors: number): string {
  if (total === 0) return errors === 0 ? '100%' : '0%';
  const percent = Math.floor((100 * successful) / total);
  return `${errors > 0 ? Math.min(percent, 99) : Math.min(percent, 100)}%`;
}
