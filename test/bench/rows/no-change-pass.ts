import { atMost, type Check, exactly, information } from '../support/check.ts';
import { idealRequests } from '../support/ideal.ts';
import type { TownSize } from '../support/town.ts';
import { openUsualWay, usual } from '../support/usual-way.ts';
import { type BenchWorld, inWorld } from '../support/world.ts';
import { OPERATION_MS, pass, settle } from './common.ts';

/** A pass in both directions over rooms in which nothing happened since the last one: the cost of being up to date (R5). */
export function measureNoChangePass(size: TownSize = { rooms: 1000, perRoom: 10 }): Promise<readonly Check[]> {
  return inWorld({ ...size, time: 'virtual', simulator: { latency: OPERATION_MS } }, async (world) => {
    const { clock, graph, statements } = world;
    await settle(world, size.rooms * size.perRoom);
    const versions = await versionSum(world);
    await graph.resetFigures();
    statements.reset();
    const began = clock.now();
    await pass(world);
    const ms = clock.now() - began;
    const figures = await graph.figures();
    const counts = statements.counts();
    const changed = (await versionSum(world)) - versions;
    const usualWay = await openUsualWay(world);
    await usualWay.makeEvents();
    const runs = await usualWay.measure();
    return [
      atMost(Math.ceil(0.06 * size.rooms), {
        measure: 'HTTP requests',
        unit: 'requests',
        measured: figures.requests,
        ideal: idealRequests(size.rooms, graph.settings),
        usual: usual(runs, (run) => run.graph.requests),
      }),
      atMost(12, {
        measure: 'SQL statements per 100 rooms',
        unit: 'statements',
        measured: counts.statements / Math.ceil(size.rooms / 100),
      }),
      exactly(0, { measure: 'mappings written', unit: 'rows', measured: Math.max(counts.mappingWrites, changed) }),
      exactly(0, { measure: 'throttled', unit: 'operations', measured: figures.throttled }),
      information({ measure: 'time', unit: 'ms', measured: ms, usual: usual(runs, (run) => run.ms) }),
    ];
  });
}

/** Every write of a mapping raises its version. */
async function versionSum({ sql }: BenchWorld): Promise<number> {
  const [row] = await sql<{ versions: number }>('SELECT SUM(version) AS versions FROM bridge_mappings');
  return row?.versions ?? 0;
}
