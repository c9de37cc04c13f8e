import { createSimulatedGraph, LATER, roomAddress, type SimulatedGraph, settle, WINDOW } from './simulated-graph.ts';

const ROOM = roomAddress();
const utc = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });
const WEEKLY = {
  subject: 'Standing meeting',
  start: utc('2027-03-02T09:00:00'),
  end: utc('2027-03-02T10:00:00'),
  recurrence: {
    pattern: { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'], firstDayOfWeek: 'monday' },
    range: { type: 'numbered', startDate: '2027-03-02', numberOfOccurrences: 4 },
  },
};

/** A person invites the room; the room's attendant has worked on it when this resolves. */
async function invite(simulated: SimulatedGraph, event: Record<string, unknown>) {
  const organizer = { name: 'Kari Nordmann', address: 'kari@contoso.no' };
  const meeting = simulated.people.book({ organizer, rooms: [ROOM], event });
  await settle(simulated);
  return meeting;
}

async function readDelta({ graph }: SimulatedGraph, link: string | null = null) {
  const [outcome] = await graph.calendars.readDelta([{ calendar: ROOM, link, window: WINDOW }], LATER);
  if (!outcome?.ok) throw outcome?.error;
  return outcome.value;
}

describe("the room's copy of a person's meeting", () => {
  test('is known by its organiser and attendees', async () => {
    const simulated = createSimulatedGraph();
    const meeting = await invite(simulated, {
      subject: 'Budget',
      start: utc('2027-03-02T09:00:00'),
      end: utc('2027-03-02T10:00:00'),
    });
    const [event] = await simulated.graph.calendars.readWindow(ROOM, WINDOW, LATER);
    expect(event).toMatchObject({
      iCalUId: meeting.iCalUId,
      isOrganizer: false,
      hasAttendees: true,
      organizerName: 'Kari Nordmann',
      organizerAddress: 'kari@contoso.no',
      response: 'accepted',
      marker: null,
    });
  });

  test('R9: is declined, and this one write mails', async () => {
    const simulated = createSimulatedGraph();
    await invite(simulated, { subject: 'x', start: utc('2027-03-02T09:00:00'), end: utc('2027-03-02T10:00:00') });
    const [event] = await simulated.graph.calendars.readWindow(ROOM, WINDOW, LATER);
    const mails = simulated.simulator.mails.length;
    const decline = { kind: 'decline', eventId: event?.id ?? '', comment: 'The reservation was cancelled.' } as const;
    expect(await simulated.graph.calendars.write(ROOM, [decline], LATER)).toEqual([{ kind: 'deleted' }]);
    expect(simulated.simulator.mails.slice(mails)).toMatchObject([{ kind: 'response', cause: 'graph' }]);
    expect(await simulated.graph.calendars.readWindow(ROOM, WINDOW, LATER)).toEqual([]);
  });

  test('an event the room organises itself cannot be declined', async () => {
    const simulated = createSimulatedGraph();
    const times = { start: utc('2027-03-02T09:00:00'), end: utc('2027-03-02T10:00:00') };
    const eventId = simulated.people.createInRoom(ROOM, { subject: 'x', ...times });
    const [outcome] = await simulated.graph.calendars.write(ROOM, [{ kind: 'decline', eventId, comment: '' }], LATER);
    expect(outcome?.kind).toBe('rejected');
  });
});

describe('a series', () => {
  test('comes as occurrences in a window, and as master with thin occurrences in delta', async () => {
    const simulated = createSimulatedGraph();
    simulated.people.createInRoom(ROOM, WEEKLY);
    const window = await simulated.graph.calendars.readWindow(ROOM, WINDOW, LATER);
    expect(window.map(({ kind, subject }) => [kind, subject])).toEqual(Array(4).fill(['occurrence', WEEKLY.subject]));
    const round = await readDelta(simulated);
    expect(round.events).toMatchObject([{ kind: 'seriesMaster', start: '2027-03-02T09:00:00.000Z' }]);
    expect(round.occurrences).toHaveLength(4);
    const [master] = round.events;
    for (const occurrence of round.occurrences) expect(occurrence.seriesMasterId).toBe(master?.id);
    expect(new Set(round.occurrences.map(({ id }) => id))).toEqual(new Set(window.map(({ id }) => id)));
  });

  test('is read instance by instance, exceptions with the start the series planned', async () => {
    const simulated = createSimulatedGraph();
    const master = simulated.people.createInRoom(ROOM, WEEKLY);
    const moved = simulated.people.occurrenceId(ROOM, master, '2027-03-09');
    simulated.people.editInRoom(ROOM, moved, { start: utc('2027-03-10T12:00:00'), end: utc('2027-03-10T13:00:00') });
    simulated.people.deleteInRoom(ROOM, simulated.people.occurrenceId(ROOM, master, '2027-03-16'));
    const instances = await simulated.graph.calendars.readInstances(ROOM, master, WINDOW, LATER);
    expect(instances).toHaveLength(3);
    expect(instances.find(({ kind }) => kind === 'exception')).toMatchObject({
      seriesMasterId: master,
      start: '2027-03-10T12:00:00.000Z',
      originalStart: '2027-03-09T09:00:00.000Z',
    });
  });

  test('that is gone answers not-found', async () => {
    const simulated = createSimulatedGraph({ settings: { deletedEvents: 'not-found' } });
    const master = simulated.people.createInRoom(ROOM, WEEKLY);
    simulated.people.deleteInRoom(ROOM, master);
    const attempt = simulated.graph.calendars.readInstances(ROOM, master, WINDOW, LATER);
    await expect(attempt).rejects.toMatchObject({ kind: 'not-found' });
  });
});

test('an all-day event comes as floating dates, and a private one says so', async () => {
  const simulated = createSimulatedGraph();
  const zone = 'W. Europe Standard Time';
  simulated.people.createInRoom(ROOM, {
    subject: null,
    isAllDay: true,
    sensitivity: 'private',
    showAs: 'tentative',
    start: { dateTime: '2027-07-01T00:00:00', timeZone: zone },
    end: { dateTime: '2027-07-02T00:00:00', timeZone: zone },
  });
  expect(await simulated.graph.calendars.readWindow(ROOM, WINDOW, LATER)).toMatchObject([
    {
      subject: '',
      isAllDay: true,
      sensitivity: 'private',
      showAs: 'tentative',
      start: '2027-07-01T00:00:00.000Z',
      end: '2027-07-02T00:00:00.000Z',
      isOrganizer: true,
    },
  ]);
});
