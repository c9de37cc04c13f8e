/** The sync's own tables on every engine the tests are told of, for the contract suite of the stores. */
import { sql } from 'kysely';
import type { Mapping, NewMapping } from '../../src/domain/mapping.ts';
import { newMapping } from '../../src/domain/mapping.ts';
import { createBookingTables } from '../../src/sandbox/sample-data/create-tables.ts';
import { type BookingSchema, parseBookingSchema } from '../../src/sql/booking-schema.ts';
import { type Database, type Engine, openDatabase, type StatementEnd } from '../../src/sql/database.ts';
import { migrate } from '../../src/sql/migrations/migrate.ts';
import { createSyncStore } from '../../src/sql/sync-store.ts';
import type { BookingSystem, JournalEntry, RoomLease, SyncStore } from '../../src/sync/ports.ts';
import { openedOnce } from './lifetimes.ts';

const connectionString = process.env['TEST_SQL_CONNECTION_STRING'];

/** For `describe.each`: SQLite always, SQL Server when `TEST_SQL_CONNECTION_STRING` is set. */
export const SQL_ENGINES: readonly Engine[] = connectionString === undefined ? ['sqlite'] : ['sqlite', 'sqlserver'];

/** Making databases and big batches take their time on a small server. */
const SERVER_TIMEOUT_MS = 120_000;
if (connectionString !== undefined) jest.setTimeout(SERVER_TIMEOUT_MS);

/** Room of most tests. */
export const ROOM = 'room-a@example.org';
export const OTHER_ROOM = 'room-b@example.org';
export const START = Date.parse('2027-03-01T07:00:00.000Z');

export interface SqlWorld {
  readonly engine: Engine;
  readonly database: Database;
  readonly store: SyncStore;
  readonly schema: BookingSchema;
  /** Queries since the last `splice(0)`, without BEGIN, COMMIT and ROLLBACK. */
  readonly statements: StatementEnd[];
  /** Plain SQL, as an operator would type it. */
  run<Row = Record<string, unknown>>(text: string): Promise<Row[]>;
  close(): Promise<void>;
}

/** A database of its own with an empty schema: SQLite in memory, or one made on the server and dropped by `close`. */
export async function openSqlDatabase(engine: Engine): Promise<Database> {
  const clock = { now: () => START, sleep: async () => {} };
  if (engine === 'sqlite') return openDatabase({ engine, file: ':memory:', clock });
  const name = `bridge_${process.pid}_${Math.floor(performance.now() * 1000)}`;
  const server = await openDatabase({ engine, connectionString: connectionString ?? '', clock });
  await sql`CREATE DATABASE ${sql.id(name)}`.execute(server.db);
  const requestTimeoutMs = SERVER_TIMEOUT_MS;
  const database = await openDatabase({ engine, connectionString: databaseOf(name), clock, requestTimeoutMs });
  const close = async (): Promise<void> => {
    await database.close();
    await dropDatabase(server, name);
    await server.close();
  };
  return { ...database, close };
}

