import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { subscribed } from '../../../support/graph-subscriptions.ts';
import { eventUrl, ROOM, START, weekly } from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Notifications');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

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
    source: '4.1, 4.3, L:subscription-post-subscriptions (2026-05)',
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
