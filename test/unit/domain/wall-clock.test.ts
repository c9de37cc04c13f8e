import fc from 'fast-check';
import { findWindows, IANA_ALIAS_MAP } from 'windows-iana';
import { SyncError } from '../../../src/domain/errors.ts';
import type { GraphTime } from '../../../src/domain/room-event.ts';
import { epochOf, instantOf } from '../../../src/domain/time.ts';
import {
  addDays,
  allDayDates,
  graphDaysOf,
  graphSpanOf,
  graphTimeOf,
  isAllDaySpan,
  isValidSpan,
  overlaps,
  parseWallClock,
  toInstant,
  toWallClock,
  toWallSpan,
  wallNow,
  wallOfGraphTime,
  windowsZone,
} from '../../../src/domain/wall-clock.ts';
import { OSLO } from '../../support/domain-builders.ts';
import { INSTANT_ROWS, PUSH_TIME_ROWS } from '../../support/rules/time-rows.ts';

const ZONES = [OSLO, 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'] as const;

const zones = fc.constantFrom(...ZONES);
const instants = fc
  .integer({ min: Date.parse('1995-01-01T00:00:00Z') / 1000, max: Date.parse('2060-01-01T00:00:00Z') / 1000 })
  .map((seconds) => instantOf(seconds * 1000));
/** Moments near the changes of the year 2027 in the zones above, where it matters. */
const changeNights = fc
  .tuple(
    fc.constantFrom('2027-03-28', '2027-10-31', '2027-03-14', '2027-11-07', '2027-10-02', '2027-04-03'),
    fc.integer({ min: -36 * 60, max: 36 * 60 }),
  )
  .map(([day, minutes]) => instantOf(Date.parse(`${day}T00:00:00Z`) + minutes * 60_000));
const moments = fc.oneof(instants, changeNights);

describe('wall clock to moment', () => {
  test.each(INSTANT_ROWS)('$story ($zone)', ({ zone, wall, instant, kind }) => {
    expect(toInstant(wall, zone)).toEqual({ instant, kind });
  });

  test.each(INSTANT_ROWS.filter(({ kind }) => kind !== 'gap'))(
    'and back: $story ($zone)',
    ({ zone, wall, instant }) => {
      expect(toWallClock(instant, zone)).toBe(wall);
      expect(wallNow(epochOf(instant), zone)).toBe(wall);
    },
  );

  test('any moment survives 100 round trips in five zones', () => {
    const survives = (moment: string, zone: string) => {
      const wall = toWallClock(moment, zone);
      const first = toInstant(wall, zone);
      let last = first.instant;
      for (let trip = 0; trip < 100; trip++) last = toInstant(toWallClock(last, zone), zone).instant;
      expect(toWallClock(last, zone)).toBe(wall);
      expect(last).toBe(first.instant);
      expect(first.kind).not.toBe('gap');
      if (first.kind === 'exact') expect(last).toBe(moment);
      else expect(last <= moment).toBe(true);
    };
    fc.assert(fc.property(moments, zones, survives), { numRuns: 60 });
  });

  test('wall clocks of one zone keep the order of their moments outside the hours that come twice', () => {
    const ordered = (a: string, b: string, zone: string) => {
      const [first, second] = [toWallClock(a, zone), toWallClock(b, zone)].map((wall) => toInstant(wall, zone));
      fc.pre(first?.kind === 'exact' && second?.kind === 'exact');
      expect(toWallClock(a, zone) < toWallClock(b, zone)).toBe(a < b);
    };
    fc.assert(fc.property(moments, moments, zones, ordered));
  });

  test('an unknown zone is a setting to correct', () => {
    expect(() => toInstant('2027-03-01 08:00:00', 'Europe/Fjordvik')).toThrow(
      new SyncError('misconfigured', "Time zone 'Europe/Fjordvik' is unknown. Set an IANA name such as Europe/Oslo."),
    );
    expect(() => toWallClock('2027-03-01T07:00:00.000Z', '')).toThrow(SyncError);
    expect(() => windowsZone('Europe/Fjordvik')).toThrow(SyncError);
  });
});

describe('reservation to Graph', () => {
  const show = (time: GraphTime) =>
    `${time.dateTime} ${time.timeZone === 'W. Europe Standard Time' ? 'local' : time.timeZone}`;
  const epoch = (time: GraphTime) =>
    time.timeZone === 'UTC'
      ? Date.parse(`${time.dateTime}Z`)
      : epochOf(toInstant(time.dateTime.replace('T', ' '), OSLO).instant);

  test.each(PUSH_TIME_ROWS)('$story', ({ start, end, graphStart, graphEnd, isAllDay, hours }) => {
    expect(isAllDaySpan(start, end)).toBe(isAllDay);
    const times = isAllDay ? graphDaysOf(start, end, OSLO) : graphSpanOf(start, end, OSLO);
    expect([show(times.start), show(times.end)]).toEqual([graphStart, graphEnd]);
    if (hours !== null) expect((epoch(times.end) - epoch(times.start)) / 3_600_000).toBe(hours);
  });

  test('E1, E3: a valid reservation is never empty or backwards in Outlook', () => {
    const advances = (moment: string, minutes: number, zone: string) => {
      const start = wallNow(epochOf(moment), zone);
      const end = wallNow(epochOf(moment) + minutes * 60_000, zone);
      fc.pre(isValidSpan(start, end));
      const { start: from, end: to } = graphSpanOf(start, end, zone);
      const at = (time: GraphTime) =>
        time.timeZone === 'UTC' ? `${time.dateTime}.000Z` : toInstant(time.dateTime.replace('T', ' '), zone).instant;
      expect(at(from) < at(to)).toBe(true);
    };
    fc.assert(fc.property(moments, fc.integer({ min: 1, max: 3000 }), zones, advances));
  });

  test('E3: both ends come out as each by itself, however near a change of the clocks', () => {
    const sameAlone = (moment: string, minutes: number, zone: string) => {
      const start = wallNow(epochOf(moment), zone);
      const end = wallNow(epochOf(moment) + minutes * 60_000, zone);
      fc.pre(toInstant(end, zone).instant > toInstant(start, zone).instant);
      const alone = { start: graphTimeOf(start, zone), end: graphTimeOf(end, zone) };
      expect(graphSpanOf(start, end, zone)).toEqual(alone);
    };
    fc.assert(fc.property(moments, fc.integer({ min: 1, max: 20 * 24 * 60 }), zones, sameAlone), { numRuns: 500 });
  });

  test('one time alone follows the same rule', () => {
    expect(graphTimeOf('2027-03-01 08:00:00', OSLO)).toEqual({
      dateTime: '2027-03-01T08:00:00',
      timeZone: 'W. Europe Standard Time',
    });
    expect(graphTimeOf('2027-10-31 02:30:00', OSLO)).toEqual({ dateTime: '2027-10-31T00:30:00', timeZone: 'UTC' });
  });

  test('what is written reads back as the same wall clock, unless it did not exist', () => {
    const readsBack = (moment: string, zone: string) => {
      const wall = toWallClock(moment, zone);
      expect(wallOfGraphTime(graphTimeOf(wall, zone), zone)).toBe(wall);
    };
    fc.assert(fc.property(moments, zones, readsBack));
    expect(wallOfGraphTime(graphTimeOf('2027-03-28 02:15:00', OSLO), OSLO)).toBe('2027-03-28 03:15:00');
  });

  test.each([
    [OSLO, 'W. Europe Standard Time'],
    ['America/St_Johns', 'Newfoundland Standard Time'],
    ['Australia/Lord_Howe', 'Lord Howe Standard Time'],
    ['Asia/Kathmandu', 'Nepal Standard Time'],
    ['UTC', 'UTC'],
    ['Etc/UTC', 'UTC'],
  ])('%s is %s on Windows', (iana, windows) => {
    expect(windowsZone(iana)).toBe(windows);
  });

  test('every zone has the Windows name the library finds for it', () => {
    const named = IANA_ALIAS_MAP.flatMap(({ alias }) => alias.map((zone) => [zone, findWindows(zone)[0]] as const));
    const known = named.filter(([, windows]) => windows !== undefined);
    expect(known.length).toBeGreaterThan(500);
    expect(known.map(([zone]) => [zone, windowsZone(zone)])).toEqual(known);
  });
});

describe('event to wall clocks', () => {
  test('E2: an event is never stored shorter than it is', () => {
    const covers = (moment: string, minutes: number, zone: string) => {
      const end = instantOf(epochOf(moment) + minutes * 60_000);
      const { from, to } = toWallSpan(moment, end, zone);
      expect(isValidSpan(from, to)).toBe(true);
    };
    fc.assert(fc.property(moments, fc.integer({ min: 1, max: 3000 }), zones, covers));
  });

  test('an event without length stays one, for the caller to refuse (E34)', () => {
    const at = '2027-03-01T07:00:00.000Z';
    expect(toWallSpan(at, at, OSLO)).toEqual({ from: '2027-03-01 08:00:00', to: '2027-03-01 08:00:00' });
  });
});

describe('arithmetic on wall clocks', () => {
  test.each([
    ['2027-03-01 08:00:00', 365, '2028-02-29 08:00:00'],
    ['2027-03-28 02:30:00', 1, '2027-03-29 02:30:00'],
    ['2027-01-01 00:00:00', -1, '2026-12-31 00:00:00'],
  ])('%s plus %i days is %s', (wall, days, expected) => {
    expect(addDays(wall, days)).toBe(expected);
  });

  test.each([
    ['2027-03-30 00:00:00', '2027-03-31 00:00:00', '2027-03-30', '2027-03-31'],
    ['2027-03-30 00:00:00', '2027-03-30 23:59:00', '2027-03-30', '2027-03-31'],
    ['2027-12-31 00:00:00', '2028-01-01 23:59:59', '2027-12-31', '2028-01-02'],
  ])('E4: %s to %s fills %s until %s', (start, end, first, after) => {
    expect(allDayDates(start, end)).toEqual({ start: first, end: after });
  });

  test.each([
    ['10:00', '12:00', '12:00', '14:00', false],
    ['10:00', '12:00', '11:59', '14:00', true],
    ['10:00', '12:00', '08:00', '10:00', false],
    ['10:00', '12:00', '10:30', '11:00', true],
  ])('E29: %s–%s and %s–%s share time: %s', (aFrom, aTo, bFrom, bTo, expected) => {
    expect(overlaps({ from: aFrom, to: aTo }, { from: bFrom, to: bTo })).toBe(expected);
    expect(overlaps({ from: bFrom, to: bTo }, { from: aFrom, to: aTo })).toBe(expected);
  });

  test.each([
    ['2027-04-01 10:00:00', '2027-04-01 10:00:00', false],
    ['2027-04-01 12:00:00', '2027-04-01 11:00:00', false],
    ['2027-04-01 12:00:00', '2027-04-01 12:00:01', true],
  ])('E34: %s to %s is valid: %s', (start, end, expected) => {
    expect(isValidSpan(start, end)).toBe(expected);
  });
});

describe('reading wall clocks', () => {
  test.each([
    ['2027-03-01 08:00', '2027-03-01 08:00:00'],
    ['2027-03-01T08:00', '2027-03-01 08:00:00'],
    ['2027-03-01 08:00:30', '2027-03-01 08:00:30'],
    ['2027-03-01T08:00:30.1234567', '2027-03-01 08:00:30'],
    ['2027-03-01', '2027-03-01 00:00:00'],
    ['2028-02-29 23:59:59', '2028-02-29 23:59:59'],
  ])('%s is %s', (text, wall) => {
    expect(parseWallClock(text)).toBe(wall);
  });

  test.each([
    '',
    '2027-02-29',
    '2027-04-31 10:00',
    '2027-13-01',
    '2027-03-01 24:00',
    '2027-03-01 08:60',
    '2027-03-01T08:00:00Z',
    '2027-03-01 08:00+01:00',
    '1.3.2027 08:00',
    '2027-03-01  08:00',
    'x2027-03-01',
  ])('%j is none', (text) => {
    expect(parseWallClock(text)).toBeNull();
  });
});
