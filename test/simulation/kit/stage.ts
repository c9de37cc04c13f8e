/** The database all runs of one process use in turn: opened and migrated once, emptied before each run. */
import { sql } from 'kysely';
import { createApp } from '../../../src/app.ts';
import { loadConfig } from '../../../src/config.ts';
import { createBookingTables } from '../../../src/sandbox/sample-data/create-tables.ts';
import { createSampleDates } from '../../../src/sandbox/sample-data/dates.ts';
import { insertBookingRows } from '../../../src/sandbox/sample-data/insert-rows.ts';
import { municipalityRows } from '../../../src/sandbox/sample-data/municipality.ts';
import { type Database, openDatabase } from '../../../src/sql/database.ts';

/** Words of the environment every simulated worker starts with. */
export const BASE_SETTINGS: Readonly<Record<string, string>> = {
  SQLITE_FILE: ':memory:',
  GRAPH_CREDENTIAL: 'none',
  GRAPH_BASE_URL: 'http://localhost:1',
  LOG_LEVEL: 'info',
};

/** Room calendars by resource id. The spare one is nobody's until an operator points a room to it. */
export const ROOMS: readonly { readonly id: number; readonly calendar: string; readonly name: string }[] = [
  { id: 101, calendar: 'storsalen@fjordvik.example', name: 'Storsalen' },
  { id: 102, calendar: 'lillesalen@fjordvik.example', name: 'Lillesalen' },
  { id: 201, calendar: 'halla@fjordvik.example', name: 'Hallflate A' },
];
export const SPARE_CALENDAR = 'reserve@fjordvik.example';
export const CALENDARS: readonly string[] = [...ROOMS.map((room) => room.calendar), SPARE_CALENDAR];

export interface Stage {
  readonly database: Database;
  /** Empties everything that a run writes, and hands the database's clock over to the run. */
  reset(now: () => number): Promise<void>;
  /** Plain SQL, outside of every simulated process. */
  query<Row = Record<string, unknown>>(text: string): Promise<Row[]>;
  close(): Promise<void>;
}

/** What a run leaves behind: children first. */
const RUN_TABLES = [
  'bb_event_agegroup',
  'bb_event_targetaudience',
  'bb_event_resource',
  'bb_event_date',
  'bb_event',
  'bb_booking_resource',
  'bb_booking',
  'bb_allocation_resource',
  'bb_allocation',
  'bridge_resource_mappings',
  'bridge_mappings',
  'bridge_calendars',
  'bridge_intents',
  'bridge_parked_operations',
  'bridge_runs',
  'bridge_job_locks',
  'bridge_journal',
  'bridge_alerts',
  'sim_mapping_log',
];

/** Every change of a mapping's state, written by the database itself: whatever the engine says, this happened. */
const LOG = {
  mapping_id: 'ROW.id',
  at: 'bridge_now()',
  calendar: 'ROW.outlook_item_id',
  reservation: "ROW.reservation_type || ':' || ROW.reservation_id",
  event_id: 'ROW.outlook_event_id',
  series: 'ROW.series_master_id',
  meeting: 'ROW.ical_uid',
  room_copy: 'ROW.room_copy',
  cancelled_by: 'ROW.cancelled_by',
  conflict_kind: 'ROW.conflict_kind',
} as const;

function trigger(on: 'INSERT' | 'UPDATE' | 'DELETE'): string {
  const row = on === 'DELETE' ? 'OLD' : 'NEW';
  const old = (column: string) => (on === 'INSERT' ? 'NULL' : `OLD.${column}`);
  const more = {
    old_status: old('sync_status'),
    new_status: on === 'DELETE' ? "'removed'" : 'NEW.sync_status',
    old_reservation: old('reservation_id'),
    old_kind: old('conflict_kind'),
    seen_anew: on === 'UPDATE' ? 'NEW.outlook_change_key <> COALESCE(OLD.outlook_change_key, 0)' : '0',
  };
  const cells = { ...LOG, ...more };
  const values = Object.values(cells).map((cell) => cell.replaceAll('ROW.', `${row}.`));
  return `CREATE TRIGGER sim_mapping_${on.toLowerCase()} AFTER ${on} ON bridge_mappings BEGIN
    INSERT INTO sim_mapping_log (${Object.keys(cells).join(', ')}) VALUES (${values.join(', ')}); END`;
}

const TRIGGERS = [
  `CREATE TABLE sim_mapping_log (id INTEGER PRIMARY KEY AUTOINCREMENT, ${Object.keys(LOG).join(', ')}, old_status, new_status,
     old_reservation, old_kind, seen_anew)`,
  trigger('INSERT'),
  trigger('UPDATE'),
  trigger('DELETE'),
];

export async function openStage(): Promise<Stage> {
  let clock = () => 0;
  const database = await openDatabase({
    engine: 'sqlite',
    file: ':memory:',
    clock: { now: () => clock(), sleep: () => Promise.reject(new Error('nothing waits for another program here')) },
  });
  const { booking } = loadConfig(BASE_SETTINGS);
  await createBookingTables(database, booking.schema);
  await insertBookingRows(database, booking.schema, municipalityRows(createSampleDates()));
  const query = async <Row>(text: string) => (await sql.raw<Row>(text).execute(database.db)).rows;
  for (const statement of TRIGGERS) await query(statement);
  // Loads every module that workers load on demand, so that none of them waits for a file later.
  const app = await createApp(loadConfig(BASE_SETTINGS), {
    database,
    graphTransport: () => Promise.reject(new Error('unused')),
  });
  await app.graph();
  return {
    database,
    query,
    async reset(now) {
      clock = now;
      // Without the deletion's own rows in the log.
      for (const table of RUN_TABLES) await query(`DELETE FROM ${table}`);
      await query("UPDATE bb_season SET status = CASE id WHEN 33 THEN 'PLANNING' ELSE 'PUBLISHED' END, active = 1");
      // Made by the first import that needs it.
      await query("DELETE FROM bb_activity WHERE name = 'Outlook Import'");
      await query('DELETE FROM sqlite_sequence');
      await query(
        `INSERT INTO bridge_resource_mappings (resource_id, outlook_item_id, outlook_item_name, active) VALUES ${ROOMS.map(
          ({ id, calendar, name }) => `(${id}, '${calendar}', '${name}', 1)`,
        ).join(', ')}`,
      );
    },
    close: () => database.close(),
  };
}
