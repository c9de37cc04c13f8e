import { instantOf } from '../../../src/domain/time.ts';
import { createSimulatedGraph, LATER, roomAddress, type SimulatedGraph, START } from './simulated-graph.ts';

const DAY = 24 * 3_600_000;

function wanted({ simulator }: SimulatedGraph, room = 0, days = 6) {
  return {
    mailboxId: simulator.mailbox(roomAddress(room)).id,
    notificationUrl: 'https://sync.contoso.no/webhook',
    lifecycleNotificationUrl: 'https://sync.contoso.no/lifecycle',
    clientState: 'room.nonce.mac',
    expiresAt: instantOf(START + days * DAY),
  };
}

test('a subscription lives as long as Graph grants, reports immutable ids, and is listed', async () => {
  const simulated = createSimulatedGraph();
  const { subscriptions } = simulated.graph;
  const { subscription, adopted } = await subscriptions.create(wanted(simulated, 0, 30), LATER);
  expect(adopted).toBe(false);
  expect(subscription.expiresAt).toBe(instantOf(START + 10_080 * 60_000));
  expect(simulated.simulator.subscriptions.list()).toMatchObject([
    { id: subscription.id, immutableIds: true, clientState: 'room.nonce.mac', changeType: 'created,updated,deleted' },
  ]);
  expect(await subscriptions.list(LATER)).toEqual([subscription]);
});

test('created twice it is adopted and prolonged; other rooms are left alone', async () => {
  const simulated = createSimulatedGraph({ rooms: 2 });
  const { subscriptions } = simulated.graph;
  await subscriptions.create(wanted(simulated, 1), LATER);
  const first = await subscriptions.create(wanted(simulated, 0, 2), LATER);
  const second = await subscriptions.create(wanted(simulated, 0, 5), LATER);
  expect(second).toMatchObject({ adopted: true, subscription: { id: first.subscription.id } });
  expect(second.subscription.expiresAt).toBe(instantOf(START + 5 * DAY));
  expect(simulated.simulator.subscriptions.list()).toHaveLength(2);
});

test('one that reports to a former address is replaced', async () => {
  const simulated = createSimulatedGraph();
  const { subscriptions } = simulated.graph;
  const former = { ...wanted(simulated), notificationUrl: 'https://old.contoso.no/webhook' };
  const old = await subscriptions.create(former, LATER);
  const { subscription, adopted } = await subscriptions.create(wanted(simulated), LATER);
  expect(adopted).toBe(false);
  expect(subscription.id).not.toBe(old.subscription.id);
  expect(simulated.simulator.subscriptions.list()).toMatchObject([{ id: subscription.id }]);
});

test('after a lost answer to a create, the next attempt adopts what was made', async () => {
  const simulated = createSimulatedGraph();
  const { graph, simulator } = simulated;
  simulator.faults.add({ match: { method: 'POST', path: /^\/subscriptions/ }, fault: 'reset' });
  await expect(graph.subscriptions.create(wanted(simulated), LATER)).rejects.toMatchObject({ kind: 'transient' });
  expect(await graph.subscriptions.create(wanted(simulated), LATER)).toMatchObject({ adopted: true });
  expect(simulator.subscriptions.list()).toHaveLength(1);
});

test('an endpoint that does not answer the handshake is a passing trouble', async () => {
  const simulated = createSimulatedGraph({ deliver: async () => ({ status: 500 }) });
  const attempt = simulated.graph.subscriptions.create(wanted(simulated), LATER);
  await expect(attempt).rejects.toMatchObject({ kind: 'transient', code: 'InvalidRequest' });
});

test('renewed, reauthorised and removed; once gone it is not-found', async () => {
  const simulated = createSimulatedGraph();
  const { subscriptions } = simulated.graph;
  const { id } = (await subscriptions.create(wanted(simulated, 0, 1), LATER)).subscription;
  const renewed = await subscriptions.renew(id, instantOf(START + 6 * DAY), LATER);
  expect(renewed).toMatchObject({ id, expiresAt: instantOf(START + 6 * DAY) });
  await subscriptions.reauthorize(id, LATER);
  expect(await subscriptions.remove(id, LATER)).toBe(true);
  expect(await subscriptions.remove(id, LATER)).toBe(false);
  await expect(subscriptions.renew(id, instantOf(START + DAY), LATER)).rejects.toMatchObject({ kind: 'not-found' });
  await expect(subscriptions.reauthorize(id, LATER)).rejects.toMatchObject({ kind: 'not-found' });
});
