/**
 * What the simulation found, one story a file: its title, the seed it was found under, and the shortest list of commands that told it.
 * Each is replayed under several schedules.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCommand } from './kit/commands.ts';
import { simulate } from './kit/simulation.ts';
import { openStage, type Stage } from './kit/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 30_000);
afterAll(() => stage.close());

const FOLDER = join(__dirname, 'stories');
const STORIES = readdirSync(FOLDER).map((file) => {
  const [title = '', seed = '', , ...commands] = readFileSync(join(FOLDER, file), 'utf8').trim().split('\n');
  return { title, seed: seed.replace('seed ', ''), commands: commands.map(parseCommand) };
});

/** As the stories were found; what came after them would only stir. */
const traits = { notifies: false, failing: 'nothing' } as const;

test.each(STORIES)(
  '$title',
  async ({ seed, commands }) => {
    for (const schedule of [seed, `${seed}-a`, `${seed}-b`]) {
      const { broken } = await simulate(stage, { seed: schedule, ops: 0, workers: 3, commands, traits });
      expect({ schedule, broken }).toEqual({ schedule, broken: [] });
    }
  },
  30_000,
);
