/** What the service does: timers and HTTP calls, through the use cases the functions call, with the run records they keep. */
import { isSyncError } from '../../../src/domain/errors.ts';
import { cancelBooking } from '../../../src/sync/cancel-booking.ts';
import { detectCancellations, detectReenabled } from '../../../src/sync/cancellations.ts';
import { tick } from '../../../src/sync/change-tick.ts';
import { cleanupOrphans } from '../../../src/sync/cleanup.ts';
import { processImports } from '../../../src/sync/import-reservations.ts';
import { pollChanges } from '../../../src/sync/poll.ts';
import { pushOne, pushPending } from '../../../src/sync/push.ts';
import type { RunResult } from '../../../src/sync/results.ts';
import { type PassInput, passRooms } from '../../../src/sync/run.ts';
import type { RunContext, SyncDeps } from '../../../src/sync/settings.ts';
import { detectMissing } from '../../../src/sync/verify-missing.ts';
import { roomAt } from './clerk.ts';
import type { Process } from './scheduler.ts';
import { ROOMS } from './stage.ts';
import type { Truth } from './truth.ts';
import type { Worker } from './worker.ts';

export interface Job {
  readonly name: string;
  readonly trigger: RunContext['trigger'];
  readonly work: (deps: SyncDeps, run: RunContext) => Promise<unknown>;
}

/** The use case of a verb; null when there is nothing it could be about. */
export function jobOf(verb: string, a: number, b: number, truth: Truth): Job | null {
  const trigger = b % 3 === 0 ? ('http' as const) : ('timer' as const);
  const all = [...truth.reservations.values()];
  const one = all[a % Math.max(1, all.length)];
  const key =
    one === undefined
      ? null
      : { type: one.type, id: one.id, resourceId: one.rooms[b % Math.max(1, one.rooms.length)] ?? roomAt(b) };
  switch (verb) {
    case 'pass':
      return { name: 'change-tick', trigger: 'timer', work: (deps, run) => pass(deps, run, { pull: b % 4 !== 0 }) };
    case 'tick':
      return { name: 'change-tick', trigger: 'timer', work: tick };
    case 'passRoom':
      return {
        name: 'change-tick',
        trigger: 'timer',
        work: (deps, run) => pass(deps, run, { pull: true, calendars: [ROOMS[a % ROOMS.length]?.calendar ?? ''] }),
      };
    case 'push':
      return {
        name: 'to-outlook',
        trigger,
        work: (deps, run) => pushPending(deps, run, { limit: b % 5 === 0 ? 2 : 50 }),
      };
    case 'pushOne':
      return key === null
        ? null
        : { name: 'to-outlook', trigger: 'http', work: (deps, run) => pushOne(deps, run, key) };
    case 'deletions':
      return { name: 'sync-deletions', trigger, work: (deps, run) => detectCancellations(deps, run) };
    case 'reenabled':
      return { name: 'sync-deletions', trigger: 'http', work: detectReenabled };
    case 'imports':
      return {
        name: 'process-imports',
        trigger,
        work: (deps, run) => processImports(deps, run, { limit: b % 5 === 0 ? 1 : 50 }),
      };
    case 'cleanup':
      return { name: 'cleanup-orphaned', trigger, work: cleanupOrphans };
    case 'poll':
      return { name: 'poll-changes', trigger, work: (deps, run) => pollChanges(deps, run) };
    case 'verify':
      return { name: 'detect-missing', trigger, work: (deps, run) => detectMissing(deps, run) };
    case 'cancelNow':
      return key === null
        ? null
        : {
            name: 'cancel-booking',
            trigger: 'http',
            work: (deps, run) => cancelBooking(deps, run, { ...key, deactivate: true }),
          };
    case 'confirm':
      return {
        name: 'sync-deletions',
        trigger: 'http',
        work: (deps, run) => detectCancellations(deps, run, { confirm: true }),
      };
    default:
      throw new Error(`the service does not ${verb}`);
  }
}

/** What a message of the queue asks for. */
export function passJob(calendar: string): Job {
  return {
    name: 'change-tick',
    trigger: 'queue',
    work: (deps, run) => pass(deps, run, { pull: true, calendars: [calendar] }),
  };
}

/** A pass with the fields every run's record is made of. */
async function pass(deps: SyncDeps, run: RunContext, input: PassInput): Promise<RunResult> {
  const { errors, busy } = await passRooms(deps, run, input);
  return { durationMs: 0, stoppedEarly: false, errorDetails: errors, queuedCalendars: busy };
}

/** Runs one job on a worker. Everything the engine throws on purpose is its business; anything else is a bug. */
export async function runJob(
  worker: Worker,
  job: Job,
  watch: (worker: Process, deps: SyncDeps) => SyncDeps,
  report: (broken: string) => void,
): Promise<void> {
  const { app, process } = worker;
  const run = app.startRun(job.name, job.trigger);
  try {
    await app.recordRun(run, async (deps, context) => (await job.work(watch(process, deps), context)) as RunResult);
  } catch (error) {
    if (process.state === 'dead') return;
    if (!isSyncError(error) || error.kind === 'bug') {
      report(
        `${job.name} failed unexpectedly: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    }
  }
}
