/** Many seeds: runs them on several threads, adds up what they saw, and says what they never came to see. */
import { Worker } from 'node:worker_threads';
import { MOMENTS } from './ambush.ts';
import { type Command, MIX } from './commands.ts';
import { TRANSITION_NAMES } from './counters.ts';

export interface BatchOptions {
  readonly from: number;
  readonly seeds: number;
  readonly ops: number;
  readonly workers: number;
  readonly threads: number;
  /** Seeds left out. */
  readonly skip: ReadonlySet<string>;
  /** Ends the batch with the first broken seed. */
  readonly stopAtFirst: boolean;
}

export interface BrokenSeed {
  readonly seed: string;
  readonly broken: readonly string[];
  readonly commands: readonly Command[];
}

export interface BatchReport {
  readonly seeds: number;
  readonly steps: number;
  readonly ms: number;
  readonly broken: readonly BrokenSeed[];
  readonly faults: Readonly<Record<string, number>>;
  readonly transitions: Readonly<Record<string, number>>;
  readonly checks: Readonly<Record<string, number>>;
  readonly jobs: Readonly<Record<string, number>>;
  /** Fault kinds, ambushes, transitions and checks that never happened. */
  readonly missing: readonly string[];
}

/** What a thread says of one seed. */
export interface SeedMessage {
  readonly seed: string;
  readonly hash: string;
  readonly steps: number;
  readonly broken: readonly string[];
  readonly commands: readonly Command[];
  readonly faults: Record<string, number>;
  readonly transitions: Record<string, number>;
  readonly checks: Record<string, number>;
  readonly jobs: Record<string, number>;
}

export interface ThreadInput {
  readonly seeds: readonly string[];
  readonly ops: number;
  readonly workers: number;
}

const CHECKS = [...Array.from({ length: 12 }, (_, index) => `R${index + 1}`), 'equality', 'soon', 'edits'].filter(
  (name) => name !== 'R5',
);

export async function runBatch(
  options: BatchOptions,
  onSeed: (done: number, report: SeedMessage) => void,
): Promise<BatchReport> {
  const began = performance.now();
  const total = { steps: 0, faults: {}, transitions: {}, checks: {}, jobs: {} };
  const broken: BrokenSeed[] = [];
  let done = 0;
  const seeds = Array.from({ length: options.seeds }, (_, index) => String(options.from + index)).filter(
    (seed) => !options.skip.has(seed),
  );
  const shares = Array.from({ length: options.threads }, (_, thread) =>
    seeds.filter((__, index) => index % options.threads === thread),
  );
  const threads = new Set<Worker>();
  const runThread = (share: readonly string[]) =>
    new Promise<void>((resolve, reject) => {
      const workerData: ThreadInput = { seeds: share, ops: options.ops, workers: options.workers };
      const thread = new Worker(new URL('./batch-thread.ts', import.meta.url), { workerData });
      threads.add(thread);
      thread.on('message', (message: SeedMessage) => {
        done += 1;
        total.steps += message.steps;
        for (const kind of ['faults', 'transitions', 'checks', 'jobs'] as const) addAll(total[kind], message[kind]);
        const { seed, commands } = message;
        if (message.broken.length > 0) broken.push({ seed, commands, broken: message.broken });
        onSeed(done, message);
        if (options.stopAtFirst && broken.length > 0) for (const one of threads) void one.terminate();
      });
      thread.on('error', reject);
      thread.on('exit', () => resolve());
    });
  await Promise.all(shares.filter((share) => share.length > 0).map(runThread));
  return { seeds: done, ms: performance.now() - began, broken, ...total, missing: missingIn(total) };
}

function addAll(into: Record<string, number>, counts: Record<string, number>): void {
  for (const [key, count] of Object.entries(counts)) into[key] = (into[key] ?? 0) + count;
}

function missingIn(total: Pick<BatchReport, 'faults' | 'transitions' | 'checks'>): readonly string[] {
  const faults = Object.keys(MIX.fault).filter((kind) => kind !== 'wake' && kind !== 'heal' && !total.faults[kind]);
  const ambushes = MOMENTS.filter((moment) => !total.faults[`ambush-${moment}`]);
  const transitions = TRANSITION_NAMES.filter((name) => !total.transitions[name]);
  const checks = CHECKS.filter((name) => !total.checks[name]);
  return [
    ...faults.map((kind) => `fault ${kind}`),
    ...ambushes.map((moment) => `ambush before a ${moment}`),
    ...transitions,
    ...checks.map((name) => `check ${name}`),
  ];
}
