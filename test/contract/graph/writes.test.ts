import { HISTORICAL_ID_PROPERTY_ID, HISTORICAL_TYPE_PROPERTY_ID } from '../../../src/domain/marker.ts';
import type { WriteOutcome } from '../../../src/sync/ports.ts';
import {
  createOf,
  createSimulatedGraph,
  createsOf,
  LATER,
  liveEvents,
  markerOf,
  roomAddress,
  writeAll,
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
      expect(outcome).toEqual({ kind: 'duplicate', existingEventId: first?.id });
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
  const find = (type: 'booking' | 'event') => graph.calendars.findByMarker(ROOM, [{ ...marker, type }], LATER);
  expect(await find('booking')).toMatchObject([{ subject: 'Old', marker }]);
  expect(await find('event')).toEqual([]);
});
