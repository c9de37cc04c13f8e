/** Edits on both sides meet: what flows, who wins, what waits for a person. */

import { addEvent, type Engine, eventRows, inEngine, MINUTE, meeting, times } from '../../support/engine.ts';
import { AERE, agreed, inRoom, KORPS, ORNEN, poll, push, settle } from '../../support/engine-jobs.ts';
import { eventIdOf, invite } from '../../support/outlook.ts';

/** Event 700 in room 103, agreed on both sides. */
const shown = (engine: Engine) => agreed(engine, 'Noter');

test('S7: create, edit and cancel on side A, then side B, five rounds: equal content, no extra rows', () =>
  inRoom(async (engine) => {
    for (let round = 0; round < 5; round += 1) {
      const day = `2027-03-${String(2 + round).padStart(2, '0')}`;
      const id = 700 + round;
      await addEvent(engine, { id, name: `A${round}`, start: `${day} 08:00`, end: `${day} 09:00`, rooms: [103] });
      const made = engine.people.createInRoom(ORNEN, meeting(`B${round}`, `${day} 12:00`, `${day} 13:00`));
      await settle(engine);
      await engine.sql(`UPDATE bb_event SET name = 'A${round} endret', to_ = '${day} 09:30:00' WHERE id = ${id}`);
      engine.people.editInRoom(ORNEN, made, { subject: `B${round} endret`, ...times(`${day} 12:30`, `${day} 13:30`) });
      await settle(engine);
      const own = await eventIdOf(engine, 'event', id, 103);
      engine.people.editInRoom(ORNEN, own, { subject: `A${round} fra Outlook` });
      await engine.sql(`UPDATE bb_event SET name = 'B${round} fra booking' WHERE name = 'B${round} endret'`);
      await settle(engine);
      const shows = (subject: string) => engine.events(103).filter((event) => event.subject === subject);
      expect(shows(`A${round} fra Outlook`)).toHaveLength(1);
      expect(shows(`B${round} fra booking`)).toMatchObject([
        { start: `${day}T11:30:00.000Z`, end: `${day}T12:30:00.000Z` },
      ]);
      expect(await eventRows(engine, `name LIKE '%${round} fra%' AND active = 1`)).toMatchObject([
        { name: `A${round} fra Outlook`, from_: `${day} 08:00:00`, to_: `${day} 09:30:00` },
        { name: `B${round} fra booking`, from_: `${day} 12:30:00`, to_: `${day} 13:30:00` },
      ]);
      engine.people.deleteInRoom(ORNEN, own);
      await engine.sql(`UPDATE bb_event SET active = 0 WHERE name = 'B${round} fra booking'`);
      await settle(engine);
    }
    expect(engine.events(103)).toEqual([]);
    expect(await eventRows(engine, 'active = 1')).toEqual([]);
    expect(await eventRows(engine)).toHaveLength(10);
    expect(await engine.mappings("sync_status <> 'cancelled'")).toEqual([]);
    expect(await engine.mappings()).toHaveLength(10);
    expect(engine.graph.mails).toEqual([]);
  }));

