import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { at, codeOf, createTenant, eventUrl, ROOM, VIEW, weekly } from '../../../support/graph-tenant.ts';

const documented = behavioursOf('calendarView');
const view = (from: string, to: string) =>
  `/users/${ROOM}/calendar/calendarView?startDateTime=${from}&endDateTime=${to}`;

documented(
  {
    id: 'view-01',
    behaviour: 'Both window parameters are required',
    source: '3.1, L:calendar-list-calendarview (2025-07)',
    standing: 'confirmed',
  },
  async () => {
    const { get } = createTenant();
    for (const query of ['', '?startDateTime=2027-03-01T00:00:00Z', '?endDateTime=2027-03-01T00:00:00Z']) {
      expect((await get(`/users/${ROOM}/calendarView${query}`)).status).toBe(400);
    }
  },
);

documented(
  {
    id: 'view-02',
    behaviour: 'Series are expanded: occurrences and exceptions, never a master',
    source: '3.1, L:calendar-list-calendarview',
    standing: 'confirmed',
  },
  async () => {
    const { create, get, patch } = createTenant();
    const master = await create(weekly());
    const first = (await get(`${VIEW}&$orderby=start/dateTime`)).json.value[0];
    await patch(eventUrl(first?.id ?? ''), { subject: 'Changed' });
    const rows = (await get(`${VIEW}&$orderby=start/dateTime`)).json.value;
    expect(rows.map((each) => each.type)).toEqual(['exception', 'occurrence', 'occurrence', 'occurrence']);
    expect(rows.every((each) => each.seriesMasterId === master.id)).toBe(true);
    expect(rows.map((each) => each.subject)).toEqual(['Changed', 'Morgenmøte', 'Morgenmøte', 'Morgenmøte']);
  },
);

documented(
  {
    id: 'view-03',
    behaviour:
      'An event is in when it overlaps the window, not only when it starts inside; ends touch without overlapping',
    source: '3.1',
    standing: 'unconfirmed',
  },
  async () => {
    const { create, get } = createTenant();
    await create({ start: at('2027-03-03T18:00:00', 'UTC'), end: at('2027-03-05T19:00:00', 'UTC') });
    const count = async (from: string, to: string) => (await get(view(from, to))).json.value.length;
    expect(await count('2027-03-04T10:00:00Z', '2027-03-04T11:00:00Z')).toBe(1);
    expect(await count('2027-03-05T19:00:00Z', '2027-03-05T20:00:00Z')).toBe(0);
    expect(await count('2027-03-03T17:00:00Z', '2027-03-03T18:00:00Z')).toBe(0);
  },
);

documented(
  {
    id: 'view-04',
    behaviour: 'A window longer than 1,825 days: 400 ErrorInvalidRequest',
    source: '3.1, FIELD-1',
    standing: 'field report',
  },
  async () => {
    const { get } = createTenant();
    expect((await get(view('2027-01-01T00:00:00Z', '2031-12-31T00:00:00Z'))).status).toBe(200);
    const reply = await get(view('2027-01-01T00:00:00Z', '2032-01-01T00:00:00Z'));
    expect([reply.status, codeOf(reply)]).toEqual([400, 'ErrorInvalidRequest']);
  },
);

documented(
  {
    id: 'view-05',
    behaviour: 'Pages of 10 by default, of $top up to 1,000, followed by nextLink to the end',
    source: '3.1, L:calendar-list-calendarview, FIELD-1 (default 10)',
    standing: 'confirmed',
  },
  async () => {
    const { create, get } = createTenant();
    for (let n = 0; n < 25; n++) await create({ subject: String(n) });
    const sizes: number[] = [];
    const seen = new Set<string>();
    for (let next: string | undefined = VIEW; next !== undefined; ) {
      const { json } = await get(next);
      sizes.push(json.value.length);
      for (const row of json.value) seen.add(row.id);
      next = json['@odata.nextLink'];
    }
    expect(sizes).toEqual([10, 10, 5]);
    expect(seen.size).toBe(25);
    expect((await get(`${VIEW}&$top=1000`)).json.value).toHaveLength(25);
    expect((await get(`${VIEW}&$top=1001`)).status).toBe(400);
  },
);

documented(
  {
    id: 'view-06',
    behaviour: 'createdDateTime and lastModifiedDateTime cannot be selected; without $select they come',
    source: '1.2, L:calendar-list-calendarview (2025-07)',
    standing: 'confirmed',
  },
  async () => {
    const { create, get } = createTenant();
    await create();
    expect((await get(`${VIEW}&$select=id,lastModifiedDateTime`)).status).toBe(400);
    expect((await get(VIEW)).json.value[0]).toHaveProperty('lastModifiedDateTime');
  },
);

documented(
  {
    id: 'view-07',
    behaviour: '$orderby=start/dateTime orders; without it there is no promise of order',
    source: '3.1',
    standing: 'unconfirmed',
  },
  async () => {
    const { create, get } = createTenant();
    for (const hour of ['12', '10', '11']) {
      await create({ subject: hour, start: at(`2027-03-03T${hour}:00:00`), end: at(`2027-03-03T${hour}:30:00`) });
    }
    const subjects = async (query: string) => (await get(`${VIEW}${query}`)).json.value.map((each) => each.subject);
    expect(await subjects('&$orderby=start/dateTime')).toEqual(['10', '11', '12']);
    expect(await subjects('&$orderby=start/dateTime desc')).toEqual(['12', '11', '10']);
    expect(await subjects('')).not.toEqual(['10', '11', '12']);
  },
);

documented(
  {
    id: 'view-08',
    behaviour: 'A cancelled meeting stays in the room’s calendarView with isCancelled true',
    source: '1.5, 1.7, EXO:Set-CalendarProcessing (RemoveCanceledMeetings)',
    standing: 'confirmed',
  },
  async () => {
    const { get, pass, simulator } = createTenant();
    const event = { subject: 'Styremøte', start: at('2027-03-04T10:00:00'), end: at('2027-03-04T11:00:00') };
    const organizer = { name: 'Kari Lunde', address: 'kari@fjordvik.example' };
    const meeting = simulator.actors.book({ organizer, rooms: [ROOM], event });
    await pass(10_000);
    simulator.actors.cancel(meeting);
    await pass(10_000);
    expect((await get(VIEW)).json.value).toMatchObject([
      { isCancelled: true, subject: 'Canceled: Kari Lunde', showAs: 'free' },
    ]);
  },
);
