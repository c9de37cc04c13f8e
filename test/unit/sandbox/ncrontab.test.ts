import { fc, test as prop } from '@fast-check/jest';
import { CronExpressionParser } from 'cron-parser';
import { parseNcrontab } from '../../../src/sandbox/functions-host/ncrontab.ts';

const next = (expression: string, from: string): string | null => {
  const epoch = parseNcrontab(expression).next(Date.parse(from));
  return epoch === null ? null : new Date(epoch).toISOString();
};

describe('NCRONTAB as the Functions host reads it', () => {
  test.each([
    ['every 15 minutes', '0 */15 * * * *', '2027-03-01T07:00:00Z', '2027-03-01T07:15:00.000Z'],
    ['never the given moment itself', '0 0 8 * * *', '2027-03-01T08:00:00Z', '2027-03-02T08:00:00.000Z'],
    ['half a second before counts as before', '0 0 8 * * *', '2027-03-01T07:59:59.500Z', '2027-03-01T08:00:00.000Z'],
    ['half a second after counts as after', '0 0 8 * * *', '2027-03-01T08:00:00.500Z', '2027-03-02T08:00:00.000Z'],
    ['seconds come first', '30 0 0 1 1 *', '2027-03-01T00:00:00Z', '2028-01-01T00:00:30.000Z'],
    ['five fields mean second 0', '*/15 * * * *', '2027-03-01T07:00:10Z', '2027-03-01T07:15:00.000Z'],
    ['an offset and a step', '0 7-59/15 * * * *', '2027-03-01T07:52:00Z', '2027-03-01T08:07:00.000Z'],
    [
      'a start and a step run to the end of the field',
      '0 10/15 * * * *',
      '2027-03-01T07:41:00Z',
      '2027-03-01T07:55:00.000Z',
    ],
    ['a reversed range is turned round', '0 50-10 * * * *', '2027-03-01T07:49:30Z', '2027-03-01T07:50:00.000Z'],
    ['a turned range does not wrap', '0 50-10 * * * *', '2027-03-01T07:51:00Z', '2027-03-01T08:10:00.000Z'],
    ['a step of 0 is 1', '0 */0 * * * *', '2027-03-01T07:00:00Z', '2027-03-01T07:01:00.000Z'],
    ['a list', '0 0 6,18 * * *', '2027-03-01T07:00:00Z', '2027-03-01T18:00:00.000Z'],
    ['Sunday is 0', '0 0 3 * * 0', '2027-03-01T00:00:00Z', '2027-03-07T03:00:00.000Z'],
    ['weekday names of any length and case', '0 0 3 * * sunday', '2027-03-01T00:00:00Z', '2027-03-07T03:00:00.000Z'],
    ['weekday ranges by name', '0 0 3 * * Mon-Fri', '2027-03-06T00:00:00Z', '2027-03-08T03:00:00.000Z'],
    ['month names', '0 0 0 1 jan *', '2027-03-01T00:00:00Z', '2028-01-01T00:00:00.000Z'],
    [
      'day of month AND day of week: Friday the 13th',
      '0 0 12 13 * 5',
      '2027-03-01T00:00:00Z',
      '2027-08-13T12:00:00.000Z',
    ],
    ['day of month AND day of week, not either', '0 0 0 1 * 1', '2027-03-01T00:00:00Z', '2027-11-01T00:00:00.000Z'],
    ['months without the day are skipped', '0 0 0 31 * *', '2027-03-31T00:00:00Z', '2027-05-31T00:00:00.000Z'],
    ['29 February', '0 0 0 29 2 *', '2027-03-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['29 February on a Monday, after 17 years', '0 0 0 29 2 1', '2027-03-01T00:00:00Z', '2044-02-29T00:00:00.000Z'],
    ['a day that never comes', '0 0 0 30 2 *', '2027-03-01T00:00:00Z', null],
    ['UTC: the hour Oslo skips exists', '0 30 2 28 3 *', '2027-03-27T00:00:00Z', '2027-03-28T02:30:00.000Z'],
    ['over the end of the year', '59 59 23 31 12 *', '2027-12-31T23:59:59Z', '2028-12-31T23:59:59.000Z'],
  ])('%s', (_, expression, from, expected) => {
    expect(next(expression, from)).toBe(expected);
  });

  test.each([
    ['too few fields', '* * * *', 'six fields'],
    ['too many fields', '* * * * * * *', 'six fields'],
    ['Sunday as 7', '0 0 3 * * 7', '7 is outside 0-6 in the day of week field'],
    ['minute 60', '0 60 * * * *', '60 is outside 0-59 in the minute field'],
    ['day 0', '0 0 0 0 * *', '0 is outside 1-31 in the day of month field'],
    ['the last day, a Quartz extension', '0 0 0 L * *', '"L" is not a value of the day of month field'],
    ['a question mark', '0 0 0 ? * *', '"?" is not a value of the day of month field'],
    ['names where there are none', '0 mon * * * *', '"mon" is not a value of the minute field'],
    ['an empty list entry', '0 1,,2 * * * *', '"" is not a value of the minute field'],
    ['an alias', '@daily', 'six fields'],
  ])('refuses %s', (_, expression, message) => {
    expect(() => parseNcrontab(expression)).toThrow(message);
  });

  test.each([
    ['*/10 * * * * *', true],
    ['0 * * * * *', false],
    ['*/10 0 * * * *', false],
  ])('knows whether %s occurs more than once in a minute', (expression, expected) => {
    expect(parseNcrontab(expression).isSubMinute).toBe(expected);
  });

  const field = (min: number, max: number) =>
    fc.oneof(
      fc.constant('*'),
      fc.integer({ min: 2, max: 20 }).map((step) => `*/${step}`),
      fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 3 }).map((values) => values.join(',')),
      fc
        .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
        .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    );
  const clockFields = fc.tuple(field(0, 59), field(0, 59), field(0, 23));
  const dayFields = fc.oneof(
    fc.tuple(field(1, 28), field(1, 12), fc.constant('*')),
    fc.tuple(fc.constant('*'), field(1, 12), field(0, 6)),
  );

  prop.prop([clockFields, dayFields, fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2030, 0) })], {
    seed: 7,
    numRuns: 300,
  })('agrees with classic cron where the two day fields are not both restricted', (time, days, from) => {
    const expression = [...time, ...days].join(' ');
    const oracle = CronExpressionParser.parse(expression, { currentDate: new Date(from), tz: 'UTC' });
    expect(parseNcrontab(expression).next(from)).toBe(oracle.next().getTime());
  });
});
