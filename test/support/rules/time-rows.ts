import type { RuleTable } from './rule-table.ts';

/** One wall clock in one zone as a moment. */
export interface InstantRow {
  readonly story: string;
  readonly zone: string;
  readonly wall: string;
  readonly instant: string;
  readonly kind: 'exact' | 'gap' | 'fold';
}

const OSLO = 'Europe/Oslo';

// biome-ignore format: one case per line
export const INSTANT_ROWS: readonly InstantRow[] = [
  { story: 'winter time', zone: OSLO, wall: '2027-03-01 08:00:00', instant: '2027-03-01T07:00:00.000Z', kind: 'exact' },
  { story: 'summer time', zone: OSLO, wall: '2027-07-01 08:00:00', instant: '2027-07-01T06:00:00.000Z', kind: 'exact' },
  { story: 'E1: an hour that does not exist moves forward by the gap', zone: OSLO, wall: '2027-03-28 02:15:00', instant: '2027-03-28T01:15:00.000Z', kind: 'gap' },
  { story: 'E1: the first second of the gap', zone: OSLO, wall: '2027-03-28 02:00:00', instant: '2027-03-28T01:00:00.000Z', kind: 'gap' },
  { story: 'the last second before the gap', zone: OSLO, wall: '2027-03-28 01:59:59', instant: '2027-03-28T00:59:59.000Z', kind: 'exact' },
  { story: 'the first second after the gap', zone: OSLO, wall: '2027-03-28 03:00:00', instant: '2027-03-28T01:00:00.000Z', kind: 'exact' },
  { story: 'E2: an hour that comes twice means its first occurrence', zone: OSLO, wall: '2027-10-31 02:30:00', instant: '2027-10-31T00:30:00.000Z', kind: 'fold' },
  { story: 'E2: the first second of the fold', zone: OSLO, wall: '2027-10-31 02:00:00', instant: '2027-10-31T00:00:00.000Z', kind: 'fold' },
  { story: 'the last second before the fold', zone: OSLO, wall: '2027-10-31 01:59:59', instant: '2027-10-30T23:59:59.000Z', kind: 'exact' },
  { story: 'the first second after the fold', zone: OSLO, wall: '2027-10-31 03:00:00', instant: '2027-10-31T02:00:00.000Z', kind: 'exact' },
  { story: 'E1 west of Greenwich', zone: 'America/St_Johns', wall: '2027-03-14 02:30:00', instant: '2027-03-14T06:00:00.000Z', kind: 'gap' },
  { story: 'E2 west of Greenwich', zone: 'America/St_Johns', wall: '2027-11-07 01:30:00', instant: '2027-11-07T04:00:00.000Z', kind: 'fold' },
  { story: 'E1 where the clock moves by half an hour', zone: 'Australia/Lord_Howe', wall: '2027-10-03 02:15:00', instant: '2027-10-02T15:45:00.000Z', kind: 'gap' },
  { story: 'E2 where the clock moves by half an hour', zone: 'Australia/Lord_Howe', wall: '2027-04-04 01:45:00', instant: '2027-04-03T14:45:00.000Z', kind: 'fold' },
  { story: 'E1 where midnight itself does not exist', zone: 'Africa/Cairo', wall: '2027-04-30 00:00:00', instant: '2027-04-29T22:00:00.000Z', kind: 'gap' },
  { story: 'a zone at three quarters of an hour', zone: 'Asia/Kathmandu', wall: '2027-03-01 08:00:00', instant: '2027-03-01T02:15:00.000Z', kind: 'exact' },
  { story: 'a zone without changes', zone: 'UTC', wall: '2027-03-28 02:15:00', instant: '2027-03-28T02:15:00.000Z', kind: 'exact' },
];

/** One reservation of the booking system as Graph gets it; `local` is the Windows zone of Europe/Oslo. */
export interface PushTimeRow {
  readonly story: string;
  readonly start: string;
  readonly end: string;
  readonly graphStart: string;
  readonly graphEnd: string;
  readonly isAllDay: boolean;
  /** Hours that really pass; null for all-day. */
  readonly hours: number | null;
}

