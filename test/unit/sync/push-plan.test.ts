import { contentOf } from '../../../src/domain/content.ts';
import type { Mapping } from '../../../src/domain/mapping.ts';
import type { RoomReservation } from '../../../src/domain/reservation.ts';
import {
  deletion,
  INVALID_RANGE_MESSAGE,
  NOT_FOUND_MESSAGE,
  type PushFacts,
  planPush,
} from '../../../src/sync/push-plan.ts';
import {
  agreedMapping,
  aMapping,
  aRoom,
  CALENDAR,
  korps,
  NOW,
  SETTINGS,
  stateOf,
} from '../../support/sync-builders.ts';

function facts(reservation: RoomReservation | null, given: Partial<PushFacts> = {}): PushFacts {
  const states = reservation === null ? [] : [stateOf(reservation)];
  return {
    states: new Map(states.map((state) => [`${state.type}:${state.id}`, state])),
    rooms: new Map([[103, aRoom()]]),
    now: NOW,
    settings: SETTINGS,
    ...given,
  };
}

const plan = (mapping: Mapping, reservation: RoomReservation | null = korps(), given: Partial<PushFacts> = {}) =>
  planPush(mapping, facts(reservation, given));

describe('what a mapping wants in Outlook', () => {
  test('T3: without event it is created, whole', () => {
    expect(plan(aMapping())).toMatchObject({
      action: 'created',
      change: null,
      write: { kind: 'create', goal: { to: 'synced' }, patch: null, content: { subject: 'Korps' } },
    });
  });

  test('T3: only the fields that differ from what was agreed are sent', () => {
    const moved = korps({ start: '2027-03-02 12:00:00', end: '2027-03-02 13:00:00' });
    const { write } = plan({ ...agreedMapping(korps()), status: 'pending' }, moved);
    const { start, end, isAllDay } = contentOf(moved, SETTINGS.content, SETTINGS.zone);
    expect(write).toMatchObject({ kind: 'update', patch: { start, end, isAllDay } });
    expect(Object.keys(write?.patch ?? {})).toEqual(['start', 'end', 'isAllDay']);
  });

  test('nothing differs: the row is synced without a write', () => {
    expect(plan({ ...agreedMapping(korps()), status: 'pending' })).toMatchObject({
      action: 'unchanged',
      write: null,
      change: { status: 'synced', error: null },
    });
  });

  test('E10: after a decision for the booking system every field is sent', () => {
    const { write } = plan({ ...agreedMapping(korps()), status: 'pending', baseline: null });
    expect(write?.patch).toEqual(contentOf(korps(), SETTINGS.content, SETTINGS.zone));
  });

  test('S109: a reservation that is not there', () => {
    expect(plan(aMapping(), null)).toMatchObject({
      action: 'error',
      error: NOT_FOUND_MESSAGE,
      change: { status: 'error', error: NOT_FOUND_MESSAGE, retryCount: 1 },
    });
  });

  test('E36: a row that an operator emptied after it was picked stays as it is, to be recognised', () => {
    const hollow = aMapping({ status: 'pending', reservationId: null, iCalUId: 'u1' });
    expect(plan(hollow, null)).toMatchObject({ action: 'unchanged', error: null, change: null, write: null });
  });

  test.each(['edited', 'overlap'] as const)(
    'R3: a row that became a conflict (%s) while a push waited for its room keeps its event',
    (kind) => {
      const row = agreedMapping(korps(), { status: 'conflict', conflictKind: kind, error: 'A person decides' });
      expect(plan(row, korps())).toMatchObject({
        action: 'unchanged',
        error: 'A person decides',
        change: null,
        write: null,
      });
    },
  );

  test('R3, E22: an event proven gone is not written to before its removal was decided', () => {
    const row = agreedMapping(korps(), { status: 'pending', goneSince: '2027-03-01T07:00:00.000Z' });
    expect(plan(row, korps({ name: 'Nytt navn' }))).toMatchObject({ action: 'unchanged', change: null, write: null });
  });

  test('a failed deletion keeps its own message', () => {
    expect(plan(aMapping({ status: 'error', error: 'Outlook event deletion failed' }), null)).toMatchObject({
      action: 'error',
      error: 'Outlook event deletion failed',
      change: null,
    });
  });

  test('E34: an invalid time is not tried again', () => {
    const backwards = korps({ end: '2027-03-02 09:00:00' });
    expect(plan(aMapping(), backwards)).toMatchObject({
      action: 'error',
      write: null,
      change: { status: 'error', error: INVALID_RANGE_MESSAGE, retryable: false },
    });
  });

  test('E14: the room uses another calendar: deleted in the old one, or simply moved', () => {
    const elsewhere = { calendar: 'old@fjordvik.example' };
    expect(plan({ ...agreedMapping(korps()), ...elsewhere })).toMatchObject({
      action: 'deleted',
      write: { kind: 'delete', goal: { to: 'moved', calendar: CALENDAR } },
    });
    expect(plan(aMapping(elsewhere))).toMatchObject({ write: null, change: { calendar: CALENDAR, status: 'pending' } });
  });

  test('E13: a room without mapping wants nothing', () => {
    expect(plan(aMapping(), korps(), { rooms: new Map() })).toMatchObject({
      action: 'unchanged',
      write: null,
      change: null,
    });
  });

  test('T6: a suppressed reservation gives its event up, once', () => {
    const row = { status: 'conflict', conflictKind: 'suppressed', error: 'Suppressed by event:9' } as const;
    expect(plan({ ...agreedMapping(korps()), ...row })).toMatchObject({
      action: 'suppressed',
      write: { kind: 'delete', goal: { to: 'suppressed' }, reason: 'Suppressed by event:9' },
    });
    expect(plan(aMapping(row))).toMatchObject({ action: 'unchanged', write: null, change: null });
  });

  test('a reservation that may stand in Outlook already is listed, not written', () => {
    const doubts = new Map([[7, 'may be import 9']]);
    expect(plan(aMapping(), korps(), { doubts })).toMatchObject({
      write: null,
      change: { status: 'conflict', conflictKind: 'overlap', error: 'may be import 9' },
    });
  });
});

