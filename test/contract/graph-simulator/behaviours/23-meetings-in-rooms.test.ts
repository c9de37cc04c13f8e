import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { booked, PRIVATE } from '../../../support/graph-meetings.ts';
import { at, createTenant, PLAIN, ROOM, ROOM_B, VIEW, weekly } from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Room mailboxes: after the invitation');
documented(
  {
    id: 'room-08',
    behaviour: 'A reschedule is followed: same copy, tentative again, then accepted or declined',
    source: '1.7, L:user-post-events',
    standing: 'confirmed',
  },
  async () => {
    const { rows, pass, actors, meeting } = booked();
    await pass(10_000);
    const id = actors.copyIn(ROOM, meeting);
    actors.edit(meeting, { start: at('2027-03-05T10:00:00'), end: at('2027-03-05T11:00:00') });
    await pass(1_000);
    expect(await rows()).toMatchObject([
      { id, showAs: 'tentative', start: { dateTime: '2027-03-05T09:00:00.0000000' } },
    ]);
    await pass(4_000);
    expect(await rows()).toMatchObject([{ id, showAs: 'busy' }]);
  },
);

documented(
  {
    id: 'room-09',
    behaviour: 'A new name reaches the room for some seconds and is replaced again: two new etags, nothing new to say',
    source: '1.7, 13.13, #mg-docs/11649',
    standing: 'field report',
  },
  async () => {
    const { rows, pass, actors, meeting } = booked();
    await pass(10_000);
    actors.edit(meeting, { subject: 'Nytt navn' });
    await pass(1_000);
    expect(await rows()).toMatchObject([{ subject: 'Nytt navn' }]);
    await pass(4_000);
    expect(await rows()).toMatchObject([{ subject: 'Kari Lunde' }]);
  },
);

documented(
  {
    id: 'room-10',
    behaviour: 'A cancelled meeting stays, marked; with RemoveCanceledMeetings it is removed',
    source: '1.7, EXO:Set-CalendarProcessing',
    standing: 'confirmed',
  },
  async () => {
    for (const removeCanceledMeetings of [false, true]) {
      const { rows, pass, actors, meeting } = booked(PRIVATE, { removeCanceledMeetings });
      await pass(10_000);
      actors.cancel(meeting);
      await pass(10_000);
      expect(await rows()).toMatchObject(removeCanceledMeetings ? [] : [{ isCancelled: true, showAs: 'free' }]);
    }
  },
);

documented(
  {
    id: 'room-11',
    behaviour: 'A series is copied as a series; its occurrences can be changed and cancelled one by one',
    source: '1.7, 8',
    standing: 'unconfirmed',
  },
  async () => {
    const { rows, pass, actors, meeting } = booked(weekly());
    await pass(10_000);
    expect((await rows()).map((each) => each.type)).toEqual(Array(4).fill('occurrence'));
    actors.editOccurrence(meeting, '2027-03-09', { start: at('2027-03-09T12:00:00'), end: at('2027-03-09T12:30:00') });
    actors.cancel(meeting, '2027-03-16');
    await pass(10_000);
    const after = (await rows()).map((each) => `${each.type} ${each.start.dateTime.slice(5, 16)}`);
    expect(after.sort()).toEqual(['exception 03-09T11:00', 'occurrence 03-02T07:30', 'occurrence 03-23T07:30']);
  },
);

documented(
  {
    id: 'room-13',
    behaviour: 'Inviting other rooms instead: the old room’s copy is cancelled, the new room gets its own',
    source: '1.3, 1.7',
    standing: 'unconfirmed',
  },
  async () => {
    const { rows, pass, actors, meeting, get } = booked();
    await pass(10_000);
    actors.changeRooms(meeting, [ROOM_B]);
    await pass(10_000);
    expect(await rows()).toMatchObject([{ isCancelled: true }]);
    expect((await get(VIEW.replace(ROOM, ROOM_B))).json.value).toMatchObject([
      { iCalUId: meeting.iCalUId, isCancelled: false },
    ]);
  },
);

documented(
  {
    id: 'room-14',
    behaviour: 'What people do mails people; the log tells it apart from what requests through Graph caused',
    source: '1.1, 1.4, L:user-post-events (2026-08), C:event-delete.md, C:event-cancel.md',
    standing: 'confirmed',
  },
  async () => {
    const { pass, actors, meeting, simulator } = booked();
    await pass(10_000);
    actors.cancel(meeting);
    await pass(10_000);
    expect(simulator.mails.map(({ kind, cause }) => [kind, cause])).toEqual([
      ['invitation', 'person'],
      ['response', 'room'],
      ['cancellation', 'person'],
    ]);
  },
);

documented(
  {
    id: 'room-15',
    behaviour: 'People can write, edit, move and delete straight in the room’s calendar, and answer for the room',
    source: '1.7',
    standing: 'unconfirmed',
  },
  async () => {
    const { get, simulator } = createTenant({ settings: PLAIN });
    const { actors } = simulator;
    const id = actors.createInRoom(ROOM, PRIVATE);
    actors.editInRoom(ROOM, id, {
      subject: 'Flyttet',
      start: at('2027-03-05T10:00:00'),
      end: at('2027-03-05T11:00:00'),
    });
    expect((await get(VIEW)).json.value).toMatchObject([
      { id, subject: 'Flyttet', sensitivity: 'private', isOrganizer: true },
    ]);
    actors.deleteInRoom(ROOM, id);
    expect((await get(VIEW)).json.value).toEqual([]);
  },
);
