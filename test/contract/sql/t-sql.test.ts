/**
 * Every statement of every store as SQL Server receives it. The snapshot is part of the review: read its changes for aliases in
 * OUTPUT, types of parameters, collations of JSON columns, and conditions repeated where a row is claimed.
 */
import { newMapping } from '../../../src/domain/mapping.ts';
import { parseBookingSchema } from '../../../src/sql/booking-schema.ts';
import { createTable, NOW } from '../../../src/sql/migrations/ddl.ts';
import { MIGRATIONS, migrate } from '../../../src/sql/migrations/migrate.ts';
import { createSyncStore } from '../../../src/sql/sync-store.ts';
import type { BookingSystem, SyncStore } from '../../../src/sync/ports.ts';
import { type Answers, noteStatements, renderStatement } from '../../support/sql-typed-statements.ts';
import { entryOf, eventOf, importOf, ROOM } from '../../support/sql-world.ts';

const AT = '2027-03-01T07:00:00.123Z';
const lease = { calendar: ROOM, token: 3 };
const roomLease = { ...lease, owner: 'worker', state: {} as never };
const wall = { from: '2027-03-01 08:00:00', to: '2027-03-02 08:00:00' };

type Questions = Readonly<Record<string, (store: SyncStore) => Promise<unknown>>>;

const clock: Questions = { now: (store) => store.now().catch(() => null) };

const rooms: Questions = {
  listActive: ({ rooms }) => rooms.listActive(),
  'listActive, some': ({ rooms }) => rooms.listActive([1, 2]),
  listAll: ({ rooms }) => rooms.listAll(),
  find: ({ rooms }) => rooms.find(1),
  resourceExists: ({ rooms }) => rooms.resourceExists(1),
};

const calendars: Questions = {
  ensure: ({ calendars }) => calendars.ensure(),
  list: ({ calendars }) => calendars.list(),
  'list, some': ({ calendars }) => calendars.list([ROOM]),
  claim: ({ calendars }) => calendars.claim([ROOM], 'worker', 60_000),
  renew: ({ calendars }) => calendars.renew([roomLease], 60_000),
  release: ({ calendars }) => calendars.release([roomLease]),
  signal: ({ calendars }) => calendars.signal([ROOM]),
  'save, the same fields of all': ({ calendars }) =>
    calendars.save([{ ...lease, deltaLink: 'https://link', deltaFrom: AT }]),
  'save, different fields': ({ calendars }) =>
    calendars.save([
      { ...lease, errorCount: 1, lastError: null },
      { ...lease, calendar: 'other@example.org', handledVersion: 2 },
    ]),
};

const mappingWrites: Questions = {
  insert: ({ mappings }) =>
    mappings.insert([
      newMapping({
        resourceId: 1,
        calendar: ROOM,
        status: 'pending',
        origin: 'booking',
        type: 'event',
        reservationId: 1,
      }),
    ]),
  'save, the same fields of all': ({ mappings }) =>
    mappings.save([{ id: 1, version: 1, change: { status: 'synced', goneSince: AT } }]),
  'save, different fields under a lease': ({ mappings }) =>
    mappings.save([
      { id: 1, version: 1, change: { eventId: 'AAMk' }, lease },
      { id: 2, version: 4, change: { subject: 'x', nextRetryAt: null } },
    ]),
  remove: ({ mappings }) => mappings.remove([{ id: 1, version: 1 }]),
};

