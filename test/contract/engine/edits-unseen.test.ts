/** What the other side holds although no read of ours has shown it yet. */
import { detectCancellations } from '../../../src/sync/cancellations.ts';
import { checkPresence } from '../../../src/sync/presence.ts';
import { DAY, type Engine, eventRows, MINUTE, meeting, times } from '../../support/engine.ts';
import { AERE, agreed, inRoom, ORNEN, poll, settle } from '../../support/engine-jobs.ts';
import { eventIdOf, invite } from '../../support/outlook.ts';

test('E8: a private event that a clerk publishes brings the text along that was not imported', () =>
  inRoom(async (engine) => {
    const private_ = { sensitivity: 'private', body: { contentType: 'text', content: 'Tall' } };
    const planned = meeting('Lønnssamtale', '2027-03-02 10:00', '2027-03-02 11:00');
    engine.people.createInRoom(ORNEN, { ...planned, ...private_ });
    await settle(engine);
    expect(await eventRows(engine, `name = 'Lønnssamtale'`)).toMatchObject([{ description: '', is_public: 0 }]);
    await engine.sql(`UPDATE bb_event SET is_public = 1 WHERE name = 'Lønnssamtale'`);
    await settle(engine);
    expect(await eventRows(engine, `name = 'Lønnssamtale'`)).toMatchObject([{ description: 'Tall', is_public: 1 }]);
  }));

test("E47, E12: what a clerk changed on a person's meeting still waits for a person after the meeting moved to another room", () =>
  inRoom(async (engine) => {
    const booked = invite(engine, [ORNEN], meeting('Gjest', '2027-03-16 09:00', '2027-03-16 11:00'));
    await settle(engine);
    await engine.sql(`UPDATE bb_event SET name = 'Omdøpt'`);
    await settle(engine);
    engine.people.changeRooms(booked, [AERE]);
    engine.wait(MINUTE);
    await settle(engine);
    expect(await eventRows(engine)).toMatchObject([{ name: 'Omdøpt', active: 1, rooms: [104] }]);
    expect(await engine.mappings('resource_id = 104')).toMatchObject([
      { sync_status: 'conflict', conflict_kind: 'edited' },
    ]);
  }));

test('R9, T10: a booking with guests that was moved in Outlook still waits for a person after it was off and on again', () =>
  inRoom(async (engine) => {
    await engine.sql(`INSERT INTO bb_booking (id, group_id, from_, to_, season_id, activity_id, secret)
      VALUES (3900, 21, '2027-03-02 10:00:00', '2027-03-02 11:00:00', 31, 1, 'x')`);
    await engine.sql('INSERT INTO bb_booking_resource (booking_id, resource_id) VALUES (3900, 103)');
    await settle(engine);
    const id = await eventIdOf(engine, 'booking', 3900, 103);
    const attendees = [{ type: 'required', emailAddress: { address: 'kari.lunde@fjordvik.example' } }];
    engine.people.editInRoom(ORNEN, id, { attendees, ...times('2027-03-02 12:00', '2027-03-02 13:00') });
    await settle(engine);
    expect(await engine.mappings()).toMatchObject([{ sync_status: 'conflict', conflict_kind: 'edited' }]);
    await engine.sql('UPDATE bb_booking SET active = 0');
    await settle(engine);
    await engine.sql('UPDATE bb_booking SET active = 1');
    await settle(engine);
    engine.wait(DAY + MINUTE);
    await settle(engine);
    expect(await engine.mappings()).toMatchObject([{ sync_status: 'conflict', conflict_kind: 'edited' }]);
  }));

