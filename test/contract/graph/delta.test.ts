import type { DeltaRound, ReadOutcome } from '../../../src/sync/ports.ts';
import {
  createSimulatedGraph,
  createsOf,
  fillRoom,
  LATER,
  liveEvents,
  roomAddress,
  type SimulatedGraph,
  START,
  WINDOW,
  writeAll,
} from './simulated-graph.ts';

const ROOM = roomAddress();

async function readRound(
  { graph }: SimulatedGraph,
  link: string | null,
  calendar = ROOM,
): Promise<ReadOutcome<DeltaRound>> {
  const [outcome] = await graph.calendars.readDelta([{ calendar, link, window: WINDOW }], LATER);
  if (outcome === undefined) throw new Error('no outcome');
  return outcome;
}

async function round(simulated: SimulatedGraph, link: string | null): Promise<DeltaRound> {
  const outcome = await readRound(simulated, link);
  if (!outcome.ok) throw outcome.error;
  return outcome.value;
}

const linkOf = async (simulated: SimulatedGraph) => (await round(simulated, null)).deltaLink;

describe('delta', () => {
  test('the first round holds everything, the next one only what changed', async () => {
    const simulated = createSimulatedGraph();
    const { graph } = simulated;
    const events = await writeAll(graph, createsOf(250));
    const first = await round(simulated, null);
    expect(new Set(first.events.map(({ id }) => id))).toEqual(new Set(events.map(({ id }) => id)));
    const [changed, gone] = events;
    await graph.calendars.write(
      ROOM,
      [
        { kind: 'update', eventId: changed?.id ?? '', changeKey: null, content: { subject: 'Changed' } },
        { kind: 'delete', eventId: gone?.id ?? '', changeKey: null },
      ],
      LATER,
    );
    const next = await round(simulated, first.deltaLink);
    expect(next.events).toMatchObject([{ id: changed?.id, subject: 'Changed', marker: undefined }]);
    expect(next.removed).toEqual([gone?.id]);
    expect(await round(simulated, next.deltaLink)).toMatchObject({ events: [], occurrences: [], removed: [] });
  });

  test('a poll of 100 rooms in which nothing changed costs 5 requests, 1,000 rooms 50', async () => {
    const { graph, simulator } = createSimulatedGraph({ rooms: 1_000 });
    const rooms = Array.from({ length: 1_000 }, (_, room) => roomAddress(room));
    const first = await graph.calendars.readDelta(
      rooms.map((calendar) => ({ calendar, link: null, window: WINDOW })),
      LATER,
    );
    const requests = first.map((outcome, at) => {
      if (!outcome.ok) throw outcome.error;
      return { calendar: rooms[at] ?? '', link: outcome.value.deltaLink, window: WINDOW };
    });
    simulator.metrics.reset();
    await graph.calendars.readDelta(requests.slice(0, 100), LATER);
    expect(simulator.metrics.requests).toBe(5);
    simulator.metrics.reset();
    await graph.calendars.readDelta(requests, LATER);
    expect(simulator.metrics.requests).toBe(50);
  });

  test('R7: 3,000 changes with repeats, empty pages and a link that dies in the middle end with the right set', async () => {
    const delta = { emptyPages: 0.3, repeats: 0.3, shuffle: true };
    const simulated = createSimulatedGraph({ settings: { delta } });
    const { simulator, people } = simulated;
    const ids = fillRoom(simulated, 3_000);
    const link = await linkOf(simulated);
    for (const [at, id] of ids.entries()) {
      if (at % 3 === 0) people.deleteInRoom(ROOM, id);
      else people.editInRoom(ROOM, id, { subject: `Changed ${at}` });
    }
    let pages = 0;
    simulator.faults.add({
      match: ({ kind }) => kind === 'delta' && ++pages === 15,
      fault: { status: 410, code: 'SyncStateNotFound' },
    });
    expect(await readRound(simulated, link)).toMatchObject({ ok: false, error: { kind: 'resync-required' } });
    expect(pages).toBe(15);

    const full = await round(simulated, null);
    const live = liveEvents(simulator);
    expect(live).toHaveLength(2_000);
    expect(full.events).toHaveLength(live.length);
    expect(new Set(full.events.map(({ subject }) => subject))).toEqual(new Set(live.map(({ subject }) => subject)));

    const changes = await round(simulated, link);
    expect(new Set(changes.events.map(({ subject }) => subject))).toEqual(new Set(live.map(({ subject }) => subject)));
    expect(new Set(changes.removed)).toEqual(new Set(ids.filter((_, at) => at % 3 === 0)));
    expect(changes.events.length + changes.removed.length).toBe(3_000);
  });

  test('R7: a first round whose link dies on the way is begun again', async () => {
    const simulated = createSimulatedGraph();
    await writeAll(simulated.graph, createsOf(350));
    let pages = 0;
    simulated.simulator.faults.add({
      match: ({ kind }) => kind === 'delta' && ++pages === 3,
      fault: { status: 410, code: 'SyncStateNotFound' },
    });
    expect((await round(simulated, null)).events).toHaveLength(350);
  });

  test.each(['410-generation', '410-location', '400-sync-state', '404-sync-state', '410-resync'] as const)(
    'R7: a dead link asks for a resync, however Graph puts it: %s',
    async (death) => {
      const simulated = createSimulatedGraph({ settings: { delta: { death } } });
      const link = await linkOf(simulated);
      simulated.simulator.expireDeltaTokens();
      expect(await readRound(simulated, link)).toMatchObject({ ok: false, error: { kind: 'resync-required' } });
    },
  );

  test('R7: is not over before the delta link: a cut page is asked for again, from where it was', async () => {
    const simulated = createSimulatedGraph();
    const { graph, simulator } = simulated;
    const link = await linkOf(simulated);
    await writeAll(graph, createsOf(10));
    simulator.faults.add({ match: { kind: 'delta' }, times: 2, fault: 'cut' });
    expect((await round(simulated, link)).events).toHaveLength(10);
    simulator.faults.add({ match: { kind: 'delta' }, times: Infinity, fault: 'cut' });
    expect(await readRound(simulated, link)).toMatchObject({ ok: false, error: { kind: 'transient' } });
  });

  test('works with links of any origin, http and loopback included', async () => {
    const simulated = createSimulatedGraph({ settings: { linkBase: 'http://localhost:8083/v1.0' } });
    await writeAll(simulated.graph, createsOf(250));
    const first = await round(simulated, null);
    expect(first.events).toHaveLength(250);
    expect(first.deltaLink).toMatch(/^http:/);
    expect((await round(simulated, first.deltaLink)).events).toEqual([]);
  });

  test('one throttled room is waited for, the others are not read twice', async () => {
    const { graph, simulator, clock } = createSimulatedGraph({ rooms: 20 });
    simulator.faults.add({
      match: { kind: 'delta', mailbox: roomAddress(3) },
      fault: { status: 429, code: 'ApplicationThrottled', retryAfter: 4 },
    });
    const wanted = Array.from({ length: 20 }, (_, room) => ({
      calendar: roomAddress(room),
      link: null,
      window: WINDOW,
    }));
    const outcomes = await graph.calendars.readDelta(wanted, LATER);
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(simulator.metrics.requests).toBe(2);
    expect(simulator.metrics.operations['delta']).toBe(21);
    expect(clock.now()).toBe(START + 4_000);
  });
});
