import type { DeltaRound, ReadOutcome } from '../../../src/sync/ports.ts';
import {
  createSimulatedGraph,
  createsOf,
  fillRoom,
  LATER,
  liveEvents,
  markerOf,
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

describe('single events', () => {
  test('of many rooms are read 20 to a request, each with its own outcome and in the order asked', async () => {
    const { graph, simulator } = createSimulatedGraph({ rooms: 50 });
    const wanted = [];
    for (let room = 0; room < 50; room += 1) {
      const [event] = await writeAll(graph, createsOf(1, room + 1), roomAddress(room));
      wanted.push({ calendar: roomAddress(room), eventId: event?.id ?? '' });
    }
    simulator.metrics.reset();
    const outcomes = await graph.calendars.getEvents(wanted, LATER);
    expect(outcomes.map((outcome) => outcome.ok && outcome.value.subject)).toEqual(
      wanted.map((_, room) => `Reservation ${room + 1}`),
    );
    expect(outcomes[7]).toMatchObject({ value: { marker: markerOf(8) } });
    expect(simulator.metrics.requests).toBe(3);
  });

  test('R3: only the 404 of the event itself is not-found', async () => {
    const { graph, simulator } = createSimulatedGraph({ rooms: 3, settings: { deletedEvents: 'not-found' } });
    const [event] = await writeAll(graph, createsOf(1));
    const eventId = event?.id ?? '';
    await graph.calendars.write(ROOM, [{ kind: 'delete', eventId, changeKey: null }], LATER);
    simulator.setHealth(roomAddress(1), 'MailboxNotEnabledForRESTAPI');
    simulator.faults.add({
      match: { mailbox: roomAddress(2) },
      fault: { status: 404, code: 'UnknownError' },
      times: 99,
    });
    const outcomes = await graph.calendars.getEvents(
      [
        { calendar: ROOM, eventId },
        { calendar: ROOM, eventId: 'malformed' },
        { calendar: roomAddress(1), eventId },
        { calendar: roomAddress(2), eventId },
      ],
      LATER,
    );
    const kinds = outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.error.kind));
    expect(kinds).toEqual(['not-found', 'rejected', 'room-unavailable', 'transient']);
  });

  test.each([429, 500, 503, 504])('are asked for again after %s', async (status) => {
    const { graph, simulator } = createSimulatedGraph();
    const events = await writeAll(graph, createsOf(20));
    simulator.faults.add({ match: { kind: 'read-event' }, times: 5, fault: { status, code: 'x', retryAfter: 2 } });
    simulator.metrics.reset();
    const wanted = events.map(({ id }) => ({ calendar: ROOM, eventId: id }));
    expect((await graph.calendars.getEvents(wanted, LATER)).every(({ ok }) => ok)).toBe(true);
    expect(simulator.metrics.parts).toBe(25);
  });

  test.each(['drop-after', 'reset', 'cut', '504-after'] as const)(
    'survive a whole batch that is lost: %s',
    async (fault) => {
      const { graph, simulator } = createSimulatedGraph({ rooms: 20 });
      const wanted = [];
      for (let room = 0; room < 20; room += 1) {
        const [event] = await writeAll(graph, createsOf(1), roomAddress(room));
        wanted.push({ calendar: roomAddress(room), eventId: event?.id ?? '' });
      }
      simulator.faults.add({ match: { kind: 'batch' }, times: 2, fault });
      expect((await graph.calendars.getEvents(wanted, LATER)).every(({ ok }) => ok)).toBe(true);
      expect(graph.budget(ROOM).circuit).toBe('closed');
    },
  );
});

describe('a window', () => {
  test('of 10,000 events is read to the last', async () => {
    const simulated = createSimulatedGraph();
    const { graph, simulator } = simulated;
    fillRoom(simulated, 10_000);
    const events = await graph.calendars.readWindow(ROOM, WINDOW, LATER);
    expect(new Set(events.map(({ subject }) => subject)).size).toBe(10_000);
    expect(simulator.metrics.requests).toBe(50);
    expect(simulator.metrics.throttled).toBe(0);
  });

  test('holds what overlaps it, with markers', async () => {
    const { graph } = createSimulatedGraph();
    await writeAll(graph, createsOf(7));
    const span = { from: '2027-03-01T10:30:00.000Z', to: '2027-03-01T12:00:00.000Z' };
    const events = await graph.calendars.readWindow(ROOM, span, LATER);
    expect(new Set(events.map(({ marker }) => marker))).toEqual(new Set([markerOf(2), markerOf(3)]));
  });

  test('several are read together; one dead room fails alone', async () => {
    const { graph, simulator } = createSimulatedGraph({ rooms: 30 });
    for (let room = 0; room < 30; room += 1) await writeAll(graph, createsOf(2), roomAddress(room));
    simulator.setHealth(roomAddress(5), 'ErrorInvalidUser');
    simulator.metrics.reset();
    const wanted = Array.from({ length: 30 }, (_, room) => ({ calendar: roomAddress(room), span: WINDOW }));
    const outcomes = await graph.calendars.readWindows(wanted, LATER);
    expect(outcomes.map((outcome) => (outcome.ok ? outcome.value.length : outcome.error.kind))).toEqual(
      wanted.map((_, room) => (room === 5 ? 'room-unavailable' : 2)),
    );
    expect(simulator.metrics.requests).toBe(2);
  });

  test('R3: a page cut in the middle fails the reading unless it can be repeated', async () => {
    const { graph, simulator } = createSimulatedGraph();
    await writeAll(graph, createsOf(5));
    const cutForGood = simulator.faults.add({ match: { kind: 'calendar-view' }, times: Infinity, fault: 'cut' });
    await expect(graph.calendars.readWindow(ROOM, WINDOW, LATER)).rejects.toMatchObject({ kind: 'transient' });
    cutForGood();
    simulator.faults.add({ match: { kind: 'calendar-view' }, fault: 'cut' });
    expect(await graph.calendars.readWindow(ROOM, WINDOW, LATER)).toHaveLength(5);
  });
});

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

test('S23: nothing is read or written without credentials, and the settings are named', async () => {
  const { createGraph } = await import('../../../src/graph/graph.ts');
  const { clock, simulator } = createSimulatedGraph();
  const credential = { kind: 'missing', settings: ['GRAPH_TENANT_ID', 'GRAPH_CLIENT_ID'] } as const;
  const log = { debug() {}, info() {}, warn() {}, error() {}, scope: () => log };
  const deps = { clock, ids: { uuid: () => 'u' }, log, transport: simulator.handle };
  const { calendars } = createGraph({ credential, cloud: 'global', baseUrl: null }, deps);
  const attempts = [
    calendars.write(ROOM, createsOf(3), LATER),
    calendars.readWindow(ROOM, WINDOW, LATER),
    calendars.getEvents([{ calendar: ROOM, eventId: 'x' }], LATER),
  ];
  for (const attempt of attempts) {
    await expect(attempt).rejects.toMatchObject({
      kind: 'misconfigured',
      message: expect.stringMatching(/GRAPH_TENANT_ID.*GRAPH_CLIENT_ID/),
    });
  }
  expect(simulator.metrics.requests).toBe(0);
});
