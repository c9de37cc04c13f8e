/** Statements over whole shards must find their rows by an index: on a million mappings a scan is an outage. */
import { DatabaseSync } from 'node:sqlite';
import { type CompiledQuery, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { parseBookingSchema } from '../../../src/sql/booking-schema.ts';
import { createDatabase } from '../../../src/sql/database.ts';
import type { EngineSource } from '../../../src/sql/dialects/engine-source.ts';
import { sqliteText } from '../../../src/sql/dialects/sqlite-text.ts';
import { MIGRATIONS } from '../../../src/sql/migrations/migrate.ts';
import { sqliteError } from '../../../src/sql/sql-errors.ts';
import { TypedParameter } from '../../../src/sql/sql-text.ts';
import { createSyncStore } from '../../../src/sql/sync-store.ts';
import type { BookingSystem, SyncStore } from '../../../src/sync/ports.ts';
import { eventOf, ROOM } from '../../support/sql-world.ts';

const AT = '2027-03-01T07:00:00.000Z';
const wall = { from: '2027-03-01 08:00:00', to: '2027-03-02 08:00:00' };
const lease = { calendar: ROOM, token: 1 };
const roomLease = { ...lease, owner: 'worker', state: {} as never };

const questions: readonly (readonly [string, (store: SyncStore) => Promise<unknown>])[] = [
  ['listForDiscovery', ({ mappings }) => mappings.listForDiscovery([{ resourceId: 1, from: wall.from }])],
  ['findByIds', ({ mappings }) => mappings.findByIds([1])],
  ['findByKeys', ({ mappings }) => mappings.findByKeys([{ type: 'event', id: 1, resourceId: 1 }])],
  ['findByReservations', ({ mappings }) => mappings.findByReservations([{ type: 'event', id: 1 }])],
  ['findByEvents', ({ mappings }) => mappings.findByEvents([{ eventId: 'x' }])],
  ['findByMeetings', ({ mappings }) => mappings.findByMeetings([{ iCalUId: 'x', originalStart: null }])],
  ['findBySeries', ({ mappings }) => mappings.findBySeries(ROOM, ['x'])],
  ['listLive', ({ mappings }) => mappings.listLive(ROOM, wall)],
  ['listLive, waiting too', ({ mappings }) => mappings.listLive(ROOM, wall, 'pending')],
  ['listGone', ({ mappings }) => mappings.listGone()],
  ['insert', ({ mappings }) => mappings.insert([eventOf(1)])],
  ['save', ({ mappings }) => mappings.save([{ id: 1, version: 1, change: { error: null }, lease }])],
  ['remove', ({ mappings }) => mappings.remove([{ id: 1, version: 1 }])],
  ['pickPushable', ({ mappings }) => mappings.pickPushable({ limit: 50 })],
  ['countPushable', ({ mappings }) => mappings.countPushable({ dueAt: AT })],
  ['pickImports', ({ mappings }) => mappings.pickImports({ limit: 50 })],
  ['intents.listOpen', ({ intents }) => intents.listOpen([ROOM])],
  ['intents.listRecent', ({ intents }) => intents.listRecent(ROOM, AT)],
  ['intents.close', ({ intents }) => intents.close([{ id: 1, status: 'done' }])],
  ['intents.purge', ({ intents }) => intents.purge(AT)],
  ['journal.list', ({ journal }) => journal.list({ limit: 1, mappingId: 1 })],
  ['journal.cancellationCauses', ({ journal }) => journal.cancellationCauses(AT, ['cancelled:event:1'])],
  ['journal.findEvents', ({ journal }) => journal.findEvents(ROOM, [{ type: 'event', id: 1, resourceId: 1 }])],
  ['journal.findImported', ({ journal }) => journal.findImported('import:0400')],
  ['calendars.claim', ({ calendars }) => calendars.claim([ROOM], 'worker', 1)],
  ['calendars.list', ({ calendars }) => calendars.list([ROOM])],
  ['calendars.save', ({ calendars }) => calendars.save([{ ...lease, lastError: null }])],
  ['calendars.release', ({ calendars }) => calendars.release([roomLease])],
  ['parked.decide', ({ parked }) => parked.decide([1], 'approved')],
];

test.each(questions)('%s looks every row up', async (_name, ask) => {
  const { store, plans } = explainedStore();
  await ask(store);
  expect(plans.length).toBeGreaterThan(0);
  expect(plans.filter((step) => /^SCAN (?!json_each|t$|i USING INDEX ux_bridge_intents_open)/.test(step))).toEqual([]);
});

/** A store over SQLite that asks for the plan of each statement instead of running it. */
function explainedStore() {
  const connection = new DatabaseSync(':memory:');
  connection.function('bridge_now', () => AT);
  connection.function('bridge_after', (_ms) => AT);
  for (const migration of MIGRATIONS)
    for (const statement of migration.statements('sqlite')) connection.exec(statement);
  const plans: string[] = [];
  const execute = async ({ sql, parameters }: CompiledQuery) => {
    const values = parameters.map((value) => (value instanceof TypedParameter ? value.value : value)) as string[];
    const steps = connection.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
    plans.push(...steps.map(({ detail }) => String(detail)));
    return { rows: [] };
  };
  const nothing = async (): Promise<void> => {};
  const source: EngineSource = {
    text: sqliteText,
    adapter: new SqliteAdapter(),
    connect: () => ({ execute, begin: nothing, commit: nothing, rollback: nothing }),
    createCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    translate: sqliteError,
    close: nothing,
  };
  const database = createDatabase(source, { now: () => 0 });
  return { plans, store: createSyncStore(database, () => ({}) as BookingSystem, parseBookingSchema()) };
}
