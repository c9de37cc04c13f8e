import type { SettingsOverride } from '../../../../src/sandbox/graph-simulator/settings.ts';
import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { createEndpoint } from '../../../support/graph-endpoint.ts';
import { createTenant, eventUrl, PLAIN, ROOM, START, weekly } from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Notifications');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function subscribed(
  settings: SettingsOverride = {},
  change: Record<string, unknown> = {},
  prefer = 'IdType="ImmutableId"',
) {
  const endpoint = createEndpoint();
  const tenant = createTenant({ deliver: endpoint.deliver, settings: { ...PLAIN, ...settings } });
  const body = {
    changeType: 'created,updated,deleted',
    resource: `/users/${ROOM}/events`,
    notificationUrl: 'https://sync.fjordvik.example/notify',
    lifecycleNotificationUrl: 'https://sync.fjordvik.example/lifecycle',
    expirationDateTime: new Date(START + 24 * HOUR).toISOString(),
    clientState: 'state',
    ...change,
  };
  const { json } = await tenant.post('/subscriptions', body, { prefer });
  return { ...tenant, endpoint, subscription: json.id };
}

documented(
  {
    id: 'notify-01',
    behaviour:
      'A change is told seconds later, with ids only: subscriptionId, clientState, changeType, tenantId, resource, resourceData',
    source: '4.3, L:change-notifications-delivery-webhooks, L:resources/changenotification (2026-10)',
    standing: 'confirmed',
  },
  async () => {
    const { create, pass, endpoint, subscription, simulator } = await subscribed();
    const { id } = await create();
    expect(endpoint.received()).toEqual([]);
    await pass(5_000);
    const room = simulator.mailbox(ROOM);
    expect(endpoint.received()).toMatchObject([
      {
        subscriptionId: subscription,
        clientState: 'state',
        changeType: 'created',
        tenantId: room.tenant,
        resource: expect.stringContaining(id),
        resourceData: { '@odata.type': '#Microsoft.Graph.Event', id },
      },
    ]);
    expect(JSON.stringify(endpoint.posts)).not.toContain('Korøvelse');
  },
);

documented(
  {
    id: 'notify-12',
    behaviour: 'The style of the resource path varies: Users/{id}/Events/{id}, users(…)/events(…), {id}@{tenant}',
    source: '4.3, L:change-notifications-delivery-webhooks, C:outlook-change-notifications-overview.md',
    standing: 'confirmed',
  },
  async () => {
    const { create, pass, endpoint, simulator } = await subscribed();
    for (let n = 0; n < 20; n++) await create({ subject: String(n) });
    await pass(5_000);
    const room = simulator.mailbox(ROOM);
    const styles = new Set(
      endpoint.received().map(({ resource, resourceData: { id } }) => resource.replace(id, '<id>')),
    );
    expect([...styles].sort()).toEqual(
      [
        `Users/${room.id}/Events/<id>`,
        `Users/${room.id}@${room.tenant}/Events/<id>`,
        `users('${room.id}')/events('<id>')`,
      ].sort(),
    );
  },
);

documented(
  {
    id: 'notify-02',
    behaviour: 'created, updated and deleted come for what was subscribed only',
    source: '4.1, 4.3',
    standing: 'confirmed',
  },
  async () => {
    const { create, patch, delete: remove, pass, endpoint } = await subscribed({}, { changeType: 'updated,deleted' });
    const { id } = await create();
    await pass(5_000);
    await patch(eventUrl(id), { subject: 'x' });
    await pass(5_000);
    await remove(eventUrl(id));
    await pass(5_000);
    expect(endpoint.received().map((each) => each.changeType)).toEqual(['updated', 'deleted']);
  },
);

documented(
  {
    id: 'notify-03',
    behaviour: 'The form of ids in notifications is fixed by the header of the create request',
    source: '2, L:outlook-immutable-id',
    standing: 'confirmed',
  },
  async () => {
    const { create, pass, endpoint } = await subscribed({}, {}, '');
    await create();
    await pass(5_000);
    expect(endpoint.received()[0]?.resourceData.id).toMatch(/^AAMk/);
  },
);

