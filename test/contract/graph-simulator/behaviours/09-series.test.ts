import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { ORDERED, series } from '../../../support/graph-series.ts';
import { at, createTenant, eventUrl, plainEvent, ROOM, WINDOW, weekly } from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Series');
const EVENTS = `/users/${ROOM}/events`;

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
    id: 'series-12',
    behaviour: 'recurrence: null on the master leaves a single event',
    source: '8, L:event-update (2024-06); what is left is a guess',
    standing: 'unconfirmed',
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
    id: 'series-15',
    behaviour: 'Deleting the master takes every occurrence along',
    source: '1.4, 8; general knowledge',
    standing: 'unconfirmed',
  },
  async () => {
    const { delete: remove, master, rows } = await series();
    await remove(eventUrl(master.id));
    expect(await rows()).toEqual([]);
  },
);

documented(
  {
    id: 'series-16',
    behaviour: 'Start and end may be given in different zones: the series keeps to the zone of its start',
    source: '1.6, 8',
    standing: 'unconfirmed',
  },
  async () => {
    const { patch, master, rows } = await series();
    await patch(eventUrl(master.id), { start: at('2027-03-02T10:00:00'), end: at('2027-03-02T10:00:00', 'UTC') });
    expect((await rows()).map((each) => [each.start.dateTime.slice(5, 16), each.end.dateTime.slice(5, 16)])).toEqual(
      ['03-02', '03-09', '03-16', '03-23'].map((day) => [`${day}T09:00`, `${day}T10:00`]),
    );
  },
);
