/** What a run came to see: faults that struck, transitions taken, checks made. A batch that leaves one at zero proves less than it says. */
import type { Stage } from './stage.ts';

export interface Counters {
  readonly faults: Record<string, number>;
  readonly checks: Record<string, number>;
  readonly transitions: Record<string, number>;
  readonly jobs: Record<string, number>;
  fault(kind: string): void;
  check(kind: string): void;
  checkMany(kind: string, times: number): void;
  /** As the simulated service counted them: those that struck. */
  readGraphFaults(struck: Readonly<Record<string, number>>): void;
  job(name: string): void;
  readTransitions(stage: Stage): Promise<void>;
}

/** T1 to T18. */
export const TRANSITION_NAMES: readonly string[] = Array.from({ length: 18 }, (_, index) => `T${index + 1}`);

const add = (counts: Record<string, number>, key: string, by = 1) => {
  counts[key] = (counts[key] ?? 0) + by;
};

export function createCounters(): Counters {
  const counters = { faults: {}, checks: {}, transitions: {}, jobs: {} };
  return {
    ...counters,
    fault: (kind) => add(counters.faults, kind),
    check: (kind) => add(counters.checks, kind),
    checkMany: (kind, times) => add(counters.checks, kind, times),
    readGraphFaults(struck) {
      for (const [name, times] of Object.entries(struck)) add(counters.faults, name.split(' ')[0] ?? name, times);
    },
    job: (name) => add(counters.jobs, name),
    async readTransitions(stage) {
      const ends = `old_status, new_status, COALESCE(conflict_kind, old_kind), old_reservation IS NULL, cancelled_by, seen_anew`;
      const rows = await stage.query<LogRow & { n: number }>(
        `SELECT old_status, new_status, COALESCE(conflict_kind, old_kind) AS conflict_kind, old_reservation IS NULL AS unlinked,
         cancelled_by, seen_anew, COUNT(*) AS n FROM sim_mapping_log GROUP BY ${ends}`,
      );
      for (const row of rows) add(counters.transitions, transitionOf(row), row.n);
    },
  };
}

interface LogRow {
  readonly old_status: string | null;
  readonly new_status: string;
  readonly conflict_kind: string | null;
  readonly unlinked: number;
  readonly cancelled_by: string | null;
  /** The row took note of a new version of its event. */
  readonly seen_anew: number;
}

/** The number of the transition, from both ends of a change alone; `-` where no state changed. */
function transitionOf({
  old_status: from,
  new_status: to,
  conflict_kind: kind,
  cancelled_by: by,
  unlinked,
  seen_anew: seenAnew,
}: LogRow): string {
  switch (`${from ?? ''}>${to}`) {
    case '>pending':
      return 'T1';
    case '>conflict':
      return 'T2';
    case 'pending>synced':
    case 'error>synced':
      return 'T3';
    case 'pending>error':
    case 'error>error':
      return 'T4';
    case 'synced>pending':
      // An edit that was refused is remembered by the version it made.
      return seenAnew === 1 ? 'T17' : 'T5';
    case 'error>pending':
      return 'T5';
    case 'synced>conflict':
    case 'pending>conflict':
    case 'error>conflict':
      return 'T6';
    case 'conflict>pending':
      return 'T7';
    case 'synced>error':
    case 'conflict>error':
      return 'T9';
    case 'cancelled>pending':
    case 'cancelled>synced':
    case 'cancelled>conflict':
      return 'T10';
    case '>imported':
    case 'cancelled>imported':
      return 'T11';
    case 'imported>synced':
      return 'T12';
    case 'imported>imported':
      return 'T13';
    case 'imported>conflict':
    case 'conflict>imported':
      return 'T14';
    case 'synced>synced':
      return 'T16';
    case 'imported>pending':
      return 'T18';
    default:
      if (to === 'removed') return 'T18';
      if (to === 'cancelled') return by === 'outlook' || unlinked === 1 ? 'T15' : 'T8';
      return kind === null ? '-' : `- ${from}>${to}`;
  }
}