describe('one-sided edits in Outlook', () => {
  test('S2: an edit of a booking-system event arrives in its row and its date row; nothing is written back', () =>
    inRoom(async (engine) => {
      const id = await shown(engine);
      engine.people.editInRoom(ORNEN, id, {
        subject: 'Korps og kor',
        ...times('2027-03-02 12:00', '2027-03-02 14:00'),
      });
      expect(await poll(engine)).toMatchObject({ updatesApplied: 1 });
      expect(await eventRows(engine)).toMatchObject([
        {
          name: 'Korps og kor',
          from_: '2027-03-02 12:00:00',
          to_: '2027-03-02 14:00:00',
          description: 'Noter',
          active: 1,
        },
      ]);
      expect(await engine.sql('SELECT from_, to_ FROM bb_event_date')).toEqual([
        { from_: '2027-03-02 12:00:00', to_: '2027-03-02 14:00:00' },
      ]);
      const writes = engine.graph.metrics.operations['update-event'] ?? 0;
      await settle(engine);
      expect(engine.graph.metrics.operations['update-event'] ?? 0).toBe(writes);
    }));

  test('a move onto another active event is a conflict; both versions are kept', () =>
    inRoom(async (engine) => {
      await addEvent(engine, {
        id: 701,
        name: 'Andre',
        start: '2027-03-02 12:00',
        end: '2027-03-02 13:00',
        rooms: [103],
      });
      const id = await shown(engine);
      engine.people.editInRoom(ORNEN, id, times('2027-03-02 12:30', '2027-03-02 13:30'));
      expect(await poll(engine)).toMatchObject({ conflicts: 1, updatesApplied: 0 });
      await settle(engine);
      expect(await eventRows(engine, 'id = 700')).toMatchObject([{ from_: '2027-03-02 10:00:00' }]);
      expect(engine.events(103).find((event) => event.subject === 'Korps')?.start).toBe('2027-03-02T11:30:00.000Z');
      expect(await engine.mappings('reservation_id = 700')).toMatchObject([
        { sync_status: 'conflict', conflict_kind: 'edited' },
      ]);
      expect(
        await engine.sql("SELECT before_values, after_values FROM bridge_journal WHERE action = 'conflict-recorded'"),
      ).toMatchObject([
        { before_values: expect.stringContaining('10:00'), after_values: expect.stringContaining('T11:30') },
      ]);
    }));

  test.each([
    { type: 'booking', id: 3057, room: 103, calendar: ORNEN, table: 'bb_booking' },
    { type: 'allocation', id: 5025, room: 101, calendar: 'storsalen@fjordvik.example', table: 'bb_allocation' },
  ])('T17: an edit of a $type is turned back by the next push', ({ type, id, room, calendar, table }) =>
    inEngine({}, async (engine) => {
      await settle(engine);
      const row = await engine.row(`SELECT * FROM ${table} WHERE id = ${id}`);
      const eventId = await eventIdOf(engine, type, id, room);
      const before = engine.events(room);
      engine.people.editInRoom(calendar, eventId, {
        subject: 'Omdøpt',
        ...times('2027-06-02 07:00', '2027-06-02 07:30'),
      });
      await settle(engine);
      expect(engine.events(room)).toEqual(before);
      expect(await engine.row(`SELECT * FROM ${table} WHERE id = ${id}`)).toEqual(row);
    }),
  );

  test('OUTLOOK_EDIT_POLICY=revert turns every edit back', () =>
    inRoom(
      async (engine) => {
        const id = await shown(engine);
        engine.people.editInRoom(ORNEN, id, { subject: 'Omdøpt' });
        await settle(engine);
        expect(engine.events(103)).toMatchObject([{ subject: 'Korps' }]);
        expect(await eventRows(engine)).toMatchObject([{ name: 'Korps' }]);
      },
      { settings: { OUTLOOK_EDIT_POLICY: 'revert' } },
    ));

  test('E8, E9: made private in Outlook, the reservation is no longer public', () =>
    inRoom(async (engine) => {
      const id = await shown(engine);
      engine.people.editInRoom(ORNEN, id, { sensitivity: 'private' });
      await settle(engine);
      expect(await eventRows(engine)).toMatchObject([{ is_public: 0, name: 'Korps' }]);
    }));

  test('a change of the version alone (a category) writes nothing to the booking system', () =>
    inRoom(async (engine) => {
      const id = await shown(engine);
      const before = await engine.sql('SELECT * FROM bb_event');
      engine.people.editInRoom(ORNEN, id, { categories: ['Rød'] });
      expect(await poll(engine)).toMatchObject({ updatesApplied: 0 });
      expect(await engine.sql('SELECT * FROM bb_event')).toEqual(before);
      await engine.sql("UPDATE bb_event SET name = 'Korps 2'");
      await push(engine);
      expect(engine.events(103)).toMatchObject([{ subject: 'Korps 2' }]);
    }));
});

