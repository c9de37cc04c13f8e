/** Deleted in Outlook: what is proof, what follows, and what an outage may not do. */
import { SyncError } from '../../../src/domain/errors.ts';
import { detectCancellations } from '../../../src/sync/cancellations.ts';
import { cleanupOrphans } from '../../../src/sync/cleanup.ts';
import { importFromOutlook } from '../../../src/sync/from-outlook.ts';
import { processImports } from '../../../src/sync/import-reservations.ts';
import { initializePolling, type PollInput, pollChanges } from '../../../src/sync/poll.ts';
import { readPollingStats } from '../../../src/sync/polling-stats.ts';
import { pushPending } from '../../../src/sync/push.ts';
import { detectMissing, type MissingInput } from '../../../src/sync/verify-missing.ts';
import {
  addEvent,
  DAY,
  type Engine,
  type EngineOptions,
  eventRows,
  inEngine,
  MINUTE,
  meeting,
  times,
  weekly,
} from '../../support/engine.ts';
import { eventIdOf, invite } from '../../support/outlook.ts';

const poll = (engine: Engine, input: PollInput = {}) => pollChanges(engine.deps, engine.run('poll-changes'), input);
const missing = (engine: Engine, input: MissingInput = {}) =>
  detectMissing(engine.deps, engine.run('detect-missing'), input);
const imports = (engine: Engine) => processImports(engine.deps, engine.run('process-imports'), { limit: 100 });
const push = (engine: Engine) => pushPending(engine.deps, engine.run('to-outlook'), { limit: 1000 });
const detect = (engine: Engine) => detectCancellations(engine.deps, engine.run('sync-deletions'));

const ORNEN = 'ornen@fjordvik.example';
const AERE = 'aere@fjordvik.example';
const NOTE = '--- Cancelled from Outlook ---';

const inRoom = (work: (engine: Engine) => Promise<void>, options: EngineOptions = {}) =>
  inEngine({ empty: true, ...options }, work);

/** Event 700 in these rooms, in Outlook since a moment, and every room polled. */
async function shown(engine: Engine, rooms: readonly number[]): Promise<void> {
  await addEvent(engine, {
    id: 700,
    name: 'Korps',
    start: '2027-03-02 10:00',
    end: '2027-03-02 11:00',
    rooms,
    description: 'Ta med noter',
  });
  await push(engine);
  await poll(engine);
}

/** Everything that must not change while Graph is out. */
async function snapshot(engine: Engine): Promise<unknown> {
  return {
    events: await engine.sql('SELECT * FROM bb_event ORDER BY id'),
    bookings: await engine.sql('SELECT * FROM bb_booking ORDER BY id'),
    mappings: await engine.sql(
      'SELECT id, sync_status, reservation_id, outlook_event_id, gone_since FROM bridge_mappings ORDER BY id',
    ),
  };
}

