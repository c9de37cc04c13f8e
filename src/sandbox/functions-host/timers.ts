/**
 * Timer triggers as the Functions host runs them (`TimerListener.cs`, `ScheduleMonitor.cs`): a timer never overlaps itself, ticks
 * missed during a long run become one run right after it, and a tick missed while the host was down is made up once, with
 * `isPastDue`, unless the schedule changed meanwhile.
 */
import type { TypedValue } from './core-api.ts';
import type { Schedule } from './ncrontab.ts';

/** What the host remembers of a timer between starts. Epoch milliseconds; `last` null = never ran. */
export interface TimerRecord {
  readonly last: number | null;
  readonly next: number | null;
  readonly updated: number;
}

export interface TimerOptions {
  readonly functionName: string;
  readonly schedule: Schedule;
  readonly runOnStartup: boolean;
  /** Keep a record and make up for missed ticks; off for schedules below a minute. */
  readonly useMonitor: boolean;
  /** Record of an earlier start. */
  readonly record: TimerRecord | undefined;
}

export interface Timer {
  readonly functionName: string;
  /** When it wants to run; in the past when it is late, null when never. */
  dueAt(): number | null;
  /** Runs once, now. Errors of the function are its caller's to report; the schedule goes on. */
  fire(): Promise<void>;
  record(): TimerRecord | undefined;
}

const NEVER = '0001-01-01T00:00:00';

/** `run` is given the trigger's input and must not reject. */
export function createTimer(
  options: TimerOptions,
  now: () => number,
  run: (input: TypedValue, reason: string) => Promise<void>,
): Timer {
  const { schedule, functionName } = options;
  const useMonitor = options.useMonitor && !schedule.isSubMinute;
  let record = initialRecord(schedule, useMonitor ? options.record : undefined, now());
  let startup: 'past-due' | 'startup' | null = null;
  if (record.next !== null && now() > record.next) startup = 'past-due';
  else if (options.runOnStartup) startup = 'startup';

  return {
    functionName,
    dueAt: () => (startup === null ? record.next : now()),
    async fire() {
      const kind = startup;
      startup = null;
      // Fired a little early: count from the tick, or the same tick would come twice.
      const at = kind === null ? Math.max(now(), record.next ?? 0) : now();
      await run(timerInput(useMonitor ? record : null, kind === 'past-due'), kind ?? 'schedule');
      record = { last: at, next: schedule.next(at), updated: at };
    },
    record: () => (useMonitor ? record : undefined),
  };
}

function initialRecord(schedule: Schedule, kept: TimerRecord | undefined, now: number): TimerRecord {
  if (kept === undefined) return { last: null, next: schedule.next(now), updated: now };
  const expected = schedule.next(kept.last ?? kept.updated);
  if (expected === kept.next) return kept;
  // The schedule changed: a tick that only the new one would have had was not missed.
  if (expected !== null && now > expected) return { last: null, next: schedule.next(now), updated: now };
  return { last: null, next: expected, updated: kept.last ?? kept.updated };
}

function timerInput(record: TimerRecord | null, isPastDue: boolean): TypedValue {
  const text = (epochMs: number | null) => (epochMs === null ? NEVER : new Date(epochMs).toISOString());
  const status = record && { Last: text(record.last), Next: text(record.next), LastUpdated: text(record.updated) };
  return { json: JSON.stringify({ Schedule: { AdjustForDST: true }, ScheduleStatus: status, IsPastDue: isPastDue }) };
}
