/** Makes the booking system's tables where there is none: for the sandbox, the tests and whoever wants to try it. */
import { type RawBuilder, sql } from 'kysely';
import type { BookingSchema, BookingTable } from '../../sql/booking-schema.ts';
import type { Engine, SqlExecutor } from '../../sql/database.ts';
import { BOOKING_TABLE_SHAPES, type TableShape } from './booking-tables.ts';
import { type Column, type ColumnKind, wall } from './columns.ts';

export interface TableOptions {
  /** Adds columns for the times a row was made and changed, which the real tables lack (S94). */
  readonly stamps?: boolean;
}

/** Creates the configured booking tables that do not exist yet, with keys and indexes. A table named `null` is left out. */
export async function createBookingTables(
  executor: SqlExecutor,
  schema: BookingSchema,
  options: TableOptions = {},
): Promise<void> {
  const existing = await listTables(executor, schema);
  for (const [table, name] of configuredTables(schema)) {
    if (existing.has(name.toLowerCase())) continue;
    const shape = withStamps(table, options);
    await createTable(executor.engine, schema, table, shape).execute(executor.db);
    for (const column of shape.index ?? []) {
      await createIndex(executor.engine, schema, name, columnName(schema, table, column)).execute(executor.db);
    }
  }
}

/** Drops them again, children first. */
export async function dropBookingTables(executor: SqlExecutor, schema: BookingSchema): Promise<void> {
  const existing = await listTables(executor, schema);
  for (const [, name] of configuredTables(schema).reverse()) {
    if (existing.has(name.toLowerCase())) await sql`DROP TABLE ${qualified(schema, name)}`.execute(executor.db);
  }
}

/** Name of a column in the database: the configured one, or its own where nothing configures it; null = left out. */
export function columnName(schema: BookingSchema, table: BookingTable, column: string): string | null {
  const configured: Readonly<Record<string, string | null>> = schema.columns[table];
  return Object.hasOwn(configured, column) ? (configured[column] ?? null) : column;
}

export function qualified({ qualifier }: BookingSchema, name: string): RawBuilder<unknown> {
  return qualifier === null ? sql.id(name) : sql.id(qualifier, name);
}

/** Tables that the system has, parents first. */
function configuredTables(schema: BookingSchema): [table: BookingTable, name: string][] {
  return (Object.keys(BOOKING_TABLE_SHAPES) as BookingTable[]).flatMap((table) => {
    const name = schema.tables[table];
    return name === null ? [] : [[table, name] as [BookingTable, string]];
  });
}

async function listTables({ engine, db }: SqlExecutor, schema: BookingSchema): Promise<ReadonlySet<string>> {
  const statement =
    engine === 'sqlite'
      ? sql<{ name: string }>`SELECT name FROM sqlite_master WHERE type = 'table'`
      : sql<{ name: string }>`SELECT TABLE_NAME AS name FROM INFORMATION_SCHEMA.TABLES
          WHERE TABLE_SCHEMA = COALESCE(${schema.qualifier}, SCHEMA_NAME())`;
  const { rows } = await statement.execute(db);
  return new Set(rows.map(({ name }) => name.toLowerCase()));
}

function withStamps(table: BookingTable, { stamps = false }: TableOptions): TableShape {
  const shape = BOOKING_TABLE_SHAPES[table];
  if (!stamps || !['event', 'booking', 'allocation'].includes(table)) return shape;
  const nullable = wall({ nullable: true });
  return { ...shape, columns: { ...shape.columns, created_at: nullable, updated_at: nullable } };
}

function createTable(engine: Engine, schema: BookingSchema, table: BookingTable, shape: TableShape) {
  const parts = Object.entries(shape.columns).flatMap(([column, definition]) => {
    const name = columnName(schema, table, column);
    return name === null ? [] : [sql`${sql.id(name)} ${columnType(engine, schema, name, definition)}`];
  });
  const keys = [
    ...(shape.primaryKey === undefined ? [] : [sql`PRIMARY KEY ${names(schema, table, shape.primaryKey)}`]),
    ...(shape.unique ?? []).map((columns) => sql`UNIQUE ${names(schema, table, columns)}`),
  ];
  const body = sql.join([...parts, ...keys], sql`,\n  `);
  const strict = engine === 'sqlite' ? sql` STRICT` : sql``;
  return sql`CREATE TABLE ${qualified(schema, schema.tables[table] ?? '')} (\n  ${body}\n)${strict}`;
}

function names(schema: BookingSchema, table: BookingTable, columns: readonly string[]) {
  return sql`(${sql.join(columns.map((column) => sql.id(columnName(schema, table, column) ?? column)))})`;
}

function createIndex(engine: Engine, schema: BookingSchema, table: string, column: string | null) {
  const name = `ix_${table}_${column}`.slice(0, 128);
  // SQLite takes the schema before the name of the index, SQL Server before that of the table.
  const [index, target] =
    engine === 'sqlite' ? [qualified(schema, name), sql.id(table)] : [sql.id(name), qualified(schema, table)];
  return sql`CREATE INDEX ${index} ON ${target} (${sql.id(column ?? '')})`;
}

function columnType(engine: Engine, schema: BookingSchema, name: string, column: Column) {
  const type = sql.raw(engine === 'sqlite' ? sqliteType(column) : sqlServerType(column));
  const nullable = sql.raw(column.nullable ? ' NULL' : ' NOT NULL');
  const fallback = column.fallback === undefined ? sql`` : sql` DEFAULT ${sql.lit(column.fallback)}`;
  // SQLite does not cut or refuse by itself what SQL Server would refuse.
  const limited = engine === 'sqlite' && column.kind === 'text' && column.length !== null;
  const check = limited ? sql` CHECK (length(${sql.id(name)}) <= ${sql.lit(column.length)})` : sql``;
  return sql`${type}${column.kind === 'identity' ? sql`` : nullable}${fallback}${check}${reference(engine, schema, column)}`;
}

function reference(engine: Engine, schema: BookingSchema, { references }: Column) {
  const target = references === undefined ? null : schema.tables[references as BookingTable];
  if (target === null || references === undefined) return sql``;
  const table = engine === 'sqlite' ? sql.id(target) : qualified(schema, target);
  return sql` REFERENCES ${table} (${sql.id(columnName(schema, references as BookingTable, 'id') ?? 'id')})`;
}

function sqliteType(column: ColumnKind): string {
  if (column.kind === 'identity') return 'INTEGER PRIMARY KEY AUTOINCREMENT';
  if (column.kind === 'int') return 'INTEGER';
  return column.kind === 'decimal' ? 'REAL' : 'TEXT';
}

function sqlServerType(column: ColumnKind): string {
  switch (column.kind) {
    case 'identity':
      return 'int IDENTITY(1,1) NOT NULL PRIMARY KEY';
    case 'int':
      return 'int';
    case 'decimal':
      return 'decimal(10,2)';
    case 'wall':
      return 'datetime2(0)';
    case 'date':
      return 'date';
    case 'text':
      return `nvarchar(${column.length === null || column.length > 4000 ? 'max' : column.length})`;
  }
}
