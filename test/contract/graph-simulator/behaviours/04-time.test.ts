import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { at, codeOf, createTenant, eventUrl, PLAIN, plainEvent, ROOM, VIEW } from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Time and time zones');
const EVENTS = `/users/${ROOM}/calendar/events`;
const inZone = (zone: string) => ({ prefer: `IdType="ImmutableId", outlook.timezone="${zone}"` });

documented(
  {
    id: 'time-01',
    behaviour: 'Times come back in UTC, with seven fractional digits and no offset',
    source: '1.1, 1.6, L:resources/datetimetimezone (2024-08)',
    standing: 'confirmed',
  },
  async () => {
    const created = await createTenant().create();
    expect(created.start).toEqual({ dateTime: '2027-03-03T17:00:00.0000000', timeZone: 'UTC' });
  },
);

documented(
  {
    id: 'time-02',
    behaviour: 'Prefer: outlook.timezone answers in that zone, by its own name',
    source: '1.1, C:event-get.md',
    standing: 'confirmed',
  },
  async () => {
    const { create, get } = createTenant();
    const { id } = await create();
    const { start } = (await get(eventUrl(id), inZone('Tokyo Standard Time'))).json;
    expect(start).toEqual({ dateTime: '2027-03-04T02:00:00.0000000', timeZone: 'Tokyo Standard Time' });
  },
);

documented(
  {
    id: 'time-03',
    behaviour: 'An unknown zone answers 400 TimeZoneNotSupportedException, in bodies and in Prefer',
    source: '1.6, FIELD-1',
    standing: 'field report',
  },
  async () => {
    const { post, get } = createTenant();
    const body = await post(EVENTS, plainEvent({ start: at('2027-03-03T18:00:00', 'Mars Standard Time') }));
    expect([body.status, codeOf(body)]).toEqual([400, 'TimeZoneNotSupportedException']);
    const header = await get(VIEW, inZone('Mars Standard Time'));
    expect([header.status, codeOf(header)]).toEqual([400, 'TimeZoneNotSupportedException']);
  },
);

documented(
  {
    id: 'time-04',
    behaviour: 'Windows names and the published list of IANA names are accepted',
    source: '1.6, L:resources/datetimetimezone',
    standing: 'confirmed',
  },
  async () => {
    const { create } = createTenant();
    for (const zone of ['Europe/Berlin', 'Europe/Kyiv', 'Asia/Astana', 'America/Godthab', 'Etc/GMT+12']) {
      const created = await create({ start: at('2027-03-03T18:00:00', zone), end: at('2027-03-03T19:00:00', zone) });
      expect(created['originalStartTimeZone']).toBe(zone);
    }
  },
);

documented(
  {
    id: 'time-05',
    behaviour: 'Europe/Oslo is not on the list and is refused, unless set otherwise',
    source: '1.6, L:resources/datetimetimezone; some clients send it all the same',
    standing: 'unconfirmed',
  },
  async () => {
    const oslo = plainEvent({ start: at('2027-03-03T18:00:00', 'Europe/Oslo') });
    expect((await createTenant().post(EVENTS, oslo)).status).toBe(400);
    expect((await createTenant({ settings: { ...PLAIN, anyIanaZone: true } }).post(EVENTS, oslo)).status).toBe(201);
  },
);

documented(
  {
    id: 'time-06',
    behaviour: 'A time with an offset or a Z is refused',
    source: '1.6, CSDL',
    standing: 'unconfirmed',
  },
  async () => {
    const { post } = createTenant();
    for (const time of ['2027-03-03T18:00:00Z', '2027-03-03T18:00:00+01:00', '2027-02-30T18:00:00', '18:00']) {
      expect((await post(EVENTS, plainEvent({ start: at(time) }))).status).toBe(400);
    }
  },
);

documented(
  {
    id: 'time-07',
    behaviour: 'Of two moments with the same wall clock the later one is taken; in a gap the clock moves on by the gap',
    source: '1.6; .NET rules assumed',
    standing: 'unconfirmed',
  },
  async () => {
    const { create } = createTenant();
    const fold = await create({ start: at('2027-10-31T02:30:00'), end: at('2027-10-31T04:00:00') });
    expect(fold.start.dateTime).toBe('2027-10-31T01:30:00.0000000');
    const gap = await create({ start: at('2027-03-28T02:30:00'), end: at('2027-03-28T04:00:00') });
    expect(gap.start.dateTime).toBe('2027-03-28T01:30:00.0000000');
  },
);

