/** A town, the service over it as production composes it, and a simulated Graph with its limits on. */
import { sql } from 'kysely';
import { systemClock, systemIds } from '../../../src/app/system.ts';
import { type App, createApp } from '../../../src/app.ts';
import type { Environment } from '../../../src/config.ts';
import type { RoomReservation } from '../../../src/domain/reservation.ts';
import type { SettingsOverride } from '../../../src/sandbox/graph-simulator/settings.ts';
import { createBookingTables } from '../../../src/sandbox/sample-data/create-tables.ts';
import { SAMPLE_NOW } from '../../../src/sandbox/sample-data/dates.ts';
import { createSeededIds } from '../../../src/sandbox/seeded-ids.ts';
import { createVirtualClock } from '../../../src/sandbox/virtual-clock.ts';
import { type Database, openDatabase } from '../../../src/sql/database.ts';
import { migrate } from '../../../src/sql/migrations/migrate.ts';
import type { Clock } from '../../../src/sync/ports.ts';
import { benchConfig, SILENT } from './config.ts';
import { type BenchGraph, openGraphInProcess, openGraphProcess } from './simulated-graph.ts';
import { createStatementCounter, type StatementCounter } from './statement-counter.ts';
import { loadTown, mailboxOf, roomIds, type TownOptions } from './town.ts';

export interface WorldOptions extends Omit<TownOptions, 'now'> {
  readonly simulator: SettingsOverride;
  /** `virtual`: everything in this process on a virtual clock; `wall`: the simulator in its own process, real time. */
  readonly time: 'virtual' | 'wall';
  /** SQLite file; default: in memory. */
  readonly file?: string;
  /** Settings of the service; default: its own defaults. */
  readonly settings?: Environment;
}

export interface BenchWorld {
  readonly app: App;
  readonly clock: Clock;
  readonly graph: BenchGraph;
  readonly database: Database;
  readonly statements: StatementCounter;
  /** The moment the town's days are counted from. */
  readonly now: number;
  sql<Row = Record<string, unknown>>(text: string): Promise<Row[]>;
  reservations(): Promise<readonly RoomReservation[]>;
  close(): Promise<void>;
}

export async function openWorld(options: WorldOptions): Promise<BenchWorld> {
  const virtual = options.time === 'virtual' ? createVirtualClock(Date.parse(SAMPLE_NOW)) : null;
  const clock: Clock = virtual ?? systemClock;
  const now = clock.now();
  const graph = virtual ? openGraphInProcess(virtual, options.simulator) : await openGraphProcess(options.simulator);
  await graph.addMailboxes(roomIds(options.rooms).map(mailboxOf));
  const database = await openDatabase({ engine: 'sqlite', file: options.file ?? ':memory:', clock });
  await migrate(database);
  const config = benchConfig(graph.baseUrl, options.settings);
  await createBookingTables(database, config.booking.schema);
  await loadTown(database, config.booking.schema, { ...options, now });
  const statements = createStatementCounter();
  const app = await createApp(config, {
    clock,
    ids: virtual ? createSeededIds('bench') : systemIds,
    database: database.withHooks(statements.hooks),
    graphTransport: graph.transport,
    logSink: SILENT,
  });
  // Modules that are loaded with their first use are no part of any row.
  await app.graph();
  const query = async <Row>(text: string) => (await sql.raw<Row>(text).execute(database.db)).rows;
  return {
    app,
    clock,
    graph,
    database,
    statements,
    now,
    sql: query,
    reservations: () =>
      app.store.booking.readRoomReservations(
        roomIds(options.rooms).map((resourceId) => ({
          resourceId,
          from: '2000-01-01 00:00:00',
          to: '2100-01-01 00:00:00',
        })),
      ),
    async close() {
      await app.close();
      await database.close();
      await graph.close();
    },
  };
}

/** Runs `work` in a world of its own. */
export async function inWorld<T>(options: WorldOptions, work: (world: BenchWorld) => Promise<T>): Promise<T> {
  const world = await openWorld(options);
  try {
    return await work(world);
  } finally {
    await world.close();
  }
}
