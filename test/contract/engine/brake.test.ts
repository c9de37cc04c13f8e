/** Many cancellations at once wait for a person; everything else goes on. */

import { addEvent, type Engine, eventRows, meeting } from '../../support/engine.ts';
import { detect, inRoom, ORNEN, poll, push } from '../../support/engine-jobs.ts';

describe('R4, E40: the brake', () => {
  async function bookMany(engine: Engine): Promise<void> {
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
  }
  async function manyShown(engine: Engine): Promise<readonly string[]> {
    await bookMany(engine);
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

  test('events whose answers were lost are judged like any other once they turn up', () =>
    inRoom(async (engine) => {
      engine.graph.faults.add({
        match: { kind: 'create-event' },
        times: 15,
        fault: { status: 503, code: 'serviceNotAvailable', afterEffect: true },
      });
      await bookMany(engine);
      await push(engine);
      engine.graph.faults.clear();
      expect(engine.events(103)).toHaveLength(15);
      await engine.sql('UPDATE bb_event SET active = 0');
      await detect(engine);
      expect(engine.events(103)).toHaveLength(15);
      await detect(engine);
      expect(await engine.sql('SELECT status, COUNT(*) AS n FROM bridge_parked_operations GROUP BY status')).toEqual([
        { status: 'parked', n: 15 },
      ]);
      expect(engine.events(103)).toHaveLength(15);
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
