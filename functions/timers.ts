/** Scheduled jobs. A timer is limited by time, not by a number of rows: it goes on until nothing is left. */
import type { TimerHandler } from '@azure/functions';
import { getApp } from '../src/app.ts';
import type { JobName } from '../src/config.ts';
import { detectCancellations } from '../src/sync/cancellations.ts';
import { tick } from '../src/sync/change-tick.ts';
import { cleanupOrphans } from '../src/sync/cleanup.ts';
import { pollChanges } from '../src/sync/poll.ts';
import type { RunResult } from '../src/sync/results.ts';
import type { RunContext, SyncDeps } from '../src/sync/settings.ts';
import { detectMissing } from '../src/sync/verify-missing.ts';
import { importAll, pushAll } from './until-done.ts';

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

export const timers: readonly JobTimer[] = [
  jobTimer('toOutlookTimer', 'to-outlook', pushAll),
  // By delta, as polling does: the call of the same name reads a whole range, a timer only what changed.
  jobTimer('fromOutlookTimer', 'from-outlook', (deps, run) => pollChanges(deps, run)),
  jobTimer('processImportsTimer', 'process-imports', importAll),
  jobTimer('syncDeletionsTimer', 'sync-deletions', (deps, run) => detectCancellations(deps, run)),
  jobTimer('cleanupOrphanedTimer', 'cleanup-orphaned', cleanupOrphans),
  jobTimer('toOutlookBatchTimer', 'to-outlook-batch', pushAll),
  jobTimer('processImportsBatchTimer', 'process-imports-batch', importAll),
  jobTimer('pollChangesTimer', 'poll-changes', (deps, run) => pollChanges(deps, run)),
  jobTimer('detectMissingEventsTimer', 'detect-missing-events', (deps, run) => detectMissing(deps, run)),
  jobTimer('changeTickTimer', 'change-tick', tick),
];
