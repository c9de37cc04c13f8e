/** What goes in and out of the simulator, and the shape of Graph's errors. */
export interface GraphRequest {
  readonly method: string;
  /** Absolute (`https://graph.microsoft.com/v1.0/...`) or a path with or without the version. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface GraphResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** What an operation answers before it is put on the wire; `json` becomes the body. */
export interface Answer {
  readonly status: number;
  /** Canonical names (`Retry-After`). */
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** A body that is not JSON: an HTML page of a gateway, or JSON cut in the middle. */
  readonly raw?: { readonly contentType: string; readonly text: string };
}

/** Thrown by operations; the dispatcher turns it into Graph's error shape. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Extra members of the error object, for instance `@event.existingEventId`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    code: string,
    message: string,
    extra: { headers?: Record<string, string>; members?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = extra.headers ?? {};
    this.members = extra.members ?? {};
  }
}

/** A transport failure as `fetch` reports it: `TypeError: fetch failed` with the socket's error as cause. */
export function networkError(code: 'ECONNRESET' | 'ETIMEDOUT' | 'ECONNREFUSED', message: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) });
}

export const itemNotFound = (): Refusal =>
  new Refusal(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');

export const badRequest = (message: string, code = 'ErrorInvalidRequest'): Refusal => new Refusal(400, code, message);

/** The error answer of a refusal, with the ids support would ask for; `innererror` in lower case now and then, as in the field. */
export function errorAnswer(refusal: Refusal, requestId: string, clientRequestId: string, nowMs: number): Answer {
  return {
    status: refusal.status,
    headers: refusal.headers,
    json: {
      error: {
        code: refusal.code,
        message: refusal.message,
        ...refusal.members,
        [/[13579bdf]$/.test(requestId) ? 'innererror' : 'innerError']: {
          date: new Date(nowMs).toISOString().slice(0, 19),
          'request-id': requestId,
          'client-request-id': clientRequestId,
        },
      },
    },
  };
}

/** A header's value whatever its casing. */
export function headerOf(headers: Readonly<Record<string, string>>, lowerName: string): string | undefined {
  const direct = headers[lowerName];
  if (direct !== undefined) return direct;
  for (const name in headers) {
    if (name.length === lowerName.length && name.toLowerCase() === lowerName) return headers[name];
  }
  return undefined;
}