documented(
  {
    id: 'notify-04',
    behaviour:
      'Delivery is at least once: the same notification may come twice (by seed), and an update beside a creation',
    source: '4.4, learn Q&A 5903442, 2131198',
    standing: 'field report',
  },
  async () => {
    const { create, pass, endpoint } = await subscribed({ notifications: { duplicates: 1, extraUpdates: 1 } });
    await create();
    await pass(10_000);
    expect(
      endpoint
        .received()
        .map((each) => each.changeType)
        .sort(),
    ).toEqual(['created', 'created', 'updated', 'updated']);
  },
);

documented(
  {
    id: 'notify-05',
    behaviour: 'Notifications come in no order',
    source: '4.4, L:change-notifications-delivery-webhooks',
    standing: 'confirmed',
  },
  async () => {
    const { create, pass, endpoint } = await subscribed();
    const ids: string[] = [];
    for (let n = 0; n < 10; n++) ids.push((await create({ subject: String(n) })).id);
    await pass(10_000);
    const told = endpoint.received().map((each) => each.resourceData.id);
    expect([...told].sort()).toEqual([...ids].sort());
    expect(told).not.toEqual(ids);
  },
);

documented(
  {
    id: 'notify-06',
    behaviour: 'One POST may mix subscriptions',
    source: '4.3, L:change-notifications-delivery-webhooks',
    standing: 'confirmed',
  },
  async () => {
    const { create, post, clock, simulator, endpoint } = await subscribed();
    const second = {
      changeType: 'created',
      resource: `/users/${ROOM}/events`,
      notificationUrl: 'https://sync.fjordvik.example/notify',
      expirationDateTime: new Date(START + 24 * HOUR).toISOString(),
      clientState: 'second',
    };
    await post('/subscriptions', second);
    await create();
    clock.advanceTo(clock.now() + 10_000);
    await simulator.work();
    expect(endpoint.posts.map((each) => each.value.map((one) => one.clientState).sort())).toEqual([
      ['second', 'state'],
    ]);
  },
);

documented(
  {
    id: 'notify-07',
    behaviour:
      'Anything but 2xx within 3 seconds is tried again with growing pauses, for up to 4 hours; then it is missed',
    source: '4.4, L:change-notifications-delivery-webhooks (2026-04)',
    standing: 'confirmed',
  },
  async () => {
    const { create, pass, endpoint } = await subscribed();
    endpoint.answerWith(async () => ({ status: 500 }));
    await create();
    await pass(HOUR);
    const attempts = () => endpoint.received().filter((each) => each.changeType === 'created').length;
    const early = attempts();
    expect(early).toBeGreaterThan(5);
    await pass(2 * HOUR);
    expect(attempts()).toBeGreaterThan(early);
    await pass(2 * HOUR);
    const all = attempts();
    endpoint.answerWith(null);
    await pass(3 * HOUR);
    expect(attempts()).toBe(all);
    expect(endpoint.received().filter((each) => each.lifecycleEvent === 'missed')).not.toEqual([]);
  },
);

documented(
  {
    id: 'notify-08',
    behaviour: 'A retry has 10 seconds, the first attempt 3',
    source: '4.4, L:change-notifications-delivery-webhooks (2026-04)',
    standing: 'confirmed',
  },
  async () => {
    const { create, pass, endpoint, clock } = await subscribed();
    endpoint.answerWith(async () => {
      await clock.sleep(5_000);
      return { status: 202 };
    });
    await create();
    await pass(10 * MINUTE);
    expect(endpoint.posts).toHaveLength(2);
  },
);

