import type { Mapping, MappingChange, MappingStatus } from '../../../src/domain/mapping.ts';
import { MAPPING_STATUSES, newMapping } from '../../../src/domain/mapping.ts';
import {
  TRANSITIONS,
  toCancelled,
  toEdited,
  toError,
  toImportAgain,
  toImportFailed,
  toLinked,
  toOverlapping,
  toPending,
  toPermanentError,
  toReenabled,
  toReleased,
  toSuppressed,
  toSynced,
  transitionOf,
  withoutEvent,
} from '../../../src/domain/mapping-states.ts';
import { STATE_MATRIX, STATES_TO } from '../../support/rules/state-rows.ts';

const NOW = '2027-03-01T07:00:00.000Z';

describe('transitions', () => {
  const froms = [null, ...MAPPING_STATUSES];
  const pairs = froms.flatMap((from) => STATES_TO.map((to) => ({ from, to })));

  test.each(pairs)('from $from to $to', ({ from, to }) => {
    const numbers = TRANSITIONS.filter((row) => row.to === to && row.from.includes(from)).map((row) => row.number);
    expect([...new Set(numbers)].join(' ')).toBe(STATE_MATRIX[from ?? '–']?.[to] ?? '');
    expect(transitionOf(from, to)?.number ?? null).toBe(numbers[0] ?? null);
  });

  test('all of T1 to T18 are there', () => {
    const numbers = new Set(TRANSITIONS.map((row) => row.number));
    expect([...numbers].sort()).toEqual(Array.from({ length: 18 }, (_, index) => `T${index + 1}`).sort());
  });

  test('both ends and the trigger name one row', () => {
    for (const row of TRANSITIONS)
      for (const from of row.from) expect(transitionOf(from, row.to, row.trigger)).toBe(row);
  });

  test.each([
    ['synced', 'cancelled', 'reservation-gone', 'T8'],
    ['synced', 'cancelled', 'event-gone', 'T15'],
    ['pending', 'error', 'write-failed', 'T4'],
    ['pending', 'error', 'deletion-failed', 'T9'],
    ['synced', 'pending', 'event-edit-refused', 'T17'],
  ] as const)('from %s to %s because of %s is %s', (from, to, trigger, number) => {
    expect(transitionOf(from, to, trigger)?.number).toBe(number);
  });

  test('a trigger that does not lead there finds nothing', () => {
    expect(transitionOf('synced', 'cancelled', 're-enabled')).toBeNull();
  });
});

/** A row that carries everything a transition might have to clear. */
const burdened: Mapping = {
  ...newMapping({ resourceId: 101, calendar: 'storsalen@fjordvik.example', status: 'synced', origin: 'outlook' }),
  id: 7,
  version: 3,
  type: 'event',
  reservationId: 1005,
  eventId: 'AAMk1',
  changeKey: 'k1',
  iCalUId: 'u1',
  seriesMasterId: 's1',
  originalStart: NOW,
  generation: 2,
  bookingHash: 'b1',
  baseline: { subject: 'a', body: 'b', time: 'c', location: 'd', sensitivity: 'e' },
  snapshot: '{}',
  conflictKind: 'edited',
  roomCopy: true,
  error: 'x',
  retryCount: 4,
  nextRetryAt: NOW,
  retryable: false,
  cancelledBy: 'outlook',
  cancelledAt: NOW,
  held: true,
  createdAt: NOW,
  updatedAt: NOW,
};
const EVENT_FIELDS = [
  'eventId',
  'changeKey',
  'iCalUId',
  'seriesMasterId',
  'originalStart',
  'baseline',
  'bookingHash',
  'generation',
] as const;
const applied = (change: MappingChange): Mapping => ({ ...burdened, ...change });

