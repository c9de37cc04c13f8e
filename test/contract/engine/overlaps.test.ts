/** Overlaps between the two systems that the rules allow: nobody loses anything, and one alert tells of each. */

import { addEvent, type Engine, eventRows, inEngine, meeting, times } from '../../support/engine.ts';
import { inRoom, KORPS, ORNEN, settle } from '../../support/engine-jobs.ts';

describe('overlaps between systems, judged from the next delta', () => {
  const alerts = (engine: Engine) => engine.sql("SELECT properties FROM bridge_alerts WHERE kind = 'overlap'");

  test('an organiser moves a meeting onto an event: both stay, one alert', () =>
    inRoom(async (engine) => {
      await addEvent(engine, KORPS);
      const id = engine.people.createInRoom(ORNEN, meeting('Møte', '2027-03-02 12:00', '2027-03-02 13:00'));
      await settle(engine);
      expect(await alerts(engine)).toEqual([]);
      engine.people.editInRoom(ORNEN, id, times('2027-03-02 10:30', '2027-03-02 11:30'));
      await settle(engine);
      const found = await alerts(engine);
      expect(found).toEqual([{ properties: expect.stringContaining('event:700') }]);
      await settle(engine);
      expect(await alerts(engine)).toHaveLength(1);
      expect((await eventRows(engine)).map((row) => row.active)).toEqual([1, 1]);
    }));

  test('an event written by plain SQL over an imported meeting is told about after our write', () =>
    inRoom(async (engine) => {
      engine.people.createInRoom(ORNEN, meeting('Møte', '2027-03-02 12:00', '2027-03-02 13:00'));
      await settle(engine);
      await addEvent(engine, {
        id: 700,
        name: 'Korps',
        start: '2027-03-02 12:30',
        end: '2027-03-02 14:00',
        rooms: [103],
      });
      await settle(engine);
      expect(await alerts(engine)).toEqual([{ properties: expect.stringContaining('event:700') }]);
    }));

  test('events that only touch, and rentals under an event, are no overlap', () =>
    inEngine({ packC: true }, async (engine) => {
      await settle(engine);
      await settle(engine);
      expect(await alerts(engine)).toEqual([]);
    }));
});
