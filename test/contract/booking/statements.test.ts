import { parseBookingSchema } from '../../../src/sql/booking-schema.ts';
import { createBookingSystem, type SqlBookingSystem } from '../../../src/sql/booking-system.ts';
import type { NewEvent } from '../../../src/sync/ports.ts';
import { type Answers, type NotedStatement, noteStatements } from '../../support/booking-statements.ts';

const OPTIONS = { zone: 'Europe/Oslo', seasonFilter: true };
const EVENT = { type: 'event', id: 1 } as const;
const BOOKING = { type: 'booking', id: 2 } as const;
const ALLOCATION = { type: 'allocation', id: 3 } as const;
const SPAN = { from: '2027-03-01 08:00:00', to: '2027-03-02 08:00:00' };

const MEETING: NewEvent = {
  name: 'Name',
  description: 'Description',
  organizer: 'Organizer',
  contactName: 'Contact',
  contactEmail: 'contact@example.org',
  start: SPAN.from,
  end: SPAN.to,
  isPublic: false,
  rooms: [101, 102],
  activityId: null,
  agegroupId: null,
  audienceId: null,
  secret: 's',
};

const ANSWERS: Answers = [
  [/SCOPE_IDENTITY/, [{ id: 7 }]],
  [/sp_getapplock/, [{ result: 0 }]],
  [/"bb_(agegroup|targetaudience)" AS/, [{ id: 2, activityId: 1, sort: 1 }]],
  [/SYSUTCDATETIME/, [{ now: '2027-03-01T07:00:00.000Z' }]],
];

/** One clause a line, for the eyes of a reviewer. */
function layOut(noted: readonly NotedStatement[]): string {
  const clause = / (?=(?:FROM|WHERE|LEFT JOIN|JOIN|UNION ALL|ORDER BY|VALUES|SET|OUTPUT|AND) )/g;
  return noted.map(({ sql }) => sql.replace(clause, '\n  ')).join('\n\n');
}

type Call = (booking: SqlBookingSystem) => Promise<unknown>;

const CALLS: readonly (readonly [what: string, statements: number, call: Call])[] = [
  ['readRoomReservations', 3, (b) => b.readRoomReservations([{ resourceId: 101, ...SPAN }])],
  ['readStates', 3, (b) => b.readStates([EVENT, BOOKING, ALLOCATION])],
  ['findVanished', 1, (b) => b.findVanished({ hiddenAfter: SPAN.from })],
  [
    'findVanished in a scope',
    1,
    (b) => b.findVanished({ resourceIds: [101], mappingIds: [5], reservations: [EVENT], hiddenAfter: SPAN.from }),
  ],
  ['findReenabled', 1, (b) => b.findReenabled({ resourceIds: [101] })],
  ['findReleasableHolds', 1, (b) => b.findReleasableHolds()],
  ['findOrphans', 1, (b) => b.findOrphans(100)],
  ['lock', 1, (b) => b.lock(BOOKING)],
  ['createEvent', 14, (b) => b.createEvent(MEETING)],
  [
    'createEvent with everything configured',
    9,
    (b) => b.createEvent({ ...MEETING, activityId: 1, agegroupId: 2, audienceId: 3 }),
  ],
  ['updateEvent', 4, (b) => b.updateEvent(1, { name: 'Name', description: 'Text', start: SPAN.from, end: SPAN.to })],
  ['updateEvent without a time', 2, (b) => b.updateEvent(1, { isPublic: true })],
  ['deactivate an event', 2, (b) => b.deactivate(EVENT, 'Note')],
  ['deactivate an allocation', 2, (b) => b.deactivate(ALLOCATION, 'Note')],
  ['reactivate', 2, (b) => b.reactivate(BOOKING)],
  ['linkRoom', 1, (b) => b.linkRoom(EVENT, 101)],
  ['unlinkRoom', 1, (b) => b.unlinkRoom(EVENT, 101)],
  ['findOverlappingEvents', 1, (b) => b.findOverlappingEvents(101, SPAN, 7)],
];

/** Every method on a SQL Server with all optional columns: number of statements and their reviewed text. */
describe('T-SQL of the booking adapter', () => {
  const schema = parseBookingSchema({ schema: 'dbo' });

  test('introspection', async () => {
    const { database, noted } = noteStatements(schema, ANSWERS);
    await createBookingSystem(database, schema, OPTIONS).introspect();
    expect(layOut(noted)).toMatchSnapshot();
  });

  test.each(CALLS)('%s', async (_what, statements, call) => {
    const { database, noted } = noteStatements(schema, ANSWERS);
    const booking = createBookingSystem(database, schema, OPTIONS);
    await booking.introspect();
    noted.splice(0);
    await call(booking);
    expect(noted).toHaveLength(statements);
    expect(layOut(noted)).toMatchSnapshot();
  });

  test('never uses what fails or misleads on customers’ tables: plain OUTPUT, @@IDENTITY, MERGE, the national id', async () => {
    const { database, noted } = noteStatements(schema, ANSWERS);
    const booking = createBookingSystem(database, schema, OPTIONS);
    for (const [, , call] of CALLS) await call(booking);
    const text = noted.map(({ sql }) => sql).join('\n');
    for (const output of text.match(/\bOUTPUT\b.*?(?=SELECT|WHERE)/gi) ?? []) expect(output).toMatch(/ INTO @/);
    expect(text).not.toMatch(/@@IDENTITY|\bMERGE\b|ssn|SELECT \*/i);
  });

  test('a name stays inside its quotes, whatever is in it', async () => {
    const odd = parseBookingSchema({
      tables: { event: 'event"] DROP' },
      columns: { event: { id: 'id" OR "1"="1'.replaceAll('=', '') } },
    });
    const { database, noted } = noteStatements(odd, ANSWERS);
    await createBookingSystem(database, odd, OPTIONS).lock(EVENT);
    expect(noted.at(-1)?.sql).toBe(
      'SELECT "r"."id"" OR ""1""""1" AS "id" FROM "event""] DROP" AS "r" WITH (UPDLOCK, ROWLOCK) WHERE "r"."id"" OR ""1""""1" = @1',
    );
  });

  test('values are parameters', async () => {
    const { database, noted } = noteStatements(schema, ANSWERS);
    await createBookingSystem(database, schema, OPTIONS).createEvent(MEETING);
    const insert = noted.find(({ sql }) => sql.startsWith('INSERT INTO "dbo"."bb_event" '));
    for (const value of ['Name', 'Description', 'Contact', 'contact@example.org', SPAN.from]) {
      expect(insert?.parameters).toContain(value);
      expect(insert?.sql).not.toContain(value);
    }
  });
});
