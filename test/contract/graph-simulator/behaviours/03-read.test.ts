import { behavioursOf } from '../../../support/graph-behaviours.ts';
import {
  codeOf,
  createTenant,
  eventUrl,
  PLAIN,
  plainEvent,
  ROOM,
  ROOM_B,
  weekly,
} from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Reading events and ids');

documented(
  {
    id: 'read-01',
    behaviour: 'GET answers 200 with the event; an id that is not in the mailbox answers 404 ErrorItemNotFound',
    source: '1.2, 11, C:event-get.md, C:concepts/errors.md',
    standing: 'confirmed',
  },
  async () => {
    const { create, get, delete: remove } = createTenant({ settings: { ...PLAIN, deletedEvents: 'not-found' } });
    const created = await create();
    expect((await get(eventUrl(created.id))).json).toMatchObject({ id: created.id, subject: 'Korøvelse' });
    await remove(eventUrl(created.id));
    const gone = await get(eventUrl(created.id));
    expect([gone.status, codeOf(gone)]).toEqual([404, 'ErrorItemNotFound']);
  },
);

documented(
  {
    id: 'read-02',
    behaviour: 'A syntactically bad id, or one of another mailbox, answers 400 ErrorInvalidIdMalformed',
    source: '1.2, FIELD-2',
    standing: 'field report',
  },
  async () => {
    const { create, get } = createTenant();
    const foreign = await create({}, ROOM_B);
    for (const id of ['rubbish', foreign.id, foreign.id.slice(0, -5)]) {
      const reply = await get(eventUrl(id, ROOM));
      expect([reply.status, codeOf(reply)]).toEqual([400, 'ErrorInvalidIdMalformed']);
    }
  },
);

documented(
  {
    id: 'read-03',
    behaviour: 'Ids are immutable (AAkALgAA…) with Prefer: IdType="ImmutableId", else regular (AAMk…)',
    source: '2, L:outlook-immutable-id (2024-11)',
    standing: 'confirmed',
  },
  async () => {
    const { create, get } = createTenant();
    const created = await create();
    expect(created.id).toMatch(/^AAkALgAA/);
    const regular = (await get(`/users/${ROOM}/events`, { prefer: '' })).json.value[0];
    expect(regular?.id).toMatch(/^AAMk/);
    expect((await get(eventUrl(regular?.id ?? ''), { prefer: '' })).json.subject).toBe('Korøvelse');
  },
);

documented(
  {
    id: 'read-04',
    behaviour: 'The header is needed on every call that takes an immutable id, too',
    source: '2, L:outlook-immutable-id; the answer without it is a guess',
    standing: 'unconfirmed',
  },
  async () => {
    const { create, get } = createTenant();
    const created = await create();
    const reply = await get(eventUrl(created.id), { prefer: '' });
    expect([reply.status, codeOf(reply)]).toEqual([400, 'ErrorInvalidIdMalformed']);
  },
);

documented(
  {
    id: 'read-05',
    behaviour: 'Ids are case-sensitive, and two live ids may differ only in case or only by - and _',
    source: '0, L:outlook-immutable-id, #OfficeDev/office-js/4729',
    standing: 'field report',
  },
  async () => {
    const { create } = createTenant();
    const ids: string[] = [];
    for (let n = 0; n < 4; n++) ids.push((await create({ subject: String(n) })).id);
    expect(new Set(ids).size).toBe(4);
    expect(new Set(ids.map((id) => id.replaceAll('-', '_'))).size).toBe(2);
    expect(new Set(ids.map((id) => id.toLowerCase())).size).toBe(2);
  },
);

documented(
  {
    id: 'read-06',
    behaviour: 'A regular id changes when the event moves to another calendar; the immutable id stays',
    source: '2, L:outlook-immutable-id, #mg-docs/4447',
    standing: 'confirmed',
  },
  async () => {
    const { create, get, simulator } = createTenant();
    const { id } = await create();
    const before = (await get(`/users/${ROOM}/events`, { prefer: '' })).json.value[0]?.id ?? '';
    simulator.actors.moveToCalendar(ROOM, id, 'archive');
    expect((await get(eventUrl(id))).status).toBe(200);
    expect((await get(eventUrl(before), { prefer: '' })).status).toBe(404);
  },
);

documented(
  {
    id: 'read-07',
    behaviour: 'translateExchangeIds converts between restId and restImmutableEntryId; a bad id carries errorDetails',
    source: '2, L:outlook-immutable-id, CSDL',
    standing: 'confirmed',
  },
  async () => {
    const { create, get, post } = createTenant();
    const { id } = await create();
    const regular = (await get(`/users/${ROOM}/events`, { prefer: '' })).json.value[0]?.id;
    const body = { inputIds: [regular, 'rubbish'], sourceIdType: 'restId', targetIdType: 'restImmutableEntryId' };
    const { json } = await post(`/users/${ROOM}/translateExchangeIds`, body);
    expect(json.value[0]).toEqual({ sourceId: regular, targetId: id });
    expect(json.value[1]).toHaveProperty('errorDetails');
  },
);

