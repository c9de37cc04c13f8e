import type { RuleTable } from './rule-table.ts';

/** One room's share of a run; every cancellation has its own cause unless `causes` says otherwise. */
export interface BrakeRoom {
  readonly room: string;
  readonly live: number;
  /** Causes of the last 24 hours. */
  readonly recent?: number;
  readonly cancellations?: number;
  /** Fewer causes than cancellations: they are spread over these. */
  readonly causes?: number;
  readonly suppressions?: number;
  readonly parked?: number;
}

/** Limits 10 and 20 %. */
export interface BrakeRow {
  readonly story: string;
  readonly rooms: readonly BrakeRoom[];
  readonly confirm?: true;
}

// biome-ignore format: one case per line
export const BRAKE_ROWS: readonly BrakeRow[] = [
  { story: 'an ordinary day', rooms: [{ room: 'a', live: 100, cancellations: 3 }] },
  { story: 'ten of ten: not more than 10', rooms: [{ room: 'a', live: 10, cancellations: 10 }] },
  { story: 'eleven of fifty: more than both', rooms: [{ room: 'a', live: 50, cancellations: 11, parked: 11 }] },
  { story: 'eleven of fifty-five: exactly 20 %', rooms: [{ room: 'a', live: 55, cancellations: 11 }] },
  { story: 'many of very many: not more than 20 %', rooms: [{ room: 'a', live: 1000, cancellations: 200 }] },
  { story: 'E40: the calendar is suddenly empty', rooms: [{ room: 'a', live: 300, cancellations: 300, parked: 300 }, { room: 'b', live: 300, cancellations: 2 }] },
  { story: 'a rolling day: what went before counts', rooms: [{ room: 'a', live: 40, recent: 8, cancellations: 3, parked: 3 }] },
  { story: 'the share refers to what was alive before', rooms: [{ room: 'a', live: 46, recent: 9, cancellations: 2 }] },
  { story: 'nothing new: what went before is not parked again', rooms: [{ room: 'a', live: 10, recent: 30 }] },
  { story: 'a deleted series is one cause', rooms: [{ room: 'a', live: 60, cancellations: 52, causes: 1 }] },
  { story: 'suppressions are exempt and go on', rooms: [{ room: 'a', live: 20, cancellations: 0, suppressions: 20 }] },
  { story: 'suppressions go on beside parked ones', rooms: [{ room: 'a', live: 20, cancellations: 12, suppressions: 5, parked: 12 }] },
  { story: 'a little in each of many rooms is too much together', rooms: [{ room: 'a', live: 10, cancellations: 4, parked: 4 }, { room: 'b', live: 10, cancellations: 4, parked: 4 }, { room: 'c', live: 10, cancellations: 4, parked: 4 }] },
  { story: 'the same, but other rooms are quiet', rooms: [{ room: 'a', live: 10, cancellations: 4 }, { room: 'b', live: 10, cancellations: 4 }, { room: 'c', live: 10, cancellations: 4 }, { room: 'd', live: 100 }] },
  { story: 'R8: one broken room does not hold the others', rooms: [{ room: 'a', live: 100, cancellations: 100, parked: 100 }, { room: 'b', live: 100, cancellations: 9 }] },
  { story: 'a person confirmed', rooms: [{ room: 'a', live: 50, cancellations: 50 }], confirm: true },
];

const sum = (rooms: readonly BrakeRoom[], pick: (room: BrakeRoom) => number | undefined) =>
  rooms.map((room) => `${room.room}: ${pick(room) ?? 0}`).join(', ');

export const brakeTables: readonly RuleTable[] = [
  {
    name: 'brake',
    headings: ['case', 'alive', 'last 24 h', 'cancellations', 'causes', 'suppressions', 'parked'],
    rows: BRAKE_ROWS.map(({ story, rooms }) => [
      story,
      sum(rooms, (room) => room.live),
      sum(rooms, (room) => room.recent),
      sum(rooms, (room) => room.cancellations),
      sum(rooms, (room) => room.causes ?? room.cancellations),
      sum(rooms, (room) => room.suppressions),
      sum(rooms, (room) => room.parked),
    ]),
  },
];
