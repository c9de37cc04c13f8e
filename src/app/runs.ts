/** Runs: who asked, until when, what became of it. Every call that writes and every timer goes through here. */
import { isSyncError } from '../domain/errors.ts';
import type { RunRecord } from '../sync/ports.ts';
import type { PushDetail, RunResult } from '../sync/results.ts';
import type { RunContext, SyncDeps } from '../sync/settings.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { watchWrites } from './watched-store.ts';

export interface RunOptions {
  readonly dryRun?: boolean;
  /** Epoch milliseconds; default: the configured run time from now. */
  readonly deadline?: number;
  /** Journal actor; default: the trigger. */
  readonly actor?: string;
}

export function newRun(
  deps: SyncDeps,
  job: string,
  trigger: RunContext['trigger'],
  options: RunOptions = {},
): RunContext {
  return {
    runId: deps.ids.uuid(),
    job,
    trigger,
    actor: options.actor ?? trigger,
    deadline: options.deadline ?? deps.clock.now() + deps.settings.runMs,
    dryRun: options.dryRun ?? false,
  };
}

export interface RunRecorder {
  readonly deps: SyncDeps;
  readonly telemetry: Telemetry;
  /** Called when a run that wrote mappings or journal has ended, well or badly. */
  readonly onWritten: () => void;
}

/**
 * Carries out `work` and keeps its record: started, finished with counts and outcome, or failed with the error. Dry runs leave no
 * record, as they write nothing. A record that cannot be finished harms no work that was done.
 */
export async function recordRun<T extends RunResult>(
  { deps, telemetry, onWritten }: RunRecorder,
  run: RunContext,
  work: (deps: SyncDeps, run: RunContext) => Promise<T>,
): Promise<T> {
  const log = deps.log.scope({ runId: run.runId, job: run.job, trigger: run.trigger });
  if (run.dryRun) return work({ ...deps, log }, run);
  let wrote = false;
  const store = watchWrites(deps.store, () => {
    wrote = true;
  });
  const startedAt = deps.clock.now();
  await deps.store.runs.start({ runId: run.runId, job: run.job, trigger: run.trigger });

  const finish = async (ending: Pick<RunRecord, 'outcome' | 'counts' | 'error'>, errorKind: string | null) => {
    if (wrote) onWritten();
    const durationMs = deps.clock.now() - startedAt;
    const report = { outcome: ending.outcome, durationMs, counts: ending.counts, errorKind };
    log.info('run finished', { ...report, kind: errorKind });
    telemetry.reportRun({ runId: run.runId, job: run.job, trigger: run.trigger, ...report });
    await deps.store.runs
      .finish({ runId: run.runId, ...ending })
      .catch((error) => log.warn('the record of a run could not be finished', { error }));
  };

  try {
    const result = await work({ ...deps, log, store }, run);
    await finish({ outcome: outcomeOf(result), counts: countsOf(result), error: null }, null);
    return result;
  } catch (error) {
    const outcome = outcomeOfError(error);
    if (outcome === 'failed') log.error('run failed', { error });
    const known = isSyncError(error) && error.kind !== 'bug';
    const message = known ? error.message : 'Something went wrong here; the log has the details.';
    await finish({ outcome, counts: {}, error: message }, isSyncError(error) ? error.kind : 'bug');
    throw error;
  }
}

/** `skipped`: the caller asked for what cannot be, which is no failure of ours; `partial`: a room in other hands has it queued. */
function outcomeOfError(error: unknown): 'skipped' | 'partial' | 'failed' {
  if (isSyncError(error, 'invalid-request', 'unknown', 'not-allowed')) return 'skipped';
  return isSyncError(error, 'busy') ? 'partial' : 'failed';
}

/** `partial`: something failed, was left to others or to the next call. */
export function outcomeOf(result: RunResult): 'ok' | 'partial' {
  const { errors = 0 } = countsOf(result);
  const complete = errors === 0 && result.errorDetails.length === 0 && !result.stoppedEarly;
  return complete && result.queuedCalendars.length === 0 ? 'ok' : 'partial';
}

/**
 * Every number of a result, those of its `counts` included, the length of its lists and a 1 for each plain fact that is true, by
 * their names; of a push of one, its action.
 */
export function countsOf(result: RunResult): Readonly<Record<string, number>> {
  const { durationMs: _, plan: __, stoppedEarly: ___, ...rest } = result;
  const fields: [string, unknown][] = Object.entries(rest);
  const entries = fields.flatMap(([name, value]): [string, number][] => {
    if (typeof value === 'number') return [[name, value]];
    if (value === true) return [[name, 1]];
    if (name === 'detail') return [actionCount(value as PushDetail)];
    if (name === 'counts') return Object.entries(value as Readonly<Record<string, number>>);
    return Array.isArray(value) && name !== 'details' && value.length > 0 ? [[name, value.length]] : [];
  });
  return Object.fromEntries(entries);
}

function actionCount({ action }: PushDetail): [string, number] {
  return [action === 'error' ? 'errors' : action, 1];
}
