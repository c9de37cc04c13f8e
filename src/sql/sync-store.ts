import { sql } from 'kysely';
import { SyncError } from '../domain/errors.ts';
import type { Instant } from '../domain/time.ts';
import type { BookingSystem, SyncStore } from '../sync/ports.ts';
import { createAlertStore } from './alert-store.ts';
import type { BookingSchema } from './booking-schema.ts';
import { createCalendarStore } from './calendar-store.ts';
import type { Database, SqlExecutor } from './database.ts';
import { createIntentStore } from './intent-store.ts';
import { createJournalStore } from './journal-store.ts';
import { createMappingStore } from './mapping-store.ts';
import { createParkedStore } from './parked-store.ts';
import { createRoomStore } from './room-store.ts';
import { createRunStore } from './run-store.ts';

/** Makes the adapter over the customer's tables for one executor; what it learnt of them is shared between its products. */
export type BookingFactory = (executor: SqlExecutor) => BookingSystem;

/** All stores over one database; `schema` names the customer's resources and buildings. */
export function createSyncStore(database: Database, bookingFactory: BookingFactory, schema: BookingSchema): SyncStore {
  return {
    ...createStores(database, bookingFactory, schema),
    transaction: (work) =>
      database.transaction((executor) =>
        work({ ...createStores(executor, bookingFactory, schema), transaction: refuseNesting }),
      ),
  };
}

function createStores(
  executor: SqlExecutor,
  bookingFactory: BookingFactory,
  schema: BookingSchema,
): Omit<SyncStore, 'transaction'> {
  return {
    rooms: createRoomStore(executor, schema),
    calendars: createCalendarStore(executor),
    mappings: createMappingStore(executor),
    intents: createIntentStore(executor),
    journal: createJournalStore(executor),
    runs: createRunStore(executor),
    parked: createParkedStore(executor),
    alerts: createAlertStore(executor),
    booking: bookingFactory(executor),
    now: () => readClock(executor),
  };
}

async function readClock({ db, text }: SqlExecutor): Promise<Instant> {
  const { rows } = await sql<{
    now: Instant;
  }>`SELECT CAST(${text.now()} AS ${instantType(text.engine)}) AS now`.execute(db);
  const now = rows[0]?.now;
  if (now === undefined) throw new SyncError('bug', 'The database told no time.');
  return now;
}

function instantType(engine: SqlExecutor['engine']) {
  return sql.raw(engine === 'sqlserver' ? 'datetime2(3)' : 'TEXT');
}

function refuseNesting(): Promise<never> {
  return Promise.reject(new SyncError('bug', 'A transaction cannot be started inside another one.'));
}
