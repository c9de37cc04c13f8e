/** A database with very many mappings and the reservations they stand for, made by the engine itself; SQLite only. */
import { sql } from 'kysely';
import type { Database } from '../../../src/sql/database.ts';

/** Rooms the mappings are spread over: a town of as many, without reservations, must be loaded. */
export const MAPPED_ROOMS = 1000;
const ROOMS = MAPPED_ROOMS;
/** Ten reservations: five events, three bookings, two allocations. */
const KINDS = { event: '(0, 1, 2, 3, 4)', booking: '(5, 6, 7)', allocation: '(8, 9)' } as const;

/** A settled house: nine in ten synced, some cancelled, a few of everything else; one in ten was born in Outlook. */
export async function fillWithMappings(database: Database, count: number): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(database.db);
  // Indexes are made once all rows are there, which takes a third of the time.
  const { rows: indexes } = await sql<{ name: string; sql: string }>`SELECT name, sql FROM sqlite_master
    WHERE type = 'index' AND tbl_name = 'bridge_mappings' AND sql IS NOT NULL`.execute(database.db);
  for (const { name } of indexes) await run(`DROP INDEX ${name}`);
  await run('PRAGMA synchronous = OFF');
  const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
  const day = `date('2027-03-02', '+' || (i / ${ROOMS} % 300) || ' days')`;
  const times = `${day} || ' 10:00:00' AS starts, ${day} || ' 12:00:00' AS ends`;
  const active = 'CASE WHEN i % 20 = 0 THEN 0 ELSE 1 END AS active';
  const rental = `i, 'Fjordvik kulturhus', starts, ends, 31, active`;
  const of = (kind: keyof typeof KINDS) => `FROM (SELECT i, ${times}, ${active} FROM n WHERE i % 10 IN ${KINDS[kind]})`;
  await run(`${numbers} INSERT INTO bb_event (id, activity_id, name, from_, to_, active, building_name, contact_name,
      contact_email, contact_phone, secret)
    SELECT i, 47, 'Møte ' || i, starts, ends, active, 'Fjordvik kulturhus', 'Kari', '', '', 'x' ${of('event')}`);
  await run(`${numbers} INSERT INTO bb_booking (id, building_name, from_, to_, season_id, active, group_id, activity_id, secret)
    SELECT ${rental}, 21, 17, 'x' ${of('booking')}`);
  await run(`${numbers} INSERT INTO bb_allocation (id, building_name, from_, to_, season_id, active, organization_id)
    SELECT ${rental}, 11 ${of('allocation')}`);
  for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[]) {
    await run(
      `INSERT INTO bb_${kind}_resource (${kind}_id, resource_id) SELECT id, 1001 + id % ${ROOMS} FROM bb_${kind}`,
    );
  }
  await run(`${numbers} INSERT INTO bridge_mappings (reservation_type, reservation_id, resource_id, outlook_item_id,
      outlook_event_id, sync_status, sync_direction, origin, priority_level, starts_at, ends_at, subject, error_message,
      conflict_kind, cancelled_by, cancelled_at, last_sync_at)
    SELECT CASE WHEN i % 10 < 5 THEN 'event' WHEN i % 10 < 8 THEN 'booking' ELSE 'allocation' END, i, 1001 + i % ${ROOMS},
      'room-' || (1001 + i % ${ROOMS}) || '@bench.example',
      CASE WHEN i % 20 = 0 THEN NULL ELSE 'AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A' || i END, status,
      'booking_to_outlook', CASE WHEN i % 10 = 4 THEN 'outlook' ELSE 'booking' END, 1 + i % 3, starts, ends, 'Møte ' || i,
      CASE status WHEN 'error' THEN 'Outlook event deletion failed: busy' WHEN 'conflict' THEN 'Suppressed' END,
      CASE status WHEN 'conflict' THEN 'suppressed' END, CASE status WHEN 'cancelled' THEN 'booking' END,
      CASE status WHEN 'cancelled' THEN '2027-02-01T10:00:00.000Z' END, '2027-02-01T10:00:00.000Z'
    FROM (SELECT i, ${times}, CASE WHEN i % 20 = 0 THEN 'cancelled' WHEN i % 50 = 1 THEN 'pending'
      WHEN i % 100 = 3 THEN 'error' WHEN i % 50 = 7 THEN 'conflict' ELSE 'synced' END AS status FROM n)`);
  for (const index of indexes) await run(index.sql);
  await run('ANALYZE');
}
