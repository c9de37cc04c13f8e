import { Client, ResponseType } from '@microsoft/microsoft-graph-client';
import { SyncError } from '../domain/errors.ts';
import type { Clock, Ids, Log } from '../sync/ports.ts';
import type { TokenSource } from './credentials.ts';
import type { GraphMetrics } from './metrics.ts';
import { authorize, type CallState, correlate, createChain, repeatReads, sendOver } from './middleware.ts';
import { explainProblems, type GraphEndpoint, type GraphSettingProblem, type GraphTuning } from './settings.ts';
import { type GraphReply, lostReply, type Transport } from './transport.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** One request below the version, `path` encoded and starting with `/`, query included. */
export interface GraphCall {
  readonly method: Method;
  readonly path: string;
  /** `Prefer` defaults to immutable ids. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Goes out as JSON. */
  readonly body?: unknown;
}

export interface SendOptions {
  /** Epoch ms on the injected clock; the request is aborted then (R12). */
  readonly deadline: number;
  /** Times a GET may be repeated by the client; default 0. */
  readonly retries?: number;
}

export interface GraphClient {
  /**
   * Sends one call and answers whatever came, failures and lost answers included. Throws only when nothing was sent: `misconfigured`
   * and `access-denied` (no token), `transient` (sign-in service down; code `NotSent` when the deadline came first), `bug` (attendees).
   */
  send(call: GraphCall, options: SendOptions): Promise<GraphReply>;
}

export interface GraphClientDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly transport: Transport;
  readonly tokens: TokenSource;
  /** Settings that are missing or wrong: every call is refused with these. */
  readonly problems: readonly GraphSettingProblem[];
  readonly endpoint: GraphEndpoint;
  readonly tuning: GraphTuning;
  readonly metrics: GraphMetrics;
}

/** Every request wants ids that survive moves: https://learn.microsoft.com/graph/outlook-immutable-id */
export const IMMUTABLE_IDS = 'IdType="ImmutableId"';

/** Code of the error thrown when the deadline came before the request could leave. */
export const NOT_SENT = 'NotSent';

/** The SDK's client with our own chain (D5): correlation, repeats of reads, token, deadline, transport. */
export function createGraphClient(deps: GraphClientDeps): GraphClient {
  const { clock, ids, log, transport, tokens, problems, tuning, metrics } = deps;
  const notSent = () =>
    new SyncError('transient', 'The time for this call was over before it could be sent.', { code: NOT_SENT });
  const middleware = createChain([
    correlate(clock, log),
    repeatReads(clock, tuning.maxRetryWaitMs),
    authorize(tokens, clock, notSent),
    sendOver(metrics.countRequests(transport), clock, tuning.requestTimeoutMs, notSent),
  ]);
  const sdk = Client.initWithMiddleware({ middleware, baseUrl: `${deps.endpoint.origin}/`, defaultVersion: 'v1.0' });

  return {
    send: async (call, { deadline, retries = 0 }) => {
      if (problems.length > 0) throw explainProblems(problems);
      const queryAt = call.path.indexOf('?');
      const path = queryAt < 0 ? call.path : call.path.slice(0, queryAt);
      const query = queryAt < 0 ? '' : call.path.slice(queryAt);
      const state = newCallState(query, deadline, retries, ids.uuid());
      const request = sdk
        .api(path)
        .responseType(ResponseType.RAW)
        .headers({ Prefer: IMMUTABLE_IDS, ...(call.body === undefined ? {} : JSON_CONTENT), ...call.headers })
        .option('call', state);
      const body = call.body === undefined ? '' : serialiseBody(call.body);
      await dispatch(request, call.method, body);
      if (state.failure !== null) throw state.failure;
      return state.reply ?? lostReply('network');
    },
  };
}

export const JSON_CONTENT = { 'Content-Type': 'application/json' };

/** A key named `attendees` in JSON text: inside a string value its quotes would be escaped. */
const ATTENDEES_KEY = /[{,]"attendees":/i;

/**
 * JSON as it goes out. Throws `bug` when it names attendees anywhere: Exchange mails everybody listed and that cannot be
 * switched off (R9). The last of two guards; the type that is written has no attendees either.
 */
export function serialiseBody(body: unknown): string {
  const text = JSON.stringify(body);
  if (ATTENDEES_KEY.test(text)) {
    throw new SyncError('bug', 'A request with attendees was stopped: the sync never invites anybody.');
  }
  return text;
}

function newCallState(query: string, deadline: number, retries: number, requestId: string): CallState {
  const sent = { url: '', method: '', headers: {}, body: undefined };
  return { query, deadline, retries, requestId, ...sent, reply: null, failure: null, attempts: 0 };
}

function dispatch(request: ReturnType<Client['api']>, method: Method, body: string): Promise<unknown> {
  switch (method) {
    case 'GET':
      return request.get();
    case 'POST':
      return request.post(body);
    case 'PATCH':
      return request.patch(body);
    case 'DELETE':
      return request.delete();
  }
}
