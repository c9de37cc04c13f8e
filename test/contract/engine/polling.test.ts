/** Polling: what a poll transfers, whom it leaves in peace, and what is found when the delta token died. */
import { initializePolling, pollChanges } from '../../../src/sync/poll.ts';
import { readPollingStats } from '../../../src/sync/polling-stats.ts';
import { addEvent, eventRows, MINUTE, meeting } from '../../support/engine.ts';
import { AERE, inRoom, ORNEN, poll, push, shown, snapshot } from '../../support/engine-jobs.ts';
import { eventIdOf } from '../../support/outlook.ts';

describe('S80, S81, S85, S87: polling', () => {
  test('initialize handles every active room; a second call updates; one failing room stops nobody', () =>
    inRoom(async (engine) => {
      engine.graph.setHealth(AERE, 'ErrorNonExistentMailbox');
      const first = await initializePolling(engine.deps, engine.run());
      expect(first).toMatchObject({ calendarsInitialized: 5, calendarsUpdated: 0, calendarsFailed: 1 });
      expect(first.details.filter((detail) => detail.hasDeltaToken)).toHaveLength(5);
      expect(first.details.find((detail) => detail.resourceId === 104)).toMatchObject({
        action: 'failed',
        error: expect.stringContaining('mailbox'),
      });
      engine.graph.setHealth(AERE, 'ok');
      expect(await initializePolling(engine.deps, engine.run())).toMatchObject({
        calendarsInitialized: 1,
        calendarsUpdated: 5,
      });
    }));

  test('S81: the second poll transfers only changes: one batch for all rooms, no row', () =>
    inRoom(async (engine) => {
      await shown(engine, [103, 104]);
      const requests = engine.graph.metrics.requests;
      expect(await poll(engine)).toMatchObject({ calendarsChecked: 6, changesDetected: 0 });
      expect(engine.graph.metrics.requests - requests).toBe(1);
    }));

  test('S40: an event whose version is known is not looked at again', () =>
    inRoom(async (engine) => {
      await shown(engine, [103]);
      const before = await engine.mappings();
      engine.graph.expireDeltaTokens();
      await poll(engine);
      expect(await engine.mappings()).toEqual(before);
    }));

  test('S41, S87: stats show last polls, token state and health per calendar', () =>
    inRoom(async (engine) => {
      expect(await readPollingStats(engine.deps)).toMatchObject({ totalCalendars: 6, health: 'not initialized' });
      await poll(engine);
      engine.graph.setHealth(AERE, 'ErrorNonExistentMailbox');
      engine.wait(MINUTE);
      await poll(engine);
      const stats = await readPollingStats(engine.deps);
      expect(stats).toMatchObject({ recentlyPolled: 6, unhealthyCalendars: 1, health: 'degraded' });
      expect(stats.calendars.find((row) => row.calendar === AERE)).toMatchObject({ errors: 1, hasDeltaToken: true });
      engine.wait(31 * MINUTE);
      expect((await readPollingStats(engine.deps)).recentlyPolled).toBe(0);
    }));

  test('a timer leaves a closed mailbox in peace for a while; a person asks it at once', () =>
    inRoom(async (engine) => {
      await poll(engine);
      engine.graph.setHealth(AERE, 'ErrorNonExistentMailbox');
      await poll(engine);
      const timer = () => pollChanges(engine.deps, engine.run('poll-changes', { trigger: 'timer' }));
      expect((await timer()).details.find((row) => row.resourceId === 104)?.action).toBe('skipped');
      engine.graph.setHealth(AERE, 'ok');
      expect((await poll(engine)).details.find((row) => row.resourceId === 104)?.action).toBe('updated');
    }));

  test('dry run: says what would be imported and cancelled, and writes nothing', () =>
    inRoom(async (engine) => {
      await shown(engine, [103]);
      engine.people.deleteInRoom(ORNEN, await eventIdOf(engine, 'event', 700, 103));
      engine.people.createInRoom(AERE, meeting('Ny', '2027-03-20 09:00', '2027-03-20 10:00'));
      const before = await snapshot(engine);
      const result = await pollChanges(engine.deps, engine.run('poll-changes', { dryRun: true }));
      expect(result.plan?.map(({ action }) => action).sort()).toEqual(['cancel-reservation', 'set-status']);
      expect(await snapshot(engine)).toEqual(before);
      expect(await poll(engine)).toMatchObject({ deletionsProcessed: 1, importsDetected: 1 });
    }));
});

describe('E41: the delta token died', () => {
  test('deletions between the tokens are found, one by one', () =>
    inRoom(
      async (engine) => {
        await shown(engine, [103]);
        await addEvent(engine, {
          id: 701,
          name: 'Blir',
          start: '2027-03-03 10:00',
          end: '2027-03-03 11:00',
          rooms: [103],
        });
        await push(engine);
        engine.people.deleteInRoom(ORNEN, await eventIdOf(engine, 'event', 700, 103));
        engine.graph.expireDeltaTokens();
        await poll(engine);
        expect((await eventRows(engine)).map((row) => [row.id, row.active])).toEqual([
          [700, 0],
          [701, 1],
        ]);
      },
      { simulator: { deletedEvents: 'not-found' } },
    ));

  test('a deleted event that still answers is no proof without its tombstone', () =>
    inRoom(async (engine) => {
      await shown(engine, [103]);
      engine.people.deleteInRoom(ORNEN, await eventIdOf(engine, 'event', 700, 103));
      engine.graph.expireDeltaTokens();
      await poll(engine);
      expect(await eventRows(engine)).toMatchObject([{ active: 1 }]);
    }));
});
