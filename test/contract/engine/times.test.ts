/** Times meet: whole days, change nights, and the edges of the window, on both sides. */

import { addEvent, type Engine, eventRows, MINUTE, meeting, times } from '../../support/engine.ts';
import { agreed, inRoom, ORNEN, settle } from '../../support/engine-jobs.ts';

/** Reading every window again writes no mapping. */
async function staysStill(engine: Engine): Promise<void> {
  const versions = await engine.sql('SELECT version FROM bridge_mappings');
  engine.graph.expireDeltaTokens();
  await settle(engine);
  expect(await engine.sql('SELECT version FROM bridge_mappings')).toEqual(versions);
}

describe('time', () => {
  test('E4: both all-day styles and an all-day import stay equal for ever', () =>
    inRoom(async (engine) => {
      await addEvent(engine, {
        id: 700,
        name: 'Midnatt',
        start: '2027-03-30 00:00',
        end: '2027-03-31 00:00',
        rooms: [103],
      });
      await addEvent(engine, {
        id: 701,
        name: 'Nesten',
        start: '2027-03-31 00:00',
        end: '2027-03-31 23:59',
        rooms: [103],
      });
      engine.people.createInRoom(ORNEN, meeting('Import', '2027-04-02 00:00', '2027-04-04 00:00', { isAllDay: true }));
      await settle(engine);
      expect(engine.events(103).map((event) => event.isAllDay)).toEqual([true, true, true]);
      expect(await eventRows(engine, "name = 'Import'")).toMatchObject([
        { from_: '2027-04-02 00:00:00', to_: '2027-04-03 23:59:00' },
      ]);
      await staysStill(engine);
    }));

  test('E1, E2, E3: over both change nights an import and its way back agree', () =>
    inRoom(async (engine) => {
      engine.people.createInRoom(ORNEN, meeting('Vår', '2027-03-27 23:00', '2027-03-28 04:00'));
      engine.people.createInRoom(ORNEN, meeting('Høst', '2027-10-30 22:00', '2027-10-31 06:00'));
      await addEvent(engine, {
        id: 700,
        name: 'Finnes ikke',
        start: '2027-03-28 02:15',
        end: '2027-03-28 02:45',
        rooms: [104],
      });
      await addEvent(engine, {
        id: 701,
        name: 'To ganger',
        start: '2027-10-31 02:30',
        end: '2027-10-31 02:45',
        rooms: [104],
      });
      await settle(engine);
      expect(await eventRows(engine, "name IN ('Vår', 'Høst')")).toMatchObject([
        { from_: '2027-03-27 23:00:00', to_: '2027-03-28 04:00:00' },
        { from_: '2027-10-30 22:00:00', to_: '2027-10-31 06:00:00' },
      ]);
      expect(engine.events(104)).toMatchObject([
        { start: '2027-03-28T01:15:00.000Z', end: '2027-03-28T01:45:00.000Z' },
        { start: '2027-10-31T00:30:00.000Z', end: '2027-10-31T00:45:00.000Z' },
      ]);
      expect(await eventRows(engine, 'id = 700')).toMatchObject([{ from_: '2027-03-28 02:15:00' }]);
      await staysStill(engine);
    }));

  test('E34: an event without length is not imported', () =>
    inRoom(async (engine) => {
      engine.people.createInRoom(ORNEN, meeting('Null', '2027-03-10 10:00', '2027-03-10 10:00'));
      await settle(engine);
      expect(await eventRows(engine)).toEqual([]);
      expect(await engine.mappings()).toEqual([]);
    }));

  test('E28, E30: an imported event that leaves the window is not cancelled', () =>
    inRoom(async (engine) => {
      engine.people.createInRoom(ORNEN, meeting('Snart over', '2027-03-02 10:00', '2027-03-02 11:00'));
      await settle(engine);
      engine.wait(10 * 24 * 60 * MINUTE);
      await settle(engine);
      expect(await eventRows(engine)).toMatchObject([{ active: 1 }]);
      expect(await engine.mappings()).toMatchObject([{ sync_status: 'synced' }]);
    }));

  test('E28: an edit in Outlook of what is over is ignored, one that brings it back into the window counts', () =>
    inRoom(async (engine) => {
      const id = await agreed(engine, 'Noter');
      engine.wait(4 * 24 * 60 * MINUTE);
      await settle(engine);
      engine.people.editInRoom(ORNEN, id, { subject: 'I ettertid' });
      await settle(engine);
      expect(await eventRows(engine)).toMatchObject([{ name: 'Korps' }]);
      engine.people.editInRoom(ORNEN, id, times('2027-03-20 10:00', '2027-03-20 11:00'));
      await settle(engine);
      expect(await eventRows(engine)).toMatchObject([{ name: 'I ettertid', from_: '2027-03-20 10:00:00' }]);
    }));
});
