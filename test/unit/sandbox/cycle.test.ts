import { type CycleReport, reportWorld, runCycle } from '../../../src/sandbox/cycle.ts';
import { openTestSandbox } from '../../functions/support/sandbox.ts';

const answered = (cycle: CycleReport, step: string, count: string) =>
  cycle.steps.filter((one) => one.step === step).map((one) => one.answered[count]);

// Computed numbers of pack A.
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
  expect(answered(first, 'to-outlook', 'processed')).toEqual([...steps, 0]);
  expect(first.steps.map(({ status }) => status)).toEqual(first.steps.map(() => 200));
  expect(first.steps.reduce((all, { booking_writes }) => all + booking_writes, 0)).toBe(0);
  expect((await runCycle(sandbox)).operations).toBe(0);
  const world = await reportWorld(sandbox);
  expect(world.mappings).toMatchObject({ total, pending: 0, synced: pushed, conflict: suppressed, error: 2 });
  expect(Object.values(world.events).reduce((sum, count) => sum + count, 0)).toBe(pushed);
  expect(world).toMatchObject({ graph_throttled: 0, mails: 0 });
  await sandbox.close();
});

// Computed numbers of pack C. O13 lies inside a booking: it hides it under the policy `overlap` only.
test.each([
  ['', 105, 25],
  ['--policy none', 130, 0],
  ['--policy overlap', 76, 54],
  ['--schema second', 105, 25],
])(
  'packs A and C with "%s": 13 new events, 14 linked mappings, one overlapping import, %i pushed, %i suppressed',
  async (options, pushed, suppressed) => {
    const sandbox = await openTestSandbox(options, 'sample');
    const before = await reportWorld(sandbox);
    const first = await runCycle(sandbox);
    expect(first.steps.map(({ status }) => status)).toEqual(first.steps.map(() => 200));
    const world = await reportWorld(sandbox);
    expect(world.mappings).toMatchObject({
      total: 147,
      synced: pushed + 14,
      conflict: suppressed + 1,
      error: 2,
      pending: 0,
      imported: 0,
    });
    expect(world.conflicts).toEqual({ suppressed, overlap: 1, edited: 0 });
    expect(world.linked_imports).toBe(14);
    expect(world.reservations.events - before.reservations.events).toBe(13);
    expect(answered(first, 'process-imports', 'successful')).toEqual([13, 0]);
    expect(answered(first, 'process-imports', 'skipped')).toEqual([1, 1]);
    expect((await runCycle(sandbox)).operations).toBe(0);
    expect(await reportWorld(sandbox)).toMatchObject({
      mappings: world.mappings,
      reservations: world.reservations,
      events: world.events,
      mails: 0,
    });
    await sandbox.close();
  },
);

test('S16, E30: ten more rounds write nothing on either side, while time goes on and events leave the window', async () => {
  const sandbox = await openTestSandbox('', 'sample');
  await runCycle(sandbox);
  const { mappings, reservations, events } = await reportWorld(sandbox);
  for (let round = 1; round <= 10; round += 1) {
    sandbox.clock.advanceTo(sandbox.clock.now() + 20 * 60_000);
    expect([round, (await runCycle(sandbox)).operations]).toEqual([round, 0]);
  }
  expect(await reportWorld(sandbox)).toMatchObject({ mappings, reservations, events, mails: 0 });
  await sandbox.close();
});
