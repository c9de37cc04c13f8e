import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { createEndpoint, type Endpoint, echo } from '../../../support/graph-endpoint.ts';
import {
  codeOf,
  createTenant,
  PLAIN,
  ROOM,
  ROOM_B,
  START,
  type Tenant,
  type TenantOptions,
} from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Subscriptions');
const DAY = 24 * 3_600_000;
const inMinutes = (minutes: number) => new Date(START + minutes * 60_000).toISOString();

function wanted(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    changeType: 'created,updated,deleted',
    resource: `/users/${ROOM}/events`,
    notificationUrl: 'https://sync.fjordvik.example/notify?code=key',
    lifecycleNotificationUrl: 'https://sync.fjordvik.example/lifecycle',
    expirationDateTime: inMinutes(6 * 1_440),
    clientState: 'ornen.nonce.hmac',
    ...change,
  };
}

function open(options: TenantOptions = {}): Tenant & { endpoint: Endpoint } {
  const endpoint = createEndpoint();
  return { ...createTenant({ deliver: endpoint.deliver, ...options }), endpoint };
}

documented(
  {
    id: 'subscription-01',
    behaviour:
      'POST answers 201 with id, clientState and expirationDateTime, after a handshake with both URLs; the query string is kept',
    source: '4.1, 4.2, L:subscription-post-subscriptions (2026-05), L:change-notifications-delivery-webhooks (2026-04)',
    standing: 'confirmed',
  },
  async () => {
    const { post, endpoint } = open();
    const { status, json } = await post('/subscriptions', wanted());
    expect(status).toBe(201);
    expect(json).toMatchObject({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), clientState: 'ornen.nonce.hmac' });
    expect(json['expirationDateTime']).toBe(inMinutes(6 * 1_440));
    expect(endpoint.handshakes.map((url) => url.split('validationToken')[0])).toEqual([
      'https://sync.fjordvik.example/notify?code=key&',
      'https://sync.fjordvik.example/lifecycle?',
    ]);
  },
);

documented(
  {
    id: 'subscription-02',
    behaviour:
      'The validation token holds %, + and spaces, URL-encoded; only 200, text/plain and the decoded token pass',
    source: '4.2, L:change-notifications-delivery-webhooks (2026-04)',
    standing: 'confirmed',
  },
  async () => {
    const { post, endpoint } = open();
    await post('/subscriptions', wanted());
    expect(endpoint.handshakes[0]).toMatch(/validationToken=Validation%3a\+Testing\+client.*%25\+a%2bb/);
    const bad = [
      async (token: string) => ({ ...(await echo(token)), body: encodeURIComponent(token) }),
      async (token: string) => ({ ...(await echo(token)), headers: { 'content-type': 'application/json' } }),
      async (token: string) => ({ ...(await echo(token)), status: 202 }),
      async () => ({ status: 404 }),
      async () => Promise.reject(new Error('unreachable')),
    ];
    for (const greet of bad) {
      const tenant = open();
      tenant.endpoint.greetWith(greet);
      const reply = await tenant.post('/subscriptions', wanted());
      expect([reply.status, codeOf(reply)]).toEqual([400, 'InvalidRequest']);
      expect(reply.json.error.message).toContain('Notification endpoint must respond with 200 OK');
      expect((await tenant.get('/subscriptions')).json.value).toEqual([]);
    }
  },
);

documented(
  {
    id: 'subscription-03',
    behaviour: 'The handshake must be answered within 10 seconds',
    source: '4.2, L:change-notifications-delivery-webhooks (2026-04)',
    standing: 'confirmed',
  },
  async () => {
    for (const [seconds, status] of [
      [9, 201],
      [11, 400],
    ] as const) {
      const { post, endpoint, clock } = open();
      endpoint.greetWith(async (token) => {
        await clock.sleep(seconds * 1_000);
        return echo(token);
      });
      expect((await post('/subscriptions', wanted({ lifecycleNotificationUrl: null }))).status).toBe(status);
    }
  },
);

