import { z } from 'zod';
import { dateRange, rangeOf } from '../../../src/http/date-range.ts';

const NOW = Date.parse('2027-03-01T07:00:00Z');
const OSLO = 'Europe/Oslo';

test.each([
  ['nothing: three months from now', {}, '2027-03-01T07:00:00.000Z', '2027-06-01T06:00:00.000Z'],
  [
    'S52: days are local, the last one included',
    { from_date: '2027-03-27', to_date: '2027-03-28' },
    '2027-03-26T23:00:00.000Z',
    '2027-03-28T22:00:00.000Z',
  ],
  [
    'one day is that day',
    { from_date: '2027-06-01', to_date: '2027-06-01' },
    '2027-05-31T22:00:00.000Z',
    '2027-06-01T22:00:00.000Z',
  ],
  [
    'moments with offset',
    { from_date: '2027-03-01T08:00:00+01:00', to_date: '2027-03-01T08:00Z' },
    '2027-03-01T07:00:00.000Z',
    '2027-03-01T08:00:00.000Z',
  ],
  [
    'moments without offset are local',
    { from_date: '2027-03-01T08:00', to_date: '2027-03-01T09:00:00' },
    '2027-03-01T07:00:00.000Z',
    '2027-03-01T08:00:00.000Z',
  ],
  [
    'a plus sign that was not encoded',
    { from_date: '2027-03-01T08:00:00 01:00', to_date: '2027-03-01T09:00 01:00' },
    '2027-03-01T07:00:00.000Z',
    '2027-03-01T08:00:00.000Z',
  ],
  ['only a begin', { from_date: '2027-07-01' }, '2027-06-30T22:00:00.000Z', '2027-09-30T22:00:00.000Z'],
  ['only an end', { to_date: '2027-03-01' }, '2027-03-01T07:00:00.000Z', '2027-03-01T23:00:00.000Z'],
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
