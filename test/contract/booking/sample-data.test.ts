import { sql } from 'kysely';
import { DateTime } from 'luxon';
import { nextChangeDays, SAMPLE_NOW, weeksToCurrentMonday } from '../../../src/sandbox/sample-data/dates.ts';
import { SAMPLE_ROOMS } from '../../../src/sandbox/sample-data/municipality.ts';
import { packA } from '../../../src/sandbox/sample-data/pack-a.ts';
import { loadPackB, packB } from '../../../src/sandbox/sample-data/pack-b.ts';
import { type PackCEvent, packC } from '../../../src/sandbox/sample-data/pack-c.ts';
import type { Row } from '../../../src/sandbox/sample-data/rows.ts';
import { BOOKING_VARIANTS, openSampleWorld, SERVER_TIMEOUT_MS, tryOut } from '../../support/booking-database.ts';

jest.setTimeout(SERVER_TIMEOUT_MS);

const byId = (rows: readonly Row[] = []) => new Map(rows.map((row) => [Number(row['id']), row]));
const weekday = (wall: unknown) => DateTime.fromSQL(String(wall), { zone: 'utc' }).weekday;

describe('pack A', () => {
  test('is the same whenever it is made', () => {
    expect(packA()).toEqual(packA({ shiftWeeks: 0 }));
  });

  test('has 40 allocations and one that is planned, 60 bookings, 32 events', () => {
    const { allocation = [], booking = [], event = [] } = packA();
    expect([allocation.length, booking.length, event.length]).toEqual([41, 60, 32]);
    const inactive = [...allocation, ...booking, ...event].filter(({ active }) => active === 0);
    expect(inactive.map(({ id }) => id)).toEqual([5038, 3054, 3058, 1016]);
  });

  test.each([
    [5008, 'allocation', '2027-04-19 17:00:00', '2027-04-19 21:00:00'],
    [5009, 'allocation', '2027-03-03 17:00:00', '2027-03-03 21:00:00'],
    [5038, 'allocation', '2027-04-10 10:00:00', '2027-04-10 14:00:00'],
    [5091, 'allocation', '2027-09-06 17:00:00', '2027-09-06 19:00:00'],
    [3024, 'booking', '2027-04-21 17:00:00', '2027-04-21 18:30:00'],
    [3033, 'booking', '2027-03-04 18:00:00', '2027-03-04 20:30:00'],
    [3060, 'booking', '2027-04-16 20:00:00', '2027-04-16 22:00:00'],
    [1006, 'event', '2027-03-27 23:00:00', '2027-03-28 04:00:00'],
    [1021, 'event', '2027-04-01 12:00:00', '2027-04-01 11:00:00'],
    [1028, 'event', '2029-01-02 17:00:00', '2029-01-02 19:00:00'],
  ] as const)('%d stands when the specification says', (id, table, from_, to_) => {
    expect(byId(packA()[table]).get(id)).toMatchObject({ from_, to_ });
  });

  test('every valid event has a date row of its own, the course three each, invalid ones none', () => {
    const { event_date = [] } = packA();
    const counts = new Map<number, number>();
    for (const { event_id } of event_date) counts.set(Number(event_id), (counts.get(Number(event_id)) ?? 0) + 1);
    expect([counts.get(1001), counts.get(1025), counts.get(1031), counts.get(1032)]).toEqual([1, 3, 3, 3]);
    expect([counts.get(1020), counts.get(1021)]).toEqual([undefined, undefined]);
    expect(event_date).toHaveLength(27 + 9);
  });

  test('texts have the lengths their rules are about', () => {
    const events = byId(packA().event);
    expect(events.get(1013)?.['name']).toHaveLength(255);
    expect(events.get(1015)?.['description']).toHaveLength(40_000);
    expect(events.get(1012)).toMatchObject({ name: null, description: null });
  });
});

