import { sql } from 'kysely';
import type { SqlText } from '../sql-text.ts';
import { listParameter, rowsParameter } from './json-parameter.ts';

const asIs = (value: string): string => value;
const nothing = sql``;

/** Fragments for SQLite. Instants are ISO 8601 text with milliseconds and Z, wall-clock values are text. */
export const sqliteText: SqlText = {
  engine: 'sqlite',
  now: () => sql`bridge_now()`,
  nowPlus: (ms) => sql`bridge_after(${ms})`,
  instant: (value) => sql`${value}`,
  rows: (alias, columns, rows) => {
    const cells = Object.keys(columns).map((name) => `value ->> '$.${name}' AS "${name}"`);
    const source = sql`json_each(${rowsParameter(columns, rows, asIs)})`;
    return sql`(SELECT ${sql.raw(cells.join(', '))} FROM ${source}) AS ${sql.raw(alias)}`;
  },
  list: (type, values) => sql`(SELECT value FROM json_each(${listParameter(type, values, asIs)}))`,
  top: () => nothing,
  limit: (count) => sql`LIMIT ${count}`,
  update: ({ table, set, from, where, returning }) => {
    const source = from === undefined ? nothing : sql` FROM ${from}`;
    return sql`UPDATE ${sql.raw(table)} AS t SET ${set}${source} WHERE ${where}${returningText(returning)}`;
  },
  insert: ({ table, columns, select, returning }) =>
    sql`INSERT INTO ${sql.raw(table)} (${sql.raw(columns.join(', '))}) ${select}${returningText(returning)}`,
  delete: ({ table, from, where, returning }) => {
    const target = sql.raw(table);
    if (from === undefined) return sql`DELETE FROM ${target} AS t WHERE ${where}${returningText(returning)}`;
    const found = sql`SELECT t.rowid FROM ${from} INNER JOIN ${target} AS t ON ${where}`;
    return sql`DELETE FROM ${target} WHERE rowid IN (${found})${returningText(returning)}`;
  },
  // Writers are serialised by the dialect's mutex.
  rowLock: () => nothing,
  rangeLock: () => nothing,
  identityOf: (insert, idColumn) => sql`${insert} RETURNING ${sql.ref(idColumn)} AS id`,
  wallOf: (column) => sql`replace(substr(${column}, 1, 19), 'T', ' ')`,
  wall: (value) => sql`${value}`,
};

function returningText(columns: readonly string[]) {
  return columns.length === 0 ? nothing : sql.raw(` RETURNING ${columns.join(', ')}`);
}
