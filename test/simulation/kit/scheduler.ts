/**
 * The one place where simulated time passes. Every effect of a simulated process (a SQL statement, a Graph request, a sleep) parks here;
 * the scheduler lets one go on at a time, chosen by the seed, and waits until everything that follows has parked again. The same seed
 * makes the same choices, so a run is told by its seed and its commands alone.
 */
import { createRandom, type Random } from '../../../src/sandbox/graph-simulator/random.ts';
import type { Clock } from '../../../src/sync/ports.ts';

/** Thrown into everything a dead process still tries. */
export class Died extends Error {
  override readonly name = 'Died';
}

/** One simulated process: an incarnation of a worker, or the world outside of them. */
export interface Process {
  readonly name: string;
  state: 'running' | 'paused' | 'dead';
  /** Error of its own clock, milliseconds. */
  skewMs: number;
}

export function createProcess(name: string): Process {
  return { name, state: 'running', skewMs: 0 };
}

export interface PointOptions {
  /** Goes on even while its process is paused: a transaction that nobody ends would stop the whole database. */
  readonly pinned?: boolean;
  readonly signal?: AbortSignal | undefined;
}

interface Parked {
  readonly process: Process;
  readonly label: string;
  readonly pinned: boolean;
  /** Sleepers: the moment on the scheduler's clock; null may go on at any time. */
  readonly due: number | null;
  readonly resume: () => void;
  readonly fail: (error: unknown) => void;
}

export interface SchedulerOptions {
  readonly seed: string;
  readonly startMs: number;
  /** Chance that the process chosen last goes on; 0 changes at every step. */
  readonly stickiness: number;
  /** Longest time one step takes. */
  readonly stepMs: number;
  /** Keeps the last lines of the trace; 0 keeps none. */
  readonly traceLines: number;
}

export interface Scheduler {
  readonly random: Random;
  now(): number;
  /** Number of steps so far. */
  steps(): number;
  /** Parks until chosen; rejects with `Died` when the process is or gets killed. */
  point(process: Process, label: string, options?: PointOptions): Promise<void>;
  /** The clock of one process. */
  clockOf(process: Process): Clock;
  /** Starts work and keeps its outcome until `settled`. */
  spawn(label: string, work: () => Promise<void>): void;
  /** Tasks still under way. */
  running(): readonly string[];
  /** Lets up to `count` steps happen; stops early when nobody can go on. */
  run(count: number): Promise<void>;
  /** Lets everything finish. @throws Error when tasks remain that nothing can wake */
  finish(maxSteps: number): Promise<void>;
  /** Waits for something outside of all processes; others go on as far as it needs them to (an open transaction has to end). */
  complete<T>(work: Promise<T>): Promise<T>;
  /** Runs what became ready without a step of anybody else. */
  drain(): Promise<void>;
  kill(process: Process): void;
  /** Lets time pass without anybody acting. */
  pass(ms: number): void;
  note(label: string): void;
  hash(): string;
  trace(): readonly string[];
}

