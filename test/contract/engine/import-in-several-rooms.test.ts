/** One meeting in several rooms is one reservation, whenever its copies arrive and whoever looks at them. */
import { addEvent, eventRows, MINUTE, meeting } from '../../support/engine.ts';
import { AERE, detect, imports, inRoom, ORNEN, poll } from '../../support/engine-jobs.ts';
import { invite } from '../../support/outlook.ts';

describe('E18: one meeting in several rooms', () => {
  const FELLES = meeting('Fellesmøte', '2027-03-16 09:00', '2027-03-16 11:00');

  test('is one reservation with two rooms and two mappings', () =>
    inRoom(async (engine) => {
      invite(engine, [ORNEN, AERE], FELLES);
      await poll(engine);
      const result = await imports(engine);
      expect(result.details).toMatchObject([
        { status: 'created', linkedResources: expect.arrayContaining([103, 104]) },
      ]);
      expect(await eventRows(engine)).toMatchObject([{ name: 'Fellesmøte', rooms: [103, 104] }]);
      expect((await engine.mappings()).map((row) => row.reservation_id)).toEqual(
        Array(2).fill(result.reservationIds[0]),
      );
    }));

  test('a limit of one row takes the copies along', () =>
    inRoom(async (engine) => {
      invite(engine, [ORNEN, AERE], FELLES);
      await poll(engine);
      await imports(engine, { limit: 1 });
      expect(await eventRows(engine)).toMatchObject([{ rooms: [103, 104] }]);
    }));

  test('a copy that arrives later joins the reservation', () =>
    inRoom(async (engine) => {
      const booked = invite(engine, [ORNEN], FELLES);
      await poll(engine);
      await imports(engine);
      engine.people.changeRooms(booked, [ORNEN, AERE]);
      engine.wait(MINUTE);
      await poll(engine);
      const result = await imports(engine);
      expect(result.details).toMatchObject([{ status: 'linked', linkedResources: [104] }]);
      expect(await eventRows(engine)).toMatchObject([{ rooms: [103, 104] }]);
      expect(await engine.sql('SELECT event_id FROM bb_event_date')).toHaveLength(1);
    }));

  test('a late copy does not bring back a reservation that was cancelled meanwhile', () =>
    inRoom(async (engine) => {
      const booked = invite(engine, [ORNEN], FELLES);
      await poll(engine);
      const { reservationIds } = await imports(engine);
      await engine.sql('UPDATE bb_event SET active = 0');
      engine.people.changeRooms(booked, [ORNEN, AERE]);
      engine.wait(MINUTE);
      await poll(engine);
      await imports(engine);
      expect(await eventRows(engine)).toMatchObject([{ active: 0, rooms: [103] }]);
      const [late] = await engine.mappings('resource_id = 104');
      expect(late).toMatchObject({
        sync_status: 'cancelled',
        cancelled_by: 'booking',
        error_message: `Its reservation event:${reservationIds[0]} is cancelled`,
      });
    }));

  test('nor does it when its other copy was cancelled with the reservation', () =>
    inRoom(async (engine) => {
      const booked = invite(engine, [ORNEN], FELLES);
      await poll(engine);
      await imports(engine);
      await engine.sql('UPDATE bb_event SET active = 0');
      await detect(engine);
      engine.people.changeRooms(booked, [ORNEN, AERE]);
      engine.wait(MINUTE);
      await poll(engine);
      await imports(engine);
      expect(await eventRows(engine)).toMatchObject([{ active: 0, rooms: [103] }]);
    }));

  test('E12: removed from one room and added to another in different cycles: cancelled, then booked anew', () =>
    inRoom(async (engine) => {
      const booked = invite(engine, [ORNEN], FELLES);
      await poll(engine);
      await imports(engine);
      engine.people.changeRooms(booked, []);
      engine.wait(MINUTE);
      await poll(engine);
      expect(await eventRows(engine)).toMatchObject([{ active: 0 }]);
      engine.people.changeRooms(booked, [AERE]);
      engine.wait(MINUTE);
      await poll(engine);
      await imports(engine);
      expect(await eventRows(engine)).toMatchObject([
        { active: 0, rooms: [103] },
        { active: 1, rooms: [104] },
      ]);
    }));

  test('two workers at once make one reservation', () =>
    inRoom(async (engine) => {
      invite(engine, [ORNEN, AERE], FELLES);
      await poll(engine);
      await Promise.all([imports(engine), imports(engine), imports(engine)]);
      expect(await eventRows(engine)).toMatchObject([{ rooms: [103, 104] }]);
      expect((await engine.mappings()).map((row) => row.sync_status)).toEqual(['synced', 'synced']);
    }));

  test('the room that is taken waits; the other one is imported when it is free', () =>
    inRoom(async (engine) => {
      await addEvent(engine, {
        id: 700,
        name: 'Opptatt',
        start: '2027-03-16 10:00',
        end: '2027-03-16 12:00',
        rooms: [104],
      });
      invite(engine, [ORNEN, AERE], FELLES);
      await poll(engine);
      expect(await imports(engine)).toMatchObject({ successful: 0, skipped: 1 });
      await engine.sql('UPDATE bb_event SET active = 0 WHERE id = 700');
      await imports(engine);
      expect(await eventRows(engine, 'active = 1')).toMatchObject([{ name: 'Fellesmøte', rooms: [103, 104] }]);
    }));
});