documented(
  {
    id: 'read-08',
    behaviour: 'Text sent as body comes back wrapped in HTML by default, re-encoded',
    source: '1.2, C:event-get.md',
    standing: 'confirmed',
  },
  async () => {
    const { create, get } = createTenant();
    const { id } = await create({ body: { contentType: 'text', content: 'Kaffe & te\nSnarest' } });
    const { body } = (await get(eventUrl(id))).json;
    expect(body.contentType).toBe('html');
    expect(body.content).toMatch(/^<html>/);
    expect(body.content).toContain('Kaffe &amp; te<br>');
  },
);

documented(
  {
    id: 'read-09',
    behaviour: 'Prefer: outlook.body-content-type="text" answers plain text with CRLF line ends',
    source: '1.2, C:event-get.md; line ends from field use',
    standing: 'field report',
  },
  async () => {
    const { create, get } = createTenant();
    const text = await create({ body: { contentType: 'text', content: 'Kaffe & te\nSnarest' } });
    const html = await create({ body: { contentType: 'html', content: '<p>Kaffe &amp; <b>te</b></p>' } });
    const prefer = 'IdType="ImmutableId", outlook.body-content-type="text"';
    expect((await get(eventUrl(text.id), { prefer })).json.body.content).toBe('Kaffe & te\r\nSnarest\r\n');
    expect((await get(eventUrl(html.id), { prefer })).json.body).toEqual({
      contentType: 'text',
      content: 'Kaffe & te\r\n',
    });
  },
);

documented(
  {
    id: 'read-10',
    behaviour: 'bodyPreview is plain text of about 255 characters',
    source: '1.5, FIELD-2',
    standing: 'unconfirmed',
  },
  async () => {
    const { create } = createTenant();
    const { bodyPreview } = await create({
      body: { contentType: 'html', content: `<p>${'Lorem ipsum '.repeat(40)}</p>` },
    });
    expect(bodyPreview).toHaveLength(255);
    expect(bodyPreview).not.toContain('<');
  },
);

documented(
  {
    id: 'read-11',
    behaviour:
      '$select narrows the answer; @odata.etag comes in any case and must not be listed; unknown names are refused',
    source: '1.3, #xorbitsai/xagent/2371',
    standing: 'field report',
  },
  async () => {
    const { create, get } = createTenant();
    const { id } = await create();
    const { json } = await get(`${eventUrl(id)}?$select=subject`);
    expect(Object.keys(json).sort()).toEqual(['@odata.context', '@odata.etag', 'id', 'subject']);
    for (const name of ['@odata.etag', 'colour']) {
      expect((await get(`${eventUrl(id)}?$select=${name}`)).status).toBe(400);
    }
  },
);

documented(
  {
    id: 'read-12',
    behaviour: 'Preferences that were honoured come back in Preference-Applied; unknown ones are ignored',
    source: '0, C:event-get.md',
    standing: 'confirmed',
  },
  async () => {
    const { create, get } = createTenant();
    const { id } = await create();
    const { headers } = await get(eventUrl(id), { prefer: 'IdType="ImmutableId", outlook.timezone="UTC", no-such=1' });
    expect(headers['preference-applied']).toBe('IdType="ImmutableId", outlook.timezone="UTC"');
  },
);

documented(
  {
    id: 'read-13',
    behaviour:
      '/users/{id}/events lists single events and masters of the whole mailbox, /calendar/events of the default calendar',
    source: '1.1, L:resources/event (2025-05), C:event-delta.md',
    standing: 'confirmed',
  },
  async () => {
    const { create, get, simulator } = createTenant();
    await create(weekly());
    const { id } = await create({ subject: 'Elsewhere' });
    simulator.actors.moveToCalendar(ROOM, id, 'archive');
    const all = (await get(`/users/${ROOM}/events`)).json.value;
    expect(all.map((each) => each.type).sort()).toEqual(['seriesMaster', 'singleInstance']);
    const own = (await get(`/users/${ROOM}/calendar/events`)).json.value;
    expect(own.map((each) => each.type)).toEqual(['seriesMaster']);
    const other = (await get(`/users/${ROOM}/calendars/archive/events`)).json.value;
    expect(other.map((each) => each.subject)).toEqual(['Elsewhere']);
  },
);

documented(
  {
    id: 'read-14',
    behaviour: 'Lists come in pages of 10, or of $top (1 to 1,000), with @odata.nextLink',
    source: '3.1, L:calendar-list-calendarview (2025-07), FIELD-1',
    standing: 'confirmed',
  },
  async () => {
    const { post, get } = createTenant();
    for (let n = 0; n < 12; n++) await post(`/users/${ROOM}/events`, plainEvent({ subject: String(n) }));
    const first = (await get(`/users/${ROOM}/events`)).json;
    const second = (await get(first['@odata.nextLink'] ?? '')).json;
    expect([first.value.length, second.value.length]).toEqual([10, 2]);
    expect(second['@odata.nextLink']).toBeUndefined();
    for (const top of [0, 1_001]) expect((await get(`/users/${ROOM}/events?$top=${top}`)).status).toBe(400);
  },
);