describe("E47: a person's meeting is never patched", () => {
  const guest = (given: Partial<Mapping> = {}) =>
    agreedMapping(korps(), { origin: 'outlook', roomCopy: true, status: 'pending', ...given });

  test.each([
    ['title', korps({ name: 'Omdøpt' })],
    ['time', korps({ start: '2027-03-02 09:00:00' })],
  ])('a changed %s waits for a person', (_, reservation) => {
    expect(plan(guest(), reservation)).toMatchObject({
      write: null,
      change: { status: 'conflict', conflictKind: 'edited' },
      restore: null,
    });
  });

  test('with policy revert the organiser gets the last word', () => {
    const settings = { ...SETTINGS, outlookEditPolicy: 'revert' as const };
    const renamed = korps({ name: 'Omdøpt' });
    expect(plan(guest(), renamed, { settings })).toMatchObject({ write: null, change: null, restore: renamed });
  });

  test.each([
    ['a note', korps({ description: 'Husk nøkkel' })],
    ['nothing', korps()],
  ])('%s of the booking system needs no write', (_, reservation) => {
    expect(plan(guest(), reservation)).toMatchObject({ write: null, change: { status: 'synced' } });
  });
});

test("E46: a person's meeting is declined, our own event deleted", () => {
  const goal = { to: 'cancelled', by: 'booking' } as const;
  expect(deletion(aMapping({ roomCopy: true }), goal, 'x').kind).toBe('decline');
  expect(deletion(aMapping(), goal, 'x')).toMatchObject({ kind: 'delete', cause: 'cancelled:event:1001' });
});
