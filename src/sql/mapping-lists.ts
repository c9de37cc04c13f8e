import { type RawBuilder, sql } from 'kysely';
import type { MappingListQuery, MappingStore, PushQuery } from '../sync/ports.ts';
import type { SqlExecutor } from './executor.ts';
import { selectMappings } from './mapping-reads.ts';

type Sql = RawBuilder<unknown>;
type Lists = Pick<MappingStore, 'pickPushable' | 'countPushable' | 'pickImports' | 'list'>;

/** A room without an active mapping is frozen (E13). */
const ROOM_IS_ACTIVE = `EXISTS (SELECT 1 FROM bridge_resource_mappings AS r
  WHERE r.resource_id = t.resource_id AND r.active = 1)`;

/** A removal that waits to be decided comes first (E22). */
const WANTS_WRITE = `t.reservation_id IS NOT NULL AND t.gone_since IS NULL AND (t.sync_status = 'pending'
  OR (t.sync_status = 'error' AND t.retryable = 1)
  OR (t.sync_status = 'conflict' AND t.conflict_kind = 'suppressed' AND t.outlook_event_id IS NOT NULL))`;

const WANTS_IMPORT = `t.reservation_id IS NULL AND t.retryable = 1 AND (t.sync_status = 'imported'
  OR (t.sync_status = 'conflict' AND t.conflict_kind = 'overlap'))`;

/** The questions that answer "what next" and the lists people look at. */
export function createMappingLists(executor: SqlExecutor): Lists {
  const { db, text } = executor;
  const pushable = (query: Omit<PushQuery, 'limit'>) =>
    allOf(sql.raw(WANTS_WRITE), sql.raw(ROOM_IS_ACTIVE), ...scope(query));
  const scope = ({ calendars, resourceIds, dueAt }: Omit<PushQuery, 'limit'>): Sql[] => [
    ...(calendars === undefined ? [] : [sql`t.outlook_item_id IN ${text.list('key', calendars)}`]),
    ...(resourceIds === undefined ? [] : [sql`t.resource_id IN ${text.list('int', resourceIds)}`]),
    ...(dueAt === undefined ? [] : [sql`(t.next_retry_at IS NULL OR t.next_retry_at <= ${text.instant(dueAt)})`]),
  ];
  const count = async (where: Sql): Promise<number> => {
    const found = await sql<{ n: number }>`SELECT COUNT(*) AS n FROM bridge_mappings AS t${where}`.execute(db);
    return found.rows[0]?.n ?? 0;
  };
  return {
    pickPushable: (query) =>
      selectMappings(
        executor,
        sql`bridge_mappings AS t${pushable(query)} ORDER BY ${pushOrder(executor)}`,
        query.limit,
      ),
    countPushable: (query) => count(pushable(query)),
    pickImports: (query) => {
      const where = allOf(sql.raw(WANTS_IMPORT), sql.raw(ROOM_IS_ACTIVE), ...scope(query));
      const order = sql`CASE WHEN t.next_retry_at > ${text.now()} THEN 1 ELSE 0 END,
        CASE t.sync_status WHEN 'conflict' THEN 1 ELSE 0 END, t.created_at, t.id`;
      return selectMappings(executor, sql`bridge_mappings AS t${where} ORDER BY ${order}`, query.limit);
    },
    list: async (query) => {
      const where = allOf(...listConditions(executor, query));
      const order = query.orderBy === 'push' ? pushOrder(executor) : sql.raw(LIST_ORDER[query.orderBy]);
      const rows = await selectMappings(executor, sql`bridge_mappings AS t${where} ORDER BY ${order}`, query.limit);
      return { rows, total: await count(where) };
    },
  };
}

/** Due before not due, then S45 and E58; NULL starts come first on both engines. */
function pushOrder({ text }: SqlExecutor): Sql {
  return sql`CASE WHEN t.next_retry_at > ${text.now()} THEN 1 ELSE 0 END, t.priority_level,
    CASE t.sync_status WHEN 'error' THEN 1 ELSE 0 END, t.created_at, t.starts_at, t.id`;
}

const LIST_ORDER: Readonly<Record<Exclude<MappingListQuery['orderBy'], 'push'>, string>> = {
  createdAt: 't.created_at DESC, t.id DESC',
  updatedAt: 't.updated_at DESC, t.id DESC',
  cancelledAt: 't.cancelled_at DESC, t.id DESC',
};

function listConditions({ text }: SqlExecutor, query: MappingListQuery): Sql[] {
  const { statuses, origin, direction, hasReservation, conflictKinds } = query;
  return [
    ...(statuses === undefined ? [] : [sql`t.sync_status IN ${text.list('word', statuses)}`]),
    ...(origin === undefined ? [] : [sql`t.origin = ${origin}`]),
    ...(direction === undefined ? [] : [sql`t.sync_direction = ${direction}`]),
    ...(conflictKinds === undefined ? [] : [sql`t.conflict_kind IN ${text.list('word', conflictKinds)}`]),
    ...(hasReservation === undefined ? [] : [sql.raw(`t.reservation_id IS ${hasReservation ? 'NOT ' : ''}NULL`)]),
  ];
}

function allOf(...conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`` : sql` WHERE ${sql.join(conditions, sql` AND `)}`;
}
