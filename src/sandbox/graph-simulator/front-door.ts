/** From a raw request to a raw response: token, URL, body, batch or single operation, and faults of the transport. */
import { type BatchRunner, readBatch } from './batch.ts';
import { parseQuery } from './call.ts';
import { type Delivery, explainWith, spoil, strikesBefore } from './fault-effects.ts';
import { type FaultScript, faultName } from './faults.ts';
import { appOf, type Forward, type Operation, parseBody } from './gatekeeper.ts';
import { guidOf } from './ids.ts';
import type { MetricsRecorder } from './metrics.ts';
import {
  type Answer,
  errorAnswer,
  type GraphRequest,
  type GraphResponse,
  headerOf,
  networkError,
  Refusal,
} from './wire.ts';
import type { World } from './world.ts';

export interface FrontDoorParts {
  readonly world: World;
  readonly forward: Forward;
  readonly runBatch: BatchRunner;
  readonly faults: FaultScript;
  readonly metrics: MetricsRecorder;
}

const JSON_TYPE = 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';
const VERSION = /^\/(v1\.0|beta)(?=\/|$)/;
const BATCH = { method: 'POST', path: '/$batch', kind: 'batch', mailbox: null, address: null, part: false } as const;

/** Path and query of an absolute or relative URL; a fragment never travels. */
function splitUrl(url: string): { path: string; query: string } {
  const scheme = url.indexOf('://');
  const start = scheme < 0 ? 0 : url.indexOf('/', scheme + 3);
  const hash = url.indexOf('#');
  const text = url.slice(start < 0 ? url.length : start, hash < 0 ? undefined : hash);
  const at = text.indexOf('?');
  return at < 0 ? { path: text, query: '' } : { path: text.slice(0, at), query: text.slice(at + 1) };
}

function onWire(answer: Answer, request: GraphRequest, requestId: string): GraphResponse {
  const headers: Record<string, string> = { 'request-id': requestId };
  const clientId = headerOf(request.headers, 'client-request-id');
  if (clientId !== undefined) headers['client-request-id'] = clientId;
  for (const name in answer.headers) headers[name.toLowerCase()] = answer.headers[name] as string;
  if (answer.raw) {
    headers['content-type'] = answer.raw.contentType;
    return { status: answer.status, headers, body: answer.raw.text };
  }
  if (answer.json === undefined) return { status: answer.status, headers };
  headers['content-type'] = JSON_TYPE;
  return { status: answer.status, headers, body: JSON.stringify(answer.json) };
}

/** Never rejects but for injected transport failures (`TypeError: fetch failed`) and bugs of ours. */
export function createFrontDoor(parts: FrontDoorParts): (request: GraphRequest) => Promise<GraphResponse> {
  const { world, forward, runBatch, faults, metrics } = parts;
  const requestPrefix = guidOf(`${world.seed}/requests`).slice(0, 24);

  async function handleBatch(operation: Operation): Promise<Delivery> {
    const fault = faults.strike(BATCH);
    if (fault) metrics.fault(faultName(fault));
    if (world.settings.batchOverhead > 0) await world.clock.sleep(world.settings.batchOverhead);
    const clientId = headerOf(operation.headers, 'client-request-id') ?? operation.requestId;
    const explain = explainWith(operation.requestId, clientId, world.clock.now());
    if (fault && strikesBefore(fault)) return spoil(fault, { status: 504 }, explain);
    const answer = await runBatch(readBatch(operation.body, world.settings.batch.maxParts), operation);
    return fault ? spoil(fault, answer, explain) : { answer };
  }

  function understand(request: GraphRequest, requestId: string): Operation {
    const app = appOf(world, request.headers);
    const type = headerOf(request.headers, 'content-type');
    if (request.body !== undefined && request.body !== '' && !type?.startsWith('application/json')) {
      throw new Refusal(415, 'UnsupportedMediaType', "The request needs 'Content-Type: application/json'.");
    }
    const { path, query } = splitUrl(request.url);
    return {
      method: request.method.toUpperCase(),
      path: path.replace(VERSION, ''),
      query: parseQuery(query),
      headers: request.headers,
      body: parseBody(request.body),
      bytes: request.body?.length ?? 0,
      app,
      part: false,
      requestId,
    };
  }

  async function serve(request: GraphRequest, requestId: string): Promise<Delivery> {
    try {
      const operation = understand(request, requestId);
      const isBatch = operation.path === '/$batch' && operation.method === 'POST';
      return await (isBatch ? handleBatch(operation) : forward(operation));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const clientId = headerOf(request.headers, 'client-request-id') ?? requestId;
      return { answer: errorAnswer(error, requestId, clientId, world.clock.now()) };
    }
  }

  return async function handle(request) {
    metrics.request();
    const requestId = requestPrefix + (++world.counters.requests).toString(16).padStart(12, '0');
    const { answer, lost } = await serve(request, requestId);
    switch (lost) {
      case undefined:
        return onWire(answer, request, requestId);
      case 'hang':
        return new Promise(() => undefined);
      case 'drop':
        await world.clock.sleep(world.settings.lostReply);
        throw networkError('ETIMEDOUT', 'The answer never came.');
      default:
        throw networkError('ECONNRESET', 'The connection was reset.');
    }
  };
}