describe('changes', () => {
  test.each<[string, MappingChange, MappingStatus]>([
    ['T3 to synced', toSynced(NOW), 'synced'],
    ['T5 to pending', toPending(), 'pending'],
    ['T6 to suppressed', toSuppressed('Suppressed by event:1005'), 'conflict'],
    ['T6 to edited', toEdited('Edited on both sides'), 'conflict'],
    ['T7 to released', toReleased(), 'pending'],
    ['T8 to cancelled', toCancelled('booking', NOW), 'cancelled'],
    ['T14 to overlapping', toOverlapping(['event:1002']), 'conflict'],
    ['T14 back to imported', toImportAgain(), 'imported'],
  ])('%s ends the attempts and leaves the event as it is', (_name, change, status) => {
    const row = applied(change);
    expect(row).toMatchObject({ status, retryCount: 0, nextRetryAt: null, retryable: true });
    for (const field of EVENT_FIELDS) expect(row[field]).toBe(burdened[field]);
  });

  test('T3 clears the error and says when both sides agreed', () => {
    expect(applied(toSynced(NOW))).toMatchObject({ error: null, conflictKind: null, lastSyncAt: NOW });
  });

  test.each([
    [toSuppressed('Suppressed by event:1005'), 'suppressed', 'Suppressed by event:1005'],
    [toEdited('Edited on both sides'), 'edited', 'Edited on both sides'],
    [toOverlapping(['event:1002', 'event:1003']), 'overlap', 'Overlaps event:1002, event:1003'],
  ])('a conflict says of which kind it is (%#)', (change, conflictKind, error) => {
    expect(applied(change)).toMatchObject({ status: 'conflict', conflictKind, error });
  });

  test.each([
    [1, '2027-03-01T07:01:00.000Z'],
    [2, '2027-03-01T07:05:00.000Z'],
    [5, '2027-03-01T11:00:00.000Z'],
    [9, '2027-03-01T11:00:00.000Z'],
  ])('T4: after attempt %i the next is due at %s', (attempt, nextRetryAt) => {
    const row = applied(toError('Microsoft 365 refused', attempt, NOW, [1, 5, 15, 60, 240]));
    expect(row).toMatchObject({
      status: 'error',
      conflictKind: null,
      error: 'Microsoft 365 refused',
      retryCount: attempt,
      nextRetryAt,
      retryable: true,
    });
    expect(row.eventId).toBe('AAMk1');
  });

  test('T4 without pauses is due at once', () => {
    expect(toError('x', 1, NOW, []).nextRetryAt).toBe(NOW);
  });

  test('E34: what only a change of the reservation cures is not tried again', () => {
    const row = applied(toPermanentError('Invalid time range'));
    expect(row).toMatchObject({ status: 'error', error: 'Invalid time range', nextRetryAt: null, retryable: false });
  });

  test('T13: a failed import stays an import', () => {
    const row = applied(toImportFailed('Transaction failed during event creation', 1, NOW, [1]));
    expect(row).toMatchObject({ status: 'imported', retryCount: 1, nextRetryAt: '2027-03-01T07:01:00.000Z' });
  });

  test('T12: the import is an event of the booking system now', () => {
    const row = applied(toLinked(2001, NOW));
    expect(row).toMatchObject({ status: 'synced', type: 'event', reservationId: 2001, priority: 1, snapshot: null });
  });

  test('T15: the id of the event stays for the audit', () => {
    const row = applied(toCancelled('outlook', NOW));
    expect(row).toMatchObject({ cancelledBy: 'outlook', cancelledAt: NOW, error: null, eventId: 'AAMk1' });
  });

  test('S70, S71, E21: re-enabling starts a new life of the event', () => {
    expect(applied(toReenabled(burdened))).toMatchObject({
      status: 'pending',
      eventId: null,
      changeKey: null,
      iCalUId: null,
      seriesMasterId: null,
      originalStart: null,
      baseline: null,
      bookingHash: null,
      generation: 3,
      direction: 'booking_to_outlook',
      origin: 'outlook',
      roomCopy: false,
      error: null,
      cancelledBy: null,
      cancelledAt: null,
      held: false,
    });
  });

  test('R1: a life in which no event was seen goes on, so that a create carried out late makes no second event', () => {
    const row = { ...burdened, eventId: null };
    expect(toReenabled(row)).toMatchObject({ status: 'pending', generation: row.generation });
  });

  test('a row without its event keeps its state', () => {
    expect(applied(withoutEvent(burdened))).toMatchObject({ status: 'synced', eventId: null, generation: 3 });
  });
});
