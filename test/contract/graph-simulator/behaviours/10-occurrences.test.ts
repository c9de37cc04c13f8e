import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { ORDERED, series } from '../../../support/graph-series.ts';
import { at, codeOf, createTenant, eventUrl, PLAIN, weekly } from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Occurrences and exceptions');

documented(
  {
    id: 'series-06',
    behaviour: 'PATCH of an occurrence makes it an exception, with its own fields and originalStart in UTC',
    source: '8, 1.6, L:resources/event',
    standing: 'confirmed',
  },
  async () => {
    const { patch, occurrence, rows } = await series();
    const change = { subject: 'Later', start: at('2027-03-09T10:00:00'), end: at('2027-03-09T11:00:00') };
    const { json } = await patch(eventUrl(occurrence(1)), change);
    expect(json).toMatchObject({
      id: occurrence(1),
      type: 'exception',
      subject: 'Later',
      originalStart: '2027-03-09T07:30:00Z',
    });
    expect((await rows()).map((each) => each.type)).toEqual(['occurrence', 'exception', 'occurrence', 'occurrence']);
  },
);

documented(
  {
    id: 'series-07',
    behaviour: 'An exception may not move onto or over a neighbour’s day: 400 ErrorOccurrenceCrossingBoundary',
    source: '1.3, L:event-update (2024-06)',
    standing: 'confirmed',
  },
  async () => {
    const { patch, occurrence } = await series();
    const moved = (date: string) =>
      patch(eventUrl(occurrence(1)), { start: at(`${date}T08:30:00`), end: at(`${date}T09:00:00`) });
    for (const date of ['2027-03-02', '2027-03-16', '2027-03-20']) {
      const reply = await moved(date);
      expect([reply.status, codeOf(reply)]).toEqual([400, 'ErrorOccurrenceCrossingBoundary']);
    }
    expect((await moved('2027-03-15')).status).toBe(200);
  },
);

documented(
  {
    id: 'series-08',
    behaviour:
      'DELETE of an occurrence cancels it: 204, then 404; its master lists it as OID.<master>.<date> when selected',
    source: '8, L:event-get',
    standing: 'confirmed',
  },
  async () => {
    const { delete: remove, get, occurrence, master } = await series();
    expect((await remove(eventUrl(occurrence(2)))).status).toBe(204);
    expect((await get(eventUrl(occurrence(2)))).status).toBe(404);
    const selected = (await get(`${eventUrl(master.id)}?$select=subject,cancelledOccurrences`)).json;
    expect(selected['cancelledOccurrences']).toEqual([`OID.${master.id}.2027-03-16`]);
    expect((await get(eventUrl(master.id))).json['cancelledOccurrences']).toBeUndefined();
  },
);

documented(
  {
    id: 'series-09',
    behaviour: '$expand=exceptionOccurrences on a master answers its exceptions',
    source: '8, L:event-get',
    standing: 'confirmed',
  },
  async () => {
    const { get, patch, occurrence, master } = await series();
    await patch(eventUrl(occurrence(1)), { subject: 'Changed' });
    const { json } = await get(`${eventUrl(master.id)}?$expand=exceptionOccurrences`);
    expect(json['exceptionOccurrences']).toMatchObject([{ id: occurrence(1), type: 'exception', subject: 'Changed' }]);
  },
);

documented(
  {
    id: 'series-11',
    behaviour: 'Other changes of a master reach its occurrences under the same ids; exceptions keep their own fields',
    source: '8',
    standing: 'unconfirmed',
  },
  async () => {
    const { patch, occurrence, master, rows } = await series();
    await patch(eventUrl(occurrence(1)), { subject: 'Own' });
    await patch(eventUrl(master.id), { subject: 'New' });
    const after = await rows();
    expect(after.map((each) => each.subject)).toEqual(['New', 'Own', 'New', 'New']);
    expect(after[0]?.id).toBe(occurrence(0));
  },
);

documented(
  {
    id: 'series-13',
    behaviour: 'iCalUId of occurrences is the master’s; by setting each has its own, the same in every mailbox',
    source: '1.5, #mg-docs/4447 against L:resources/event',
    standing: 'field report',
  },
  async () => {
    for (const occurrenceICalUId of ['shared', 'distinct'] as const) {
      const { create, get } = createTenant({ settings: { ...PLAIN, occurrenceICalUId } });
      await create(weekly());
      const uids = (await get(ORDERED)).json.value.map((each) => each.iCalUId);
      expect(new Set(uids).size).toBe(occurrenceICalUId === 'shared' ? 1 : 4);
    }
  },
);

documented(
  {
    id: 'series-14',
    behaviour:
      'Occurrences and exceptions share the master’s change key: any change in the series gives all a new etag',
    source: '1.3; as in EWS',
    standing: 'unconfirmed',
  },
  async () => {
    const { patch, occurrence, rows } = await series();
    const before = (await rows())[3]?.['@odata.etag'];
    await patch(eventUrl(occurrence(0)), { subject: 'Changed' });
    const etags = (await rows()).map((each) => each['@odata.etag']);
    expect(new Set(etags).size).toBe(1);
    expect(etags[3]).not.toBe(before);
  },
);
