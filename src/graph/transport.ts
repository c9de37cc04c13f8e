/** What the last link of the chain calls: `fetch` in production, a simulator without sockets in tests. */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>;

export interface TransportRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export interface TransportResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The transport over the global `fetch`. */
export const fetchTransport: Transport = async ({ url, ...request }) => {
  const response = await fetch(url, request);
  const headers = Object.fromEntries(response.headers);
  return { status: response.status, headers, body: await response.text() };
};

/** Why there is no usable answer: nothing came in time, the connection failed, or what came is not JSON. */
export type LostReason = 'timeout' | 'network' | 'unreadable';

/** An answer of Graph, its body parsed once: an HTTP response or one part of a batch. */
export interface GraphReply {
  /** HTTP status; 0 when none arrived. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined when empty or unreadable. */
  readonly body: unknown;
  readonly lost: LostReason | null;
}

/** The reply standing for an answer that never arrived; `code` says why, where the system told. */
export function lostReply(lost: LostReason, code: string | null = null): GraphReply {
  return { status: 0, headers: {}, body: code === null ? undefined : { error: { code } }, lost };
}

/** Parses a response once; a 2xx whose body is not JSON counts as lost (gateways answer HTML). */
export function readReply({ status, headers, body }: TransportResponse): GraphReply {
  if (body === undefined || body === '' || status === 204) return { status, headers, body: undefined, lost: null };
  try {
    return { status, headers, body: JSON.parse(body), lost: null };
  } catch {
    return { status, headers, body: undefined, lost: isSuccess(status) ? 'unreadable' : null };
  }
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** A header by its lower-case name; parts of a batch write names as they like. */
export function headerOf(reply: Pick<GraphReply, 'headers'>, lowerName: string): string | null {
  const direct = reply.headers[lowerName];
  if (direct !== undefined) return direct;
  for (const name in reply.headers) {
    if (name.length === lowerName.length && name.toLowerCase() === lowerName) return reply.headers[name] ?? null;
  }
  return null;
}
