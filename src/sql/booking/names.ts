import { type RawBuilder, sql } from 'kysely';
import { SyncError } from '../../domain/errors.ts';
import type { BookingSchema } from '../booking-schema.ts';
import { type BookingColumn, type BookingTable, columnsOf } from './layout.ts';

/** Tells whether a configured table, or a column of it, exists in the database. */
export type Presence = (table: BookingTable, column?: string) => boolean;

/**
 * A table under an alias, to be put into `sql` templates. Columns are properties under their canonical names; a column the
 * database lacks reads as `NULL`.
 */
export type AliasedTable<T extends BookingTable> = {
  /** For `FROM` and `JOIN`: the quoted, qualified name with its alias. */
  readonly $table: RawBuilder<unknown>;
  readonly $exists: boolean;
  readonly $has: (column: BookingColumn<T>) => boolean;
  /** The configured name, unquoted; throws for a column the system does not have. */
  readonly $name: (column: BookingColumn<T>) => string;
} & Readonly<Record<BookingColumn<T>, RawBuilder<unknown>>>;

/** The configured names as quoted identifiers. */
export interface BookingNames {
  readonly exists: Presence;
  /** The table under `alias`, columns written `alias.column`. */
  as<T extends BookingTable>(table: T, alias: string): AliasedTable<T>;
  /** The table without an alias, columns unqualified: for INSERT, and for UPDATE and DELETE of one table. */
  bare<T extends BookingTable>(table: T): AliasedTable<T>;
}

/** Every identifier goes through `sql.id`, so a name is quoted whatever characters it has. */
export function createBookingNames(schema: BookingSchema, exists: Presence = isConfigured(schema)): BookingNames {
  const tableId = (table: BookingTable) => {
    const name = schema.tables[table];
    if (name === null) return sql`NULL`;
    return schema.qualifier === null ? sql.id(name) : sql.id(schema.qualifier, name);
  };
  const build = <T extends BookingTable>(table: T, alias: string | null): AliasedTable<T> => {
    const columns: Readonly<Record<string, string | null>> = schema.columns[table];
    const has = (column: string) => columns[column] != null && exists(table, column);
    const reference = (column: string) => {
      const name = columns[column];
      if (name == null || !has(column)) return sql`NULL`;
      return alias === null ? sql.id(name) : sql.id(alias, name);
    };
    return {
      $table: alias === null ? tableId(table) : sql`${tableId(table)} AS ${sql.id(alias)}`,
      $exists: schema.tables[table] !== null && exists(table),
      $has: has,
      $name: (column) => {
        const name = columns[column];
        if (name == null) throw new SyncError('bug', `The booking system has no column ${table}.${column}.`);
        return name;
      },
      ...Object.fromEntries(columnsOf(table).map((column) => [column, reference(column)])),
    } as AliasedTable<T>;
  };
  return { exists, as: (table, alias) => build(table, alias), bare: (table) => build(table, null) };
}

/** Presence by configuration alone, for statements that run before anything was introspected. */
function isConfigured(schema: BookingSchema): Presence {
  return (table, column) => {
    if (schema.tables[table] === null) return false;
    const columns: Readonly<Record<string, string | null>> = schema.columns[table];
    return column === undefined || columns[column] != null;
  };
}
