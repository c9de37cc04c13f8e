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
import type { Clock, Ids } from '../sync/ports.ts';
import { createFunctionsHost, type FunctionsHost, type FunctionsHostOptions } from './functions-host/host.ts';
import { createGraphSimulator, type GraphSimulator } from './graph-simulator/simulator.ts';
import { createBookingTables } from './sample-data/create-tables.ts';
import type { SampleShift } from './sample-data/dates.ts';
import { SAMPLE_ROOMS } from './sample-data/municipality.ts';
import { loadPackA } from './sample-data/pack-a.ts';
import type { SettingValues } from './sandbox-settings.ts';

export interface SandboxParts {
  readonly settings: SettingValues;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Whole weeks the sample data is moved by. */
  readonly shift: SampleShift;
  readonly host: Pick<FunctionsHostOptions, 'log' | 'onInvocation' | 'state'>;
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
export async function openSandbox({ settings, clock, ids, shift, host: hostOptions }: SandboxParts): Promise<Sandbox> {
  const config = loadConfig(settings);
  // Function files read auth level and schedules while they are imported, as they do on Azure.
  Object.assign(process.env, settings);
  const file = settings['SQLITE_FILE'] ?? ':memory:';
  const database = await openDatabase({ engine: 'sqlite', file, clock });
  await migrate(database);
  await createBookingTables(database, config.booking.schema);
  if (await isEmpty(database)) await loadPackA(database, config.booking.schema, shift);

  const graph = createGraphSimulator({ clock });
  for (const room of SAMPLE_ROOMS) graph.addMailbox({ address: room.outlook_item_id, name: room.outlook_item_name });

  let statements = 0;
  const counted = database.withHooks({
    onStatement: ({ kind }) => {
      if (kind === 'query') statements += 1;
    },
  });
  const app = createApp(config, { clock, ids, database: counted, graphTransport: graph.handle });
  useApp(() => app);
  const entries = () => import('../../functions/index.ts');
  const host = await createFunctionsHost({ ...hostOptions, entries, hostJson, settings, clock, ids });
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
