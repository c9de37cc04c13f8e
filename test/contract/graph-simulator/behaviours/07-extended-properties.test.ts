import { behavioursOf } from '../../../support/graph-behaviours.ts';
import {
  codeOf,
  createTenant,
  DELTA,
  eventUrl,
  MARKER,
  MARKER_EXPANDED,
  marked,
  markerFilter,
  PLAIN,
  plainEvent,
  ROOM,
  VIEW,
  WINDOW,
  weekly,
} from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Extended properties');
const EVENTS = `/users/${ROOM}/events`;
const OTHER = 'String {66f5a359-4659-4830-9070-00047ec6ac6e} Name BookingSystemType';

documented(
  {
    id: 'property-01',
    behaviour: '$expand with an inner $filter reads it on GET of an event, on /events and on calendarView',
    source: '7.1, 3.1, #net/2678',
    standing: 'field report',
  },
  async () => {
    const { create, get } = createTenant();
    const { id } = await create(marked('event:1:103:0'));
    const wanted = [{ id: MARKER, value: 'event:1:103:0' }];
    expect((await get(`${eventUrl(id)}?${MARKER_EXPANDED}`)).json.singleValueExtendedProperties).toEqual(wanted);
    for (const url of [`${EVENTS}?${MARKER_EXPANDED}`, `${VIEW}&${MARKER_EXPANDED}`]) {
      expect((await get(url)).json.value[0]?.singleValueExtendedProperties).toEqual(wanted);
    }
  },
);

documented(
  {
    id: 'property-02',
    behaviour: 'Without the inner $filter, and for an event without the property, nothing comes back',
    source: '3.1, #mg-docs/13385, #mg-docs/21314',
    standing: 'field report',
  },
  async () => {
    const { create, get } = createTenant();
    await create(marked('event:1:103:0'));
    const bare = (await get(`${VIEW}&$expand=singleValueExtendedProperties`)).json.value[0];
    expect(bare?.singleValueExtendedProperties).toBeUndefined();
    const { id } = await create();
    expect((await get(`${eventUrl(id)}?${MARKER_EXPANDED}`)).json.singleValueExtendedProperties).toBeUndefined();
  },
);

documented(
  {
    id: 'property-03',
    behaviour: 'Several properties are asked for with or in the inner $filter',
    source: '7.1',
    standing: 'unconfirmed',
  },
  async () => {
    const { create, get } = createTenant();
    const properties = [
      { id: MARKER, value: 'event:1:103:0' },
      { id: OTHER, value: 'event' },
    ];
    const { id } = await create({ singleValueExtendedProperties: properties });
    const expand = `singleValueExtendedProperties($filter=id eq '${MARKER}' or id eq '${OTHER}')`;
    const { json } = await get(`${eventUrl(id)}?$expand=${encodeURIComponent(expand)}`);
    expect(json.singleValueExtendedProperties).toEqual(properties);
  },
);

documented(
  {
    id: 'property-04',
    behaviour:
      '$filter …/Any(ep: ep/id eq … and ep/value eq …) finds single events and masters on /events, several with or',
    source: '7.1, C:singlevaluelegacyextendedproperty-get',
    standing: 'confirmed',
  },
  async () => {
    const { create, get } = createTenant();
    const one = await create(marked('event:1:103:0'));
    const two = await create(weekly(marked('event:2:103:0')));
    await create(marked('event:3:103:0'));
    expect((await get(`${EVENTS}?${markerFilter('event:1:103:0')}`)).json.value.map((each) => each.id)).toEqual([
      one.id,
    ]);
    const any = (value: string) =>
      `singleValueExtendedProperties/Any(ep: ep/id eq '${MARKER}' and ep/value eq '${value}')`;
    const both = encodeURIComponent(`${any('event:1:103:0')} or ${any('event:2:103:0')}`);
    const found = (await get(`${EVENTS}?$filter=${both}`)).json.value.map((each) => each.id);
    expect(found.sort()).toEqual([one.id, two.id].sort());
  },
);

documented(
  {
    id: 'property-05',
    behaviour: 'The value compares without regard to case, the property’s name with it',
    source: '7.1, C:singlevaluelegacyextendedproperty-get',
    standing: 'confirmed',
  },
  async () => {
    const { create, get } = createTenant();
    await create(marked('Event:1:103:0'));
    expect((await get(`${EVENTS}?${markerFilter('EVENT:1:103:0')}`)).json.value).toHaveLength(1);
    const renamed = markerFilter('Event:1:103:0').replace('BookingSync', 'bookingsync');
    expect((await get(`${EVENTS}?${renamed}`)).json.value).toEqual([]);
  },
);

