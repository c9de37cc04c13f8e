/**
 * The engine's bench: the production composition root over SQLite in memory and the Graph simulator, all on one virtual clock, with
 * people who act on both sides. Use cases are called as the functions call them.
 */
import { sql } from 'kysely';
import { type App, createApp } from '../../src/app.ts';
import { type Environment, loadConfig } from '../../src/config.ts';
import { type Actors, createActors, type EventJson } from '../../src/sandbox/graph-simulator/actors.ts';
import { type SeededIds, seedPackC } from '../../src/sandbox/graph-simulator/seeding.ts';
import type { SettingsOverride } from '../../src/sandbox/graph-simulator/settings.ts';
import { createGraphSimulator, type GraphSimulator } from '../../src/sandbox/graph-simulator/simulator.ts';
import { createBookingTables } from '../../src/sandbox/sample-data/create-tables.ts';
import { SAMPLE_NOW } from '../../src/sandbox/sample-data/dates.ts';
import { SAMPLE_ROOMS, sampleCalendar } from '../../src/sandbox/sample-data/municipality.ts';
import { loadPackA } from '../../src/sandbox/sample-data/pack-a.ts';
import { packC } from '../../src/sandbox/sample-data/pack-c.ts';
import { createSeededIds } from '../../src/sandbox/seeded-ids.ts';
import { createVirtualClock, type VirtualClock } from '../../src/sandbox/virtual-clock.ts';
import { type Database, openDatabase, type StatementHooks } from '../../src/sql/database.ts';
import { migrate } from '../../src/sql/migrations/migrate.ts';
import type { RunContext, SyncDeps } from '../../src/sync/settings.ts';
import { waitFor } from './passing-time.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Windows name of the municipality's zone. */
export const ZONE = 'W. Europe Standard Time';

const SETTINGS = { SQLITE_FILE: ':memory:', GRAPH_CREDENTIAL: 'none', GRAPH_BASE_URL: 'http://localhost:1' };
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export interface EngineOptions {
  /** In the words of the environment. */
  readonly settings?: Environment;
  readonly simulator?: SettingsOverride;
  /** Leaves the reservations of pack A out; buildings, rooms and the like are always there. */
  readonly empty?: boolean;
  /** Puts pack C into the calendars. */
  readonly packC?: boolean;
  readonly hooks?: StatementHooks;
}

export interface Engine {
  readonly app: App;
  readonly deps: SyncDeps;
  readonly clock: VirtualClock;
  readonly graph: GraphSimulator;
  /** What people do in Outlook. */
  readonly people: Actors;
  readonly database: Database;
  /** Event ids of pack C by label, empty without it. */
  readonly packC: SeededIds;
  /** A run as an HTTP call makes it. */
  run(job?: string, more?: Partial<RunContext>): RunContext;
  /** Plain SQL, as a clerk's program or an operator sends it. */
  sql<Row = Record<string, unknown>>(text: string): Promise<Row[]>;
  /** The one row a statement answers. */
  row<Row = Record<string, unknown>>(text: string): Promise<Row>;
  /** Lets time pass, and the rooms' attendants do their work in it. */
  wait(ms: number): void;
  /** Live events of a room, in the order of their start. */
  events(room: number): readonly SeenEvent[];
  /** All columns of the mappings that a condition over `bridge_mappings` picks, in the order of their ids. */
  mappings(where?: string): Promise<readonly MappingRow[]>;
  close(): Promise<void>;
}

export interface SeenEvent {
  readonly subject: string;
  /** ISO, UTC. */
  readonly start: string;
  readonly end: string;
  readonly isAllDay: boolean;
  readonly marker: string | null;
  readonly isSeries: boolean;
}

export interface MappingRow {
  readonly id: number;
  readonly reservation_type: string | null;
  readonly reservation_id: number | null;
  readonly resource_id: number;
  readonly outlook_item_id: string;
  readonly outlook_event_id: string | null;
  readonly sync_status: string;
  readonly sync_direction: string | null;
  readonly origin: string;
  readonly conflict_kind: string | null;
  readonly error_message: string | null;
  readonly retry_count: number;
  readonly cancelled_by: string | null;
  readonly gone_since: string | null;
  readonly generation: number;
  readonly version: number;
}

export async function openEngine(options: EngineOptions = {}): Promise<Engine> {
  const config = loadConfig({ ...SETTINGS, ...options.settings });
  const clock = createVirtualClock(Date.parse(SAMPLE_NOW));
  const database = await openDatabase({ engine: 'sqlite', file: ':memory:', clock });
  await migrate(database);
  await createBookingTables(database, config.booking.schema);
  await loadPackA(database, config.booking.schema);
  const query = async <Row>(text: string) => (await sql.raw<Row>(text).execute(database.db)).rows;
  if (options.empty === true) await removeReservations(query);
  const graph = createGraphSimulator({ clock, ...(options.simulator && { settings: options.simulator }) });
  for (const room of SAMPLE_ROOMS) graph.addMailbox({ address: room.outlook_item_id, name: room.outlook_item_name });
  const seeded = options.packC === true ? seedPackC(graph, packC(), { addressOf: sampleCalendar, zone: ZONE }) : null;
  const app = await createApp(config, {
    clock,
    ids: createSeededIds('engine'),
    database: database.withHooks(options.hooks ?? {}),
    graphTransport: graph.handle,
    logSink: SILENT,
  });
  return {
    app,
    deps: app.deps,
    clock,
    graph,
    people: createActors(graph.world),
    database,
    packC: seeded ?? new Map(),
    run: (job = 'test', more = {}) => ({ ...app.startRun(job, 'http'), ...more }),
    sql: query,
    async row<Row>(text: string) {
      const rows = await query<Row>(text);
      if (rows.length !== 1) throw new Error(`one row was expected, not ${rows.length}: ${text}`);
      return rows[0] as Row;
    },
    wait: (ms) => waitFor(graph, clock, ms),
    events: (room) => seenEvents(graph, sampleCalendar(room)),
    mappings: (where = '1 = 1') => query<MappingRow>(`SELECT * FROM bridge_mappings WHERE ${where} ORDER BY id`),
    async close() {
      await app.close();
      await database.close();
    },
  };
}

