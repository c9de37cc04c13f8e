import { type RawBuilder, sql } from 'kysely';
import type { ReservationType } from '../../domain/reservation.ts';
import type { WallClock } from '../../domain/time.ts';
import type { SqlExecutor } from '../database.ts';
import type { AliasedTable, BookingNames } from './names.ts';

/** What every statement of the adapter is made from, once the tables were introspected. */
export interface BookingContext {
  readonly executor: SqlExecutor;
  readonly names: BookingNames;
  /** Hide bookings and allocations of seasons that are not active and published. */
  readonly seasonFilter: boolean;
  /** IANA zone of the booking system's wall-clock columns. */
  readonly zone: string;
}

export type Sql = RawBuilder<unknown>;

export const NOTHING: Sql = sql``;
export const NULL: Sql = sql`NULL`;

/** Runs a statement and returns its rows. */
export async function read<Row>(context: BookingContext, statement: Sql): Promise<readonly Row[]> {
  const { rows } = await (statement as RawBuilder<Row>).execute(context.executor.db);
  return rows;
}

/** `YYYY-MM-DD HH:MM:SS` of a customer's column. SQLite keeps whatever form of text a program wrote. */
export function wallText({ executor: { text } }: BookingContext, column: Sql): Sql {
  return text.engine === 'sqlite' ? sql`datetime(${column})` : text.wallOf(column);
}

/** A customer's column in the form `moment` and `momentOfText` compare with. */
export function momentOf({ executor: { text } }: BookingContext, column: Sql): Sql {
  return text.engine === 'sqlite' ? sql`datetime(${column})` : column;
}

/** A wall-clock value to compare with or to write. */
export function moment({ executor: { text } }: BookingContext, value: WallClock): Sql {
  return text.wall(value);
}

/** The same for text that is already in the statement, as a column of a JSON parameter. */
export function momentOfText({ executor: { text } }: BookingContext, column: Sql): Sql {
  return text.engine === 'sqlite' ? column : sql`CONVERT(datetime2(0), ${column}, 120)`;
}

/** `COALESCE` over the columns that exist; SQL Server refuses one over nothing but `NULL` (error 4127). */
export function coalesce(...expressions: readonly (Sql | false)[]): Sql {
  const present = expressions.filter((expression) => expression !== false);
  const [first = NULL] = present;
  return present.length < 2 ? first : sql`COALESCE(${sql.join(present)})`;
}

/** The table of a reservation type and the column that names it in its link table. */
export interface ReservationTables {
  readonly reservation: AliasedTable<ReservationType>;
  readonly link: { readonly $table: Sql; readonly reservation_id: Sql; readonly resource_id: Sql };
}

/** Reservations as `r` and their room links as `l`. */
export function reservationTables(names: BookingNames, type: ReservationType): ReservationTables {
  return { reservation: names.as(type, 'r') as AliasedTable<ReservationType>, link: linkTable(names, type, 'l') };
}

/** The room links of a type, under an alias or (null) bare. */
export function linkTable(names: BookingNames, type: ReservationType, alias: string | null): ReservationTables['link'] {
  const key = { event: 'event_resource', booking: 'booking_resource', allocation: 'allocation_resource' } as const;
  const table = alias === null ? names.bare(key[type]) : names.as(key[type], alias);
  const columns = table as unknown as Readonly<Record<string, Sql>>;
  return { $table: table.$table, reservation_id: columns[`${type}_id`] ?? NULL, resource_id: table.resource_id };
}
