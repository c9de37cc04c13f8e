import { behavioursOf } from '../../../support/graph-behaviours.ts';
import {
  at,
  codeOf,
  createTenant,
  eventUrl,
  MARKER,
  marked,
  plainEvent,
  ROOM,
  VIEW,
} from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Creating events');
const EVENTS = `/users/${ROOM}/calendar/events`;

documented(
  {
    id: 'create-01',
    behaviour: 'POST answers 201 with the whole event: id, changeKey, iCalUId, etag; ETag and Location headers',
    source: '1.1, L:user-post-events (2026-08)',
    standing: 'confirmed',
  },
  async () => {
    const { status, json, headers } = await createTenant().post(EVENTS, plainEvent());
    expect(status).toBe(201);
    expect(json).toMatchObject({ subject: 'Korøvelse', type: 'singleInstance', isOrganizer: true, showAs: 'busy' });
    expect(json['@odata.etag']).toBe(`W/"${json.changeKey}"`);
    expect(json.iCalUId).toMatch(/^040000008200E000/);
    expect(headers['etag']).toBe(json['@odata.etag']);
    expect(headers['location']).toContain(encodeURIComponent(json.id));
  },
);

documented(
  {
    id: 'create-02',
    behaviour: 'Extended properties are stored, but never echoed in the response of a write',
    source: '7.1, C:singlevaluelegacyextendedproperty-post',
    standing: 'confirmed',
  },
  async () => {
    const { post } = createTenant();
    const { status, json } = await post(EVENTS, plainEvent(marked('event:1:103:0')));
    expect(status).toBe(201);
    expect(JSON.stringify(json)).not.toContain(MARKER);
  },
);

documented(
  {
    id: 'create-03',
    behaviour: '/users/{id}/events and /users/{id}/calendar/events both create in the default calendar',
    source: '1.1, L:user-post-events (2026-08)',
    standing: 'confirmed',
  },
  async () => {
    const { post, get } = createTenant();
    await post(`/users/${ROOM}/events`, plainEvent());
    await post(EVENTS, plainEvent());
    expect((await get(VIEW)).json.value).toHaveLength(2);
  },
);

documented(
  {
    id: 'create-04',
    behaviour: 'A body without Content-Type: application/json is refused (415)',
    source: '1.1, L:user-post-events; the status is a guess',
    standing: 'unconfirmed',
  },
  async () => {
    const { send } = createTenant();
    expect((await send('POST', EVENTS, plainEvent(), { 'content-type': 'text/plain' })).status).toBe(415);
  },
);

documented(
  {
    id: 'create-05',
    behaviour: 'start and end are required',
    source: '1.1, L:user-post-events',
    standing: 'confirmed',
  },
  async () => {
    const reply = await createTenant().post(EVENTS, { subject: 'No time' });
    expect(reply.status).toBe(400);
    expect(codeOf(reply)).toBe('ErrorPropertyValidationFailure');
  },
);

documented(
  {
    id: 'create-06',
    behaviour: 'An unknown property or a value of the wrong type is refused with RequestBodyRead',
    source: '11, C:concepts/errors.md',
    standing: 'confirmed',
  },
  async () => {
    const { post } = createTenant();
    for (const wrong of [
      { colour: 'red' },
      { showAs: 'occupied' },
      { isAllDay: 'yes' },
      { body: { contentType: 'rtf' } },
    ]) {
      const reply = await post(EVENTS, plainEvent(wrong));
      expect([reply.status, codeOf(reply)]).toEqual([400, 'RequestBodyRead']);
    }
  },
);

documented(
  {
    id: 'create-07',
    behaviour: 'JSON that cannot be read is refused with 400',
    source: '11, C:concepts/errors.md',
    standing: 'confirmed',
  },
  async () => {
    const { simulator } = createTenant();
    const headers = { authorization: 'Bearer t', 'content-type': 'application/json' };
    expect((await simulator.handle({ method: 'POST', url: EVENTS, headers, body: '{"subject":' })).status).toBe(400);
  },
);

