import { sql } from 'kysely';
import type { RoomReservation } from '../../../src/domain/reservation.ts';
import { SAMPLE_ROOMS } from '../../../src/sandbox/sample-data/municipality.ts';
import { BOOKING_VARIANTS, SERVER_TIMEOUT_MS, sharedSampleWorld, tryOut } from '../../support/booking-database.ts';

jest.setTimeout(SERVER_TIMEOUT_MS);

const MAPPED = SAMPLE_ROOMS.filter(({ active }) => active === 1).map(({ resource_id }) => resource_id);
const EVERY_ROOM = [...MAPPED, 105, 203];
/** The default window at the frozen clock. */
const WINDOW = { from: '2027-02-28 08:00:00', to: '2028-02-29 08:00:00' };
const ALL_TIME = { from: '2000-01-01 00:00:00', to: '2100-01-01 00:00:00' };

const inWindow = (rooms: readonly number[], window = WINDOW) => rooms.map((resourceId) => ({ resourceId, ...window }));

function countByType(reservations: readonly RoomReservation[]) {
  const counts = { event: 0, booking: 0, allocation: 0 };
  for (const { type } of reservations) counts[type] += 1;
  return counts;
}

describe.each(BOOKING_VARIANTS)('reading reservations: %s', (_title, variant) => {
  const world = sharedSampleWorld(variant);
  const t = () => world.names;

  const read = (from: string, to: string, ...rooms: number[]) =>
    world.booking.readRoomReservations(inWindow(rooms, { from, to }));
  const labels = (reservations: readonly RoomReservation[]) => reservations.map(({ type, id }) => `${type}:${id}`);

  test('pack A has 141 room-reservations, 134 of them active on mapped rooms: 30 events, 57 bookings, 47 allocations', async () => {
    const links = [t().bare('event_resource'), t().bare('booking_resource'), t().bare('allocation_resource')];
    const union = links.map(({ $table }) => sql`SELECT COUNT(*) AS n FROM ${$table}`);
    const counted = await sql<{ n: number }>`${sql.join(union, sql` UNION ALL `)}`.execute(world.database.db);
    const extra = 1; // allocation 5091 stands outside the specified counts
    expect(counted.rows.reduce((sum, { n }) => sum + n, -extra)).toBe(141);

    const active = await world.booking.readRoomReservations(inWindow(MAPPED, ALL_TIME));
    expect(countByType(active)).toEqual({ event: 30, booking: 57, allocation: 47 });
  });

  test('E28, E34: of these 132 lie in the default window, two of them with an end that is not after the start', async () => {
    const found = await world.booking.readRoomReservations(inWindow(MAPPED));
    expect(countByType(found)).toEqual({ event: 28, booking: 57, allocation: 47 });
    expect(found.filter(({ start, end }) => end <= start).map(({ id }) => id)).toEqual([1020, 1021]);
    const ids = found.map(({ id }) => id);
    expect(ids).not.toContain(1026);
    expect(ids).not.toContain(1028);
  });

  test('reads any number of rooms in three statements', async () => {
    await world.booking.introspect();
    world.statements.splice(0);
    await world.booking.readRoomReservations(inWindow(EVERY_ROOM));
    expect(world.statements).toHaveLength(3);
    expect(new Set(world.statements.map(({ parameters }) => parameters))).toEqual(new Set([1]));
  });

  test('asks nothing for no rooms', async () => {
    world.statements.splice(0);
    expect(await world.booking.readRoomReservations([])).toEqual([]);
    expect(world.statements).toEqual([]);
  });

  test('E35: an unmapped room and an inactive mapping have reservations like any other; no room, no row', async () => {
    expect(labels(await read(ALL_TIME.from, ALL_TIME.to, 105))).toEqual(['event:1023', 'booking:3060']);
    expect(labels(await read(ALL_TIME.from, ALL_TIME.to, 203))).toEqual(['event:1024']);
    const everywhere = await world.booking.readRoomReservations(inWindow(EVERY_ROOM, ALL_TIME));
    expect(everywhere.map(({ id }) => id)).not.toContain(1022);
  });

  test('each room has its own window', async () => {
    const found = await world.booking.readRoomReservations([
      { resourceId: 103, from: '2027-03-08 00:00:00', to: '2027-03-09 00:00:00' },
      { resourceId: 101, from: '2027-03-04 00:00:00', to: '2027-03-05 00:00:00' },
    ]);
    expect(labels(found)).toEqual(['event:1001', 'event:1002']);
  });

  // Event 1001 is on room 101 from 17:00 to 21:00.
  test.each([
    ['ends when it starts', '2027-03-04 16:00:00', '2027-03-04 17:00:00', false],
    ['ends a second into it', '2027-03-04 16:00:00', '2027-03-04 17:00:01', true],
    ['lies inside it', '2027-03-04 18:00:00', '2027-03-04 18:30:00', true],
    ['starts a second before its end', '2027-03-04 20:59:59', '2027-03-04 22:00:00', true],
    ['starts when it ends', '2027-03-04 21:00:00', '2027-03-04 22:00:00', false],
  ])('E29: a window that %s finds it: half-open', async (_what, from, to, found) => {
    expect(labels(await read(from, to, 101))).toEqual(found ? ['event:1001'] : []);
  });

  // Event 1020 has no length, at 10:00; event 1021 runs from 12:00 to 11:00.
  test.each([
    ['1020 at the first moment', '2027-04-01 10:00:00', '2027-04-01 10:30:00', ['event:1020']],
    ['not 1020 at the last', '2027-04-01 09:00:00', '2027-04-01 10:00:00', []],
    ['1021 by its start', '2027-04-01 11:30:00', '2027-04-01 12:30:00', ['event:1021']],
    ['not 1021 by its end alone', '2027-04-01 10:30:00', '2027-04-01 11:30:00', []],
  ])('E34: a span that is empty or backwards counts where its start lies: %s', async (_what, from, to, expected) => {
    expect(labels(await read(from, to, 103))).toEqual(expected);
  });

  test('E29: an event that began before the window and one that ends after it are found', async () => {
    expect(labels(await read('2027-03-01 08:00:00', '2027-03-02 00:00:00', 102))).toEqual(['event:1027']);
    expect(labels(await read('2027-03-14 08:00:00', '2027-03-14 09:00:00', 101))).toEqual(['event:1003']);
  });

  test('carries the content of an event', async () => {
    const [found] = await read('2027-03-16 19:00:00', '2027-03-16 19:30:00', 101);
    expect(found).toEqual({
      type: 'event',
      id: 1005,
      resourceId: 101,
      start: '2027-03-16 19:00:00',
      end: '2027-03-16 21:30:00',
      name: 'Konsert: Kor Ø – «Lys i mørket»',
      description: 'Velkommen!',
      groupName: null,
      organizationName: null,
      contactName: 'Kari Nordmann',
      contactEmail: 'kontakt1005@fjordvik.example',
      isPublic: true,
      resourceName: 'Storsalen',
      buildingName: 'Fjordvik kulturhus',
    });
  });

  test('a booking carries its group and that group’s organisation, an allocation its organisation', async () => {
    const found = await read('2027-03-02 19:00:00', '2027-03-02 20:00:00', 101);
    expect(found).toEqual([
      expect.objectContaining({
        type: 'booking',
        id: 3041,
        groupName: 'Storkoret',
        organizationName: 'Kor Ø',
        name: null,
      }),
      expect.objectContaining({
        type: 'allocation',
        id: 5025,
        groupName: null,
        organizationName: 'Kor Ø',
        contactEmail: 'post@koroe.example',
        isPublic: true,
      }),
    ]);
  });

  test('E23: Unicode, tags and long texts come as they are stored', async () => {
    const found = await world.booking.readRoomReservations(inWindow([101, 102, 104], ALL_TIME));
    const byId = new Map(found.map((reservation) => [reservation.id, reservation]));
    expect(byId.get(1003)?.name).toBe('Vårmarked 🌷 & kunstmesse');
    expect(byId.get(1013)?.name).toHaveLength(255);
    expect(byId.get(1014)?.name).toBe('<b>Åpen</b> dag <script>alert(1)</script> &amp; kaffe &lt;3');
    expect(byId.get(1015)?.description).toHaveLength(40_000);
  });

  test('private events say so', async () => {
    const found = await read(ALL_TIME.from, ALL_TIME.to, 102);
    expect(found.filter(({ isPublic }) => !isPublic).map(({ id }) => id)).toEqual([1009, 1010]);
  });

  test('E1, E2: wall-clock times that do not exist or happen twice come as they are stored', async () => {
    const [gap] = await read('2027-03-28 00:00:00', '2027-03-29 00:00:00', 103);
    const [fold] = await read('2027-10-31 00:00:00', '2027-11-01 00:00:00', 202);
    expect(gap).toMatchObject({ id: 1007, start: '2027-03-28 02:15:00', end: '2027-03-28 02:45:00' });
    expect(fold).toMatchObject({ id: 1030, start: '2027-10-31 02:30:00', end: '2027-10-31 02:45:00' });
  });

  test('E57: an event with three date rows is one occurrence, its own', async () => {
    const courses = await read('2027-04-06 00:00:00', '2027-04-21 00:00:00', 104);
    expect(courses.map(({ id, start }) => [id, start])).toEqual([
      [1025, '2027-04-06 10:00:00'],
      [1031, '2027-04-13 10:00:00'],
      [1032, '2027-04-20 10:00:00'],
    ]);
  });

  test('E55: an allocation of a season that is still planned is hidden, and shown once it is published', async () => {
    const autumn = () => inWindow([201], { from: '2027-09-06 00:00:00', to: '2027-09-07 00:00:00' });
    expect(await world.booking.readRoomReservations(autumn())).toEqual([]);
    const season = t().bare('season');
    const published = await tryOut(world, async (booking, { db }) => {
      await sql`UPDATE ${season.$table} SET ${season.status} = 'PUBLISHED' WHERE ${season.id} = 33`.execute(db);
      return booking.readRoomReservations(autumn());
    });
    expect(labels(published)).toEqual(['allocation:5091']);
  });

  test('E55: with the season filter off it is shown', async () => {
    const unfiltered = world.adapter({ seasonFilter: false });
    expect(labels(await unfiltered.readRoomReservations(inWindow([201], ALL_TIME)))).toContain('allocation:5091');
  });

  test('E56: an archived season hides its bookings and allocations, never events', async () => {
    const season = t().bare('season');
    const found = await tryOut(world, async (booking, { db }) => {
      await sql`UPDATE ${season.$table} SET ${season.status} = 'ARCHIVED', ${season.active} = 0`.execute(db);
      return booking.readRoomReservations(inWindow(MAPPED));
    });
    expect(countByType(found)).toEqual({ event: 28, booking: 0, allocation: 0 });
  });

  test('a row whose active flag is anything but 1 is not read', async () => {
    const event = t().bare('event');
    const found = await tryOut(world, async (booking, { db }) => {
      await sql`UPDATE ${event.$table} SET ${event.active} = 2 WHERE ${event.id} = 1001`.execute(db);
      return booking.readRoomReservations(inWindow([101]));
    });
    expect(labels(found)).not.toContain('event:1001');
  });

  test('a room in several buildings counts to the one with the lowest id', async () => {
    const link = t().bare('building_resource');
    const found = await tryOut(world, async (booking, { db }) => {
      await sql`INSERT INTO ${link.$table} (${link.building_id}, ${link.resource_id}) VALUES (1, 201)`.execute(db);
      return booking.readRoomReservations(inWindow([201], { from: '2027-03-01 00:00:00', to: '2027-03-02 00:00:00' }));
    });
    expect(found).toHaveLength(3);
    expect(new Set(found.map(({ buildingName }) => buildingName))).toEqual(new Set(['Fjordvik kulturhus']));
  });

  test('states: one statement per type asked for, unknown ids left out', async () => {
    await world.booking.introspect();
    world.statements.splice(0);
    const states = await world.booking.readStates([
      { type: 'allocation', id: 5091 },
      { type: 'event', id: 1003 },
      { type: 'event', id: 1022 },
      { type: 'event', id: 1016 },
      { type: 'event', id: 77 },
      { type: 'allocation', id: 5009 },
    ]);
    expect(world.statements).toHaveLength(2);
    const shown = states.map(({ type, id, active, hidden, rooms }) => ({
      key: `${type}:${id}`,
      active,
      hidden,
      rooms: rooms.map(({ resourceId }) => resourceId),
    }));
    expect(shown).toEqual([
      { key: 'event:1003', active: true, hidden: false, rooms: [101, 102] },
      { key: 'event:1016', active: false, hidden: false, rooms: [101] },
      { key: 'event:1022', active: true, hidden: false, rooms: [] },
      { key: 'allocation:5009', active: true, hidden: false, rooms: [201, 202] },
      { key: 'allocation:5091', active: true, hidden: true, rooms: [201] },
    ]);
  });

  test('states and room reservations tell the same about a reservation', async () => {
    const reservations = await world.booking.readRoomReservations(inWindow(EVERY_ROOM, ALL_TIME));
    const states = await world.booking.readStates(reservations);
    const fromStates = states.flatMap(({ rooms }) => rooms);
    const order = (a: RoomReservation, b: RoomReservation) =>
      a.type.localeCompare(b.type) || a.id - b.id || a.resourceId - b.resourceId;
    expect(fromStates.toSorted(order)).toEqual([...reservations].sort(order));
  });

  test('E60: the national id is never read, though two events have one', async () => {
    const { $table } = t().bare('event');
    const held = await sql`SELECT 1 AS n FROM ${$table} WHERE customer_ssn = '01017012345'`.execute(world.database.db);
    expect(held.rows).toHaveLength(2);
    world.statements.splice(0);
    const everything = [
      await world.booking.readRoomReservations(inWindow(EVERY_ROOM, ALL_TIME)),
      await world.booking.readStates([{ type: 'event', id: 1010 }]),
    ];
    expect(JSON.stringify(everything)).not.toContain('01017012345');
    expect(world.statements.filter(({ sql: text }) => /ssn|\*/.test(text))).toEqual([]);
  });
});
