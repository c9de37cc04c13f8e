/** Figures over the sync's own tables, one set-based statement each. Rows change under them: each figure is right by itself. */
import { sql } from 'kysely';
import type { MappingDirection } from '../domain/mapping.ts';
import { RESERVATION_TYPES } from '../domain/reservation.ts';
import { epochOf, type Instant, instantOf } from '../domain/time.ts';
import type { CancelledCount, ImportCount, MappingCount, StatisticsStore } from '../monitoring/ports.ts';
import { createBookingNames } from './booking/names.ts';
import type { BookingSchema } from './booking-schema.ts';
import type { SqlExecutor } from './database.ts';

/** The message a failed deletion leaves on its mapping begins so (S114). */
const FAILED_DELETION = 'Outlook event deletion failed';

export function createStatisticsStore(executor: SqlExecutor, schema: BookingSchema): StatisticsStore {
  const { db } = executor;
  return {
    async countMappings() {
      const rows = await db
        .selectFrom('bridge_mappings')
        .select(['sync_status', 'reservation_type', 'sync_direction', db.fn.countAll().as('count')])
        .groupBy(['sync_status', 'reservation_type', 'sync_direction'])
        .execute();
      return rows.map(
        (row): MappingCount => ({
          type: row.reservation_type as MappingCount['type'],
          status: row.sync_status as MappingCount['status'],
          direction: directionOf(row.sync_direction),
          count: Number(row.count),
        }),
      );
    },
    readSyncTimes: async () => ({
      oldestPendingAt: await oldestPending(executor),
      lastSyncAt: await lastSync(executor),
    }),
    countOrphans: () => countOrphans(executor, schema),
    async countCancelled() {
      const rows = await db
        .selectFrom('bridge_mappings')
        .select([
          'sync_direction',
          'cancelled_by',
          db.fn.countAll().as('count'),
          db.fn.min('cancelled_at').as('first'),
          db.fn.max('cancelled_at').as('last'),
        ])
        .where('sync_status', '=', 'cancelled')
        .groupBy(['sync_direction', 'cancelled_by'])
        .execute();
      return rows.map(
        (row): CancelledCount => ({
          direction: directionOf(row.sync_direction),
          by: row.cancelled_by as CancelledCount['by'],
          count: Number(row.count),
          firstAt: row.first ?? null,
          lastAt: row.last ?? null,
        }),
      );
    },
    async countFailedDeletions() {
      const rows = await db
        .selectFrom('bridge_mappings')
        .select(['error_message', db.fn.countAll().as('count')])
        .where('sync_status', '=', 'error')
        .where('error_message', 'like', `${FAILED_DELETION}%`)
        .groupBy('error_message')
        .execute();
      return rows.map((row) => ({ message: row.error_message ?? FAILED_DELETION, count: Number(row.count) }));
    },
    async countReenabled() {
      const { count } = await db
        .selectFrom('bridge_journal')
        .select(db.fn.countAll().as('count'))
        .where('action', '=', 'mapping-reenabled')
        .executeTakeFirstOrThrow();
      return Number(count);
    },
    countImports: () => countImports(executor),
    async countFailedImports() {
      const rows = await db
        .selectFrom('bridge_mappings')
        .select(['error_message', db.fn.countAll().as('count')])
        .where('sync_status', '=', 'imported')
        .where('retry_count', '>', 0)
        .groupBy('error_message')
        .execute();
      return rows.map((row) => ({ message: row.error_message ?? '', count: Number(row.count) }));
    },
    async readImportTimes() {
      const { count, first, last } = await db
        .selectFrom('bridge_journal')
        .select([db.fn.countAll().as('count'), db.fn.min('at').as('first'), db.fn.max('at').as('last')])
        .where('action', '=', 'reservation-created')
        .executeTakeFirstOrThrow();
      return { count: Number(count), firstAt: first ?? null, lastAt: last ?? null };
    },
    async readProcessedTimes(mappingIds) {
      if (mappingIds.length === 0) return new Map();
      const { rows } = await sql<{ id: number; first_at: Instant }>`SELECT mapping_id AS id, MIN(at) AS first_at
        FROM bridge_journal WHERE mapping_id IN ${executor.text.list('int', mappingIds)}
        AND action IN ('reservation-created', 'room-linked') GROUP BY mapping_id`.execute(db);
      return new Map(rows.map((row) => [row.id, row.first_at]));
    },
  };
}

