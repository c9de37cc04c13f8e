import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { subscribed } from '../../../support/graph-subscriptions.ts';
import { START } from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Delivery and lifecycle notifications');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

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
