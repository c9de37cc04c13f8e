/** Every budget of the design as a row, in its order. */
import type { Check } from '../support/check.ts';
import { measureEditedBookings } from './edited-bookings.ts';
import { measureInitialPush, measurePushCpu } from './initial-push.ts';
import { measureMemory } from './memory.ts';
import { measureNoChangePass } from './no-change-pass.ts';
import { measurePlanning } from './planning.ts';
import { measureStatistics } from './statistics.ts';

export interface Row {
  /** As `--only` takes it. */
  readonly name: string;
  readonly what: string;
  /** What a reader must know to judge the figures. */
  readonly note?: string;
  /** Null: what it measures does not exist yet. */
  readonly measure: (() => Promise<readonly Check[]>) | null;
}

export const ROWS: readonly Row[] = [
  {
    name: 'initial-push',
    what: 'Initial push of 10,000 reservations over 100 rooms, 150 ms per Graph operation, virtual clock',
    note: 'One step of the timer that pushes: discovery, one look at each calendar for events that are there already, creates.',
    measure: () => measureInitialPush(),
  },
  {
    name: 'push-cpu',
    what: 'The same push over sockets, the simulator in its own process',
    note: "SQLite's share, about a third of the process time, is a database server's in production. The usual way stores nothing at all here.",
    measure: () => measurePushCpu(),
  },
  {
    name: 'no-change-pass',
    what: 'One pass over 1,000 rooms with nothing changed (10,000 reservations)',
    note: 'Rooms are leased and read a hundred at a time. The usual way at its fastest has 4,000 requests under way at once, every minute.',
    measure: () => measureNoChangePass(),
  },
  {
    name: 'edited-bookings',
    what: '1,000 edited bookings among 2,000 over 50 rooms',
    note: 'Half of the time is the delta round of every room, half the writes; a hook from the booking system needs no delta round.',
    measure: () => measureEditedBookings(),
  },
  {
    name: 'webhook',
    what: 'Notification in, booking row committed: p50 < 0.5 s, p95 < 1.5 s; 202 answered p99 < 100 ms',
    measure: null,
  },
  {
    name: 'planning',
    what: 'Planning a pass over 100,000 reservations with nothing changed, one process',
    note: 'The whole booking-side pass: leases, reading both sides with SQLite in the same process, planning, the search for vanished reservations.',
    measure: () => measurePlanning(),
  },
  {
    name: 'statistics',
    what: 'Statistics endpoints on 1,000,000 mappings, asked every 10 s',
    note: 'A SQLite file read by threads of its own stands for the database server. A first answer, and one after a minute without any, has to count.',
    measure: () => measureStatistics(),
  },
  {
    name: 'bundle',
    what: 'Bundle load in the real worker: < 300 ms',
    measure: null,
  },
  {
    name: 'memory',
    what: 'Memory over a ten times longer run',
    note: 'After garbage collection; every pass pushes an edit in every room and sees its own echoes.',
    measure: () => measureMemory(),
  },
];
