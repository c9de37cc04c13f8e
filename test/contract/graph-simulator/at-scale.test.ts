/** What the simulator holds and measures at the sizes the budgets are made for. */

import { at, createTenant, DELTA, PLAIN, ROOM, START } from '../../support/graph-tenant.ts';

describe('at scale', () => {
  const hour = (n: number) => new Date(START + n * 3_600_000).toISOString().slice(0, 19);
  const timed = (n: number) => ({ subject: String(n), start: at(hour(n), 'UTC'), end: at(hour(n + 1), 'UTC') });

  test('10,000 events in one room are all read', async () => {
    const { simulator, get } = createTenant();
    for (let n = 0; n < 10_000; n++) simulator.actors.createInRoom(ROOM, timed(n));
    const seen = new Set<string>();
    const wide = `/users/${ROOM}/calendarView?startDateTime=2027-01-01&endDateTime=2029-12-31&$top=500&$select=subject`;
    for (let next: string | undefined = wide; next !== undefined; ) {
      const { json } = await get(next);
      for (const row of json.value) seen.add(row.id);
      next = json['@odata.nextLink'];
    }
    expect(seen.size).toBe(10_000);
  });

  test('a round of 3,000 changes with repeats, empty pages and a token that dies in the middle ends with the right set', async () => {
    const settings = { delta: { repeats: 0.2, emptyPages: 0.2, death: 'varied' as const } };
    const tenant = createTenant({ settings });
    const { simulator, get, round } = tenant;
    const paged = { prefer: 'IdType="ImmutableId", odata.maxpagesize=100' };
    const window = DELTA.replace('2028-02-28', '2029-02-28');
    const { deltaLink } = await round(window, paged);
    const ids = new Set<string>();
    for (let n = 0; n < 3_000; n++) ids.add(simulator.actors.createInRoom(ROOM, timed(n)));
    let next: string | undefined = deltaLink;
    for (let page = 0; page < 10; page++) next = (await get(next ?? '', paged)).json['@odata.nextLink'];
    simulator.expireDeltaTokens(ROOM);
    expect((await get(next ?? '', paged)).status).toBeGreaterThanOrEqual(400);
    const again = await round(window, paged);
    expect(new Set(again.rows.map((row) => row.id))).toEqual(ids);
    expect(again.rows.length).toBeGreaterThan(3_300);
    expect(again.pages.some((page) => page.length === 0)).toBe(true);
  });

  test('2,000 creates over 10 rooms, one batch of 20 at a time per room: never more than 4 at once, nothing throttled, 40 waves', async () => {
    const { simulator, clock, batch } = createTenant({ settings: { ...PLAIN, latency: 150 } });
    const rooms = Array.from({ length: 10 }, (_, n) =>
      simulator.addMailbox({ address: `r${n}@fjordvik.example`, name: `R${n}` }),
    );
    const headers = { 'Content-Type': 'application/json' };
    await Promise.all(
      rooms.map(async (room) => {
        for (let n = 0; n < 200; n += 20) {
          const url = `/users/${room.address}/events`;
          await batch(
            Array.from({ length: 20 }, (_, i) => ({ id: String(i), method: 'POST', url, headers, body: timed(n + i) })),
          );
        }
      }),
    );
    expect(simulator.metrics).toMatchObject({ throttled: 0, peakConcurrency: 4, parts: 2_000, batches: 100 });
    expect(rooms.every((room) => room.events.size === 200)).toBe(true);
    expect(clock.now() - START).toBe((2_000 / 10 / 4) * 150);
  });
});
