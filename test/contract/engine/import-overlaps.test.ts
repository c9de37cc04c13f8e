/** An import whose place is taken: it waits, is linked when it is the same, or goes beside it. */

import { addEvent, eventRows, meeting } from '../../support/engine.ts';
import { collide, imports, inRoom, KORPS, ORNEN, poll, push } from '../../support/engine-jobs.ts';

const ROOM = 103;

describe('E51: an import overlaps an event of the booking system', () => {
  test('waits as a conflict without asking Graph again, and is imported when the overlap is gone', () =>
    inRoom(async (engine) => {
      await collide(engine);
      await poll(engine);
      expect((await imports(engine)).details).toMatchObject([{ status: 'conflict', error: 'Overlaps event:700' }]);
      const { version } = (await engine.mappings())[0] ?? {};
      const requests = engine.graph.metrics.requests;
      await imports(engine);
      expect(engine.graph.metrics.requests).toBe(requests);
      expect((await engine.mappings())[0]?.version).toBe(version);
      await engine.sql("UPDATE bb_event SET to_ = '2027-03-02 10:00:00' WHERE id = 700");
      expect(await imports(engine)).toMatchObject({ successful: 1 });
      expect(await eventRows(engine)).toMatchObject([{ id: 700 }, { name: 'Kollisjon' }]);
    }));

  test('with IMPORT_ON_OVERLAP=create it is imported all the same', () =>
    inRoom(
      async (engine) => {
        await collide(engine);
        await poll(engine);
        expect(await imports(engine)).toMatchObject({ successful: 1 });
      },
      { settings: { IMPORT_ON_OVERLAP: 'create' } },
    ));

  test('same name and time: it is linked, whole days and entities included, and pushed nowhere twice', () =>
    inRoom(async (engine) => {
      await addEvent(engine, {
        id: 700,
        name: 'Kor &amp; korps',
        start: '2027-03-02 00:00',
        end: '2027-03-02 23:59',
        rooms: [ROOM],
      });
      const allDay = { isAllDay: true };
      engine.people.createInRoom(ORNEN, meeting('Kor & korps', '2027-03-02 00:00', '2027-03-03 00:00', allDay));
      await poll(engine);
      expect((await imports(engine)).details).toMatchObject([{ status: 'linked', reservationId: 700 }]);
      await push(engine);
      await push(engine);
      expect(engine.events(ROOM)).toMatchObject([{ subject: 'Kor & korps', marker: `event:700:${ROOM}:0` }]);
      expect(await eventRows(engine)).toHaveLength(1);
      expect(await engine.mappings()).toMatchObject([
        { sync_status: 'synced', reservation_id: 700, origin: 'booking' },
      ]);
    }));

  test('same name and time, the reservation waiting for its own event: its mapping takes this one', () =>
    inRoom(async (engine) => {
      await addEvent(engine, KORPS);
      engine.people.createInRoom(ORNEN, meeting('Korps', '2027-03-02 10:00', '2027-03-02 11:00'));
      await poll(engine);
      await engine.sql(`INSERT INTO bridge_mappings (reservation_type, reservation_id, resource_id, outlook_item_id, sync_status)
        VALUES ('event', 700, ${ROOM}, '${ORNEN}', 'pending')`);
      await imports(engine);
      await push(engine);
      expect(engine.events(ROOM)).toHaveLength(1);
      expect(await engine.mappings()).toMatchObject([{ sync_status: 'synced', reservation_id: 700 }]);
    }));

  test('same name and time as a reservation that has its event already: a double for a person to judge', () =>
    inRoom(async (engine) => {
      await addEvent(engine, KORPS);
      await push(engine);
      engine.people.createInRoom(ORNEN, meeting('Korps', '2027-03-02 10:00', '2027-03-02 11:00'));
      await poll(engine);
      expect((await imports(engine)).details).toMatchObject([{ status: 'conflict', error: 'Overlaps event:700' }]);
      expect(await eventRows(engine)).toHaveLength(1);
    }));
});
