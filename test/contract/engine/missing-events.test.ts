/** The weekly look whether every synced event still stands in Outlook: only a definite answer counts. */
import { detectMissing } from '../../../src/sync/verify-missing.ts';
import { DAY, eventRows, inEngine } from '../../support/engine.ts';
import { detect, inRoom, missing, ORNEN, poll, push, shown } from '../../support/engine-jobs.ts';
import { eventIdOf } from '../../support/outlook.ts';

describe('S86: detect-missing', () => {
  const simulator = { deletedEvents: 'not-found' } as const;

  test('checks every synced mapping, 20 to a request; only a definite not-found counts', () =>
    inEngine({ simulator }, async (engine) => {
      await push(engine);
      await poll(engine);
      const [{ n }] = (await engine.sql<{ n: number }>(
        "SELECT COUNT(*) AS n FROM bridge_mappings WHERE sync_status = 'synced'",
      )) as [{ n: number }];
      engine.people.deleteInRoom(ORNEN, await eventIdOf(engine, 'event', 1002, 103));
      const requests = engine.graph.metrics.requests;
      const result = await missing(engine);
      expect(result).toMatchObject({ checked: n, missingEventsDetected: 1, cancellationsProcessed: 1 });
      expect(result.details).toMatchObject([{ reservationId: 1002, outcome: 'cancelled' }]);
      expect(engine.graph.metrics.requests - requests).toBeLessThanOrEqual(Math.ceil(n / 20) + 1);
      expect(await eventRows(engine, 'id = 1002')).toMatchObject([{ active: 0 }]);
    }));

  test('the weekly timer skips rooms whose delta is proven to work', () =>
    inEngine({ simulator }, async (engine) => {
      await push(engine);
      await poll(engine);
      const timer = () => detectMissing(engine.deps, engine.run('detect-missing', { trigger: 'timer' }));
      const requests = engine.graph.metrics.requests;
      expect(await timer()).toMatchObject({ checked: 0, skipped: 105 });
      expect(engine.graph.metrics.requests).toBe(requests);
      engine.wait(2 * DAY);
      expect((await timer()).checked).toBeGreaterThan(90);
    }));

  test('a limit is kept', () =>
    inEngine({ simulator }, async (engine) => {
      await push(engine);
      await poll(engine);
      expect(await missing(engine, { limit: 7 })).toMatchObject({ checked: 7, stoppedEarly: true });
    }));

  test('a 404 proves nothing while the calendar itself does not answer', () =>
    inRoom(
      async (engine) => {
        await shown(engine, [103]);
        const always = { times: Number.POSITIVE_INFINITY };
        engine.graph.faults.add({
          ...always,
          match: { kind: 'read-event' },
          fault: { status: 404, code: 'ErrorItemNotFound' },
        });
        engine.graph.faults.add({
          ...always,
          match: { kind: 'calendar-view' },
          fault: { status: 503, code: 'ServiceUnavailable' },
        });
        expect(await missing(engine).catch(() => null)).not.toMatchObject({ missingEventsDetected: 1 });
        expect(await eventRows(engine)).toMatchObject([{ active: 1 }]);
        expect((await engine.mappings())[0]?.gone_since).toBeNull();
      },
      { simulator },
    ));

  test("R6: a deletion of ours that is carried out after its reservation lives again is nobody else's", () =>
    inRoom(
      async (engine) => {
        await shown(engine, [103]);
        const id = await eventIdOf(engine, 'event', 700, 103);
        await engine.sql('UPDATE bb_event SET active = 0');
        engine.graph.faults.add({ fault: 'drop-before', times: 1, match: { kind: 'delete-event' } });
        await detect(engine);
        await engine.sql('UPDATE bb_event SET active = 1');
        await push(engine);
        expect(await eventIdOf(engine, 'event', 700, 103)).toBe(id);
        engine.people.deleteInRoom(ORNEN, id);
        expect(await missing(engine)).toMatchObject({
          checked: 1,
          missingEventsDetected: 0,
          cancellationsProcessed: 0,
        });
        await push(engine);
        expect(await eventRows(engine)).toMatchObject([{ active: 1 }]);
        expect(engine.events(103)).toHaveLength(1);
      },
      { simulator },
    ));

  test('a mailbox that is gone as a whole proves nothing', () =>
    inRoom(
      async (engine) => {
        await shown(engine, [103]);
        engine.graph.setHealth(ORNEN, 'ErrorNonExistentMailbox');
        expect(await missing(engine)).toMatchObject({ checked: 0, errorDetails: [{ calendar: ORNEN }] });
        expect(await eventRows(engine)).toMatchObject([{ active: 1 }]);
      },
      { simulator },
    ));
});
