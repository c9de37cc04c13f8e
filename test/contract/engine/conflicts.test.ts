/** The conflict desk: listed with both versions, decided by a person, the loser in the journal. */
import { resolveConflict } from '../../../src/sync/conflict-decide.ts';
import { decideParked, listParked } from '../../../src/sync/conflict-parked.ts';
import { listConflicts } from '../../../src/sync/conflicts.ts';
import type { Conflict, ConflictDecision } from '../../../src/sync/results.ts';
import { addEvent, DAY, type Engine, eventRows, meeting, times } from '../../support/engine.ts';
import { agreed, collide, inRoom, KORPS, ORNEN, settle, subjectsIn } from '../../support/engine-jobs.ts';
import { eventIdOf, invite } from '../../support/outlook.ts';

async function onlyConflict(engine: Engine): Promise<Conflict> {
  const { conflicts, total } = await listConflicts(engine.deps, { limit: 50 });
  expect(total).toBe(1);
  return conflicts[0] as Conflict;
}

/** What a test does with the one conflict of a described situation. */
type Story = (engine: Engine, conflict: Conflict) => Promise<void>;

const decide = (engine: Engine, mappingId: number, decision: ConflictDecision) =>
  resolveConflict(engine.deps, engine.run('conflicts', { actor: 'operator' }), { mappingId, decision });

async function resolved(engine: Engine): Promise<void> {
  await settle(engine);
  expect((await listConflicts(engine.deps, { limit: 50 })).total).toBe(0);
  expect(
    await engine.sql(
      "SELECT actor FROM bridge_journal WHERE action IN ('conflict-resolved', 'reservation-updated', 'reservation-reenabled', 'event-adopted', 'event-deleted') AND actor = 'operator'",
    ),
  ).not.toEqual([]);
}

describe('edited on both sides (E10, policy manual)', () => {
  const run = (work: Story) =>
    inRoom(
      async (engine) => {
        const id = await agreed(engine);
        await engine.sql("UPDATE bb_event SET name = 'Fra booking'");
        engine.people.editInRoom(ORNEN, id, {
          subject: 'Fra Outlook',
          ...times('2027-03-02 12:00', '2027-03-02 13:00'),
        });
        await settle(engine);
        await work(engine, await onlyConflict(engine));
      },
      { settings: { OUTLOOK_EDIT_POLICY: 'manual' } },
    );

  test('is listed with both versions', () =>
    run(async (_, conflict) => {
      expect(conflict).toMatchObject({
        kind: 'edited',
        reservationId: 700,
        booking: { title: 'Fra booking', start: '2027-03-02 10:00:00' },
        outlook: { title: 'Fra Outlook', start: '2027-03-02 12:00:00' },
        decisions: ['keep_booking', 'keep_outlook', 'keep_both', 'dismiss'],
      });
    }));

  test('keep_booking: Outlook is overwritten, every field', () =>
    run(async (engine, { mappingId }) => {
      await decide(engine, mappingId, 'keep_booking');
      await resolved(engine);
      expect(engine.events(103)).toMatchObject([{ subject: 'Fra booking', start: '2027-03-02T09:00:00.000Z' }]);
      expect(await eventRows(engine)).toMatchObject([{ name: 'Fra booking', from_: '2027-03-02 10:00:00' }]);
    }));

  test('keep_outlook: the reservation takes its version', () =>
    run(async (engine, { mappingId }) => {
      await decide(engine, mappingId, 'keep_outlook');
      await resolved(engine);
      expect(engine.events(103)).toMatchObject([{ subject: 'Fra Outlook' }]);
      expect(await eventRows(engine)).toMatchObject([{ name: 'Fra Outlook', from_: '2027-03-02 12:00:00' }]);
      expect(await engine.mappings()).toMatchObject([{ sync_status: 'synced' }]);
    }));

  test.each(['keep_both', 'dismiss'] as const)('%s: both stay, and later edits flow', (decision) =>
    run(async (engine, { mappingId }) => {
      await decide(engine, mappingId, decision);
      await resolved(engine);
      expect(engine.events(103)).toMatchObject([{ subject: 'Fra Outlook' }]);
      expect(await eventRows(engine)).toMatchObject([{ name: 'Fra booking' }]);
      await engine.sql("UPDATE bb_event SET name = 'Nytt'");
      await settle(engine);
      expect(engine.events(103)).toMatchObject([{ subject: 'Nytt' }]);
    }),
  );

  test('a decision that is not possible, an unknown mapping, and one without conflict are refused', () =>
    run(async (engine, { mappingId }) => {
      await expect(decide(engine, 999_999, 'dismiss')).rejects.toMatchObject({ kind: 'unknown' });
      await decide(engine, mappingId, 'keep_outlook');
      await expect(decide(engine, mappingId, 'keep_outlook')).rejects.toMatchObject({ kind: 'not-allowed' });
    }));

  test('dry run: says what follows, changes nothing', () =>
    run(async (engine, { mappingId }) => {
      const before = await engine.mappings();
      const result = await resolveConflict(engine.deps, engine.run('conflicts', { dryRun: true }), {
        mappingId,
        decision: 'keep_booking',
      });
      expect(result).toMatchObject({ outcome: expect.stringContaining('next push'), plan: [{ mappingId }] });
      expect(await engine.mappings()).toEqual(before);
    }));
});

