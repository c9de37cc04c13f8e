import { HISTORICAL_ID_PROPERTY_ID, HISTORICAL_TYPE_PROPERTY_ID } from '../../../src/domain/marker.ts';
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
  START,
  writeAll,
  written,
} from './simulated-graph.ts';

const ROOM = roomAddress();
const kinds = (outcomes: readonly WriteOutcome[]) => outcomes.map(({ kind }) => kind);

describe('create', () => {
  test('answers the event as Graph keeps it', async () => {
    const { graph, simulator } = createSimulatedGraph();
    const [event] = await writeAll(graph, [createOf(1)]);
    expect(event).toMatchObject({
      kind: 'singleInstance',
      subject: 'Reservation 1',
      body: expect.stringMatching(/^Ref 1\s*$/),
      bodyType: 'text',
      start: '2027-03-01T09:00:00.000Z',
      end: '2027-03-01T10:00:00.000Z',
      isAllDay: false,
      isOrganizer: true,
      hasAttendees: false,
      organizerAddress: ROOM,
      showAs: 'busy',
      sensitivity: 'normal',
      location: 'Room',
    });
    expect(liveEvents(simulator)).toMatchObject([{ isReminderOn: false, attendees: [] }]);
  });

  test('keeps the marker with the event', async () => {
    const { graph } = createSimulatedGraph();
    const [event] = await writeAll(graph, [createOf(7, 3)]);
    const [read] = await graph.calendars.getEvents([{ calendar: ROOM, eventId: event?.id ?? '' }], LATER);
    expect(read).toMatchObject({ ok: true, value: { id: event?.id, marker: markerOf(7, 3) } });
  });

  test('writes local wall clock with a Windows zone, and all-day dates', async () => {
    const { graph } = createSimulatedGraph();
    const zone = 'W. Europe Standard Time';
    const write = createOf(1);
    const timed = {
      ...write.content,
      start: { dateTime: '2027-07-01T08:00:00', timeZone: zone },
      end: { dateTime: '2027-07-01T09:30:00', timeZone: zone },
    };
    const allDay = {
      ...timed,
      isAllDay: true,
      start: { dateTime: '2027-07-01T00:00:00', timeZone: zone },
      end: { dateTime: '2027-07-03T00:00:00', timeZone: zone },
    };
    const events = await writeAll(graph, [
      { ...write, content: timed },
      { ...createOf(2), content: allDay },
    ]);
    expect(events).toMatchObject([
      { start: '2027-07-01T06:00:00.000Z', end: '2027-07-01T07:30:00.000Z' },
      { isAllDay: true, start: '2027-07-01T00:00:00.000Z', end: '2027-07-03T00:00:00.000Z' },
    ]);
  });

  test('R1: the same token and body again answers the same event', async () => {
    const { graph, simulator } = createSimulatedGraph();
    const [first] = await writeAll(graph, [createOf(1)]);
    const [second] = await writeAll(graph, [createOf(1)]);
    expect(second?.id).toBe(first?.id);
    expect(liveEvents(simulator)).toHaveLength(1);
  });

  test.each([400, 409] as const)(
    'R1: the same token with another body is a duplicate naming the event (%s)',
    async (status) => {
      const { graph, simulator } = createSimulatedGraph({ settings: { duplicateTransactionStatus: status } });
      const [first] = await writeAll(graph, [createOf(1)]);
      const other = { ...createOf(1), content: { ...createOf(1).content, subject: 'Changed' } };
      const [outcome] = await graph.calendars.write(ROOM, [other], LATER);
      expect(outcome?.kind).toBe('duplicate');
      if (outcome?.kind === 'duplicate' && outcome.existingEventId !== null) {
        expect(outcome.existingEventId).toBe(first?.id);
      }
      expect(liveEvents(simulator)).toHaveLength(1);
    },
  );

  test('a refused one fails alone, with a reason that repeats no content', async () => {
    const { graph, simulator } = createSimulatedGraph();
    const bad = createOf(2);
    const writes = [
      createOf(1),
      { ...bad, content: { ...bad.content, start: { dateTime: '2027-07-01T08:00:00', timeZone: 'Nowhere' } } },
      createOf(3),
    ];
    const outcomes = await graph.calendars.write(ROOM, writes, LATER);
    expect(kinds(outcomes)).toEqual(['written', 'rejected', 'written']);
    expect(outcomes[1]).toMatchObject({ error: { code: 'TimeZoneNotSupportedException', status: 400 } });
    expect(JSON.stringify(outcomes[1])).not.toContain('Reservation');
    expect(liveEvents(simulator)).toHaveLength(2);
  });
});

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

