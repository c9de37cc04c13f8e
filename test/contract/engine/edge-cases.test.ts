/** Edge cases that belong to no single use case: several hosts, outages in the middle, names, ids, spans of days. */
import { createApp } from '../../../src/app.ts';
import { SyncError } from '../../../src/domain/errors.ts';
import { createSeededIds } from '../../../src/sandbox/seeded-ids.ts';
import { pushOne, pushPending } from '../../../src/sync/push.ts';
import { passRooms } from '../../../src/sync/run.ts';
import { addEvent, DAY, type Engine, eventRows, HOUR, inEngine, MINUTE, meeting } from '../../support/engine.ts';
import { detect, imports, inRoom, ORNEN, poll, push } from '../../support/engine-jobs.ts';
import { eventIdOf } from '../../support/outlook.ts';

const budget = { id: 700, name: 'Budsjettmøte', start: '2027-03-08 09:00', end: '2027-03-08 10:00', rooms: [103] };

/** The budget meeting in Outlook, and seen there; its id in Outlook. */
async function seenInOutlook(engine: Engine): Promise<string> {
  await addEvent(engine, budget);
  await push(engine);
  await poll(engine);
  return eventIdOf(engine, 'event', 700, 103);
}

test('S11: a change met by a poll and by a pass at the same time is taken over once', () =>
  inRoom(async (engine) => {
    await poll(engine);
    engine.people.createInRoom(ORNEN, meeting('Planleggingsmøte', '2027-03-09 09:00', '2027-03-09 10:00'));
    await Promise.all([
      poll(engine),
      passRooms(engine.deps, engine.run('change-tick', { trigger: 'queue' }), { pull: true }),
    ]);
    await Promise.all([imports(engine), imports(engine)]);
    expect(await eventRows(engine)).toMatchObject([{ name: 'Planleggingsmøte', rooms: [103] }]);
    expect(await engine.mappings()).toMatchObject([{ sync_status: 'synced', origin: 'outlook' }]);
  }));

test('E5: an event of several days is one event on both sides', () =>
  inRoom(async (engine) => {
    await addEvent(engine, { ...budget, start: '2027-03-13 10:00', end: '2027-03-15 17:00' });
    engine.people.createInRoom(ORNEN, meeting('Leir', '2027-03-18 12:00', '2027-03-20 14:00'));
    await push(engine);
    await poll(engine);
    await imports(engine);
    expect(engine.events(103)).toMatchObject([
      { subject: 'Budsjettmøte', start: '2027-03-13T09:00:00.000Z', end: '2027-03-15T16:00:00.000Z' },
      { subject: 'Leir' },
    ]);
    expect((await eventRows(engine)).map(({ name, from_, to_ }) => [name, from_, to_])).toEqual([
      ['Budsjettmøte', '2027-03-13 10:00:00', '2027-03-15 17:00:00'],
      ['Leir', '2027-03-18 12:00:00', '2027-03-20 14:00:00'],
    ]);
  }));

test('E27: a meeting whose subject and body Exchange dropped is imported under its organiser', () =>
  inRoom(async (engine) => {
    await poll(engine);
    engine.people.book({
      organizer: { name: 'Ola Hansen', address: 'ola.hansen@fjordvik.example' },
      rooms: [ORNEN],
      event: meeting('Hemmelig tittel', '2027-03-19 09:00', '2027-03-19 10:00'),
    });
    engine.wait(10 * MINUTE);
    await poll(engine);
    await imports(engine);
    expect(await eventRows(engine)).toMatchObject([{ name: 'Ola Hansen', organizer: 'Ola Hansen', description: '' }]);
  }));

test.each(['resolve', 'not-found'] as const)(
  'E41: a deletion between the last poll and the daily window read is not lost (deleted events: %s)',
  (deletedEvents) =>
    inEngine({ empty: true, simulator: { deletedEvents } }, async (engine) => {
      const id = await seenInOutlook(engine);
      engine.people.deleteInRoom(ORNEN, id);
      engine.wait(25 * HOUR);
      await poll(engine);
      expect(await eventRows(engine)).toMatchObject([{ active: 0 }]);
      expect(await engine.mappings()).toMatchObject([{ sync_status: 'cancelled', cancelled_by: 'outlook' }]);
    }),
);

