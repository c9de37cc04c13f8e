import type { Random } from './random.ts';

/** What an operation looks like to a fault rule. */
export interface FaultSubject {
  readonly method: string;
  /** Without version and query. */
  readonly path: string;
  readonly kind: string;
  /** Object id, null where no mailbox is touched. */
  readonly mailbox: string | null;
  /** The mailbox's address in lower case. */
  readonly address: string | null;
  /** Inside a `$batch`. */
  readonly part: boolean;
}

export interface ErrorFault {
  readonly status: number;
  readonly code: string;
  readonly message?: string;
  /** Seconds. */
  readonly retryAfter?: number;
  /** The effect has taken place before this answer. */
  readonly afterEffect?: boolean;
  /** Answer an HTML page or nothing at all, as gateways do, instead of Graph's error object. */
  readonly body?: 'html' | 'empty';
}

/**
 * | fault | effect done | the client sees |
 * |---|---|---|
 * | `drop-before` | no | no answer, the connection breaks after a long wait |
 * | `drop-after` | yes | the same |
 * | `reset-before` | no | connection reset at once |
 * | `reset` | yes | connection reset at once |
 * | `hang` | yes | nothing, ever |
 * | `504-after` | yes | 504 with an HTML page |
 * | `cut` | yes | 200 whose JSON ends in the middle |
 * | `ErrorFault` | unless `afterEffect` | that error |
 */
export type Fault = 'drop-before' | 'drop-after' | 'reset-before' | 'reset' | 'hang' | '504-after' | 'cut' | ErrorFault;

export interface FaultMatch {
  readonly method?: string;
  /** Operation kind, for instance `create-event`; `batch` is the `$batch` request itself. */
  readonly kind?: string | readonly string[];
  readonly path?: RegExp;
  /** Object id or address. */
  readonly mailbox?: string;
  readonly part?: boolean;
}

export interface FaultRule {
  readonly match?: FaultMatch | ((subject: FaultSubject) => boolean);
  /** How often the rule strikes; default once, `Infinity` for good. */
  readonly times?: number;
  /** Matching operations let through first. */
  readonly after?: number;
  /** Chance to strike, by the simulator's seed; default 1. */
  readonly probability?: number;
  readonly fault: Fault;
}

export interface FaultScript {
  /** Adds a rule and returns its removal. */
  add(rule: FaultRule): () => void;
  clear(): void;
  /** The fault that strikes an operation, if any; counts it. */
  strike(subject: FaultSubject): Fault | null;
}

function matches(match: FaultRule['match'], subject: FaultSubject): boolean {
  if (match === undefined) return true;
  if (typeof match === 'function') return match(subject);
  const { method, kind, path, mailbox, part } = match;
  return (
    (method === undefined || method === subject.method) &&
    (kind === undefined || (typeof kind === 'string' ? kind === subject.kind : kind.includes(subject.kind))) &&
    (path === undefined || path.test(subject.path)) &&
    (mailbox === undefined || mailbox === subject.mailbox || mailbox.toLowerCase() === subject.address) &&
    (part === undefined || part === subject.part)
  );
}

export function createFaultScript(random: Random): FaultScript {
  let rules: { rule: FaultRule; skip: number; left: number }[] = [];

  return {
    add(rule) {
      const entry = { rule, skip: rule.after ?? 0, left: rule.times ?? 1 };
      rules.push(entry);
      return () => {
        rules = rules.filter((each) => each !== entry);
      };
    },
    clear() {
      rules = [];
    },
    strike(subject) {
      if (rules.length === 0) return null;
      for (const entry of rules) {
        if (!matches(entry.rule.match, subject)) continue;
        if (entry.skip > 0) {
          entry.skip--;
          continue;
        }
        const { probability = 1, fault } = entry.rule;
        if (probability < 1 && !random.chance(probability)) continue;
        entry.left--;
        if (entry.left <= 0) rules = rules.filter((each) => each !== entry);
        return fault;
      }
      return null;
    },
  };
}

/** Name under which a fault is counted. */
export function faultName(fault: Fault): string {
  return typeof fault === 'string' ? fault : `${fault.status} ${fault.code}`;
}
