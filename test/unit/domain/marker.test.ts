import fc from 'fast-check';
import { SyncError } from '../../../src/domain/errors.ts';
import { formatMarker, parseHistoricalMarker, parseMarker, transactionIdOf } from '../../../src/domain/marker.ts';
import { RESERVATION_TYPES } from '../../../src/domain/reservation.ts';
import type { Marker } from '../../../src/domain/room-event.ts';

const markers: fc.Arbitrary<Marker> = fc.record({
  type: fc.constantFrom(...RESERVATION_TYPES),
  id: fc.integer({ min: 1 }),
  resourceId: fc.integer({ min: 1 }),
  generation: fc.integer({ min: 0, max: 1_000_000 }),
});
const marker: Marker = { type: 'event', id: 1005, resourceId: 101, generation: 2 };

test('a marker is type, id, room and generation', () => {
  expect(formatMarker(marker)).toBe('event:1005:101:2');
});

test('what was written reads back', () => {
  fc.assert(fc.property(markers, (any) => expect(parseMarker(formatMarker(any))).toEqual(any)));
});

test.each([
  '',
  'event:1005:101',
  'event:1005:101:2:3',
  'meeting:1005:101:2',
  'event:0:101:2',
  'event:1005:0:2',
  'event:-1:101:2',
  ' event:1005:101:2',
  'event:1005:101:2 ',
  'event:99999999999999999999:101:2',
])('%j is not ours', (text) => {
  expect(parseMarker(text)).toBeNull();
});

test('the two historical properties name reservation, not room', () => {
  expect(parseHistoricalMarker('booking', '3042')).toEqual({
    type: 'booking',
    id: 3042,
    resourceId: null,
    generation: 0,
  });
});

test.each([
  ['booking', null],
  [undefined, '3042'],
  ['meeting', '3042'],
  ['booking', '0'],
  ['booking', '12a'],
])('historical properties %j and %j are none of ours', (type, id) => {
  expect(parseHistoricalMarker(type, id)).toBeNull();
});

test('a historical marker is never written', () => {
  expect(() => formatMarker({ ...marker, resourceId: null })).toThrow(SyncError);
});

test('E37: the same life of an event has the same transaction id for ever', () => {
  expect(transactionIdOf(marker)).toBe(TRANSACTION_ID);
});

test('R1: another room, reservation or life has another transaction id', () => {
  fc.assert(
    fc.property(markers, markers, (a, b) => {
      expect(transactionIdOf(a) === transactionIdOf(b)).toBe(formatMarker(a) === formatMarker(b));
    }),
  );
  expect(transactionIdOf({ ...marker, generation: 3 })).not.toBe(transactionIdOf(marker));
});

/** Stored with every create ever sent: if this changes, a repeated create makes a second event. */
const TRANSACTION_ID = '292b3277-427f-5eaf-b08f-be41b07287a4';
