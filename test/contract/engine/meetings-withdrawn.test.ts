/** A person's meeting leaves a room, moves to another, or is left alone there when its reservation ends. */
import { cleanupOrphans } from '../../../src/sync/cleanup.ts';
import { importFromOutlook } from '../../../src/sync/from-outlook.ts';
import { DAY, type Engine, eventRows, MINUTE, meeting, times } from '../../support/engine.ts';
import { AERE, detect, imports, inRoom, ORNEN, poll, push } from '../../support/engine-jobs.ts';
import { invite } from '../../support/outlook.ts';

/** A meeting on 16 March from 9 to 11 in these rooms, imported. */
async function imported(engine: Engine, subject: string, rooms: readonly string[]) {
  const booked = invite(engine, rooms, meeting(subject, '2027-03-16 09:00', '2027-03-16 11:00'));
  await poll(engine);
  const { reservationIds } = await imports(engine);
  return { booked, reservationIds };
}

/** An imported meeting moved from room 103 to room 104, which cannot be read while the service looks. */
async function movedOutOfSight(engine: Engine): Promise<void> {
  const { booked } = await imported(engine, 'Flyttes', [ORNEN]);
  engine.people.changeRooms(booked, [AERE]);
  engine.wait(MINUTE);
  engine.graph.setHealth(AERE, 'MailboxNotEnabledForRESTAPI');
  await poll(engine);
}

describe("E17, E12: a person's meeting in rooms", () => {
  test('E17: declined in one of two rooms, the reservation loses that room only', () =>
    inRoom(async (engine) => {
      const { booked } = await imported(engine, 'Fellesmøte', [ORNEN, AERE]);
      engine.people.declineInRoom(AERE, engine.people.copyIn(AERE, booked) ?? '');
      await poll(engine);
      expect(await eventRows(engine)).toMatchObject([{ active: 1, rooms: [103] }]);
      expect(await engine.mappings('resource_id = 104')).toMatchObject([{ sync_status: 'cancelled' }]);
    }));

  test('E31: cancelled by its organiser (the copy stays, marked), the reservation is over', () =>
    inRoom(async (engine) => {
      const { booked } = await imported(engine, 'Fellesmøte', [ORNEN, AERE]);
      engine.people.cancel(booked);
      engine.wait(MINUTE);
      expect(await poll(engine)).toMatchObject({ deletionsProcessed: 2 });
      expect(await eventRows(engine)).toMatchObject([{ active: 0, rooms: [103, 104] }]);
    }));

  test('E12: moved to another room within one cycle, the reservation changes its room', () =>
    inRoom(async (engine) => {
      const { booked, reservationIds } = await imported(engine, 'Flyttes', [ORNEN]);
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
      await movedOutOfSight(engine);
      expect(await eventRows(engine)).toMatchObject([{ active: 1, rooms: [103] }]);
      engine.graph.setHealth(AERE, 'ok');
      engine.wait(60 * MINUTE);
      await poll(engine);
      expect(await eventRows(engine)).toMatchObject([{ active: 1, rooms: [104] }]);
    }));

  test('E12: a range of other days read meanwhile does not end the wait for the other half', () =>
    inRoom(async (engine) => {
      await movedOutOfSight(engine);
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
      await imported(engine, 'Gjest', [ORNEN]);
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
      const { booked, reservationIds } = await imported(engine, 'Tilbake', [ORNEN]);
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
      await imported(engine, 'Gjest', [ORNEN]);
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
        await imported(engine, 'Gjest', [ORNEN]);
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
