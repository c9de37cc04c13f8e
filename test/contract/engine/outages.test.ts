/** What Graph answers, or does not answer, while it is out proves nothing: no reservation changes. */
import { SyncError } from '../../../src/domain/errors.ts';
import { DAY, eventRows, inEngine, MINUTE } from '../../support/engine.ts';
import { detect, inRoom, missing, ORNEN, poll, push, snapshot } from '../../support/engine-jobs.ts';
import { eventIdOf } from '../../support/outlook.ts';

describe('E39: an outage changes no reservation', () => {
  const OUTAGES = [
    { name: '401', fault: { status: 401, code: 'InvalidAuthenticationToken' } },
    { name: '403', fault: { status: 403, code: 'ErrorAccessDenied' } },
    { name: '404 of the mailbox', fault: { status: 404, code: 'MailboxNotEnabledForRESTAPI' } },
    { name: '404 of a proxy', fault: { status: 404, code: 'NotFound', html: true } },
    { name: '429', fault: { status: 429, code: 'TooManyRequests', retryAfter: 900 } },
    { name: '500', fault: { status: 500, code: 'ErrorInternalServerError' } },
    { name: '503', fault: { status: 503, code: 'ServiceUnavailable' } },
    { name: 'no answer', fault: 'drop-before' },
    { name: 'connection reset', fault: 'reset-before' },
    { name: 'a cut page', fault: 'cut' },
  ] as const;

  test.each(OUTAGES)('$name during poll, missing-check and detection', ({ fault }) =>
    inEngine({ simulator: { deletedEvents: 'not-found' } }, async (engine) => {
      await push(engine);
      await poll(engine);
      engine.people.deleteInRoom(ORNEN, await eventIdOf(engine, 'event', 1002, 103));
      await engine.sql('UPDATE bb_event SET active = 0 WHERE id = 1008');
      const before = await snapshot(engine);
      engine.graph.faults.add({ times: Number.POSITIVE_INFINITY, fault });
      await expect(poll(engine)).rejects.toThrow(SyncError);
      await expect(missing(engine)).rejects.toThrow(SyncError);
      engine.graph.expireDeltaTokens();
      await expect(poll(engine)).rejects.toThrow(SyncError);
      await detect(engine).catch(() => undefined);
      const after = (await snapshot(engine)) as { events: unknown; bookings: unknown };
      expect(after).toMatchObject({
        events: (before as typeof after).events,
        bookings: (before as typeof after).bookings,
      });
      engine.graph.faults.clear();
      engine.wait(DAY + MINUTE);
      await poll(engine);
      await detect(engine);
      expect((await eventRows(engine, 'id = 1002'))[0]?.active).toBe(0);
      expect((await engine.mappings('reservation_id = 1008'))[0]?.sync_status).toBe('cancelled');
      expect((await eventRows(engine, 'active = 0')).map((row) => row.id).sort()).toEqual([1002, 1008, 1016]);
    }),
  );

  test('S115: denied access raises one alert, however often it is met', () =>
    inRoom(async (engine) => {
      engine.graph.faults.add({ times: Number.POSITIVE_INFINITY, fault: { status: 403, code: 'ErrorAccessDenied' } });
      for (let call = 0; call < 3; call += 1)
        await expect(poll(engine)).rejects.toMatchObject({ kind: 'access-denied' });
      expect(await engine.sql("SELECT message FROM bridge_alerts WHERE kind = 'graph-access'")).toEqual([
        { message: expect.stringContaining('Calendars.ReadWrite') },
      ]);
    }));
});
