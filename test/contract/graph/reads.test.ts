import {
  createSimulatedGraph,
  createsOf,
  fillRoom,
  LATER,
  markerOf,
  roomAddress,
  WINDOW,
  writeAll,
} from './simulated-graph.ts';

const ROOM = roomAddress();

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

test('R8: requests that fail as a whole say nothing about their rooms', async () => {
  const { graph, simulator } = createSimulatedGraph({ rooms: 20 });
  const fault = { status: 503, code: 'serviceNotAvailable', retryAfter: 1 };
  const heal = simulator.faults.add({ match: { kind: 'batch' }, times: Number.POSITIVE_INFINITY, fault });
  const wanted = Array.from({ length: 20 }, (_, room) => ({ calendar: roomAddress(room), span: WINDOW }));
  for (let call = 0; call < 4; call += 1) {
    expect((await graph.calendars.readWindows(wanted, LATER)).every(({ ok }) => !ok)).toBe(true);
  }
  expect(wanted.map(({ calendar }) => graph.budget(calendar).circuit)).toEqual(Array(20).fill('closed'));
  heal();
  expect((await graph.calendars.readWindows(wanted, LATER)).every(({ ok }) => ok)).toBe(true);
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
