/** First sync and reset without fear: what stands in Outlook already is recognised, never doubled. */
import { SyncError } from '../../../src/domain/errors.ts';
import { cleanupOrphans } from '../../../src/sync/cleanup.ts';
import { discover } from '../../../src/sync/discover.ts';
import { initializePolling } from '../../../src/sync/poll.ts';
import { passRooms } from '../../../src/sync/run.ts';
import { addEvent, type Engine, eventRows, inEngine, meeting, weekly } from '../../support/engine.ts';
import { AERE, imports, inRoom, KORPS, ORNEN, poll, push, subjectsIn } from '../../support/engine-jobs.ts';
import { invite } from '../../support/outlook.ts';

const ROOMS = [101, 102, 103, 104, 201, 202];

/** The guide's statement, as printed. */
const RESET = `UPDATE bridge_mappings
  SET sync_status = 'pending',
      outlook_event_id = NULL,
      reservation_id = NULL
  WHERE sync_status != 'cancelled'`;

async function settle(engine: Engine): Promise<void> {
  for (let cycle = 0; cycle < 3; cycle += 1) {
    await passRooms(engine.deps, engine.run(), { pull: true });
    await imports(engine, { limit: 1000 });
  }
}

/** Both sides, without what only the sync knows. */
async function world(engine: Engine): Promise<unknown> {
  return {
    outlook: ROOMS.map((room) => engine.events(room)),
    events: await eventRows(engine),
    rooms: await engine.sql('SELECT * FROM bb_event_resource ORDER BY event_id, resource_id'),
    bookings: await engine.sql('SELECT * FROM bb_booking ORDER BY id'),
  };
}

async function counts(engine: Engine): Promise<unknown> {
  return engine.sql(`SELECT sync_status, conflict_kind, origin, COUNT(*) AS n FROM bridge_mappings
    GROUP BY sync_status, conflict_kind, origin ORDER BY 1, 2, 3`);
}

describe('E36, S122: the reset SQL of the guide', () => {
  test('then to-outlook and process-imports restore the state without a duplicate on either side', () =>
    inEngine({ packC: true }, async (engine) => {
      engine.people.createInRoom(ORNEN, meeting('Rett i rommet', '2027-03-04 09:00', '2027-03-04 10:00'));
      engine.people.createInRoom(ORNEN, {
        ...meeting('Kor', '2027-03-05 09:00', '2027-03-05 10:00'),
        ...weekly('2027-03-05', 'friday', 3),
      });
      await settle(engine);
      const [before, rows] = [await world(engine), await counts(engine)];
      await engine.sql(RESET);
      for (let call = 0; call < 6; call += 1) await push(engine, 50);
      await imports(engine, { limit: 1000 });
      expect(await world(engine)).toEqual(before);
      await settle(engine);
      expect(await world(engine)).toEqual(before);
      expect(await counts(engine)).toEqual(rows);
    }));

  test('polling first restores it as well', () =>
    inEngine({ packC: true }, async (engine) => {
      engine.people.createInRoom(ORNEN, meeting('Rett i rommet', '2027-03-04 09:00', '2027-03-04 10:00'));
      await settle(engine);
      const [before, rows] = [await world(engine), await counts(engine)];
      await engine.sql(RESET);
      engine.graph.expireDeltaTokens();
      await poll(engine);
      await imports(engine, { limit: 1000 });
      await settle(engine);
      expect(await world(engine)).toEqual(before);
      expect(await counts(engine)).toEqual(rows);
    }));

  test('a cleanup in between drops the hollow rows, and nothing is doubled either', () =>
    inEngine({ packC: true }, async (engine) => {
      await settle(engine);
      const before = await world(engine);
      await engine.sql(RESET);
      await cleanupOrphans(engine.deps, engine.run());
      await settle(engine);
      expect(await world(engine)).toEqual(before);
    }));

  test('done twice, with a failing mailbox in between', () =>
    inEngine({ packC: true }, async (engine) => {
      await settle(engine);
      const before = await world(engine);
      await engine.sql(RESET);
      engine.graph.setHealth(ORNEN, 'ErrorNonExistentMailbox');
      await push(engine);
      await imports(engine, { limit: 1000 }).catch(() => undefined);
      engine.graph.setHealth(ORNEN, 'ok');
      await engine.sql(RESET);
      engine.wait(24 * 60 * 60_000);
      await settle(engine);
      expect(await world(engine)).toEqual(before);
    }));

  test('even a lost mapping table is harmless', () =>
    inEngine({ packC: true }, async (engine) => {
      await settle(engine);
      const before = await world(engine);
      await engine.sql('DELETE FROM bridge_mappings');
      await engine.sql('DELETE FROM bridge_calendars');
      await settle(engine);
      expect(await world(engine)).toEqual(before);
    }));
});

