import {
  createSimulatedGraph,
  createsOf,
  LATER,
  liveEvents,
  roomAddress,
  START,
  WINDOW,
  writeAll,
} from './simulated-graph.ts';

const ROOMS = Array.from({ length: 10 }, (_, room) => room);

describe('2,000 creates over 10 rooms', () => {
  test.each([
    ['150 ms each', 150, 0.99],
    ['50 to 250 ms each', { min: 50, max: 250 }, 0.85],
  ])('D7: reach what four at a time per mailbox allow, unthrottled (%s)', async (_, latency, ratio) => {
    const { graph, simulator, clock } = createSimulatedGraph({ rooms: 10, settings: { latency } });
    await Promise.all(ROOMS.map((room) => writeAll(graph, createsOf(200, 200 * room + 1), roomAddress(room))));
    const ideal = (200 * 150) / 4;
    expect(ideal / (clock.now() - START)).toBeGreaterThanOrEqual(ratio);
    expect(simulator.metrics.throttled).toBe(0);
    expect(simulator.metrics.peakConcurrency).toBe(4);
    for (const room of ROOMS) expect(liveEvents(simulator, roomAddress(room))).toHaveLength(200);
  });
});

test('a room with more work than its allowance uses all of it, is never throttled, and says when to come back', async () => {
  const limits = { requests: 1_000 };
  const { graph, simulator, clock } = createSimulatedGraph({ settings: { limits }, tuning: { mailboxBudget: 1_000 } });
  const outcomes = await graph.calendars.write(roomAddress(), createsOf(1_200), LATER);
  expect(outcomes.filter(({ kind }) => kind === 'written')).toHaveLength(1_000);
  expect(graph.budget(roomAddress())).toMatchObject({ limit: 1_000, used: 1_000, remaining: 0 });
  const last = outcomes.at(-1);
  const retryAfterMs = last?.kind === 'throttled' ? last.retryAfterMs : null;
  expect(retryAfterMs).toBeGreaterThanOrEqual(600_000);
  clock.advanceTo(clock.now() + (retryAfterMs ?? 0));
  await writeAll(graph, createsOf(200, 1_001));
  expect(liveEvents(simulator)).toHaveLength(1_200);
  expect(simulator.metrics.throttled).toBe(0);
});

test('reads and writes of one room are never forwarded more than four at a time together', async () => {
  const { graph, simulator } = createSimulatedGraph({ rooms: 3, settings: { latency: 100 } });
  const events = await writeAll(graph, createsOf(40));
  const rooms = [0, 1, 2].map((room) => roomAddress(room));
  await Promise.all([
    writeAll(graph, createsOf(60, 100)),
    graph.calendars.getEvents(
      events.map(({ id }) => ({ calendar: roomAddress(), eventId: id })),
      LATER,
    ),
    graph.calendars.readDelta(
      rooms.map((calendar) => ({ calendar, link: null, window: WINDOW })),
      LATER,
    ),
    graph.calendars.readWindows(
      rooms.map((calendar) => ({ calendar, span: WINDOW })),
      LATER,
    ),
    writeAll(graph, createsOf(60, 200)),
  ]);
  expect(simulator.metrics.peakConcurrency).toBe(4);
  expect(simulator.metrics.throttled).toBe(0);
});

test('R8: a room with a long write under way delays neither the reads of other rooms nor, for long, its own', async () => {
  const { graph, clock } = createSimulatedGraph({ rooms: 40, settings: { latency: 1_000 } });
  const done: string[] = [];
  const note = (name: string) => () => {
    done.push(`${name} ${(clock.now() - START) / 1_000}`);
  };
  const rooms = Array.from({ length: 40 }, (_, room) => ({ calendar: roomAddress(room), link: null, window: WINDOW }));
  await Promise.all([
    writeAll(graph, createsOf(100)).then(note('written')),
    graph.calendars.readDelta(rooms.slice(1), LATER).then(note('other rooms')),
    graph.calendars.readDelta(rooms.slice(0, 1), LATER).then(note('same room')),
  ]);
  expect(done).toEqual(['other rooms 5', 'same room 6', 'written 26']);
});
