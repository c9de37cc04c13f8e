/** Change and lifecycle notifications: at least once, in no order, late, twice, or lost. */
import { askEndpoint, type Deliver } from './delivery.ts';
import { createEndpointHealth } from './endpoint-health.ts';
import { changeKeyOf, etagOf, guidOf, immutableId, regularId } from './ids.ts';
import { createJobQueue, type JobQueue } from './jobs.ts';
import type { Mailbox } from './mailbox.ts';
import type { StoredEvent } from './model.ts';
import type { Subscription, SubscriptionStore } from './subscription-store.ts';
import { formatStamp } from './wall-time.ts';
import type { EventChange, World } from './world.ts';

export type LifecycleEvent = 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed';

export type Outgoing =
  | {
      readonly kind: 'post';
      readonly subscription: string;
      readonly url: string;
      /** One element of the body's `value`. */
      readonly notification: Readonly<Record<string, unknown>>;
      readonly firstAt: number;
      readonly attempt: number;
    }
  | { readonly kind: 'reminder'; readonly subscription: string; readonly expiresAt: number };

type Post = Extract<Outgoing, { kind: 'post' }>;

export interface Notifier {
  /** To be told about every change. */
  onChange: World['onChange'];
  /** To be told about every new or renewed subscription. */
  watch(subscription: Subscription): void;
  sendLifecycle(id: string, event: LifecycleEvent): void;
  /** Ends a subscription from the service's side; `announced` sends `subscriptionRemoved`. */
  dropSubscription(id: string, announced: boolean): void;
  /** Delivers what is due; resolves with the number of POSTs when all are answered or timed out. */
  deliverDue(): Promise<number>;
  readonly queue: JobQueue<Outgoing>;
}

const REMINDER_EVERY = 15 * 60_000;
const LATE_BY = 10 * 60_000;
const LONGEST_PAUSE = 10 * 60_000;

export interface NotifierParts {
  readonly world: World;
  readonly store: SubscriptionStore;
  readonly deliver: Deliver;
}

function describe(world: World, subscription: Subscription): Record<string, unknown> {
  return {
    subscriptionId: subscription.id,
    subscriptionExpirationDateTime: formatStamp(subscription.expiresAt),
    clientState: subscription.clientState,
    tenantId: world.mailboxes.get(subscription.mailbox)?.tenant,
  };
}

/** The style of paths varies: clients read `subscriptionId` and `resourceData.id`. */
function pathOf(world: World, mailbox: Mailbox, id: string): string {
  const styles = [
    `Users/${mailbox.id}/Events/${id}`,
    `users('${mailbox.id}')/events('${id}')`,
    `Users/${mailbox.id}@${mailbox.tenant}/Events/${id}`,
  ];
  return styles[world.random.below(styles.length)] as string;
}

function changeNotification(
  world: World,
  subscription: Subscription,
  mailbox: Mailbox,
  event: StoredEvent,
  change: EventChange,
  date: string | null,
): Record<string, unknown> {
  const schedule = event.series?.schedule ?? 0;
  const id = subscription.immutableIds
    ? immutableId(mailbox.tag, event.core, date, schedule)
    : regularId(mailbox.tag, event.core, event.moves, date, schedule);
  const resource = pathOf(world, mailbox, id);
  return {
    ...describe(world, subscription),
    changeType: change,
    resource,
    resourceData: {
      '@odata.type': '#Microsoft.Graph.Event',
      '@odata.id': resource,
      '@odata.etag': etagOf(changeKeyOf(mailbox.tag, event.version)),
      id,
    },
  };
}

