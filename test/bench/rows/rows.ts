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
  /** Null: what it measures does not exist yet. */
  readonly measure: (() => Promise<readonly Check[]>) | null;
}

export const ROWS: readonly Row[] = [
  {
    name: 'initial-push',
    what: 'Initial push of 10,000 reservations over 100 rooms, 150 ms per Graph operation, virtual clock',
    measure: () => measureInitialPush(),
  },
  {
    name: 'push-cpu',
    what: 'The same push over sockets, the simulator in its own process',
    measure: () => measurePushCpu(),
  },
  {
    name: 'no-change-pass',
    what: 'One pass over 1,000 rooms with nothing changed (10,000 reservations)',
    measure: () => measureNoChangePass(),
  },
  {
    name: 'edited-bookings',
    what: '1,000 edited bookings among 2,000 over 50 rooms',
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
    measure: () => measurePlanning(),
  },
  {
    name: 'statistics',
    what: 'Statistics endpoints on 1,000,000 mappings, asked every 10 s',
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
    measure: () => measureMemory(),
  },
];
