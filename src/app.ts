/**
 * Composition root: builds the object graph once per worker, lazily. SQL drivers and the Graph SDK are imported with their first use, so
 * that importing this file costs a cold start next to nothing (D9).
 */
import { type JobOutcome, runJob } from './app/jobs.ts';
import { type LazyGraph, lazyCalendars, lazyGraph } from './app/lazy-graph.ts';
import { newRun, type RunOptions, recordRun } from './app/runs.ts';
import { systemClock, systemIds } from './app/system.ts';
import { type Config, type JobName, loadConfig } from './config.ts';
import { explainProblems, findGraphProblems } from './graph/settings.ts';
import type { Transport } from './graph/transport.ts';
import { createStatistics, type Statistics } from './monitoring/statistics.ts';
import type { Database, StatementHooks } from './sql/database.ts';
import type { Clock, Ids, Log, RoomCalendars, SyncStore, WakeUps } from './sync/ports.ts';
import type { RunResult } from './sync/results.ts';
import type { RunContext, SyncDeps } from './sync/settings.ts';
import { createLog, invocationSink, type LogSink, processSink } from './telemetry/log.ts';
import { createTelemetry, loadApplicationInsights } from './telemetry/telemetry.ts';

/** What a host may bring instead of the real thing: the sandbox, tests, the simulation. */
export interface AppParts {
  readonly clock?: Clock;
  readonly ids?: Ids;
  /** Where log lines go that belong to no invocation. */
  readonly logSink?: LogSink;
  /** An open database, closed by its owner; default: opened as configured and closed by `App.close`. */
  readonly database?: Database;
  /** Seams around each statement of the database opened here. */
  readonly statementHooks?: StatementHooks;
  /** Carries requests to Graph; default: `fetch`. */
  readonly graphTransport?: Transport;
  /** Instead of the gateway's calendars. */
  readonly calendars?: RoomCalendars;
  /** Default: none; the change tick and the timers find every signal in SQL. */
  readonly wakeUps?: WakeUps;
}

type Work<T> = (deps: SyncDeps, run: RunContext) => Promise<T>;

/** Everything a function needs, behind one door. */
export interface App {
  readonly config: Config;
  readonly deps: SyncDeps;
  readonly store: SyncStore;
  readonly database: Database;
  readonly graph: LazyGraph;
  readonly statistics: Statistics;
  startRun(job: string, trigger: RunContext['trigger'], options?: RunOptions): RunContext;
  /** Carries out a run with its record; `log` (default: the app's) receives its lines. Dry runs leave no record. */
  recordRun<T extends RunResult>(run: RunContext, work: Work<T>, log?: Log): Promise<T>;
  /** Runs a scheduled job unless it is switched off or running elsewhere. */
  runJob<T extends RunResult>(job: JobName, work: Work<T>, log?: Log): Promise<JobOutcome<T>>;
  /** A log into one invocation; must not be used after it returned. */
  logTo(context: LogSink, properties: Readonly<Record<string, unknown>>): Log;
  /** Throws `misconfigured` naming each missing setting while Graph cannot be called (S23). */
  requireGraph(): void;
  /** Sends waiting telemetry and closes the database. Never throws. */
  close(): Promise<void>;
}

/** Builds the app. Throws `misconfigured`, or `database-unavailable` when the embedded engine cannot open its file. */
export async function createApp(config: Config, parts: AppParts = {}): Promise<App> {
  const { clock = systemClock, ids = systemIds, wakeUps = { wake: async () => {} } } = parts;
  const log = createLog(parts.logSink ?? processSink(), config.monitoring.logLevel);
  const { openStores } = await import('./app/stores.ts');
  const { statementHooks: hooks = {}, database: given } = parts;
  const { database, store, figures } = await openStores(config, { clock, hooks, given });
  const graph = lazyGraph(config.graph, {
    clock,
    ids,
    log,
    ...(parts.graphTransport !== undefined && { transport: parts.graphTransport }),
  });
  const calendars = parts.calendars ?? lazyCalendars(graph);
  const deps: SyncDeps = { store, calendars, clock, ids, log, wakeUps, settings: config.sync };
  const statistics = createStatistics({ figures, store, clock, zone: config.booking.zone });
  const { applicationInsights } = config.monitoring;
  const load = applicationInsights === null ? null : () => loadApplicationInsights(applicationInsights);
  const telemetry = createTelemetry(load, log);
  const recorder = (runLog: Log) => ({ deps: { ...deps, log: runLog }, telemetry, onWritten: statistics.forget });

  return {
    config,
    deps,
    store,
    database,
    graph,
    statistics,
    startRun: (job, trigger, options) => newRun(deps, job, trigger, options),
    recordRun: (run, work, runLog = log) => recordRun(recorder(runLog), run, work),
    runJob: (job, work, runLog = log) => runJob(recorder(runLog), job, config.jobs[job].enabled, work),
    logTo: (context, properties) => createLog(invocationSink(context), config.monitoring.logLevel, properties),
    requireGraph: () => {
      const problems = parts.calendars === undefined ? findGraphProblems(config.graph) : [];
      if (problems.length > 0) throw explainProblems(problems);
    },
    async close() {
      // Side by side: the host gives about 5 s, and a slow telemetry endpoint must not keep the database open.
      const closed = parts.database === undefined ? database.close() : Promise.resolve();
      await Promise.all([
        telemetry.flush(),
        closed.catch((error) => log.warn('the database was not closed', { error })),
      ]);
    },
  };
}

type AppFactory = () => Promise<App>;

const production: AppFactory = async () => createApp(loadConfig());

/** The only state of this module: how to make the app, and the app of this worker. */
const worker: { factory: AppFactory; app: Promise<App> | null } = { factory: production, app: null };

/** The app of this worker, made with the first call. A start that failed is tried again by the next one. */
export function getApp(): Promise<App> {
  if (worker.app !== null) return worker.app;
  const app = worker.factory();
  app.catch(() => {
    if (worker.app === app) worker.app = null;
  });
  worker.app = app;
  return app;
}

/** For hosts that bring their own parts. The app made so far is dropped, not closed. */
export function useApp(factory: AppFactory): void {
  worker.factory = factory;
  worker.app = null;
}

/** When the worker stops: closes the app if there is one. */
export async function closeApp(): Promise<void> {
  const app = worker.app;
  worker.app = null;
  await (await app?.catch(() => null))?.close();
}
