/** Deleted in Outlook: what is proof, what follows, and what comes back when it is restored. */
import { addEvent, DAY, eventRows, MINUTE } from '../../support/engine.ts';
import { AERE, detect, inRoom, missing, ORNEN, poll, push, shown, snapshot } from '../../support/engine-jobs.ts';
import { eventIdOf } from '../../support/outlook.ts';

const NOTE = '--- Cancelled from Outlook ---';

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
