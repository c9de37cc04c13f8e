/** A notification endpoint for tests: echoes handshakes, keeps what it was sent, and misbehaves on demand. */
import type { Deliver, EndpointAnswer } from '../../src/sandbox/graph-simulator/delivery.ts';

export interface Notification {
  readonly id: string;
  readonly subscriptionId: string;
  readonly clientState: string;
  readonly changeType?: string;
  readonly lifecycleEvent?: string;
  readonly tenantId: string;
  readonly resource: string;
  readonly resourceData: { readonly id: string; readonly '@odata.etag': string; readonly '@odata.type': string };
}

export interface Endpoint {
  readonly deliver: Deliver;
  /** URLs of handshakes, as they were called. */
  readonly handshakes: string[];
  /** Every POST with notifications, in the order of arrival. */
  readonly posts: { readonly url: string; readonly value: readonly Notification[] }[];
  received(): readonly Notification[];
  /** Replaces the answer to notifications; null restores 202. */
  answerWith(answer: (() => Promise<EndpointAnswer>) | null): void;
  /** Replaces the answer to handshakes. */
  greetWith(answer: (token: string) => Promise<EndpointAnswer>): void;
}

export const echo = async (token: string): Promise<EndpointAnswer> => ({
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: token,
});

export function createEndpoint(): Endpoint {
  const handshakes: string[] = [];
  const posts: { url: string; value: readonly Notification[] }[] = [];
  let answer: (() => Promise<EndpointAnswer>) | null = null;
  let greet = echo;
  return {
    handshakes,
    posts,
    received: () => posts.flatMap((each) => each.value),
    answerWith(next) {
      answer = next;
    },
    greetWith(next) {
      greet = next;
    },
    async deliver(url, request) {
      const token = new URL(url).searchParams.get('validationToken');
      if (token !== null) {
        handshakes.push(url);
        return greet(token);
      }
      posts.push({ url, value: (JSON.parse(request.body) as { value: Notification[] }).value });
      return answer ? answer() : { status: 202 };
    },
  };
}
