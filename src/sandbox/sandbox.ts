/**
 * The sandbox's world: a sample municipality in an SQLite database, its rooms in a simulated Outlook, and the service between
 * them, made by the same composition root as production and served by the Functions host.
 */
import { sql } from 'kysely';
import hostJson from '../../host.json' with { type: 'json' };
import { type App, createApp, useApp } from '../app.ts';
import { loadConfig } from '../config.ts';
import { type Database, openDatabase } from '../sql/database.ts';
import { migrate } from '../sql/migrations/migrate.ts';
import type { LogSink } from '../telemetry/log.ts';
import { createFunctionsHost, type FunctionsHost, type FunctionsHostOptions } from './functions-host/host.ts';
import type { Deliver } from './graph-simulator/delivery.ts';
import { createGraphSimulator, type GraphSimulator } from './graph-simulator/simulator.ts';
import { createBookingTables } from './sample-data/create-tables.ts';
import type { SampleShift } from './sample-data/dates.ts';
import { loadPackA } from './sample-data/pack-a.ts';
import type { SettingValues } from './sandbox-settings.ts';
import { addSampleRooms, seedOutlook } from './seed-outlook.ts';
import type { KeptState } from './state-folder.ts';

export interface SandboxParts extends Pick<FunctionsHostOptions, 'clock' | 'ids' | 'log' | 'onInvocation'> {
  readonly settings: SettingValues;
  /** Whole weeks the sample data is moved by. */
  readonly shift: SampleShift;
  /** What people have in the room calendars at the first start: nothing, or pack C. */
  readonly outlook: 'empty' | 'sample';
  /** What an earlier sandbox on the same database saved. */
  readonly state?: Pick<KeptState, 'host' | 'outlook'> | undefined;
}

export interface Sandbox {
  readonly app: App;
  readonly host: FunctionsHost;
  readonly graph: GraphSimulator;
  /** For looking in from outside: its statements are not counted. */
  readonly database: Database;
  /** Statements the service sent so far, without BEGIN, COMMIT and ROLLBACK. */
  statements(): number;
  /** Ends host, app and database. */
  close(): Promise<void>;
}

/** Opens the sandbox; loads the sample municipality into a database that has none. */
export async function openSandbox(parts: SandboxParts): Promise<Sandbox> {
  const { settings, clock, ids, shift, log = () => undefined, state } = parts;
  const config = loadConfig(settings);
  // Function files read auth level and schedules while they are imported, as they do on Azure.
  Object.assign(process.env, settings);
  const file = settings['SQLITE_FILE'] ?? ':memory:';
  const database = await openDatabase({ engine: 'sqlite', file, clock });
  await migrate(database);
  await createBookingTables(database, config.booking.schema);
  if (await isEmpty(database)) await loadPackA(database, config.booking.schema, shift);

  const graph = createGraphSimulator({ clock, deliver: deliverTo(() => host) });
  if (state === undefined) {
    addSampleRooms(graph);
    if (parts.outlook === 'sample') await seedOutlook(graph, config.sync.zone, shift);
  } else {
    graph.loadState(state.outlook);
  }

  let statements = 0;
  const counted = database.withHooks({
    onStatement: ({ kind }) => {
      if (kind === 'query') statements += 1;
    },
  });
  const app = createApp(config, { clock, ids, database: counted, graphTransport: graph.handle, logSink: sinkTo(log) });
  useApp(() => app);
  const host: FunctionsHost = await createFunctionsHost({
    entries: () => import('../../functions/index.ts'),
    hostJson,
    settings,
    clock,
    ids,
    log,
    ...(parts.onInvocation !== undefined && { onInvocation: parts.onInvocation }),
    state: state?.host,
  });
  return {
    app: await app,
    host,
    graph,
    database,
    statements: () => statements,
    async close() {
      await host.stop();
      await database.close();
    },
  };
}

async function isEmpty({ db }: Database): Promise<boolean> {
  const { rows } = await sql`SELECT 1 AS one FROM bridge_resource_mappings LIMIT 1`.execute(db);
  return rows.length === 0;
}

/** Lines that belong to no invocation go where the others go. */
function sinkTo(log: NonNullable<FunctionsHostOptions['log']>): LogSink {
  const at = (level: 'debug' | 'information' | 'warning' | 'error') => (message: string) =>
    log({ level, category: 'user', message });
  return { debug: at('debug'), info: at('information'), warn: at('warning'), error: at('error') };
}

/** Graph's notifications reach the host directly, whatever name its address has. */
function deliverTo(host: () => FunctionsHost): Deliver {
  return async (url, request) => {
    const response = await host().fetch(new Request(url, { ...request }));
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  };
}
