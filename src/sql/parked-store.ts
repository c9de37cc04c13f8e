import { type Selectable, sql } from 'kysely';
import type { ParkedOperation, ParkedStore } from '../sync/ports.ts';
import { distinctBy } from './distinct.ts';
import type { SqlExecutor } from './executor.ts';
import type { ParkedOperationsTable } from './tables.ts';
import { retryOnUniqueViolation } from './unique-retry.ts';

const TABLE = 'bridge_parked_operations';
const PARKED = { outlook_item_id: 'key', mapping_id: 'int', operation: 'word', cause: 'key', reason: 'text' } as const;

/** A person decides what is parked; what no longer applies becomes obsolete, decided or not. */
const DECIDABLE: Readonly<Record<'approved' | 'dismissed' | 'obsolete', readonly ParkedOperation['status'][]>> = {
  approved: ['parked'],
  dismissed: ['parked'],
  obsolete: ['parked', 'approved', 'dismissed'],
};

/** `bridge_parked_operations`: cancellations held by the brake (R4). */
export function createParkedStore({ db, text }: SqlExecutor): ParkedStore {
  const columns = Object.keys(PARKED);
  return {
    park: async (operations) => {
      if (operations.length === 0) return 0;
      const given = distinctBy(operations, ({ mappingId }) => mappingId).map(({ calendar, mappingId, ...rest }) => ({
        ...rest,
        outlook_item_id: calendar,
        mapping_id: mappingId,
      }));
      const parked = text.insert({
        table: TABLE,
        columns,
        select: sql`SELECT ${sql.raw(columns.map((column) => `j.${column}`).join(', '))} FROM ${text.rows('j', PARKED, given)}
          WHERE NOT EXISTS (SELECT 1 FROM bridge_parked_operations AS t
            WHERE t.mapping_id = j.mapping_id AND t.status = 'parked')`,
        returning: ['id'],
      });
      return (await retryOnUniqueViolation(() => parked.execute(db))).rows.length;
    },
    list: async ({ statuses, calendars, limit }) => {
      const rooms = calendars === undefined ? sql`` : sql`AND t.outlook_item_id IN ${text.list('key', calendars)}`;
      const { rows } = await sql<Selectable<ParkedOperationsTable>>`SELECT ${text.top(limit)} t.id, t.outlook_item_id,
        t.mapping_id, t.operation, t.cause, t.reason, t.status, t.created_at, t.decided_at
        FROM bridge_parked_operations AS t WHERE t.status IN ${text.list('word', statuses)} ${rooms}
        ORDER BY t.id ${text.limit(limit)}`.execute(db);
      return rows.map(toParked);
    },
    decide: async (ids, status) => {
      if (ids.length === 0) return [];
      const decided = await text
        .update<{ id: number }>({
          table: TABLE,
          set: sql`status = ${status}, decided_at = ${text.now()}`,
          where: sql`t.id IN ${text.list('int', ids)} AND t.status IN ${text.list('word', DECIDABLE[status])}`,
          returning: ['id'],
        })
        .execute(db);
      return decided.rows.map((row) => row.id);
    },
  };
}

function toParked(row: Selectable<ParkedOperationsTable>): ParkedOperation {
  return {
    id: row.id,
    calendar: row.outlook_item_id,
    mappingId: row.mapping_id,
    operation: row.operation as ParkedOperation['operation'],
    cause: row.cause,
    reason: row.reason,
    status: row.status as ParkedOperation['status'],
    createdAt: row.created_at,
    decidedAt: row.decided_at,
  };
}