describe('E10, E11: edited on both sides between two runs', () => {
  async function editBoth(engine: Engine, booking: string, outlook: string): Promise<void> {
    const id = await shown(engine);
    await engine.sql(`UPDATE bb_event SET name = '${booking}'`);
    engine.people.editInRoom(ORNEN, id, { subject: outlook });
  }

  test('E10: the origin side wins, the other version is in the journal', () =>
    inRoom(async (engine) => {
      await editBoth(engine, 'Fra booking', 'Fra Outlook');
      await settle(engine);
      expect(engine.events(103)).toMatchObject([{ subject: 'Fra booking' }]);
      expect(await eventRows(engine)).toMatchObject([{ name: 'Fra booking' }]);
      expect(
        await engine.sql("SELECT after_values FROM bridge_journal WHERE action = 'conflict-recorded'"),
      ).toMatchObject([{ after_values: expect.stringContaining('Fra Outlook') }]);
    }));

  test('E10: an Outlook-born event is decided by Outlook', () =>
    inRoom(async (engine) => {
      const id = engine.people.createInRoom(ORNEN, meeting('Ny', '2027-03-02 12:00', '2027-03-02 13:00'));
      await settle(engine);
      await engine.sql("UPDATE bb_event SET name = 'Fra booking'");
      engine.people.editInRoom(ORNEN, id, { subject: 'Fra Outlook' });
      await settle(engine);
      expect(engine.events(103)).toMatchObject([{ subject: 'Fra Outlook' }]);
      expect(await eventRows(engine)).toMatchObject([{ name: 'Fra Outlook' }]);
    }));

  test('different fields flow both ways and meet', () =>
    inRoom(async (engine) => {
      const id = await shown(engine);
      await engine.sql("UPDATE bb_event SET name = 'Fra booking'");
      engine.people.editInRoom(ORNEN, id, times('2027-03-02 15:00', '2027-03-02 16:00'));
      await settle(engine);
      expect(engine.events(103)).toMatchObject([{ subject: 'Fra booking', start: '2027-03-02T14:00:00.000Z' }]);
      expect(await eventRows(engine)).toMatchObject([{ name: 'Fra booking', from_: '2027-03-02 15:00:00' }]);
    }));

  test('the room decides where it has authority', () =>
    inRoom(async (engine) => {
      await engine.sql("UPDATE bridge_resource_mappings SET authority = 'outlook'");
      await editBoth(engine, 'Fra booking', 'Fra Outlook');
      await settle(engine);
      expect(await eventRows(engine)).toMatchObject([{ name: 'Fra Outlook' }]);
    }));

  test('policy manual parks it in conflict', () =>
    inRoom(
      async (engine) => {
        await editBoth(engine, 'Fra booking', 'Fra Outlook');
        await poll(engine);
        await settle(engine);
        expect(engine.events(103)).toMatchObject([{ subject: 'Fra Outlook' }]);
        expect(await eventRows(engine)).toMatchObject([{ name: 'Fra booking' }]);
        expect(await engine.mappings()).toMatchObject([{ sync_status: 'conflict', conflict_kind: 'edited' }]);
      },
      { settings: { OUTLOOK_EDIT_POLICY: 'manual' } },
    ));

  test('E11: both edited alike is agreement', () =>
    inRoom(
      async (engine) => {
        await editBoth(engine, 'Likt', 'Likt');
        const writes = engine.graph.metrics.operations['update-event'] ?? 0;
        await settle(engine);
        expect(await engine.mappings()).toMatchObject([{ sync_status: 'synced' }]);
        expect(engine.graph.metrics.operations['update-event'] ?? 0).toBe(writes);
        expect(await engine.sql("SELECT 1 FROM bridge_journal WHERE action = 'conflict-recorded'")).toEqual([]);
      },
      { settings: { OUTLOOK_EDIT_POLICY: 'manual' } },
    ));

  test('R12: an edit that arrives between our read and our write is merged, not overwritten', () =>
    inRoom(async (engine) => {
      const id = await shown(engine);
      engine.people.editInRoom(ORNEN, id, times('2027-03-02 15:00', '2027-03-02 16:00'));
      await engine.sql("UPDATE bb_event SET name = 'Fra booking'");
      await push(engine);
      expect(engine.events(103)).toMatchObject([{ subject: 'Korps', start: '2027-03-02T14:00:00.000Z' }]);
      await settle(engine);
      expect(engine.events(103)).toMatchObject([{ subject: 'Fra booking', start: '2027-03-02T14:00:00.000Z' }]);
      expect(await eventRows(engine)).toMatchObject([{ name: 'Fra booking', from_: '2027-03-02 15:00:00' }]);
    }));
});

