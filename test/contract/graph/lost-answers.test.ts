import type { Fault } from '../../../src/sandbox/graph-simulator/faults.ts';
import type { WriteOutcome } from '../../../src/sync/ports.ts';
import {
  createOf,
  createSimulatedGraph,
  createsOf,
  LATER,
  liveEvents,
  markerOf,
  roomAddress,
} from './simulated-graph.ts';

const ROOM = roomAddress();
const kinds = (outcomes: readonly WriteOutcome[]) => outcomes.map(({ kind }) => kind);

describe('a lost answer to a create', () => {
  const LOST: readonly [string, Fault, boolean][] = [
    ['dropped after it was stored', 'drop-after', true],
    ['dropped on the way there', 'drop-before', false],
    ['reset after it was stored', 'reset', true],
    ['reset on the way there', 'reset-before', false],
    ['504 after it was stored', '504-after', true],
    ['never coming', 'hang', true],
    ['cut in the middle', 'cut', true],
    ['500 after it was stored', { status: 500, code: 'InternalServerError', afterEffect: true }, true],
    ['503 before it was stored', { status: 503, code: 'serviceNotAvailable' }, false],
  ];

  test.each(LOST)(
    'R1: %s: unknown, and sent again with the same token there is one event',
    async (_, fault, isStored) => {
      const { graph, simulator } = createSimulatedGraph();
      simulator.faults.add({ match: { kind: 'create-event' }, fault });
      const [first] = await graph.calendars.write(ROOM, [createOf(1)], LATER);
      expect(first?.kind).toBe('unknown');
      expect(liveEvents(simulator)).toHaveLength(isStored ? 1 : 0);
      const [again] = await graph.calendars.write(ROOM, [createOf(1)], LATER);
      expect(again?.kind).toBe('written');
      expect(liveEvents(simulator)).toHaveLength(1);
    },
  );

  test.each(LOST)(
    'R1: a whole batch %s: unknown for every part, and again there is one event each',
    async (_, fault) => {
      const { graph, simulator } = createSimulatedGraph();
      simulator.faults.add({ match: { kind: 'batch' }, fault });
      const creates = createsOf(20);
      expect(new Set(kinds(await graph.calendars.write(ROOM, creates, LATER)))).toEqual(new Set(['unknown']));
      expect(new Set(kinds(await graph.calendars.write(ROOM, creates, LATER)))).toEqual(new Set(['written']));
      expect(liveEvents(simulator)).toHaveLength(20);
    },
  );

  test('R1: the event is found by its marker alone', async () => {
    const { graph, simulator } = createSimulatedGraph();
    simulator.faults.add({ match: { kind: 'create-event' }, fault: 'reset' });
    await graph.calendars.write(ROOM, [createOf(1)], LATER);
    const found = await graph.calendars.findByMarker(ROOM, [markerOf(1), markerOf(1, 1), markerOf(2)], LATER);
    expect(found).toMatchObject([{ subject: 'Reservation 1', marker: markerOf(1) }]);
  });

  test('nothing is repeated inside the gateway: one request per write', async () => {
    const { graph, simulator } = createSimulatedGraph();
    simulator.faults.add({
      match: { kind: 'create-event' },
      times: 9,
      fault: { status: 503, code: 'serviceNotAvailable' },
    });
    await graph.calendars.write(ROOM, [createOf(1)], LATER);
    expect(simulator.metrics.requests).toBe(1);
  });
});
