import { contentOf } from '../../../src/domain/content.ts';
import type { PlannedWrite } from '../../../src/sync/intents.ts';
import type { WriteOutcome } from '../../../src/sync/ports.ts';
import { settle } from '../../../src/sync/settle.ts';
import { agreedMapping, aMapping, korps, NOW, ownEvent, RUN, SETTINGS } from '../../support/sync-builders.ts';

const content = contentOf(korps(), SETTINGS.content, SETTINGS.zone);

const create: PlannedWrite = {
  kind: 'create',
  mapping: aMapping(),
  goal: { to: 'synced' },
  content,
  patch: null,
  bookingHash: 'h1',
  reason: 'New in the booking system',
  cause: 'push:event:1001',
};
const update: PlannedWrite = { ...create, kind: 'update', mapping: agreedMapping(korps()), patch: content };
const remove: PlannedWrite = {
  ...update,
  kind: 'delete',
  goal: { to: 'cancelled', by: 'booking' },
  content: null,
  patch: null,
};

const written: WriteOutcome = { kind: 'written', event: ownEvent(korps(), { id: 'E9', changeKey: 'k9' }) };
const error = { message: 'Microsoft Graph gave no usable answer.' };
const of = (planned: PlannedWrite, outcome: WriteOutcome) =>
  settle(planned, outcome, { run: RUN, now: NOW, settings: SETTINGS });

describe('what one answer means', () => {
  test('T3: written', () => {
    expect(of(create, written)).toMatchObject({
      intent: 'done',
      action: 'created',
      stop: null,
      change: { status: 'synced', eventId: 'E9', changeKey: 'k9', bookingHash: 'h1', lastSyncAt: NOW, error: null },
      journal: [{ action: 'event-created', eventId: 'E9', cause: 'push:event:1001' }],
    });
    expect(of(update, written)).toMatchObject({ action: 'updated', journal: [{ action: 'event-updated' }] });
  });

  test.each(['deleted', 'not-found'] as const)('T8: a deletion that answers %s has arrived', (kind) => {
    expect(of(remove, { kind })).toMatchObject({
      intent: 'done',
      action: 'deleted',
      change: { status: 'cancelled', cancelledBy: 'booking', cancelledAt: NOW },
      journal: [{ action: 'event-deleted' }],
    });
  });

  test('T6: a suppressed event is gone, the row stays in conflict without it', () => {
    const suppressed = { ...remove, goal: { to: 'suppressed' } as const };
    expect(of(suppressed, { kind: 'deleted' })).toMatchObject({
      action: 'suppressed',
      change: { status: 'conflict', conflictKind: 'suppressed', eventId: null, generation: 1 },
    });
  });

  test('E14: deleted in the old calendar, the row starts over in the new one', () => {
    const moved = { ...remove, goal: { to: 'moved', calendar: 'new@fjordvik.example' } as const };
    expect(of(moved, { kind: 'deleted' }).change).toMatchObject({
      status: 'pending',
      calendar: 'new@fjordvik.example',
      eventId: null,
      generation: 1,
    });
  });

  test.each([
    [create, { kind: 'duplicate', existingEventId: 'E5' }],
    [update, { kind: 'precondition-failed' }],
    [remove, { kind: 'precondition-failed' }],
    [update, { kind: 'not-found' }],
  ] as const)('R1: ambiguous answers are looked into before anything is concluded (%#)', (planned, outcome) => {
    expect(of(planned, outcome)).toMatchObject({ action: 'resolve', intent: 'failed', change: null, journal: [] });
  });

  test('E38: throttled rows wait as told and keep their state', () => {
    const { change, intent, action } = of(create, { kind: 'throttled', retryAfterMs: 30_000 });
    expect([intent, action]).toEqual(['failed', 'waiting']);
    expect(change).toEqual({ nextRetryAt: '2027-03-01T07:00:30.000Z' });
    expect(of(create, { kind: 'throttled', retryAfterMs: null }).change).toBeNull();
  });

  test('never sent: nothing changed, nothing to look for', () => {
    expect(of(create, { kind: 'not-sent' })).toMatchObject({ intent: 'failed', action: 'waiting', change: null });
  });

  test.each([undefined, 500])('R6: a lost answer (%s) leaves its intent open and counts as an attempt', (status) => {
    expect(of(create, { kind: 'unknown', error: { ...error, status } })).toMatchObject({
      intent: 'open',
      action: 'error',
      change: { status: 'error', retryCount: 1, retryable: true, nextRetryAt: '2027-03-01T07:01:00.000Z' },
    });
  });

  test.each([429, 503, 504])('E38: a busy service (%i) leaves the row as it is and its intent open', (status) => {
    const busy = of(create, { kind: 'unknown', error: { ...error, status, retryAfterMs: 5000 } });
    expect(busy).toMatchObject({ intent: 'open', action: 'waiting' });
    expect(busy.change).toEqual({ nextRetryAt: '2027-03-01T07:00:05.000Z' });
  });

  test('T4: refused for good until the reservation changes', () => {
    expect(of(create, { kind: 'rejected', error })).toMatchObject({
      intent: 'failed',
      action: 'error',
      change: { status: 'error', retryable: false },
    });
  });

  test('T9, S114: a refused deletion is never forgotten', () => {
    expect(of(remove, { kind: 'rejected', error })).toMatchObject({
      action: 'error',
      error: expect.stringMatching(/^Outlook event deletion failed: /),
      change: { status: 'error', retryable: true },
    });
    expect(of(remove, { kind: 'rejected', error }).change).not.toHaveProperty('eventId');
  });

  test.each(['access-denied', 'room-unavailable'] as const)(
    'S115, E39: %s stops the room and changes no row',
    (kind) => {
      const settled = of(create, { kind, error });
      expect(settled).toMatchObject({ change: null, intent: 'failed', journal: [] });
      expect(settled.stop?.kind).toBe(kind);
    },
  );
});
