import type { GraphSimulator } from './simulator.ts';

function plainHeaders(init: RequestInit['headers'], own: Headers): Record<string, string> {
  const headers: Record<string, string> = {};
  own.forEach((value, name) => {
    headers[name] = value;
  });
  new Headers(init).forEach((value, name) => {
    headers[name] = value;
  });
  return headers;
}

/** Settles with `work`, unless the signal aborts first; the service goes on working all the same. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * A `fetch` whose only host is the simulator. Bodies must be texts. An aborted request rejects with the signal's reason, but what it
 * asked for still happens, as on a real network.
 */
export function createSimulatorFetch(simulator: Pick<GraphSimulator, 'handle'>): typeof fetch {
  return async (resource, init) => {
    const request = typeof resource === 'object' && 'url' in resource ? resource : null;
    const signal = init?.signal ?? request?.signal;
    if (signal?.aborted) throw signal.reason;
    const body = init?.body === undefined && request ? await request.text() : init?.body;
    const work = simulator.handle({
      method: init?.method ?? request?.method ?? 'GET',
      url: request?.url ?? String(resource),
      headers: plainHeaders(init?.headers, request?.headers ?? new Headers()),
      body: typeof body === 'string' && body !== '' ? body : undefined,
    });
    const { status, headers, body: text } = await untilAborted(work, signal);
    return new Response(status === 204 || text === undefined ? null : text, { status, headers });
  };
}
