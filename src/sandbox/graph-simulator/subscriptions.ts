/** `/subscriptions`: create with handshakes, read, list, renew, reauthorize, delete. */
import { bodyOf, type Call } from './call.ts';
import { type Deliver, validateEndpoint } from './delivery.ts';
import { guidOf } from './ids.ts';
import type { AreaRouter } from './router.ts';
import {
  noSubscription,
  readExpiry,
  readSubscription,
  readUrl,
  refuseSubscription,
  type SubscriptionInput,
} from './subscription-input.ts';
import type { Subscription, SubscriptionStore } from './subscription-store.ts';
import { createSlidingCount, type SlidingCount } from './throttling.ts';
import { formatStamp } from './wall-time.ts';
import { type Answer, Refusal } from './wire.ts';
import type { World } from './world.ts';

const PAGE = 100;
const RATE_WINDOW = 20_000;
/** Requests of an app per 20 s. */
const RATES = { write: 500, reauthorize: 1_000, read: 500, list: 25 } as const;

export interface SubscriptionParts {
  readonly world: World;
  readonly store: SubscriptionStore;
  readonly deliver: Deliver;
  /** Told about each new end, so that reminders can be planned. */
  readonly watch: (subscription: Subscription) => void;
}

interface Desk extends SubscriptionParts {
  readonly counts: Map<string, SlidingCount>;
}

function limit({ world, counts }: Desk, call: Call, kind: keyof typeof RATES): void {
  if (!world.settings.limits.enabled) return;
  const key = `${call.app}/${kind}`;
  const count = counts.get(key) ?? createSlidingCount(RATE_WINDOW);
  counts.set(key, count);
  const now = world.clock.now();
  count.add(now, 1);
  if (count.total(now) <= RATES[kind]) return;
  const seconds = Math.ceil(count.waitFor(now) / 1_000);
  throw new Refusal(429, 'TooManyRequests', 'Too many requests.', { headers: { 'Retry-After': String(seconds) } });
}

function shown(desk: Desk, subscription: Subscription, clientState: string | null): Record<string, unknown> {
  return {
    '@odata.context': `${desk.world.settings.linkBase}/$metadata#subscriptions/$entity`,
    id: subscription.id,
    resource: subscription.resource,
    applicationId: guidOf(subscription.app),
    changeType: subscription.changeType,
    clientState,
    notificationUrl: subscription.notificationUrl,
    notificationQueryOptions: null,
    lifecycleNotificationUrl: subscription.lifecycleNotificationUrl,
    expirationDateTime: formatStamp(subscription.expiresAt),
    creatorId: guidOf(`${subscription.app}/principal`),
    includeResourceData: null,
    latestSupportedTlsVersion: 'v1_2',
    encryptionCertificate: null,
    encryptionCertificateId: null,
    notificationUrlAppId: null,
  };
}

function refuseSecond({ world, store }: Desk, call: Call, input: SubscriptionInput): void {
  const types = input.changeTypes.join();
  const same = store
    .all(world.clock.now())
    .find((each) => each.app === call.app && each.resource === input.resource && each.changeTypes.join() === types);
  if (!same) return;
  const message = `Subscription Id <${same.id}> already exists for the requested combination.`;
  throw new Refusal(409, 'ExtensionError', message);
}

function refuseBeyondQuota({ world, store }: Desk, input: SubscriptionInput): void {
  const { perMailbox } = world.settings.subscriptions;
  if (store.ofMailbox(input.mailbox.id, world.clock.now()).length < perMailbox) return;
  throw new Refusal(403, 'ExtensionError', `The limit of ${perMailbox} subscriptions per mailbox is reached.`);
}

function handshake({ world, deliver }: Desk, url: string, id: string): Promise<void> {
  return validateEndpoint(world.clock, deliver, url, id, world.settings.subscriptions.handshakeTimeout);
}