// biome-ignore format: one case per line
export const PUSH_TIME_ROWS: readonly PushTimeRow[] = [
  { story: 'a plain evening', start: '2027-03-04 17:00:00', end: '2027-03-04 21:00:00', graphStart: '2027-03-04T17:00:00 local', graphEnd: '2027-03-04T21:00:00 local', isAllDay: false, hours: 4 },
  { story: 'E1: inside the gap, both ends shift', start: '2027-03-28 02:15:00', end: '2027-03-28 02:45:00', graphStart: '2027-03-28T01:15:00 UTC', graphEnd: '2027-03-28T01:45:00 UTC', isAllDay: false, hours: 0.5 },
  { story: 'E1: only the end lies in the gap', start: '2027-03-28 01:00:00', end: '2027-03-28 02:30:00', graphStart: '2027-03-28T01:00:00 local', graphEnd: '2027-03-28T01:30:00 UTC', isAllDay: false, hours: 1.5 },
  { story: 'E1: only the start lies in the gap', start: '2027-03-28 02:15:00', end: '2027-03-28 05:00:00', graphStart: '2027-03-28T01:15:00 UTC', graphEnd: '2027-03-28T05:00:00 local', isAllDay: false, hours: 1.75 },
  { story: 'E1: shifted to its own end or beyond, the length is kept', start: '2027-03-28 02:30:00', end: '2027-03-28 03:15:00', graphStart: '2027-03-28T01:30:00 UTC', graphEnd: '2027-03-28T02:15:00 UTC', isAllDay: false, hours: 0.75 },
  { story: 'E1: exactly the hour that is left out', start: '2027-03-28 02:00:00', end: '2027-03-28 03:00:00', graphStart: '2027-03-28T01:00:00 UTC', graphEnd: '2027-03-28T02:00:00 UTC', isAllDay: false, hours: 1 },
  { story: 'E2: inside the fold, first occurrence', start: '2027-10-31 02:30:00', end: '2027-10-31 02:45:00', graphStart: '2027-10-31T00:30:00 UTC', graphEnd: '2027-10-31T00:45:00 UTC', isAllDay: false, hours: 0.25 },
  { story: 'E2: the end lies after the change', start: '2027-10-31 02:30:00', end: '2027-10-31 03:30:00', graphStart: '2027-10-31T00:30:00 UTC', graphEnd: '2027-10-31T03:30:00 local', isAllDay: false, hours: 2 },
  { story: 'E3: across the spring change, five hours on the wall', start: '2027-03-27 23:00:00', end: '2027-03-28 04:00:00', graphStart: '2027-03-27T23:00:00 local', graphEnd: '2027-03-28T04:00:00 local', isAllDay: false, hours: 4 },
  { story: 'E3: across the autumn change, eight hours on the wall', start: '2027-10-30 22:00:00', end: '2027-10-31 06:00:00', graphStart: '2027-10-30T22:00:00 local', graphEnd: '2027-10-31T06:00:00 local', isAllDay: false, hours: 9 },
  { story: 'E4: a whole day until midnight', start: '2027-03-30 00:00:00', end: '2027-03-31 00:00:00', graphStart: '2027-03-30T00:00:00 local', graphEnd: '2027-03-31T00:00:00 local', isAllDay: true, hours: null },
  { story: 'E4: a whole day until 23:59', start: '2027-03-31 00:00:00', end: '2027-03-31 23:59:00', graphStart: '2027-03-31T00:00:00 local', graphEnd: '2027-04-01T00:00:00 local', isAllDay: true, hours: null },
  { story: 'E4: whole days across the spring change', start: '2027-03-27 00:00:00', end: '2027-03-28 23:59:59', graphStart: '2027-03-27T00:00:00 local', graphEnd: '2027-03-29T00:00:00 local', isAllDay: true, hours: null },
  { story: 'E5: a whole week is one event', start: '2027-04-05 00:00:00', end: '2027-04-12 00:00:00', graphStart: '2027-04-05T00:00:00 local', graphEnd: '2027-04-12T00:00:00 local', isAllDay: true, hours: null },
  { story: 'E5: several days with hours are one event', start: '2027-03-13 10:00:00', end: '2027-03-14 17:00:00', graphStart: '2027-03-13T10:00:00 local', graphEnd: '2027-03-14T17:00:00 local', isAllDay: false, hours: 31 },
  { story: 'from midnight to noon is no whole day', start: '2027-03-30 00:00:00', end: '2027-03-30 12:00:00', graphStart: '2027-03-30T00:00:00 local', graphEnd: '2027-03-30T12:00:00 local', isAllDay: false, hours: 12 },
];

