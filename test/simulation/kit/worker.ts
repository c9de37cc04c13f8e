/**
 * A simulated worker: the production composition root whose every effect parks at the scheduler. An incarnation that was killed never
 * reaches the database or Graph again, its `finally` blocks included; its open transaction is rolled back, as by a lost connection.
 */
import { type App, createApp } from '../../../src/app.ts';
import { loadConfig } from '../../../src/config.ts';
import { SyncError } from '../../../src/domain/errors.ts';
import type { TransportRequest, TransportResponse } from '../../../src/graph/transport.ts';
import { networkError } from '../../../src/sandbox/graph-simulator/wire.ts';
import { createSeededIds } from '../../../src/sandbox/seeded-ids.ts';
import type { StatementInfo } from '../../../src/sql/database.ts';
import type { WakeUps } from '../../../src/sync/ports.ts';
import type { SyncDeps } from '../../../src/sync/settings.ts';
import type { LogSink } from '../../../src/telemetry/log.ts';
import { createProcess, Died, type Process, type Scheduler } from './scheduler.ts';
import { BASE_SETTINGS, type Stage } from './stage.ts';

/** Faults of the database as one statement meets them. */
export type SqlFault = 'sql-deadlock' | 'sql-down' | 'sql-lost-answer' | 'sql-lost-commit';

export interface WorkerWorld {
  readonly stage: Stage;
  readonly scheduler: Scheduler;
  readonly settings: Readonly<Record<string, string>>;
  readonly logSink: LogSink;
  /** The fault that strikes this statement, if any. */
  sqlFault(info: StatementInfo): SqlFault | null;
  /** Carries a request to Graph; called when the request leaves. */
  send(worker: Worker, request: TransportRequest): Promise<TransportResponse>;
  /** Told of each statement of a worker that took effect. */
  onStatement(worker: Worker, info: StatementInfo): void;
  wakeUpsOf(process: Process): WakeUps;
  /** The ports the use cases get, watched. */
  watch(worker: Process, deps: SyncDeps): SyncDeps;
}

export interface Worker {
  readonly index: number;
  readonly process: Process;
  readonly app: App;
  readonly deps: SyncDeps;
}

/** Starts a new incarnation. Nobody else acts meanwhile. */
export async function startWorker(world: WorkerWorld, index: number, life: number): Promise<Worker> {
  const { scheduler } = world;
  const process = createProcess(`w${index}.${life}`);
  const started: { worker: Worker | null } = { worker: null };
  const app = await createApp(loadConfig({ ...BASE_SETTINGS, ...world.settings }), {
    clock: scheduler.clockOf(process),
    ids: createSeededIds(process.name),
    logSink: world.logSink,
    wakeUps: world.wakeUpsOf(process),
    database: world.stage.database.withHooks({
      async beforeStatement(info) {
        if (started.worker === null || info.kind === 'rollback') return;
        await scheduler.point(process, labelOf(info), { pinned: info.inTransaction });
        const fault = world.sqlFault(info);
        if (fault === 'sql-deadlock') throw new SyncError('transient', 'Deadlock victim.');
        if (fault === 'sql-down') throw new SyncError('database-unavailable', 'The database cannot be reached.');
        pending.set(process, fault);
      },
      async afterStatement(end) {
        if (started.worker === null) return;
        if (process.state === 'dead') throw new Died(process.name);
        const fault = pending.get(process) ?? null;
        pending.delete(process);
        if (end.kind === 'rollback' || end.error !== null) return;
        world.onStatement(started.worker, end);
        if (fault === 'sql-lost-answer' || fault === 'sql-lost-commit')
          throw new SyncError('transient', 'The connection to the database was lost.');
      },
    }),
    graphTransport: (request) => {
      if (started.worker === null) throw networkError('ECONNREFUSED', 'Not started yet.');
      return world.send(started.worker, request);
    },
  });
  await app.graph();
  started.worker = { index, process, app, deps: world.watch(process, app.deps) };
  return started.worker;
}

const pending = new WeakMap<Process, SqlFault | null>();
const labels = new Map<string, string>();

/** A statement's first word and table, for traces. */
function labelOf({ kind, sql }: StatementInfo): string {
  if (kind !== 'query') return kind;
  const known = labels.get(sql);
  if (known !== undefined) return known;
  const verb = /\b(insert|update|delete|select)\b/i.exec(sql)?.[1]?.toLowerCase() ?? 'sql';
  const table = /(?:from|into|update)\s+"?(b[a-z]+_\w+)/i.exec(sql)?.[1] ?? '';
  const label = `${verb} ${table}`;
  labels.set(sql, label);
  return label;
}
