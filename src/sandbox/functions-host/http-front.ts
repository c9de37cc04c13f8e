/** HTTP in front of the functions: routes, keys, and the host's own path to run a function by hand. */
import { timingSafeEqual } from 'node:crypto';
import type { Execute } from './executor.ts';
import type { AuthLevel, HttpFunction, IndexedFunction } from './function-index.ts';
import { toHttpMessage, toResponse } from './http-exchange.ts';
import { createRouteTable } from './http-routes.ts';

export interface HostKeys {
  readonly function: string;
  readonly master: string;
}

export interface HttpFrontDeps {
  readonly functions: readonly IndexedFunction[];
  readonly keys: HostKeys | null;
  readonly execute: Execute;
}

/**
 * Answers as the Functions host: 404 for an unknown route or method, 401 for a missing or wrong key, 500 without a body when the
 * function throws. `POST /admin/functions/<name>` starts a timer or queue function and answers 202 at once.
 */
export function createHttpFront({ functions, keys, execute }: HttpFrontDeps): (request: Request) => Promise<Response> {
  const served = functions.filter((one): one is HttpFunction => one.kind === 'http' && !one.disabled);
  const byName = new Map(served.map((one) => [one.name, one]));
  const routes = createRouteTable(
    served.map(({ name, route, methods }) => ({ functionName: name, template: route, methods })),
  );

  async function runByHand(request: Request, name: string): Promise<Response> {
    if (!isAllowed(request, 'admin', keys)) return status(401);
    const one = functions.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (one === undefined || request.method !== 'POST') return status(404);
    if (one.kind === 'http') return status(400);
    const input = await readInput(request);
    if (input === null) return status(400);
    const trigger = { input: one.kind === 'queue' ? { string: input } : { json: MANUAL_TIMER } };
    execute(one, 'manual', trigger).catch(() => undefined);
    return status(202);
  }

  return async (request) => {
    const { pathname } = new URL(request.url);
    const byHand = /^\/admin\/functions\/([^/]+)$/i.exec(pathname)?.[1];
    if (byHand !== undefined) return runByHand(request, decodeURIComponent(byHand));

    const match = routes.find(request.method, pathname);
    const one = match === null ? undefined : byName.get(match.functionName);
    if (match === null || one === undefined) return status(404);
    if (!isAllowed(request, one.authLevel, keys)) return status(401);
    const input = { http: await toHttpMessage(request, match.params) };
    try {
      const trigger = { input, traceParent: request.headers.get('traceparent') };
      const response = await execute(one, `${request.method} ${pathname}`, trigger);
      return toResponse(response.returnValue);
    } catch {
      return status(500);
    }
  };
}

const MANUAL_TIMER = JSON.stringify({ Schedule: { AdjustForDST: true }, ScheduleStatus: null, IsPastDue: false });

function status(code: number): Response {
  return new Response(null, { status: code });
}

/** Level `function` takes either key, `admin` the master key only; in `x-functions-key` or `?code=`. */
function isAllowed(request: Request, level: AuthLevel, keys: HostKeys | null): boolean {
  if (level === 'anonymous' || keys === null) return true;
  const given = request.headers.get('x-functions-key') ?? new URL(request.url).searchParams.get('code');
  if (given === null) return false;
  const accepted = level === 'admin' ? [keys.master] : [keys.function, keys.master];
  return accepted.some((key) => isSame(given, key));
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** `{ "input": "..." }`, or nothing; null when the body is no such thing. */
async function readInput(request: Request): Promise<string | null> {
  const text = await request.text();
  if (text === '') return '';
  try {
    const body: unknown = JSON.parse(text);
    const input = typeof body === 'object' && body !== null && 'input' in body ? body.input : '';
    return typeof input === 'string' ? input : JSON.stringify(input);
  } catch {
    return null;
  }
}
