/** `npm start -- --once`: a complete cycle and a second one, in memory, with a summary of what really is there. */
import { performance } from 'node:perf_hooks';
import { systemClock, systemIds } from '../app/system.ts';
import { toWallClock } from '../domain/wall-clock.ts';
import { type CycleReport, reportWorld, runCycle, type StepReport, type WorldReport } from './cycle.ts';
import type { SandboxOptions } from './options.ts';
import { createProgress } from './progress.ts';
import { SAMPLE_NOW, weeksToCurrentMonday } from './sample-data/dates.ts';
import { openSandbox } from './sandbox.ts';
import { sandboxSettings } from './sandbox-settings.ts';
import { createSeededIds } from './seeded-ids.ts';
import type { Terminal } from './terminal.ts';
import { createVirtualClock } from './virtual-clock.ts';

export interface OnceSummary extends WorldReport {
  readonly ok: boolean;
  readonly now: string;
  readonly zone: string;
  readonly schema: string;
  readonly packs: string;
  readonly conflict_policy: string;
  readonly window_days: number;
  /** Event rows the booking system has more than before. */
  readonly new_events: number;
  readonly steps: readonly StepReport[];
  readonly second_cycle: CycleReport;
  /** Time the whole took, by the machine's clock. */
  readonly duration_ms: number;
}

/** Runs it and prints it; returns the exit code: 0 when every step answered 200 and the second cycle found nothing to do. */
export async function runOnce(options: SandboxOptions, terminal: Terminal): Promise<number> {
  const summary = await summarise(options, terminal);
  terminal.result(summary, () => printSummary(summary, terminal));
  return summary.ok ? 0 : 1;
}

async function summarise(options: SandboxOptions, terminal: Terminal): Promise<OnceSummary> {
  const startedAt = performance.now();
  const clock = options.frozen ? createVirtualClock(Date.parse(SAMPLE_NOW)) : systemClock;
  const ids = options.frozen ? createSeededIds('once') : systemIds;
  const settings = sandboxSettings(options, ':memory:', { LOG_LEVEL: process.env['LOG_LEVEL'] });
  const details = settings['LOG_LEVEL'] === 'debug';
  const shift = options.frozen ? {} : { shiftWeeks: weeksToCurrentMonday(clock.now()) };
  // With --json the summary is the only output; what went wrong is in it.
  const progress = terminal.json ? {} : { log: createProgress({ terminal, now: () => clock.now(), details }).log };
  const sandbox = await openSandbox({
    settings,
    clock,
    ids,
    shift,
    outlook: options.packs === 'A' ? 'empty' : 'sample',
    ...progress,
  });
  try {
    const now = new Date(clock.now()).toISOString();
    const { events: eventsBefore } = (await reportWorld(sandbox)).reservations;
    const first = await runCycle(sandbox);
    const second = await runCycle(sandbox);
    const world = await reportWorld(sandbox);
    const { sync } = sandbox.app.config;
    const answered = [...first.steps, ...second.steps].every(({ status }) => status === 200);
    return {
      ok: answered && second.operations === 0,
      now,
      zone: sync.zone,
      schema: options.schema,
      packs: options.packs,
      conflict_policy: sync.conflictPolicy,
      window_days: sync.windowFutureDays,
      ...world,
      new_events: world.reservations.events - eventsBefore,
      steps: first.steps,
      second_cycle: second,
      duration_ms: Math.round(performance.now() - startedAt),
    };
  } finally {
    await sandbox.close();
  }
}

function printSummary(summary: OnceSummary, terminal: Terminal): void {
  const { paint } = terminal;
  const clock = toWallClock(summary.now, summary.zone).slice(0, 16);
  const counts = (values: Readonly<Record<string, number>>) =>
    Object.entries(values)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ') || '-';
  const rows = (steps: readonly StepReport[]) =>
    steps.map(({ step, status, events, booking_writes, mapping_writes, graph_requests, sql_statements }) => [
      status === 200 ? paint.green(step) : paint.red(`${step} (${status})`),
      counts({ ...events }),
      booking_writes,
      mapping_writes,
      graph_requests,
      sql_statements,
    ]);
  const header = ['step', 'events in Outlook', 'booking rows', 'mapping rows', 'Graph requests', 'SQL statements'].map(
    paint.dim,
  );

  terminal.say(paint.bold(`Fjordvik kommune, ${clock} in ${summary.zone}, conflict policy ${summary.conflict_policy}`));
  terminal.say();
  terminal.table([header, ...rows(summary.steps), [paint.dim('second cycle')], ...rows(summary.second_cycle.steps)]);
  terminal.say();
  const { total, ...byStatus } = summary.mappings;
  terminal.say(`${paint.bold(total)} mappings: ${counts(byStatus)}`);
  terminal.say(`conflicts: ${counts(summary.conflicts)}`);
  terminal.say(`imported: ${summary.new_events} new events, ${summary.linked_imports} linked mappings`);
  terminal.table(Object.entries(summary.events).map(([room, count]) => [room, count]));
  terminal.say();
  const all = [
    `${summary.graph_requests} Graph requests`,
    `${summary.sql_statements} SQL statements`,
    `${summary.mails} mails`,
    `${summary.duration_ms} ms`,
  ];
  terminal.say(all.join(', '));
  terminal.say(
    summary.ok
      ? paint.green('✓ The second cycle found nothing to do.')
      : paint.red(
          `✗ Not every step succeeded, or the second cycle still did ${summary.second_cycle.operations} operations.`,
        ),
  );
}
