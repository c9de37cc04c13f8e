/** A series is its occurrences: each is a reservation of its own, and what happens to the series happens to them. */

import { DAY, type Engine, eventRows, MINUTE, meeting, times, weekly } from '../../support/engine.ts';
import { imports, inRoom, ORNEN, poll } from '../../support/engine-jobs.ts';
import { invite } from '../../support/outlook.ts';

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