async function create(desk: Desk, call: Call): Promise<Answer> {
  limit(desk, call, 'write');
  const { world } = desk;
  const input = readSubscription(world, bodyOf(call));
  refuseSecond(desk, call, input);
  refuseBeyondQuota(desk, input);
  const id = guidOf(`${world.seed}/subscription/${++world.counters.subscriptions}`);
  await handshake(desk, input.notificationUrl, id);
  if (input.lifecycleNotificationUrl !== null) await handshake(desk, input.lifecycleNotificationUrl, id);
  refuseSecond(desk, call, input);
  const { mailbox, ...rest } = input;
  const subscription: Subscription = {
    ...rest,
    id,
    app: call.app,
    mailbox: mailbox.id,
    immutableIds: call.prefer.immutableIds,
    remindedAt: null,
  };
  desk.store.add(subscription);
  desk.watch(subscription);
  return { status: 201, json: shown(desk, subscription, input.clientState) };
}

function find({ world, store }: Desk, call: Call, id: string): Subscription {
  const subscription = store.find(id, world.clock.now());
  if (!subscription || subscription.app !== call.app) throw noSubscription();
  return subscription;
}

function read(desk: Desk, call: Call, id: string): Answer {
  limit(desk, call, 'read');
  return { status: 200, json: shown(desk, find(desk, call, id), null) };
}

/** Only this app's; `clientState` comes back null; no OData options. */
function list(desk: Desk, call: Call): Answer {
  limit(desk, call, 'list');
  const wrong = Object.keys(call.query).find((name) => name !== '$skiptoken');
  if (wrong) throw refuseSubscription(`The query parameter '${wrong}' is not supported.`);
  const base = desk.world.settings.linkBase;
  const skip = Number(call.query['$skiptoken'] ?? 0);
  const mine = desk.store.all(desk.world.clock.now()).filter((each) => each.app === call.app);
  const value = mine.slice(skip, skip + PAGE).map((each) => {
    const { '@odata.context': _context, ...row } = shown(desk, each, null);
    return row;
  });
  const next =
    mine.length > skip + PAGE ? { '@odata.nextLink': `${base}/subscriptions?$skiptoken=${skip + PAGE}` } : {};
  return { status: 200, json: { '@odata.context': `${base}/$metadata#subscriptions`, value, ...next } };
}

/** Renews and reauthorizes; a new URL is validated first. */
async function renew(desk: Desk, call: Call, id: string): Promise<Answer> {
  limit(desk, call, 'write');
  const subscription = find(desk, call, id);
  const { expirationDateTime, notificationUrl, ...others } = bodyOf(call);
  const wrong = Object.keys(others)[0];
  if (wrong) throw refuseSubscription(`'${wrong}' cannot be changed.`);
  if (notificationUrl !== undefined) {
    const url = readUrl(desk.world, notificationUrl, 'notificationUrl');
    await handshake(desk, url, id);
    subscription.notificationUrl = url;
  }
  if (expirationDateTime !== undefined) subscription.expiresAt = readExpiry(desk.world, expirationDateTime);
  subscription.remindedAt = null;
  desk.watch(subscription);
  return { status: 200, json: shown(desk, subscription, null) };
}

function reauthorize(desk: Desk, call: Call, id: string): Answer {
  limit(desk, call, 'reauthorize');
  find(desk, call, id).remindedAt = desk.world.clock.now();
  return { status: 204 };
}

function remove(desk: Desk, call: Call, id: string): Answer {
  limit(desk, call, 'write');
  desk.store.remove(find(desk, call, id).id);
  return { status: 204 };
}

export function createSubscriptionRouter(parts: SubscriptionParts): AreaRouter {
  const desk: Desk = { ...parts, counts: new Map() };

  return (method, [, id, action, more]) => {
    if (more !== undefined) return null;
    if (id === undefined) {
      if (method === 'POST') return { kind: 'create-subscription', run: (call: Call) => create(desk, call) };
      return method === 'GET' ? { kind: 'list-subscriptions', run: (call: Call) => list(desk, call) } : null;
    }
    if (action === 'reauthorize' && method === 'POST') {
      return { kind: 'reauthorize', run: (call: Call) => reauthorize(desk, call, id) };
    }
    if (action !== undefined) return null;
    if (method === 'GET') return { kind: 'read-subscription', run: (call: Call) => read(desk, call, id) };
    if (method === 'PATCH') return { kind: 'renew-subscription', run: (call: Call) => renew(desk, call, id) };
    return method === 'DELETE' ? { kind: 'delete-subscription', run: (call: Call) => remove(desk, call, id) } : null;
  };
}
