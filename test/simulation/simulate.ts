/**
 * `npm run simulate -- --seeds N --from S [--ops M] [--workers W] [--threads T] [--replay SEED [--commands FILE] [--tables]] [--json]`
 *
 * Runs N seeds, says what they saw, and fails with seed, shrunk commands and trace when an invariant broke, or when a kind of fault, a
 * transition or a check was never met. `--replay` runs one seed, or the commands of a file as that seed, and prints the whole trace.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type BatchReport, type BrokenSeed, runBatch } from './kit/batch.ts';
import { formatCommand, parseCommand } from './kit/commands.ts';
import { shrink } from './kit/shrink.ts';
import { type RunReport, simulate } from './kit/simulation.ts';
import { openStage, type Stage } from './kit/stage.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '50' },
    from: { type: 'string', default: '1' },
    ops: { type: 'string', default: '300' },
    workers: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
    replay: { type: 'string' },
    /** One command a line, instead of those of the seed. */
    commands: { type: 'string' },
    /** Prints what is in the database at the end. */
    tables: { type: 'boolean', default: false },
    /** Seeds left out, `9,134`. */
    skip: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    'stop-at-first': { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
  },
});
const seeds = wholeOf(values.seeds);
const from = wholeOf(values.from);
const ops = wholeOf(values.ops);
const workers = wholeOf(values.workers);
const threads = wholeOf(values.threads);
/** From this many operations on a batch has to have met everything. */
const ENOUGH = 30_000;

process.exitCode = values.replay === undefined ? await runSeeds() : await replay(values.replay);

async function runSeeds(): Promise<number> {
  const isTerminal = process.stdout.isTTY && !values.json;
  const skip = new Set(values.skip.split(','));
  const options = { seeds, from, ops, workers, threads, skip, stopAtFirst: values['stop-at-first'] };
  let bad = 0;
  const report = await runBatch(options, (done, { seed, broken }) => {
    if (broken.length > 0) bad += 1;
    if (isTerminal) process.stdout.write(`\r${done}/${seeds} seeds, ${bad} broken `);
    // Somebody who reads a log sees what a long batch came to so far.
    else if (broken.length > 0 || done % 500 === 0)
      process.stderr.write(`${done}/${seeds} seeds, ${bad} broken${broken.length > 0 ? `, now ${seed}` : ''}\n`);
  });
  if (isTerminal) process.stdout.write('\r');
  const [first] = report.broken;
  const shrunk = first === undefined || values['no-shrink'] ? null : await explain(first);
  const incomplete = seeds * ops >= ENOUGH && first === undefined ? report.missing : [];
  if (values.json) process.stdout.write(`${JSON.stringify({ ...report, incomplete, shrunk }, null, 2)}\n`);
  else print(report, incomplete, shrunk);
  return report.broken.length > 0 || incomplete.length > 0 ? 1 : 0;
}

async function withStage<T>(work: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = await openStage();
  try {
    return await work(stage);
  } finally {
    await stage.close();
  }
}

interface Explained {
  readonly seed: string;
  readonly broken: readonly string[];
  readonly commands: readonly string[];
  readonly trace: readonly string[];
}

/** The shortest story that breaks the same rule, with its trace. */
function explain({ seed, commands, broken }: BrokenSeed): Promise<Explained> {
  return withStage(async (stage) => {
    const options = { seed, ops, workers };
    const failing = { seed, commands, broken } as RunReport;
    const small = await shrink(stage, options, failing);
    const told = await simulate(stage, { ...options, commands: small.commands, traceLines: 400 });
    return { seed, broken: told.broken, commands: small.commands.map(formatCommand), trace: told.trace };
  });
}

async function replay(seed: string): Promise<number> {
  const text = values.commands === undefined ? undefined : await readFile(values.commands, 'utf8');
  const commands = text?.trim().split('\n').map(parseCommand);
  return withStage(async (stage) => {
    const report = await simulate(stage, { seed, ops, workers, traceLines: 1_000_000, ...(commands && { commands }) });
    process.stdout.write(`${report.trace.join('\n')}\n\nseed ${seed}, hash ${report.hash}, ${report.steps} steps\n`);
    if (values.tables) await printTables(stage);
    for (const broken of report.broken) process.stdout.write(`BROKEN ${broken}\n`);
    return report.broken.length > 0 ? 1 : 0;
  });
}

async function printTables(stage: Stage): Promise<void> {
  for (const table of ['calendars', 'mappings', 'intents', 'journal', 'alerts', 'parked_operations']) {
    process.stdout.write(`\nbridge_${table}\n`);
    for (const row of await stage.query(`SELECT * FROM bridge_${table}`))
      process.stdout.write(`${JSON.stringify(row)}\n`);
  }
}

function print(report: BatchReport, incomplete: readonly string[], shrunk: Explained | null): void {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const seconds = (report.ms / 1000).toFixed(1);
  say(
    `${report.seeds} seeds of ${ops} operations with ${workers} workers in ${seconds} s: ${report.broken.length} broken`,
  );
  say(`steps ${report.steps}`);
  for (const kind of ['faults', 'transitions', 'checks', 'jobs'] as const) {
    const counts = Object.entries(report[kind]).sort(([a], [b]) => (a < b ? -1 : 1));
    say(`${kind.padEnd(12)} ${counts.map(([name, count]) => `${name} ${count}`).join(', ')}`);
  }
  for (const one of report.broken) say(`BROKEN seed ${one.seed}: ${one.broken[0]}`);
  if (shrunk !== null) {
    say(`\nseed ${shrunk.seed}, shrunk to ${shrunk.commands.length} commands:\n  ${shrunk.commands.join('\n  ')}`);
    say(`\n${shrunk.trace.join('\n')}\n\n${shrunk.broken.join('\n')}`);
  }
  if (incomplete.length > 0) say(`never met: ${incomplete.join(', ')}`);
}

function wholeOf(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`'${text}' is no whole number above 0`);
  return value;
}