documented(
  {
    id: 'subscription-04',
    behaviour:
      'Same changeType and resource again: 409 "Subscription Id <…> already exists for the requested combination"',
    source: '4.1, L:subscription-post-subscriptions',
    standing: 'confirmed',
  },
  async () => {
    const { post } = open();
    const first = await post('/subscriptions', wanted());
    const second = await post('/subscriptions', wanted({ notificationUrl: 'https://other.fjordvik.example/n' }));
    expect(second.status).toBe(409);
    expect(second.json.error.message).toContain(`<${first.json.id}> already exists`);
    expect((await post('/subscriptions', wanted({ changeType: 'deleted' }))).status).toBe(201);
    expect((await post('/subscriptions', wanted({ resource: `/users/${ROOM_B}/events` }))).status).toBe(201);
  },
);

documented(
  {
    id: 'subscription-05',
    behaviour: 'At most 10,080 minutes (longer is refused); less than 45 minutes is raised in silence',
    source: '4.1, L:resources/subscription (2026-09)',
    standing: 'confirmed',
  },
  async () => {
    const { post } = open();
    expect((await post('/subscriptions', wanted({ expirationDateTime: inMinutes(10_081) }))).status).toBe(400);
    expect((await post('/subscriptions', wanted({ expirationDateTime: inMinutes(-1) }))).status).toBe(400);
    const short = await post('/subscriptions', wanted({ expirationDateTime: inMinutes(5) }));
    expect(short.json['expirationDateTime']).toBe(inMinutes(45));
  },
);

documented(
  {
    id: 'subscription-06',
    behaviour: 'clientState is required and takes 128 characters; URLs are https (http on loopback, for the sandbox)',
    source: '4.1, L:resources/subscription; pages differ on both',
    standing: 'confirmed',
  },
  async () => {
    const { post } = open();
    for (const wrong of [
      { clientState: undefined },
      { clientState: 'x'.repeat(129) },
      { notificationUrl: 'http://sync.fjordvik.example/notify' },
      { notificationUrl: 'nonsense' },
    ]) {
      expect((await post('/subscriptions', wanted(wrong))).status).toBe(400);
    }
    const local = {
      notificationUrl: 'http://127.0.0.1:8082/notify',
      lifecycleNotificationUrl: 'http://localhost:8082/l',
    };
    expect((await post('/subscriptions', wanted(local))).status).toBe(201);
  },
);

documented(
  {
    id: 'subscription-07',
    behaviour:
      'The resource is /users/{id}/events (or one calendar’s events); unknown changes, paths and mailboxes are refused',
    source: '4.1, L:subscription-post-subscriptions; calendars from FIELD-2',
    standing: 'confirmed',
  },
  async () => {
    const { post } = open();
    for (const wrong of [
      { resource: `/users/${ROOM}/calendarView` },
      { resource: '/me/events' },
      { changeType: 'moved' },
      { includeResourceData: true },
    ]) {
      expect((await post('/subscriptions', wanted(wrong))).status).toBe(400);
    }
    expect((await post('/subscriptions', wanted({ resource: '/users/nobody@fjordvik.example/events' }))).status).toBe(
      404,
    );
    expect((await post('/subscriptions', wanted({ resource: `/users/${ROOM}/calendars/default/events` }))).status).toBe(
      201,
    );
  },
);

documented(
  {
    id: 'subscription-08',
    behaviour:
      'GET by id answers 200 or 404; the list holds this app’s only, with clientState null, and takes no OData options',
    source: '4.1, C:subscription-list.md',
    standing: 'confirmed',
  },
  async () => {
    const { post, get } = open({ settings: { ...PLAIN, tokens: { token: 'app-1', other: 'app-2' } } });
    const { id } = (await post('/subscriptions', wanted())).json;
    expect((await get(`/subscriptions/${id}`)).status).toBe(200);
    expect((await get('/subscriptions')).json.value).toMatchObject([{ id, clientState: null }]);
    const other = { authorization: 'Bearer other' };
    expect((await get('/subscriptions', other)).json.value).toEqual([]);
    expect((await get(`/subscriptions/${id}`, other)).status).toBe(404);
    expect((await get('/subscriptions?$top=5')).status).toBe(400);
  },
);

