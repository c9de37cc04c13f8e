import { runCycle } from '../../../src/sandbox/cycle.ts';
import { createDesk } from '../../../src/sandbox/desk/desk.ts';
import { openTestSandbox, type TestSandbox } from '../../functions/support/sandbox.ts';

let sandbox: TestSandbox;
let desk: ReturnType<typeof createDesk>;

beforeEach(async () => {
  sandbox = await openTestSandbox();
  desk = createDesk(sandbox);
});
afterEach(() => sandbox.close());

/** Asks the desk, or the service for paths that are not the desk's. */
async function call(line: string, body?: object) {
  const [method = '', path = ''] = line.split(' ');
  const request = () =>
    new Request(`http://localhost${path}`, { method, body: body === undefined ? null : JSON.stringify(body) });
  const response = (await desk(request())) ?? (await sandbox.host.fetch(request()));
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape.
  return { status: response.status, json: (await response.json().catch(() => null)) as any };
}

async function eventsIn(room: number | string): Promise<{ id: string; subject: string; start: string; end: string }[]> {
  return (await call(`GET /sandbox/rooms/${room}/events`)).json.events;
}

const sync = async () => {
  await call('POST /bridges/sync-deletions');
  await call('POST /sync/to-outlook?limit=1000');
};

describe('the clerk', () => {
  test('enters an event, and it stands in Outlook', async () => {
    const event = { name: 'Folkemøte', start: '2027-03-25 18:00', end: '2027-03-25 20:00', rooms: [101, 103] };
    const { json } = await call('POST /sandbox/reservations', event);
    expect(json).toEqual({ success: true, type: 'event', id: 1033 });
    await sync();
    for (const room of [101, 103]) {
      const found = (await eventsIn(room)).filter(({ subject }) => subject === 'Folkemøte');
      expect(found).toMatchObject([{ start: '2027-03-25 18:00:00', end: '2027-03-25 20:00:00' }]);
    }
  });

  test('moves and renames an event under the same id, cancels it, and re-enables it under a new one', async () => {
    await sync();
    const before = (await eventsIn(104)).find(({ subject }) => subject === 'Årsmøte Frivilligsentralen');
    const moved = { name: 'Årsmøte', start: '2027-03-10 19:00', end: '2027-03-10 21:00' };
    expect((await call('PATCH /sandbox/reservations/event/1008', moved)).status).toBe(200);
    await sync();
    expect((await eventsIn(104)).find(({ id }) => id === before?.id)).toMatchObject({
      subject: 'Årsmøte',
      start: '2027-03-10 19:00:00',
      end: '2027-03-10 21:00:00',
    });
    await call('PATCH /sandbox/reservations/event/1008', { active: 0 });
    await sync();
    expect((await eventsIn(104)).some(({ subject }) => subject === 'Årsmøte')).toBe(false);
    await call('PATCH /sandbox/reservations/event/1008', { active: 1 });
    await sync();
    const again = (await eventsIn(104)).find(({ subject }) => subject === 'Årsmøte');
    expect(again?.id).toBeDefined();
    expect(again?.id).not.toBe(before?.id);
  });

  test('moves a booking, and deletes an event and a booking for good', async () => {
    await sync();
    const moved = { start: '2027-03-09 11:00', end: '2027-03-09 12:00' };
    expect((await call('PATCH /sandbox/reservations/booking/3057', moved)).status).toBe(200);
    await sync();
    expect((await eventsIn(103)).map(({ start }) => start)).toContain('2027-03-09 11:00:00');
    expect((await call('DELETE /sandbox/reservations/booking/3057')).status).toBe(200);
    expect((await call('DELETE /sandbox/reservations/event/1002')).status).toBe(200);
    const count = (await eventsIn(103)).length;
    await sync();
    expect(await eventsIn(103)).toHaveLength(count - 2);
    expect((await call('DELETE /sandbox/reservations/event/1002')).status).toBe(404);
  });

  test('moves an event and a booking to other rooms', async () => {
    await sync();
    const inRoom = async (room: number, start: string) =>
      (await eventsIn(room)).filter((event) => event.start === start).map(({ subject }) => subject);
    const [meeting, lesson] = ['2027-03-08 09:00:00', '2027-03-09 08:00:00'];
    expect([await inRoom(103, meeting), await inRoom(103, lesson)]).toEqual([
      ['Budsjettseminar'],
      [expect.any(String)],
    ]);
    expect((await call('PATCH /sandbox/reservations/event/1002', { rooms: [101, 104] })).status).toBe(200);
    expect((await call('PATCH /sandbox/reservations/booking/3057', { rooms: [104] })).status).toBe(200);
    await sync();
    expect([await inRoom(103, meeting), await inRoom(103, lesson)]).toEqual([[], []]);
    for (const room of [101, 104]) expect(await inRoom(room, meeting)).toEqual(['Budsjettseminar']);
    expect(await inRoom(104, lesson)).toHaveLength(1);
  });

  test('sees what is booked', async () => {
    const { json } = await call('GET /sandbox/reservations?room=103&from=2027-03-08&to=2027-03-10');
    expect(json.reservations).toEqual([
      expect.objectContaining({
        type: 'event',
        id: 1002,
        resource_id: 103,
        start: '2027-03-08 09:00:00',
        name: 'Budsjettseminar',
      }),
      expect.objectContaining({ type: 'booking', id: 3057, name: 'Datahjelp' }),
    ]);
  });

  test.each([
    ['PATCH /sandbox/reservations/event/0', {}, 400, 'id'],
    ['PATCH /sandbox/reservations/event/77777', {}, 404, 'id'],
    ['PATCH /sandbox/reservations/meeting/1', {}, 400, 'type'],
    ['PATCH /sandbox/reservations/event/1008', { start: 'tomorrow' }, 400, 'start'],
    ['PATCH /sandbox/reservations/booking/3057', { name: 'x' }, 400, 'name'],
    ['PATCH /sandbox/reservations/event/1008', { active: 2 }, 400, 'active'],
    ['PATCH /sandbox/reservations/event/1008', { rooms: [] }, 400, 'rooms'],
    ['PATCH /sandbox/reservations/event/1008', { rooms: [101, 999] }, 404, 'rooms'],
    [
      'POST /sandbox/reservations',
      { name: 'x', start: '2027-03-25 18:00', end: '2027-03-25 20:00', rooms: [] },
      400,
      'rooms',
    ],
    ['GET /sandbox/reservations?from=soon', undefined, 400, 'from'],
    ['POST /sandbox/reservations', undefined, 400, 'body'],
    ['PATCH /sandbox/reservations/event/1008', { colour: 'red' }, 400, 'colour'],
  ])('%s with %j is %i and names %s', async (line, body, status, field) => {
    expect(await call(line, body)).toMatchObject({ status, json: { success: false, field } });
  });
});