describe("E66: a person's event restored after a cancellation", () => {
  async function imported(engine: Engine): Promise<string> {
    const id = engine.people.createInRoom(ORNEN, meeting('Kurs', '2027-03-02 10:00', '2027-03-02 11:00'));
    await settle(engine);
    return id;
  }

  async function restored(engine: Engine, id: string): Promise<void> {
    engine.people.restoreInRoom(ORNEN, id);
    engine.wait(DAY + MINUTE);
    await settle(engine);
  }

  test('a text a clerk wrote meanwhile goes to Outlook', () =>
    inRoom(async (engine) => {
      const id = await imported(engine);
      engine.people.deleteInRoom(ORNEN, id);
      await settle(engine);
      await engine.sql(`UPDATE bb_event SET description = 'Ta med PC'`);
      await restored(engine, id);
      const view = engine.people.view(ORNEN, Date.parse('2027-03-01'), Date.parse('2027-03-04'));
      expect(view.map(({ body }) => body.trim())).toEqual(['Ta med PC']);
      expect(await eventRows(engine)).toMatchObject([{ active: 1, description: 'Ta med PC' }]);
    }));

  test('a text only its person changed meanwhile comes along', () =>
    inRoom(async (engine) => {
      const id = await imported(engine);
      engine.people.deleteInRoom(ORNEN, id);
      await settle(engine);
      engine.people.restoreInRoom(ORNEN, id);
      engine.people.editInRoom(ORNEN, id, { body: { contentType: 'text', content: 'Ta med PC' } });
      engine.wait(DAY + MINUTE);
      await settle(engine);
      expect(await eventRows(engine)).toMatchObject([{ active: 1, description: expect.stringContaining('Ta med PC') }]);
    }));

  test('so does the first text it gets, though a clerk gave it another title meanwhile', () =>
    inRoom(async (engine) => {
      const id = await imported(engine);
      engine.people.deleteInRoom(ORNEN, id);
      await settle(engine);
      engine.people.restoreInRoom(ORNEN, id);
      engine.people.editInRoom(ORNEN, id, { body: { contentType: 'text', content: 'Ta med PC' } });
      await engine.sql(`UPDATE bb_event SET name = 'Kveldskurs'`);
      await settle(engine);
      expect(await eventRows(engine)).toMatchObject([{ active: 1, description: expect.stringContaining('Ta med PC') }]);
    }));
});

test('R1, R3: an event moved between the two looks that tell whether it is gone is not gone', () =>
  inRoom(async (engine) => {
    const id = engine.people.createInRoom(ORNEN, meeting('Kurs', '2027-03-02 10:00', '2027-03-02 11:00'));
    const { calendars } = engine.deps;
    const readWindows: typeof calendars.readWindows = (...request) => {
      engine.people.editInRoom(ORNEN, id, times('2027-03-04 10:00', '2027-03-04 11:00'));
      return calendars.readWindows(...request);
    };
    const deps = { ...engine.deps, calendars: { ...calendars, readWindows } };
    const limits = { deadline: engine.clock.now() + MINUTE };
    expect(await checkPresence(deps, [{ calendar: ORNEN, eventId: id }], limits)).toMatchObject([{ kind: 'unknown' }]);
    expect(await checkPresence(engine.deps, [{ calendar: ORNEN, eventId: id }], limits)).toMatchObject([
      { kind: 'alive' },
    ]);
  }));

test('R3: a deletion that a person edited away from under is proven again before it is sent again', () =>
  inRoom(async (engine) => {
    const id = engine.people.createInRoom(ORNEN, meeting('Kurs', '2027-03-02 10:00', '2027-03-02 11:00'));
    await settle(engine);
    await engine.sql('UPDATE bb_event SET active = 0');
    const { calendars } = engine.deps;
    let isFirst = true;
    const write: typeof calendars.write = async (...request) => {
      if (isFirst) engine.people.editInRoom(ORNEN, id, { subject: 'Kveldskurs' });
      isFirst = false;
      await engine.sql('UPDATE bb_event SET active = 1');
      return calendars.write(...request);
    };
    const deps = { ...engine.deps, calendars: { ...calendars, write } };
    await detectCancellations(deps, engine.run('sync-deletions'));
    expect(isFirst).toBe(false);
    expect(engine.events(103)).toMatchObject([{ subject: 'Kveldskurs' }]);
    await settle(engine);
    expect(engine.events(103)).toMatchObject([{ subject: 'Kveldskurs' }]);
    expect(await eventRows(engine)).toMatchObject([{ active: 1, name: 'Kveldskurs' }]);
  }));

test('R7: what a person did to an event beyond the window does not keep a clerk waiting for ever', () =>
  inRoom(async (engine) => {
    const id = await agreed(engine);
    engine.people.editInRoom(ORNEN, id, times('2028-06-15 10:00', '2028-06-15 11:00'));
    await settle(engine);
    expect(await eventRows(engine)).toMatchObject([{ from_: '2028-06-15 10:00:00' }]);
    engine.people.editInRoom(ORNEN, id, { body: { contentType: 'text', content: 'Ta med PC' } });
    await engine.sql("UPDATE bb_event SET description = 'Ta med noter'");
    await poll(engine);
    expect(await engine.mappings()).toMatchObject([{ sync_status: 'pending' }]);
    engine.people.editInRoom(ORNEN, id, { subject: 'Korps med gjester' });
    engine.graph.expireDeltaTokens();
    for (const _ of [1, 2]) {
      engine.wait(DAY + MINUTE);
      await settle(engine);
    }
    expect(await eventRows(engine)).toMatchObject([{ name: 'Korps med gjester', description: 'Ta med noter' }]);
    expect(await engine.mappings()).toMatchObject([{ sync_status: 'synced' }]);
  }));
