import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { at, codeOf, createTenant, eventUrl, MARKER_EXPANDED, marked, ROOM } from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Updating events');

documented(
  {
    id: 'update-01',
    behaviour: 'PATCH changes what is sent, keeps the rest, and answers 200 with the whole event',
    source: '1.3, L:event-update (2024-06)',
    standing: 'confirmed',
  },
  async () => {
    const { create, patch } = createTenant();
    const created = await create();
    const { status, json } = await patch(eventUrl(created.id), { end: at('2027-03-03T20:00:00') });
    expect(status).toBe(200);
    expect(json).toMatchObject({ id: created.id, subject: 'Korøvelse', start: created.start });
    expect(json.end.dateTime).toBe('2027-03-03T19:00:00.0000000');
  },
);

documented(
  {
    id: 'update-02',
    behaviour: 'Every write gives a new changeKey and etag; both are of the form W/"<changeKey>"',
    source: '1.3, C:event-get.md',
    standing: 'confirmed',
  },
  async () => {
    const { create, patch } = createTenant();
    const created = await create();
    const first = (await patch(eventUrl(created.id), { subject: 'A' })).json;
    const same = (await patch(eventUrl(created.id), { subject: 'A' })).json;
    expect(new Set([created.changeKey, first.changeKey, same.changeKey]).size).toBe(3);
    expect(same['@odata.etag']).toBe(`W/"${same.changeKey}"`);
  },
);

documented(
  {
    id: 'update-03',
    behaviour:
      'If-Match of another version: 412 ErrorIrresolvableConflict and nothing happens; the right one and * go through',
    source: '1.3, #xorbitsai/xagent/2371, FIELD-2',
    standing: 'field report',
  },
  async () => {
    const { create, patch, get, delete: remove } = createTenant();
    const created = await create();
    const stale = { 'If-Match': created['@odata.etag'] };
    expect((await patch(eventUrl(created.id), { subject: 'A' }, stale)).status).toBe(200);
    const refused = await patch(eventUrl(created.id), { subject: 'B' }, stale);
    expect([refused.status, codeOf(refused)]).toEqual([412, 'ErrorIrresolvableConflict']);
    expect((await remove(eventUrl(created.id), stale)).status).toBe(412);
    const now = (await get(eventUrl(created.id))).json;
    expect(now.subject).toBe('A');
    expect((await patch(eventUrl(created.id), { subject: 'C' }, { 'if-match': '*' })).status).toBe(200);
    expect((await remove(eventUrl(created.id))).status).toBe(204);
  },
);

documented(
  {
    id: 'update-04',
    behaviour: 'iCalUId, organizer, type and transactionId cannot be changed',
    source: '1.3, L:event-update',
    standing: 'confirmed',
  },
  async () => {
    const { create, patch } = createTenant();
    const { id } = await create();
    for (const change of [{ iCalUId: 'x' }, { organizer: {} }, { type: 'occurrence' }, { transactionId: 'x' }]) {
      expect((await patch(eventUrl(id), change)).status).toBe(400);
    }
  },
);

documented(
  {
    id: 'update-05',
    behaviour: 'Updating only attendees mails only the changed ones; other changes of a meeting mail all',
    source: '1.3, L:event-update; the second half is general knowledge',
    standing: 'confirmed',
  },
  async () => {
    const { create, patch, simulator } = createTenant();
    const guest = (name: string) => ({ emailAddress: { address: `${name}@fjordvik.example` } });
    const { id } = await create({ attendees: [guest('kari')] });
    await patch(eventUrl(id), { attendees: [guest('kari'), guest('ola')] });
    await patch(eventUrl(id), { subject: 'New name' });
    await patch(eventUrl(id), { attendees: [guest('ola')] });
    expect(simulator.mails.map(({ kind, to }) => [kind, to.map((each) => each.split('@')[0])])).toEqual([
      ['invitation', ['kari']],
      ['update', ['ola']],
      ['update', ['kari', 'ola']],
      ['cancellation', ['kari']],
    ]);
  },
);

documented(
  {
    id: 'update-06',
    behaviour:
      'A room can change its copy of somebody’s meeting, in silence; the organiser’s next update overwrites it',
    source: '1.3, FIELD-1',
    standing: 'field report',
  },
  async () => {
    const { patch, get, pass, simulator } = createTenant();
    const { actors } = simulator;
    const event = { subject: 'Styremøte', start: at('2027-03-04T10:00:00'), end: at('2027-03-04T11:00:00') };
    const meeting = actors.book({
      organizer: { name: 'Kari', address: 'kari@fjordvik.example' },
      rooms: [ROOM],
      event,
    });
    await pass(10_000);
    const id = actors.copyIn(ROOM, meeting) ?? '';
    const mails = simulator.mails.length;
    expect((await patch(eventUrl(id), { start: at('2027-03-04T09:00:00') })).status).toBe(200);
    expect(simulator.mails).toHaveLength(mails);
    actors.edit(meeting, { showAs: 'busy' });
    await pass(10_000);
    expect((await get(eventUrl(id))).json.start.dateTime).toBe('2027-03-04T09:00:00.0000000');
  },
);

documented(
  {
    id: 'update-07',
    behaviour: 'An update of extended properties keeps the others, is not echoed, and counts as a write',
    source: '7.1',
    standing: 'unconfirmed',
  },
  async () => {
    const { create, patch, get } = createTenant();
    const created = await create(marked('event:1:103:0'));
    const { json } = await patch(eventUrl(created.id), {
      singleValueExtendedProperties: [{ id: 'String {66f5a359-4659-4830-9070-00047ec6ac6e} Name Other', value: 'x' }],
    });
    expect(json.changeKey).not.toBe(created.changeKey);
    expect(json.singleValueExtendedProperties).toBeUndefined();
    const read = (await get(`${eventUrl(created.id)}?${MARKER_EXPANDED}`)).json;
    expect(read.singleValueExtendedProperties.map((each) => each.value)).toEqual(['event:1:103:0']);
  },
);

documented(
  {
    id: 'update-08',
    behaviour: 'isAllDay needs midnights of the event as it will be',
    source: '1.5, L:resources/event',
    standing: 'confirmed',
  },
  async () => {
    const { create, patch } = createTenant();
    const { id } = await create();
    expect((await patch(eventUrl(id), { isAllDay: true })).status).toBe(400);
    const days = { isAllDay: true, start: at('2027-03-03T00:00:00'), end: at('2027-03-04T00:00:00') };
    expect((await patch(eventUrl(id), days)).status).toBe(200);
  },
);