async function countImports({ db }: SqlExecutor): Promise<readonly ImportCount[]> {
  const { rows } = await sql<{
    sync_status: string;
    conflict_kind: string | null;
    n: number;
    first_id: number | null;
    last_id: number | null;
  }>`SELECT sync_status, conflict_kind, COUNT(*) AS n, MIN(reservation_id) AS first_id, MAX(reservation_id) AS last_id
    FROM bridge_mappings WHERE origin = 'outlook'
    GROUP BY sync_status, conflict_kind, CASE WHEN reservation_id IS NULL THEN 0 ELSE 1 END`.execute(db);
  return rows.map((row) => ({
    status: row.sync_status as ImportCount['status'],
    conflictKind: row.conflict_kind as ImportCount['conflictKind'],
    hasReservation: row.first_id !== null,
    count: Number(row.n),
    firstId: row.first_id,
    lastId: row.last_id,
  }));
}

function directionOf(value: string | null): MappingDirection | null {
  return value as MappingDirection | null;
}

async function oldestPending({ db }: SqlExecutor): Promise<Instant | null> {
  const { oldest } = await db
    .selectFrom('bridge_mappings')
    .select(db.fn.min('created_at').as('oldest'))
    .where('sync_status', '=', 'pending')
    .executeTakeFirstOrThrow();
  return oldest ?? null;
}

/** Clocks of workers and database may differ by this. */
const CLOCK_SKEW_MS = 600_000;

/**
 * `MAX(last_sync_at)` by the index on `updated_at` alone: a row is never synced after its last update, so whatever was synced later
 * than the row updated last was updated later than that, too.
 */
async function lastSync({ db, text }: SqlExecutor): Promise<Instant | null> {
  const newest = await sql<{ at: Instant }>`SELECT ${text.top(1)} last_sync_at AS at FROM bridge_mappings
    WHERE last_sync_at IS NOT NULL ORDER BY updated_at DESC ${text.limit(1)}`.execute(db);
  const candidate = newest.rows[0]?.at;
  if (candidate === undefined) return null;
  const since = instantOf(epochOf(candidate) - CLOCK_SKEW_MS);
  const { rows } = await sql<{ at: Instant | null }>`SELECT MAX(last_sync_at) AS at FROM bridge_mappings
    WHERE updated_at >= ${text.instant(since)}`.execute(db);
  return rows[0]?.at ?? candidate;
}

/** The rows `BookingSystem.findOrphans` would find, counted. */
async function countOrphans({ db }: SqlExecutor, schema: BookingSchema): Promise<number> {
  const onActiveRoom = sql`EXISTS (SELECT 1 FROM bridge_resource_mappings AS rm
      WHERE rm.resource_id = m.resource_id AND rm.active = 1)`;
  const names = createBookingNames(schema);
  const branches = RESERVATION_TYPES.map((type) => {
    const { $table, id } = names.as(type, 'r');
    return sql`SELECT COUNT(*) AS n FROM bridge_mappings AS m
      WHERE m.reservation_type = ${sql.lit(type)} AND m.reservation_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM ${$table} WHERE ${id} = m.reservation_id)
        AND ${onActiveRoom}`;
  });
  const hollow = sql`SELECT COUNT(*) AS n FROM bridge_mappings AS m
      WHERE m.reservation_id IS NULL AND m.outlook_event_id IS NULL AND m.sync_status = 'pending' AND ${onActiveRoom}`;
  const parts = sql.join([...branches, hollow], sql` UNION ALL `);
  const { rows } = await sql<{ n: number }>`SELECT SUM(n) AS n FROM (${parts}) AS parts`.execute(db);
  return Number(rows[0]?.n ?? 0);
}
