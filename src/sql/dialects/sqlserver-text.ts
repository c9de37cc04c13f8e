import { sql } from 'kysely';
import { type JsonColumns, type JsonRow, type JsonType, type SqlText, TypedParameter } from '../sql-text.ts';
import { listParameter, rowsParameter } from './json-parameter.ts';

/** Collation of every id and word column. Columns from JSON must carry it too, or comparing the two is error 468. */
export const BINARY_COLLATION = 'Latin1_General_100_BIN2';

/** Characters every server returns of a scalar inside JSON (`JSON_VALUE` documents 4,000). */
const SCALAR_LIMIT = 4000;
/** Tells the rows of one JSON parameter apart. */
const ROW = 'row_number';

const nothing = sql``;

const TYPES: Readonly<Record<JsonType, { readonly type: string; readonly binary: boolean }>> = {
  int: { type: 'int', binary: false },
  flag: { type: 'smallint', binary: false },
  word: { type: 'nvarchar(64)', binary: true },
  key: { type: 'nvarchar(512)', binary: true },
  wall: { type: 'nvarchar(19)', binary: true },
  instant: { type: 'datetime2(3)', binary: false },
  text: { type: 'nvarchar(max)', binary: false },
  position: { type: 'int', binary: false },
};

/** `datetime2` knows no offset: what is stored is UTC by convention. */
const withoutZone = (value: string): string => value.replace(/Z$/, '');

/** Fragments for SQL Server, Azure SQL and other servers that speak T-SQL. */
export const sqlServerText: SqlText = {
  engine: 'sqlserver',
  now: () => sql`SYSUTCDATETIME()`,
  nowPlus: (ms) => sql`DATEADD(millisecond, ${ms}, SYSUTCDATETIME())`,
  instant: (value) => sql`${new TypedParameter('instant', value)}`,
  rows: (alias, columns, rows) => {
    const entries = Object.entries(columns);
    const long = longTexts(columns, rows);
    const shape = entries.map(([name, type]) => `[${name}] ${TYPES[type].type} '$.${name}'`);
    if (long.size === 0) {
      const cells = entries.map(([name, type]) => cell(name, type));
      const source = sql`OPENJSON(${rowsParameter(columns, rows, withoutZone)})`;
      return sql`(SELECT ${sql.raw(cells.join(', '))} FROM ${source} WITH (${sql.raw(shape.join(', '))})) AS ${sql.raw(alias)}`;
    }
    const cells = entries.map(([name, type]) =>
      long.has(name) ? `COALESCE([long_${name}].[text], [j].[${name}]) AS [${name}]` : cell(name, type),
    );
    const short = rows.map((row, index) => ({
      ...row,
      ...Object.fromEntries([...long].flatMap(([name, texts]) => (texts.has(index) ? [[name, null]] : []))),
      [ROW]: index,
    }));
    const source = sql`OPENJSON(${rowsParameter({ ...columns, [ROW]: 'int' }, short, withoutZone)})`;
    const joins = [...long].map(([name, texts]) => {
      const values = [...texts].map(
        ([index, text]) => sql`(${sql.raw(String(index))}, ${new TypedParameter('json', text)})`,
      );
      return sql` LEFT JOIN (VALUES ${sql.join(values)}) AS ${sql.raw(`[long_${name}] ([${ROW}], [text]) ON [long_${name}].[${ROW}] = [j].[${ROW}]`)}`;
    });
    const wide = [...shape, `[${ROW}] int '$.${ROW}'`].join(', ');
    return sql`(SELECT ${sql.raw(cells.join(', '))} FROM ${source} WITH (${sql.raw(wide)}) AS [j]${sql.join(joins, nothing)}) AS ${sql.raw(alias)}`;
  },
  list: (type, values) => {
    const source = sql`OPENJSON(${listParameter(type, values, withoutZone)})`;
    return sql`(SELECT ${sql.raw(cell('value', type))} FROM ${source} WITH (${sql.raw(`[value] ${TYPES[type].type} '$'`)}))`;
  },
  top: (count) => sql`TOP (${count})`,
  limit: () => nothing,
  update: ({ table, set, from, where, returning, hasTrigger = false }) => {
    const source = sql`FROM ${sql.raw(table)} AS t${from === undefined ? nothing : sql`, ${from}`}`;
    if (!hasTrigger || returning.length === 0) {
      return sql`UPDATE t SET ${set}${output('inserted', returning)} ${source} WHERE ${where}`;
    }
    const names = returning.map((name) => `[${name}]`).join(', ');
    const written = sql.raw(`DECLARE @written TABLE (${returning.map((name) => `[${name}] int`).join(', ')});`);
    const into = sql.raw(`${returning.map((name) => `inserted.[${name}]`).join(', ')} INTO @written (${names})`);
    return sql`${written} UPDATE t SET ${set} OUTPUT ${into} ${source} WHERE ${where}; SELECT ${sql.raw(names)} FROM @written;`;
  },
  insert: ({ table, columns, select, returning }) => {
    const names = columns.map((name) => `[${name}]`).join(', ');
    return sql`INSERT INTO ${sql.raw(table)} (${sql.raw(names)})${output('inserted', returning)} ${select}`;
  },
  delete: ({ table, from, where, returning }) => {
    const source = sql`FROM ${sql.raw(table)} AS t${from === undefined ? nothing : sql`, ${from}`}`;
    return sql`DELETE t${output('deleted', returning)} ${source} WHERE ${where}`;
  },
  rowLock: () => sql`WITH (UPDLOCK, ROWLOCK)`,
  rangeLock: () => sql`WITH (UPDLOCK, HOLDLOCK)`,
  identityOf: (insert) => sql`${insert}; SELECT CAST(SCOPE_IDENTITY() AS int) AS id`,
  wallOf: (column) => sql`CONVERT(nvarchar(19), ${column}, 120)`,
  // Style 120: read as year-month-day even where the login's language would take it for year-day-month.
  wall: (value) => sql`CONVERT(datetime2(0), ${value}, 120)`,
};

/**
 * Texts that travel as parameters of their own, by column and row: what servers return of a scalar inside JSON differs beyond
 * `SCALAR_LIMIT`, and a text cut in silence would be the worst answer.
 */
function longTexts(columns: JsonColumns, rows: readonly JsonRow[]): ReadonlyMap<string, ReadonlyMap<number, string>> {
  const long = new Map<string, Map<number, string>>();
  for (const [name, type] of Object.entries(columns)) {
    if (type !== 'text') continue;
    for (const [index, row] of rows.entries()) {
      const value = row[name];
      if (typeof value !== 'string' || value.length <= SCALAR_LIMIT) continue;
      const texts = long.get(name) ?? new Map<number, string>();
      long.set(name, texts.set(index, value));
    }
  }
  return long;
}

function cell(name: string, type: JsonType): string {
  return TYPES[type].binary ? `[${name}] COLLATE ${BINARY_COLLATION} AS [${name}]` : `[${name}]`;
}

/** Aliased, as some servers name OUTPUT columns after their source. */
function output(source: 'inserted' | 'deleted', columns: readonly string[]) {
  if (columns.length === 0) return nothing;
  return sql.raw(` OUTPUT ${columns.map((name) => `${source}.[${name}] AS [${name}]`).join(', ')}`);
}
