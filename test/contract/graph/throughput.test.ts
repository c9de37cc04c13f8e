import { createSimulatedGraph, createsOf, LATER, liveEvents, roomAddress, START, writeAll } from './simulated-graph.ts';

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

test('12,000 creates in one room never pass the allowance of ten minutes, and use it', async () => {
  const { graph, simulator, clock } = createSimulatedGraph({ settings: { latency: 20 } });
  const outcomes = await graph.calendars.write(roomAddress(), createsOf(12_000), LATER);
  const now = outcomes.filter(({ kind }) => kind === 'written').length;
  expect(now).toBe(10_000);
  expect(outcomes.at(-1)).toMatchObject({ kind: 'throttled', retryAfterMs: expect.any(Number) });
  expect(graph.budget(roomAddress())).toMatchObject({ limit: 10_000, used: 10_000, remaining: 0 });
  const last = outcomes.at(-1);
  clock.advanceTo(clock.now() + (last?.kind === 'throttled' ? (last.retryAfterMs ?? 0) : 0));
  await writeAll(graph, createsOf(1_000, 10_001));
  expect(simulator.metrics.throttled).toBe(0);
  expect(liveEvents(simulator)).toHaveLength(11_000);
});

test('reads and writes of one room are never forwarded more than four at a time together', async () => {
  const { graph, simulator } = createSimulatedGraph({ rooms: 3, settings: { latency: 100 } });
  const events = await writeAll(graph, createsOf(40));
  const year = { from: '2027-01-01T00:00:00.000Z', to: '2028-01-01T00:00:00.000Z' };
  const rooms = [0, 1, 2].map((room) => roomAddress(room));
  await Promise.all([
    writeAll(graph, createsOf(60, 100)),
    graph.calendars.getEvents(
      events.map(({ id }) => ({ calendar: roomAddress(), eventId: id })),
      LATER,
    ),
    graph.calendars.readDelta(
      rooms.map((calendar) => ({ calendar, link: null, window: year })),
      LATER,
    ),
    graph.calendars.readWindows(
      rooms.map((calendar) => ({ calendar, span: year })),
      LATER,
    ),
    writeAll(graph, createsOf(60, 200)),
  ]);
  expect(simulator.metrics.peakConcurrency).toBe(4);
  expect(simulator.metrics.throttled).toBe(0);
});
