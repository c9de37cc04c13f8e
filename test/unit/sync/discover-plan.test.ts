import { bookingHashOf } from '../../../src/domain/content.ts';
import type { Mapping } from '../../../src/domain/mapping.ts';
import type { RoomReservation } from '../../../src/domain/reservation.ts';
import { type DiscoveryFacts, isDoubtful, planDiscovery } from '../../../src/sync/discover-plan.ts';
import { INVALID_RANGE_MESSAGE } from '../../../src/sync/push-plan.ts';
import { agreedMapping, aMapping, aRoom, CALENDAR, korps, SETTINGS, WINDOW } from '../../support/sync-builders.ts';

function plan(
  reservations: readonly RoomReservation[],
  rows: readonly Mapping[] = [],
  given: Partial<DiscoveryFacts> = {},
) {
  return planDiscovery({
    rooms: [aRoom()],
    windows: new Map([[103, WINDOW]]),
    reservations,
    rows,
    settings: SETTINGS,
    ...given,
  });
}

const change = (reservation: RoomReservation, row: Mapping, given: Partial<DiscoveryFacts> = {}) =>
  plan([reservation], [row], given).saves[0]?.change ?? null;

/** An event over all of `korps`. */
const cover = korps({ id: 9, start: '2027-03-02 09:00:00', end: '2027-03-02 12:00:00' });
const booking = korps({ type: 'booking', id: 3001, name: null, groupName: 'Jenter 12' });

describe('new reservations', () => {
  test('T1: pending, with what a list shows', () => {
    expect(plan([korps()]).inserts).toMatchObject([
      {
        type: 'event',
        reservationId: 1001,
        resourceId: 103,
        calendar: CALENDAR,
        status: 'pending',
        direction: 'booking_to_outlook',
        priority: 1,
        subject: 'Korps',
        startsAt: '2027-03-02 10:00:00',
      },
    ]);
  });

  test('T2: covered by a better one: conflict, naming it', () => {
    const { inserts, conflicts } = plan([booking, cover]);
    expect(conflicts).toBe(1);
    expect(inserts.find((row) => row.type === 'booking')).toMatchObject({
      status: 'conflict',
      conflictKind: 'suppressed',
      error: 'Suppressed by event:9',
    });
  });

  test('E34: an invalid time is an error that only a change cures', () => {
    expect(plan([korps({ end: '2027-03-02 10:00:00' })]).inserts).toMatchObject([
      { status: 'error', error: INVALID_RANGE_MESSAGE, retryable: false },
    ]);
  });

  test('S45, E58: best priority first, then the earliest start', () => {
    const later = korps({ id: 2, start: '2027-03-05 10:00:00', end: '2027-03-05 11:00:00' });
    const rows = plan([booking, later, korps()]).inserts;
    expect(rows.map((row) => row.reservationId)).toEqual([1001, 2, 3001]);
  });

  test('a room that only reads from Outlook gets none', () => {
    expect(plan([korps()], [], { rooms: [aRoom({ direction: 'outlook_to_booking' })] }).inserts).toEqual([]);
  });
});

describe('known reservations', () => {
  test('R5: unchanged rows cost nothing', () => {
    expect(plan([korps()], [agreedMapping(korps())])).toMatchObject({ inserts: [], saves: [], unseen: [] });
  });

  test('T5: changed content is pending', () => {
    expect(change(korps({ name: 'Ny' }), agreedMapping(korps()))).toMatchObject({ status: 'pending', subject: 'Ny' });
  });

  test('E49: cancelled, pending and failing rows are left to their own ways', () => {
    for (const status of ['cancelled', 'pending', 'error'] as const)
      expect(change(korps({ name: 'Ny' }), agreedMapping(korps(), { status }))).toBeNull();
  });

  test('E34: an error that was not to be retried is, when the reservation changed', () => {
    const row = aMapping({ status: 'error', retryable: false, bookingHash: 'old', retryCount: 1 });
    expect(change(korps(), row)).toMatchObject({ status: 'pending', retryable: true, retryCount: 0, error: null });
    const same = { ...row, bookingHash: bookingHashOf(korps(), SETTINGS.content) };
    expect(change(korps(), same)).toBeNull();
  });

  test('T6: newly covered, T7: the cover is gone', () => {
    const row = agreedMapping(booking);
    expect(plan([booking, cover], [row]).saves).toMatchObject([
      { change: { status: 'conflict', conflictKind: 'suppressed' } },
    ]);
    const hidden = aMapping({ ...row, status: 'conflict', conflictKind: 'suppressed', error: 'Suppressed by event:9' });
    expect(change(booking, hidden)).toMatchObject({ status: 'pending', error: null });
    expect(plan([booking, cover], [hidden]).saves).toEqual([]);
  });

  test('E10: what a person has to decide is not touched', () => {
    const row = agreedMapping(korps(), { status: 'conflict', conflictKind: 'edited' });
    expect(change(korps({ name: 'Ny' }), row)).toBeNull();
  });

  test('E14: the room points elsewhere: an eventless row moves, one with an event is pushed first', () => {
    const old = { calendar: 'old@fjordvik.example' };
    expect(change(korps(), aMapping(old))).toEqual({ calendar: CALENDAR });
    expect(change(korps(), agreedMapping(korps(), old))).toEqual({ status: 'pending', retryable: true });
    const givenUp = { ...old, status: 'error', retryable: false } as const;
    expect(change(korps(), agreedMapping(korps(), givenUp))).toEqual({ status: 'pending', retryable: true });
    expect(change(korps(), agreedMapping(korps(), { ...givenUp, retryable: true }))).toBeNull();
  });

  test('synced rows whose reservation was not read are handed on, others not', () => {
    const gone = agreedMapping(korps());
    const outside = agreedMapping(korps({ id: 2 }), { startsAt: '2026-01-01 10:00:00', endsAt: '2026-01-01 11:00:00' });
    expect(
      plan([], [gone, outside, aMapping({ id: 9, reservationId: 9 })]).unseen.map((row) => row.reservationId),
    ).toEqual([1001]);
  });

  test('E36: hollow rows tell that an operator reset the room', () => {
    expect([...plan([], [aMapping({ reservationId: null })]).hollow]).toEqual([CALENDAR]);
  });
});

describe('doubtful reservations', () => {
  const row = aMapping({ status: 'conflict', conflictKind: 'overlap' });
  const twin = { resourceId: 103, startsAt: '2027-03-02 10:00:00', endsAt: '2027-03-02 11:00:00' };

  test('stay while something waits at their time, and are released when nothing does', () => {
    expect(change(korps(), row, { imports: [twin] })).toBeNull();
    expect(change(korps(), row, { imports: [{ ...twin, endsAt: '2027-03-02 11:30:00' }] })).toMatchObject({
      status: 'pending',
    });
    expect(change(korps(), row, { imports: [{ ...twin, resourceId: 104 }] })).toMatchObject({ status: 'pending' });
    expect(change(korps(), row)).toMatchObject({ status: 'pending', conflictKind: null });
  });

  test('E52: covered meanwhile, they are suppressed like others', () => {
    const doubtful = aMapping({ ...row, type: 'booking', reservationId: 3001 });
    expect(plan([booking, cover], [doubtful]).saves).toMatchObject([{ change: { conflictKind: 'suppressed' } }]);
  });

  test('E66: a restored event that waits for a person is none', () => {
    expect(isDoubtful({ ...row, eventId: 'E1' })).toBe(false);
    expect(change(korps(), { ...row, eventId: 'E1' })).toBeNull();
  });
});