describe('update', () => {
  test('changes what is given, keeps the rest and the id, and moves the version on', async () => {
    const { graph } = createSimulatedGraph();
    const [event] = await writeAll(graph, [createOf(1)]);
    if (event === undefined) throw new Error('no event');
    const content = { subject: 'Moved', start: { dateTime: '2027-03-01T08:30:00', timeZone: 'UTC' } };
    const [after] = await writeAll(graph, [{ kind: 'update', eventId: event.id, changeKey: event.changeKey, content }]);
    const kept = { id: event.id, body: event.body, end: event.end, location: 'Room' };
    expect(after).toMatchObject({ ...kept, subject: 'Moved' });
    expect(after?.start).toBe('2027-03-01T08:30:00.000Z');
    expect(after?.changeKey).not.toBe(event.changeKey);
  });

  test('R12: of a version that is gone changes nothing', async () => {
    const { graph, simulator } = createSimulatedGraph();
    const [event] = await writeAll(graph, [createOf(1)]);
    if (event === undefined) throw new Error('no event');
    const update = { kind: 'update', eventId: event.id, changeKey: event.changeKey } as const;
    await writeAll(graph, [{ ...update, content: { subject: 'First' } }]);
    const late = await graph.calendars.write(ROOM, [{ ...update, content: { subject: 'Late' } }], LATER);
    expect(kinds(late)).toEqual(['precondition-failed']);
    expect(liveEvents(simulator)[0]?.subject).toBe('First');
  });

  test('stamps a marker on an event that has none', async () => {
    const { graph } = createSimulatedGraph();
    const [event] = await writeAll(graph, [createOf(1)]);
    const marker = markerOf(99);
    await writeAll(graph, [{ kind: 'update', eventId: event?.id ?? '', changeKey: null, content: {}, marker }]);
    expect(await graph.calendars.findByMarker(ROOM, [marker], LATER)).toMatchObject([{ id: event?.id, marker }]);
  });

  test('of an event or id that does not exist answers not-found', async () => {
    const { graph } = createSimulatedGraph({ settings: { deletedEvents: 'not-found' } });
    const [event] = await writeAll(graph, [createOf(1)]);
    await graph.calendars.write(ROOM, [{ kind: 'delete', eventId: event?.id ?? '', changeKey: null }], LATER);
    const content = { subject: 'x' };
    const outcomes = await graph.calendars.write(
      ROOM,
      [event?.id ?? '', 'nonsense'].map((eventId) => ({ kind: 'update', eventId, changeKey: null, content }) as const),
      LATER,
    );
    expect(kinds(outcomes)).toEqual(['not-found', 'not-found']);
  });
});

describe('delete', () => {
  test.each(['resolve', 'not-found'] as const)(
    'removes the event; the second time it is not found (%s)',
    async (deletedEvents) => {
      const { graph, simulator } = createSimulatedGraph({ settings: { deletedEvents } });
      const [event] = await writeAll(graph, [createOf(1)]);
      const remove = { kind: 'delete', eventId: event?.id ?? '', changeKey: event?.changeKey ?? null } as const;
      expect(await graph.calendars.write(ROOM, [remove], LATER)).toEqual([{ kind: 'deleted' }]);
      expect(await graph.calendars.write(ROOM, [remove], LATER)).toEqual([{ kind: 'not-found' }]);
      expect(liveEvents(simulator)).toHaveLength(0);
    },
  );

  test('R12: of a version that is gone deletes nothing', async () => {
    const { graph, simulator } = createSimulatedGraph();
    const [event] = await writeAll(graph, [createOf(1)]);
    const eventId = event?.id ?? '';
    await writeAll(graph, [{ kind: 'update', eventId, changeKey: null, content: { subject: 'Newer' } }]);
    const stale = { kind: 'delete', eventId, changeKey: event?.changeKey ?? null } as const;
    expect(kinds(await graph.calendars.write(ROOM, [stale], LATER))).toEqual(['precondition-failed']);
    expect(liveEvents(simulator)).toHaveLength(1);
  });
});

test('R9: no write of ours causes mail', async () => {
  const { graph, simulator } = createSimulatedGraph();
  const events = await writeAll(graph, createsOf(5));
  await graph.calendars.write(
    ROOM,
    events.map(({ id }) => ({ kind: 'update', eventId: id, changeKey: null, content: { subject: 'x' } })),
    LATER,
  );
  await graph.calendars.write(
    ROOM,
    events.map(({ id }) => ({ kind: 'delete', eventId: id, changeKey: null })),
    LATER,
  );
  expect(simulator.mails).toEqual([]);
});

test('events of the former service are found by their two properties', async () => {
  const { graph, simulator } = createSimulatedGraph();
  const property = (id: string, value: string) => ({ id, value });
  const body = JSON.stringify({
    subject: 'Old',
    start: { dateTime: '2027-03-01T08:00:00', timeZone: 'UTC' },
    end: { dateTime: '2027-03-01T09:00:00', timeZone: 'UTC' },
    singleValueExtendedProperties: [
      property(HISTORICAL_TYPE_PROPERTY_ID, 'booking'),
      property(HISTORICAL_ID_PROPERTY_ID, '2001'),
    ],
  });
  const headers = { authorization: 'Bearer x', 'content-type': 'application/json', prefer: 'IdType="ImmutableId"' };
  await simulator.handle({ method: 'POST', url: `/v1.0/users/${ROOM}/calendar/events`, headers, body });
  const marker = { type: 'booking', id: 2001, resourceId: null, generation: 0 } as const;
  const found = await graph.calendars.findByMarker(ROOM, [marker, { ...marker, type: 'event' }], LATER);
  expect(found).toMatchObject([{ subject: 'Old', marker }]);
});

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
