import { type RawBuilder, sql } from 'kysely';
import { SyncError } from '../domain/errors.ts';
import type { NewMapping } from '../domain/mapping.ts';
import type { MappingSave } from '../sync/ports.ts';
import type { SqlExecutor } from './executor.ts';
import { cellsOf, columnOf, jsonColumnsOf, MAPPING_FIELDS, type MappingField, type MappingRow } from './mapping-row.ts';
import { isUniqueViolation } from './sql-errors.ts';
import type { JsonColumns, JsonRow, SqlText } from './sql-text.ts';
import { retryOnUniqueViolation } from './unique-retry.ts';

const TABLE = 'bridge_mappings';

/** `MappingStore.insert`. The meeting key of imported copies counts as a key too. */
export async function insertMappings(
  executor: SqlExecutor,
  rows: readonly NewMapping[],
): Promise<readonly { index: number; id: number }[]> {
  const firsts = withoutRepeats(rows);
  if (firsts.length === 0) return [];
  const inserted = await retryOnUniqueViolation(() => insertStatement(executor.text, firsts).execute(executor.db));
  return matchInserted(firsts, inserted.rows);
}

interface IndexedRow {
  readonly index: number;
  readonly row: NewMapping;
}

type InsertedRow = Pick<
  MappingRow,
  'id' | 'reservation_type' | 'reservation_id' | 'resource_id' | 'outlook_item_id' | 'outlook_event_id'
>;

function insertStatement(text: SqlText, rows: readonly IndexedRow[]): RawBuilder<InsertedRow> {
  const columns = MAPPING_FIELDS.map(columnOf);
  const given = text.rows(
    'j',
    jsonColumnsOf(MAPPING_FIELDS),
    rows.map(({ row }) => cellsOf(row)),
  );
  const absent = (condition: string) =>
    sql.raw(`NOT EXISTS (SELECT 1 FROM ${TABLE} AS t WHERE t.outlook_item_id = j.outlook_item_id AND ${condition})`);
  return text.insert<InsertedRow>({
    table: TABLE,
    columns,
    select: sql`SELECT ${sql.raw(columns.map((column) => `j.${column}`).join(', '))} FROM ${given}
      WHERE NOT EXISTS (SELECT 1 FROM ${sql.raw(TABLE)} AS t WHERE t.reservation_id = j.reservation_id
          AND t.reservation_type = j.reservation_type AND t.resource_id = j.resource_id
          AND t.reservation_id IS NOT NULL AND t.reservation_type IS NOT NULL)
        AND ${absent('t.outlook_event_id = j.outlook_event_id AND t.outlook_event_id IS NOT NULL')}
        AND ${absent(`t.origin = 'outlook' AND j.origin = 'outlook' AND t.ical_uid = j.ical_uid AND t.ical_uid IS NOT NULL
          AND (t.original_start = j.original_start OR (t.original_start IS NULL AND j.original_start IS NULL))`)}`,
    returning: ['id', 'reservation_type', 'reservation_id', 'resource_id', 'outlook_item_id', 'outlook_event_id'],
  });
}

/** Rows whose key an earlier one has already: they meet an existing row as much as if it had been there before. */
function withoutRepeats(rows: readonly NewMapping[]): IndexedRow[] {
  const seen = new Set<string>();
  const firsts: IndexedRow[] = [];
  for (const [index, row] of rows.entries()) {
    const keys = keysOf(row);
    if (!keys.some((key) => seen.has(key))) firsts.push({ index, row });
    for (const key of keys) seen.add(key);
  }
  return firsts;
}

function keysOf(row: NewMapping): string[] {
  const keys: string[] = [];
  if (row.reservationId !== null && row.type !== null) {
    keys.push(JSON.stringify(['reservation', row.type, row.reservationId, row.resourceId]));
  }
  if (row.eventId !== null) keys.push(JSON.stringify(['event', row.calendar, row.eventId]));
  if (row.origin === 'outlook' && row.iCalUId !== null) {
    keys.push(JSON.stringify(['meeting', row.calendar, row.iCalUId, row.originalStart]));
  }
  return keys;
}

/** An INSERT returns its rows in no order, so they are told apart by what they say; equal ones are interchangeable. */
function matchInserted(
  given: readonly IndexedRow[],
  inserted: readonly InsertedRow[],
): readonly { index: number; id: number }[] {
  const waiting = new Map<string, number[]>();
  for (const { index, row } of given) {
    const said = JSON.stringify([row.type, row.reservationId, row.resourceId, row.calendar, row.eventId]);
    waiting.set(said, [...(waiting.get(said) ?? []), index]);
  }
  const matched = inserted.map((row) => {
    const { reservation_type, reservation_id, resource_id, outlook_item_id, outlook_event_id } = row;
    const said = JSON.stringify([reservation_type, reservation_id, resource_id, outlook_item_id, outlook_event_id]);
    const index = waiting.get(said)?.shift();
    if (index === undefined) throw new SyncError('bug', `Inserted mapping ${row.id} was not among the given rows.`);
    return { index, id: row.id };
  });
  return matched.sort((one, other) => one.index - other.index);
}

