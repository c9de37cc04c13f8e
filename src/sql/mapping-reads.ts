import { type RawBuilder, sql } from 'kysely';
import type { Mapping } from '../domain/mapping.ts';
import type { ReservationKey } from '../domain/reservation.ts';
import type { Instant, WallSpan } from '../domain/time.ts';
import type { DiscoveryRow, MappingStore } from '../sync/ports.ts';
import { distinctBy } from './distinct.ts';
import type { SqlExecutor } from './executor.ts';
import { type MappingRow, mappingColumns, toMapping } from './mapping-row.ts';

type Sql = RawBuilder<unknown>;

/** Runs `SELECT ${columns} FROM ${source} ${rest}` and makes mappings of the rows. */
export async function selectMappings(executor: SqlExecutor, rest: Sql, count?: number): Promise<readonly Mapping[]> {
  const { db, text } = executor;
  const top = count === undefined ? sql`` : sql`${text.top(count)} `;
  const limit = count === undefined ? sql`` : sql` ${text.limit(count)}`;
  const { rows } = await sql<MappingRow>`SELECT ${top}${mappingColumns} FROM ${rest}${limit}`.execute(db);
  return rows.map(toMapping);
}

type Reads = Pick<
  MappingStore,
  | 'listForDiscovery'
  | 'findByIds'
  | 'findByKeys'
  | 'findByReservations'
  | 'findByEvents'
  | 'findByMeetings'
  | 'findBySeries'
  | 'listLive'
  | 'listGone'
  | 'countLive'
>;

/** The questions that name what they look for. Empty questions cost no statement. */
export function createMappingReads(executor: SqlExecutor): Reads {
  const { text } = executor;
  const joined = (given: Sql, on: string) =>
    sql`${given} INNER JOIN bridge_mappings AS t ON ${sql.raw(on)} ORDER BY t.id`;
  return {
    listForDiscovery: (rooms) => (rooms.length === 0 ? none() : listForDiscovery(executor, rooms)),
    findByIds: (ids) =>
      ids.length === 0
        ? none()
        : selectMappings(executor, sql`bridge_mappings AS t WHERE t.id IN ${text.list('int', ids)} ORDER BY t.id`),
    findByKeys: (keys) => {
      if (keys.length === 0) return none();
      const given = distinctRows(keys.map(({ type, id, resourceId }) => ({ type, id, resource_id: resourceId })));
      const columns = { type: 'word', id: 'int', resource_id: 'int' } as const;
      return selectMappings(
        executor,
        joined(text.rows('j', columns, given), `${SAME_RESERVATION} AND t.resource_id = j.resource_id`),
      );
    },
    findByReservations: (keys: readonly ReservationKey[]) => {
      if (keys.length === 0) return none();
      const given = distinctRows(keys.map(({ type, id }) => ({ type, id })));
      return selectMappings(executor, joined(text.rows('j', { type: 'word', id: 'int' }, given), SAME_RESERVATION));
    },
    findByEvents: (events) => {
      if (events.length === 0) return none();
      const given = distinctRows(events.map(({ calendar = null, eventId }) => ({ calendar, event_id: eventId })));
      const source = text.rows('j', { calendar: 'key', event_id: 'key' }, given);
      // One event may be asked for with and without its calendar.
      return selectMappings(executor, joined(source, SAME_EVENT)).then((rows) => distinctBy(rows, ({ id }) => id));
    },
    findByMeetings: (meetings, { lock = false } = {}) =>
      meetings.length === 0 ? none() : findByMeetings(executor, meetings, lock),
    findBySeries: (calendar, ids) => {
      if (ids.length === 0) return none();
      const rest = sql`bridge_mappings AS t WHERE t.series_master_id IN ${text.list('key', ids)}
        AND t.series_master_id IS NOT NULL AND t.outlook_item_id = ${calendar} ORDER BY t.original_start, t.id`;
      return selectMappings(executor, rest);
    },
    listLive: (calendar, window, also) => listLive(executor, calendar, window, also),
    listGone: (calendars) => {
      const rooms = calendars === undefined ? sql`` : sql` AND t.outlook_item_id IN ${text.list('key', calendars)}`;
      return selectMappings(
        executor,
        sql`bridge_mappings AS t WHERE t.gone_since IS NOT NULL${rooms} ORDER BY t.gone_since, t.id`,
      );
    },
    countLive: (calendars) => countLive(executor, calendars),
  };
}

/** `IS NOT NULL` repeats the condition of the filtered index, or the server would not use it. */
const SAME_RESERVATION = `t.reservation_id = j.id AND t.reservation_type = j.type
  AND t.reservation_id IS NOT NULL AND t.reservation_type IS NOT NULL`;
const SAME_EVENT = `t.outlook_event_id = j.event_id AND t.outlook_event_id IS NOT NULL
  AND (j.calendar IS NULL OR t.outlook_item_id = j.calendar)`;