describe.each(['resolve', 'not-found'] as const)('deleted events: %s', (deletedEvents) => {
  const simulator = { deletedEvents };

  test('S10, S82, S83: deleting an event and polling once deactivates the reservation and notes it', () =>
    inRoom(
      async (engine) => {
        await shown(engine, [103]);
        engine.people.deleteInRoom(ORNEN, await eventIdOf(engine, 'event', 700, 103));
        const result = await poll(engine);
        expect(result).toMatchObject({ changesDetected: 1, deletionsProcessed: 1 });
        expect(result.details.find((detail) => detail.resourceId === 103)).toMatchObject({ deletionsProcessed: 1 });
        expect(await eventRows(engine)).toMatchObject([
          { active: 0, description: `Ta med noter\n\n${NOTE}`, rooms: [103] },
        ]);
        expect(await engine.mappings()).toMatchObject([{ sync_status: 'cancelled', cancelled_by: 'outlook' }]);
      },
      { simulator },
    ));

  test('S84: the same deletion seen by poll, missing-check and detection changes nothing the second time', () =>
    inRoom(
      async (engine) => {
        await shown(engine, [103]);
        engine.people.deleteInRoom(ORNEN, await eventIdOf(engine, 'event', 700, 103));
        await poll(engine);
        const before = await snapshot(engine);
        engine.graph.expireDeltaTokens();
        await poll(engine);
        await missing(engine);
        await detect(engine);
        await push(engine);
        expect(await snapshot(engine)).toEqual(before);
        expect(engine.events(103)).toEqual([]);
      },
      { simulator },
    ));

  test('E21, E65: re-enabled afterwards it gets a new event, whose text lacks the note', () =>
    inRoom(
      async (engine) => {
        await shown(engine, [103]);
        const old = await eventIdOf(engine, 'event', 700, 103);
        engine.people.deleteInRoom(ORNEN, old);
        await poll(engine);
        await engine.sql('UPDATE bb_event SET active = 1');
        await detect(engine);
        await push(engine);
        expect(await eventIdOf(engine, 'event', 700, 103)).not.toBe(old);
        expect(engine.events(103)).toHaveLength(1);
        const body = [...engine.graph.mailbox(ORNEN).events.values()].find((event) => event.deletedAt === null)?.body;
        expect(body?.content).toContain('Ta med noter');
        expect(body?.content).not.toContain('Cancelled');
        engine.people.deleteInRoom(ORNEN, await eventIdOf(engine, 'event', 700, 103));
        await poll(engine);
        expect((await eventRows(engine))[0]?.description.split(NOTE)).toHaveLength(2);
      },
      { simulator },
    ));

  test('E22: deleted in Outlook, edited in the booking system meanwhile: the edit wins, with a warning', () =>
    inRoom(
      async (engine) => {
        await shown(engine, [103]);
        engine.people.deleteInRoom(ORNEN, await eventIdOf(engine, 'event', 700, 103));
        await engine.sql("UPDATE bb_event SET name = 'Korps og kor'");
        await poll(engine);
        await push(engine);
        expect(await eventRows(engine)).toMatchObject([
          { active: 1, name: 'Korps og kor', description: 'Ta med noter' },
        ]);
        expect(engine.events(103)).toMatchObject([{ subject: 'Korps og kor' }]);
        expect(await engine.sql("SELECT severity FROM bridge_alerts WHERE kind = 'deletion-undone'")).toHaveLength(1);
      },
      { simulator },
    ));

  test('E22: the same, the edit pushed before the deletion was polled', () =>
    inRoom(
      async (engine) => {
        await shown(engine, [103]);
        engine.people.deleteInRoom(ORNEN, await eventIdOf(engine, 'event', 700, 103));
        await engine.sql("UPDATE bb_event SET name = 'Korps og kor'");
        await push(engine);
        await poll(engine);
        await push(engine);
        expect(await eventRows(engine)).toMatchObject([{ active: 1, name: 'Korps og kor' }]);
        expect(engine.events(103)).toMatchObject([{ subject: 'Korps og kor' }]);
        expect(await engine.sql("SELECT severity FROM bridge_alerts WHERE kind = 'deletion-undone'")).toHaveLength(1);
      },
      { simulator },
    ));

  test('E28: deleting what is over (an old calendar tidied up) cancels nothing', () =>
    inRoom(
      async (engine) => {
        await shown(engine, [103]);
        const id = await eventIdOf(engine, 'event', 700, 103);
        engine.wait(4 * DAY);
        await poll(engine);
        engine.people.deleteInRoom(ORNEN, id);
        const before = await snapshot(engine);
        await poll(engine);
        engine.graph.expireDeltaTokens();
        await poll(engine);
        expect(await snapshot(engine)).toEqual(before);
      },
      { simulator },
    ));

  test('OUTLOOK_DELETE_POLICY=recreate makes the event again', () =>
    inRoom(
      async (engine) => {
        await shown(engine, [103]);
        engine.people.deleteInRoom(ORNEN, await eventIdOf(engine, 'event', 700, 103));
        await poll(engine);
        await push(engine);
        expect(engine.events(103)).toHaveLength(1);
        expect(await eventRows(engine)).toMatchObject([{ active: 1 }]);
      },
      { simulator, settings: { OUTLOOK_DELETE_POLICY: 'recreate' } },
    ));

  test('E17: one of two rooms of a booking-system event: the copy comes back, with a warning', () =>
    inRoom(
      async (engine) => {
        await shown(engine, [103, 104]);
        engine.people.deleteInRoom(ORNEN, await eventIdOf(engine, 'event', 700, 103));
        await poll(engine);
        await push(engine);
        expect(await eventRows(engine)).toMatchObject([{ active: 1, rooms: [103, 104] }]);
        expect(engine.events(103)).toHaveLength(1);
        expect(engine.events(104)).toHaveLength(1);
        expect(await engine.sql("SELECT message FROM bridge_alerts WHERE kind = 'deletion-undone'")).toHaveLength(1);
      },
      { simulator },
    ));

  test('E17: both copies of a booking-system event deleted: the reservation is over', () =>
    inRoom(
      async (engine) => {
        await shown(engine, [103, 104]);
        engine.people.deleteInRoom(ORNEN, await eventIdOf(engine, 'event', 700, 103));
        engine.people.deleteInRoom(AERE, await eventIdOf(engine, 'event', 700, 104));
        await poll(engine);
        await push(engine);
        expect(await eventRows(engine)).toMatchObject([{ active: 0, rooms: [103, 104] }]);
        expect(engine.events(103)).toEqual([]);
        expect(engine.events(104)).toEqual([]);
      },
      { simulator },
    ));
});

