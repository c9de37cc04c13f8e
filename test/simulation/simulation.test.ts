/** A small batch of the simulation for every change; `npm run simulate` runs thousands of seeds. */
import { formatCommand, parseCommand } from './kit/commands.ts';
import { simulate } from './kit/simulation.ts';
import { openStage, type Stage } from './kit/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 30_000);
afterAll(() => stage.close());

const SEEDS = Array.from({ length: 20 }, (_, index) => String(index + 1));

test.each(SEEDS)(
  'R1-R12 hold and both sides agree after 100 acts, faults and crashes of seed %s',
  async (seed) => {
    const { broken, commands } = await simulate(stage, { seed, ops: 100, workers: 3 });
    expect(broken.length === 0 ? [] : [...broken, ...commands.map(formatCommand)]).toEqual([]);
  },
  20_000,
);

test('the same seed takes the same steps', async () => {
  const options = { seed: 'twice', ops: 80, workers: 3 };
  const first = await simulate(stage, options);
  const second = await simulate(stage, options);
  expect(second.hash).toBe(first.hash);
  expect(second.steps).toBe(first.steps);
}, 20_000);

test('a command written down is read as the same command', () => {
  const line = 'fault.504-after(12, 999, 0) +7';
  expect(formatCommand(parseCommand(line))).toBe(line);
});
