import { createIndex } from './ddl.ts';
import type { Migration } from './migration.ts';

/** Which events a reservation ever had: asked before each first create. */
export const journalByReservation: Migration = {
  version: 3,
  name: 'journal-by-reservation',
  statements: (engine) => [
    createIndex(engine, {
      name: 'ix_bridge_journal_reservation',
      table: 'bridge_journal',
      columns: ['reservation_id', 'reservation_type'],
      where: 'outlook_event_id IS NOT NULL',
    }),
  ],
};
