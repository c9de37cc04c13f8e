/** The set-based comparison of mappings with reservations: what vanished, came back, or lost its row (R3, S61-S70, S79). */
import { sql } from 'kysely';
import { RESERVATION_TYPES, type ReservationKey, type ReservationType } from '../../domain/reservation.ts';
import type { WallClock } from '../../domain/time.ts';
import type { VanishedRow, VanishReason } from '../../sync/ports.ts';
import { type BookingContext, moment, momentOf, NOTHING, NULL, read, reservationTables, type Sql } from './context.ts';
import { andShown, seasonJoin, shownBySeason } from './reservation-source.ts';

export interface MappingScope {
  readonly resourceIds?: readonly number[];
  readonly mappingIds?: readonly number[];
  readonly reservations?: readonly ReservationKey[];
}

interface NamedRow {
  readonly mappingId: number;
  readonly type: ReservationType;
  readonly name: string | null;
}

/** `BookingSystem.findVanished`: one statement over the three types. */
export async function findVanished(
  context: BookingContext,
  query: MappingScope & { readonly hiddenAfter: WallClock },
): Promise<readonly VanishedRow[]> {
  const branches = RESERVATION_TYPES.map((type) => vanished(context, type, query));
  const rows = await read<NamedRow & { reason: VanishReason; active: number | null }>(
    context,
    inOneStatement(branches),
  );
  return rows.map((row) => ({
    mappingId: row.mappingId,
    reason: row.reason,
    name: row.reason === 'missing' ? null : listName(row),
    active: row.active,
  }));
}

function vanished(
  context: BookingContext,
  type: ReservationType,
  query: MappingScope & { readonly hiddenAfter: WallClock },
): Sql {
  const { reservation: r, link: l } = reservationTables(context.names, type);
  const name = listNameSource(context, type);
  return sql`SELECT m.id AS "mappingId", ${sql.lit(type)} AS "type", ${name.column} AS "name",
      CASE WHEN ${r.id} IS NULL THEN NULL WHEN ${r.active} = 1 THEN 1 ELSE 0 END AS "active",
      CASE WHEN ${r.id} IS NULL THEN 'missing' WHEN ${r.active} IS NULL OR ${r.active} <> 1 THEN 'inactive'
        WHEN ${l.resource_id} IS NULL THEN 'unlinked' ELSE 'hidden' END AS "reason"
    FROM bridge_mappings AS m
    LEFT JOIN ${r.$table} ON ${r.id} = m.reservation_id
    LEFT JOIN ${l.$table} ON ${l.reservation_id} = ${r.id} AND ${l.resource_id} = m.resource_id${name.joins}${seasonJoin(context, type)}
    WHERE ${ofType(type)} AND m.sync_status IN ('pending', 'synced', 'error', 'conflict') AND ${isNotRestored}
      AND ${onActiveRoom}${scoped(context, type, query)}
      AND (${r.id} IS NULL OR ${r.active} IS NULL OR ${r.active} <> 1 OR ${l.resource_id} IS NULL${orHidden(context, type, query.hiddenAfter)})`;
}

/** Hidden by the season filter while still to come: what has begun is left alone (E56). */
function orHidden(context: BookingContext, type: ReservationType, hiddenAfter: WallClock): Sql {
  const shown = shownBySeason(context, type);
  if (shown === null) return NOTHING;
  const start = momentOf(context, context.names.as(type, 'r').from_);
  return sql` OR (${start} >= ${moment(context, hiddenAfter)} AND CASE WHEN ${shown} THEN 0 ELSE 1 END = 1)`;
}

/** `BookingSystem.findReenabled`: one statement over the three types. */
export async function findReenabled(
  context: BookingContext,
  query: MappingScope,
): Promise<readonly { mappingId: number; name: string | null }[]> {
  const branches = RESERVATION_TYPES.map((type) => {
    const { reservation: r, link: l } = reservationTables(context.names, type);
    const name = listNameSource(context, type);
    return sql`SELECT m.id AS "mappingId", ${sql.lit(type)} AS "type", ${name.column} AS "name"
      FROM bridge_mappings AS m
      JOIN ${r.$table} ON ${r.id} = m.reservation_id
      JOIN ${l.$table} ON ${l.reservation_id} = ${r.id} AND ${l.resource_id} = m.resource_id${name.joins}${seasonJoin(context, type)}
      WHERE ${ofType(type)} AND m.sync_status = 'cancelled' AND m.held = 0
        AND ${onActiveRoom}${scoped(context, type, query)}
        AND ${r.active} = 1${andShown(context, type)}`;
  });
  const rows = await read<NamedRow>(context, inOneStatement(branches));
  return rows.map((row) => ({ mappingId: row.mappingId, name: listName(row) }));
}