/** One Outlook event as the booking system stores it. */
export interface ImportTimeRow {
  readonly story: string;
  readonly start: string;
  readonly end: string;
  readonly isAllDay: boolean;
  readonly wallStart: string;
  readonly wallEnd: string;
}

// biome-ignore format: one case per line
export const IMPORT_TIME_ROWS: readonly ImportTimeRow[] = [
  { story: 'winter time', start: '2027-03-02T08:00:00.000Z', end: '2027-03-02T09:00:00.000Z', isAllDay: false, wallStart: '2027-03-02 09:00:00', wallEnd: '2027-03-02 10:00:00' },
  { story: 'E4: an all-day event ends at 23:59 of its last day', start: '2027-03-22T00:00:00.000Z', end: '2027-03-23T00:00:00.000Z', isAllDay: true, wallStart: '2027-03-22 00:00:00', wallEnd: '2027-03-22 23:59:00' },
  { story: 'E4: three whole days are one reservation', start: '2027-03-26T00:00:00.000Z', end: '2027-03-29T00:00:00.000Z', isAllDay: true, wallStart: '2027-03-26 00:00:00', wallEnd: '2027-03-28 23:59:00' },
  { story: 'E5: several days with hours', start: '2027-03-18T11:00:00.000Z', end: '2027-03-20T13:00:00.000Z', isAllDay: false, wallStart: '2027-03-18 12:00:00', wallEnd: '2027-03-20 14:00:00' },
  { story: 'E3: across the spring change', start: '2027-03-27T22:00:00.000Z', end: '2027-03-28T02:00:00.000Z', isAllDay: false, wallStart: '2027-03-27 23:00:00', wallEnd: '2027-03-28 04:00:00' },
  { story: 'E2: the second 02:30 of the autumn night reads like the first', start: '2027-10-31T01:30:00.000Z', end: '2027-10-31T03:00:00.000Z', isAllDay: false, wallStart: '2027-10-31 02:30:00', wallEnd: '2027-10-31 04:00:00' },
  { story: 'E2: from the first to the second 02:30, no shorter than it is', start: '2027-10-31T00:30:00.000Z', end: '2027-10-31T01:30:00.000Z', isAllDay: false, wallStart: '2027-10-31 02:30:00', wallEnd: '2027-10-31 03:30:00' },
  { story: 'E2: from the first 02:50 to the second 02:10', start: '2027-10-31T00:50:00.000Z', end: '2027-10-31T01:10:00.000Z', isAllDay: false, wallStart: '2027-10-31 02:50:00', wallEnd: '2027-10-31 03:10:00' },
];

/** Two ways to write one time, or two times. */
export interface SameTimeRow {
  readonly story: string;
  readonly booking: readonly [start: string, end: string];
  readonly outlook: { readonly start: string; readonly end: string; readonly isAllDay: boolean };
  readonly equal: boolean;
}

