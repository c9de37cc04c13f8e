/** What was measured, in the three forms it is told: terminal, JSON (as it is) and Markdown. */
import { settingsWith } from '../../../src/sandbox/graph-simulator/settings.ts';
import { amount, type Check } from './check.ts';

export interface RowResult {
  readonly name: string;
  readonly what: string;
  readonly note: string;
  /** `later`: what it measures does not exist yet; `broken`: it could not be measured. */
  readonly outcome: 'pass' | 'fail' | 'later' | 'broken';
  readonly checks: readonly Check[];
}

export interface Report {
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly node: string;
    /** Of the minute before the run: what else the machine was doing. */
    readonly load: number;
  };
  readonly rows: readonly RowResult[];
}

export function outcomeOf(checks: readonly Check[]): 'pass' | 'fail' {
  return checks.every(({ passed }) => passed !== false) ? 'pass' : 'fail';
}

const HEAD = [
  'Figure',
  'Budget',
  'Ideal',
  'Measured',
  'Ideal / measured',
  '',
  'Usual way, one by one',
  'Usual way, 4 per mailbox',
];

/** A row's checks as cells, in the order of `HEAD`. */
function cellsOf(check: Check): string[] {
  const { measure, unit, budget, ideal, measured, ratio, passed, usual } = check;
  return [
    measure,
    budget,
    ideal === null ? '' : amount(ideal, unit),
    amount(measured, unit),
    ratio === null ? '' : `${(100 * ratio).toFixed(0)} %`,
    passed === null ? '' : passed ? 'pass' : 'FAIL',
    usual === null || usual.oneByOne === null ? '' : amount(usual.oneByOne, unit),
    usual === null ? '' : amount(usual.fourPerMailbox, unit),
  ];
}

/** One row for the terminal. */
export function rowText({ name, what, outcome, checks }: RowResult): string {
  const lines = [HEAD, ...checks.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const table = lines.map((cells) => `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`);
  return [`${outcome.toUpperCase()}  ${name}: ${what}`, ...(checks.length === 0 ? [] : table), ''].join('\n');
}

/** The page `docs/benchmarks.md`. */
export function reportMarkdown({ machine, rows }: Report): string {
  const { limits, batch } = settingsWith();
  return `# Benchmarks

Written by \`npm run bench -- --write\`; a figure is changed by changing the code. One row: \`npm run bench -- --only <name>\`, for
programs: \`npm run bench -- --json\`. Measured with Node ${machine.node} on ${machine.cores} cores (${machine.cpu}) while other programs ran
(load average ${machine.load.toFixed(1)} before): wall clocks are shorter, process times a little, on a machine of its own.

## How it is measured

- **Service**: the composition root of production with its default settings, on SQLite. Its statements are counted by the SQL layer's own
  seams; begin and commit count.
- **Graph**: the simulator of the sandbox with every limit on: ${limits.concurrency} operations of a mailbox at a time, ${limits.requests.toLocaleString('en-US')} in ${limits.requestWindow / 60_000} minutes,
  ${batch.maxParts} parts in a batch of which ${batch.forwardedAtOnce} are forwarded at a time. Requests, operations and refusals are its own figures, never ours.
- **Clock**: rows about Graph's time run on a virtual clock that stands still while code runs, so they say the same on every machine. Process
  time is user and system time of all threads of the service's process; the simulator then runs in another one.
- **Ideal**: what those limits allow at best, for instance 10,000 creates / 100 mailboxes / 4 at a time x 150 ms.
- **Usual way**: GET the event, compare, PATCH or POST, one event per request, on the same data, simulator and clock, in mailboxes of its own.
  *One by one* is one loop over everything, as a scheduled script works. *4 per mailbox* is the fastest such a program may be: four loops in
  every room, all rooms at once (thousands of sockets). Its SQL costs nothing, it knows the id of every event it made, and nothing fails. It has to read
  every event, as nothing tells it which ones changed.

## Figures

${rows.map(rowMarkdown).join('\n')}`;
}

function rowMarkdown({ name, what, note, outcome, checks }: RowResult): string {
  const heading = `### ${what}\n\n${[`\`${name}\`: ${outcome}.`, note].join(' ').trim()}\n`;
  if (checks.length === 0) return heading;
  const lines = [HEAD, HEAD.map(() => '---'), ...checks.map(cellsOf)].map((cells) => `| ${cells.join(' | ')} |`);
  return `${heading}\n${lines.join('\n')}\n`;
}
