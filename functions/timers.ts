/** Scheduled jobs (booking-domain 4). A timer is limited by time, not by a number of rows: it goes on until nothing is left. */
import type { TimerHandler } from '@azure/functions';
import { getApp } from '../src/app.ts';
import type { JobName } from '../src/config.ts';
import { detectCancellations } from '../src/sync/cancellations.ts';
import { cleanupOrphans } from '../src/sync/cleanup.ts';
import { pushPending } from '../src/sync/push.ts';
import type { PushResult, RunResult } from '../src/sync/results.ts';
import type { RunContext, SyncDeps } from '../src/sync/settings.ts';

export interface JobTimer {
  /** Name of the Azure function. */
  readonly name: string;
  readonly job: JobName;
  readonly handler: TimerHandler;
}

/** A timer that runs `work` under the job's lock, with a run record. A failure ends the invocation as failed. */
function jobTimer<T extends RunResult>(
  name: string,
  job: JobName,
  work: (deps: SyncDeps, run: RunContext) => Promise<T>,
): JobTimer {
  const handler: TimerHandler = async (timer, context) => {
    const app = await getApp();
    const properties = { invocationId: context.invocationId, function: name, isPastDue: timer.isPastDue };
    await app.runJob(job, work, app.logTo(context, properties));
  };
  return { name, job, handler };
}

/** Mappings of one step; large, as each step begins with a discovery. */
const STEP = 5000;

/** Pushes until nothing is left, nothing moves any more, or time is up. */
export async function pushAll(deps: SyncDeps, run: RunContext): Promise<PushResult> {
  let last = await pushPending(deps, run, { limit: STEP });
  let total = last;
  while (last.remaining > 0 && !last.stoppedEarly && last.queuedCalendars.length === 0 && hasMoved(last)) {
    last = await pushPending(deps, run, { limit: STEP });
    total = add(total, last);
  }
  return total;
}

function hasMoved({ created, updated, deleted }: PushResult): boolean {
  return created + updated + deleted > 0;
}

function add(sum: PushResult, step: PushResult): PushResult {
  return {
    processed: sum.processed + step.processed,
    created: sum.created + step.created,
    updated: sum.updated + step.updated,
    deleted: sum.deleted + step.deleted,
    skipped: sum.skipped + step.skipped,
    errors: sum.errors + step.errors,
    durationMs: sum.durationMs + step.durationMs,
    remaining: step.remaining,
    stoppedEarly: step.stoppedEarly,
    queuedCalendars: step.queuedCalendars,
    details: [...sum.details, ...step.details],
    errorDetails: [...sum.errorDetails, ...step.errorDetails],
  };
}

export const timers: readonly JobTimer[] = [
  jobTimer('toOutlookTimer', 'to-outlook', pushAll),
  jobTimer('syncDeletionsTimer', 'sync-deletions', (deps, run) => detectCancellations(deps, run)),
  jobTimer('cleanupOrphanedTimer', 'cleanup-orphaned', cleanupOrphans),
  jobTimer('toOutlookBatchTimer', 'to-outlook-batch', pushAll),
];