const mappingReads: Questions = {
  listForDiscovery: ({ mappings }) => mappings.listForDiscovery([{ resourceId: 1, from: wall.from }]),
  findByIds: ({ mappings }) => mappings.findByIds([1, 2]),
  findByKeys: ({ mappings }) => mappings.findByKeys([{ type: 'event', id: 1, resourceId: 1 }]),
  findByReservations: ({ mappings }) => mappings.findByReservations([{ type: 'event', id: 1 }]),
  findByEvents: ({ mappings }) => mappings.findByEvents([{ eventId: 'AAMk' }]),
  findByMeetings: ({ mappings }) => mappings.findByMeetings([{ iCalUId: '0400', originalStart: AT }]),
  'findByMeetings, locked': ({ mappings }) =>
    mappings.findByMeetings([{ iCalUId: '0400', originalStart: null }], { lock: true }),
  findBySeries: ({ mappings }) => mappings.findBySeries(ROOM, ['AAMk']),
  listLive: ({ mappings }) => mappings.listLive(ROOM, wall),
  'listLive, waiting too': ({ mappings }) => mappings.listLive(ROOM, wall, 'pending'),
  'listLive, all': ({ mappings }) => mappings.listLive(ROOM, null),
  listGone: ({ mappings }) => mappings.listGone(),
  'listGone, some': ({ mappings }) => mappings.listGone([ROOM]),
  countLive: ({ mappings }) => mappings.countLive([]),
  'countLive, some': ({ mappings }) => mappings.countLive([ROOM]),
};

const mappingLists: Questions = {
  pickPushable: ({ mappings }) => mappings.pickPushable({ limit: 50 }),
  'pickPushable, scoped': ({ mappings }) =>
    mappings.pickPushable({ limit: 50, calendars: [ROOM], resourceIds: [1], dueAt: AT }),
  countPushable: ({ mappings }) => mappings.countPushable({}),
  pickImports: ({ mappings }) => mappings.pickImports({ limit: 50, dueAt: AT }),
  'list, nothing asked': ({ mappings }) => mappings.list({ limit: 50, orderBy: 'createdAt' }),
  'list, everything asked': ({ mappings }) =>
    mappings.list({
      limit: 50,
      orderBy: 'push',
      statuses: ['pending'],
      origin: 'booking',
      direction: 'bidirectional',
      hasReservation: true,
    }),
  'list, cancelled': ({ mappings }) => mappings.list({ limit: 50, orderBy: 'cancelledAt', hasReservation: false }),
};

const intents: Questions = {
  open: ({ intents }) =>
    intents.open(roomLease, [
      {
        mappingId: 1,
        mappingVersion: 1,
        calendar: ROOM,
        kind: 'delete',
        cause: 'cancelled:event:1',
        eventId: 'AAMk',
        createToken: null,
        generation: 0,
        content: null,
        contentHash: null,
        bookingHash: null,
        runId: 'run',
      },
    ]),
  listOpen: ({ intents }) => intents.listOpen([ROOM]),
  close: ({ intents }) => intents.close([{ id: 1, status: 'done', eventId: 'AAMk' }]),
  listRecent: ({ intents }) => intents.listRecent(ROOM, AT),
  purge: ({ intents }) => intents.purge(AT),
};

const records: Questions = {
  'journal.append, texts too long for a scalar inside JSON': ({ journal }) =>
    journal.append(
      [10, 5000].map((length) =>
        entryOf({
          reason: 'The body changed.',
          cause: null,
          mappingId: 1,
          before: null,
          after: { body: 'x'.repeat(length) },
        }),
      ),
    ),
  'journal.append': ({ journal }) => journal.append([entryOf({ mappingId: 1, before: null, after: { subject: 'x' } })]),
  'journal.list': ({ journal }) => journal.list({ limit: 50 }),
  'journal.list, filtered': ({ journal }) =>
    journal.list({ limit: 50, beforeId: 9, mappingId: 1, calendar: ROOM, runId: 'run' }),
  'journal.cancellationCauses': ({ journal }) => journal.cancellationCauses(AT, ['cancelled:event:1']),
  'journal.findEvents': ({ journal }) => journal.findEvents(ROOM, [{ type: 'event', id: 1, resourceId: 1 }]),
  'journal.findImported': ({ journal }) => journal.findImported('import:0400'),
  'journal.purgeContent': ({ journal }) => journal.purgeContent(AT),
  'runs.start': ({ runs }) => runs.start({ runId: 'run', job: 'to-outlook', trigger: 'timer' }),
  'runs.finish': ({ runs }) => runs.finish({ runId: 'run', outcome: 'ok', counts: { created: 1 }, error: null }),
  'runs.latestByJob': ({ runs }) => runs.latestByJob(),
  'runs.list': ({ runs }) => runs.list(50),
  'runs.lockJob': ({ runs }) => runs.lockJob('cleanup', 'worker', 60_000),
  'runs.unlockJob': ({ runs }) => runs.unlockJob('cleanup', 'worker'),
  'parked.park': ({ parked }) =>
    parked.park([
      { calendar: ROOM, mappingId: 1, operation: 'delete-event', cause: 'cancelled:event:1', reason: 'Too many.' },
    ]),
  'parked.list': ({ parked }) => parked.list({ statuses: ['parked'], calendars: [ROOM], limit: 50 }),
  'parked.decide': ({ parked }) => parked.decide([1], 'approved'),
  'alerts.raise': ({ alerts }) =>
    alerts.raise({ kind: 'brake', severity: 'critical', message: 'Held.', properties: {}, episode: 'brake:1' }),
  'alerts.list': ({ alerts }) => alerts.list(50),
};

