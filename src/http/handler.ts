import type { HttpHandler, HttpRequest, HttpResponseInit } from '@azure/functions';
import { type App, getApp } from '../app.ts';
import { isSyncError } from '../domain/errors.ts';
import type { Log } from '../sync/ports.ts';
import { createLog, invocationSink } from '../telemetry/log.ts';
import { hasValidKey } from './api-key.ts';
import type { Answer, Endpoint } from './endpoint.ts';
import { type Failure, failureOf, UNAUTHORIZED } from './errors.ts';
import { parseRequest } from './request.ts';

/** Answers are about this moment, and some hold names: nobody on the way may keep them. */
const NO_STORE = { 'cache-control': 'no-store' };

/** The Functions handler of an endpoint: key, parameters, work, answer. Never throws; errors become their documented status. */
export function handlerOf(endpoint: Endpoint, app: () => Promise<App> = getApp): HttpHandler {
  return async (request, context) => {
    const properties = { invocationId: context.invocationId, function: endpoint.name };
    let log = createLog(invocationSink(context), 'info', properties);
    try {
      const ready = await app();
      log = ready.logTo(context, properties);
      return toResponse(await answer(endpoint, ready, request, log));
    } catch (error) {
      return toFailure(error, log);
    }
  };
}

async function answer(endpoint: Endpoint, app: App, request: HttpRequest, log: Log): Promise<Answer | Failure> {
  const isOpen = endpoint.access === 'open' || hasValidKey(app.config.http.apiKey, request.headers);
  if (!isOpen) return UNAUTHORIZED;
  const parsed = await parseRequest(request, { ...endpoint, strict: endpoint.writes });
  return endpoint.answer(app, { ...parsed, deps: { ...app.deps, log } });
}

function toResponse({ status, headers = {}, body }: Answer | Failure): HttpResponseInit {
  const content = typeof body === 'string' ? { body } : { jsonBody: body };
  return { status, headers: { ...NO_STORE, ...headers }, ...content };
}

/** Faults of ours and of our surroundings go to the log; a caller's mistake is the caller's. */
function toFailure(error: unknown, log: Log): HttpResponseInit {
  const failure = failureOf(error);
  if (!isSyncError(error) || failure.status >= 500) log.error('request failed', { error, status: failure.status });
  return toResponse(failure);
}
