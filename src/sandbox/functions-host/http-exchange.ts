/** Between fetch's Request and Response and the messages host and worker exchange about an HTTP invocation. */
import type { HttpCookie, HttpMessage, TypedValue } from './core-api.ts';

/**
 * The message the host sends: with the capabilities of the Node worker headers, query and parameters arrive as nullable maps
 * and the body as bytes. Repeated query parameters are joined with commas, as ASP.NET does.
 */
export async function toHttpMessage(request: Request, params: Readonly<Record<string, string>>): Promise<HttpMessage> {
  const url = new URL(request.url);
  const query = new Map<string, string>();
  for (const [key, value] of url.searchParams) {
    const earlier = query.get(key);
    query.set(key, earlier === undefined ? value : `${earlier},${value}`);
  }
  const body = new Uint8Array(await request.arrayBuffer());
  return {
    method: request.method,
    url: url.href,
    nullableHeaders: nullable(request.headers),
    nullableParams: nullable(Object.entries(params)),
    nullableQuery: nullable(query),
    body: body.length > 0 ? { bytes: body } : undefined,
  };
}

function nullable(entries: Iterable<[string, string]>): Record<string, { value: string }> {
  return Object.fromEntries([...entries].map(([key, value]) => [key, { value }]));
}

/** The answer to the caller. No return value is 204, as on Azure. */
export function toResponse(value: TypedValue | null | undefined): Response {
  const message = value?.http;
  if (message === undefined) return new Response(null, { status: 204 });
  const status = Number(message.statusCode ?? '200');
  const headers = new Headers(message.headers);
  for (const cookie of message.cookies ?? []) headers.append('set-cookie', toSetCookie(cookie));
  return new Response(hasBody(status) ? bytesOf(message.body) : null, { status, headers });
}

function hasBody(status: number): boolean {
  return status !== 204 && status !== 205 && status !== 304;
}

function bytesOf(body: TypedValue | null | undefined): Uint8Array<ArrayBuffer> | null {
  if (body?.bytes !== undefined) return body.bytes.length > 0 ? new Uint8Array(body.bytes) : null;
  const text = body?.string ?? body?.json;
  return text === undefined ? null : new TextEncoder().encode(text);
}

function toSetCookie(cookie: HttpCookie): string {
  const seconds = cookie.expires?.value?.seconds;
  const sameSite = { none: null, lax: 'Lax', strict: 'Strict', explicitNone: 'None' }[cookie.sameSite ?? 'none'];
  const parts = [
    `${encodeURIComponent(cookie.name)}=${encodeURIComponent(cookie.value)}`,
    cookie.domain?.value && `Domain=${cookie.domain.value}`,
    cookie.path?.value && `Path=${cookie.path.value}`,
    typeof seconds === 'number' && `Expires=${new Date(seconds * 1000).toUTCString()}`,
    cookie.maxAge?.value !== undefined && `Max-Age=${cookie.maxAge.value}`,
    cookie.secure?.value && 'Secure',
    cookie.httpOnly?.value && 'HttpOnly',
    sameSite && `SameSite=${sameSite}`,
  ];
  return parts.filter((part) => typeof part === 'string' && part !== '').join('; ');
}
