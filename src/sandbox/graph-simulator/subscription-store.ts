/** Subscriptions as Graph keeps them; plain data. */
export interface Subscription {
  readonly id: string;
  readonly app: string;
  /** As written by the client. */
  readonly resource: string;
  /** Object id of the mailbox. */
  readonly mailbox: string;
  /** Calendar key; null = the whole mailbox. */
  readonly folder: string | null;
  /** Sorted. */
  readonly changeTypes: readonly string[];
  readonly changeType: string;
  notificationUrl: string;
  readonly lifecycleNotificationUrl: string | null;
  readonly clientState: string;
  expiresAt: number;
  /** Form of ids in notifications: fixed by the create request. */
  readonly immutableIds: boolean;
  /** When the last reauthorizationRequired went out; null = none since the last renewal. */
  remindedAt: number | null;
}

export interface SubscriptionStore {
  add(subscription: Subscription): void;
  /** Null when it is unknown or has run out. */
  find(id: string, now: number): Subscription | null;
  remove(id: string): void;
  /** Of one mailbox, living ones. */
  ofMailbox(mailbox: string, now: number): readonly Subscription[];
  /** Living ones. */
  all(now: number): readonly Subscription[];
  load(subscriptions: readonly Subscription[]): void;
}

export function createSubscriptionStore(): SubscriptionStore {
  const byId = new Map<string, Subscription>();
  const byMailbox = new Map<string, Set<Subscription>>();

  function add(subscription: Subscription): void {
    byId.set(subscription.id, subscription);
    const known = byMailbox.get(subscription.mailbox);
    if (known) known.add(subscription);
    else byMailbox.set(subscription.mailbox, new Set([subscription]));
  }

  function remove(id: string): void {
    const subscription = byId.get(id);
    byId.delete(id);
    if (subscription) byMailbox.get(subscription.mailbox)?.delete(subscription);
  }

  return {
    add,
    remove,
    find(id, now) {
      const subscription = byId.get(id);
      if (subscription && subscription.expiresAt <= now) remove(id);
      return byId.get(id) ?? null;
    },
    ofMailbox(mailbox, now) {
      const known = byMailbox.get(mailbox);
      return known ? [...known].filter((each) => each.expiresAt > now) : [];
    },
    all: (now) => [...byId.values()].filter((each) => each.expiresAt > now),
    load(subscriptions) {
      byId.clear();
      byMailbox.clear();
      for (const subscription of subscriptions) add(subscription);
    },
  };
}
