import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { inMinutes, open, wanted } from '../../../support/graph-subscriptions.ts';
import { PLAIN } from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Subscriptions: reading, renewing, ending');
const DAY = 24 * 3_600_000;

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
