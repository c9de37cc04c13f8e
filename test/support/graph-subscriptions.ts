/** Simulated tenants that know a notification endpoint, and subscriptions to it. */
import type { SettingsOverride } from '../../src/sandbox/graph-simulator/settings.ts';
import { createEndpoint, type Endpoint } from './graph-endpoint.ts';
import { createTenant, PLAIN, ROOM, START, type Tenant, type TenantOptions } from './graph-tenant.ts';

export const inMinutes = (minutes: number): string => new Date(START + minutes * 60_000).toISOString();

export function wanted(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    changeType: 'created,updated,deleted',
    resource: `/users/${ROOM}/events`,
    notificationUrl: 'https://sync.fjordvik.example/notify?code=key',
    lifecycleNotificationUrl: 'https://sync.fjordvik.example/lifecycle',
    expirationDateTime: inMinutes(6 * 1_440),
    clientState: 'ornen.nonce.hmac',
    ...change,
  };
}

export function open(options: TenantOptions = {}): Tenant & { endpoint: Endpoint } {
  const endpoint = createEndpoint();
  return { ...createTenant({ deliver: endpoint.deliver, ...options }), endpoint };
}

/** A tenant with one subscription for a day on the room's events. */
export async function subscribed(
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
    expirationDateTime: new Date(START + 24 * 3_600_000).toISOString(),
    clientState: 'state',
    ...change,
  };
  const { json } = await tenant.post('/subscriptions', body, { prefer });
  return { ...tenant, endpoint, subscription: json.id };
}