test('E41: an event missing after a dead link, with nothing that proves a deletion, is told to a person and cancels nothing', () =>
  inEngine({ empty: true, simulator: { deletedEvents: 'resolve' } }, async (engine) => {
    const id = await seenInOutlook(engine);
    engine.people.deleteInRoom(ORNEN, id);
    engine.graph.expireDeltaTokens();
    for (let round = 0; round < 3; round += 1) {
      await poll(engine);
      engine.wait(25 * HOUR);
    }
    expect(await eventRows(engine)).toMatchObject([{ active: 1 }]);
    const alerts = await engine.deps.store.alerts.list(10);
    expect(alerts.filter((alert) => alert.kind === 'unproven-removal')).toHaveLength(1);
  }));

test('R4: what the brake parked waits for its own decision, however small the rest of the wave is', () =>
  inEngine({}, async (engine) => {
    await push(engine);
    await engine.sql('UPDATE bb_booking SET active = 0 WHERE id BETWEEN 3025 AND 3032 OR id BETWEEN 3049 AND 3056');
    expect(await detect(engine)).toMatchObject({ parked: 14, outlookDeletions: 0 });
    const parked = await engine.deps.store.parked.list({ statuses: ['parked'], limit: 100 });
    await engine.deps.store.parked.decide(
      parked.slice(0, 3).map((row) => row.id),
      'approved',
    );
    await engine.deps.store.parked.decide(
      parked.slice(3, 4).map((row) => row.id),
      'dismissed',
    );
    expect(await detect(engine)).toMatchObject({ parked: 10, outlookDeletions: 3 });
    engine.wait(2 * DAY);
    expect(await detect(engine)).toMatchObject({ parked: 10, outlookDeletions: 0 });
  }));

test('E42: an event moved to another folder and back keeps its id, its mapping and its reservation', () =>
  inRoom(async (engine) => {
    const id = await seenInOutlook(engine);
    engine.people.moveToCalendar(ORNEN, id, 'archive');
    engine.people.moveToCalendar(ORNEN, id, 'default');
    for (let round = 0; round < 2; round += 1) {
      await poll(engine);
      engine.wait(DAY);
    }
    expect(await eventRows(engine)).toMatchObject([{ active: 1 }]);
    expect(await engine.mappings()).toMatchObject([{ outlook_event_id: id, sync_status: 'synced' }]);
    expect(engine.events(103)).toHaveLength(1);
  }));

test('E49: what a person changed while a reservation was off for a moment is not lost when it is on again', () =>
  inRoom(async (engine) => {
    const id = await seenInOutlook(engine);
    await engine.sql('UPDATE bb_event SET active = 0 WHERE id = 700');
    engine.people.editInRoom(ORNEN, id, { subject: 'Flyttet til våren' });
    await poll(engine);
    await engine.sql('UPDATE bb_event SET active = 1 WHERE id = 700');
    engine.wait(25 * HOUR);
    await poll(engine);
    expect(await eventRows(engine)).toMatchObject([{ active: 1, name: 'Flyttet til våren' }]);
  }));

test('E52: an import over a booking is created; the booking it covers wholly is suppressed', () =>
  inEngine({}, async (engine) => {
    await push(engine);
    engine.people.createInRoom(ORNEN, meeting('Kurs', '2027-03-09 07:30', '2027-03-09 11:00'));
    await poll(engine);
    expect(await imports(engine)).toMatchObject({ successful: 1 });
    await push(engine);
    const [booking] = await engine.mappings("reservation_type = 'booking' AND reservation_id = 3057");
    expect(booking).toMatchObject({ sync_status: 'conflict', conflict_kind: 'suppressed', outlook_event_id: null });
    expect(booking?.error_message).toMatch(/^Suppressed by event:\d+$/);
  }));

test('E59: a host whose clock is two hours slow changes nothing about what counts as newer', () =>
  inRoom(async (engine) => {
    const slow = { now: () => engine.clock.now() - 2 * HOUR, sleep: engine.clock.sleep };
    const other = await createApp(engine.app.config, {
      clock: slow,
      ids: createSeededIds('slow'),
      database: engine.database,
      graphTransport: engine.graph.handle,
    });
    await addEvent(engine, budget);
    await push(engine);
    await engine.sql("UPDATE bb_event SET name = 'Flyttet' WHERE id = 700");
    expect(await pushPending(other.deps, other.startRun('to-outlook', 'http'), { limit: 10 })).toMatchObject({
      updated: 1,
    });
    await engine.sql("UPDATE bb_event SET name = 'Flyttet igjen' WHERE id = 700");
    expect(await push(engine)).toMatchObject({ updated: 1 });
    expect(engine.events(103)).toMatchObject([{ subject: 'Flyttet igjen' }]);
    expect(await pushPending(other.deps, other.startRun('to-outlook', 'http'), { limit: 10 })).toMatchObject({
      processed: 0,
    });
  }));

