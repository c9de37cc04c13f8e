/** All stores over one connection source. */
import type { Instant } from '../../domain/time.ts';
import type { BookingSystem } from './booking-system.ts';
import type { IntentStore } from './intents.ts';
import type { MappingStore } from './mappings.ts';
import type { AlertStore, JournalStore, ParkedStore, RunStore } from './records.ts';
import type { CalendarStore, RoomStore } from './rooms.ts';

/** All stores over one connection source. Inside `transaction` the callback's store runs everything in one transaction. */
export interface SyncStore {
  readonly rooms: RoomStore;
  readonly calendars: CalendarStore;
  readonly mappings: MappingStore;
  readonly intents: IntentStore;
  readonly journal: JournalStore;
  readonly runs: RunStore;
  readonly parked: ParkedStore;
  readonly alerts: AlertStore;
  readonly booking: BookingSystem;
  /**
   * Runs `work` in one transaction; commits when it resolves, rolls back when it rejects. Never nest, never call Graph inside.
   * Isolation: read committed with row locks on SQL Server, serialised writers on SQLite.
   */
  transaction<T>(work: (store: SyncStore) => Promise<T>): Promise<T>;
  /** The database's clock; leases and time stamps of the sync's own tables use nothing else. */
  now(): Promise<Instant>;
}
