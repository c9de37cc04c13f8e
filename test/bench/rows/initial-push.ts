import { below, type Check, exactly, information, ofIdeal } from '../support/check.ts';
import { idealMs, idealRequests } from '../support/ideal.ts';
import type { TownSize } from '../support/town.ts';
import { openUsualWay, usual } from '../support/usual-way.ts';
import { type BenchWorld, inWorld } from '../support/world.ts';
import { OPERATION_MS, pushEverything, requireAllSynced } from './common.ts';

const FULL: TownSize = { rooms: 100, perRoom: 100 };

/** The first push of a whole town, as the timer makes it: discovery, first look at each calendar, creates. Virtual clock. */
export function measureInitialPush(size: TownSize = FULL): Promise<readonly Check[]> {
  const { rooms, perRoom } = size;
  const total = rooms * perRoom;
  return inWorld({ ...size, time: 'virtual', simulator: { latency: OPERATION_MS } }, async (world) => {
    const { graph, clock } = world;
    const began = clock.now();
    await pushEverything(world);
    const ms = clock.now() - began;
    const figures = await graph.figures();
    await requireAllSynced(world, total);
    const runs = await (await openUsualWay(world)).measure();
    return [
      ofIdeal(85, {
        measure: 'time',
        unit: 'ms',
        measured: ms,
        ideal: idealMs(total, rooms, graph.settings),
        usual: usual(runs, (run) => run.ms),
      }),
      exactly(0, {
        measure: 'throttled',
        unit: 'operations',
        measured: figures.throttled,
        usual: usual(runs, (run) => run.graph.throttled),
      }),
      exactly(total, {
        measure: 'events created',
        unit: 'operations',
        measured: figures.operations['create-event'] ?? 0,
        ideal: total,
      }),
      information({
        measure: 'HTTP requests, a first look at each calendar included',
        unit: 'requests',
        measured: figures.requests,
        ideal: idealRequests(perRoom, graph.settings) * rooms,
        usual: usual(runs, (run) => run.graph.requests),
      }),
    ];
  });
}

/**
 * The same push over sockets, with the simulator in its own process: process time of the service alone, SQLite's included, which a
 * server would take over.
 */
export function measurePushCpu(size: TownSize = FULL): Promise<readonly Check[]> {
  const total = size.rooms * size.perRoom;
  return inWorld({ ...size, time: 'wall', simulator: { latency: OPERATION_MS } }, async (world) => {
    const { graph } = world;
    const ours = await timed(world, () => pushEverything(world));
    const figures = await graph.figures();
    await requireAllSynced(world, total);
    const usualWay = await openUsualWay(world);
    const theirs = await timed(world, () => usualWay.measureFast());
    const beside = (figure: (run: Timed) => number) => ({ oneByOne: null, fourPerMailbox: figure(theirs) });
    return [
      below(1, {
        measure: 'process time per reservation',
        unit: 'ms',
        measured: ours.cpuMs / total,
        usual: beside(({ cpuMs }) => cpuMs / total),
      }),
      exactly(0, { measure: 'throttled', unit: 'operations', measured: figures.throttled }),
      information({
        measure: 'wall clock',
        unit: 'ms',
        measured: ours.wallMs,
        ideal: idealMs(total, size.rooms, graph.settings),
        usual: beside(({ wallMs }) => wallMs),
      }),
    ];
  });
}

interface Timed {
  readonly wallMs: number;
  /** User and system time, all threads of this process. */
  readonly cpuMs: number;
}

async function timed({ clock }: BenchWorld, work: () => Promise<unknown>): Promise<Timed> {
  const [began, usage] = [clock.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(usage);
  return { wallMs: clock.now() - began, cpuMs: (user + system) / 1000 };
}
