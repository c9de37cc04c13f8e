/** Several workers at the same rooms: cross-room rules neither double nor empty a reservation (E12, E17, E18). */

import { cancelOutlookEvent } from '../../../src/sync/cancel-outlook.ts';
import { importFromOutlook } from '../../../src/sync/from-outlook.ts';
import { passRooms } from '../../../src/sync/run.ts';
import { addEvent, type Engine, eventRows, inEngine, MINUTE, meeting } from '../../support/engine.ts';
import { AERE, detect, imports, KORPS, missing, ORNEN, poll, push } from '../../support/engine-jobs.ts';
import { eventIdOf, invite } from '../../support/outlook.ts';

/** Requests take their time, so that workers meet. */
const SLOW = { simulator: { latency: { min: 20, max: 400 } }, empty: true } as const;

const WORK: readonly ((engine: Engine) => Promise<unknown>)[] = [
  (engine) => poll(engine),
  (engine) => poll(engine),
  (engine) => imports(engine),
  (engine) => passRooms(engine.deps, engine.run('change-tick', { trigger: 'timer' }), { pull: true }),
  detect,
  (engine) => push(engine, 100),
  (engine) => missing(engine),
  (engine) =>
    importFromOutlook(engine.deps, engine.run('from-outlook'), {
      range: { from: '2027-03-01 00:00:00', to: '2027-04-01 00:00:00' },
    }),
];

/** Everything at once, several times over. */
async function allAtOnce(engine: Engine): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    const results = await Promise.allSettled(WORK.map((work) => work(engine)));
    for (const result of results)
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ kind: expect.stringMatching(/busy|transient/) });
    engine.wait(2 * MINUTE);
  }
}

test('E18: a meeting in three rooms, seen by everybody at once, is one reservation', () =>
  inEngine(SLOW, async (engine) => {
    invite(
      engine,
      [ORNEN, AERE, 'storsalen@fjordvik.example'],
      meeting('Felles', '2027-03-16 09:00', '2027-03-16 11:00'),
    );
    await allAtOnce(engine);
    expect(await eventRows(engine)).toMatchObject([{ active: 1, rooms: [101, 103, 104] }]);
    expect((await engine.mappings()).map((row) => row.sync_status)).toEqual(['synced', 'synced', 'synced']);
  }));

test('E12: moved to another room while everybody works: one reservation, in the new room', () =>
  inEngine(SLOW, async (engine) => {
    const booked = invite(engine, [ORNEN], meeting('Flyttes', '2027-03-16 09:00', '2027-03-16 11:00'));
    await allAtOnce(engine);
    engine.people.changeRooms(booked, [AERE]);
    engine.wait(MINUTE);
    await allAtOnce(engine);
    expect(await eventRows(engine, 'active = 1')).toMatchObject([{ rooms: [104] }]);
    expect(await engine.mappings("sync_status NOT IN ('synced', 'cancelled')")).toEqual([]);
  }));

test('E17: both copies deleted, and one cancelled by hand at the same time: over, noted once', () =>
  inEngine(SLOW, async (engine) => {
    await addEvent(engine, { ...KORPS, rooms: [103, 104] });
    await allAtOnce(engine);
    const [own, other] = [await eventIdOf(engine, 'event', 700, 103), await eventIdOf(engine, 'event', 700, 104)];
    engine.people.deleteInRoom(ORNEN, own);
    engine.people.deleteInRoom(AERE, other);
    await Promise.all([
      allAtOnce(engine),
      cancelOutlookEvent(engine.deps, engine.run('cancel-outlook'), own).catch(() => undefined),
    ]);
    const rows = await eventRows(engine);
    expect(rows).toMatchObject([{ active: 0 }]);
    expect(rows[0]?.description.split('--- Cancelled from Outlook ---')).toHaveLength(2);
    expect([...engine.events(103), ...engine.events(104)]).toEqual([]);
  }));

test('R1, R2: both sides busy in one room: every reservation and every meeting once', () =>
  inEngine(SLOW, async (engine) => {
    for (let day = 2; day < 12; day += 1) {
      const date = `2027-03-${String(day).padStart(2, '0')}`;
      await addEvent(engine, {
        id: 700 + day,
        name: `A${day}`,
        start: `${date} 08:00`,
        end: `${date} 09:00`,
        rooms: [103],
      });
      engine.people.createInRoom(ORNEN, meeting(`B${day}`, `${date} 12:00`, `${date} 13:00`));
    }
    await allAtOnce(engine);
    const subjects = engine.events(103).map((event) => event.subject);
    expect(subjects).toHaveLength(20);
    expect(new Set(subjects).size).toBe(20);
    expect((await eventRows(engine)).map((row) => row.name).sort()).toEqual([...subjects].sort());
    expect((await engine.mappings()).every((row) => row.sync_status === 'synced')).toBe(true);
  }));
