import type { Engine } from '../sql-text.ts';

/**
 * A table as data, from which each engine's DDL is written. Column types:
 *
 * | type | SQL Server | SQLite (STRICT) |
 * |---|---|---|
 * | `id` | `int IDENTITY` primary key | INTEGER primary key AUTOINCREMENT |
 * | `int`, `flag` | `int`, `smallint` | INTEGER |
 * | `word`, `key` | `nvarchar(n)`, binary collation: case counts (E43) | TEXT with a length check |
 * | `text` | `nvarchar(n)`, or `nvarchar(max)` without a length | TEXT, with a length check |
 * | `instant` | `datetime2(3)`, UTC by convention | TEXT, ISO 8601 with milliseconds and Z |
 */
export interface Column {
  readonly type: 'id' | 'int' | 'flag' | 'word' | 'key' | 'text' | 'instant';
  /** Characters; `word` 64 and `key` 512 unless given, `text` unlimited. */
  readonly length?: number;
  readonly nullable?: boolean;
  readonly fallback?: string | number | typeof NOW;
  /** The only values allowed. */
  readonly oneOf?: readonly string[];
}

/** Default of a column: the database's clock. */
export const NOW = Symbol('now');

export interface Table {
  readonly name: string;
  readonly columns: Readonly<Record<string, Column>>;
  /** Where there is no `id` column. */
  readonly primaryKey?: string;
}

export interface Index {
  readonly name: string;
  readonly table: string;
  /** Columns in order; an expression where an engine needs one. */
  readonly columns: readonly string[];
  readonly unique?: boolean;
  readonly where?: string;
}

const COLLATION = 'COLLATE Latin1_General_100_BIN2';
const LENGTHS: Readonly<Record<string, number>> = { word: 64, key: 512 };

export function createTable(engine: Engine, table: Table): string {
  const column = engine === 'sqlserver' ? serverColumn : sqliteColumn;
  const lines = Object.entries(table.columns).map(([name, spec]) => column(table.name, name, spec));
  if (table.primaryKey !== undefined) {
    const constraint = engine === 'sqlserver' ? `CONSTRAINT pk_${table.name} ` : '';
    lines.push(`${constraint}PRIMARY KEY (${table.primaryKey})`);
  }
  const body = lines.map((line) => `  ${line}`).join(',\n');
  return `CREATE TABLE ${qualified(engine, table.name)} (\n${body}\n)${engine === 'sqlite' ? ' STRICT' : ''}`;
}

export function createIndex(engine: Engine, index: Index): string {
  const unique = index.unique === true ? 'UNIQUE ' : '';
  const where = index.where === undefined ? '' : ` WHERE ${index.where}`;
  return `CREATE ${unique}INDEX ${index.name} ON ${qualified(engine, index.table)} (${index.columns.join(', ')})${where}`;
}

/** The schema is named when something is made; queries leave it to the connection, which finds `dbo` by default. */
export function qualified(engine: Engine, table: string): string {
  return engine === 'sqlserver' ? `dbo.${table}` : table;
}

function serverColumn(table: string, name: string, column: Column): string {
  if (column.type === 'id') return `${name} int IDENTITY(1,1) NOT NULL CONSTRAINT pk_${table} PRIMARY KEY`;
  const parts = [name, serverType(column), column.nullable === true ? 'NULL' : 'NOT NULL'];
  const fallback = fallbackText(column, 'SYSUTCDATETIME()');
  if (fallback !== null) parts.push(`CONSTRAINT df_${table}_${name} DEFAULT ${fallback}`);
  if (column.oneOf !== undefined) parts.push(`CONSTRAINT ck_${table}_${name} CHECK (${oneOf(name, column.oneOf)})`);
  return parts.join(' ');
}

function serverType({ type, length = LENGTHS[type] }: Column): string {
  switch (type) {
    case 'int':
    case 'id':
      return 'int';
    case 'flag':
      return 'smallint';
    case 'instant':
      return 'datetime2(3)';
    case 'text':
      return `nvarchar(${length ?? 'max'})`;
    case 'word':
    case 'key':
      return `nvarchar(${length}) ${COLLATION}`;
  }
}

/** In the notation of the stores, but from SQLite's own function, so that other programs can insert too. */
const SQLITE_NOW = `(strftime('%Y-%m-%dT%H:%M:%fZ', current_timestamp))`;

function sqliteColumn(_table: string, name: string, column: Column): string {
  if (column.type === 'id') return `${name} INTEGER PRIMARY KEY AUTOINCREMENT`;
  const number = column.type === 'int' || column.type === 'flag';
  const parts = [name, number ? 'INTEGER' : 'TEXT'];
  if (column.nullable !== true) parts.push('NOT NULL');
  const fallback = fallbackText(column, SQLITE_NOW);
  if (fallback !== null) parts.push(`DEFAULT ${fallback}`);
  const { length = LENGTHS[column.type] } = column;
  if (column.oneOf !== undefined) parts.push(`CHECK (${oneOf(name, column.oneOf)})`);
  else if (length !== undefined) parts.push(`CHECK (length(${name}) <= ${length})`);
  if (column.type === 'instant') parts.push(`CHECK (${name} LIKE '____-__-__T__:__:__.___Z')`);
  return parts.join(' ');
}

function fallbackText({ fallback }: Column, now: string): string | null {
  if (fallback === undefined) return null;
  if (fallback === NOW) return now;
  return typeof fallback === 'number' ? String(fallback) : `'${fallback}'`;
}

function oneOf(name: string, values: readonly string[]): string {
  return `${name} IN (${values.map((value) => `'${value}'`).join(', ')})`;
}
