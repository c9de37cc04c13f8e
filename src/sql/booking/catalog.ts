import { sql } from 'kysely';
import { SyncError } from '../../domain/errors.ts';
import { BOOKING_SCHEMA_SETTING, type BookingSchema } from '../booking-schema.ts';
import type { SqlExecutor } from '../database.ts';
import { BOOKING_TABLES, type BookingTable, columnsOf, needOfColumn, needOfTable } from './layout.ts';
import type { Presence } from './names.ts';

interface FoundColumn {
  readonly tableName: string;
  readonly columnName: string;
}

/**
 * Compares the configured names with the database, in one statement. Throws `misconfigured` listing every table and column that
 * is missing and the setting that renames it; what is optional may be absent.
 */
export async function introspectTables(executor: SqlExecutor, schema: BookingSchema): Promise<Presence> {
  await checkAttached(executor, schema);
  const columns = await readColumns(executor, schema);
  const problems = BOOKING_TABLES.flatMap((table) => missingParts(schema, columns, table));
  const [first] = problems;
  if (first !== undefined) {
    const lines = problems.map(({ what, field }) => `${what} (${BOOKING_SCHEMA_SETTING}: ${field})`);
    throw new SyncError(
      'misconfigured',
      `The booking tables are not as configured. Correct the names, or give the database user the right to see the tables: ${lines.join('; ')}.`,
      { field: first.field },
    );
  }
  return presenceOf(schema, columns);
}

/** Column names by table name, both in lower case: names are compared as SQL Server and SQLite do by default. */
type Columns = ReadonlyMap<string, ReadonlySet<string>>;

async function readColumns(executor: SqlExecutor, schema: BookingSchema): Promise<Columns> {
  const names = Object.values(schema.tables).filter((name) => name !== null);
  const wanted = executor.text.list('text', names);
  const statement =
    executor.engine === 'sqlite'
      ? sql<FoundColumn>`SELECT t.value AS "tableName", c.name AS "columnName"
          FROM ${wanted} AS t, pragma_table_info(t.value${schemaArgument(schema)}) AS c`
      : sql<FoundColumn>`SELECT TABLE_NAME AS "tableName", COLUMN_NAME AS "columnName"
          FROM INFORMATION_SCHEMA.COLUMNS
          WHERE TABLE_SCHEMA = COALESCE(${schema.qualifier}, SCHEMA_NAME()) AND TABLE_NAME IN ${wanted}`;
  const { rows } = await statement.execute(executor.db);
  const columns = new Map<string, Set<string>>();
  for (const { tableName, columnName } of rows) {
    const table = tableName.toLowerCase();
    columns.set(table, (columns.get(table) ?? new Set()).add(columnName.toLowerCase()));
  }
  return columns;
}

/** SQLite refuses a whole statement that names an unknown schema; SQL Server just finds no tables in one. */
async function checkAttached({ engine, db }: SqlExecutor, { qualifier }: BookingSchema): Promise<void> {
  if (engine !== 'sqlite' || qualifier === null) return;
  const { rows } =
    await sql`SELECT 1 AS n FROM pragma_database_list WHERE lower(name) = ${qualifier.toLowerCase()}`.execute(db);
  if (rows.length > 0) return;
  throw new SyncError(
    'misconfigured',
    `${BOOKING_SCHEMA_SETTING}: SQLite has no schema "${qualifier}"; leave "schema" out, or attach a database of that name.`,
    { field: 'schema' },
  );
}

function schemaArgument({ qualifier }: BookingSchema) {
  return qualifier === null ? sql`` : sql`, ${qualifier}`;
}

interface Missing {
  readonly what: string;
  readonly field: string;
}

function missingParts(schema: BookingSchema, columns: Columns, table: BookingTable): Missing[] {
  const name = schema.tables[table];
  if (name === null) return [];
  const found = columns.get(name.toLowerCase());
  if (found === undefined) {
    return needOfTable(table) === 'required' ? [{ what: `table "${name}" is missing`, field: `tables.${table}` }] : [];
  }
  const configured: Readonly<Record<string, string | null>> = schema.columns[table];
  return columnsOf(table).flatMap((column) => {
    const columnName = configured[column];
    if (columnName == null || needOfColumn(table, column) === 'optional') return [];
    if (found.has(columnName.toLowerCase())) return [];
    return [{ what: `column "${columnName}" of "${name}" is missing`, field: `columns.${table}.${column}` }];
  });
}

function presenceOf(schema: BookingSchema, columns: Columns): Presence {
  return (table, column) => {
    const found = columns.get(schema.tables[table]?.toLowerCase() ?? '');
    if (found === undefined || column === undefined) return found !== undefined;
    const configured: Readonly<Record<string, string | null>> = schema.columns[table];
    return found.has(configured[column]?.toLowerCase() ?? '');
  };
}
