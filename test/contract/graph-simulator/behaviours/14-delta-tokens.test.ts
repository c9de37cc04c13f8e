import { behavioursOf } from '../../../support/graph-behaviours.ts';
import {
  codeOf,
  createTenant,
  DELTA,
  PLAIN,
  ROOM,
  ROOM_B,
  type Tenant,
  WINDOW,
} from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Delta: options and tokens');
const paged = (size: number) => ({ prefer: `IdType="ImmutableId", odata.maxpagesize=${size}` });

async function fill({ create }: Tenant, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push((await create({ subject: String(n) })).id);
  return ids;
}

documented(
  {
    id: 'option-01',
    behaviour: '$select, $filter, $orderby, $search and $top are not supported (400)',
    source: '3.2, L:event-delta, L:delta-query-overview (2025-04)',
    standing: 'confirmed',
  },
  async () => {
    const { get } = createTenant();
    for (const option of ['$select=id', "$filter=subject eq 'x'", '$orderby=subject', '$search=x', '$top=5']) {
      expect((await get(`${DELTA}&${option}`)).status).toBe(400);
    }
  },
);

documented(
  {
    id: 'option-02',
    behaviour: 'The window is required at first and frozen afterwards: giving it again with a token is refused',
    source: '3.2, L:event-delta, #mg-docs/10328',
    standing: 'confirmed',
  },
  async () => {
    const { get, round } = createTenant();
    expect((await get(`/users/${ROOM}/calendarView/delta`)).status).toBe(400);
    const { deltaLink } = await round(DELTA);
    expect((await get(`${deltaLink}&${WINDOW}`)).status).toBe(400);
  },
);

documented(
  {
    id: 'option-03',
    behaviour: '$deltatoken=latest is no Outlook feature; a token that is none, or another mailbox’s, is refused',
    source: '3.2; the code SyncStateInvalid is a guess',
    standing: 'unconfirmed',
  },
  async () => {
    const { get, round } = createTenant();
    const latest = await get(`/users/${ROOM}/calendarView/delta?$deltatoken=latest`);
    expect([latest.status, codeOf(latest)]).toEqual([400, 'SyncStateInvalid']);
    const { deltaLink } = await round(DELTA);
    const token = deltaLink.split('?')[1] ?? '';
    expect((await get(`/users/${ROOM_B}/calendarView/delta?${token}`)).status).toBe(400);
  },
);

documented(
  {
    id: 'option-04',
    behaviour: 'events/delta is beta and refused',
    source: '3.3, C:event-delta.md',
    standing: 'confirmed',
  },
  async () => {
    expect((await createTenant().get(`/users/${ROOM}/events/delta?startDateTime=2027-03-01T00:00:00Z`)).status).toBe(
      400,
    );
  },
);

documented(
  {
    id: 'token-01',
    behaviour: 'Evicted tokens die with 410 SyncStateNotFound and a message naming the generation',
    source: '3.2, #mg-docs/2350',
    standing: 'field report',
  },
  async () => {
    const { get, round, simulator } = createTenant();
    const { deltaLink } = await round(DELTA);
    simulator.expireDeltaTokens(ROOM);
    const reply = await get(deltaLink);
    expect([reply.status, codeOf(reply)]).toEqual([410, 'SyncStateNotFound']);
    expect(reply.json.error.message).toMatch(/generation=149;\[highest=157\]/);
  },
);

documented(
  {
    id: 'token-02',
    behaviour:
      'Other ways of dying: 410 with a Location, 410 resyncRequired, 400 and 404 with syncStateNotFound; varied by seed',
    source: '3.2, L:delta-query-overview, C:concepts/errors.md',
    standing: 'confirmed',
  },
  async () => {
    const seen = new Set<string>();
    for (const death of ['410-location', '410-resync', '400-sync-state', '404-sync-state'] as const) {
      const { get, round, simulator } = createTenant({ settings: { ...PLAIN, delta: { ...PLAIN.delta, death } } });
      const { deltaLink } = await round(DELTA);
      simulator.expireDeltaTokens();
      const reply = await get(deltaLink);
      seen.add(
        `${reply.status} ${codeOf(reply).toLowerCase()} ${reply.headers['location'] === undefined ? '' : 'location'}`.trim(),
      );
    }
    expect([...seen]).toEqual([
      ...['410 syncstatenotfound location', '410 resyncrequired', '400 syncstatenotfound', '404 syncstatenotfound'],
    ]);
  },
);

documented(
  {
    id: 'token-03',
    behaviour:
      'nextLinks die, too: in the middle of a round that is read slowly, or by eviction from a size-limited cache',
    source: '3.2, #mg-docs-c/7975',
    standing: 'field report',
  },
  async () => {
    const slow = createTenant({ settings: { ...PLAIN, delta: { ...PLAIN.delta, nextLinkLife: 60_000 } } });
    await fill(slow, 5);
    const link = (await slow.get(DELTA, paged(2))).json['@odata.nextLink'] ?? '';
    slow.clock.advanceTo(slow.clock.now() + 61_000);
    expect((await slow.get(link)).status).toBe(410);
    const small = createTenant({ settings: { ...PLAIN, delta: { ...PLAIN.delta, roundsKept: 1 } } });
    await fill(small, 5);
    const first = (await small.get(DELTA, paged(2))).json['@odata.nextLink'] ?? '';
    await small.get(DELTA, paged(2));
    expect((await small.get(first)).status).toBe(410);
  },
);

documented(
  {
    id: 'token-04',
    behaviour:
      'A deltaLink can be given a life (there is no published one); used in time it stays good, and may be used twice',
    source: '3.2, L:delta-query-overview',
    standing: 'unconfirmed',
  },
  async () => {
    const { create, clock, get, round } = createTenant({
      settings: { ...PLAIN, delta: { ...PLAIN.delta, tokenLife: 3_600_000 } },
    });
    const { deltaLink } = await round(DELTA);
    await create();
    expect([(await round(deltaLink)).rows.length, (await round(deltaLink)).rows.length]).toEqual([1, 1]);
    clock.advanceTo(clock.now() + 3_601_000);
    expect((await get(deltaLink)).status).toBe(410);
  },
);
