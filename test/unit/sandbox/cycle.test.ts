import { type CycleReport, reportWorld, runCycle } from '../../../src/sandbox/cycle.ts';
import { openTestSandbox } from '../../functions/support/sandbox.ts';

const answered = (cycle: CycleReport, step: string, count: string) =>
  cycle.steps.filter((one) => one.step === step).map((one) => one.answered[count]);

// Computed numbers of booking-domain 7.5.
test.each([
  ['', 132, 105, 25, [50, 50, 5, 0]],
  ['--policy none', 132, 130, 0, [50, 50, 30, 0]],
  ['--policy exact', 132, 121, 9, [50, 50, 21, 0]],
  ['--policy overlap', 132, 77, 53, [50, 27, 0]],
  ['--window-days 180', 130, 103, 25, [50, 50, 3, 0]],
  ['--schema second', 132, 105, 25, [50, 50, 5, 0]],
])('pack A with "%s": %i mappings, %i pushed, %i suppressed', async (options, total, pushed, suppressed, steps) => {
  const sandbox = await openTestSandbox(options);
  const first = await runCycle(sandbox);
  expect(first.steps[0]?.mappings).toMatchObject({ total, pending: pushed, conflict: suppressed, error: 2 });
  expect(answered(first, 'to-outlook', 'processed')).toEqual(steps);
  expect(first.steps.map(({ status }) => status)).toEqual(first.steps.map(() => 200));
  expect((await runCycle(sandbox)).operations).toBe(0);
  const world = await reportWorld(sandbox);
  expect(world.mappings).toMatchObject({ total, pending: 0, synced: pushed, conflict: suppressed, error: 2 });
  expect(Object.values(world.events).reduce((sum, count) => sum + count, 0)).toBe(pushed);
  expect(world).toMatchObject({ graph_throttled: 0, mails: 0 });
  await sandbox.close();
});
