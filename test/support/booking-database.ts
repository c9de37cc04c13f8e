/** Databases with the booking tables, on every engine and under every schema the tests cover. */
import { sql } from 'kysely';
import { createBookingTables } from '../../src/sandbox/sample-data/create-tables.ts';
import { loadPackA } from '../../src/sandbox/sample-data/pack-a.ts';
import { createBookingNames } from '../../src/sql/booking/names.ts';
import { createBookingSystem, type SqlBookingSystem } from '../../src/sql/booking-system.ts';
import type { Database, Engine, SqlExecutor, StatementEnd } from '../../src/sql/database.ts';
import { migrate } from '../../src/sql/migrations/migrate.ts';
import { openedOnce } from './lifetimes.ts';
import { SAMPLE_SCHEMAS, type SampleSchema } from './sample-schemas.ts';
import { openSqlDatabase, SQL_ENGINES } from './sql-world.ts';

export interface BookingVariant extends SampleSchema {
  readonly engine: Engine;
}

/** For `describe.each`: SQLite always, SQL Server when `TEST_SQL_CONNECTION_STRING` is set. */
export const BOOKING_VARIANTS: readonly (readonly [title: string, variant: BookingVariant])[] = SQL_ENGINES.flatMap(
  (engine) => SAMPLE_SCHEMAS.map((sample) => [`${engine}, ${sample.title}`, { ...sample, engine }] as const),
);

export interface BookingWorld extends BookingVariant {
  readonly database: Database;
  readonly booking: SqlBookingSystem;
  /** Statements of the booking system's adapter so far, without BEGIN, COMMIT and ROLLBACK; `splice(0)` starts anew. */
  readonly statements: StatementEnd[];
  /** Runs SQL written with the configured names, see `createBookingNames`. */
  readonly names: ReturnType<typeof createBookingNames>;
  /** An adapter with other options over the same tables. */
  adapter(options: { seasonFilter: boolean }): SqlBookingSystem;
  close(): Promise<void>;
}

/** For `jest.setTimeout`: a database on a server takes its time to be made. */
export const SERVER_TIMEOUT_MS = 60_000;

/** Migrated, with empty booking tables and a trigger on the event table, as customers have them. */
export async function openBookingWorld(variant: BookingVariant): Promise<BookingWorld> {
  const database = await openSqlDatabase(variant.engine);
  await migrate(database);
  await createBookingTables(database, variant.schema, variant);
  await installTrigger(database, variant);
  const statements: StatementEnd[] = [];
  const watched = database.withHooks({ onStatement: (end) => void (end.kind === 'query' && statements.push(end)) });
  const adapter = (options: { seasonFilter: boolean }) =>
    createBookingSystem(watched, variant.schema, { zone: variant.zone, ...options });
  return {
    ...variant,
    database: watched,
    booking: adapter({ seasonFilter: true }),
    statements,
    names: createBookingNames(variant.schema),
    adapter,
    close: () => database.close(),
  };
}

/** The same with pack A in it. */
export async function openSampleWorld(variant: BookingVariant): Promise<BookingWorld> {
  const world = await openBookingWorld(variant);
  await loadPackA(world.database, variant.schema);
  return world;
}

/** For a `describe` block: one world with pack A for all its tests. */
export const sharedSampleWorld = (variant: BookingVariant): BookingWorld => openedOnce(() => openSampleWorld(variant));

/** What a test changes inside is rolled back afterwards, so that one world serves many tests. */
export async function tryOut<T>(
  world: BookingWorld,
  work: (booking: SqlBookingSystem, executor: SqlExecutor) => Promise<T>,
): Promise<T> {
  const undo = new Error('rolled back');
  const answer: { value?: T } = {};
  await world.database
    .transaction(async (executor) => {
      answer.value = await work(world.booking.within(executor), executor);
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  return answer.value as T;
}

/** Numbers far from every id of the sample: an identity read from the wrong table shows. */
export const AUDIT_START = 5_000_000;

/** Notes each write to the event table, through rows of its own: what SQL Server's plain OUTPUT and @@IDENTITY stumble over. */
async function installTrigger({ db, engine }: Database, { schema }: BookingVariant): Promise<void> {
  const event = createBookingNames(schema).bare('event');
  if (engine === 'sqlite') {
    await sql`CREATE TABLE event_audit (id INTEGER PRIMARY KEY AUTOINCREMENT, event_id INTEGER NOT NULL)`.execute(db);
    await sql`INSERT INTO event_audit (id, event_id) VALUES (${AUDIT_START}, 0)`.execute(db);
    for (const verb of ['INSERT', 'UPDATE', 'DELETE']) {
      const row = sql.raw(verb === 'DELETE' ? 'OLD' : 'NEW');
      await sql`CREATE TRIGGER ${sql.id(`audit_${verb}`)} AFTER ${sql.raw(verb)} ON ${event.$table}
        BEGIN INSERT INTO event_audit (event_id) VALUES (${row}.${event.id}); END`.execute(db);
    }
    return;
  }
  await sql`CREATE TABLE event_audit (id int IDENTITY(5000000, 1) PRIMARY KEY, event_id int NOT NULL)`.execute(db);
  // No SET NOCOUNT ON: row counts of the trigger reach the client too.
  await sql`CREATE TRIGGER event_audit_trigger ON ${event.$table} AFTER INSERT, UPDATE, DELETE AS
    BEGIN
      INSERT INTO event_audit (event_id) SELECT ${event.id} FROM inserted;
      INSERT INTO event_audit (event_id) SELECT ${event.id} FROM deleted;
    END`.execute(db);
}