function distinctRows<T>(rows: readonly T[]): T[] {
  return distinctBy(rows, (row) => JSON.stringify(row));
}

async function none(): Promise<readonly never[]> {
  return [];
}

async function listForDiscovery(
  { db, text }: SqlExecutor,
  rooms: readonly { resourceId: number; from: string }[],
): Promise<readonly DiscoveryRow[]> {
  const given = rooms.map(({ resourceId, from }) => ({ resource_id: resourceId, not_before: from }));
  const { rows } = await sql<DiscoveryTuple>`SELECT t.id, t.reservation_type, t.reservation_id, t.resource_id,
      t.outlook_item_id, t.outlook_event_id, t.sync_status, t.origin, t.booking_hash, t.conflict_kind, t.error_message,
      t.retryable, t.starts_at, t.ends_at, t.held, t.version
    FROM ${text.rows('j', { resource_id: 'int', not_before: 'wall' }, given)}
    INNER JOIN bridge_mappings AS t ON t.resource_id = j.resource_id
    WHERE (t.reservation_id IS NOT NULL AND (t.ends_at IS NULL OR t.ends_at >= j.not_before))
      OR (t.reservation_id IS NULL AND t.outlook_event_id IS NULL AND t.sync_status = 'pending')
    ORDER BY t.id`.execute(db);
  return rows.map(toDiscoveryRow);
}

type DiscoveryTuple = Pick<
  MappingRow,
  | 'id'
  | 'reservation_type'
  | 'reservation_id'
  | 'resource_id'
  | 'outlook_item_id'
  | 'outlook_event_id'
  | 'sync_status'
  | 'origin'
  | 'booking_hash'
  | 'conflict_kind'
  | 'error_message'
  | 'retryable'
  | 'starts_at'
  | 'ends_at'
  | 'held'
  | 'version'
>;

function toDiscoveryRow(row: DiscoveryTuple): DiscoveryRow {
  return {
    id: row.id,
    type: row.reservation_type as DiscoveryRow['type'],
    reservationId: row.reservation_id,
    resourceId: row.resource_id,
    calendar: row.outlook_item_id,
    eventId: row.outlook_event_id,
    status: row.sync_status as DiscoveryRow['status'],
    origin: row.origin as DiscoveryRow['origin'],
    bookingHash: row.booking_hash,
    conflictKind: row.conflict_kind as DiscoveryRow['conflictKind'],
    error: row.error_message,
    retryable: row.retryable === 1,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    held: row.held === 1,
    version: row.version,
  };
}

function findByMeetings(
  executor: SqlExecutor,
  meetings: readonly { iCalUId: string; originalStart: Instant | null }[],
  lock: boolean,
): Promise<readonly Mapping[]> {
  const { text } = executor;
  const given = distinctRows(
    meetings.map(({ iCalUId, originalStart }) => ({ ical_uid: iCalUId, original_start: originalStart })),
  );
  const rest = sql`${text.rows('j', { ical_uid: 'key', original_start: 'instant' }, given)}
    INNER JOIN bridge_mappings AS t ${lock ? text.rangeLock() : sql``} ON t.ical_uid = j.ical_uid
      AND (t.original_start = j.original_start OR (t.original_start IS NULL AND j.original_start IS NULL))
    WHERE t.origin = 'outlook' AND t.ical_uid IS NOT NULL ORDER BY t.id`;
  return selectMappings(executor, rest);
}

function listLive(
  executor: SqlExecutor,
  calendar: string,
  window: WallSpan | null,
  also?: 'pending',
): Promise<readonly Mapping[]> {
  const waiting = also === undefined ? sql`` : sql` OR t.sync_status = ${also}`;
  const inside =
    window === null
      ? sql``
      : sql` AND ((t.starts_at IS NULL OR t.starts_at < ${window.to}) AND (t.ends_at IS NULL OR t.ends_at > ${window.from})${waiting})`;
  const rest = sql`bridge_mappings AS t WHERE t.outlook_item_id = ${calendar} AND t.outlook_event_id IS NOT NULL
    AND t.sync_status <> 'cancelled'${inside} ORDER BY t.id`;
  return selectMappings(executor, rest);
}

async function countLive(
  { db, text }: SqlExecutor,
  calendars: readonly string[],
): Promise<readonly { calendar: string; live: number }[]> {
  const rooms = calendars.length === 0 ? sql`` : sql` AND t.outlook_item_id IN ${text.list('key', calendars)}`;
  const { rows } = await sql<{ calendar: string; live: number }>`SELECT t.outlook_item_id AS calendar, COUNT(*) AS live
    FROM bridge_mappings AS t WHERE t.sync_status IN ('pending', 'synced', 'error', 'conflict')${rooms}
    GROUP BY t.outlook_item_id ORDER BY t.outlook_item_id`.execute(db);
  return rows;
}
