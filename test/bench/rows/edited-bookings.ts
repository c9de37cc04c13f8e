import { type Check, exactly, information } from '../support/check.ts';
import { idealMs, idealRequests } from '../support/ideal.ts';
import type { TownSize } from '../support/town.ts';
import { openUsualWay, usual } from '../support/usual-way.ts';
import { inWorld } from '../support/world.ts';
import { countOf, OPERATION_MS, pass, readsIn, requireAllSynced, settle } from './common.ts';

const WRITES = ['create-event', 'update-event', 'delete-event'];

/** Every second booking is moved by an hour with plain SQL; one pass brings it to Outlook, the next meets the echoes. */
export function measureEditedBookings(size: TownSize = { rooms: 50, perRoom: 40 }): Promise<readonly Check[]> {
  const edited = (size.rooms * size.perRoom) / 2;
  const town = { ...size, kinds: ['booking'] as const };
  return inWorld({ ...town, time: 'virtual', simulator: { latency: OPERATION_MS } }, async (world) => {
    const { clock, graph } = world;
    const total = size.rooms * size.perRoom;
    await settle(world, total);
    const usualWay = await openUsualWay(world);
    await usualWay.makeEvents();
    await world.sql(`UPDATE bb_booking SET from_ = strftime('%Y-%m-%d %H:%M:%S', from_, '+1 hour'),
      to_ = strftime('%Y-%m-%d %H:%M:%S', to_, '+1 hour') WHERE id % 2 = 0`);
    await graph.resetFigures();
    const began = clock.now();
    await pass(world);
    const ms = clock.now() - began;
    const figures = await graph.figures();
    await requireAllSynced(world, total);
    await pass(world);
    const echoed = await graph.figures();
    const runs = await usualWay.measure();
    return [
      exactly(edited, {
        measure: 'write parts',
        unit: 'operations',
        measured: countOf(figures, WRITES),
        ideal: edited,
        usual: usual(runs, (run) => countOf(run.graph, WRITES)),
      }),
      exactly(0, {
        measure: 'events read, the echoes of the next pass included',
        unit: 'operations',
        measured: readsIn(echoed),
        ideal: 0,
        usual: usual(runs, (run) => readsIn(run.graph)),
      }),
      exactly(0, { measure: 'throttled', unit: 'operations', measured: echoed.throttled }),
      information({
        measure: 'HTTP requests, one delta round per room included',
        unit: 'requests',
        measured: figures.requests,
        ideal:
          idealRequests(edited / size.rooms, graph.settings) * size.rooms + idealRequests(size.rooms, graph.settings),
        usual: usual(runs, (run) => run.graph.requests),
      }),
      information({
        measure: 'time of the pass',
        unit: 'ms',
        measured: ms,
        ideal: idealMs(edited, size.rooms, graph.settings),
        usual: usual(runs, (run) => run.ms),
      }),
    ];
  });
}
