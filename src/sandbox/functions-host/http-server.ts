/** A socket in front of a fetch-like handler, on loopback. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';

export interface HttpServer {
  readonly port: number;
  /** `http://localhost:8082` */
  readonly url: string;
  /** Takes no new request, lets running ones finish, and resolves when all connections are gone. */
  close(): Promise<void>;
  /** Cuts what is left. */
  destroy(): void;
}

/** Body size the Functions host takes by default (`FUNCTIONS_REQUEST_BODY_SIZE_LIMIT`). */
const MAX_BODY_BYTES = 104_857_600;

/** Serves `handle` on 127.0.0.1; port 0 takes a free one. Rejects with Node's error (`EADDRINUSE`) when it cannot. */
export async function serveHttp(
  handle: (request: Request) => Promise<Response>,
  port: number,
  maxBodyBytes = MAX_BODY_BYTES,
): Promise<HttpServer> {
  const server = createServer((incoming, outgoing) => {
    answer(handle, incoming, outgoing, maxBodyBytes).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(void server.off('error', reject)));
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: `http://localhost:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
    destroy: () => server.closeAllConnections(),
  };
}

async function answer(
  handle: (request: Request) => Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  maxBodyBytes: number,
): Promise<void> {
  const body = await readBody(incoming, maxBodyBytes);
  const request = body === null ? null : toRequest(incoming, body);
  const refused = body === null ? 413 : 400;
  const response = request === null ? new Response(null, { status: refused }) : await handle(request);
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) if (name !== 'set-cookie') outgoing.setHeader(name, value);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies);
  if (body === null) outgoing.setHeader('connection', 'close');
  if (response.body === null || incoming.method === 'HEAD') outgoing.end();
  else await pipeline(Readable.fromWeb(response.body as ReadableStream), outgoing);
}

/** Null when the body is too large. */
async function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Buffer<ArrayBuffer> | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Null when it is no request fetch knows: an impossible URL, a TRACE. */
function toRequest(incoming: IncomingMessage, body: Buffer<ArrayBuffer>): Request | null {
  try {
    const headers = new Headers();
    for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
      headers.append(incoming.rawHeaders[i] ?? '', incoming.rawHeaders[i + 1] ?? '');
    }
    const method = incoming.method ?? 'GET';
    const hasBody = body.length > 0 && method !== 'GET' && method !== 'HEAD';
    const url = `http://${incoming.headers.host ?? 'localhost'}${incoming.url ?? '/'}`;
    return new Request(url, { method, headers, body: hasBody ? body : null });
  } catch {
    return null;
  }
}