// biome-ignore format: one case per line
export const SAME_TIME_ROWS: readonly SameTimeRow[] = [
  { story: 'E4: until 23:59 and all-day', booking: ['2027-03-31 00:00:00', '2027-03-31 23:59:00'], outlook: { start: '2027-03-31T00:00:00.000Z', end: '2027-04-01T00:00:00.000Z', isAllDay: true }, equal: true },
  { story: 'E4: until midnight and all-day', booking: ['2027-03-31 00:00:00', '2027-04-01 00:00:00'], outlook: { start: '2027-03-31T00:00:00.000Z', end: '2027-04-01T00:00:00.000Z', isAllDay: true }, equal: true },
  { story: 'E4: whole days written as hours in Outlook', booking: ['2027-03-30 00:00:00', '2027-03-31 00:00:00'], outlook: { start: '2027-03-29T22:00:00.000Z', end: '2027-03-30T22:00:00.000Z', isAllDay: false }, equal: true },
  { story: 'E4: one day and two', booking: ['2027-03-31 00:00:00', '2027-03-31 23:59:00'], outlook: { start: '2027-03-31T00:00:00.000Z', end: '2027-04-02T00:00:00.000Z', isAllDay: true }, equal: false },
  { story: 'E1: the shifted hour', booking: ['2027-03-28 02:15:00', '2027-03-28 02:45:00'], outlook: { start: '2027-03-28T01:15:00.000Z', end: '2027-03-28T01:45:00.000Z', isAllDay: false }, equal: true },
  { story: 'E2: the first of both hours', booking: ['2027-10-31 02:30:00', '2027-10-31 02:45:00'], outlook: { start: '2027-10-31T00:30:00.000Z', end: '2027-10-31T00:45:00.000Z', isAllDay: false }, equal: true },
  { story: 'E2: the second of both hours, which the booking system cannot tell apart', booking: ['2027-10-31 02:30:00', '2027-10-31 02:45:00'], outlook: { start: '2027-10-31T01:30:00.000Z', end: '2027-10-31T01:45:00.000Z', isAllDay: false }, equal: true },
  { story: 'E3: the autumn night', booking: ['2027-10-30 22:00:00', '2027-10-31 06:00:00'], outlook: { start: '2027-10-30T20:00:00.000Z', end: '2027-10-31T05:00:00.000Z', isAllDay: false }, equal: true },
  { story: 'a quarter of an hour later', booking: ['2027-03-01 08:00:00', '2027-03-01 09:00:00'], outlook: { start: '2027-03-01T07:15:00.000Z', end: '2027-03-01T08:00:00.000Z', isAllDay: false }, equal: false },
];

export const timeTables: readonly RuleTable[] = [
  {
    name: 'instants',
    headings: ['case', 'zone', 'wall clock', 'moment (UTC)', 'kind'],
    rows: INSTANT_ROWS.map((row) => [row.story, row.zone, row.wall, row.instant.slice(0, 19), row.kind]),
  },
  {
    name: 'push-times',
    headings: ['reservation (Europe/Oslo)', 'from', 'to', 'Graph start', 'Graph end', 'all-day', 'real hours'],
    rows: PUSH_TIME_ROWS.map((row) => [
      row.story,
      row.start,
      row.end,
      row.graphStart,
      row.graphEnd,
      row.isAllDay ? 'yes' : 'no',
      row.hours === null ? '' : String(row.hours),
    ]),
  },
  {
    name: 'import-times',
    headings: ['event', 'start (UTC)', 'end (UTC)', 'all-day', 'stored from', 'stored to'],
    rows: IMPORT_TIME_ROWS.map((row) => [
      row.story,
      row.start.slice(0, 19),
      row.end.slice(0, 19),
      row.isAllDay ? 'yes' : 'no',
      row.wallStart,
      row.wallEnd,
    ]),
  },
  {
    name: 'same-times',
    headings: ['case', 'reservation', 'event (UTC)', 'equal'],
    rows: SAME_TIME_ROWS.map(({ story, booking, outlook, equal }) => [
      story,
      booking.join(' – '),
      `${outlook.start.slice(0, 16)} – ${outlook.end.slice(0, 16)}${outlook.isAllDay ? ' all-day' : ''}`,
      equal ? 'yes' : 'no',
    ]),
  },
];
