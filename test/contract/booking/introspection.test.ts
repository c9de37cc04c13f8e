import { sql } from 'kysely';
import { isSyncError } from '../../../src/domain/errors.ts';
import { createBookingTables } from '../../../src/sandbox/sample-data/create-tables.ts';
import { BOOKING_TABLES, needOfColumn, needOfTable } from '../../../src/sql/booking/layout.ts';
import { createBookingNames } from '../../../src/sql/booking/names.ts';
import type { BookingSchema, BookingTable } from '../../../src/sql/booking-schema.ts';
import { createBookingSystem } from '../../../src/sql/booking-system.ts';
import { BOOKING_VARIANTS, SERVER_TIMEOUT_MS, sharedSampleWorld } from '../../support/booking-database.ts';
import { openSqlDatabase } from '../../support/sql-world.ts';

jest.setTimeout(SERVER_TIMEOUT_MS);

type Names = Readonly<Record<string, string | null>>;

/** The schema with some tables or columns (`table.column`) under another name. */
function renamed(schema: BookingSchema, names: Names): BookingSchema {
  const tables: Record<string, string | null> = { ...schema.tables };
  const columns: Record<string, Record<string, string | null>> = { ...schema.columns };
  for (const [path, name] of Object.entries(names)) {
    const [table = '', column] = path.split('.');
    if (column === undefined) tables[table] = name;
    else columns[table] = { ...columns[table], [column]: name };
  }
  return { ...schema, tables, columns } as BookingSchema;
}

/** Everything that may be missing is. */
function bareMinimum(schema: BookingSchema): BookingSchema {
  const names: Record<string, null> = {};
  for (const table of BOOKING_TABLES) {
    if (needOfTable(table) === 'optional') names[table] = null;
    for (const column of Object.keys(schema.columns[table])) {
      if (needOfColumn(table, column) !== 'required') names[`${table}.${column}`] = null;
    }
  }
  return renamed(schema, names);
}