/** Runs `work` in a world of its own. */
export async function inEngine(options: EngineOptions, work: (engine: Engine) => Promise<void>): Promise<void> {
  const engine = await openEngine(options);
  try {
    await work(engine);
  } finally {
    await engine.close();
  }
}

const RESERVATION_TABLES = [
  ...['agegroup', 'targetaudience', 'resource', 'date'].map((child) => `bb_event_${child}`),
  'bb_booking_resource',
  'bb_allocation_resource',
  'bb_event',
  'bb_booking',
  'bb_allocation',
];

async function removeReservations(query: (text: string) => Promise<unknown>): Promise<void> {
  for (const table of RESERVATION_TABLES) await query(`DELETE FROM ${table}`);
}

function seenEvents(graph: GraphSimulator, calendar: string): readonly SeenEvent[] {
  return [...graph.mailbox(calendar).events.values()]
    .filter((event) => event.deletedAt === null && !event.purged && event.folder === 'default')
    .sort((a, b) => a.start - b.start)
    .map((event) => ({
      subject: event.subject ?? '',
      start: new Date(event.start).toISOString(),
      end: new Date(event.end).toISOString(),
      isAllDay: event.isAllDay,
      marker: Object.values(event.properties)[0] ?? null,
      isSeries: event.series !== null,
    }));
}

/** A meeting as Graph's JSON; times are wall clock of the municipality, `2027-03-02 09:00`. */
export function meeting(subject: string, start: string, end: string, more: EventJson = {}): EventJson {
  return { subject, ...times(start, end), ...more };
}

export function times(start: string, end: string): EventJson {
  const time = (wall: string) => ({ dateTime: `${wall.replace(' ', 'T')}:00`, timeZone: ZONE });
  return { start: time(start), end: time(end) };
}

/** Weekly on the weekday of `start`, `count` times. */
export function weekly(start: string, day: string, count: number): EventJson {
  return {
    recurrence: {
      pattern: { type: 'weekly', interval: 1, daysOfWeek: [day], firstDayOfWeek: 'monday' },
      range: {
        type: 'numbered',
        startDate: start.slice(0, 10),
        numberOfOccurrences: count,
        recurrenceTimeZone: ZONE,
      },
    },
  };
}

/** An active event of the booking system on rooms, made by plain SQL; the next free id from 9000 on unless given. */
export async function addEvent(
  engine: Engine,
  event: { id: number; name: string; start: string; end: string; rooms: readonly number[]; description?: string },
): Promise<void> {
  const { id, name, start, end, rooms, description = '' } = event;
  await engine.sql(`INSERT INTO bb_event (id, id_string, activity_id, name, description, from_, to_, building_name,
      contact_name, contact_email, contact_phone, secret)
    VALUES (${id}, '${id}', 1, '${name}', '${description}', '${start}:00', '${end}:00', 'Kulturhus', 'Kari', '', '', 'x')`);
  await engine.sql(`INSERT INTO bb_event_date (event_id, from_, to_) VALUES (${id}, '${start}:00', '${end}:00')`);
  for (const room of rooms)
    await engine.sql(`INSERT INTO bb_event_resource (event_id, resource_id) VALUES (${id}, ${room})`);
}

export interface EventRow {
  readonly id: number;
  readonly active: number;
  readonly name: string;
  readonly description: string;
  readonly from_: string;
  readonly to_: string;
  readonly is_public: number;
  readonly organizer: string;
  readonly contact_name: string;
  readonly contact_email: string;
  readonly rooms: readonly number[];
}

/** Events of the booking system that a condition over `bb_event` picks, with their rooms, in the order of their ids. */
export async function eventRows(engine: Engine, where = '1 = 1'): Promise<readonly EventRow[]> {
  const rows = await engine.sql<Omit<EventRow, 'rooms'>>(`SELECT id, active, name, description, from_, to_, is_public,
    organizer, contact_name, contact_email FROM bb_event WHERE ${where} ORDER BY id`);
  const links = await engine.sql<{ event_id: number; resource_id: number }>(
    'SELECT event_id, resource_id FROM bb_event_resource ORDER BY event_id, resource_id',
  );
  return rows.map((row) => ({
    ...row,
    rooms: links.filter((link) => link.event_id === row.id).map((link) => link.resource_id),
  }));
}
