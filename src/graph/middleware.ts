import type { Context, Middleware } from '@microsoft/microsoft-graph-client';
import type { SyncError } from '../domain/errors.ts';
import type { Clock, Log } from '../sync/ports.ts';
import type { TokenSource } from './credentials.ts';
import { beforeDeadline, sleepUntil } from './deadline.ts';
import { readRetryAfter } from './graph-errors.ts';
import { type GraphReply, headerOf, lostReply, readReply, type Transport } from './transport.ts';

/** One call on its way through the chain. The SDK hands our option `call` along with its own. */
export interface CallState {
  /** Raw query with `?`, or empty. */
  readonly query: string;
  /** Epoch ms on the injected clock. */
  readonly deadline: number;
  /** Times a GET may be repeated; 0 for everything else. */
  readonly retries: number;
  readonly requestId: string;
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
  reply: GraphReply | null;
  /** Set when the call ended before anything was sent. */
  failure: unknown;
  attempts: number;
}

export type Step = (call: CallState, next: () => Promise<void>) => Promise<void>;

/**
 * The SDK's chain made of our steps. The first link takes the request over from the SDK, with the query string the SDK would
 * parse and put together again in another order (links are opaque), and catches what the steps throw (the SDK would wrap it
 * into a `GraphError` without kind).
 */
export function createChain(steps: readonly Step[]): Middleware[] {
  const run = (index: number, call: CallState): Promise<void> => {
    const step = steps[index];
    return step === undefined ? Promise.resolve() : step(call, () => run(index + 1, call));
  };
  const execute = async (context: Context) => {
    const { call, method, headers, body } = context.options as unknown as SdkOptions;
    call.url = `${context.request as string}${call.query}`;
    call.method = method;
    call.headers = headers;
    call.body = body === '' ? undefined : body;
    try {
      await run(0, call);
    } catch (error) {
      call.failure = error;
    }
  };
  return [{ execute }];
}

interface SdkOptions {
  readonly call: CallState;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** Marks each request so that Microsoft's support can find it, and writes one debug line with both ids. */
export function correlate(clock: Clock, log: Log): Step {
  return async (call, next) => {
    call.headers['client-request-id'] = call.requestId;
    const startedAt = clock.now();
    await next();
    log.debug('graph request', {
      method: call.method,
      status: call.reply?.status ?? null,
      lost: call.reply?.lost ?? null,
      attempts: call.attempts,
      durationMs: clock.now() - startedAt,
      clientRequestId: call.requestId,
      requestId: call.reply === null ? null : headerOf(call.reply, 'request-id'),
    });
  };
}

const REPEATABLE: ReadonlySet<number> = new Set([0, 408, 429, 500, 502, 503, 504]);
const BACKOFF_MS = [500, 2_000, 5_000];

/** Waits before attempt `n + 1`: what the other side asked for, else growing steps spread by a fraction 0..1. */
export function backoff(attempt: number, retryAfterMs: number | null, spread: number): number {
  if (retryAfterMs !== null) return retryAfterMs;
  const base = BACKOFF_MS[Math.min(attempt, BACKOFF_MS.length) - 1] ?? 500;
  return Math.round(base * (0.75 + spread / 2));
}

/** Repeats a GET that was throttled, failed on their side or lost its answer. Nothing else is ever repeated here. */
export function repeatReads(clock: Clock, maxRetryWaitMs: number): Step {
  return async (call, next) => {
    for (;;) {
      await next();
      const reply = call.reply;
      if (reply === null || (reply.lost === null && !REPEATABLE.has(reply.status))) return;
      if (call.method !== 'GET' || call.attempts > call.retries) return;
      const wait = backoff(call.attempts, readRetryAfter(reply, clock.now()), spreadOf(call.requestId));
      if (wait > maxRetryWaitMs || !(await sleepUntil(clock, clock.now() + wait, call.deadline))) return;
    }
  };
}

/** A fraction 0..1 out of a random id, so that waits differ between workers without another source of chance. */
export function spreadOf(uuid: string): number {
  const value = Number.parseInt(uuid.slice(0, 8), 16);
  return Number.isNaN(value) ? 0.5 : value / 0xffff_ffff;
}

/**
 * Adds the token. Our own step because the SDK's handler never gives a token to plain http, not even on loopback. A 401 is
 * answered with one new token; nothing was carried out, so any method may be sent again.
 */
export function authorize(tokens: TokenSource, clock: Clock, notSent: () => SyncError): Step {
  return async (call, next) => {
    const acquire = async (refused?: { token: string; claims: string | null }) => {
      const token = await beforeDeadline(clock, call.deadline, () => tokens.token(refused));
      if (token === null) throw notSent();
      call.headers = { ...call.headers, Authorization: `Bearer ${token}` };
      return token;
    };
    const token = await acquire();
    await next();
    if (call.reply?.status !== 401) return;
    const renewed = await acquire({ token, claims: readClaims(call.reply) });
    if (renewed !== token) await next();
  };
}

/** The claims challenge of continuous access evaluation, decoded; null when there is none. */
function readClaims(reply: GraphReply): string | null {
  const encoded = /claims="([^"]+)"/.exec(headerOf(reply, 'www-authenticate') ?? '')?.[1];
  return encoded === undefined ? null : Buffer.from(encoded, 'base64').toString('utf8');
}

/** The last link: sends, reads and parses, all before the request's timeout and the call's deadline. */
export function sendOver(transport: Transport, clock: Clock, timeoutMs: number, notSent: () => SyncError): Step {
  return async (call) => {
    const now = clock.now();
    if (now >= call.deadline) throw notSent();
    call.attempts += 1;
    const { method, url, headers, body } = call;
    try {
      const reply = await beforeDeadline(clock, Math.min(call.deadline, now + timeoutMs), async (signal) =>
        readReply(await transport({ method, url, headers, signal, ...(body === undefined ? {} : { body }) })),
      );
      call.reply = reply ?? lostReply('timeout');
    } catch (error) {
      call.reply = lostReply('network', networkCode(error));
    }
  };
}

/** `ECONNRESET` and the like; fetch hides it in the cause. */
function networkCode(error: unknown): string | null {
  let at = error;
  for (let depth = 0; depth < 5 && typeof at === 'object' && at !== null; depth += 1) {
    const { code, cause } = at as { code?: unknown; cause?: unknown };
    if (typeof code === 'string') return code;
    at = cause;
  }
  return null;
}
