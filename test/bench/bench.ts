/**
 * `npm run bench`: every budget of the design as a row, each measured in a process of its own.
 *
 * `--only <row>` (may be repeated) measures some, `--json` prints the report for programs, `--write` writes `docs/benchmarks.md`.
 * Ends with 1 when a budget does not hold.
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { ROWS, type Row } from './rows/rows.ts';
import type { Check } from './support/check.ts';
import { measureApart } from './support/measure-apart.ts';
import { outcomeOf, type Report, type RowResult, reportMarkdown, rowText } from './support/report.ts';

async function measureRow({ name, what, note = '', measure }: Row): Promise<RowResult> {
  if (measure === null) return { name, what, note, outcome: 'later', checks: [] };
  try {
    const checks = await measureApart<readonly Check[]>('row-process.ts', [name]);
    return { name, what, note, outcome: outcomeOf(checks), checks };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return { name, what, note, outcome: 'broken', checks: [] };
  }
}

function chosenRows(only: readonly string[]): readonly Row[] {
  const unknown = only.find((wanted) => !ROWS.some(({ name }) => name === wanted));
  if (unknown !== undefined) {
    throw new Error(`There is no row '${unknown}'; there are ${ROWS.map(({ name }) => name).join(', ')}.`);
  }
  return only.length === 0 ? ROWS : ROWS.filter(({ name }) => only.includes(name));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.write && values.only.length > 0) throw new Error('The page holds all rows: use --write without --only.');
  const [load = 0] = loadavg();
  const rows: RowResult[] = [];
  for (const row of chosenRows(values.only)) {
    const result = await measureRow(row);
    rows.push(result);
    if (!values.json) console.log(rowText(result));
  }
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version, load };
  const report: Report = { machine, rows };
  if (values.json) console.log(JSON.stringify(report, null, 2));
  if (values.write) writeFileSync('docs/benchmarks.md', reportMarkdown(report));
  if (rows.some(({ outcome }) => outcome === 'fail' || outcome === 'broken')) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
