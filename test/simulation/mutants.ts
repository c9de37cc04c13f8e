/**
 * `npm run simulate:mutants -- [--seeds N] [--ops M] [--only name,name] [--threads T] [--json]`
 *
 * Puts one deliberate bug at a time into a copy of the source and runs the simulation on it: a bug that N seeds do not notice is a hole in
 * the oracle or in the commands. A mutant is a file in `mutants/`: `{ name, story, file, find, replace }`, where `find` occurs exactly once
 * in `file`; `seeds` where the bug is so rare that it takes more of them. T mutants are judged side by side.
 */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import type { BatchReport } from './kit/batch.ts';

const { values } = parseArgs({
  options: {
    /** Instead of each mutant's own number, or 60. */
    seeds: { type: 'string' },
    ops: { type: 'string', default: '200' },
    threads: { type: 'string', default: '2' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

interface Mutant {
  readonly name: string;
  /** What is wrong, as a sentence. */
  readonly story: string;
  /** Below the project's root. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly seeds?: number;
}

interface Verdict {
  readonly mutant: Mutant;
  /** `unfit`: the mutant does not run at all, which says nothing about the oracle. */
  readonly outcome: 'caught' | 'MISSED' | 'unfit';
  /** Seeds run until it was caught. */
  readonly seeds: number;
  /** What the simulation said of the first broken seed. */
  readonly told: string;
}

const ROOT = join(import.meta.dirname, '../..');
const MUTANTS = join(import.meta.dirname, 'mutants');
const SEEDS = 60;
/** A run that takes longer than this will never end. */
const LONGEST_MS = 20 * 60_000;

const mutants = await readMutants();
const limit = pLimit(Number(values.threads));
/** Whether a seed holds in the source as it is: one that breaks by itself proves nothing about a mutant. */
const held = new Map<number, Promise<boolean>>();
const running = new Set<string>();
let judged = 0;
const verdicts = await Promise.all(mutants.map((mutant) => limit(() => follow(mutant))));
const missed = verdicts.filter(({ outcome }) => outcome !== 'caught');
if (values.json) process.stdout.write(`${JSON.stringify(verdicts, null, 2)}\n`);
else await printTable();
process.exitCode = missed.length > 0 ? 1 : 0;

async function readMutants(): Promise<readonly Mutant[]> {
  const only = values.only === undefined ? null : new Set(values.only.split(','));
  const names = (await readdir(MUTANTS)).filter((name) => name.endsWith('.json')).sort();
  const all = await Promise.all(
    names.map(async (name) => JSON.parse(await readFile(join(MUTANTS, name), 'utf8')) as Mutant),
  );
  const strange = [...(only ?? [])].filter((name) => !all.some((mutant) => mutant.name === name));
  if (strange.length > 0) throw new Error(`There is no mutant ${strange.join(', ')} in test/simulation/mutants.`);
  return all.filter(({ name }) => only === null || only.has(name));
}

/** Judges one and says how far the whole is. */
async function follow(mutant: Mutant): Promise<Verdict> {
  running.add(mutant.name);
  showProgress();
  const verdict = await judge(mutant);
  running.delete(mutant.name);
  judged += 1;
  if (!values.json && !process.stdout.isTTY)
    process.stdout.write(
      `${judged}/${mutants.length} ${verdict.outcome} ${mutant.name} ${verdict.told.slice(0, 160)}\n`,
    );
  showProgress();
  return verdict;
}

async function judge(mutant: Mutant): Promise<Verdict> {
  const last = Number(values.seeds ?? mutant.seeds ?? SEEDS);
  const folder = await mkdtemp(join(tmpdir(), 'mutant-'));
  try {
    await copySource(folder);
    await apply(mutant, join(folder, mutant.file));
    for (let from = 1; from <= last; ) {
      const run = await simulate(folder, from, last - from + 1);
      if (typeof run === 'string') return { mutant, outcome: 'unfit', seeds: 0, told: run };
      const [first] = run.broken;
      if (first === undefined) break;
      const seed = Number(first.seed);
      if (await holds(seed)) return { mutant, outcome: 'caught', seeds: seed, told: first.broken[0] ?? '' };
      from = seed + 1;
    }
    return { mutant, outcome: 'MISSED', seeds: last, told: '' };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function holds(seed: number): Promise<boolean> {
  const known = held.get(seed);
  if (known !== undefined) return known;
  const asked = simulate(ROOT, seed, 1).then((run) => typeof run !== 'string' && run.broken.length === 0);
  held.set(seed, asked);
  return asked;
}

async function copySource(folder: string): Promise<void> {
  await cp(join(ROOT, 'src'), join(folder, 'src'), { recursive: true });
  await cp(import.meta.dirname, join(folder, 'test/simulation'), { recursive: true });
  for (const name of ['package.json', 'tsconfig.json']) await cp(join(ROOT, name), join(folder, name));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
}

async function apply({ name, find, replace }: Mutant, path: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const at = text.indexOf(find);
  if (at < 0 || text.indexOf(find, at + 1) >= 0) {
    throw new Error(
      `Mutant ${name}: its text must occur exactly once in ${path}; the source has moved on, so must the mutant.`,
    );
  }
  await writeFile(path, text.slice(0, at) + replace + text.slice(at + find.length));
}

/** Runs seeds from `from` on until one breaks; a text says why there is no report. */
function simulate(folder: string, from: number, seeds: number): Promise<BatchReport | string> {
  const script = join(folder, 'test/simulation/simulate.ts');
  const batch = ['--from', String(from), '--seeds', String(seeds), '--ops', values.ops, '--threads', '1'];
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, ...batch, '--json', '--stop-at-first', '--no-shrink'],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], timeout: LONGEST_MS },
  );
  return new Promise((resolve, reject) => {
    const [out, errors]: [string[], string[]] = [[], []];
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => out.push(chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => errors.push(chunk));
    child.on('error', reject);
    child.on('close', (_, signal) => {
      try {
        resolve(JSON.parse(out.join('')));
      } catch {
        resolve(signal === null ? `does not run: ${errors.join('').slice(0, 400)}` : 'does not come to an end');
      }
    });
  });
}

function showProgress(): void {
  if (values.json || !process.stdout.isTTY) return;
  const names = [...running].join(', ');
  process.stdout.write(`\r\x1b[K${judged}/${mutants.length} judged${names === '' ? '' : `, now ${names}`}`);
}

async function printTable(): Promise<void> {
  const wide = Math.max(4, ...verdicts.map(({ mutant }) => mutant.name.length));
  const row = (outcome: string, name: string, seeds: string, rule: string, story: string) =>
    `${outcome.padEnd(6)}  ${name.padEnd(wide)}  ${seeds.padStart(5)}  ${rule.padEnd(10)}  ${story}\n`;
  const lines = verdicts.map(({ outcome, mutant, seeds, told }) =>
    row(outcome, mutant.name, String(seeds), ruleOf(told), outcome === 'unfit' ? told : mutant.story),
  );
  const alone = await Promise.all([...held].map(async ([seed, asked]) => ((await asked) ? [] : [seed])));
  process.stdout.write(
    `${process.stdout.isTTY ? '\r\x1b[K' : '\n'}${row('', 'name', 'seeds', 'rule', 'story')}${lines.join('')}\n`,
  );
  if (alone.flat().length > 0)
    process.stdout.write(`left out, as they break by themselves: seeds ${alone.flat().join(', ')}\n`);
  process.stdout.write(`${verdicts.length - missed.length} of ${verdicts.length} caught\n`);
}

/** `R3`, `equality`, `edit lost`; what has no name of its own is a failure of the service. */
function ruleOf(told: string): string {
  if (told === '') return '';
  return /^(?:soon after, )?(R\d+|equality|edit lost)\b/.exec(told)?.[1] ?? 'failure';
}