describe("E47: a clerk edits a person's meeting", () => {
  async function guest(engine: Engine) {
    const booked = invite(engine, [ORNEN], meeting('Gjest', '2027-03-16 09:00', '2027-03-16 11:00'));
    await settle(engine);
    return booked;
  }

  test('title and time are not patched: a conflict, and nobody is mailed', () =>
    inRoom(async (engine) => {
      await guest(engine);
      const mails = engine.graph.mails.length;
      await engine.sql("UPDATE bb_event SET name = 'Omdøpt', from_ = '2027-03-16 10:00:00'");
      await settle(engine);
      expect(engine.events(103)).toMatchObject([{ subject: 'Gjest', start: '2027-03-16T08:00:00.000Z' }]);
      expect(await eventRows(engine)).toMatchObject([{ name: 'Omdøpt' }]);
      expect(await engine.mappings()).toMatchObject([{ sync_status: 'conflict', conflict_kind: 'edited' }]);
      expect(engine.graph.mails).toHaveLength(mails);
      expect(engine.graph.metrics.operations['update-event'] ?? 0).toBe(0);
    }));

  test("a note of the clerk's own stays in the booking system", () =>
    inRoom(async (engine) => {
      await guest(engine);
      await engine.sql("UPDATE bb_event SET description = 'Husk nøkkel'");
      await settle(engine);
      expect(await engine.mappings()).toMatchObject([{ sync_status: 'synced' }]);
      expect(await eventRows(engine)).toMatchObject([{ description: 'Husk nøkkel' }]);
      expect(engine.graph.metrics.operations['update-event'] ?? 0).toBe(0);
    }));

  test("policy revert restores the organiser's version", () =>
    inRoom(
      async (engine) => {
        await guest(engine);
        await engine.sql("UPDATE bb_event SET name = 'Omdøpt', from_ = '2027-03-16 10:00:00'");
        await settle(engine);
        expect(await eventRows(engine)).toMatchObject([{ name: 'Gjest', from_: '2027-03-16 09:00:00' }]);
        expect(await engine.mappings()).toMatchObject([{ sync_status: 'synced' }]);
      },
      { settings: { OUTLOOK_EDIT_POLICY: 'revert' } },
    ));

  test('the organiser moves it: the reservation follows', () =>
    inRoom(async (engine) => {
      const booked = await guest(engine);
      engine.people.edit(booked, times('2027-03-17 09:00', '2027-03-17 11:00'));
      engine.wait(MINUTE);
      await settle(engine);
      expect(await eventRows(engine)).toMatchObject([{ name: 'Gjest', from_: '2027-03-17 09:00:00', active: 1 }]);
    }));
});

describe('R9: people invited to an event of ours', () => {
  const guests = { attendees: [{ type: 'required', emailAddress: { address: 'ola@fjordvik.example', name: 'Ola' } }] };

  test.each([
    ['an edit', "name = 'Nytt'"],
    ['the same title as in Outlook, then an edit', "name = 'Korps 2'"],
    ['a cancellation', 'active = 0'],
  ])('%s of the booking system before they were polled mails nobody', (_, change) =>
    inRoom(async (engine) => {
      const id = await shown(engine);
      engine.people.editInRoom(ORNEN, id, { ...guests, ...(change.includes('Korps 2') && { subject: 'Korps 2' }) });
      const mails = engine.graph.mails.length;
      await engine.sql(`UPDATE bb_event SET ${change}`);
      await push(engine);
      await engine.sql("UPDATE bb_event SET to_ = '2027-03-02 11:30:00'");
      await push(engine);
      await settle(engine);
      expect(engine.graph.mails).toHaveLength(mails);
      expect(engine.events(103)).toHaveLength(1);
    }),
  );
});

describe('several rooms', () => {
  test('an edit of one of two copies reaches the reservation and the other room', () =>
    inRoom(async (engine) => {
      await addEvent(engine, { ...KORPS, rooms: [103, 104] });
      await settle(engine);
      engine.people.editInRoom(ORNEN, await eventIdOf(engine, 'event', 700, 103), {
        subject: 'Nytt navn',
        ...times('2027-03-02 12:00', '2027-03-02 13:00'),
      });
      await settle(engine);
      for (const room of [103, 104])
        expect(engine.events(room)).toMatchObject([{ subject: 'Nytt navn', start: '2027-03-02T11:00:00.000Z' }]);
      expect(await eventRows(engine)).toMatchObject([{ name: 'Nytt navn', from_: '2027-03-02 12:00:00' }]);
    }));

  test('the organiser moves a meeting in two rooms: one reservation, moved once', () =>
    inRoom(async (engine) => {
      const booked = invite(engine, [ORNEN, AERE], meeting('Felles', '2027-03-16 09:00', '2027-03-16 11:00'));
      await settle(engine);
      engine.people.edit(booked, times('2027-03-17 09:00', '2027-03-17 11:00'));
      engine.wait(MINUTE);
      await settle(engine);
      expect(await eventRows(engine)).toMatchObject([{ from_: '2027-03-17 09:00:00', rooms: [103, 104] }]);
      expect((await engine.mappings()).map((row) => row.sync_status)).toEqual(['synced', 'synced']);
    }));
});