documented(
  {
    id: 'create-08',
    behaviour: 'Attendees are always mailed an invitation; without attendees nothing is mailed',
    source: '1.1, L:user-post-events',
    standing: 'confirmed',
  },
  async () => {
    const { post, simulator } = createTenant();
    await post(EVENTS, plainEvent());
    expect(simulator.mails).toEqual([]);
    await post(EVENTS, plainEvent({ attendees: [{ emailAddress: { address: 'kari@fjordvik.example' } }] }));
    expect(simulator.mails).toMatchObject([
      { kind: 'invitation', from: ROOM, to: ['kari@fjordvik.example'], cause: 'graph' },
    ]);
  },
);

documented(
  {
    id: 'create-09',
    behaviour: 'More than 500 attendees are refused',
    source: '1.1, L:resources/event',
    standing: 'confirmed',
  },
  async () => {
    const attendees = Array.from({ length: 501 }, (_, n) => ({ emailAddress: { address: `p${n}@fjordvik.example` } }));
    const { post, simulator } = createTenant();
    expect((await post(EVENTS, plainEvent({ attendees }))).status).toBe(400);
    expect(simulator.mails).toEqual([]);
  },
);

documented(
  {
    id: 'create-10',
    behaviour:
      'A direct write into a room is plain: organised by the room, not run through policy, double booking possible',
    source: '1.7, EXO community answer',
    standing: 'unconfirmed',
  },
  async () => {
    const { post, get } = createTenant();
    const first = await post(EVENTS, plainEvent());
    const second = await post(EVENTS, plainEvent({ subject: 'At the same time' }));
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.json).toMatchObject({ isOrganizer: true, organizer: { emailAddress: { address: ROOM } } });
    expect((await get(VIEW)).json.value).toHaveLength(2);
  },
);

documented(
  {
    id: 'create-11',
    behaviour: 'A sent organizer is ignored: the mailbox organises what is created in it',
    source: '1.7; reported of the older service',
    standing: 'field report',
  },
  async () => {
    const organizer = { emailAddress: { name: 'Kari', address: 'kari@fjordvik.example' } };
    const { json } = await createTenant().post(EVENTS, plainEvent({ organizer }));
    expect(json).toMatchObject({ organizer: { emailAddress: { address: ROOM } } });
  },
);

documented(
  {
    id: 'create-12',
    behaviour: 'location and locations mirror each other; setting location replaces locations',
    source: '1.5, L:resources/event, CSDL',
    standing: 'confirmed',
  },
  async () => {
    const { create, patch } = createTenant();
    const created = await create({ locations: [{ displayName: 'A' }, { displayName: 'B' }] });
    expect(created.location.displayName).toBe('A');
    const { json } = await patch(eventUrl(created.id), { location: { displayName: 'C' } });
    expect(json.locations.map((each) => each.displayName)).toEqual(['C']);
  },
);

documented(
  {
    id: 'create-13',
    behaviour: 'subject may be null; categories unknown to the mailbox are kept as plain strings',
    source: '1.5, FIELD-2',
    standing: 'unconfirmed',
  },
  async () => {
    const created = await createTenant().create({ subject: null, categories: ['BookingSync'] });
    expect(created).toMatchObject({ subject: null, categories: ['BookingSync'] });
  },
);

documented(
  {
    id: 'create-14',
    behaviour: 'Zero-length events exist',
    source: '13.32, #keeper/616',
    standing: 'field report',
  },
  async () => {
    const created = await createTenant().create({ end: at('2027-03-03T18:00:00') });
    expect(created.end).toEqual(created.start);
  },
);

documented(
  {
    id: 'create-15',
    behaviour: 'An event that ends before it starts is refused',
    source: '11; code known from EWS',
    standing: 'unconfirmed',
  },
  async () => {
    const reply = await createTenant().post(EVENTS, plainEvent({ end: at('2027-03-03T17:00:00') }));
    expect([reply.status, codeOf(reply)]).toEqual([400, 'ErrorCalendarEndDateIsEarlierThanStartDate']);
  },
);