describe('first sync of calendars somebody filled by hand', () => {
  const byHand = (engine: Engine, title = 'Korps') =>
    engine.people.createInRoom(ORNEN, meeting(title, '2027-03-02 10:00', '2027-03-02 11:00'));

  const ORDERS = {
    'push first': async (engine: Engine) => void (await push(engine)),
    'poll first': async (engine: Engine) => {
      await initializePolling(engine.deps, engine.run());
      await push(engine);
    },
    'poll and import first': async (engine: Engine) => {
      await poll(engine);
      await imports(engine, { limit: 1000 });
    },
    'populate first': async (engine: Engine) => {
      await discover(engine.deps, engine.run());
      await poll(engine);
      await push(engine);
    },
  };

  test.each(Object.entries(ORDERS))('same room, time and title: adopted at once (%s)', (_, order) =>
    inRoom(async (engine) => {
      await addEvent(engine, KORPS);
      byHand(engine);
      await order(engine);
      expect(engine.events(103)).toHaveLength(1);
      expect(await engine.mappings()).toMatchObject([{ reservation_id: 700, outlook_event_id: expect.any(String) }]);
      await settle(engine);
      expect(engine.events(103)).toMatchObject([{ subject: 'Korps' }]);
      expect(await eventRows(engine)).toHaveLength(1);
      expect(await engine.mappings()).toMatchObject([{ sync_status: 'synced', reservation_id: 700 }]);
    }),
  );

  test("a person's meeting is adopted too, and never written to", () =>
    inRoom(async (engine) => {
      await addEvent(engine, KORPS);
      invite(engine, [ORNEN], meeting('Korps', '2027-03-02 10:00', '2027-03-02 11:00'));
      await settle(engine);
      expect(engine.events(103)).toMatchObject([{ subject: 'Korps', marker: null }]);
      expect(await engine.mappings()).toMatchObject([
        { sync_status: 'synced', reservation_id: 700, origin: 'outlook' },
      ]);
      expect(engine.graph.metrics.operations['update-event'] ?? 0).toBe(0);
    }));

  test('a booking is recognised by the title it would be given', () =>
    inEngine({}, async (engine) => {
      engine.people.createInRoom(ORNEN, meeting('Booking - Datahjelp', '2027-03-09 08:00', '2027-03-09 10:00'));
      const before = engine.events(103).length;
      await push(engine);
      expect(engine.events(103).filter((event) => event.subject === 'Booking - Datahjelp')).toHaveLength(before);
      expect(await engine.mappings('reservation_id = 3057')).toMatchObject([{ reservation_type: 'booking' }]);
    }));

  test('another title at the same time: listed as doubtful, written once a person or the facts decide', () =>
    inRoom(async (engine) => {
      await addEvent(engine, KORPS);
      const id = byHand(engine, 'Øving');
      await settle(engine);
      expect(engine.events(103)).toMatchObject([{ subject: 'Øving' }]);
      const rows = await engine.mappings();
      expect(rows.map(({ sync_status, conflict_kind }) => [sync_status, conflict_kind])).toEqual([
        ['conflict', 'overlap'],
        ['conflict', 'overlap'],
      ]);
      const versions = rows.map((row) => row.version);
      await settle(engine);
      expect((await engine.mappings()).map((row) => row.version)).toEqual(versions);
      engine.people.deleteInRoom(ORNEN, id);
      await settle(engine);
      expect(engine.events(103)).toMatchObject([{ subject: 'Korps' }]);
    }));

  test('two equal events in the same place: one is adopted, the other listed; nothing is created', () =>
    inRoom(async (engine) => {
      await addEvent(engine, KORPS);
      byHand(engine);
      byHand(engine);
      await push(engine);
      expect(engine.events(103)).toHaveLength(2);
      expect(await engine.mappings('reservation_id = 700')).toMatchObject([{ sync_status: 'conflict' }]);
      await settle(engine);
      expect(engine.events(103)).toHaveLength(2);
      expect(await eventRows(engine)).toHaveLength(1);
      expect(await engine.mappings('reservation_id = 700')).toMatchObject([{ sync_status: 'synced' }]);
      expect(await engine.mappings('reservation_id IS NULL')).toMatchObject([
        { sync_status: 'conflict', conflict_kind: 'overlap', error_message: 'Overlaps event:700' },
      ]);
    }));

  test('a series by hand: each occurrence is adopted by its own reservation', () =>
    inRoom(async (engine) => {
      for (const [index, day] of ['02', '09', '16'].entries())
        await addEvent(engine, {
          id: 700 + index,
          name: 'Kor',
          start: `2027-03-${day} 10:00`,
          end: `2027-03-${day} 11:00`,
          rooms: [103],
        });
      engine.people.createInRoom(ORNEN, {
        ...meeting('Kor', '2027-03-02 10:00', '2027-03-02 11:00'),
        ...weekly('2027-03-02', 'tuesday', 3),
      });
      await settle(engine);
      expect(engine.events(103)).toHaveLength(1);
      expect(await eventRows(engine)).toHaveLength(3);
      expect((await engine.mappings()).map((row) => [row.reservation_id, row.sync_status])).toEqual([
        [700, 'synced'],
        [701, 'synced'],
        [702, 'synced'],
      ]);
    }));

  test('free time and invitations nobody accepted do not hold a reservation back', () =>
    inRoom(async (engine) => {
      await addEvent(engine, KORPS);
      engine.people.createInRoom(ORNEN, meeting('Ledig', '2027-03-02 10:00', '2027-03-02 11:00', { showAs: 'free' }));
      await push(engine);
      expect(subjectsIn(engine, 103)).toEqual(['Korps', 'Ledig']);
    }));

  test('E18: adopted in one room, the same meeting in another room joins the reservation', () =>
    inRoom(async (engine) => {
      await addEvent(engine, KORPS);
      invite(engine, [ORNEN, AERE], meeting('Korps', '2027-03-02 10:00', '2027-03-02 11:00'));
      await settle(engine);
      expect(await eventRows(engine)).toMatchObject([{ id: 700, rooms: [103, 104] }]);
      expect(engine.events(104)).toHaveLength(1);
    }));

  test('while a twin cannot be read nothing is created', () =>
    inRoom(async (engine) => {
      await addEvent(engine, KORPS);
      byHand(engine);
      await poll(engine);
      const remove = engine.graph.faults.add({
        match: { kind: 'read-event' },
        times: Number.POSITIVE_INFINITY,
        fault: { status: 503, code: 'ServiceUnavailable' },
      });
      await push(engine);
      expect(engine.events(103)).toHaveLength(1);
      remove();
      engine.wait(60_000);
      await settle(engine);
      expect(engine.events(103)).toHaveLength(1);
      expect(await engine.mappings()).toMatchObject([{ sync_status: 'synced', reservation_id: 700 }]);
    }));

  test('while the calendar cannot be read nothing is created', () =>
    inRoom(async (engine) => {
      await addEvent(engine, KORPS);
      byHand(engine);
      const remove = engine.graph.faults.add({
        match: { kind: 'calendar-view' },
        times: Number.POSITIVE_INFINITY,
        fault: { status: 503, code: 'ServiceUnavailable' },
      });
      const result = await push(engine).catch((error: unknown) => error);
      expect(result instanceof SyncError || (result as { created: number }).created === 0).toBe(true);
      expect(engine.events(103)).toHaveLength(1);
      remove();
      engine.wait(60_000);
      await settle(engine);
      expect(engine.events(103)).toHaveLength(1);
    }));
});