describe("E17, E12: a person's meeting in rooms", () => {
  test('E17: declined in one of two rooms, the reservation loses that room only', () =>
    inRoom(async (engine) => {
      const booked = invite(engine, [ORNEN, AERE], meeting('Fellesmøte', '2027-03-16 09:00', '2027-03-16 11:00'));
      await poll(engine);
      await imports(engine);
      engine.people.declineInRoom(AERE, engine.people.copyIn(AERE, booked) ?? '');
      await poll(engine);
      expect(await eventRows(engine)).toMatchObject([{ active: 1, rooms: [103] }]);
      expect(await engine.mappings('resource_id = 104')).toMatchObject([{ sync_status: 'cancelled' }]);
    }));

  test('E31: cancelled by its organiser (the copy stays, marked), the reservation is over', () =>
    inRoom(async (engine) => {
      const booked = invite(engine, [ORNEN, AERE], meeting('Fellesmøte', '2027-03-16 09:00', '2027-03-16 11:00'));
      await poll(engine);
      await imports(engine);
      engine.people.cancel(booked);
      engine.wait(MINUTE);
      expect(await poll(engine)).toMatchObject({ deletionsProcessed: 2 });
      expect(await eventRows(engine)).toMatchObject([{ active: 0, rooms: [103, 104] }]);
    }));

  test('E12: moved to another room within one cycle, the reservation changes its room', () =>
    inRoom(async (engine) => {
      const booked = invite(engine, [ORNEN], meeting('Flyttes', '2027-03-16 09:00', '2027-03-16 11:00'));
      await poll(engine);
      const { reservationIds } = await imports(engine);
      engine.people.changeRooms(booked, [AERE]);
      engine.wait(MINUTE);
      await poll(engine);
      await imports(engine);
      await detect(engine);
      await push(engine);
      expect(await eventRows(engine)).toMatchObject([{ id: reservationIds[0], active: 1, rooms: [104] }]);
      const rows = await engine.mappings();
      expect(rows.map(({ resource_id, sync_status }) => [resource_id, sync_status])).toEqual([
        [103, 'cancelled'],
        [104, 'synced'],
      ]);
      expect((await poll(engine)).changesDetected).toBe(0);
    }));

  test('E12: a removal seen while another room could not be read is held for one cycle', () =>
    inRoom(async (engine) => {
      const booked = invite(engine, [ORNEN], meeting('Flyttes', '2027-03-16 09:00', '2027-03-16 11:00'));
      await poll(engine);
      await imports(engine);
      engine.people.changeRooms(booked, [AERE]);
      engine.wait(MINUTE);
      engine.graph.setHealth(AERE, 'MailboxNotEnabledForRESTAPI');
      await poll(engine);
      expect(await eventRows(engine)).toMatchObject([{ active: 1, rooms: [103] }]);
      engine.graph.setHealth(AERE, 'ok');
      engine.wait(60 * MINUTE);
      await poll(engine);
      expect(await eventRows(engine)).toMatchObject([{ active: 1, rooms: [104] }]);
    }));

  test('E12: a range of other days read meanwhile does not end the wait for the other half', () =>
    inRoom(async (engine) => {
      const booked = invite(engine, [ORNEN], meeting('Flyttes', '2027-03-16 09:00', '2027-03-16 11:00'));
      await poll(engine);
      await imports(engine);
      engine.people.changeRooms(booked, [AERE]);
      engine.wait(MINUTE);
      engine.graph.setHealth(AERE, 'MailboxNotEnabledForRESTAPI');
      await poll(engine);
      engine.graph.setHealth(AERE, 'ok');
      const range = { from: '2027-03-02 00:00:00', to: '2027-03-03 00:00:00' };
      await importFromOutlook(engine.deps, engine.run('from-outlook'), { range });
      expect(await eventRows(engine)).toMatchObject([{ active: 1, rooms: [103] }]);
      engine.wait(60 * MINUTE);
      await poll(engine);
      expect(await eventRows(engine)).toMatchObject([{ active: 1, rooms: [104] }]);
    }));

  test("S79: a hard-deleted reservation of a person's meeting does not come back with the night's cleanup", () =>
    inRoom(async (engine) => {
      invite(engine, [ORNEN], meeting('Gjest', '2027-03-16 09:00', '2027-03-16 11:00'));
      await poll(engine);
      await imports(engine);
      for (const table of ['_agegroup', '_targetaudience', '_resource', '_date', ''])
        await engine.sql(`DELETE FROM bb_event${table}`);
      await detect(engine);
      await cleanupOrphans(engine.deps, engine.run('cleanup'));
      engine.wait(DAY + MINUTE);
      await poll(engine);
      await imports(engine);
      expect(await eventRows(engine)).toEqual([]);
      engine.wait(20 * DAY);
      await cleanupOrphans(engine.deps, engine.run('cleanup'));
      expect(await engine.mappings()).toEqual([]);
    }));

  test('E42: taken out and invited again with another time: the reservation follows under the new id', () =>
    inRoom(async (engine) => {
      const booked = invite(engine, [ORNEN], meeting('Tilbake', '2027-03-16 09:00', '2027-03-16 11:00'));
      await poll(engine);
      const { reservationIds } = await imports(engine);
      engine.graph.mailbox(ORNEN).processing.removeCanceledMeetings = true;
      engine.people.changeRooms(booked, []);
      engine.wait(MINUTE);
      engine.people.changeRooms(booked, [ORNEN]);
      engine.people.edit(booked, times('2027-03-17 09:00', '2027-03-17 11:00'));
      engine.wait(MINUTE);
      await poll(engine);
      await imports(engine);
      expect(await eventRows(engine)).toMatchObject([
        { id: reservationIds[0], active: 1, from_: '2027-03-17 09:00:00' },
      ]);
      expect(await engine.mappings()).toMatchObject([{ sync_status: 'synced' }]);
    }));

  test('E46: cancelled in the booking system: left in Outlook, nobody is mailed', () =>
    inRoom(async (engine) => {
      invite(engine, [ORNEN], meeting('Gjest', '2027-03-16 09:00', '2027-03-16 11:00'));
      await poll(engine);
      await imports(engine);
      const mails = engine.graph.mails.length;
      await engine.sql('UPDATE bb_event SET active = 0');
      await detect(engine);
      await poll(engine);
      expect(engine.events(103)).toHaveLength(1);
      expect(engine.graph.mails).toHaveLength(mails);
      expect(await engine.mappings()).toMatchObject([{ sync_status: 'cancelled', cancelled_by: 'booking' }]);
      expect(await eventRows(engine)).toMatchObject([{ active: 0 }]);
    }));

  test('E46: with DECLINE_ROOM_COPIES it is declined, and the organiser hears of it', () =>
    inRoom(
      async (engine) => {
        invite(engine, [ORNEN], meeting('Gjest', '2027-03-16 09:00', '2027-03-16 11:00'));
        await poll(engine);
        await imports(engine);
        await engine.sql('UPDATE bb_event SET active = 0');
        await detect(engine);
        expect(engine.events(103)).toEqual([]);
        expect(engine.graph.mails.filter((mail) => mail.cause === 'graph')).toMatchObject([{ kind: 'response' }]);
        await poll(engine);
        expect(await engine.mappings()).toMatchObject([{ sync_status: 'cancelled', cancelled_by: 'booking' }]);
      },
      { settings: { DECLINE_ROOM_COPIES: 'true' } },
    ));
});

