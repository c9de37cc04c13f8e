import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { below, type Check, exactly, information } from '../support/check.ts';
import { withDatabaseFile } from '../support/file-database.ts';
import type { TownSize } from '../support/town.ts';
import { type BenchWorld, inWorld } from '../support/world.ts';
import { countOf, pass, requireAllSynced, settle } from './common.ts';

export interface MemorySize extends TownSize {
  readonly passes: number;
}

/** Longer than the first run by this. */
const TIMES = 10;

/**
 * The service's heap after some passes and after ten times as many, each pass with an edit in every room; the simulator in its own process,
 * the database in a file.
 */
export function measureMemory(size: MemorySize = { rooms: 5, perRoom: 20, passes: 100 }): Promise<readonly Check[]> {
  return withDatabaseFile((file) =>
    inWorld({ ...size, kinds: ['event'], time: 'wall', simulator: {}, file }, async (world) => {
      await settle(world, size.rooms * size.perRoom);
      // Code is compiled and caches are filled once; that is no growth.
      await runPasses(world, size, 0, size.passes);
      const heapBefore = heapMb();
      await world.graph.resetFigures();
      const half = size.passes * (1 + TIMES / 2);
      await runPasses(world, size, size.passes, half);
      heapMb();
      const residentAtHalf = residentMb();
      await runPasses(world, size, half, size.passes * (1 + TIMES));
      const [heap, resident] = [heapMb(), residentMb()];
      await requireAllSynced(world, size.rooms * size.perRoom);
      const updates = countOf(await world.graph.figures(), ['update-event']);
      return [
        below(1.1, {
          measure: `heap after ${TIMES * size.passes} more passes / after ${size.passes}`,
          unit: 'times',
          measured: heap / heapBefore,
        }),
        below(1.1, {
          measure: 'resident memory at the end / half way',
          unit: 'times',
          measured: resident / residentAtHalf,
        }),
        exactly(TIMES * size.passes * size.rooms, { measure: 'events updated', unit: 'operations', measured: updates }),
        information({ measure: 'heap at the end', unit: 'MB', measured: heap }),
      ];
    }),
  );
}

async function runPasses(world: BenchWorld, { perRoom }: TownSize, from: number, to: number): Promise<void> {
  for (let round = from; round < to; round += 1) {
    // One reservation of every room is renamed.
    await world.sql(
      `UPDATE bb_event SET name = 'Runde ${round}' WHERE (id - 100001) % ${perRoom} = ${round % perRoom}`,
    );
    await pass(world);
  }
}

/** What is still in use after everything else was collected. */
function heapMb(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 3; round += 1) collect();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

function residentMb(): number {
  return process.memoryUsage().rss / 1024 / 1024;
}
