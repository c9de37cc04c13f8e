/**
 * `npm run simulate:mutants -- [--seeds N] [--ops M] [--only name,name] [--threads T] [--json]`
 *
 * Puts one deliberate bug at a time into a copy of the source and runs the simulation on it: a bug that N seeds do not notice is a hole in
 * the oracle. A mutant is a file in `mutants/`: `{ name, story, file, find, replace }`, where `find` occurs exactly once in `file`.
 */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BatchReport } from './kit/batch.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '60' },
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
}

interface Verdict {
  readonly mutant: Mutant;
  readonly caught: boolean;
  /** Seeds run until it was caught. */
  readonly seeds: number;
  readonly rule: string;
}

const ROOT = join(import.meta.dirname, '../..');
const MUTANTS = join(import.meta.dirname, 'mutants');

/** A seed that breaks without a mutant proves nothing about one. */
const baseline = await simulateIn(ROOT, [], false);
const broken = baseline.broken.map(({ seed }) => seed);
if (broken.length > 0 && !values.json)
  process.stdout.write(`left out, as they break by themselves: seeds ${broken.join(', ')}\n`);
const verdicts: Verdict[] = [];
for (const mutant of await readMutants()) {
  const verdict = await judge(mutant);
  verdicts.push(verdict);
  if (!values.json) process.stdout.write(`${line(verdict)}\n`);
}
const missed = verdicts.filter(({ caught }) => !caught);
if (values.json) process.stdout.write(`${JSON.stringify(verdicts, null, 2)}\n`);
else
  process.stdout.write(
    `${verdicts.length - missed.length} of ${verdicts.length} caught within ${values.seeds} seeds\n`,
  );
process.exitCode = missed.length > 0 ? 1 : 0;

async function readMutants(): Promise<readonly Mutant[]> {
  const only = values.only === undefined ? null : new Set(values.only.split(','));
  const names = (await readdir(MUTANTS)).filter((name) => name.endsWith('.json')).sort();
  const all = await Promise.all(
    names.map(async (name) => JSON.parse(await readFile(join(MUTANTS, name), 'utf8')) as Mutant),
  );
  return all.filter(({ name }) => only === null || only.has(name));
}

async function judge(mutant: Mutant): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), 'mutant-'));
  try {
    await cp(join(ROOT, 'src'), join(folder, 'src'), { recursive: true });
    await cp(import.meta.dirname, join(folder, 'test/simulation'), { recursive: true });
    for (const name of ['package.json', 'tsconfig.json']) await cp(join(ROOT, name), join(folder, name));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    await apply(mutant, join(folder, mutant.file));
    const report = await simulateIn(folder, broken, true);
    const [first] = report.broken;
    return { mutant, caught: first !== undefined, seeds: report.seeds, rule: (first?.broken[0] ?? '').slice(0, 90) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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

function simulateIn(folder: string, skip: readonly string[], stopAtFirst: boolean): Promise<BatchReport> {
  const script = join(folder, 'test/simulation/simulate.ts');
  const options = ['--seeds', values.seeds, '--ops', values.ops, '--threads', values.threads, '--skip', skip.join(',')];
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      script,
      ...options,
      '--json',
      ...(stopAtFirst ? ['--stop-at-first'] : []),
      '--no-shrink',
    ],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  return new Promise((resolve, reject) => {
    let out = '';
    let errors = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    child.on('error', reject);
    child.on('close', () => {
      try {
        resolve(JSON.parse(out));
      } catch {
        // A mutant that does not even run is caught as well.
        resolve({
          seeds: 0,
          broken: [{ seed: '-', broken: [`did not run: ${errors.slice(0, 200)}`], commands: [] }],
        } as unknown as BatchReport);
      }
    });
  });
}

function line({ mutant, caught, seeds, rule }: Verdict): string {
  return `${caught ? 'caught' : 'MISSED'} | ${mutant.name.padEnd(24)} | ${String(seeds).padStart(3)} seeds | ${mutant.story} | ${rule}`;
}
