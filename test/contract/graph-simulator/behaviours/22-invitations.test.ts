import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { booked, KARI, PRIVATE } from '../../../support/graph-meetings.ts';
import {
  at,
  createTenant,
  eventUrl,
  MARKER_EXPANDED,
  marked,
  ROOM,
  ROOM_B,
  VIEW,
  weekly,
} from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Room mailboxes: invitations');
documented(
  {
    id: 'room-01',
    behaviour:
      'An invitation shows up seconds later, tentative and with its own subject; seconds after that it is accepted',
    source: '1.7, EXO:Set-CalendarProcessing (AddNewRequestsTentatively), #mg-docs/11649',
    standing: 'confirmed',
  },
  async () => {
    const { rows, pass } = booked();
    expect(await rows()).toEqual([]);
    await pass(1_000);
    expect(await rows()).toMatchObject([
      { subject: 'Medarbeidersamtale', showAs: 'tentative', responseStatus: { response: 'notResponded' } },
    ]);
    await pass(4_000);
    expect(await rows()).toMatchObject([{ showAs: 'busy', responseStatus: { response: 'accepted' } }]);
  },
);

documented(
  {
    id: 'room-02',
    behaviour:
      'The attendant replaces the subject by the organiser’s name, empties the body and clears the private flag; the etag changes',
    source: '1.7, EXO:Set-CalendarProcessing, #net/559, #go/602',
    standing: 'confirmed',
  },
  async () => {
    const { rows, pass } = booked();
    await pass(1_000);
    const [before] = await rows();
    await pass(4_000);
    const [after] = await rows();
    expect(after).toMatchObject({
      id: before?.id,
      subject: 'Kari Lunde',
      body: { content: '' },
      sensitivity: 'normal',
    });
    expect(after?.changeKey).not.toBe(before?.changeKey);
  },
);

documented(
  {
    id: 'room-03',
    behaviour:
      'With DeleteSubject, AddOrganizerToSubject, DeleteComments and RemovePrivateProperty off, the copy keeps its words',
    source: '1.7, EXO:Set-CalendarProcessing',
    standing: 'confirmed',
  },
  async () => {
    const off = {
      deleteSubject: false,
      addOrganizerToSubject: false,
      deleteComments: false,
      removePrivateProperty: false,
    };
    const { rows, pass } = booked(PRIVATE, off);
    await pass(10_000);
    expect(await rows()).toMatchObject([
      { subject: 'Medarbeidersamtale', body: { content: 'Fortrolig\r\n' }, sensitivity: 'private' },
    ]);
  },
);

documented(
  {
    id: 'room-04',
    behaviour: 'AutomateProcessing None: nothing is processed; organisers of another tenant are ignored by default',
    source: '1.7, EXO:Set-CalendarProcessing',
    standing: 'confirmed',
  },
  async () => {
    const none = booked(PRIVATE, { automateProcessing: 'None' });
    await none.pass(10_000);
    expect(await none.rows()).toEqual([]);
    const tenant = createTenant();
    tenant.simulator.addMailbox({ address: 'guest@elsewhere.example', name: 'Guest', kind: 'user', tenant: 'other' });
    const organizer = { name: 'Guest', address: 'guest@elsewhere.example' };
    tenant.simulator.actors.book({ organizer, rooms: [ROOM], event: PRIVATE });
    await tenant.pass(10_000);
    expect((await tenant.get(VIEW)).json.value).toEqual([]);
  },
);

documented(
  {
    id: 'room-05',
    behaviour: 'Organiser’s and rooms’ copies have different ids and one iCalUId; the room is not the organiser',
    source: '1.7, 1.5, #go/602',
    standing: 'field report',
  },
  async () => {
    const { meeting, actors, pass, get } = booked(PRIVATE, {}, [ROOM, ROOM_B]);
    await pass(10_000);
    const ids = [ROOM, ROOM_B].map((room) => actors.copyIn(room, meeting) ?? '');
    expect(new Set([...ids, meeting.id]).size).toBe(3);
    for (const [n, room] of [ROOM, ROOM_B].entries()) {
      const { json } = await get(eventUrl(ids[n] ?? '', room));
      expect(json).toMatchObject({ iCalUId: meeting.iCalUId, isOrganizer: false, organizer: { emailAddress: KARI } });
    }
  },
);

documented(
  {
    id: 'room-06',
    behaviour:
      'An invitation that clashes with anything busy is declined: also with an appointment an app wrote directly',
    source: '1.7, EXO:Set-CalendarProcessing (AllowConflicts), EXO community answer',
    standing: 'confirmed',
  },
  async () => {
    for (const [showAs, left] of [
      ['busy', ['Ours']],
      ['free', ['Ours', 'Kari Lunde']],
    ] as const) {
      const tenant = createTenant();
      await tenant.create({ subject: 'Ours', showAs, start: PRIVATE.start, end: PRIVATE.end });
      tenant.simulator.actors.book({ organizer: KARI, rooms: [ROOM], event: PRIVATE });
      await tenant.pass(10_000);
      const subjects = (await tenant.get(VIEW)).json.value.map((each) => each.subject);
      expect(subjects.sort()).toEqual([...left].sort());
    }
  },
);

documented(
  {
    id: 'room-16',
    behaviour: 'Of two invitations for the same time the first is accepted, the second declined',
    source: '1.7, EXO:Set-CalendarProcessing (AllowConflicts)',
    standing: 'confirmed',
  },
  async () => {
    const { rows, pass, actors } = booked();
    const second = actors.book({
      organizer: { name: 'Ola', address: 'ola@fjordvik.example' },
      rooms: [ROOM],
      event: PRIVATE,
    });
    await pass(10_000);
    expect(await rows()).toMatchObject([{ subject: 'Kari Lunde' }]);
    expect(actors.copyIn(ROOM, second)).toBeNull();
  },
);

documented(
  {
    id: 'room-07',
    behaviour: 'Beyond the booking window (180 days), longer than 24 hours, or an endless series: declined',
    source: '1.7, EXO:Set-CalendarProcessing',
    standing: 'confirmed',
  },
  async () => {
    const far = { start: at('2027-10-04T10:00:00'), end: at('2027-10-04T11:00:00') };
    const long = { start: at('2027-03-04T10:00:00'), end: at('2027-03-06T11:00:00') };
    const pattern = { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'] };
    const endless = weekly({ recurrence: { pattern, range: { type: 'noEnd', startDate: '2027-03-02' } } });
    for (const event of [{ ...PRIVATE, ...far }, { ...PRIVATE, ...long }, endless]) {
      const { rows, pass, simulator } = booked(event);
      await pass(10_000);
      expect(await rows()).toEqual([]);
      expect(simulator.mails.at(-1)).toMatchObject({ kind: 'response', from: ROOM, cause: 'room' });
    }
  },
);

documented(
  {
    id: 'room-12',
    behaviour: 'Extended properties an organiser’s app set come along when the request is processed',
    source: '1.7, #go/602, #net/519',
    standing: 'field report',
  },
  async () => {
    const { pass, actors, meeting, get } = booked({ ...PRIVATE, ...marked('event:1:103:0') });
    await pass(10_000);
    const { json } = await get(`${eventUrl(actors.copyIn(ROOM, meeting) ?? '')}?${MARKER_EXPANDED}`);
    expect(json.singleValueExtendedProperties).toHaveLength(1);
  },
);
