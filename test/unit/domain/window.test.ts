import { overlaps } from '../../../src/domain/wall-clock.ts';
import { padSpan, windowOf } from '../../../src/domain/window.ts';
import { OSLO } from '../../support/domain-builders.ts';

const NOW = Date.parse('2027-03-01T07:00:00Z');

test('reaches from a day back to a year ahead, across the change to summer time', () => {
  expect(windowOf(NOW, OSLO, 1, 365, null)).toEqual({
    wall: { from: '2027-02-28 08:00:00', to: '2028-02-29 08:00:00' },
    span: { from: '2027-02-28T07:00:00.000Z', to: '2028-02-29T07:00:00.000Z' },
  });
  expect(windowOf(NOW, OSLO, 1, 180, null).span.to).toBe('2027-08-28T06:00:00.000Z');
});

test('a room may look less far ahead, or more', () => {
  expect(windowOf(NOW, OSLO, 1, 365, 30).wall.to).toBe('2027-03-31 08:00:00');
  expect(windowOf(NOW, OSLO, 1, 30, 365).wall.to).toBe('2028-02-29 08:00:00');
  expect(windowOf(NOW, OSLO, 1, 365, 0).wall.to).toBe('2027-03-01 08:00:00');
});

test.each([
  ['E28: ended before it', '2027-02-27 10:00:00', '2027-02-28 08:00:00', false],
  ['E29: crosses its start', '2027-02-27 22:00:00', '2027-02-28 10:00:00', true],
  ['E29: running now', '2027-02-25 09:00:00', '2027-03-05 16:00:00', true],
  ['E29: crosses its end', '2028-02-29 07:00:00', '2028-02-29 09:00:00', true],
  ['E28: begins where it ends', '2028-02-29 08:00:00', '2028-02-29 09:00:00', false],
])('%s', (_story, from, to, inside) => {
  expect(overlaps({ from, to }, windowOf(NOW, OSLO, 1, 365, null).wall)).toBe(inside);
});

test('all-day events are asked for a day wider', () => {
  expect(padSpan({ from: '2027-03-01T07:00:00.000Z', to: '2027-03-02T07:00:00.000Z' })).toEqual({
    from: '2027-02-28T07:00:00.000Z',
    to: '2027-03-03T07:00:00.000Z',
  });
});
