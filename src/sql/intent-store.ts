import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { EventContent } from '../domain/room-event.ts';
import type { Intent, IntentStore, NewIntent, RoomLease } from '../sync/ports.ts';
import { distinctBy } from './distinct.ts';
import type { SqlExecutor } from './executor.ts';
import type { IntentsTable } from './tables.ts';
import { retryOnUniqueViolation } from './unique-retry.ts';

const TABLE = 'bridge_intents';

/** Columns an intent is opened with, as they travel in JSON. */
const OPENED = {
  mapping_id: 'int',
  outlook_item_id: 'key',
  kind: 'word',
  cause: 'key',
  outlook_event_id: 'key',
  create_token: 'word',
  generation: 'int',
  content: 'text',
  content_hash: 'key',
  booking_hash: 'key',
  run_id: 'word',
} as const;

type IntentRow = Selectable<IntentsTable>;

/** `bridge_intents`: what is about to be written to Outlook (R6). */
export function createIntentStore({ db, text }: SqlExecutor): IntentStore {
  const select = async (rest: RawBuilder<unknown>): Promise<readonly Intent[]> => {
    const { rows } =
      await sql<IntentRow>`SELECT t.id, t.mapping_id, t.outlook_item_id, t.kind, t.cause, t.outlook_event_id,
      t.create_token, t.generation, t.content, t.content_hash, t.booking_hash, t.fencing_token, t.run_id, t.status,
      t.created_at, t.closed_at FROM bridge_intents AS t WHERE ${rest} ORDER BY t.id`.execute(db);
    return rows.map(toIntent);
  };
  return {
    open: async (lease, intents) => {
      if (intents.length === 0) return new Map();
      const firsts = distinctBy(intents, ({ mappingId }) => mappingId);
      const claim = openStatement({ db, text }, lease, firsts);
      const { rows } = await retryOnUniqueViolation(() => claim.execute(db));
      return new Map(rows.map((row) => [row.mapping_id, row.id]));
    },
    listOpen: (calendars) =>
      calendars.length === 0
        ? Promise.resolve([])
        : select(sql`t.status = 'open' AND t.outlook_item_id IN ${text.list('key', calendars)}`),
    close: async (results) => {
      if (results.length === 0) return;
      const given = results.map(({ id, status, eventId }) => ({
        id,
        status,
        event_id: eventId,
        has_event: eventId !== undefined,
      }));
      await text
        .update({
          table: TABLE,
          set: sql`status = j.status, closed_at = ${text.now()}, content = NULL,
            outlook_event_id = CASE WHEN j.has_event = 1 THEN j.event_id ELSE t.outlook_event_id END`,
          from: text.rows('j', { id: 'int', status: 'word', event_id: 'key', has_event: 'flag' }, given),
          where: sql`t.id = j.id AND t.status = 'open'`,
          returning: [],
        })
        .execute(db);
    },
    listRecent: (calendar, since) =>
      select(sql`t.outlook_item_id = ${calendar} AND t.created_at >= ${text.instant(since)}`),
    purge: async (before) => {
      const purged = await text
        .delete({
          table: TABLE,
          where: sql`t.closed_at IS NOT NULL AND t.closed_at < ${text.instant(before)}`,
          returning: ['id'],
        })
        .execute(db);
      return purged.rows.length;
    },
  };
}

/** The claim: planned version, no open intent, current lease, all judged by the statement that writes. */
function openStatement(
  { text }: Pick<SqlExecutor, 'db' | 'text'>,
  lease: RoomLease,
  intents: readonly NewIntent[],
): RawBuilder<{ id: number; mapping_id: number }> {
  const columns = Object.keys(OPENED);
  const given = intents.map((intent) => ({ ...cellsOf(intent), planned_version: intent.mappingVersion }));
  return text.insert({
    table: TABLE,
    columns: [...columns, 'fencing_token'],
    select: sql`SELECT ${sql.raw(columns.map((column) => `j.${column}`).join(', '))}, c.fencing_token
      FROM ${text.rows('j', { ...OPENED, planned_version: 'int' }, given)}
      INNER JOIN bridge_mappings AS m ON m.id = j.mapping_id AND m.version = j.planned_version
      INNER JOIN bridge_calendars AS c ON c.outlook_item_id = ${lease.calendar} AND c.fencing_token = ${lease.token}
        AND c.lease_expires_at > ${text.now()}
      WHERE NOT EXISTS (SELECT 1 FROM bridge_intents AS t WHERE t.mapping_id = j.mapping_id AND t.status = 'open')`,
    returning: ['id', 'mapping_id'],
  });
}

function cellsOf(intent: NewIntent) {
  return {
    mapping_id: intent.mappingId,
    outlook_item_id: intent.calendar,
    kind: intent.kind,
    cause: intent.cause,
    outlook_event_id: intent.eventId,
    create_token: intent.createToken,
    generation: intent.generation,
    content: intent.content === null ? null : JSON.stringify(intent.content),
    content_hash: intent.contentHash,
    booking_hash: intent.bookingHash,
    run_id: intent.runId,
  };
}

function toIntent(row: IntentRow): Intent {
  return {
    id: row.id,
    mappingId: row.mapping_id,
    calendar: row.outlook_item_id,
    kind: row.kind as Intent['kind'],
    cause: row.cause,
    eventId: row.outlook_event_id,
    createToken: row.create_token,
    generation: row.generation,
    content: row.content === null ? null : (JSON.parse(row.content) as EventContent),
    contentHash: row.content_hash,
    bookingHash: row.booking_hash,
    fencingToken: row.fencing_token,
    runId: row.run_id,
    status: row.status as Intent['status'],
    createdAt: row.created_at,
    closedAt: row.closed_at,
  };
}