describe("E47: a clerk moved a person's meeting", () => {
  const run = (work: Story) =>
    inRoom(async (engine) => {
      invite(engine, [ORNEN], meeting('Gjest', '2027-03-16 09:00', '2027-03-16 11:00'));
      await settle(engine);
      await engine.sql("UPDATE bb_event SET name = 'Omdøpt'");
      await settle(engine);
      await work(engine, await onlyConflict(engine));
    });

  test('the booking system cannot win', () =>
    run(async (engine, { mappingId, decisions }) => {
      expect(decisions).toEqual(['keep_outlook', 'keep_both', 'dismiss']);
      await expect(decide(engine, mappingId, 'keep_booking')).rejects.toMatchObject({
        kind: 'not-allowed',
        field: 'decision',
        message: 'This conflict can be decided by keep_outlook, keep_both, dismiss.',
      });
    }));

  test("keep_outlook restores the organiser's version; keep_both keeps the clerk's beside it", () =>
    run(async (engine, { mappingId }) => {
      await decide(engine, mappingId, 'keep_outlook');
      await resolved(engine);
      expect(await eventRows(engine)).toMatchObject([{ name: 'Gjest' }]);
      expect(engine.graph.metrics.operations['update-event'] ?? 0).toBe(0);
    }));
});

describe('an import overlaps events (E51)', () => {
  const run = (work: Story) =>
    inRoom(async (engine) => {
      await collide(engine);
      await settle(engine);
      await work(engine, await onlyConflict(engine));
    });

  test('is listed with what is in its place', () =>
    run(async (_, conflict) => {
      expect(conflict).toMatchObject({
        kind: 'overlap',
        booking: null,
        outlook: { title: 'Kollisjon', start: '2027-03-02 10:00:00' },
        others: [{ type: 'event', id: 700, title: 'Opptatt' }],
      });
    }));

  test.each(['keep_booking', 'dismiss'] as const)('%s: it stays in Outlook and is not asked about again', (decision) =>
    run(async (engine, { mappingId }) => {
      await decide(engine, mappingId, decision);
      await resolved(engine);
      expect(await eventRows(engine, 'active = 1')).toMatchObject([{ id: 700 }]);
      expect(engine.events(103)).toHaveLength(2);
      engine.wait(DAY + 60_000);
      await settle(engine);
      expect((await listConflicts(engine.deps, { limit: 50 })).total).toBe(0);
    }),
  );

  test('keep_both: it is imported beside the other', () =>
    run(async (engine, { mappingId }) => {
      expect(await decide(engine, mappingId, 'keep_both')).toMatchObject({ reservationId: expect.any(Number) });
      await resolved(engine);
      expect(await eventRows(engine, 'active = 1')).toMatchObject([{ id: 700 }, { name: 'Kollisjon' }]);
      expect(engine.events(103)).toHaveLength(2);
    }));

  test('keep_outlook: the other is cancelled, in Outlook too', () =>
    run(async (engine, { mappingId }) => {
      await decide(engine, mappingId, 'keep_outlook');
      await resolved(engine);
      expect(await eventRows(engine, 'active = 1')).toMatchObject([{ name: 'Kollisjon' }]);
      expect(engine.events(103)).toMatchObject([{ subject: 'Kollisjon' }]);
    }));
});

