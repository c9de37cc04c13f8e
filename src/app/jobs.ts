import type { RunResult } from '../sync/results.ts';
import type { RunContext, SyncDeps } from '../sync/settings.ts';
import { newRun, type RunRecorder, recordRun } from './runs.ts';

/** A lock outlives the longest run by this, so that a crashed worker blocks its job for one interval at most. */
const LOCK_MARGIN_MS = 60_000;

export type JobOutcome<T> = { readonly done: T } | { readonly skipped: 'already running' | 'switched off' };

/**
 * Runs a scheduled job, unless another worker has it (a lock on the database's clock). A skipped tick leaves no record: the run that
 * holds the lock has its own, and would be hidden behind it. HTTP calls take no job lock; room leases keep them apart.
 */
export async function runJob<T extends RunResult>(
  recorder: RunRecorder,
  job: string,
  enabled: boolean,
  work: (deps: SyncDeps, run: RunContext) => Promise<T>,
): Promise<JobOutcome<T>> {
  const { deps } = recorder;
  const log = deps.log.scope({ job, trigger: 'timer' });
  if (!enabled) {
    log.info('job skipped: it is switched off');
    return { skipped: 'switched off' };
  }
  const run = newRun(deps, job, 'timer');
  const locked = await deps.store.runs.lockJob(job, run.runId, deps.settings.runMs + LOCK_MARGIN_MS);
  if (!locked) {
    log.info('job skipped: it is already running');
    return { skipped: 'already running' };
  }
  try {
    return { done: await recordRun(recorder, run, work) };
  } finally {
    await deps.store.runs
      .unlockJob(job, run.runId)
      .catch((error) => log.warn('a job lock was not given back; it ends by itself', { error }));
  }
}