/** The server may still be ending the connections that were just closed. */
async function dropDatabase(server: Database, name: string): Promise<void> {
  for (let left = 500; ; left -= 1) {
    try {
      await sql`DROP DATABASE ${sql.id(name)}`.execute(server.db);
      return;
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

function databaseOf(name: string): string {
  const others = (connectionString ?? '')
    .split(';')
    .filter((part) => !/^\s*(database|initial catalog)\s*=/i.test(part));
  return [...others, `Database=${name}`].join(';');
}

/** Migrated, with empty booking tables. One per test file on a server, where a database is slow to make; see `sharedSqlWorld`. */
export async function openSqlWorld(engine: Engine): Promise<SqlWorld> {
  const database = await openSqlDatabase(engine);
  await migrate(database);
  const schema = parseBookingSchema();
  await createBookingTables(database, schema);
  const statements: StatementEnd[] = [];
  const watched = database.withHooks({ onStatement: (end) => void (end.kind === 'query' && statements.push(end)) });
  return {
    engine,
    database: watched,
    store: createSyncStore(watched, () => NO_BOOKING, schema),
    schema,
    statements,
    run: async <Row>(text: string) => (await sql.raw<Row>(text).execute(database.db)).rows,
    close: () => database.close(),
  };
}

/** The stores under test never ask the booking system. */
const NO_BOOKING = {} as BookingSystem;

const TABLES = [
  'bridge_resource_mappings',
  'bridge_mappings',
  'bridge_calendars',
  'bridge_intents',
  'bridge_runs',
  'bridge_job_locks',
  'bridge_journal',
  'bridge_alerts',
  'bridge_parked_operations',
  'bb_building_resource',
  'bb_building',
  'bb_resource',
];

/** For a `describe` block: one world for all its tests, empty before each. */
export function sharedSqlWorld(engine: Engine): SqlWorld {
  const world = openedOnce(() => openSqlWorld(engine));
  beforeEach(() => emptySqlWorld(world));
  return world;
}

/** The same, with the rooms of `addRooms` before each test. */
export function sharedSqlRooms(engine: Engine): SqlWorld {
  const world = sharedSqlWorld(engine);
  beforeEach(async () => {
    await addRooms(world);
    world.statements.length = 0;
  });
  return world;
}

async function emptySqlWorld(world: SqlWorld): Promise<void> {
  for (const table of TABLES) await world.run(`DELETE FROM ${table}`);
  world.statements.length = 0;
}

/** Two rooms with their calendars: resource 1 in `ROOM`, resource 2 in `OTHER_ROOM`. */
export async function addRooms(world: SqlWorld): Promise<void> {
  for (const [resource, calendar] of [
    [1, ROOM],
    [2, OTHER_ROOM],
  ]) {
    await world.run(
      `INSERT INTO bridge_resource_mappings (resource_id, outlook_item_id) VALUES (${resource}, '${calendar}')`,
    );
  }
  await world.store.calendars.ensure();
}

/** Leases one room. */
export async function leaseRoom(world: SqlWorld, calendar = ROOM, ttlMs = 60_000): Promise<RoomLease> {
  const [lease] = await world.store.calendars.claim([calendar], 'worker', ttlMs);
  if (lease === undefined) throw new Error(`${calendar} is leased already.`);
  return lease;
}

/** Makes a lease run out, whatever clock the database has. */
export async function expireLease(world: SqlWorld, calendar = ROOM): Promise<void> {
  const past = world.database.text.nowPlus(-1);
  await sql`UPDATE bridge_calendars SET lease_expires_at = ${past} WHERE outlook_item_id = ${calendar}`.execute(
    world.database.db,
  );
}

/** A pending event on resource 1 that may be changed field by field. */
export function eventOf(reservationId: number, fields: Partial<NewMapping> = {}): NewMapping {
  const key = { type: 'event', reservationId, resourceId: 1, calendar: ROOM } as const;
  return newMapping({ ...key, status: 'pending', origin: 'booking', ...fields });
}

/** An imported copy on resource 1, without a reservation. */
export function importOf(eventId: string, fields: Partial<NewMapping> = {}): NewMapping {
  return newMapping({ eventId, resourceId: 1, calendar: ROOM, status: 'imported', origin: 'outlook', ...fields });
}

/** A journal entry of an event's update that may be changed field by field. */
export function entryOf(fields: Partial<JournalEntry> = {}): JournalEntry {
  return {
    runId: 'run',
    actor: 'timer',
    action: 'event-updated',
    reason: 'The start changed.',
    cause: 'push:event:1',
    calendar: ROOM,
    resourceId: 1,
    mappingId: 7,
    type: 'event',
    reservationId: 1,
    eventId: 'AAMk',
    before: { subject: 'Før' },
    after: { subject: 'Etter', list: [1, null] },
    ...fields,
  };
}

/** Inserts and reads back, in the order given. */
export async function addMappings(world: SqlWorld, rows: readonly NewMapping[]): Promise<readonly Mapping[]> {
  const inserted = await world.store.mappings.insert(rows);
  if (inserted.length < rows.length) throw new Error('Some of the mappings exist already.');
  const found = await world.store.mappings.findByIds(inserted.map(({ id }) => id));
  const byId = new Map(found.map((mapping) => [mapping.id, mapping]));
  return inserted.map(({ id }) => byId.get(id) as Mapping);
}

/** The one row a test expects. */
export function only<T>(rows: readonly T[]): T {
  if (rows.length !== 1) throw new Error(`One row was expected, not ${rows.length}.`);
  return rows[0] as T;
}

export const idsOf = (rows: readonly Pick<Mapping, 'id'>[]): number[] => rows.map(({ id }) => id);

/** Ids of one batch are given in no order; what is listed by id is compared in that order. */
export const byId = (...ids: readonly (number | undefined)[]): number[] =>
  ids.map(Number).sort((one, other) => one - other);