describe('pack A shifted to today', () => {
  // A Wednesday in May 2028, in the week of Monday 2028-05-08.
  const now = Date.parse('2028-05-10T12:00:00Z');
  const shift = { shiftWeeks: weeksToCurrentMonday(now), zone: 'Europe/Oslo' };
  const shifted = packA(shift);

  test('keeps weekdays and distances', () => {
    expect(shift.shiftWeeks).toBe(62);
    expect(byId(shifted.event).get(1001)).toMatchObject({ from_: '2028-05-11 17:00:00' });
    for (const [id, row] of byId(packA().allocation)) {
      expect(weekday(byId(shifted.allocation).get(id)?.['from_'])).toBe(weekday(row['from_']));
    }
    expect(byId(shifted.season).get(31)).toMatchObject({ from_: '2028-03-13' });
  });

  test('keeps the DST rows on the nights the clocks change next', () => {
    const events = byId(shifted.event);
    expect(nextChangeDays('2028-05-08', 'Europe/Oslo')).toEqual({ spring: '2029-03-25', autumn: '2028-10-29' });
    expect(events.get(1006)).toMatchObject({ from_: '2029-03-24 23:00:00', to_: '2029-03-25 04:00:00' });
    expect(events.get(1007)).toMatchObject({ from_: '2029-03-25 02:15:00' });
    expect(events.get(1029)).toMatchObject({ from_: '2028-10-28 22:00:00', to_: '2028-10-29 06:00:00' });
    expect(events.get(1030)).toMatchObject({ from_: '2028-10-29 02:30:00' });
    const dates = (shifted.event_date ?? []).filter(({ event_id }) => event_id === 1006);
    expect(dates).toEqual([{ event_id: 1006, from_: '2029-03-24 23:00:00', to_: '2029-03-25 04:00:00' }]);
  });

  test('follows the change nights of another zone', () => {
    const events = byId(packA({ ...shift, zone: 'America/Halifax' }).event);
    expect(events.get(1007)).toMatchObject({ from_: '2029-03-11 02:15:00' });
    expect(events.get(1030)).toMatchObject({ from_: '2028-11-05 02:30:00' });
  });

  test('shifts DST rows like others where the clocks never change', () => {
    expect(nextChangeDays('2028-05-08', 'Africa/Nairobi')).toEqual({ spring: null, autumn: null });
    const events = byId(packA({ ...shift, zone: 'Africa/Nairobi' }).event);
    expect(events.get(1007)).toMatchObject({ from_: '2028-06-04 02:15:00' });
  });

  test.each([
    ['2027-03-01T07:00:00Z', 0],
    ['2027-02-28T23:30:00Z', 0],
    ['2027-02-28T22:30:00Z', -1],
    ['2027-03-07T22:59:59Z', 0],
    ['2027-03-07T23:00:00Z', 1],
    ['2027-04-05T07:00:00Z', 5],
  ])('the week of %s in Oslo is %d weeks from the frozen one', (instant, weeks) => {
    expect(weeksToCurrentMonday(Date.parse(instant))).toBe(weeks);
  });
});

