import type { Config } from '../config/config.ts';
import type { StatisticsStore } from '../monitoring/ports.ts';
import { createBookingSystem } from '../sql/booking-system.ts';
import { type Database, type DatabaseOptions, openDatabase } from '../sql/database.ts';
import { migrate } from '../sql/migrations/migrate.ts';
import { createStatisticsStore } from '../sql/statistics-store.ts';
import { createSyncStore } from '../sql/sync-store.ts';
import type { SyncStore } from '../sync/ports.ts';

export interface Stores {
  readonly database: Database;
  readonly store: SyncStore;
  readonly figures: StatisticsStore;
}

/** The stores over `given`, or over a database opened with `options`. Imported lazily: this loads the SQL layer. */
export async function openStores(config: Config, given: Database | null, options: DatabaseOptions): Promise<Stores> {
  const database = given ?? (await openDatabase(options));
  // The embedded engine has nobody else to migrate it; a server's app identity may not (design 4).
  if (database.engine === 'sqlite') await migrate(database);
  const { schema, zone, seasonFilter } = config.booking;
  const booking = createBookingSystem(database, schema, { zone, seasonFilter });
  const store = createSyncStore(database, (executor) => booking.within(executor), schema);
  return { database, store, figures: createStatisticsStore(database, schema) };
}
