/** Reading and judging what a client wants of a subscription. */
import type { Mailbox } from './mailbox.ts';
import { badRequest, Refusal } from './wire.ts';
import { findMailbox, type World } from './world.ts';

const RESOURCE = /^\/?users\/([^/]+)\/(?:events|calendars\/([^/]+)\/events)$/i;
const CHANGE_TYPES = ['created', 'updated', 'deleted'];
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

export const refuseSubscription = (message: string): Refusal => badRequest(message, 'InvalidRequest');
export const noSubscription = (): Refusal => new Refusal(404, 'ResourceNotFound', 'The object was not found.');

export interface SubscriptionInput {
  readonly resource: string;
  readonly mailbox: Mailbox;
  /** Calendar key; null = the whole mailbox. */
  readonly folder: string | null;
  readonly changeType: string;
  /** Sorted, each once. */
  readonly changeTypes: readonly string[];
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | null;
  readonly clientState: string;
  readonly expiresAt: number;
}

function targetOf(world: World, resource: string): { mailbox: Mailbox; folder: string | null } {
  const match = RESOURCE.exec(decodeURIComponent(resource));
  if (!match) throw refuseSubscription(`Resource '${resource}' cannot be subscribed to.`);
  const mailbox = findMailbox(world, match[1] as string);
  if (!mailbox) throw new Refusal(404, 'ErrorInvalidUser', `The requested user '${match[1]}' is invalid.`);
  if (mailbox.health === 'access-denied') throw new Refusal(403, 'ErrorAccessDenied', 'Access is denied.');
  const folder = match[2] ?? null;
  if (folder !== null && !mailbox.folders.has(folder)) throw noSubscription();
  return { mailbox, folder };
}

function readChangeTypes(value: string): string[] {
  const types = value.split(',').map((each) => each.trim());
  if (types.some((each) => !CHANGE_TYPES.includes(each))) {
    throw refuseSubscription("'changeType' is a list of created, updated, deleted.");
  }
  return [...new Set(types)].sort();
}

export function readUrl(world: World, value: unknown, name: string): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
  const tolerated = url !== null && world.settings.subscriptions.allowLoopbackHttp && LOOPBACK.includes(url.hostname);
  if (url?.protocol !== 'https:' && !tolerated) throw refuseSubscription(`'${name}' must be an https URL.`);
  return value as string;
}

/** Too short is raised in silence, too long is refused. */
export function readExpiry(world: World, value: unknown): number {
  const { minLife, maxLife } = world.settings.subscriptions;
  const now = world.clock.now();
  const wanted = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(wanted)) throw refuseSubscription("'expirationDateTime' is missing or no date.");
  if (wanted <= now) throw refuseSubscription("'expirationDateTime' is in the past.");
  if (wanted > now + maxLife) throw refuseSubscription(`A subscription lives at most ${maxLife / 60_000} minutes.`);
  return Math.max(wanted, now + minLife);
}

function readClientState(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw refuseSubscription("'clientState' is missing.");
  if (value.length > 128) throw refuseSubscription("'clientState' is longer than 128 characters.");
  return value;
}

/** A create request's body. @throws Refusal */
export function readSubscription(world: World, body: Readonly<Record<string, unknown>>): SubscriptionInput {
  if (body['includeResourceData']) throw refuseSubscription('The simulator sends no resource data.');
  const resource = String(body['resource']);
  const changeType = String(body['changeType']);
  const lifecycle = body['lifecycleNotificationUrl'];
  return {
    resource,
    ...targetOf(world, resource),
    changeType,
    changeTypes: readChangeTypes(changeType),
    notificationUrl: readUrl(world, body['notificationUrl'], 'notificationUrl'),
    lifecycleNotificationUrl: lifecycle == null ? null : readUrl(world, lifecycle, 'lifecycleNotificationUrl'),
    clientState: readClientState(body['clientState']),
    expiresAt: readExpiry(world, body['expirationDateTime']),
  };
}