documented(
  {
    id: 'notify-09',
    behaviour:
      'A slow endpoint (over 10 % above 3 s in 10 min) gets new notifications 10 minutes late; judged from 100 answers on',
    source: '4.4, L:change-notifications-delivery-webhooks (2026-04); the sample from older versions',
    standing: 'confirmed',
  },
  async () => {
    const { create, pass, endpoint, clock } = await subscribed();
    for (let n = 0; n < 100; n++) await create({ subject: String(n) });
    endpoint.answerWith(async () => {
      await clock.sleep(3_500);
      return { status: 202 };
    });
    await pass(MINUTE);
    endpoint.answerWith(null);
    const before = endpoint.posts.length;
    await create();
    await pass(5 * MINUTE);
    expect(endpoint.posts.length).toBe(before);
    await pass(6 * MINUTE);
    expect(endpoint.posts.length).toBe(before + 1);
  },
);

documented(
  {
    id: 'notify-10',
    behaviour: 'Notifications can be lost without a sign (setting)',
    source: '4.4, #mg-docs/6476, #mg-docs/6709, learn Q&A 5825832',
    standing: 'field report',
  },
  async () => {
    const { create, pass, endpoint } = await subscribed({ notifications: { lost: 1 } });
    await create();
    await pass(HOUR);
    expect(endpoint.posts).toEqual([]);
  },
);

documented(
  {
    id: 'notify-11',
    behaviour: 'A deleted occurrence is told as an update of its master, though delta has no row for it',
    source: '3.2, 4.4',
    standing: 'unconfirmed',
  },
  async () => {
    const { create, get, delete: remove, pass, endpoint } = await subscribed();
    const master = await create(weekly());
    await pass(5_000);
    const { value } = (await get(`${eventUrl(master.id)}/instances?startDateTime=2027-03-01&endDateTime=2027-04-01`))
      .json;
    await remove(eventUrl(value[1]?.id ?? ''));
    await pass(5_000);
    expect(endpoint.received().at(-1)).toMatchObject({ changeType: 'updated', resourceData: { id: master.id } });
  },
);

documented(
  {
    id: 'lifecycle-01',
    behaviour:
      'reauthorizationRequired comes before the end, again every 15 minutes, until the subscription is renewed',
    source: '4.5, L:change-notifications-lifecycle-events (2026-03)',
    standing: 'confirmed',
  },
  async () => {
    const { pass, patch, endpoint, subscription } = await subscribed();
    await pass(23 * HOUR - MINUTE);
    expect(endpoint.posts).toEqual([]);
    await pass(32 * MINUTE);
    expect(endpoint.posts.map((each) => [each.url, each.value[0]?.lifecycleEvent])).toEqual(
      Array(3).fill(['https://sync.fjordvik.example/lifecycle', 'reauthorizationRequired']),
    );
    await patch(`/subscriptions/${subscription}`, { expirationDateTime: new Date(START + 48 * HOUR).toISOString() });
    await pass(2 * HOUR);
    expect(endpoint.posts).toHaveLength(3);
  },
);

documented(
  {
    id: 'lifecycle-02',
    behaviour: 'subscriptionRemoved: the subscription is gone (404) and nothing more is told; it does not always come',
    source: '4.5, #mg-docs/13872',
    standing: 'field report',
  },
  async () => {
    for (const announced of [true, false]) {
      const { create, get, pass, endpoint, subscription, simulator } = await subscribed();
      simulator.subscriptions.drop(subscription, announced);
      await create();
      await pass(MINUTE);
      expect(endpoint.received().map((each) => each.lifecycleEvent)).toEqual(announced ? ['subscriptionRemoved'] : []);
      expect((await get(`/subscriptions/${subscription}`)).status).toBe(404);
    }
  },
);

documented(
  {
    id: 'lifecycle-03',
    behaviour: 'changeType and lifecycleEvent exclude each other; missed can come at any time',
    source: '4.3, 4.5, L:resources/changenotification',
    standing: 'confirmed',
  },
  async () => {
    const { pass, endpoint, subscription, simulator } = await subscribed();
    simulator.subscriptions.sendLifecycle(subscription, 'missed');
    await pass(1_000);
    expect(endpoint.received()).toMatchObject([
      { lifecycleEvent: 'missed', subscriptionId: subscription, clientState: 'state' },
    ]);
    expect(endpoint.received()[0]?.changeType).toBeUndefined();
  },
);
