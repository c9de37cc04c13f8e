import type { Config } from '../config/config.ts';
import type { StatisticsStore } from '../monitoring/ports.ts';
import { createBookingSystem } from '../sql/booking-system.ts';
import { type Database, openDatabase, type StatementHooks } from '../sql/database.ts';
import { checkSchema, migrate } from '../sql/migrations/migrate.ts';
import { createStatisticsStore } from '../sql/statistics-store.ts';
import { createSyncStore } from '../sql/sync-store.ts';
import type { Clock, SyncStore } from '../sync/ports.ts';
import { databaseOptions } from './database-options.ts';

export interface StoreParts {
  readonly clock: Clock;
  readonly hooks: StatementHooks;
  /** An open database instead of the configured one; stays its owner's to close. */
  readonly given: Database | undefined;
}

export interface Stores {
  readonly database: Database;
  readonly store: SyncStore;
  readonly figures: StatisticsStore;
}

/**
 * The stores over the configured database. Imported lazily: this loads the SQL layer. Throws `misconfigured` when a server's database
 * lacks migrations; that is asked once per worker.
 */
export async function openStores(config: Config, { clock, hooks, given }: StoreParts): Promise<Stores> {
  const database = given ?? (await openDatabase({ ...(await databaseOptions(config.database, clock)), hooks }));
  try {
    await requireSchema(database);
  } catch (error) {
    // The next call starts anew; this connection would be nobody's.
    if (given === undefined) await database.close();
    throw error;
  }
  const { schema, zone, seasonFilter } = config.booking;
  const booking = createBookingSystem(database, schema, { zone, seasonFilter });
  const store = createSyncStore(database, (executor) => booking.within(executor), schema);
  return { database, store, figures: createStatisticsStore(database, schema) };
}

/** The embedded engine has nobody else to migrate it; a server's app identity may not (design 4). */
async function requireSchema(database: Database): Promise<void> {
  if (database.engine === 'sqlite') await migrate(database);
  else await checkSchema(database);
}