documented(
  {
    id: 'property-06',
    behaviour: 'contains and startswith work on values, too',
    source: '7.1, C:singlevaluelegacyextendedproperty-get',
    standing: 'confirmed',
  },
  async () => {
    const { create, get } = createTenant();
    await create(marked('event:1:103:0'));
    const filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${MARKER}' and startswith(ep/value, 'event:1'))`;
    expect((await get(`${EVENTS}?$filter=${encodeURIComponent(filter)}`)).json.value).toHaveLength(1);
  },
);

documented(
  {
    id: 'property-07',
    behaviour: 'Filtering calendarView by an extended property answers 500 ErrorInternalServerError',
    source: '3.1, #net/2375',
    standing: 'field report',
  },
  async () => {
    const reply = await createTenant().get(`${VIEW}&${markerFilter('event:1:103:0')}`);
    expect([reply.status, codeOf(reply)]).toEqual([500, 'ErrorInternalServerError']);
  },
);

documented(
  {
    id: 'property-08',
    behaviour: 'Delta never carries extended properties; $expand on it answers 500',
    source: '3.2, #mg-docs/2270, #net/2678',
    standing: 'field report',
  },
  async () => {
    const { create, get, round } = createTenant();
    await create(marked('event:1:103:0'));
    expect(JSON.stringify((await round(DELTA)).rows)).not.toContain('event:1:103:0');
    expect((await get(`${DELTA}&${MARKER_EXPANDED}`)).status).toBe(500);
  },
);

documented(
  {
    id: 'property-09',
    behaviour: 'Occurrences do not show the property of their master, unless set otherwise',
    source: '7.1',
    standing: 'unconfirmed',
  },
  async () => {
    for (const occurrencesShowMasterProperties of [false, true]) {
      const { create, get } = createTenant({ settings: { ...PLAIN, occurrencesShowMasterProperties } });
      await create(weekly(marked('event:1:103:0')));
      const rows = (await get(`/users/${ROOM}/calendarView?${WINDOW}&${MARKER_EXPANDED}`)).json.value;
      expect(rows.filter((row) => row.singleValueExtendedProperties).length).toBe(
        occurrencesShowMasterProperties ? 4 : 0,
      );
    }
  },
);

documented(
  {
    id: 'property-10',
    behaviour:
      'Ids are "Type {guid} Name name", "Type {guid} Id 0x…" or "Type 0x…"; the guid in any case; anything else is refused',
    source: '7.1, C:extended-properties-overview.md',
    standing: 'confirmed',
  },
  async () => {
    const { create, get, post } = createTenant();
    const { id } = await create({
      singleValueExtendedProperties: [{ id: MARKER.replace(/b3e7.*41/, (guid) => guid.toUpperCase()), value: 'x' }],
    });
    expect((await get(`${eventUrl(id)}?${MARKER_EXPANDED}`)).json.singleValueExtendedProperties).toHaveLength(1);
    const wrong = plainEvent({ singleValueExtendedProperties: [{ id: 'BookingSync', value: 'x' }] });
    expect((await post(EVENTS, wrong)).status).toBe(400);
  },
);

documented(
  {
    id: 'property-11',
    behaviour:
      'A search of the whole mailbox does not see Deleted Items, unless set otherwise; the calendar’s own search never does',
    source: '7.1 ("searches the whole mailbox")',
    standing: 'unconfirmed',
  },
  async () => {
    for (const searchFindsDeleted of [false, true]) {
      const { create, get, delete: remove } = createTenant({ settings: { ...PLAIN, searchFindsDeleted } });
      await remove(eventUrl((await create(marked('event:1:103:0'))).id));
      const filter = markerFilter('event:1:103:0');
      expect((await get(`${EVENTS}?${filter}`)).json.value).toHaveLength(searchFindsDeleted ? 1 : 0);
      expect((await get(`/users/${ROOM}/calendar/events?${filter}`)).json.value).toEqual([]);
    }
  },
);

documented(
  {
    id: 'property-12',
    behaviour: '/events can be filtered by iCalUId and by start and end',
    source: '13.30; widely used',
    standing: 'unconfirmed',
  },
  async () => {
    const { create, get } = createTenant();
    const { id, iCalUId } = await create();
    const found = async (filter: string) =>
      (await get(`${EVENTS}?$filter=${encodeURIComponent(filter)}`)).json.value.map((each) => each.id);
    expect(await found(`iCalUId eq '${iCalUId}'`)).toEqual([id]);
    expect(await found("start/dateTime ge '2027-03-03T16:00' and end/dateTime le '2027-03-03T18:00'")).toEqual([id]);
    expect(await found("start/dateTime ge '2027-03-04T00:00'")).toEqual([]);
  },
);
