/** Pushes that meet trouble: throttling, outages, bad rows and floods; and what a push costs without it. */
import { detectCancellations } from '../../../src/sync/cancellations.ts';
import { cleanupOrphans } from '../../../src/sync/cleanup.ts';
import { discover } from '../../../src/sync/discover.ts';
import { HOUR, inEngine, MINUTE } from '../../support/engine.ts';
import { detect, pass, push, statuses } from '../../support/engine-jobs.ts';

describe('trouble', () => {
  test('S15: clean data ends with errors 0', () =>
    inEngine({}, async (engine) => {
      await engine.sql('UPDATE bb_event SET active = 0 WHERE id IN (1020, 1021)');
      expect(await push(engine)).toMatchObject({ errors: 0 });
      expect(await statuses(engine)).toEqual({ synced: 105, conflict: 25 });
    }));

  test('S119, E38: throttled rows stay pending and are sent when the wait is over', () =>
    inEngine({}, async (engine) => {
      engine.graph.faults.add({
        match: { kind: 'create-event' },
        times: Number.POSITIVE_INFINITY,
        fault: { status: 429, code: 'TooManyRequests', retryAfter: 300 },
      });
      const result = await push(engine);
      expect(result).toMatchObject({ created: 0, errors: 0 });
      expect(await statuses(engine)).toEqual({ pending: 105, conflict: 25, error: 2 });
      engine.graph.faults.clear();
      engine.wait(10 * MINUTE);
      expect(await push(engine)).toMatchObject({ created: 105 });
    }));

  test('E38: a busy service (503) leaves rows pending; nothing is created twice afterwards', () =>
    inEngine({}, async (engine) => {
      engine.graph.faults.add({
        match: { kind: 'create-event' },
        times: 40,
        fault: { status: 503, code: 'serviceNotAvailable', afterEffect: true },
      });
      await push(engine);
      engine.wait(10 * MINUTE);
      await push(engine);
      await push(engine);
      const all = [101, 102, 103, 104, 201, 202].flatMap((room) => engine.events(room).map((event) => event.marker));
      expect(all).toHaveLength(105);
      expect(new Set(all).size).toBe(105);
    }));

  test.each([
    [401, 'InvalidAuthenticationToken'],
    [403, 'ErrorAccessDenied'],
  ])('E39: %i on everything blames no row and cancels nothing', (status, code) =>
    inEngine({}, async (engine) => {
      await push(engine);
      await engine.sql('UPDATE bb_event SET active = 0 WHERE id = 1002');
      await engine.sql("UPDATE bb_event SET name = 'Ny' WHERE id = 1001");
      const ids = (await engine.mappings()).map((row) => row.outlook_event_id);
      engine.graph.faults.add({ times: Number.POSITIVE_INFINITY, fault: { status, code } });
      await expect(push(engine)).rejects.toMatchObject({ kind: 'access-denied' });
      await detect(engine);
      expect(await statuses(engine)).toEqual({ pending: 1, synced: 104, conflict: 25, error: 2 });
      expect((await engine.mappings()).map((row) => row.outlook_event_id)).toEqual(ids);
      engine.graph.faults.clear();
      engine.wait(HOUR);
      expect(await push(engine)).toMatchObject({ updated: 1 });
      expect(await detect(engine)).toMatchObject({ outlookDeletions: 1 });
    }),
  );

  test('S116: errors cannot starve good rows', () =>
    inEngine({}, async (engine) => {
      engine.graph.faults.add({
        match: { kind: 'create-event', mailbox: 'aere@fjordvik.example' },
        times: Number.POSITIVE_INFINITY,
        fault: { status: 500, code: 'ErrorInternalServerError' },
      });
      let created = 0;
      for (let round = 0; round < 40; round += 1) {
        created += (await push(engine, 5)).created;
        engine.wait(MINUTE);
      }
      const failing = await engine.mappings("resource_id = 104 AND sync_status <> 'error'");
      expect(created).toBe(105 - 7);
      expect(failing).toEqual([]);
    }));

  test('S133: what changed while the service was down is caught up by the next pass', () =>
    inEngine({}, async (engine) => {
      await push(engine);
      await engine.sql('UPDATE bb_event SET active = 0 WHERE id = 1001');
      await engine.sql("UPDATE bb_event SET name = 'Nytt navn' WHERE id = 1002");
      await engine.sql('UPDATE bb_event_resource SET resource_id = 104 WHERE event_id = 1011');
      engine.wait(5 * HOUR);
      const { counts, errors } = await pass(engine);
      expect(errors).toEqual([]);
      expect(counts).toMatchObject({ cancelled: 2, updated: 1, created: 1 });
      expect((await pass(engine)).counts).not.toHaveProperty('created');
    }));

  test('R4: more than 10 and more than 20 % of a room at once wait for approval; everything else goes on', () =>
    inEngine({}, async (engine) => {
      await push(engine);
      const before = engine.events(202).length;
      await engine.sql('UPDATE bb_booking SET active = 0 WHERE id BETWEEN 3025 AND 3032 OR id BETWEEN 3049 AND 3056');
      await engine.sql('UPDATE bb_event SET active = 0 WHERE id = 1002');
      const result = await detect(engine);
      expect(result).toMatchObject({ parked: 14, outlookDeletions: 1 });
      expect(engine.events(202)).toHaveLength(before);
      const confirmed = await detectCancellations(engine.deps, engine.run(), { confirm: true });
      expect(confirmed).toMatchObject({ parked: 0, outlookDeletions: 14 });
    }));

  test('S123: repeating any call changes nothing', () =>
    inEngine({}, async (engine) => {
      await push(engine);
      const before = await engine.mappings();
      for (let round = 0; round < 3; round += 1) {
        await discover(engine.deps, engine.run());
        await push(engine);
        await detect(engine);
        await cleanupOrphans(engine.deps, engine.run());
      }
      expect(await engine.mappings()).toEqual(before);
    }));
});

test('S136: the number of Graph requests grows with the number of batches, not with the items looked at', () =>
  inEngine({}, async (engine) => {
    await push(engine);
    const before = engine.graph.metrics.requests;
    await engine.sql(
      "UPDATE bb_booking SET building_name = building_name, from_ = datetime(from_, '+15 minutes') WHERE id BETWEEN 3025 AND 3032",
    );
    expect(await push(engine)).toMatchObject({ updated: 8 });
    expect(engine.graph.metrics.requests - before).toBe(1);
  }));