export function createNotifier({ world, store, deliver }: NotifierParts): Notifier {
  const queue = createJobQueue<Outgoing>();
  const health = createEndpointHealth();
  const now = (): number => world.clock.now();

  function post(subscription: Subscription, url: string, notification: Record<string, unknown>, due: number): void {
    const id = guidOf(`${world.seed}/notification/${++world.counters.notifications}`);
    const named = { id, ...notification };
    queue.add(due, { kind: 'post', subscription: subscription.id, url, notification: named, firstAt: due, attempt: 0 });
  }

  function delay(): number {
    const { minDelay, maxDelay } = world.settings.notifications;
    return minDelay + world.random.next() * (maxDelay - minDelay);
  }

  function announce(subscription: Subscription, event: LifecycleEvent): void {
    const url = subscription.lifecycleNotificationUrl;
    if (url !== null) post(subscription, url, { ...describe(world, subscription), lifecycleEvent: event }, now());
  }

  function tell(
    subscription: Subscription,
    mailbox: Mailbox,
    event: StoredEvent,
    change: EventChange,
    date: string | null,
  ): void {
    const { notifications } = world.settings;
    const state = health.state(subscription.notificationUrl, now());
    if (state === 'dropping') {
      announce(subscription, 'missed');
      return;
    }
    if (world.random.chance(notifications.lost)) return;
    const late = state === 'slow' ? LATE_BY : 0;
    const notification = changeNotification(world, subscription, mailbox, event, change, date);
    post(subscription, subscription.notificationUrl, notification, now() + delay() + late);
    if (!world.random.chance(notifications.duplicates)) return;
    post(subscription, subscription.notificationUrl, notification, now() + delay() + late);
  }

  const onChange: World['onChange'] = (mailbox, event, change, date) => {
    for (const subscription of store.ofMailbox(mailbox.id, now())) {
      if (subscription.folder !== null && subscription.folder !== event.folder) continue;
      if (subscription.changeTypes.includes(change)) tell(subscription, mailbox, event, change, date);
      const more = change === 'created' && subscription.changeTypes.includes('updated');
      if (more && world.random.chance(world.settings.notifications.extraUpdates)) {
        tell(subscription, mailbox, event, 'updated', date);
      }
    }
  };

  function watch(subscription: Subscription): void {
    const { reauthorizeBefore } = world.settings.subscriptions;
    if (reauthorizeBefore === null) return;
    const { id, expiresAt } = subscription;
    queue.add(Math.max(now(), expiresAt - reauthorizeBefore), { kind: 'reminder', subscription: id, expiresAt });
  }

  function remind(reminder: Extract<Outgoing, { kind: 'reminder' }>): void {
    const subscription = store.find(reminder.subscription, now());
    if (!subscription || subscription.expiresAt !== reminder.expiresAt) return;
    if (subscription.remindedAt === null || now() - subscription.remindedAt >= REMINDER_EVERY) {
      subscription.remindedAt = now();
      announce(subscription, 'reauthorizationRequired');
    }
    queue.add(now() + REMINDER_EVERY, reminder);
  }

  function retry(each: Post): void {
    const { retryFirst, retryFor } = world.settings.notifications;
    const due = now() + Math.min(retryFirst * 2 ** each.attempt, LONGEST_PAUSE);
    if (due <= each.firstAt + retryFor) queue.add(due, { ...each, attempt: each.attempt + 1 });
    else {
      const subscription = store.find(each.subscription, now());
      if (subscription && each.notification['lifecycleEvent'] === undefined) announce(subscription, 'missed');
    }
  }

  /** One POST may mix subscriptions; a retry travels alone. */
  async function send(url: string, posts: readonly Post[]): Promise<void> {
    const { timeout, retryTimeout } = world.settings.notifications;
    const body = JSON.stringify({ value: posts.map((each) => each.notification) });
    const request = { method: 'POST', headers: { 'content-type': 'application/json; charset=utf-8' }, body } as const;
    const began = now();
    const limit = posts[0]?.attempt === 0 ? timeout : retryTimeout;
    const answer = await askEndpoint(world.clock, deliver, url, request, limit);
    health.record(url, now(), now() - began);
    if (answer && answer.status >= 200 && answer.status < 300) return;
    for (const each of posts) retry(each);
  }

  function takeDue(): Post[] {
    const posts: Post[] = [];
    for (let job = queue.takeDue(now()); job; job = queue.takeDue(now())) {
      if (job.payload.kind === 'post') posts.push(job.payload);
      else remind(job.payload);
    }
    return posts;
  }

  return {
    queue,
    onChange,
    watch,
    sendLifecycle(id, event) {
      const subscription = store.find(id, now());
      if (subscription) announce(subscription, event);
    },
    dropSubscription(id, announced) {
      const subscription = store.find(id, now());
      if (subscription && announced) announce(subscription, 'subscriptionRemoved');
      store.remove(id);
    },
    async deliverDue() {
      const groups = new Map<string, Post[]>();
      for (const each of takeDue()) {
        const key = each.attempt === 0 ? each.url : `${each.url}#${String(each.notification['id'])}`;
        groups.set(key, [...(groups.get(key) ?? []), each]);
      }
      await Promise.all([...groups.values()].map((posts) => send((posts[0] as Post).url, posts)));
      return groups.size;
    },
  };
}