test('E64: a hook that calls before its transaction is committed is answered 404, and the next run catches up', () =>
  inRoom(async (engine) => {
    const key = { type: 'event' as const, id: 700, resourceId: 103 };
    await expect(pushOne(engine.deps, engine.run('item'), key)).rejects.toMatchObject({
      kind: 'unknown',
      field: 'reservationId',
    });
    await addEvent(engine, budget);
    expect(await push(engine)).toMatchObject({ created: 1 });
  }));

test('E67: a database that goes away in the middle of a run leaves no half state', () =>
  inRoom(async (world) => {
    await addEvent(world, budget);
    const statements = await countStatements(world);
    for (let at = 1; at <= statements; at += 1) {
      let sent = 0;
      let down = false;
      await inEngine(
        {
          empty: true,
          hooks: {
            beforeStatement: async ({ kind }) => {
              if (!down || kind === 'rollback') return;
              sent += 1;
              if (sent >= at) throw new SyncError('database-unavailable', 'The database does not answer.');
            },
          },
        },
        async (engine) => {
          await addEvent(engine, budget);
          down = true;
          await push(engine).catch((error) => expect(error).toMatchObject({ kind: 'database-unavailable' }));
          down = false;
          engine.wait(HOUR);
          await push(engine);
          expect(engine.events(103)).toHaveLength(1);
          expect(await engine.mappings()).toMatchObject([{ sync_status: 'synced' }]);
        },
      );
    }
  }));

async function countStatements(engine: Engine): Promise<number> {
  let count = 0;
  const app = await createApp(engine.app.config, {
    clock: engine.clock,
    ids: createSeededIds('count'),
    database: engine.database.withHooks({ onStatement: () => (count += 1) }),
    graphTransport: engine.graph.handle,
  });
  count = 0;
  await pushPending(app.deps, app.startRun('to-outlook', 'http'), { limit: 10 });
  return count;
}

test('E68: renaming a room or its calendar creates nothing anew', () =>
  inRoom(async (engine) => {
    await addEvent(engine, budget);
    await push(engine);
    const [before] = await engine.mappings();
    await engine.sql(
      "UPDATE bridge_resource_mappings SET outlook_item_name = 'Nytt kalendernavn' WHERE resource_id = 103",
    );
    expect(await push(engine)).toMatchObject({ processed: 0 });
    await engine.sql("UPDATE bb_resource SET name = 'Møterom Havørnen' WHERE id = 103");
    expect(await push(engine)).toMatchObject({ created: 0, updated: 1 });
    expect(await engine.mappings()).toMatchObject([
      { outlook_event_id: before?.outlook_event_id, sync_status: 'synced' },
    ]);
  }));

test(
  'S135: 1,000 pending rows stop cleanly at the time limit and go on with the next call',
  () =>
    inEngine({ empty: true, simulator: { latency: 150 } }, async (engine) => {
      await engine.sql(`
      WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
      INSERT INTO bb_event (id, activity_id, name, from_, to_, building_name, contact_name, contact_email, contact_phone, secret)
      SELECT 20000 + i, 1, 'Event ' || i, datetime('2027-03-02 08:00:00', i || ' minutes'),
        datetime('2027-03-02 08:01:00', i || ' minutes'), 'Kulturhus', 'Kari', '', '', 'x' FROM n`);
      await engine.sql(
        'INSERT INTO bb_event_resource (event_id, resource_id) SELECT id, 103 FROM bb_event WHERE id >= 20000',
      );
      const deadline = engine.clock.now() + 10_000;
      const first = await pushPending(engine.deps, engine.run('to-outlook', { deadline }), { limit: 1000 });
      expect(first.stoppedEarly).toBe(true);
      expect(first.errors).toBe(0);
      expect(first.created).toBeGreaterThan(0);
      expect(first.created + first.remaining).toBe(1000);
      const second = await push(engine);
      expect(second).toMatchObject({ created: first.remaining, remaining: 0, stoppedEarly: false });
      expect(new Set(engine.events(103).map((event) => event.marker)).size).toBe(1000);
    }),
  30_000,
);