describe('pack B', () => {
  test('is nine mappings, one per story', () => {
    expect(packB().map(({ label, sync_status, outlook_event_id }) => [label, sync_status, outlook_event_id])).toEqual([
      ['M1', 'synced', 'X1'],
      ['M2', 'cancelled', 'X2'],
      ['M3', 'synced', 'X3'],
      ['M4', 'synced', 'X4'],
      ['M5', 'error', null],
      ['M6', 'synced', 'X6'],
      ['M7', 'imported', 'X7'],
      ['M8', 'pending', null],
      ['M9', 'synced', 'X9'],
    ]);
  });

  test('takes real event ids, and what M1 and M9 agreed on', () => {
    const rows = packB({
      eventIds: { M1: 'AAMk1' },
      agreed: ({ type, id, resourceId }) => ({ bookingHash: `${type}:${id}:${resourceId}` }),
    });
    expect(rows.map(({ booking_hash }) => booking_hash)).toEqual([
      'event:1002:103',
      ...Array(7).fill(null),
      'event:1024:203',
    ]);
    expect(rows[0]?.outlook_event_id).toBe('AAMk1');
  });

  test.each(BOOKING_VARIANTS)('goes in by plain SQL: %s', async (_title, variant) => {
    const world = await openSampleWorld(variant);
    try {
      const rows = await tryOut(world, async (_booking, executor) => {
        await loadPackB(executor);
        return (
          await sql`SELECT outlook_item_id, starts_at, retry_count FROM bridge_mappings ORDER BY id`.execute(
            executor.db,
          )
        ).rows;
      });
      expect(rows).toHaveLength(9);
      expect(rows[0]).toEqual({
        outlook_item_id: 'ornen@fjordvik.example',
        starts_at: '2027-03-08 09:00:00',
        retry_count: 0,
      });
      expect(rows[4]).toMatchObject({ outlook_item_id: 'halla@fjordvik.example', retry_count: 2 });
    } finally {
      await world.close();
    }
  });
});

describe('pack C', () => {
  const events = packC();
  const find = (id: string) => events.find((event) => event.id === id) as PackCEvent;

  test('is fifteen events in mapped rooms', () => {
    expect(events.map(({ id }) => id)).toEqual(Array.from({ length: 15 }, (_, index) => `O${index + 1}`));
    const mapped = SAMPLE_ROOMS.filter(({ active }) => active === 1).map(({ resource_id }) => resource_id);
    for (const { rooms } of events) for (const room of rooms) expect(mapped).toContain(room);
  });

  test('makes 13 event rows and 14 linked mappings when imported, one conflict, one ghost', () => {
    const imported = events.filter(({ expected }) => expected === 'imported');
    const occurrences = ({ weekly }: PackCEvent) => weekly?.occurrences ?? 1;
    expect(imported.reduce((sum, event) => sum + occurrences(event), 0)).toBe(13);
    expect(imported.reduce((sum, event) => sum + occurrences(event) * event.rooms.length, 0)).toBe(14);
    expect(events.filter(({ expected }) => expected === 'conflict').map(({ id }) => id)).toEqual(['O12']);
    expect(events.filter(({ expected }) => expected === 'ghost').map(({ id }) => id)).toEqual(['O14']);
  });

  test('tells what makes each event special', () => {
    expect(find('O2')).toMatchObject({ weekly: { occurrences: 4 }, start: '2027-03-02 08:30:00' });
    expect(find('O3')).toMatchObject({ isAllDay: true, start: '2027-03-22 00:00:00', end: '2027-03-23 00:00:00' });
    expect(find('O5').sensitivity).toBe('private');
    expect(find('O6').showAs).toBe('tentative');
    expect(find('O7').isCancelled).toBe(true);
    expect(find('O8').rooms).toEqual([103, 104]);
    expect(find('O9').subject).toHaveLength(300);
    expect(find('O10')).toMatchObject({ subject: '', organizer: { name: 'Ola Hansen' } });
    expect(find('O11')).toMatchObject({ start: '2027-02-27 22:00:00', end: '2027-02-28 10:00:00' });
    expect(find('O14')).toMatchObject({ organizer: null, marker: { type: 'event', resourceId: 101 } });
    expect(find('O15').showAs).toBe('free');
  });

  test('the ghost names a reservation that does not exist', () => {
    expect(byId(packA().event).has(find('O14').marker?.id ?? 0)).toBe(false);
  });

  test('is shifted together with pack A', () => {
    expect(packC({ shiftWeeks: 2 })[0]?.start).toBe('2027-03-16 09:00:00');
  });
});

test('the frozen clock is the Monday morning everything is written for', () => {
  expect(weeksToCurrentMonday(Date.parse(SAMPLE_NOW))).toBe(0);
});