describe('E6: series', () => {
  const series = { ...meeting('Korps', '2027-03-02 17:00', '2027-03-02 18:00'), ...weekly('2027-03-02', 'tuesday', 4) };

  async function imported(engine: Engine): Promise<string> {
    const id = engine.people.createInRoom(ORNEN, series);
    await poll(engine);
    await imports(engine);
    expect(await eventRows(engine)).toHaveLength(4);
    return id;
  }

  test('a deleted occurrence, of which delta sends the master at most, cancels its own reservation', () =>
    inRoom(
      async (engine) => {
        const id = await imported(engine);
        engine.people.deleteInRoom(ORNEN, engine.people.occurrenceId(ORNEN, id, '2027-03-16'));
        await poll(engine);
        expect((await eventRows(engine)).map((row) => [row.from_.slice(0, 10), row.active])).toEqual([
          ['2027-03-02', 1],
          ['2027-03-09', 1],
          ['2027-03-16', 0],
          ['2027-03-23', 1],
        ]);
      },
      { simulator: { delta: { masterAfterOccurrenceDelete: true } } },
    ));

  test('an occurrence deleted without any word of delta is found by the daily full read', () =>
    inRoom(async (engine) => {
      const id = await imported(engine);
      engine.people.deleteInRoom(ORNEN, engine.people.occurrenceId(ORNEN, id, '2027-03-16'));
      engine.wait(DAY + MINUTE);
      await poll(engine);
      expect((await eventRows(engine, "from_ LIKE '2027-03-16%'"))[0]?.active).toBe(0);
    }));

  test('deleting the series cancels all of its occurrences, as one act for the brake', () =>
    inRoom(
      async (engine) => {
        const id = await imported(engine);
        engine.people.deleteInRoom(ORNEN, id);
        expect(await poll(engine)).toMatchObject({ deletionsProcessed: 4, parked: 0 });
        expect((await eventRows(engine)).map((row) => row.active)).toEqual([0, 0, 0, 0]);
      },
      { settings: { BRAKE_COUNT: '1', BRAKE_PERCENT: '1' } },
    ));

  test('deleting a series leaves the occurrences that are over alone', () =>
    inRoom(async (engine) => {
      const id = await imported(engine);
      engine.wait(10 * DAY);
      await poll(engine);
      engine.people.deleteInRoom(ORNEN, id);
      await poll(engine);
      expect((await eventRows(engine)).map((row) => row.active)).toEqual([1, 1, 0, 0]);
    }));

  test('a series cancelled by its organiser leaves the occurrences that are over alone', () =>
    inRoom(async (engine) => {
      const booked = invite(engine, [ORNEN], series);
      await poll(engine);
      await imports(engine);
      engine.wait(10 * DAY);
      await poll(engine);
      engine.people.cancel(booked);
      engine.wait(MINUTE);
      await poll(engine);
      expect((await eventRows(engine)).map((row) => row.active)).toEqual([1, 1, 0, 0]);
    }));

  test('E7: a moved occurrence updates its own reservation', () =>
    inRoom(async (engine) => {
      const id = await imported(engine);
      const occurrence = engine.people.occurrenceId(ORNEN, id, '2027-03-09');
      engine.people.editInRoom(ORNEN, occurrence, times('2027-03-10 12:00', '2027-03-10 13:00'));
      await poll(engine);
      const rows = await eventRows(engine);
      expect(rows.map((row) => row.from_)).toEqual([
        '2027-03-02 17:00:00',
        '2027-03-10 12:00:00',
        '2027-03-16 17:00:00',
        '2027-03-23 17:00:00',
      ]);
      expect(rows.every((row) => row.active === 1)).toBe(true);
    }));

  test('a rescheduled series keeps its reservations', () =>
    inRoom(async (engine) => {
      const id = await imported(engine);
      const ids = (await eventRows(engine)).map((row) => row.id);
      engine.people.editInRoom(ORNEN, id, times('2027-03-02 18:00', '2027-03-02 19:00'));
      await poll(engine);
      await imports(engine);
      const rows = await eventRows(engine);
      expect(rows.map((row) => row.id)).toEqual(ids);
      expect(rows.map((row) => [row.from_.slice(11), row.active])).toEqual(Array(4).fill(['18:00:00', 1]));
    }));

  test('a series moved to another day of the week keeps its reservations', () =>
    inRoom(async (engine) => {
      const id = await imported(engine);
      const ids = (await eventRows(engine)).map((row) => row.id);
      const wednesday = { ...times('2027-03-03 17:00', '2027-03-03 18:00'), ...weekly('2027-03-03', 'wednesday', 4) };
      engine.people.editInRoom(ORNEN, id, wednesday);
      await poll(engine);
      await imports(engine);
      expect((await eventRows(engine)).map((row) => [row.id, row.from_.slice(0, 10), row.active])).toEqual([
        [ids[0], '2027-03-03', 1],
        [ids[1], '2027-03-10', 1],
        [ids[2], '2027-03-17', 1],
        [ids[3], '2027-03-24', 1],
      ]);
      engine.wait(DAY + MINUTE);
      expect(await poll(engine)).toMatchObject({ changesDetected: 0, deletionsProcessed: 0 });
    }));

  test('the window moves forward: later occurrences are imported day by day', () =>
    inRoom(
      async (engine) => {
        engine.people.createInRoom(ORNEN, series);
        await poll(engine);
        await imports(engine);
        expect(await eventRows(engine)).toHaveLength(2);
        engine.wait(8 * DAY);
        await poll(engine);
        await imports(engine);
        expect(await eventRows(engine)).toHaveLength(3);
      },
      { settings: { WINDOW_FUTURE_DAYS: '10' } },
    ));
});

