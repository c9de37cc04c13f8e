import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { codeOf, createTenant, PLAIN, ROOM, ROOM_B, VIEW } from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Throttling');
const withLimits = (limits: object, latency = 0) => ({ settings: { ...PLAIN, latency, limits } });

documented(
  {
    id: 'limit-01',
    behaviour: 'A fifth request at once on one mailbox: 429 ApplicationThrottled "MailboxConcurrency" with Retry-After',
    source: '6, L:throttling-limits (2026-02), #calcom/cal.diy/343',
    standing: 'confirmed',
  },
  async () => {
    const { get, simulator } = createTenant(withLimits({}, 100));
    const replies = await Promise.all(Array.from({ length: 5 }, () => get(VIEW)));
    const refused = replies.filter((each) => each.status === 429);
    expect(refused).toHaveLength(1);
    expect(codeOf(refused[0] as (typeof refused)[0])).toBe('ApplicationThrottled');
    expect(refused[0]?.json.error.message).toContain('MailboxConcurrency');
    expect(refused[0]?.headers['retry-after']).toBe('7');
    expect(simulator.metrics.peakConcurrency).toBe(4);
  },
);

documented(
  {
    id: 'limit-02',
    behaviour: 'One mailbox over its limit does not affect another',
    source: '6, L:throttling-limits',
    standing: 'confirmed',
  },
  async () => {
    const { get } = createTenant(withLimits({}, 100));
    const both = [ROOM, ROOM_B].flatMap((room) => Array.from({ length: 4 }, () => get(VIEW.replace(ROOM, room))));
    expect((await Promise.all(both)).map((each) => each.status)).toEqual(Array(8).fill(200));
  },
);

documented(
  {
    id: 'limit-03',
    behaviour: 'The same limit has been answered as 503, too (setting)',
    source: '6, #calcom/cal.diy/343',
    standing: 'field report',
  },
  async () => {
    const { get } = createTenant(withLimits({ concurrencyStatus: 503 }, 100));
    const replies = await Promise.all(Array.from({ length: 5 }, () => get(VIEW)));
    expect(replies.filter((each) => each.status === 503)).toHaveLength(1);
  },
);

documented(
  {
    id: 'limit-04',
    behaviour: '10,000 requests in 10 minutes for an app and mailbox; then 429 until enough have aged',
    source: '6, L:throttling-limits, C:includes/throttling-outlook.md',
    standing: 'confirmed',
  },
  async () => {
    const { get, clock } = createTenant(withLimits({ requests: 100 }));
    const statuses: number[] = [];
    for (let n = 0; n < 100; n++) statuses.push((await get(VIEW)).status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    const refused = await get(VIEW);
    expect([refused.status, codeOf(refused)]).toEqual([429, 'ApplicationThrottled']);
    const wait = Number(refused.headers['retry-after']) * 1_000;
    expect(wait).toBeGreaterThan(590_000);
    clock.advanceTo(clock.now() + wait);
    expect((await get(VIEW)).status).toBe(200);
  },
);

documented(
  {
    id: 'limit-05',
    behaviour: 'Throttled requests count against the quota, too',
    source: '6, L:throttling',
    standing: 'unconfirmed',
  },
  async () => {
    const { get, clock } = createTenant(withLimits({ requests: 10 }));
    for (let n = 0; n < 10; n++) await get(VIEW);
    clock.advanceTo(clock.now() + 500_000);
    for (let n = 0; n < 10; n++) await get(VIEW);
    clock.advanceTo(clock.now() + 150_000);
    expect((await get(VIEW)).status).toBe(429);
  },
);

documented(
  {
    id: 'limit-06',
    behaviour: 'Upload of an app and mailbox is limited (150 MB in 5 minutes)',
    source: '6, L:throttling-limits (older page: 15 MB in 30 s)',
    standing: 'confirmed',
  },
  async () => {
    const { post } = createTenant(withLimits({ uploadBytes: 10_000 }));
    const body = { subject: 'x'.repeat(6_000) };
    expect((await post(`/users/${ROOM}/events`, body)).status).toBe(400);
    expect((await post(`/users/${ROOM}/events`, body)).status).toBe(429);
  },
);

documented(
  {
    id: 'limit-07',
    behaviour: '130,000 requests in 10 seconds for an app over all mailboxes',
    source: '6, L:throttling-limits',
    standing: 'confirmed',
  },
  async () => {
    const { get } = createTenant(withLimits({ globalRequests: 5 }));
    for (let n = 0; n < 5; n++) await get(VIEW.replace(ROOM, n % 2 ? ROOM : ROOM_B));
    expect((await get(VIEW)).status).toBe(429);
  },
);

documented(
  {
    id: 'limit-08',
    behaviour: 'Limits are per app: another app’s requests are counted apart',
    source: '6, L:throttling-limits',
    standing: 'confirmed',
  },
  async () => {
    const { get } = createTenant({
      settings: { ...PLAIN, tokens: { one: 'app-1', two: 'app-2' }, limits: { requests: 2 } },
    });
    const as = (token: string) => get(VIEW, { authorization: `Bearer ${token}` }).then((each) => each.status);
    expect([await as('one'), await as('one'), await as('one'), await as('two')]).toEqual([200, 200, 429, 200]);
  },
);