describe('a doubtful pair', () => {
  const run = (work: Story) =>
    inRoom(async (engine) => {
      await addEvent(engine, KORPS);
      engine.people.createInRoom(ORNEN, meeting('Øving', '2027-03-02 10:00', '2027-03-02 11:00'));
      await settle(engine);
      const { conflicts } = await listConflicts(engine.deps, { limit: 50 });
      await work(engine, conflicts.find((conflict) => conflict.kind === 'doubtful') as Conflict);
    });

  test('is listed with the import it may be one with', () =>
    run(async (_, conflict) => {
      expect(conflict).toMatchObject({
        reservationId: 700,
        booking: { title: 'Korps' },
        outlook: null,
        twins: [{ title: 'Øving', start: '2027-03-02 10:00:00' }],
      });
    }));

  test('keep_booking: one event, with the text of the booking system', () =>
    run(async (engine, { mappingId }) => {
      await decide(engine, mappingId, 'keep_booking');
      await resolved(engine);
      expect(engine.events(103)).toMatchObject([{ subject: 'Korps', marker: 'event:700:103:0' }]);
      expect(await eventRows(engine)).toMatchObject([{ name: 'Korps' }]);
    }));

  test('keep_outlook: one event, with the text of Outlook', () =>
    run(async (engine, { mappingId }) => {
      await decide(engine, mappingId, 'keep_outlook');
      await resolved(engine);
      expect(engine.events(103)).toMatchObject([{ subject: 'Øving', marker: 'event:700:103:0' }]);
      expect(await eventRows(engine)).toMatchObject([{ id: 700, name: 'Øving' }]);
    }));

  test('keep_both: two of each', () =>
    run(async (engine, { mappingId }) => {
      await decide(engine, mappingId, 'keep_both');
      await resolved(engine);
      expect(subjectsIn(engine, 103)).toEqual(['Korps', 'Øving']);
      expect((await eventRows(engine)).map((row) => row.name)).toEqual(['Korps', 'Øving']);
    }));

  test('dismiss: the event is left alone, the reservation is written beside it', () =>
    run(async (engine, { mappingId }) => {
      await decide(engine, mappingId, 'dismiss');
      await resolved(engine);
      expect(subjectsIn(engine, 103)).toEqual(['Korps', 'Øving']);
      expect((await eventRows(engine)).map((row) => row.name)).toEqual(['Korps']);
    }));
});

describe('E66: restored while its slot was taken', () => {
  const run = (work: Story) =>
    inRoom(async (engine) => {
      const id = await agreed(engine);
      engine.people.deleteInRoom(ORNEN, id);
      await settle(engine);
      await addEvent(engine, { id: 701, name: 'Ny', start: '2027-03-02 10:30', end: '2027-03-02 11:30', rooms: [103] });
      engine.people.restoreInRoom(ORNEN, id);
      engine.wait(DAY + 60_000);
      await settle(engine);
      await work(engine, await onlyConflict(engine));
    });
  const active = async (engine: Engine) => (await eventRows(engine, 'active = 1')).map((row) => row.id);

  test('keep_booking deletes the event again', () =>
    run(async (engine, { mappingId, kind }) => {
      expect(kind).toBe('restored');
      await decide(engine, mappingId, 'keep_booking');
      await resolved(engine);
      expect(engine.events(103)).toMatchObject([{ subject: 'Ny' }]);
      expect(await active(engine)).toEqual([701]);
    }));

  test('keep_outlook re-enables it instead of the other', () =>
    run(async (engine, { mappingId }) => {
      await decide(engine, mappingId, 'keep_outlook');
      await resolved(engine);
      expect(await active(engine)).toEqual([700]);
      expect(engine.events(103)).toMatchObject([{ subject: 'Korps' }]);
    }));

  test('keep_both re-enables it beside the other', () =>
    run(async (engine, { mappingId }) => {
      await decide(engine, mappingId, 'keep_both');
      await resolved(engine);
      expect(await active(engine)).toEqual([700, 701]);
    }));

  test('dismiss leaves both sides as they are', () =>
    run(async (engine, { mappingId }) => {
      await decide(engine, mappingId, 'dismiss');
      await resolved(engine);
      expect(await active(engine)).toEqual([701]);
      expect(engine.events(103)).toHaveLength(2);
    }));
});

test('parked cancellations are listed with what they are about, and decided once', () =>
  inRoom(
    async (engine) => {
      for (const id of [700, 701, 702])
        await addEvent(engine, {
          id,
          name: `Nr ${id}`,
          start: `2027-03-0${id - 698} 10:00`,
          end: `2027-03-0${id - 698} 11:00`,
          rooms: [103],
        });
      await settle(engine);
      for (const id of [700, 701]) engine.people.deleteInRoom(ORNEN, await eventIdOf(engine, 'event', id, 103));
      await settle(engine);
      const parked = await listParked(engine.deps, { limit: 50 });
      expect(parked.map((row) => [row.operation, row.mapping?.reservationId])).toEqual([
        ['cancel-reservation', 700],
        ['cancel-reservation', 701],
      ]);
      const [first, second] = parked.map((row) => row.id) as [number, number];
      await decideParked(engine.deps, { ids: [first], decision: 'approved' });
      await decideParked(engine.deps, { ids: [second], decision: 'dismissed' });
      await expect(decideParked(engine.deps, { ids: [first], decision: 'dismissed' })).rejects.toMatchObject({
        kind: 'unknown',
      });
      await settle(engine);
      expect((await eventRows(engine)).map((row) => row.active)).toEqual([0, 1, 1]);
      expect(engine.events(103)).toHaveLength(2);
      expect(await listParked(engine.deps, { limit: 50 })).toEqual([]);
    },
    { settings: { BRAKE_COUNT: '1', BRAKE_PERCENT: '10' } },
  ));