describe('E66: restored from Deleted Items', () => {
  test('the reservation is re-enabled while its slot is free', () =>
    inRoom(async (engine) => {
      await shown(engine, [103]);
      const id = await eventIdOf(engine, 'event', 700, 103);
      engine.people.deleteInRoom(ORNEN, id);
      await poll(engine);
      expect(await eventRows(engine)).toMatchObject([{ active: 0 }]);
      engine.people.restoreInRoom(ORNEN, id);
      engine.wait(DAY + MINUTE);
      await poll(engine);
      await push(engine);
      expect(await eventRows(engine)).toMatchObject([{ active: 1 }]);
      expect(engine.events(103)).toHaveLength(1);
      expect(await engine.mappings()).toMatchObject([{ sync_status: 'synced', outlook_event_id: id }]);
    }));

  test('a slot taken meanwhile makes it a conflict', () =>
    inRoom(async (engine) => {
      await shown(engine, [103]);
      const id = await eventIdOf(engine, 'event', 700, 103);
      engine.people.deleteInRoom(ORNEN, id);
      await poll(engine);
      await addEvent(engine, { id: 701, name: 'Ny', start: '2027-03-02 10:30', end: '2027-03-02 11:30', rooms: [103] });
      engine.people.restoreInRoom(ORNEN, id);
      engine.wait(DAY + MINUTE);
      await poll(engine);
      expect(await eventRows(engine, 'id = 700')).toMatchObject([{ active: 0 }]);
      expect(await engine.mappings('reservation_id = 700')).toMatchObject([
        { sync_status: 'conflict', error_message: 'Overlaps event:701' },
      ]);
    }));

  test('a reservation that left the room meanwhile makes it a conflict that says so', () =>
    inRoom(async (engine) => {
      await shown(engine, [103]);
      const id = await eventIdOf(engine, 'event', 700, 103);
      engine.people.deleteInRoom(ORNEN, id);
      await poll(engine);
      await engine.sql('DELETE FROM bb_event_resource WHERE event_id = 700');
      engine.people.restoreInRoom(ORNEN, id);
      await poll(engine);
      expect(await engine.sql('SELECT sync_status, error_message FROM bridge_mappings')).toMatchObject([
        { sync_status: 'conflict', error_message: expect.stringContaining('the reservation is not in this room') },
      ]);
      expect(await eventRows(engine)).toMatchObject([{ active: 0 }]);
    }));
});

