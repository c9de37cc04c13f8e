/** Makes a failing list of commands short: whole stretches are left out as long as the same rule stays broken. */
import type { Command } from './commands.ts';
import { type RunOptions, type RunReport, simulate } from './simulation.ts';
import type { Stage } from './stage.ts';

/** What was broken, without the names and numbers that change from run to run. */
export function ruleOf(report: Pick<RunReport, 'broken'>): string | null {
  const first = report.broken[0];
  return first === undefined ? null : first.replace(/'[^']*'|\d+|[a-z]+@[a-z.]+/g, '').slice(0, 160);
}

/** The shortest list found within `mostRuns` runs, with its report. */
export async function shrink(
  stage: Stage,
  options: RunOptions,
  failing: RunReport,
  mostRuns = 400,
): Promise<{ readonly commands: readonly Command[]; readonly report: RunReport; readonly runs: number }> {
  const rule = ruleOf(failing);
  let best = { commands: failing.commands, report: failing };
  let runs = 0;
  const attempt = async (commands: readonly Command[]): Promise<boolean> => {
    runs += 1;
    const report = await simulate(stage, { ...options, commands });
    if (ruleOf(report) !== rule) return false;
    best = { commands, report };
    return true;
  };
  for (let size = Math.ceil(best.commands.length / 2); size >= 1 && runs < mostRuns; ) {
    let shorter = false;
    for (let at = 0; at < best.commands.length && runs < mostRuns; ) {
      if (await attempt([...best.commands.slice(0, at), ...best.commands.slice(at + size)])) shorter = true;
      else at += size;
    }
    if (!shorter || size > 1) size = size > 1 ? Math.ceil(size / 2) : shorter ? 1 : 0;
  }
  for (let at = 0; at < best.commands.length && runs < mostRuns; at += 1) {
    const command = best.commands[at];
    if (command === undefined || command.gap === 0) continue;
    await attempt(best.commands.with(at, { ...command, gap: 0 }));
  }
  return { ...best, runs };
}
