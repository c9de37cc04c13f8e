/** The simulator's own promises: determinism, seeding, adapters, faults. */

import { serveGraphSimulator } from '../../../src/sandbox/graph-simulator/http-shell.ts';
import { seedPackC, seedRooms } from '../../../src/sandbox/graph-simulator/seeding.ts';
import { createSimulatorFetch } from '../../../src/sandbox/graph-simulator/simulator-fetch.ts';
import { packC } from '../../../src/sandbox/sample-data/pack-c.ts';
import {
  at,
  createTenant,
  DELTA,
  eventUrl,
  marked,
  OSLO,
  PLAIN,
  plainEvent,
  ROOM,
  START,
  type Tenant,
  VIEW,
  WINDOW,
  weekly,
} from '../../support/graph-tenant.ts';

const EVENTS = `/users/${ROOM}/calendar/events`;
const AUTH = { authorization: 'Bearer t', prefer: 'IdType="ImmutableId"' };

async function story({ create, patch, delete: remove, round, simulator, pass }: Tenant): Promise<string> {
  const one = await create(marked('event:1:103:0'));
  const two = await create(weekly());
  const first = await round(DELTA);
  await patch(eventUrl(one.id), { subject: 'Changed' });
  const organizer = { name: 'Kari', address: 'kari@fjordvik.example' };
  simulator.actors.book({
    organizer,
    rooms: [ROOM],
    event: plainEvent({ start: at('2027-03-05T10:00:00'), end: at('2027-03-05T11:00:00') }),
  });
  await pass(10_000);
  await remove(eventUrl(two.id));
  return JSON.stringify([first, await round(first.deltaLink), simulator.mails]);
}

test('the same seed tells the same story, another seed another one', async () => {
  const settings = { delta: { death: 'varied' as const } };
  const [one, same, other] = await Promise.all(['a', 'a', 'b'].map((seed) => story(createTenant({ seed, settings }))));
  expect(one).toBe(same);
  expect(one).not.toBe(other);
});

test('Pack C stands in the calendars as specified, silently', async () => {
  const tenant = createTenant();
  const address = (resourceId: number) => `rom-${resourceId}@fjordvik.example`;
  seedRooms(
    tenant.simulator,
    [101, 102, 103, 104].map((id) => ({ address: address(id), name: `Rom ${id}` })),
  );
  const ids = seedPackC(tenant.simulator, packC(), { addressOf: address, zone: OSLO });
  const view = async (room: number) =>
    (
      await tenant.get(
        `/users/${address(room)}/calendarView?${WINDOW.replace('02-28T', '02-01T')}&$top=100&$orderby=start/dateTime`,
      )
    ).json.value;
  expect((await view(101)).map((each) => each.subject)).toEqual([
    'Rigging',
    'Lydprøve',
    'Øving til vårkonserten',
    'Etterlatt kopi',
  ]);
  expect(await view(103)).toHaveLength(6);
  expect((await view(104)).filter((each) => each.type === 'occurrence')).toHaveLength(4);
  const shared = await Promise.all(
    [103, 104].map(async (room, n) => (await tenant.get(eventUrl(ids.get('O8')?.[n] ?? '', address(room)))).json),
  );
  expect(shared[0]?.iCalUId).toBe(shared[1]?.iCalUId);
  expect(shared[0]).toMatchObject({ isOrganizer: false, responseStatus: { response: 'accepted' } });
  expect((await view(104)).filter((each) => each.isCancelled).map((each) => each.subject)).toEqual([
    'Canceled: Prosjektmøte',
  ]);
  expect(tenant.simulator.mails).toEqual([]);
});

describe('the fetch adapter', () => {
  test('answers as fetch does', async () => {
    const { simulator } = createTenant();
    const call = createSimulatorFetch(simulator);
    const headers = { ...AUTH, 'Content-Type': 'application/json' };
    const url = `https://graph.microsoft.com/v1.0${EVENTS}`;
    const response = await call(url, { method: 'POST', headers, body: JSON.stringify(plainEvent()) });
    expect(response.status).toBe(201);
    expect(response.headers.get('ETag')).toMatch(/^W\//);
    const { id } = (await response.json()) as { id: string };
    const removed = await call(
      new Request(`https://graph.microsoft.com/v1.0${eventUrl(id)}`, { method: 'DELETE', headers: AUTH }),
    );
    expect([removed.status, await removed.text()]).toEqual([204, '']);
  });

  test('an aborted request rejects at once, but what it asked for still happens', async () => {
    const { simulator, clock } = createTenant({ settings: { ...PLAIN, latency: 1_000 } });
    const call = createSimulatorFetch(simulator);
    const controller = new AbortController();
    const headers = { ...AUTH, 'Content-Type': 'application/json' };
    const body = JSON.stringify(plainEvent());
    const work = call(EVENTS, { method: 'POST', headers, body, signal: controller.signal });
    controller.abort(new Error('deadline'));
    await expect(work).rejects.toThrow('deadline');
    expect(simulator.actors.view(ROOM, START, START + 1e10)).toEqual([]);
    await clock.sleep(2_000);
    expect(simulator.actors.view(ROOM, START, START + 1e10)).toHaveLength(1);
  });
});

test('the HTTP shell serves the same answers on loopback, and breaks connections for lost ones', async () => {
  const { simulator } = createTenant();
  const server = await serveGraphSimulator(simulator);
  try {
    const headers = { ...AUTH, 'Content-Type': 'application/json' };
    const created = await fetch(`${server.url}${EVENTS}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(plainEvent()),
    });
    expect(created.status).toBe(201);
    expect((await fetch(`${server.url}${EVENTS}`)).status).toBe(401);
    simulator.faults.add({ fault: 'reset' });
    await expect(fetch(`${server.url}${EVENTS}`, { headers: AUTH })).rejects.toThrow('fetch failed');
  } finally {
    await server.close();
  }
});

describe('faults', () => {
  test('strike where, when and as often as the rule says', async () => {
    const { get, simulator } = createTenant();
    const error = { status: 500, code: 'InternalServerError' };
    simulator.faults.add({
      match: { mailbox: ROOM.toUpperCase(), kind: ['calendar-view'] },
      after: 1,
      times: 2,
      fault: error,
    });
    const statuses: number[] = [];
    for (let n = 0; n < 5; n++) statuses.push((await get(VIEW)).status);
    expect(statuses).toEqual([200, 500, 500, 200, 200]);
    const remove = simulator.faults.add({ times: Number.POSITIVE_INFINITY, fault: error });
    expect((await get(VIEW)).status).toBe(500);
    remove();
    expect((await get(VIEW)).status).toBe(200);
  });

  test('strike by chance from the seed, the same way each time', async () => {
    const run = async (): Promise<number[]> => {
      const { get, simulator } = createTenant();
      simulator.faults.add({ times: 1_000, probability: 0.3, fault: { status: 500, code: 'x' } });
      const statuses: number[] = [];
      for (let n = 0; n < 50; n++) statuses.push((await get(VIEW)).status);
      return statuses;
    };
    const [one, two] = [await run(), await run()];
    expect(one).toEqual(two);
    expect(one.filter((status) => status === 500).length).toBeGreaterThan(5);
    expect(one.filter((status) => status === 200).length).toBeGreaterThan(25);
  });
});
