/** One thread of a batch: its seeds one after the other over one database, a message for each. */
import { parentPort, workerData } from 'node:worker_threads';
import type { SeedMessage, ThreadInput } from './batch.ts';
import { simulate } from './simulation.ts';
import { openStage } from './stage.ts';

const { seeds, ops, workers } = workerData as ThreadInput;
const stage = await openStage();
for (const seed of seeds) {
  const { hash, steps, broken, commands, counters } = await simulate(stage, { seed, ops, workers });
  const { faults, transitions, checks, jobs } = counters;
  const message: SeedMessage = {
    seed,
    hash,
    steps,
    broken,
    commands: broken.length > 0 ? commands : [],
    faults,
    transitions,
    checks,
    jobs,
  };
  parentPort?.postMessage(message);
}
await stage.close();
