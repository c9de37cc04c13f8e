import { z } from 'zod';
import { dateRange, rangeOf } from '../../../src/http/date-range.ts';

const NOW = Date.parse('2027-03-01T07:00:00Z');
const OSLO = 'Europe/Oslo';

test.each([
  ['nothing: three months from now', {}, '2027-03-01 08:00:00', '2027-06-01 08:00:00'],
  [
    'S52: days are local, the last one included',
    { from_date: '2027-03-27', to_date: '2027-03-28' },
    '2027-03-27 00:00:00',
    '2027-03-29 00:00:00',
  ],
  [
    'one day is that day',
    { from_date: '2027-06-01', to_date: '2027-06-01' },
    '2027-06-01 00:00:00',
    '2027-06-02 00:00:00',
  ],
  [
    'moments with offset',
    { from_date: '2027-03-01T08:00:00+01:00', to_date: '2027-03-01T08:00Z' },
    '2027-03-01 08:00:00',
    '2027-03-01 09:00:00',
  ],
  [
    'moments without offset are local',
    { from_date: '2027-03-01T08:00', to_date: '2027-03-01T09:00:00' },
    '2027-03-01 08:00:00',
    '2027-03-01 09:00:00',
  ],
  [
    'a plus sign that was not encoded',
    { from_date: '2027-03-01T08:00:00 01:00', to_date: '2027-03-01T09:00 01:00' },
    '2027-03-01 08:00:00',
    '2027-03-01 09:00:00',
  ],
  ['only a begin', { from_date: '2027-07-01' }, '2027-07-01 00:00:00', '2027-10-01 00:00:00'],
  ['only an end', { to_date: '2027-03-01' }, '2027-03-01 08:00:00', '2027-03-02 00:00:00'],
])('%s', (_, query, from, to) => {
  expect(rangeOf(z.object(dateRange).parse(query), NOW, OSLO)).toEqual({ from, to });
});

test.each([
  [{ from_date: '2027-03-02', to_date: '2027-03-01' }, 'must not lie before'],
  [{ to_date: '2027-02-01' }, 'must not lie before'],
  [{ from_date: '2027-03-01', to_date: '2032-03-01' }, 'within 1823 days'],
])('%j is refused, naming to_date', (query, message) => {
  expect(() => rangeOf(query, NOW, OSLO)).toThrow(
    expect.objectContaining({ kind: 'invalid-request', field: 'to_date', message: expect.stringContaining(message) }),
  );
});

test.each(['', 'soon', '2027-02-30', '2027-13-01', '01.03.2027', '2027-03-01T25:00', '2027-03-01T08:00+1', '2027-3-1'])(
  '"%s" is no date',
  (text) => {
    expect(z.object(dateRange).safeParse({ from_date: text }).success).toBe(false);
  },
);
