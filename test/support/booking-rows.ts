import { sql } from 'kysely';
import { columnsOf } from '../../src/sql/booking/layout.ts';
import { createBookingNames } from '../../src/sql/booking/names.ts';
import type { BookingSchema, BookingTable } from '../../src/sql/booking-schema.ts';
import type { SqlExecutor } from '../../src/sql/database.ts';
import type { NewEvent } from '../../src/sync/ports.ts';

export type CanonicalRow = Record<string, unknown>;

/**
 * Rows of a booking table under canonical column names, times as `YYYY-MM-DD HH:MM:SS`, in the order of their values. `where` is given
 * the quoted columns.
 */
export async function rowsOf(
  { db, text }: SqlExecutor,
  schema: BookingSchema,
  table: BookingTable,
  where: { readonly column: string; readonly value: number },
): Promise<CanonicalRow[]> {
  const source = createBookingNames(schema).as(table, 't');
  const columns = source as unknown as Readonly<Record<string, ReturnType<typeof sql>>>;
  const present = columnsOf(table).filter((column) => !/^(created|updated)_at$/.test(column));
  const list = present.map((column) => {
    const value = columns[column] ?? sql`NULL`;
    const shown = column === 'from_' || column === 'to_' ? text.wallOf(value) : value;
    return sql`${shown} AS ${sql.id(column)}`;
  });
  const { rows } = await sql<CanonicalRow>`SELECT ${sql.join(list)} FROM ${source.$table}
    WHERE ${columns[where.column]} = ${where.value}`.execute(db);
  return rows.map((row) => ({ ...row })).sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

/** Number of rows in each of the five tables an import writes. */
export async function countImportTables({ db }: SqlExecutor, schema: BookingSchema): Promise<Record<string, number>> {
  const names = createBookingNames(schema);
  const counts: Record<string, number> = {};
  for (const table of IMPORT_TABLES) {
    const { rows } = await sql<{ n: number }>`SELECT COUNT(*) AS n FROM ${names.bare(table).$table}`.execute(db);
    counts[table] = rows[0]?.n ?? -1;
  }
  return counts;
}

/** In the order an import fills them. */
export const IMPORT_TABLES = [
  'event',
  'event_date',
  'event_resource',
  'event_agegroup',
  'event_targetaudience',
] as const;

/** Hard delete, as an administrator does it: children first. */
export async function deleteEvent({ db }: SqlExecutor, schema: BookingSchema, id: number): Promise<void> {
  const names = createBookingNames(schema);
  for (const child of ['event_date', 'event_resource', 'event_agegroup', 'event_targetaudience'] as const) {
    const { $table, event_id } = names.bare(child);
    await sql`DELETE FROM ${$table} WHERE ${event_id} = ${id}`.execute(db);
  }
  const event = names.bare('event');
  await sql`DELETE FROM ${event.$table} WHERE ${event.id} = ${id}`.execute(db);
}

/** A meeting in two rooms, as an import hands it over. */
export const MEETING: NewEvent = {
  name: 'Prosjektmøte – Ærøskøbing 🌷',
  description: 'Linje én\nLinje to',
  organizer: 'Ola Hansen',
  contactName: 'Ola Hansen',
  contactEmail: 'ola.hansen@fjordvik.example',
  start: '2027-03-02 09:00:00',
  end: '2027-03-02 10:30:00',
  isPublic: true,
  rooms: [103, 104],
  activityId: null,
  agegroupId: null,
  audienceId: null,
  secret: '0123456789abcdef0123456789abcdef',
};