describe('a person in Outlook', () => {
  test('sees the rooms and what the sync wrote there', async () => {
    await runCycle(sandbox);
    const { json } = await call('GET /sandbox/rooms');
    expect(json.rooms).toContainEqual({
      resource_id: 101,
      name: 'Storsalen',
      calendar: 'storsalen@fjordvik.example',
      events: 18,
    });
    expect(await eventsIn('storsalen')).toEqual(await eventsIn(101));
  });

  test('writes into a room, moves, renames, deletes and restores', async () => {
    const event = { subject: 'Dugnad', start: '2027-03-02 12:00', end: '2027-03-02 13:00' };
    const { id } = (await call('POST /sandbox/rooms/103/events', event)).json;
    const path = `/sandbox/rooms/103/events/${encodeURIComponent(id)}`;
    await call(`PATCH ${path}`, { subject: 'Vårdugnad', start: '2027-03-02 14:00', end: '2027-03-02 15:00' });
    const expected = { id, subject: 'Vårdugnad', start: '2027-03-02 14:00:00', end: '2027-03-02 15:00:00' };
    expect(await eventsIn(103)).toEqual([expect.objectContaining(expected)]);
    await call(`DELETE ${path}`);
    expect(await eventsIn(103)).toEqual([]);
    await call(`POST ${path}/restore`);
    expect(await eventsIn(103)).toHaveLength(1);
  });

  test('books a room, which accepts a moment later', async () => {
    const organizer = { name: 'Ola Hansen', address: 'ola.hansen@fjordvik.example' };
    const event = { subject: 'Prosjektmøte', start: '2027-03-02 12:00', end: '2027-03-02 13:00', organizer };
    expect((await call('POST /sandbox/rooms/103/events', event)).status).toBe(200);
    expect(await eventsIn(103)).toEqual([]);
    sandbox.clock.advanceTo(sandbox.clock.now() + 10_000);
    expect(await eventsIn(103)).toMatchObject([{ start: '2027-03-02 12:00:00', organizer: 'Ola Hansen' }]);
  });

  test.each([
    ['GET /sandbox/rooms/999/events', undefined, 404],
    ['POST /sandbox/rooms/103/events', { subject: 'x', start: '2027-03-02 12:00' }, 400],
    ['DELETE /sandbox/rooms/103/events/unknown', undefined, 400],
    ['GET /sandbox/nowhere', undefined, 404],
  ])('%s is refused', async (line, body, status) => {
    expect(await call(line, body)).toMatchObject({ status, json: { success: false } });
  });
});

test('the guide names every action with a line to copy', async () => {
  const guide = await (await desk(new Request('http://localhost:8082/sandbox')))?.text();
  expect(guide).toContain('curl "http://localhost:8082/sandbox/rooms/103/events"');
  expect(guide).toContain('2027-03-02 12:00');
  expect(guide).not.toMatch(/[{]\w+[}]/);
});

test("other paths are not the desk's", async () => {
  expect(await desk(new Request('http://localhost/sync/stats'))).toBeNull();
  expect(await desk(new Request('http://localhost/sandboxes'))).toBeNull();
});
