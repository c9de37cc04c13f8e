import { z } from 'zod';
import { SyncError } from '../domain/errors.ts';
import {
  BOOKING_TABLES,
  type BookingColumn,
  type BookingTable,
  columnsOf,
  LAYOUT,
  needOfColumn,
  needOfTable,
  parentOf,
} from './booking/layout.ts';

export type { BookingColumn, BookingTable } from './booking/layout.ts';

/**
 * Names of the booking system's tables and columns (the time zone is a setting of its own). `null` says that the system has
 * no such table or column. Names are used as quoted identifiers only, never put into SQL text.
 */
export interface BookingSchema {
  /** Database schema (SQLite: attached database) that qualifies every table, as `dbo`; null leaves it to the connection. */
  readonly qualifier: string | null;
  readonly tables: Readonly<Record<BookingTable, string | null>>;
  readonly columns: { readonly [T in BookingTable]: Readonly<Record<BookingColumn<T>, string | null>> };
}

/** Setting that holds the overrides as a JSON object. */
export const BOOKING_SCHEMA_SETTING = 'BOOKING_SCHEMA';
export const DEFAULT_TABLE_PREFIX = 'bb_';

const NAME_RULE = 'must be a name of 1 to 128 characters without a dot (the schema is set apart)';

/** SQL Server's `sysname` holds 128 characters; a dot would hide a schema in a table name. */
const identifier = z.string(NAME_RULE).regex(/^[\p{L}\p{N}_][\p{L}\p{N}_ $#@"'[\]-]{0,127}$/u, NAME_RULE);

const overrides = z.strictObject({
  prefix: z
    .string()
    .regex(/^[\p{L}\p{N}_]{0,60}$/u, 'must be letters, digits and underscores')
    .optional(),
  schema: identifier.nullable().optional(),
  tables: z.strictObject(record((table) => nameRule(needOfTable(table)))).optional(),
  columns: z
    .strictObject(
      record((table) =>
        z
          .strictObject(Object.fromEntries(columnsOf(table).map((c) => [c, nameRule(needOfColumn(table, c))])))
          .optional(),
      ),
    )
    .optional(),
});

/**
 * Makes the schema from partial overrides (see `BookingSchemaOverrides`) on top of the default names `bb_*`. A child table
 * follows its parent's name: `{ tables: { event: 'your_event_table' } }` also renames `your_event_table_date` and so on.
 *
 * Throws `misconfigured`; the message lists every wrong field by its path, `field` holds the first.
 */
export function parseBookingSchema(given: unknown = {}, prefix: string = DEFAULT_TABLE_PREFIX): BookingSchema {
  const parsed = overrides.safeParse(given);
  if (!parsed.success) throw misconfigured(parsed.error.issues.flatMap(describeIssue));
  const { tables = {}, columns = {}, schema = null } = parsed.data as BookingSchemaOverrides;
  const names = tableNames(tables, parsed.data.prefix ?? prefix);
  const result: BookingSchema = {
    qualifier: schema,
    tables: names,
    columns: record((table) => columnNames(table, columns[table] ?? {})) as BookingSchema['columns'],
  };
  const clashes = findClashes(result);
  if (clashes.length > 0) throw misconfigured(clashes);
  return result;
}

/** What the settings may say; everything left out keeps its default name. */
export interface BookingSchemaOverrides {
  readonly prefix?: string;
  readonly schema?: string | null;
  readonly tables?: Partial<Readonly<Record<BookingTable, string | null>>>;
  readonly columns?: { readonly [T in BookingTable]?: Partial<Readonly<Record<BookingColumn<T>, string | null>>> };
}

function nameRule(need: string): z.ZodType {
  return need === 'required' ? identifier.optional() : identifier.nullable().optional();
}

function record<V>(value: (table: BookingTable) => V): Record<BookingTable, V> {
  return Object.fromEntries(BOOKING_TABLES.map((table) => [table, value(table)])) as Record<BookingTable, V>;
}

function tableNames(given: BookingSchemaOverrides['tables'], prefix: string): BookingSchema['tables'] {
  const names: Partial<Record<BookingTable, string | null>> = {};
  for (const table of BOOKING_TABLES) {
    const parent = parentOf(table);
    // A parent is listed before its children; a table the system does not have has no children either.
    const base = parent === null ? prefix : names[parent];
    const fallback = base === null ? null : `${base}${LAYOUT[table].name}`;
    names[table] = given?.[table] === undefined ? fallback : given[table];
  }
  return names as BookingSchema['tables'];
}

function columnNames(
  table: BookingTable,
  given: Readonly<Record<string, string | null>>,
): Record<string, string | null> {
  return Object.fromEntries(columnsOf(table).map((c) => [c, given[c] === undefined ? c : (given[c] ?? null)]));
}

interface Problem {
  readonly field: string;
  readonly text: string;
}

/** Names are compared without case, as SQL Server and SQLite do. */
function findClashes(schema: BookingSchema): Problem[] {
  const problems = clashesOf('tables', schema.tables);
  for (const table of BOOKING_TABLES) problems.push(...clashesOf(`columns.${table}`, schema.columns[table]));
  return problems;
}

function clashesOf(path: string, names: Readonly<Record<string, string | null>>): Problem[] {
  const owners = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [key, name] of Object.entries(names)) {
    if (name === null) continue;
    const owner = owners.get(name.toLowerCase());
    if (owner !== undefined) problems.push({ field: `${path}.${key}`, text: `has the same name as ${path}.${owner}` });
    owners.set(name.toLowerCase(), key);
  }
  return problems;
}

function describeIssue(issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [{ field: path.join('.'), text: issue.message }];
  return issue.keys.map((key) => ({ field: [...path, key].join('.'), text: 'is not a name this service uses' }));
}

function misconfigured(problems: readonly Problem[]): SyncError {
  const lines = problems.map(({ field, text }) => `${field || 'the value'} ${text}`);
  return new SyncError('misconfigured', `${BOOKING_SCHEMA_SETTING} is wrong: ${lines.join('; ')}.`, {
    field: problems[0]?.field || BOOKING_SCHEMA_SETTING,
  });
}
