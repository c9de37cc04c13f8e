/** The booking system's rows as the database has them. */
import { sql } from 'kysely';
import type { BookingSchema, BookingTable } from '../sql/booking-schema.ts';
import type { SqlExecutor } from '../sql/database.ts';
import { BOOKING_TABLE_SHAPES } from './sample-data/booking-tables.ts';
import { columnName, qualified } from './sample-data/create-tables.ts';

export interface BookingState {
  readonly reservations: Readonly<Record<'events' | 'bookings' | 'allocations', number>>;
  /** Contents of every row, by table and primary key. */
  readonly rows: ReadonlyMap<string, string>;
}

export async function readBooking(executor: SqlExecutor, schema: BookingSchema): Promise<BookingState> {
  const rows = new Map<string, string>();
  const counts = new Map<BookingTable, number>();
  for (const table of Object.keys(BOOKING_TABLE_SHAPES) as BookingTable[]) {
    const name = schema.tables[table];
    if (name === null) continue;
    const found = await sql<Readonly<Record<string, unknown>>>`SELECT * FROM ${qualified(schema, name)}`.execute(
      executor.db,
    );
    const keys = (BOOKING_TABLE_SHAPES[table].primaryKey ?? ['id']).map((column) => columnName(schema, table, column));
    for (const row of found.rows) {
      rows.set(JSON.stringify([table, ...keys.map((key) => (key === null ? null : row[key]))]), JSON.stringify(row));
    }
    counts.set(table, found.rows.length);
  }
  const count = (table: BookingTable) => counts.get(table) ?? 0;
  return {
    reservations: { events: count('event'), bookings: count('booking'), allocations: count('allocation') },
    rows,
  };
}

/** Rows added, removed or written between two readings, in whatever table. */
export function countBookingWrites(before: BookingState, after: BookingState): number {
  const changed = [...after.rows].filter(([key, content]) => before.rows.get(key) !== content);
  const removed = [...before.rows.keys()].filter((key) => !after.rows.has(key));
  return changed.length + removed.length;
}