documented(
  {
    id: 'subscription-09',
    behaviour:
      'PATCH expirationDateTime renews; lifecycleNotificationUrl cannot be added later; a new notificationUrl is validated',
    source: '4.1, L:change-notifications-lifecycle-events (2026-03)',
    standing: 'confirmed',
  },
  async () => {
    const { post, patch, endpoint, pass } = open();
    const { id } = (await post('/subscriptions', wanted())).json;
    await pass(DAY);
    const { status, json } = await patch(`/subscriptions/${id}`, { expirationDateTime: inMinutes(7 * 1_440) });
    expect([status, json['expirationDateTime']]).toEqual([200, inMinutes(7 * 1_440)]);
    expect((await patch(`/subscriptions/${id}`, { lifecycleNotificationUrl: 'https://x.example/l' })).status).toBe(400);
    const before = endpoint.handshakes.length;
    await patch(`/subscriptions/${id}`, { notificationUrl: 'https://new.fjordvik.example/notify' });
    expect(endpoint.handshakes).toHaveLength(before + 1);
  },
);

documented(
  {
    id: 'subscription-10',
    behaviour:
      'DELETE answers 204, then 404; reauthorize 204; after its end a subscription answers 404 and can be made anew',
    source: '4.1, C:subscription-reauthorize.md',
    standing: 'confirmed',
  },
  async () => {
    const { post, get, delete: remove, pass } = open();
    const first = (await post('/subscriptions', wanted())).json.id;
    expect((await post(`/subscriptions/${first}/reauthorize`, {})).status).toBe(204);
    expect((await remove(`/subscriptions/${first}`)).status).toBe(204);
    expect((await remove(`/subscriptions/${first}`)).status).toBe(404);
    const second = (await post('/subscriptions', wanted())).json.id;
    await pass(6 * DAY + 1_000);
    expect((await get(`/subscriptions/${second}`)).status).toBe(404);
    expect((await post(`/subscriptions/${second}/reauthorize`, {})).status).toBe(404);
    expect((await post('/subscriptions', wanted({ expirationDateTime: inMinutes(7 * 1_440) }))).status).toBe(201);
  },
);

documented(
  {
    id: 'subscription-11',
    behaviour: '1,000 active subscriptions per mailbox; over it 403 with the limit in the message',
    source: '4.1, L:change-notifications-overview',
    standing: 'confirmed',
  },
  async () => {
    const { post } = open({ settings: { ...PLAIN, subscriptions: { perMailbox: 1 } } });
    await post('/subscriptions', wanted());
    const reply = await post('/subscriptions', wanted({ changeType: 'deleted' }));
    expect(reply.status).toBe(403);
    expect(reply.json.error.message).toContain('1 subscriptions');
  },
);

documented(
  {
    id: 'subscription-12',
    behaviour:
      'Rates for an app in 20 seconds: 25 lists, 500 writes, 500 reads by id, 1,000 reauthorizations; over it 429',
    source: '4.1, L:throttling-limits (2026-02)',
    standing: 'confirmed',
  },
  async () => {
    const { get, clock } = open();
    const list = async () => (await get('/subscriptions')).status;
    for (let n = 0; n < 25; n++) expect(await list()).toBe(200);
    expect(await list()).toBe(429);
    clock.advanceTo(clock.now() + 21_000);
    expect(await list()).toBe(200);
  },
);

documented(
  {
    id: 'subscription-13',
    behaviour: 'A mailbox the app has no access to: 403',
    source: '9, 11',
    standing: 'confirmed',
  },
  async () => {
    const { post, simulator } = open();
    simulator.setHealth(ROOM, 'access-denied');
    expect((await post('/subscriptions', wanted())).status).toBe(403);
  },
);
