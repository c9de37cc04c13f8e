import { type Selectable, sql } from 'kysely';
import type { ReservationKey, ReservationType } from '../domain/reservation.ts';
import type { JournalAction, JournalEntry, JournalRow, JournalStore } from '../sync/ports.ts';
import type { SqlExecutor } from './executor.ts';
import type { JournalTable } from './tables.ts';

const TABLE = 'bridge_journal';

const APPENDED = {
  run_id: 'word',
  actor: 'word',
  action: 'word',
  reason: 'text',
  cause: 'key',
  outlook_item_id: 'key',
  resource_id: 'int',
  mapping_id: 'int',
  reservation_type: 'word',
  reservation_id: 'int',
  outlook_event_id: 'key',
  before_values: 'text',
  after_values: 'text',
} as const;

/** What the brake counts (R4): a cancellation on either side, each once per cause. Hiding and moving an event are none. */
const CANCELLATIONS: readonly JournalAction[] = [
  'event-deleted',
  'event-declined',
  'reservation-cancelled',
  'mapping-cancelled',
  'room-unlinked',
];

/** `bridge_journal`: every change we made, and why (R10). */
export function createJournalStore({ db, text }: SqlExecutor): JournalStore {
  const columns = Object.keys(APPENDED);
  return {
    append: async (entries) => {
      if (entries.length === 0) return;
      const given = text.rows('j', { position: 'position', ...APPENDED }, entries.map(cellsOf));
      const values = sql.raw(columns.map((column) => `j.${column}`).join(', '));
      await text
        .insert({
          table: TABLE,
          columns,
          select: sql`SELECT ${values} FROM ${given} ORDER BY j.position`,
          returning: [],
        })
        .execute(db);
    },
    list: async ({ limit, beforeId, mappingId, calendar, runId }) => {
      const conditions = [
        ...(beforeId === undefined ? [] : [sql`t.id < ${beforeId}`]),
        ...(mappingId === undefined ? [] : [sql`t.mapping_id = ${mappingId}`]),
        ...(calendar === undefined ? [] : [sql`t.outlook_item_id = ${calendar}`]),
        ...(runId === undefined ? [] : [sql`t.run_id = ${runId}`]),
      ];
      const where = conditions.length === 0 ? sql`` : sql`WHERE ${sql.join(conditions, sql` AND `)}`;
      const { rows } = await sql<Selectable<JournalTable>>`SELECT ${text.top(limit)} t.id, t.at,
        ${sql.raw(columns.map((column) => `t.${column}`).join(', '))}
        FROM bridge_journal AS t ${where} ORDER BY t.id DESC ${text.limit(limit)}`.execute(db);
      return rows.map(toRow);
    },
    cancellationCauses: async (since, except) => {
      const { rows } = await sql<{
        calendar: string;
        causes: number;
      }>`SELECT t.calendar, COUNT(DISTINCT t.cause) AS causes FROM (
          SELECT j.outlook_item_id AS calendar, j.cause FROM bridge_journal AS j
          WHERE j.action IN ${text.list('word', CANCELLATIONS)} AND j.at >= ${text.instant(since)} AND j.outlook_item_id IS NOT NULL
          UNION ALL
          SELECT i.outlook_item_id, i.cause FROM bridge_intents AS i WHERE i.status = 'open' AND i.kind IN ('delete', 'decline')
        ) AS t
        WHERE t.cause NOT LIKE 'suppressed:%' AND t.cause NOT LIKE 'moved:%' AND t.cause NOT IN ${text.list('key', except)}
        GROUP BY t.calendar ORDER BY t.calendar`.execute(db);
      return rows;
    },
    findEvents: async (calendar, reservations) => {
      if (reservations.length === 0) return [];
      const given = reservations.map(({ type, id, resourceId }) => ({ type, id, resource_id: resourceId }));
      const { rows } = await sql<{
        type: ReservationType;
        id: number;
        resourceId: number;
        eventId: string;
        imported: number;
      }>`
        SELECT t.reservation_type AS type, t.reservation_id AS id, t.resource_id AS "resourceId",
          t.outlook_event_id AS "eventId", MAX(CASE WHEN t.action = 'reservation-created' THEN 1 ELSE 0 END) AS imported
        FROM ${text.rows('j', { type: 'word', id: 'int', resource_id: 'int' }, given)}
        INNER JOIN bridge_journal AS t ON t.reservation_type = j.type AND t.reservation_id = j.id
          AND t.resource_id = j.resource_id AND t.outlook_item_id = ${calendar} AND t.outlook_event_id IS NOT NULL
        GROUP BY t.reservation_type, t.reservation_id, t.resource_id, t.outlook_event_id ORDER BY MIN(t.id)`.execute(
        db,
      );
      return rows.map(({ imported, ...trace }) => ({ ...trace, born: imported === 1 ? 'outlook' : 'booking' }));
    },
    findImported: async (cause) => {
      const { rows } = await sql<ReservationKey>`SELECT t.reservation_type AS type, t.reservation_id AS id
        FROM bridge_journal AS t WHERE t.cause = ${cause} AND t.action = 'reservation-created' ORDER BY t.id DESC`.execute(
        db,
      );
      return rows;
    },
    purgeContent: async (before) => {
      const purged = await text
        .update<{ id: number }>({
          table: TABLE,
          set: sql`before_values = NULL, after_values = NULL`,
          where: sql`t.at < ${text.instant(before)} AND (t.before_values IS NOT NULL OR t.after_values IS NOT NULL)`,
          returning: ['id'],
        })
        .execute(db);
      return purged.rows.length;
    },
  };
}

function cellsOf(entry: JournalEntry) {
  return {
    run_id: entry.runId,
    actor: entry.actor,
    action: entry.action,
    reason: entry.reason,
    cause: entry.cause,
    outlook_item_id: entry.calendar,
    resource_id: entry.resourceId,
    mapping_id: entry.mappingId,
    reservation_type: entry.type,
    reservation_id: entry.reservationId,
    outlook_event_id: entry.eventId,
    before_values: entry.before === null ? null : JSON.stringify(entry.before),
    after_values: entry.after === null ? null : JSON.stringify(entry.after),
  };
}

function toRow(row: Selectable<JournalTable>): JournalRow {
  return {
    id: row.id,
    at: row.at,
    runId: row.run_id,
    actor: row.actor,
    action: row.action as JournalAction,
    reason: row.reason,
    cause: row.cause,
    calendar: row.outlook_item_id,
    resourceId: row.resource_id,
    mappingId: row.mapping_id,
    type: row.reservation_type as JournalRow['type'],
    reservationId: row.reservation_id,
    eventId: row.outlook_event_id,
    before: row.before_values === null ? null : JSON.parse(row.before_values),
    after: row.after_values === null ? null : JSON.parse(row.after_values),
  };
}