describe('R4, E40: the brake', () => {
  async function manyShown(engine: Engine): Promise<readonly string[]> {
    for (let id = 700; id < 715; id += 1) {
      const hour = String(8 + (id % 8)).padStart(2, '0');
      const day = String(2 + Math.floor((id - 700) / 8)).padStart(2, '0');
      await addEvent(engine, {
        id,
        name: `Nr ${id}`,
        start: `2027-03-${day} ${hour}:00`,
        end: `2027-03-${day} ${hour}:45`,
        rooms: [103],
      });
    }
    await push(engine);
    await poll(engine);
    return (await engine.mappings()).map((row) => row.outlook_event_id ?? '');
  }
  const active = async (engine: Engine) => (await eventRows(engine, 'active = 1')).length;

  test('a wave of deletions waits; everything else goes on', () =>
    inRoom(async (engine) => {
      const ids = await manyShown(engine);
      for (const id of ids.slice(0, 12)) engine.people.deleteInRoom(ORNEN, id);
      engine.people.createInRoom(ORNEN, meeting('Ny', '2027-03-20 09:00', '2027-03-20 10:00'));
      expect(await poll(engine)).toMatchObject({ parked: 12, deletionsProcessed: 0, importsDetected: 1 });
      expect(await active(engine)).toBe(15);
      await poll(engine);
      expect(await engine.sql('SELECT status, COUNT(*) AS n FROM bridge_parked_operations GROUP BY status')).toEqual([
        { status: 'parked', n: 12 },
      ]);
      expect(await engine.sql("SELECT severity FROM bridge_alerts WHERE kind = 'brake'")).toEqual([
        { severity: 'critical' },
      ]);
    }));

  test('approved, they are carried out; dismissed, their events come back', () =>
    inRoom(async (engine) => {
      const ids = await manyShown(engine);
      for (const id of ids.slice(0, 12)) engine.people.deleteInRoom(ORNEN, id);
      await poll(engine);
      const parked = await engine.deps.store.parked.list({ statuses: ['parked'], limit: 100 });
      await engine.deps.store.parked.decide(
        parked.slice(0, 5).map((row) => row.id),
        'approved',
      );
      await engine.deps.store.parked.decide(
        parked.slice(5).map((row) => row.id),
        'dismissed',
      );
      await poll(engine);
      await push(engine);
      expect(await active(engine)).toBe(10);
      expect(engine.events(103)).toHaveLength(10);
      expect(await engine.sql('SELECT DISTINCT status FROM bridge_parked_operations')).toEqual([
        { status: 'obsolete' },
      ]);
    }));

  test('?confirm=true lets them pass', () =>
    inRoom(async (engine) => {
      const ids = await manyShown(engine);
      for (const id of ids) engine.people.deleteInRoom(ORNEN, id);
      expect(await poll(engine, { confirm: true })).toMatchObject({ deletionsProcessed: 15 });
      expect(await active(engine)).toBe(0);
    }));

  test('E40: a calendar that is suddenly empty cancels nothing', () =>
    inRoom(async (engine) => {
      await manyShown(engine);
      const { mailbox } = { mailbox: engine.graph.mailbox(ORNEN) };
      for (const event of mailbox.events.values()) event.purged = true;
      const folder = mailbox.folders.get('default');
      for (const event of mailbox.events.values()) folder?.timeline.remove(event);
      engine.graph.expireDeltaTokens();
      await poll(engine);
      expect(await active(engine)).toBe(15);
    }));
});

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