const stores = {
  clock,
  rooms,
  calendars,
  'mapping writes': mappingWrites,
  'mapping reads': mappingReads,
  'mapping lists': mappingLists,
  intents,
  records,
};

describe.each(Object.entries(stores))('T-SQL of %s', (_name, questions) => {
  test.each(Object.keys(questions))('%s', async (question) => {
    const { store, noted } = notedStore();
    await questions[question]?.(store);
    const own = noted.filter(({ sql }) => !sql.includes('INFORMATION_SCHEMA'));
    expect(own.length).toBeGreaterThan(0);
    expect(`\n${own.map(renderStatement).join('\n\n')}\n`).toMatchSnapshot();
  });
});

function notedStore(answers: Answers = []) {
  const schema = parseBookingSchema();
  const { database, noted } = noteStatements(schema, answers);
  return { store: createSyncStore(database, () => ({}) as BookingSystem, schema), noted };
}

test('every method of every store is reviewed here', () => {
  const { store } = notedStore();
  const methods = Object.entries({ ...store, booking: {} }).flatMap(([noun, methods]) =>
    Object.keys(methods as object).map((method) => `${noun}.${method}`),
  );
  const reviewed = Object.entries({
    rooms,
    calendars,
    mappings: { ...mappingWrites, ...mappingReads, ...mappingLists },
    intents,
  }).flatMap(([noun, questions]) => Object.keys(questions).map((question) => `${noun}.${question.split(',')[0]}`));
  const all = new Set([...reviewed, ...Object.keys(records).map((question) => question.split(',')[0])]);
  expect(methods.filter((method) => !all.has(method))).toEqual([]);
});

test.each(['sqlserver', 'sqlite'] as const)('the schema on %s', (engine) => {
  const statements = MIGRATIONS.flatMap((migration) => migration.statements(engine));
  expect(`\n${statements.join(';\n\n')};\n`).toMatchSnapshot();
});

test('a migration of SQL Server takes the lock, looks again and notes its version first', async () => {
  const { database, noted } = noteStatements(parseBookingSchema(), [[/sp_getapplock/, [{ result: 0 }]]]);
  await migrate(database, { migrations: [{ version: 1, name: 'one', statements: () => ['CREATE TABLE one'] }] });
  expect(`\n${noted.map(renderStatement).join('\n\n')}\n`).toMatchSnapshot();
});

test('a schema lock that cannot be had is passing trouble', async () => {
  const { database } = noteStatements(parseBookingSchema(), [[/sp_getapplock/, [{ result: -1 }]]]);
  await expect(migrate(database)).rejects.toMatchObject({ kind: 'transient' });
});

test('a defaulted instant of SQLite is written by a function other programs have too', () => {
  const table = createTable('sqlite', { name: 't', columns: { at: { type: 'instant', fallback: NOW } } });
  expect(table).toContain(`strftime('%Y-%m-%dT%H:%M:%fZ', current_timestamp)`);
});

test('an id of more than 512 characters is refused before it is cut', async () => {
  const { store } = notedStore();
  await expect(store.mappings.insert([importOf('x'.repeat(513))])).rejects.toMatchObject({ kind: 'rejected' });
  await expect(store.mappings.insert([eventOf(1.5)])).rejects.toMatchObject({ kind: 'bug' });
});
