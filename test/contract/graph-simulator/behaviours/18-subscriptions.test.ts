import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { echo } from '../../../support/graph-endpoint.ts';
import { inMinutes, open, wanted } from '../../../support/graph-subscriptions.ts';
import { codeOf, PLAIN, ROOM, ROOM_B } from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Subscriptions: creating');

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
    id: 'subscription-13',
    behaviour: 'A mailbox the app has no access to: 403',
    source: '9, 11, C:concepts/auth-limit-mailbox-access.md',
    standing: 'confirmed',
  },
  async () => {
    const { post, simulator } = open();
    simulator.setHealth(ROOM, 'access-denied');
    expect((await post('/subscriptions', wanted())).status).toBe(403);
  },
);
