import { behavioursOf } from '../../../support/graph-behaviours.ts';
import {
  at,
  codeOf,
  createTenant,
  eventUrl,
  PLAIN,
  plainEvent,
  ROOM,
  VIEW,
  WINDOW,
  weekly,
} from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Series');
const ORDERED = `${VIEW}&$orderby=start/dateTime&$top=100`;
const EVENTS = `/users/${ROOM}/events`;

async function series(change: Record<string, unknown> = {}) {
  const tenant = createTenant();
  const master = await tenant.create(weekly(change));
  const rows = async () => (await tenant.get(ORDERED)).json.value;
  const ids = (await rows()).map((each) => each.id);
  return { ...tenant, master, rows, occurrence: (n: number) => ids[n] ?? '' };
}

function pattern(type: string, rest: object, range: object, start: string) {
  const recurrence = { pattern: { type, interval: 1, ...rest }, range: { startDate: start, ...range } };
  return plainEvent({ start: at(`${start}T10:00:00`), end: at(`${start}T11:00:00`), recurrence });
}

documented(
  {
    id: 'series-01',
    behaviour: 'POST with a recurrence creates a seriesMaster whose start is the first occurrence',
    source: '8, L:resources/recurrencepattern (2024-08)',
    standing: 'confirmed',
  },
  async () => {
    const { master } = await series();
    expect(master).toMatchObject({
      type: 'seriesMaster',
      recurrence: { range: { type: 'numbered', numberOfOccurrences: 4 } },
    });
    expect(master.start.dateTime).toBe('2027-03-02T07:30:00.0000000');
  },
);

documented(
  {
    id: 'series-02',
    behaviour: 'Occurrences keep their wall clock across the change to summer time',
    source: '8; general knowledge',
    standing: 'unconfirmed',
  },
  async () => {
    const { rows } = await series({
      recurrence: {
        pattern: { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'] },
        range: { type: 'endDate', startDate: '2027-03-02', endDate: '2027-03-30' },
      },
    });
    const starts = (await rows()).map((each) => each.start.dateTime.slice(0, 16));
    expect(starts).toEqual([
      ...['2027-03-02T07:30', '2027-03-09T07:30', '2027-03-16T07:30', '2027-03-23T07:30', '2027-03-30T06:30'],
    ]);
  },
);

documented(
  {
    id: 'series-03',
    behaviour:
      'Patterns daily, weekly, absoluteMonthly, relativeMonthly, absoluteYearly, relativeYearly; ranges endDate (inclusive), numbered, noEnd',
    source: '8, L:resources/recurrencepattern, L:resources/recurrencerange (2026-07)',
    standing: 'confirmed',
  },
  async () => {
    const three = { type: 'numbered', numberOfOccurrences: 3 };
    const cases: [Record<string, unknown>, string[]][] = [
      [
        pattern('daily', { interval: 2 }, { type: 'endDate', endDate: '2027-03-05' }, '2027-03-01'),
        ['03-01', '03-03', '03-05'],
      ],
      [pattern('weekly', { daysOfWeek: ['monday', 'friday'] }, three, '2027-03-01'), ['03-01', '03-05', '03-08']],
      [pattern('absoluteMonthly', { dayOfMonth: 31 }, three, '2027-03-31'), ['03-31', '04-30', '05-31']],
      [
        pattern('relativeMonthly', { daysOfWeek: ['friday'], index: 'last' }, three, '2027-03-26'),
        ['03-26', '04-30', '05-28'],
      ],
      [pattern('absoluteYearly', { dayOfMonth: 4, month: 3 }, { type: 'noEnd' }, '2027-03-04'), ['03-04']],
      [pattern('relativeYearly', { daysOfWeek: ['monday'], month: 4, index: 'first' }, three, '2027-04-05'), ['04-05']],
    ];
    for (const [event, dates] of cases) {
      const { create, get } = createTenant();
      await create(event);
      const rows = (await get(ORDERED)).json.value;
      expect(rows.map((each) => each.start.dateTime.slice(5, 10))).toEqual(dates);
    }
  },
);

documented(
  {
    id: 'series-04',
    behaviour: 'startDate must be the date of start; a pattern without what its type needs is refused',
    source: '8, L:resources/recurrencerange (2026-07)',
    standing: 'confirmed',
  },
  async () => {
    const { post } = createTenant();
    const shifted = weekly({ start: at('2027-03-03T08:30:00'), end: at('2027-03-03T09:00:00') });
    expect((await post(EVENTS, shifted)).status).toBe(400);
    const range = { type: 'noEnd' };
    for (const [type, rest] of [
      ['weekly', {}],
      ['absoluteMonthly', {}],
      ['hourly', {}],
      ['daily', { interval: 0 }],
    ] as const) {
      expect((await post(EVENTS, pattern(type, rest, range, '2027-03-02'))).status).toBe(400);
    }
  },
);

documented(
  {
    id: 'series-05',
    behaviour: '/instances lists occurrences and exceptions of a window, not cancelled ones, in pages',
    source: '8, L:resources/event',
    standing: 'confirmed',
  },
  async () => {
    const { get, master, delete: remove, occurrence } = await series();
    await remove(eventUrl(occurrence(1)));
    const { json } = await get(`${eventUrl(master.id)}/instances?${WINDOW}&$top=2`);
    expect(json.value.map((each) => each.id)).toEqual([occurrence(0), occurrence(2)]);
    expect((await get(json['@odata.nextLink'] ?? '')).json.value.map((each) => each.id)).toEqual([occurrence(3)]);
    expect((await get(`${eventUrl(master.id)}/instances`)).status).toBe(400);
  },
);

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
    id: 'series-10',
    behaviour:
      'Occurrence ids derive from master and date: a rescheduled series has new ones and drops exceptions, the old ids answer 404',
    source: '2, 8, #AvengeMedia/dankcalendar/95',
    standing: 'field report',
  },
  async () => {
    const { get, patch, occurrence, master, rows } = await series();
    await patch(eventUrl(occurrence(1)), { subject: 'Changed' });
    await patch(eventUrl(master.id), { start: at('2027-03-02T12:00:00'), end: at('2027-03-02T12:30:00') });
    const after = await rows();
    expect(after.map((each) => each.type)).toEqual(Array(4).fill('occurrence'));
    expect(after.map((each) => each.id)).not.toContain(occurrence(0));
    expect((await get(eventUrl(occurrence(0)))).status).toBe(404);
    expect((await get(eventUrl(master.id))).status).toBe(200);
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
    id: 'series-12',
    behaviour: 'recurrence: null on the master leaves a single event',
    source: '8',
    standing: 'confirmed',
  },
  async () => {
    const { patch, master, rows } = await series();
    expect((await patch(eventUrl(master.id), { recurrence: null })).json).toMatchObject({
      type: 'singleInstance',
      id: master.id,
    });
    expect(await rows()).toHaveLength(1);
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

documented(
  {
    id: 'series-15',
    behaviour: 'Deleting the master takes every occurrence along',
    source: '1.4, 8',
    standing: 'confirmed',
  },
  async () => {
    const { delete: remove, master, rows } = await series();
    await remove(eventUrl(master.id));
    expect(await rows()).toEqual([]);
  },
);