describe.each(BOOKING_VARIANTS)('introspection: %s', (_title, variant) => {
  const world = sharedSampleWorld(variant);

  const adapter = (names: Names) =>
    createBookingSystem(world.database, renamed(variant.schema, names), { zone: variant.zone, seasonFilter: true });
  const failure = (names: Names) =>
    adapter(names)
      .introspect()
      .then(
        () => null,
        (error) => error,
      );

  test('asks the database once, however many calls and transactions follow', async () => {
    const booking = world.adapter({ seasonFilter: true });
    world.statements.splice(0);
    await booking.introspect();
    await booking.introspect();
    await world.database.transaction((executor) => booking.within(executor).introspect());
    expect(world.statements).toHaveLength(1);
  });

  test('happens by itself before the first call', async () => {
    const booking = world.adapter({ seasonFilter: true });
    world.statements.splice(0);
    await booking.readStates([{ type: 'event', id: 1001 }]);
    expect(world.statements).toHaveLength(2);
  });

  test('two first calls, one of them inside a transaction, do not wait for each other', async () => {
    const booking = world.adapter({ seasonFilter: true });
    const key = { type: 'event', id: 1001 } as const;
    const [inside, outside] = await Promise.all([
      world.database.transaction((executor) => booking.within(executor).readStates([key])),
      booking.readStates([key]),
    ]);
    expect(inside).toEqual(outside);
  });

  test('names every missing table and column and the setting that renames it, in one error', async () => {
    const error = await failure({
      resource: 'nowhere',
      'event.from_': 'begins',
      'booking_resource.resource_id': 'place',
    });
    expect(isSyncError(error, 'misconfigured')).toBe(true);
    expect(error.message).toContain('table "nowhere" is missing (BOOKING_SCHEMA: tables.resource)');
    expect(error.message).toContain(
      `column "begins" of "${variant.schema.tables.event}" is missing (BOOKING_SCHEMA: columns.event.from_)`,
    );
    expect(error.message).toContain('(BOOKING_SCHEMA: columns.booking_resource.resource_id)');
    expect(error.field).toBe('columns.event.from_');
  });

  test('a column that guards people must be there, unless the settings say that there is none', async () => {
    expect(await failure({ 'event.reminder': 'remind_me' })).toMatchObject({ field: 'columns.event.reminder' });
    expect(await failure({ 'event.reminder': null })).toBeNull();
  });

  test('looks again after a failure, so that a corrected database needs no restart', async () => {
    const booking = adapter({ season: 'late', resource: 'late_rooms' });
    await expect(booking.introspect()).rejects.toMatchObject({ kind: 'misconfigured' });
    const late = renamed(variant.schema, { resource: 'late_rooms' });
    const resource = createBookingNames(late).bare('resource');
    await sql`CREATE TABLE ${resource.$table}
      (${resource.id} int NOT NULL, ${resource.name} varchar(9), ${resource.activity_id} int)`.execute(
      world.database.db,
    );
    await expect(booking.introspect()).resolves.toBeUndefined();
  });

  test('an absent season table hides nothing', async () => {
    const window = { resourceId: 201, from: '2027-09-06 00:00:00', to: '2027-09-07 00:00:00' };
    const found = await adapter({ season: 'nowhere' }).readRoomReservations([window]);
    expect(found.map(({ id }) => id)).toEqual([5091]);
  });

  test.each([
    ['group', { groupName: null, organizationName: null }],
    ['organization', { groupName: 'Storkoret', organizationName: null }],
    ['building', { buildingName: 'Fjordvik kulturhus' }],
    ['building_resource', { buildingName: 'Fjordvik kulturhus' }],
  ] as const)('reads on without the %s table', async (table: BookingTable, expected) => {
    const window = { resourceId: 101, from: '2027-03-02 19:00:00', to: '2027-03-02 20:00:00' };
    const [found] = await adapter({ [table]: 'nowhere' }).readRoomReservations([window]);
    expect(found).toMatchObject({ type: 'booking', id: 3041, ...expected });
  });

  test('takes a schema to qualify the tables with', async () => {
    const qualifier = variant.engine === 'sqlite' ? 'main' : 'dbo';
    const within = (name: string) =>
      createBookingSystem(world.database, { ...variant.schema, qualifier: name }, { ...variant, seasonFilter: true });
    expect(await within(qualifier).readStates([{ type: 'event', id: 1001 }])).toHaveLength(1);
    await expect(within('elsewhere').introspect()).rejects.toMatchObject({ kind: 'misconfigured' });
  });
});

test.each(BOOKING_VARIANTS)(
  'the smallest booking system: imports, reads, compares, changes: %s',
  async (_title, variant) => {
    const database = await openSqlDatabase(variant.engine);
    try {
      const schema = bareMinimum(variant.schema);
      await createBookingTables(database, schema);
      const resource = createBookingNames(schema).bare('resource');
      await database.transaction(async ({ db, text }) => {
        const room = sql`INSERT INTO ${resource.$table} (${resource.name}) VALUES ('Sal')`;
        await text.identityOf(room, resource.$name('id')).execute(db);
      });
      const booking = createBookingSystem(database, schema, { zone: variant.zone, seasonFilter: true });
      const id = await database.transaction(async (executor) => {
        const made = await booking.within(executor).createEvent({
          name: 'Møte',
          description: '',
          organizer: 'Ola',
          contactName: 'Ola',
          contactEmail: '',
          start: '2027-03-02 09:00:00',
          end: '2027-03-02 10:00:00',
          isPublic: true,
          rooms: [1],
          activityId: null,
          agegroupId: null,
          audienceId: null,
          secret: '0'.repeat(32),
        });
        await booking.within(executor).updateEvent(made.id, { end: '2027-03-02 11:00:00' });
        return made.id;
      });
      const window = { resourceId: 1, from: '2027-03-02 10:30:00', to: '2027-03-03 00:00:00' };
      expect(await booking.readRoomReservations([window])).toMatchObject([
        { type: 'event', id, name: 'Møte', end: '2027-03-02 11:00:00', isPublic: true, buildingName: null },
      ]);
    } finally {
      await database.close();
    }
  },
);
