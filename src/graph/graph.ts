import type { Clock, Ids, Log, RoomCalendars } from '../sync/ports.ts';
import { createRoomCalendars } from './calendar.ts';
import { createGraphClient } from './client.ts';
import { createTokenSource, type TokenSourceDeps } from './credentials.ts';
import type { MailboxBudget } from './mailbox.ts';
import { createMailboxes } from './mailboxes.ts';
import { createGraphMetrics, type GraphCounts } from './metrics.ts';
import { createCalendarRequests } from './requests.ts';
import { createRoomDirectory, type RoomDirectory } from './rooms.ts';
import {
  DEFAULT_TUNING,
  findGraphProblems,
  type GraphCredential,
  type GraphSettings,
  resolveEndpoint,
} from './settings.ts';
import { createSubscriptions, type Subscriptions } from './subscriptions.ts';
import { fetchTransport, type Transport } from './transport.ts';

/** Microsoft Graph, as the rest of the app sees it. */
export interface Graph {
  readonly calendars: RoomCalendars;
  readonly subscriptions: Subscriptions;
  readonly rooms: RoomDirectory;
  /** Pace and health of one mailbox right now. */
  budget(calendar: string): MailboxBudget;
  /** What was done since the gateway was made. */
  metrics(): Readonly<GraphCounts>;
}

export interface GraphDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Default: the global `fetch`. */
  readonly transport?: Transport;
  /** Default: what the settings say. */
  readonly credential?: NonNullable<TokenSourceDeps['credential']>;
}

/** Stands in the settings for a credential that was handed over. */
const GIVEN: GraphCredential = { kind: 'managed-identity', clientId: null };

/** Makes the gateway. Nothing is loaded, read or called before the first use; settings that are missing answer then. */
export function createGraph(settings: GraphSettings, deps: GraphDeps): Graph {
  const { clock, ids, log, credential, transport = fetchTransport } = deps;
  const endpoint = resolveEndpoint(settings);
  const tuning = { ...DEFAULT_TUNING, ...settings.tuning };
  const metrics = createGraphMetrics();
  const tokens = createTokenSource(settings.credential, endpoint, {
    clock,
    log,
    ...(credential === undefined ? {} : { credential }),
  });
  const problems = findGraphProblems(credential === undefined ? settings : { ...settings, credential: GIVEN });
  const client = createGraphClient({ clock, ids, log, transport, tokens, problems, endpoint, tuning, metrics });
  const mailboxes = createMailboxes(clock, tuning.mailboxBudget);
  const requests = createCalendarRequests(tuning.readHistoricalMarkers);
  return {
    calendars: createRoomCalendars({ client, clock, ids, log, mailboxes, metrics, requests, tuning }),
    subscriptions: createSubscriptions({ client, clock }, tuning.subscriptionMaxMinutes),
    rooms: createRoomDirectory({ client, clock }),
    budget: mailboxes.budget,
    metrics: metrics.snapshot,
  };
}
