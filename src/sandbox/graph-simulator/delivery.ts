import { Refusal } from './wire.ts';
import type { SimulatorClock } from './world.ts';

/** A request of Graph's own to a notification endpoint. */
export interface OutgoingRequest {
  readonly method: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface EndpointAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Carries a request to an endpoint; a rejection counts as an endpoint that cannot be reached. */
export type Deliver = (url: string, request: OutgoingRequest) => Promise<EndpointAnswer>;

/** The endpoint's answer, or null when it cannot be reached or takes longer than `timeout`. */
export async function askEndpoint(
  clock: SimulatorClock,
  deliver: Deliver,
  url: string,
  request: OutgoingRequest,
  timeout: number,
): Promise<EndpointAnswer | null> {
  const timer = new AbortController();
  const late = clock.sleep(timeout, timer.signal).then(
    () => null,
    () => null,
  );
  try {
    return await Promise.race([deliver(url, request).catch(() => null), late]);
  } finally {
    timer.abort();
  }
}

const failed = (reason: string): Refusal =>
  new Refusal(
    400,
    'InvalidRequest',
    `Subscription validation request ${reason}. Notification endpoint must respond with 200 OK to validation request.`,
  );

/** Percent signs, plus signs and spaces on purpose: only a decoded token may come back. */
function validationToken(requestId: string): string {
  return `Validation: Testing client application reachability for subscription Request-Id: ${requestId} 100% a+b/c=`;
}

const encodeToken = (token: string): string =>
  encodeURIComponent(token)
    .replaceAll('%20', '+')
    .replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());

/**
 * The handshake with a notification URL.
 * @throws Refusal 400 unless 200, `text/plain` and the decoded token come back within the time
 */
export async function validateEndpoint(
  clock: SimulatorClock,
  deliver: Deliver,
  url: string,
  requestId: string,
  timeout: number,
): Promise<void> {
  const token = validationToken(requestId);
  const target = `${url}${url.includes('?') ? '&' : '?'}validationToken=${encodeToken(token)}`;
  const request = { method: 'POST', headers: { 'content-type': 'text/plain; charset=utf-8' }, body: '' } as const;
  const answer = await askEndpoint(clock, deliver, target, request, timeout);
  if (!answer) throw failed('timed out');
  if (answer.status !== 200) throw failed(`failed: HTTP ${answer.status}`);
  const type = answer.headers?.['content-type'] ?? answer.headers?.['Content-Type'] ?? '';
  if (!type.startsWith('text/plain') || answer.body !== token)
    throw failed('failed: the validation token was not echoed');
}