/**
 * `MappingStore.save`. A row that would take another row's key is left unwritten like one that lost its version: the batch is
 * then halved until only such rows stay behind (R8).
 */
export async function saveMappings(executor: SqlExecutor, rows: readonly MappingSave[]): Promise<readonly number[]> {
  if (rows.length === 0) return [];
  if (new Set(rows.map((row) => row.id)).size < rows.length) {
    throw new SyncError('bug', 'One call saves each mapping once: which change is the last would be left to chance.');
  }
  try {
    const written = await saveStatement(executor.text, rows).execute(executor.db);
    return written.rows.map((row) => row.id);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    if (rows.length === 1) return [];
    const middle = Math.ceil(rows.length / 2);
    const first = await saveMappings(executor, rows.slice(0, middle));
    return [...first, ...(await saveMappings(executor, rows.slice(middle)))];
  }
}

function saveStatement(text: SqlText, rows: readonly MappingSave[]): RawBuilder<{ id: number }> {
  const fields = MAPPING_FIELDS.filter((field) => rows.some((row) => row.change[field] !== undefined));
  const partial = fields.filter((field) => rows.some((row) => row.change[field] === undefined));
  const leased = rows.some((row) => row.lease !== undefined);
  const columns: JsonColumns = {
    id: 'int',
    seen_version: 'int',
    ...(leased ? { lease_calendar: 'key' as const, lease_token: 'int' as const } : {}),
    ...jsonColumnsOf(fields),
    ...Object.fromEntries(partial.map((field) => [flagOf(field), 'flag' as const])),
  };
  const assignments = fields.map((field) => assignmentOf(field, partial.includes(field)));
  const current = sql`t.id = j.id AND t.version = j.seen_version`;
  return text.update<{ id: number }>({
    table: TABLE,
    set: sql`${sql.raw(assignments.join(''))}version = t.version + 1, updated_at = ${text.now()}`,
    from: text.rows(
      'j',
      columns,
      rows.map((row) => toJsonRow(row, partial)),
    ),
    where: leased ? sql`${current} AND (j.lease_calendar IS NULL OR ${holdsLease(text)})` : current,
    returning: ['id'],
    hasTrigger: true,
  });
}

function toJsonRow({ id, version, change, lease }: MappingSave, partial: readonly MappingField[]): JsonRow {
  const flags = partial.filter((field) => change[field] !== undefined).map((field) => [flagOf(field), true]);
  return {
    id,
    seen_version: version,
    lease_calendar: lease?.calendar,
    lease_token: lease?.token,
    ...cellsOf(change),
    ...Object.fromEntries(flags),
  };
}

function flagOf(field: MappingField): string {
  return `set_${columnOf(field)}`;
}

/** A column that not every row of the batch changes is written only where its flag says so. */
function assignmentOf(field: MappingField, partial: boolean): string {
  const column = columnOf(field);
  if (!partial) return `${column} = j.${column}, `;
  return `${column} = CASE WHEN j.${flagOf(field)} = 1 THEN j.${column} ELSE t.${column} END, `;
}

/** R12: the lease that row `j` names is current on the database's clock. */
function holdsLease(text: SqlText): RawBuilder<unknown> {
  return sql`EXISTS (SELECT 1 FROM bridge_calendars AS c WHERE c.outlook_item_id = j.lease_calendar
    AND c.fencing_token = j.lease_token AND c.lease_expires_at > ${text.now()})`;
}

/** `MappingStore.remove`; a mapping with an open intent stays, as its event may be in doubt. */
export async function removeMappings(
  executor: SqlExecutor,
  rows: readonly { id: number; version: number }[],
): Promise<readonly number[]> {
  if (rows.length === 0) return [];
  const { db, text } = executor;
  const removed = await text
    .delete<{ id: number }>({
      table: TABLE,
      from: text.rows(
        'j',
        { id: 'int', seen_version: 'int' },
        rows.map(({ id, version }) => ({ id, seen_version: version })),
      ),
      where: sql`t.id = j.id AND t.version = j.seen_version
        AND NOT EXISTS (SELECT 1 FROM bridge_intents AS i WHERE i.mapping_id = t.id AND i.status = 'open')`,
      returning: ['id'],
    })
    .execute(db);
  return removed.rows.map((row) => row.id);
}
