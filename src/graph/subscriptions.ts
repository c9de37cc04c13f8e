import { z } from 'zod';
import { isSyncError, SyncError } from '../domain/errors.ts';
import { epochOf, type Instant, instantOf } from '../domain/time.ts';
import type { CallLimits } from '../sync/ports.ts';
import { readFailure, toSyncError } from './graph-errors.ts';
import { callDirectly, type DirectDeps, readAllPages } from './paging.ts';
import { isSuccess } from './transport.ts';

/** A change notification subscription on one room's events: https://learn.microsoft.com/graph/api/resources/subscription */
export interface Subscription {
  readonly id: string;
  /** As Graph returns it, `/users/{object id}/events`. */
  readonly resource: string;
  readonly notificationUrl: string | null;
  readonly lifecycleNotificationUrl: string | null;
  readonly expiresAt: Instant;
}

export interface NewSubscription {
  /** Object id of the room's mailbox; it survives renames. */
  readonly mailboxId: string;
  readonly notificationUrl: string;
  /** Can only be set at creation. */
  readonly lifecycleNotificationUrl: string;
  /** At most 128 characters. */
  readonly clientState: string;
  /** Cut to the longest life Graph grants. */
  readonly expiresAt: Instant;
}

/** Every method throws `SyncError`; none repeats a write by itself. */
export interface Subscriptions {
  /**
   * Creates a subscription. When Graph already has one for the room (409), it is renewed and taken over if it reports to the same
   * addresses (`adopted`), else replaced.
   */
  create(request: NewSubscription, limits: CallLimits): Promise<{ subscription: Subscription; adopted: boolean }>;
  /** All subscriptions of this app, all pages. Graph allows 25 such calls in 20 seconds. */
  list(limits: CallLimits): Promise<readonly Subscription[]>;
  /** Prolongs, and refreshes the access token Graph keeps with it. `not-found` when it has expired. */
  renew(id: string, expiresAt: Instant, limits: CallLimits): Promise<Subscription>;
  /** Refreshes the access token only. `not-found` when it has expired. */
  reauthorize(id: string, limits: CallLimits): Promise<void>;
  /** False when it was gone already. */
  remove(id: string, limits: CallLimits): Promise<boolean>;
}

const CHANGE_TYPES = 'created,updated,deleted';

const wireSubscription = z.object({
  id: z.string().min(1),
  resource: z.string(),
  notificationUrl: z.string().nullish(),
  lifecycleNotificationUrl: z.string().nullish(),
  expirationDateTime: z.iso.datetime({ offset: true }),
});

/** `maxMinutes`: longest life asked for. */
export function createSubscriptions(deps: DirectDeps, maxMinutes: number): Subscriptions {
  const cut = (expiresAt: Instant) => {
    const latest = deps.clock.now() + maxMinutes * 60_000;
    return instantOf(Math.min(epochOf(expiresAt), latest));
  };

  const post = async (request: NewSubscription, deadline: number): Promise<Subscription | null> => {
    const body = {
      changeType: CHANGE_TYPES,
      resource: resourceOf(request),
      notificationUrl: request.notificationUrl,
      lifecycleNotificationUrl: request.lifecycleNotificationUrl,
      expirationDateTime: cut(request.expiresAt),
      clientState: request.clientState,
      latestSupportedTlsVersion: 'v1_2',
    };
    const reply = await deps.client.send({ method: 'POST', path: '/subscriptions', body }, { deadline });
    if (reply.status === 409 && reply.lost === null) return null;
    if (reply.lost !== null || !isSuccess(reply.status)) {
      throw toSyncError(readFailure(reply, deps.clock.now()), 'subscription');
    }
    return toSubscription(reply.body);
  };

  const subscriptions: Subscriptions = {
    create: async (request, limits) => {
      const created = await post(request, limits.deadline);
      if (created !== null) return { subscription: created, adopted: false };
      const rivals = (await subscriptions.list(limits)).filter(({ resource }) => isSameResource(resource, request));
      const twin = rivals.find((rival) => reportsTo(rival, request));
      if (twin !== undefined) {
        const renewed = await subscriptions.renew(twin.id, request.expiresAt, limits);
        return { subscription: { ...twin, ...renewed }, adopted: true };
      }
      for (const { id } of rivals) await subscriptions.remove(id, limits);
      const second = await post(request, limits.deadline);
      if (second !== null) return { subscription: second, adopted: false };
      const message = 'Microsoft Graph reports a subscription for this room that it does not list; try again later.';
      throw new SyncError('transient', message, { code: 'SubscriptionExists' });
    },
    list: async ({ deadline }) => {
      const rows = await readAllPages(deps, '/subscriptions', 'subscription', deadline);
      return rows.flatMap((row) => {
        const parsed = wireSubscription.safeParse(row);
        return parsed.success ? [fromWire(parsed.data)] : [];
      });
    },
    renew: async (id, expiresAt, { deadline }) => {
      const body = { expirationDateTime: cut(expiresAt) };
      const reply = await callDirectly(deps, { method: 'PATCH', path: pathOf(id), body }, 'subscription', deadline);
      return toSubscription(reply.body);
    },
    reauthorize: async (id, { deadline }) => {
      await callDirectly(deps, { method: 'POST', path: `${pathOf(id)}/reauthorize` }, 'subscription', deadline);
    },
    remove: async (id, { deadline }) => {
      try {
        await callDirectly(deps, { method: 'DELETE', path: pathOf(id) }, 'subscription', deadline);
        return true;
      } catch (error) {
        if (isSyncError(error, 'not-found')) return false;
        throw error;
      }
    },
  };
  return subscriptions;
}

function resourceOf({ mailboxId }: NewSubscription): string {
  return `/users/${mailboxId}/events`;
}

/** Graph may drop the leading slash or change the case of what it was given. */
function isSameResource(resource: string, request: NewSubscription): boolean {
  const plain = (text: string) => text.replace(/^\//, '').toLowerCase();
  return plain(resource) === plain(resourceOf(request));
}

function reportsTo(found: Subscription, request: NewSubscription): boolean {
  return (
    found.notificationUrl === request.notificationUrl &&
    found.lifecycleNotificationUrl === request.lifecycleNotificationUrl
  );
}

function pathOf(id: string): string {
  return `/subscriptions/${encodeURIComponent(id)}`;
}

function toSubscription(body: unknown): Subscription {
  const parsed = wireSubscription.safeParse(body);
  if (parsed.success) return fromWire(parsed.data);
  throw new SyncError('transient', 'Microsoft Graph answered with a subscription that cannot be read.');
}

function fromWire(row: z.output<typeof wireSubscription>): Subscription {
  return {
    id: row.id,
    resource: row.resource,
    notificationUrl: row.notificationUrl ?? null,
    lifecycleNotificationUrl: row.lifecycleNotificationUrl ?? null,
    expiresAt: instantOf(Date.parse(row.expirationDateTime)),
  };
}
