import { createIndex } from './ddl.ts';
import type { Migration } from './migration.ts';

/** Which reservations a meeting was made into: asked before it is made into one. */
export const journalByImport: Migration = {
  version: 4,
  name: 'journal-by-import',
  statements: (engine) => [
    createIndex(engine, {
      name: 'ix_bridge_journal_import',
      table: 'bridge_journal',
      columns: ['cause'],
      where: "action = 'reservation-created'",
    }),
  ],
};
