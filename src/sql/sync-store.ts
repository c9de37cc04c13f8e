import { sql } from 'kysely';
import { SyncError } from '../domain/errors.ts';
import type { Instant } from '../domain/time.ts';
import type { BookingSystem, SyncStore } from '../sync/ports.ts';
import { createAlertStore } from './alert-store.ts';
import { introspectTables } from './booking/catalog.ts';
import { type BookingNames, createBookingNames } from './booking/names.ts';
import type { BookingSchema } from './booking-schema.ts';
import { createCalendarStore } from './calendar-store.ts';
import type { Database, SqlExecutor } from './executor.ts';
import { createIntentStore } from './intent-store.ts';
import { createJournalStore } from './journal-store.ts';
import { createMappingStore } from './mapping-store.ts';
import { createParkedStore } from './parked-store.ts';
import { createRoomStore } from './room-store.ts';
import { createRunStore } from './run-store.ts';

/** Makes the adapter over the customer's tables for one executor; what it learnt of them is shared between its products. */
export type BookingFactory = (executor: SqlExecutor) => BookingSystem;

/**
 * All stores over one database. `schema` names the customer's resources and buildings, which are looked up once, with the first
 * question about rooms.
 */
export function createSyncStore(database: Database, bookingFactory: BookingFactory, schema: BookingSchema): SyncStore {
  const namesFor = createNames(schema);
  const storesOver = (executor: SqlExecutor): Omit<SyncStore, 'transaction'> => ({
    rooms: createRoomStore(executor, () => namesFor(executor)),
    calendars: createCalendarStore(executor),
    mappings: createMappingStore(executor),
    intents: createIntentStore(executor),
    journal: createJournalStore(executor),
    runs: createRunStore(executor),
    parked: createParkedStore(executor),
    alerts: createAlertStore(executor),
    booking: bookingFactory(executor),
    now: () => readClock(executor),
  });
  return {
    ...storesOver(database),
    transaction: (work) =>
      database.transaction((executor) => work({ ...storesOver(executor), transaction: refuseNesting })),
  };
}

/** Only a finished look-up is shared: waiting for one on another connection could wait for our own transaction. */
function createNames(schema: BookingSchema): (executor: SqlExecutor) => Promise<BookingNames> {
  let names: BookingNames | null = null;
  return async (executor) => {
    names ??= createBookingNames(schema, await introspectTables(executor, schema));
    return names;
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