export function createScheduler(options: SchedulerOptions): Scheduler {
  const random = createRandom(`${options.seed}/schedule`);
  const parked: Parked[] = [];
  const tasks = new Map<number, string>();
  const lines: string[] = [];
  let taskCount = 0;
  let now = options.startMs;
  let steps = 0;
  let last: Process | null = null;
  let h1 = 0x811c9dc5;
  let h2 = 0x1b873593;

  function mix(text: string): void {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      h1 = Math.imul(h1 ^ code, 0x01000193);
      h2 = Math.imul(h2 ^ code, 0x85ebca6b) + 0x165667b1;
    }
    h1 ^= now & 0xffffff;
  }

  function note(label: string): void {
    mix(label);
    if (options.traceLines === 0) return;
    lines.push(`${String(steps).padStart(6)} ${new Date(now).toISOString().slice(5, 23)} ${label}`);
    if (lines.length > 2 * options.traceLines) lines.splice(0, options.traceLines);
  }

  function park(entry: Parked): void {
    parked.push(entry);
  }

  function unpark(entry: Parked): boolean {
    const at = parked.indexOf(entry);
    if (at < 0) return false;
    parked.splice(at, 1);
    return true;
  }

  function wait(process: Process, label: string, due: number | null, more: PointOptions): Promise<void> {
    if (process.state === 'dead') return Promise.reject(new Died(process.name));
    const { signal, pinned = false } = more;
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        if (unpark(entry)) reject(signal?.reason);
      };
      const forget = () => signal?.removeEventListener('abort', onAbort);
      const entry: Parked = {
        process,
        label,
        due,
        pinned,
        resume: () => {
          forget();
          resolve();
        },
        fail: (error) => {
          forget();
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      park(entry);
    });
  }

  const awake = (entry: Parked) => entry.process.state === 'running' || entry.pinned;

  function choose(): Parked | null {
    const ready: Parked[] = [];
    let next: Parked | null = null;
    for (const entry of parked) {
      if (!awake(entry)) continue;
      if (entry.due === null || entry.due <= now) ready.push(entry);
      else if (next === null || entry.due < (next.due ?? 0)) next = entry;
    }
    if (ready.length === 0) {
      if (next !== null) now = next.due ?? now;
      return next;
    }
    if (ready.length > 1 && random.next() < options.stickiness) {
      const same = ready.findLast((entry) => entry.process === last);
      if (same !== undefined) return same;
    }
    return ready[random.below(ready.length)] ?? null;
  }

  const drain = () => new Promise<void>((resolve) => setImmediate(resolve));

  async function step(): Promise<boolean> {
    const entry = choose();
    if (entry === null) return false;
    unpark(entry);
    steps += 1;
    now += random.below(options.stepMs + 1);
    last = entry.process;
    note(`${entry.process.name} ${entry.label}`);
    entry.resume();
    await drain();
    return true;
  }

  return {
    random,
    now: () => now,
    steps: () => steps,
    point: (process, label, more = {}) => wait(process, label, null, more),
    clockOf: (process) => ({
      now: () => now + process.skewMs,
      sleep: (ms, signal) => wait(process, 'wakes', now + Math.max(0, ms), { signal }),
    }),
    spawn(label, work) {
      taskCount += 1;
      const task = taskCount;
      tasks.set(task, label);
      void work().finally(() => tasks.delete(task));
    },
    running: () => [...tasks.values()],
    async run(count) {
      await drain();
      for (let left = count; left > 0; left -= 1) if (!(await step())) return;
    },
    async finish(maxSteps) {
      await drain();
      for (let left = maxSteps; tasks.size > 0; left -= 1) {
        if (left <= 0) throw new Error(`still busy after ${maxSteps} steps: ${[...tasks.values()].join(', ')}`);
        if (await step()) continue;
        for (let turn = 0; turn < 20 && tasks.size > 0; turn += 1) await drain();
        if (tasks.size > 0 && parked.every((entry) => !awake(entry)))
          throw new Error(`nothing can wake ${[...tasks.values()].join(', ')}`);
      }
    },
    async complete(work) {
      let settled = false;
      const done = () => {
        settled = true;
      };
      work.then(done, done);
      await drain();
      while (!settled) {
        // Loaded modules arrive within a turn or two; others may act only if that was not what was waited for.
        for (let turn = 0; turn < 4 && !settled; turn += 1) await drain();
        if (settled || (await step())) continue;
        await drain();
        if (!settled) throw new Error('what is waited for needs somebody who cannot go on');
      }
      return work;
    },
    drain,
    kill(process) {
      process.state = 'dead';
      note(`${process.name} dies`);
      for (const entry of parked.filter((one) => one.process === process)) {
        unpark(entry);
        entry.fail(new Died(process.name));
      }
    },
    pass(ms) {
      now += ms;
      note(`time passes ${ms}`);
    },
    note,
    hash: () => (h1 >>> 0).toString(16).padStart(8, '0') + (h2 >>> 0).toString(16).padStart(8, '0'),
    trace: () => lines.slice(-options.traceLines),
  };
}
