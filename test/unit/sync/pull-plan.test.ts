import { importSkipOf } from '../../../src/sync/import-plan.ts';
import { isHollow } from '../../../src/sync/pull-marked.ts';
import { onePerMapping, planEvent } from '../../../src/sync/pull-plan.ts';
import type { PullStep } from '../../../src/sync/pull-steps.ts';
import { anEvent } from '../../support/domain-builders.ts';
import { IMPORT_SKIP_ROWS, PULL_ROWS, type PullRow } from '../../support/rules/pull-rows.ts';
import {
  agreedMapping,
  aMapping,
  aRoom,
  type FactsGiven,
  intentFor,
  korps,
  ownEvent,
  pullFacts,
  SETTINGS,
  stateOf,
  WINDOW,
} from '../../support/sync-builders.ts';

const reservation = korps();

/** The facts a row of the table stands for. */
function factsOf({ mapping, row, event, reservation: life = 'active', underWay }: PullRow): FactsGiven {
  const states = [stateOf(reservation, { active: life === 'active' })];
  const own = agreedMapping(reservation, row);
  const sent = korps({ name: event?.subject ?? 'Korps' });
  const intents = underWay === true ? [intentFor(own, sent)] : [];
  switch (mapping) {
    case 'its own':
      return { known: [own], states, intents };
    case 'of its marker':
      return { marked: [aMapping(row)], states };
    case 'of its meeting':
      return { meetings: [agreedMapping(reservation, { iCalUId: 'u2', origin: 'outlook', ...row })], states };
    case 'hollow':
      return { meetings: [aMapping({ reservationId: null, origin: 'outlook', iCalUId: 'u2', ...row })], states };
    case 'none':
      return { states };
  }
}

describe('what one event of a room calendar means', () => {
  test.each(PULL_ROWS)('$story: $step', (row) => {
    const event = ownEvent(reservation, row.event);
    expect(planEvent(event, pullFacts(factsOf(row))).kind).toBe(row.step);
  });

  test('E36: an event of ours found without its mapping gives the mapping everything but a claim to agreement', () => {
    const step = planEvent(ownEvent(reservation), pullFacts({ states: [stateOf(reservation)] }));
    expect(step).toMatchObject({
      kind: 'adopt-new',
      replaces: null,
      row: { type: 'event', reservationId: 1001, resourceId: 103, status: 'pending', eventId: 'E1', bookingHash: null },
    });
  });

  test('E36: after a reset an Outlook-born event keeps its origin, and its hollow row goes', () => {
    const hollow = aMapping({ id: 8, reservationId: null, origin: 'outlook', iCalUId: 'u1' });
    const marked = aMapping({ id: 9 });
    const facts = pullFacts({ marked: [marked], meetings: [hollow], states: [stateOf(reservation)] });
    expect(planEvent(ownEvent(reservation), facts)).toMatchObject({
      kind: 'adopt',
      mapping: { id: 9 },
      replaces: { id: 8 },
      change: { origin: 'outlook', direction: 'outlook_to_booking', eventId: 'E1' },
    });
  });

  test('E36: a hollow row that waits for its import again is no pending push any more', () => {
    const hollow = aMapping({ reservationId: null, origin: 'outlook', iCalUId: 'u2' });
    const event = anEvent({ id: 'E2', iCalUId: 'u2' });
    expect(planEvent(event, pullFacts({ meetings: [hollow] }))).toMatchObject({
      kind: 'relink',
      change: { status: 'imported', eventId: 'E2' },
    });
  });

  test('a finished write is in the baseline: a person may go back to an earlier version', () => {
    const mapping = agreedMapping(korps({ name: 'Ny' }));
    const intents = [intentFor(mapping, reservation, { status: 'done' })];
    const facts = pullFacts({ known: [mapping], states: [stateOf(korps({ name: 'Ny' }))], intents });
    expect(planEvent(ownEvent(reservation, { changeKey: 'k2' }), facts).kind).toBe('edit');
  });

  test("R6: under a person's new title, a text of ours that arrived late is still ours", () => {
    const mapping = agreedMapping(reservation);
    const late = intentFor(mapping, korps({ description: 'Sent, and given up' }), { status: 'failed', content: null });
    const now = korps({ description: 'Changed again' });
    const facts = pullFacts({ known: [mapping], states: [stateOf(now)], intents: [late] });
    const event = ownEvent(korps({ description: 'Sent, and given up' }), { changeKey: 'k2', subject: 'By a person' });
    expect(planEvent(event, facts)).toMatchObject({
      kind: 'edit',
      merge: { fields: { subject: 'to-booking', body: 'to-outlook' }, overruled: [] },
    });
  });

  test.each([
    ['for one mapping', 'adopt', [aMapping()]],
    ['whose mapping was lost (E36)', 'adopt-new', []],
  ])('two events %s: the newer life is adopted, the older one is a ghost', (_, kind, marked) => {
    const facts = pullFacts({ marked, states: [stateOf(reservation)] });
    const lives = [0, 1].map((generation) =>
      ownEvent(reservation, { id: `E${generation}`, marker: { type: 'event', id: 1001, resourceId: 103, generation } }),
    );
    const steps = onePerMapping(lives.map((event) => planEvent(event, facts)));
    expect(steps.map((step) => [step.kind, 'event' in step ? step.event.id : null])).toEqual([
      ['ghost', 'E0'],
      [kind, 'E1'],
    ]);
  });

  test('one step per mapping, whatever claims it', () => {
    const mapping = agreedMapping(reservation);
    const touch: PullStep = { kind: 'touch', mapping, change: {} };
    expect(onePerMapping([touch, { ...touch }, { kind: 'none' }]).map((step) => step.kind)).toEqual([
      'touch',
      'none',
      'none',
    ]);
  });

  test.each([
    [{ reservationId: null, eventId: null, status: 'pending' }, true],
    [{ reservationId: null, eventId: 'E1', status: 'imported' }, false],
    [{ reservationId: 1, eventId: null, status: 'pending' }, false],
    [{ reservationId: null, eventId: null, status: 'cancelled' }, false],
  ] as const)('E36: %j is hollow: %s', (row, expected) => {
    expect(isHollow(row)).toBe(expected);
  });
});

describe('which events are imported', () => {
  const BASE = { start: '2027-03-02T09:00:00.000Z', end: '2027-03-02T10:00:00.000Z' };

  test.each(IMPORT_SKIP_ROWS)('$story: $skip', ({ event, setting, skip }) => {
    const direction = setting?.['room direction'] === 'booking_to_outlook' ? 'booking_to_outlook' : 'bidirectional';
    const settings = { ...SETTINGS, ...setting };
    expect(importSkipOf(anEvent({ ...BASE, ...event }), aRoom({ direction }), WINDOW, settings)).toBe(skip);
  });
});
