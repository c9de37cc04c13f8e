import { sql } from 'kysely';
import type { ReservationKey } from '../../../src/domain/reservation.ts';
import { CANCELLATION_NOTE } from '../../../src/domain/text.ts';
import type { SqlExecutor } from '../../../src/sql/database.ts';
import { BOOKING_VARIANTS, SERVER_TIMEOUT_MS, sharedSampleWorld, tryOut } from '../../support/booking-database.ts';
import { rowsOf } from '../../support/booking-rows.ts';

jest.setTimeout(SERVER_TIMEOUT_MS);

const EACH_TYPE: readonly (readonly [ReservationKey['type'], number, number])[] = [
  ['event', 1001, 101],
  ['booking', 3041, 101],
  ['allocation', 5025, 101],
];

describe.each(BOOKING_VARIANTS)('changing reservations: %s', (_title, variant) => {
  const world = sharedSampleWorld(variant);
  beforeAll(() => world.booking.introspect());

  const eventRow = async (executor: SqlExecutor, id: number) =>
    (await rowsOf(executor, variant.schema, 'event', { column: 'id', value: id }))[0];
  const dateRows = (executor: SqlExecutor, id: number) =>
    rowsOf(executor, variant.schema, 'event_date', { column: 'event_id', value: id });

  test.each(EACH_TYPE)('locks a %s that exists, and says when it does not', async (type, id) => {
    const locked = await tryOut(world, async (booking) => [
      await booking.lock({ type, id }),
      await booking.lock({ type, id: 8888 }),
    ]);
    expect(locked).toEqual([true, false]);
  });

  test('T16, S95: a moved event keeps exactly one date row, equal to it', async () => {
    const after = await tryOut(world, async (booking, executor) => {
      await booking.updateEvent(1001, { start: '2027-03-05 17:30:00', end: '2027-03-05 22:00:00' });
      return { event: await eventRow(executor, 1001), dates: await dateRows(executor, 1001) };
    });
    const span = { from_: '2027-03-05 17:30:00', to_: '2027-03-05 22:00:00' };
    expect(after.event).toMatchObject(span);
    expect(after.dates).toEqual([{ event_id: 1001, ...span }]);
  });

  test('only the start moves when only the start is given', async () => {
    const after = await tryOut(world, async (booking, executor) => {
      await booking.updateEvent(1001, { start: '2027-03-04 16:00:00' });
      return { event: await eventRow(executor, 1001), dates: await dateRows(executor, 1001) };
    });
    const span = { from_: '2027-03-04 16:00:00', to_: '2027-03-04 21:00:00' };
    expect(after.event).toMatchObject({ ...span, name: 'Kommunestyremøte' });
    expect(after.dates).toEqual([{ event_id: 1001, ...span }]);
  });

  test('E57: moving one of several dates leaves it with its own, and its siblings with theirs', async () => {
    const after = await tryOut(world, async (booking, executor) => {
      await booking.updateEvent(1031, { start: '2027-04-13 12:00:00', end: '2027-04-13 14:00:00' });
      return { own: await dateRows(executor, 1031), sibling: await dateRows(executor, 1025) };
    });
    expect(after.own).toEqual([{ event_id: 1031, from_: '2027-04-13 12:00:00', to_: '2027-04-13 14:00:00' }]);
    expect(after.sibling).toHaveLength(3);
  });

  test('an event without a date row gets one when it moves', async () => {
    const dates = await tryOut(world, async (booking, executor) => {
      await booking.updateEvent(1020, { end: '2027-04-01 11:00:00' });
      return dateRows(executor, 1020);
    });
    expect(dates).toEqual([{ event_id: 1020, from_: '2027-04-01 10:00:00', to_: '2027-04-01 11:00:00' }]);
  });

  test('renaming touches no date row and no other column', async () => {
    const after = await tryOut(world, async (booking, executor) => {
      const before = await eventRow(executor, 1025);
      await booking.updateEvent(1025, { name: 'Språkkafé – ny tid', description: 'Ny tekst', isPublic: false });
      return { before, event: await eventRow(executor, 1025), dates: await dateRows(executor, 1025) };
    });
    expect(after.event).toEqual({
      ...after.before,
      name: 'Språkkafé – ny tid',
      description: 'Ny tekst',
      is_public: 0,
    });
    expect(after.dates).toHaveLength(3);
  });

  if (variant.stamps) {
    test('S94: every change sets the time of changing, where there is such a column', async () => {
      const changed = await tryOut(world, async (booking, { db, text }) => {
        const unset = async (type: 'event' | 'allocation', id: number) => {
          const t = world.names.bare(type);
          const { rows } = await sql<{ at: string | null }>`SELECT ${text.wallOf(t.updated_at)} AS at
            FROM ${t.$table} WHERE ${t.id} = ${id}`.execute(db);
          return rows[0]?.at === null;
        };
        const before = [await unset('event', 1001), await unset('event', 1002), await unset('allocation', 5001)];
        await booking.updateEvent(1001, { name: 'Nytt navn' });
        await booking.deactivate({ type: 'event', id: 1002 }, null);
        await booking.deactivate({ type: 'allocation', id: 5001 }, null);
        return {
          before,
          after: [await unset('event', 1001), await unset('event', 1002), await unset('allocation', 5001)],
        };
      });
      expect(changed).toEqual({ before: [true, true, true], after: [false, false, false] });
    });
  }

  test('no field, no statement', async () => {
    await tryOut(world, async (booking) => {
      world.statements.splice(0);
      await booking.updateEvent(1001, {});
    });
    expect(world.statements).toEqual([]);
  });

  test.each(EACH_TYPE)('cancels and re-enables a %s once each', async (type, id) => {
    const key = { type, id };
    const answers = await tryOut(world, async (booking) => {
      const active = async () => (await booking.readStates([key]))[0]?.active;
      return [
        await booking.deactivate(key, CANCELLATION_NOTE),
        await active(),
        await booking.deactivate(key, CANCELLATION_NOTE),
        await booking.reactivate(key),
        await active(),
        await booking.reactivate(key),
      ];
    });
    expect(answers).toEqual([true, false, false, true, true, false]);
  });

  test('cancelling a reservation that does not exist changes nothing', async () => {
    const answers = await tryOut(world, async (booking) => [
      await booking.deactivate({ type: 'event', id: 8888 }, CANCELLATION_NOTE),
      await booking.reactivate({ type: 'booking', id: 8888 }),
    ]);
    expect(answers).toEqual([false, false]);
  });

  const note = CANCELLATION_NOTE.trim();
  test.each([
    ['after a blank line', 'Velkommen!', CANCELLATION_NOTE, `Velkommen!\n\n${note}`],
    ['the same whether the note brings its blank line or not', 'Velkommen!', `\n\n${note}`, `Velkommen!\n\n${note}`],
    ['to an event without description', null, note, `\n\n${note}`],
    ['not a second time', `Velkommen!\n\n${note}`, note, `Velkommen!\n\n${note}`],
    ['not when a clerk wrote below it', `Hei\r\n\r\n${note}\r\nRing meg`, note, `Hei\r\n\r\n${note}\r\nRing meg`],
    ['never when there is none', 'Velkommen!', null, 'Velkommen!'],
  ])('S83, E65: the note is appended %s', async (_what, before, given, after) => {
    const event = world.names.bare('event');
    const row = await tryOut(world, async (booking, executor) => {
      await sql`UPDATE ${event.$table} SET ${event.description} = ${before} WHERE ${event.id} = 1001`.execute(
        executor.db,
      );
      await booking.deactivate({ type: 'event', id: 1001 }, given);
      return eventRow(executor, 1001);
    });
    expect(row).toMatchObject({ active: 0, description: after });
  });

  test('E65: cancelled, re-enabled and cancelled again there is still one note', async () => {
    const key = { type: 'event', id: 1001 } as const;
    const row = await tryOut(world, async (booking, executor) => {
      await booking.deactivate(key, CANCELLATION_NOTE);
      await booking.reactivate(key);
      await booking.deactivate(key, CANCELLATION_NOTE);
      return eventRow(executor, 1001);
    });
    expect(String(row?.['description']).split(note)).toHaveLength(2);
  });

  test.each(EACH_TYPE)('links and unlinks a room of a %s once each', async (type, id, room) => {
    const key = { type, id };
    const answers = await tryOut(world, async (booking) => {
      const rooms = async () => (await booking.readStates([key]))[0]?.rooms.map(({ resourceId }) => resourceId);
      return [
        await booking.linkRoom(key, 104),
        await rooms(),
        await booking.linkRoom(key, 104),
        await booking.unlinkRoom(key, room),
        await rooms(),
        await booking.unlinkRoom(key, room),
      ];
    });
    expect(answers).toEqual([true, [room, 104], false, true, [104], false]);
  });

  test('an unlink touches that reservation and that room only', async () => {
    const states = await tryOut(world, async (booking) => {
      await booking.unlinkRoom({ type: 'event', id: 1003 }, 102);
      return booking.readStates([
        { type: 'event', id: 1003 },
        { type: 'event', id: 1010 },
      ]);
    });
    expect(states.map(({ rooms }) => rooms.map(({ resourceId }) => resourceId))).toEqual([[101], [102]]);
  });

  // Event 1002 is on room 103 from 09:00 to 15:30.
  test.each([
    ['touching it at its start', '2027-03-08 08:00:00', '2027-03-08 09:00:00', undefined, []],
    ['a second into it', '2027-03-08 08:00:00', '2027-03-08 09:00:01', undefined, [1002]],
    ['inside', '2027-03-08 10:00:00', '2027-03-08 11:00:00', undefined, [1002]],
    ['touching it at its end', '2027-03-08 15:30:00', '2027-03-08 16:00:00', undefined, []],
    ['but for itself', '2027-03-08 10:00:00', '2027-03-08 11:00:00', 1002, []],
  ])('E51: events overlapping a span: %s', async (_what, from, to, except, expected) => {
    const found = await world.booking.findOverlappingEvents(103, { from, to }, except);
    expect(found.map(({ id }) => id)).toEqual(expected);
  });

  test('E51: an overlap carries the event’s name and time; inactive events, bookings and other rooms do not count', async () => {
    const day = (date: string) => ({ from: `${date} 00:00:00`, to: `${date} 23:59:00` });
    expect(await world.booking.findOverlappingEvents(103, day('2027-03-08'))).toEqual([
      { id: 1002, name: 'Budsjettseminar', start: '2027-03-08 09:00:00', end: '2027-03-08 15:30:00' },
    ]);
    expect(await world.booking.findOverlappingEvents(101, day('2027-03-19'))).toEqual([]);
    expect(await world.booking.findOverlappingEvents(103, day('2027-03-09'))).toEqual([]);
    expect(await world.booking.findOverlappingEvents(104, day('2027-03-08'))).toEqual([]);
  });
});
