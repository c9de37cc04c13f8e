/**
 * A world in which a worker can die at any of its effects: SQL statements and Graph requests are numbered, and from a chosen one on
 * nothing of that worker reaches anything any more. The next incarnation is a new app over the same database and the same Outlook.
 */
import { sql } from 'kysely';
import { type App, createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import type { SimulatorSettings } from '../../src/sandbox/graph-simulator/settings.ts';
import { createGraphSimulator, type GraphSimulator } from '../../src/sandbox/graph-simulator/simulator.ts';
import { createBookingTables } from '../../src/sandbox/sample-data/create-tables.ts';
import { SAMPLE_NOW } from '../../src/sandbox/sample-data/dates.ts';
import { SAMPLE_ROOMS } from '../../src/sandbox/sample-data/municipality.ts';
import { loadPackA } from '../../src/sandbox/sample-data/pack-a.ts';
import { sandboxSettings } from '../../src/sandbox/sandbox-settings.ts';
import { createSeededIds } from '../../src/sandbox/seeded-ids.ts';
import { createVirtualClock, type VirtualClock } from '../../src/sandbox/virtual-clock.ts';
import { type Database, openDatabase } from '../../src/sql/database.ts';
import { migrate } from '../../src/sql/migrations/migrate.ts';

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Dies before (`at` not carried out) or after (`at` carried out, answer lost) its effect number `at`, from 1. */
export interface Death {
  readonly at: number;
  readonly when: 'before' | 'after';
}

export class Died extends Error {
  override readonly name = 'Died';
}

export interface Worker {
  readonly app: App;
  /** Effects so far. */
  effects(): number;
  /** Graph requests so far, `POST /$batch` as one. */
  requests(): number;
}

export interface World {
  readonly clock: VirtualClock;
  readonly graph: GraphSimulator;
  readonly database: Database;
  /** A new incarnation of the service. */
  start(death?: Death | null, settings?: Readonly<Record<string, string>>): Promise<Worker>;
  /** Plain SQL, as a clerk's program or an operator would send it. */
  run<Row = Record<string, unknown>>(text: string): Promise<Row[]>;
  /** Events a person sees in room calendars now, with the reservation our marker names (`event:1001:101`), if any. */
  events(): readonly {
    readonly calendar: string;
    readonly subject: string;
    readonly marker: string | null;
    readonly start: number;
  }[];
  close(): Promise<void>;
}

/** Pack A under the frozen clock, with an empty Outlook. */
export async function openWorld(simulator: Partial<SimulatorSettings> = {}): Promise<World> {
  const clock = createVirtualClock(Date.parse(SAMPLE_NOW));
  const database = await openDatabase({ engine: 'sqlite', file: ':memory:', clock });
  const base = sandboxSettings({ policy: null, windowDays: null, schema: 'default', port: 0 }, ':memory:');
  await migrate(database);
  const { booking } = loadConfig(base);
  await createBookingTables(database, booking.schema);
  await loadPackA(database, booking.schema);
  const graph = createGraphSimulator({ clock, settings: simulator });
  for (const room of SAMPLE_ROOMS) graph.addMailbox({ address: room.outlook_item_id, name: room.outlook_item_name });
  let incarnation = 0;

  return {
    clock,
    graph,
    database,
    async start(death = null, settings = {}) {
      incarnation += 1;
      let effects = 0;
      let requests = 0;
      let armed = false;
      const before = () => {
        effects += 1;
        if (armed && death !== null && (effects > death.at || (effects === death.at && death.when === 'before')))
          throw new Died();
      };
      const after = () => {
        if (armed && death !== null && effects >= death.at) throw new Died();
      };
      const app = await createApp(loadConfig({ ...base, LOG_LEVEL: 'error', ...settings }), {
        clock,
        ids: createSeededIds(`incarnation-${incarnation}`),
        logSink: SILENT,
        database: database.withHooks({
          beforeStatement: async () => before(),
          afterStatement: async () => after(),
        }),
        graphTransport: async (request) => {
          before();
          requests += 1;
          const response = await graph.handle(request);
          after();
          return response;
        },
      });
      // Opening the database is the host's business; a life is what the worker does afterwards.
      effects = 0;
      armed = true;
      return { app, effects: () => effects, requests: () => requests };
    },
    async run<Row>(text: string) {
      return (await sql.raw(text).execute(database.db)).rows as Row[];
    },
    events() {
      return [...graph.world.mailboxes.values()].flatMap((mailbox) =>
        [...mailbox.events.values()]
          .filter((event) => event.deletedAt === null && !event.purged)
          .map((event) => ({
            calendar: mailbox.address,
            subject: event.subject ?? '',
            marker: Object.values(event.properties)[0]?.split(':').slice(0, 3).join(':') ?? null,
            start: event.start,
          })),
      );
    },
    close: () => database.close(),
  };
}