/** `BookingSystem.findReleasableHolds`: one statement over the three types. */
export async function findReleasableHolds(context: BookingContext): Promise<readonly number[]> {
  const branches = RESERVATION_TYPES.map((type) => {
    const { reservation: r } = reservationTables(context.names, type);
    return sql`SELECT m.id AS "mappingId" FROM bridge_mappings AS m
      LEFT JOIN ${r.$table} ON ${r.id} = m.reservation_id
      WHERE ${ofType(type)} AND m.held = 1 AND (${r.id} IS NULL OR ${r.active} IS NULL OR ${r.active} <> 1)`;
  });
  const rows = await read<{ mappingId: number }>(context, inOneStatement(branches));
  return rows.map(({ mappingId }) => mappingId);
}

/**
 * `BookingSystem.findOrphans`: one statement over the three types, and the hollow rows the guide's reset SQL leaves (E36): pending,
 * without reservation, without event.
 */
export async function findOrphans(context: BookingContext, limit: number): Promise<readonly number[]> {
  const { text } = context.executor;
  const branches = RESERVATION_TYPES.map((type) => {
    const { reservation: r } = reservationTables(context.names, type);
    return sql`SELECT m.id AS "mappingId" FROM bridge_mappings AS m
      LEFT JOIN ${r.$table} ON ${r.id} = m.reservation_id
      WHERE ${ofType(type)} AND ${r.id} IS NULL AND ${onActiveRoom}`;
  });
  const hollow = sql`SELECT m.id AS "mappingId" FROM bridge_mappings AS m
      WHERE m.reservation_id IS NULL AND m.outlook_event_id IS NULL AND m.sync_status = 'pending' AND ${onActiveRoom}`;
  const all = sql.join([...branches, hollow], sql` UNION ALL `);
  const statement = sql`SELECT ${text.top(limit)} "mappingId" FROM (${all}) AS orphans ORDER BY "mappingId" ${text.limit(limit)}`;
  const rows = await read<{ mappingId: number }>(context, statement);
  return rows.map(({ mappingId }) => mappingId);
}

/** A cancelled reservation's event came back while its slot was taken: a person decides, not the detection (E66). */
const isNotRestored = sql`(m.sync_status <> 'conflict' OR m.conflict_kind IS NULL OR m.conflict_kind <> 'overlap'
        OR m.outlook_event_id IS NULL)`;

/** Frozen rooms keep their mappings as they are (E13). */
const onActiveRoom = sql`EXISTS (SELECT 1 FROM bridge_resource_mappings AS rm
        WHERE rm.resource_id = m.resource_id AND rm.active = 1)`;

/** Mappings that name a reservation of this type; the guide's reset SQL empties the id alone. */
function ofType(type: ReservationType): Sql {
  return sql`m.reservation_type = ${sql.lit(type)} AND m.reservation_id IS NOT NULL`;
}

function inOneStatement(branches: readonly Sql[]): Sql {
  return sql`${sql.join(branches, sql` UNION ALL `)} ORDER BY "mappingId"`;
}

function scoped({ executor: { text } }: BookingContext, type: ReservationType, scope: MappingScope): Sql {
  const { resourceIds, mappingIds, reservations } = scope;
  const parts: Sql[] = [];
  if (resourceIds !== undefined) parts.push(sql` AND m.resource_id IN ${text.list('int', resourceIds)}`);
  if (mappingIds !== undefined) parts.push(sql` AND m.id IN ${text.list('int', mappingIds)}`);
  if (reservations !== undefined) {
    const ids = reservations.filter((key) => key.type === type).map(({ id }) => id);
    parts.push(sql` AND m.reservation_id IN ${text.list('int', ids)}`);
  }
  return parts.length === 0 ? NOTHING : sql.join(parts, NOTHING);
}

/** What `listName` needs: the event's name, the booking's group, the allocation's organisation. */
function listNameSource({ names }: BookingContext, type: ReservationType): { column: Sql; joins: Sql } {
  if (type === 'event') return { column: names.as('event', 'r').name, joins: NOTHING };
  const owner = type === 'booking' ? names.as('group', 'g') : names.as('organization', 'o');
  if (!owner.$exists) return { column: NULL, joins: NOTHING };
  const key = type === 'booking' ? names.as('booking', 'r').group_id : names.as('allocation', 'r').organization_id;
  return { column: owner.name, joins: sql` LEFT JOIN ${owner.$table} ON ${owner.id} = ${key}` };
}

/** Bookings and allocations have no name of their own: lists show a computed one (S68). */
function listName({ type, name }: NamedRow): string | null {
  if (type === 'event') return name;
  const kind = type === 'booking' ? 'Booking' : 'Allocation';
  return name === null ? kind : `${kind} - ${name}`;
}
