import type { WriteOutcome } from '../../../src/sync/ports.ts';
import {
  createSimulatedGraph,
  createsOf,
  LATER,
  liveEvents,
  roomAddress,
  START,
  writeAll,
  written,
} from './simulated-graph.ts';

const ROOM = roomAddress();
const kinds = (outcomes: readonly WriteOutcome[]) => outcomes.map(({ kind }) => kind);

describe('a mailbox in trouble', () => {
  test.each([
    'MailboxNotEnabledForRESTAPI',
    'ErrorNonExistentMailbox',
    'ErrorInvalidUser',
    'Request_ResourceNotFound',
    'extensionError',
    'ErrorQuotaExceeded',
  ] as const)('R8: %s: the room is unavailable, and soon costs nothing', async (health) => {
    const { graph, simulator } = createSimulatedGraph({ rooms: 2 });
    simulator.setHealth(ROOM, health);
    const outcomes = await graph.calendars.write(ROOM, createsOf(200), LATER);
    expect(new Set(kinds(outcomes))).toEqual(new Set(['room-unavailable']));
    expect(simulator.metrics.requests).toBe(3);
    await graph.calendars.write(ROOM, createsOf(200), LATER);
    expect(simulator.metrics.requests).toBe(3);
    expect(graph.budget(ROOM).circuit).toBe('open');
    await writeAll(graph, createsOf(20), roomAddress(1));
  });

  test('R8: is tried again later, with a single write, and works on once it answers', async () => {
    const { graph, simulator, clock } = createSimulatedGraph();
    simulator.setHealth(ROOM, 'extensionError');
    await graph.calendars.write(ROOM, createsOf(60), LATER);
    simulator.setHealth(ROOM, 'ok');
    clock.advanceTo(clock.now() + 31_000);
    simulator.metrics.reset();
    expect(new Set(kinds(await graph.calendars.write(ROOM, createsOf(60), LATER)))).toEqual(new Set(['written']));
    expect(simulator.metrics.log[0]).toMatchObject({ part: false });
    expect(simulator.metrics.requests).toBe(4);
  });

  test('S24: without permission everything is access-denied after one request', async () => {
    const { graph, simulator } = createSimulatedGraph();
    simulator.setHealth(ROOM, 'access-denied');
    const outcomes = await graph.calendars.write(ROOM, createsOf(100), LATER);
    expect(new Set(kinds(outcomes))).toEqual(new Set(['access-denied']));
    expect(outcomes[99]).toMatchObject({ error: { message: expect.stringContaining('Calendars.ReadWrite') } });
    expect(simulator.metrics.requests).toBe(1);
  });
});

describe('throttled writes', () => {
  const throttle = (retryAfter: number, times: number) =>
    ({
      match: { kind: 'create-event' },
      times,
      fault: { status: 429, code: 'TooManyRequests', retryAfter },
    }) as const;

  test('alone are sent again after the time asked for', async () => {
    const { graph, simulator, clock } = createSimulatedGraph();
    simulator.faults.add(throttle(7, 3));
    await writeAll(graph, createsOf(20));
    expect(liveEvents(simulator)).toHaveLength(20);
    expect(simulator.metrics.parts).toBe(23);
    expect(clock.now()).toBe(START + 7_000);
  });

  test('are handed back when the wait is long', async () => {
    const { graph, simulator, clock } = createSimulatedGraph();
    simulator.faults.add(throttle(60, 2));
    const outcomes = await graph.calendars.write(ROOM, createsOf(20), LATER);
    expect(outcomes.filter(({ kind }) => kind === 'throttled')).toEqual(
      Array(2).fill({ kind: 'throttled', retryAfterMs: 60_000 }),
    );
    expect(liveEvents(simulator)).toHaveLength(18);
    expect(clock.now()).toBe(START);
  });

  test('are handed back when the deadline comes before the wait is over', async () => {
    const { graph, simulator, clock } = createSimulatedGraph();
    simulator.faults.add(throttle(7, 2));
    const outcomes = await graph.calendars.write(ROOM, createsOf(3), { deadline: START + 6_000 });
    expect(kinds(outcomes)).toEqual(expect.arrayContaining(['throttled', 'throttled', 'written']));
    expect(clock.now()).toBe(START);
  });

  test('D7: a mailbox that complains of concurrency gets batches of four', async () => {
    const { graph, simulator } = createSimulatedGraph({ settings: { latency: 100 } });
    simulator.faults.add({
      match: { kind: 'create-event' },
      fault: { status: 429, code: 'ApplicationThrottled', retryAfter: 1 },
    });
    await writeAll(graph, createsOf(20));
    simulator.metrics.reset();
    await writeAll(graph, createsOf(20, 100));
    expect(simulator.metrics.batches).toBe(5);
    expect(graph.budget(ROOM).batchSize).toBe(4);
  });
});

test('R12: what has not been sent at the deadline is not sent, and what is still out is unknown', async () => {
  const { graph, simulator, clock } = createSimulatedGraph({ settings: { latency: 1_000 } });
  const outcomes = await graph.calendars.write(ROOM, createsOf(60), { deadline: START + 7_500 });
  expect(kinds(outcomes)).toEqual([
    ...Array(20).fill('written'),
    ...Array(20).fill('unknown'),
    ...Array(20).fill('not-sent'),
  ]);
  expect(clock.now()).toBe(START + 7_500);
  expect(simulator.metrics.batches).toBe(2);
});

test('writes to a busy room wait their turn, and are not sent when it does not come in time', async () => {
  const { graph, simulator } = createSimulatedGraph({ settings: { latency: 1_000 } });
  const [first, second, third] = await Promise.all([
    graph.calendars.write(ROOM, createsOf(20, 1), LATER),
    graph.calendars.write(ROOM, createsOf(20, 21), { deadline: START + 4_000 }),
    graph.calendars.write(ROOM, createsOf(20, 41), LATER),
  ]);
  expect(kinds(second)).toEqual(Array(20).fill('not-sent'));
  for (const outcome of [...first, ...third]) written(outcome);
  expect(simulator.metrics.peakConcurrency).toBe(4);
});
