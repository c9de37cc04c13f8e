import { type RawBuilder, sql } from 'kysely';
import type { BookingSchema, BookingTable } from '../../sql/booking-schema.ts';
import type { SqlExecutor } from '../../sql/database.ts';
import type { JsonType } from '../../sql/sql-text.ts';
import { BOOKING_TABLE_SHAPES } from './booking-tables.ts';
import type { ColumnKind } from './columns.ts';
import { columnName, qualified } from './create-tables.ts';
import type { Row, SampleRows } from './rows.ts';

/**
 * Inserts rows under the configured names, one statement per table, parents first. All rows of a table name the same columns;
 * columns or tables the schema does not have are left out.
 */
export async function insertBookingRows(executor: SqlExecutor, schema: BookingSchema, rows: SampleRows): Promise<void> {
  for (const table of Object.keys(BOOKING_TABLE_SHAPES) as BookingTable[]) {
    const given = rows[table] ?? [];
    if (given.length === 0 || schema.tables[table] === null) continue;
    await insertInto(executor, schema, table, given);
    await writeLongTexts(executor, schema, table, given);
  }
}

async function insertInto(executor: SqlExecutor, schema: BookingSchema, table: BookingTable, rows: readonly Row[]) {
  const shape = BOOKING_TABLE_SHAPES[table];
  const columns = Object.keys(rows[0] ?? {}).flatMap((key) => {
    const name = columnName(schema, table, key);
    const definition = shape.columns[key];
    return name === null || definition === undefined ? [] : [{ key, name, definition }];
  });
  const types = Object.fromEntries(columns.map(({ key, definition }) => [key, jsonType(definition)]));
  const source = executor.text.rows('given', types, rows);
  const target = qualified(schema, schema.tables[table] ?? '');
  const insert = sql`INSERT INTO ${target} (${sql.join(columns.map(({ name }) => sql.id(name)))})
    SELECT ${sql.join(columns.map(({ key, definition }) => value(executor, key, definition)))} FROM ${source}`;
  const explicitIds =
    executor.engine === 'sqlserver' && columns.some(({ definition }) => definition.kind === 'identity');
  const statement = explicitIds
    ? sql`SET IDENTITY_INSERT ${target} ON; ${insert}; SET IDENTITY_INSERT ${target} OFF`
    : insert;
  await statement.execute(executor.db);
}

/** Longest text inside a JSON parameter that every server speaking T-SQL hands over whole. */
const LONGEST_IN_JSON = 4000;

/** Texts that may have been cut on their way through JSON are written once more, as parameters of their own. */
async function writeLongTexts(
  { db }: SqlExecutor,
  schema: BookingSchema,
  table: BookingTable,
  rows: readonly Row[],
): Promise<void> {
  const [target, id] = [qualified(schema, schema.tables[table] ?? ''), columnName(schema, table, 'id')];
  for (const row of rows) {
    for (const [key, text] of Object.entries(row)) {
      const name = columnName(schema, table, key);
      if (typeof text !== 'string' || text.length <= LONGEST_IN_JSON || name === null || id === null) continue;
      await sql`UPDATE ${target} SET ${sql.id(name)} = ${text} WHERE ${sql.id(id)} = ${row['id']}`.execute(db);
    }
  }
}

function jsonType(column: ColumnKind): JsonType {
  if (column.kind === 'int' || column.kind === 'identity' || column.kind === 'decimal') return 'int';
  return column.kind === 'wall' ? 'wall' : 'text';
}

function value({ engine }: SqlExecutor, key: string, column: ColumnKind): RawBuilder<unknown> {
  const cell = sql.id('given', key);
  if (engine === 'sqlite') return cell;
  if (column.kind === 'wall') return sql`CONVERT(datetime2(0), ${cell}, 120)`;
  return column.kind === 'date' ? sql`CONVERT(date, ${cell}, 23)` : cell;
}
