import type { ConflictPolicy } from '../../../src/domain/occupancy.ts';
import type { RuleTable } from './rule-table.ts';

/** Reservations of one room, `type:id from-to` with hours of one day (`24` = midnight), and who is hidden under each policy. */
export interface OccupancyRow {
  readonly story: string;
  readonly room: readonly string[];
  /** Hidden label to the labels that hide it; a policy left out hides nobody. */
  readonly hidden: Partial<Readonly<Record<ConflictPolicy, Readonly<Record<string, readonly string[]>>>>>;
}

export const OCCUPANCY_ROWS: readonly OccupancyRow[] = [
  {
    story: 'E53: two bookings fill their allocation',
    room: ['allocation:5001 17-21', 'booking:3001 17-19', 'booking:3009 19-21'],
    hidden: {
      covered: { 'allocation:5001': ['booking:3001', 'booking:3009'] },
      overlap: { 'allocation:5001': ['booking:3001', 'booking:3009'] },
    },
  },
  {
    story: 'a booking uses part of its allocation',
    room: ['allocation:5001 17-21', 'booking:3009 19-21'],
    hidden: { overlap: { 'allocation:5001': ['booking:3009'] } },
  },
  {
    story: 'a booking with the slot of its allocation',
    room: ['allocation:5017 18-20.5', 'booking:3033 18-20.5'],
    hidden: {
      exact: { 'allocation:5017': ['booking:3033'] },
      covered: { 'allocation:5017': ['booking:3033'] },
      overlap: { 'allocation:5017': ['booking:3033'] },
    },
  },
  {
    story: 'an event hides an allocation and the booking in it',
    room: ['event:1005 19-21.5', 'booking:3043 19-20.5', 'allocation:5027 19-21.5'],
    hidden: {
      exact: { 'allocation:5027': ['event:1005'] },
      covered: { 'booking:3043': ['event:1005'], 'allocation:5027': ['event:1005', 'booking:3043'] },
      overlap: { 'booking:3043': ['event:1005'], 'allocation:5027': ['event:1005', 'booking:3043'] },
    },
  },
  {
    story: 'that event is cancelled: the booking covers the allocation only in part',
    room: ['booking:3043 19-20.5', 'allocation:5027 19-21.5'],
    hidden: { overlap: { 'allocation:5027': ['booking:3043'] } },
  },
  {
    story: 'E54: an event takes an hour out of an allocation',
    room: ['event:1 18-19', 'allocation:2 17-21'],
    hidden: { overlap: { 'allocation:2': ['event:1'] } },
  },
  {
    story: 'a quarter of an hour is left over between two bookings',
    room: ['allocation:3 17-21', 'booking:1 17-19', 'booking:2 19.25-21'],
    hidden: { overlap: { 'allocation:3': ['booking:1', 'booking:2'] } },
  },
  {
    story: 'an event and a booking cover together',
    room: ['allocation:3 17-21', 'booking:2 18-21', 'event:1 16-18.5'],
    hidden: {
      covered: { 'allocation:3': ['event:1', 'booking:2'] },
      overlap: { 'allocation:3': ['event:1', 'booking:2'], 'booking:2': ['event:1'] },
    },
  },
  {
    story: 'a hidden booking covers all the same',
    room: ['event:1 17-19', 'booking:2 17-19', 'booking:3 19-21', 'allocation:4 17-21'],
    hidden: {
      exact: { 'booking:2': ['event:1'] },
      covered: { 'booking:2': ['event:1'], 'allocation:4': ['event:1', 'booking:2', 'booking:3'] },
      overlap: { 'booking:2': ['event:1'], 'allocation:4': ['event:1', 'booking:2', 'booking:3'] },
    },
  },
  { story: 'E29: one ends when the other starts', room: ['event:1 10-12', 'allocation:2 12-14'], hidden: {} },
  { story: 'two events in one slot are both shown', room: ['event:1 10-12', 'event:2 10-12'], hidden: {} },
  {
    story: 'a lower priority never hides a better one',
    room: ['event:1 10-11', 'allocation:2 9-12'],
    hidden: { overlap: { 'allocation:2': ['event:1'] } },
  },
  {
    story: 'E34: what ends before it starts hides nobody and is not hidden',
    room: ['event:1 12-10', 'event:2 11-11', 'booking:3 10.5-11.5', 'allocation:4 14-13'],
    hidden: {},
  },
  {
    story: 'coverers are named by priority, then id',
    room: ['event:20 10-11', 'event:3 11-12', 'booking:1 10-12', 'allocation:9 10-12'],
    hidden: {
      exact: { 'allocation:9': ['booking:1'] },
      covered: { 'booking:1': ['event:3', 'event:20'], 'allocation:9': ['event:3', 'event:20', 'booking:1'] },
      overlap: { 'booking:1': ['event:3', 'event:20'], 'allocation:9': ['event:3', 'event:20', 'booking:1'] },
    },
  },
  {
    story: 'E4: 00:00–23:59 fills the day to midnight',
    room: ['event:1 0-23:59', 'allocation:2 20-24'],
    hidden: { covered: { 'allocation:2': ['event:1'] }, overlap: { 'allocation:2': ['event:1'] } },
  },
];

const POLICIES = ['exact', 'covered', 'overlap'] as const;

export const occupancyTables: readonly RuleTable[] = [
  {
    name: 'occupancy',
    headings: ['case', 'in one room', ...POLICIES.map((policy) => `hidden by \`${policy}\``)],
    rows: OCCUPANCY_ROWS.map(({ story, room, hidden }) => [
      story,
      room.join('; '),
      ...POLICIES.map((policy) =>
        Object.entries(hidden[policy] ?? {})
          .map(([label, coverers]) => `${label} (by ${coverers.join(', ')})`)
          .join('; '),
      ),
    ]),
  },
];