documented(
  {
    id: 'time-08',
    behaviour:
      'All-day events start and end at midnight, in one zone, and last whole days: else 400 ErrorInvalidRequest',
    source: '1.5, L:resources/event, public bug reports',
    standing: 'confirmed',
  },
  async () => {
    const { post } = createTenant();
    const days = (start: string, end: string, zone = 'UTC') =>
      plainEvent({ isAllDay: true, start: at(start, 'UTC'), end: at(end, zone) });
    expect((await post(EVENTS, days('2027-03-22T00:00:00', '2027-03-23T00:00:00'))).status).toBe(201);
    for (const wrong of [
      days('2027-03-22T00:00:00', '2027-03-22T23:59:00'),
      days('2027-03-22T08:00:00', '2027-03-23T00:00:00'),
      days('2027-03-22T00:00:00', '2027-03-22T00:00:00'),
      days('2027-03-22T00:00:00', '2027-03-23T00:00:00', 'Europe/Berlin'),
    ]) {
      const reply = await post(EVENTS, wrong);
      expect([reply.status, codeOf(reply)]).toEqual([400, 'ErrorInvalidRequest']);
    }
  },
);

documented(
  {
    id: 'time-09',
    behaviour: 'All-day events float: their own dates at midnight, whatever zone is asked for; the end is exclusive',
    source: '1.5, FIELD-1',
    standing: 'field report',
  },
  async () => {
    const { create, get } = createTenant();
    const { id } = await create({ isAllDay: true, start: at('2027-03-22T00:00:00'), end: at('2027-03-23T00:00:00') });
    for (const zone of ['UTC', 'Tokyo Standard Time', 'Pacific Standard Time']) {
      const { start, end } = (await get(eventUrl(id), inZone(zone))).json;
      expect([start, end]).toEqual([at('2027-03-22T00:00:00.0000000', zone), at('2027-03-23T00:00:00.0000000', zone)]);
    }
  },
);

documented(
  {
    id: 'time-10',
    behaviour: 'calendarView matches all-day events as UTC midnights',
    source: '1.5, FIELD-1',
    standing: 'field report',
  },
  async () => {
    const { create, get } = createTenant();
    await create({ isAllDay: true, start: at('2027-03-22T00:00:00'), end: at('2027-03-23T00:00:00') });
    const view = (from: string, to: string) =>
      get(`/users/${ROOM}/calendarView?startDateTime=${from}&endDateTime=${to}`).then((each) => each.json.value.length);
    expect(await view('2027-03-21T23:00:00Z', '2027-03-22T00:00:00Z')).toBe(0);
    expect(await view('2027-03-22T23:30:00Z', '2027-03-22T23:45:00Z')).toBe(1);
  },
);

documented(
  {
    id: 'time-11',
    behaviour: 'Window parameters go by their own offset, ignore Prefer, and mean UTC without one; a bare + is a space',
    source: '1.6, L:calendar-list-calendarview',
    standing: 'confirmed',
  },
  async () => {
    const { create, get } = createTenant();
    await create();
    const view = (from: string, to: string) =>
      get(`/users/${ROOM}/calendarView?startDateTime=${from}&endDateTime=${to}`, inZone('Tokyo Standard Time'));
    expect((await view('2027-03-03T17:00:00', '2027-03-03T18:00:00')).json.value).toHaveLength(1);
    expect((await view('2027-03-03T17:00:00%2B09:00', '2027-03-03T18:00:00%2B09:00')).json.value).toHaveLength(0);
    expect((await view('2027-03-03T17:00:00+09:00', '2027-03-03T18:00:00+09:00')).status).toBe(400);
  },
);

documented(
  {
    id: 'time-12',
    behaviour: 'originalStartTimeZone may be tzone://Microsoft/Custom, which no library resolves',
    source: '1.6, L:resources/event',
    standing: 'confirmed',
  },
  async () => {
    const { create, get, patch, simulator } = createTenant();
    const { id } = await create();
    simulator.actors.useLegacyZone(ROOM, id);
    expect((await get(eventUrl(id))).json).toMatchObject({
      originalStartTimeZone: 'tzone://Microsoft/Custom',
      start: { dateTime: '2027-03-03T17:00:00.0000000' },
    });
    expect((await patch(eventUrl(id), { end: at('2027-03-03T20:00:00') })).status).toBe(200);
  },
);

documented(
  {
    id: 'time-13',
    behaviour: 'supportedTimeZones lists the names of the mailbox',
    source: '1.6, L:event-update',
    standing: 'confirmed',
  },
  async () => {
    const { get } = createTenant();
    const { value } = (await get(`/users/${ROOM}/outlook/supportedTimeZones`)).json;
    expect(value.map((each) => each['alias'])).toEqual(expect.arrayContaining(['UTC', 'W. Europe Standard Time']));
  },
);
