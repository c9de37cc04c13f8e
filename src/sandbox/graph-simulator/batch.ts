import { parseQuery } from './call.ts';
import type { Delivery } from './fault-effects.ts';
import type { Forward, Operation } from './gatekeeper.ts';
import type { MetricsRecorder } from './metrics.ts';
import { type Answer, badRequest, headerOf } from './wire.ts';
import type { World } from './world.ts';

export interface Part {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly dependsOn: readonly string[];
}

interface PartResponse {
  readonly id: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const invalid = (message: string) => badRequest(`Invalid batch payload format. ${message}`, 'BadRequest');

function readPart(value: unknown, ids: Set<string>): Part {
  const given = (value ?? {}) as Partial<Part>;
  if (typeof given.id !== 'string' || given.id === '') throw invalid("Every request needs an 'id'.");
  if (ids.has(given.id.toLowerCase())) throw invalid(`The id '${given.id}' is used twice.`);
  ids.add(given.id.toLowerCase());
  if (typeof given.method !== 'string' || typeof given.url !== 'string')
    throw invalid("Every request needs 'method' and 'url'.");
  if (/^[a-z]+:\/\//i.test(given.url)) throw invalid("'url' must be relative.");
  const headers = given.headers ?? {};
  if (given.body !== undefined && given.body !== null && headerOf(headers, 'content-type') === undefined) {
    throw invalid("A request with a body needs a 'Content-Type' header.");
  }
  const { id, method, url, body, dependsOn = [] } = given as Part;
  return { id, method: method.toUpperCase(), url, headers, body: body ?? undefined, dependsOn };
}

/** The parts of a `$batch` body. @throws Refusal 400 when it is malformed */
export function readBatch(body: unknown, maxParts: number): Part[] {
  const requests = (body as { requests?: unknown } | undefined)?.requests;
  if (!Array.isArray(requests) || requests.length === 0) throw invalid("'requests' is missing.");
  if (requests.length > maxParts) throw invalid(`A batch takes at most ${maxParts} requests.`);
  const ids = new Set<string>();
  const parts = requests.map((request) => readPart(request, ids));
  for (const part of parts) {
    for (const id of part.dependsOn) {
      if (!parts.some((each) => each.id === id)) throw invalid(`'dependsOn' names '${id}', which is not in the batch.`);
    }
  }
  return parts;
}

export interface BatchParts {
  readonly world: World;
  readonly forward: Forward;
  readonly metrics: MetricsRecorder;
}

/** Carries out the parts: at most four at a time, a chain in its order, each answered on its own. */
/** @param outer the `$batch` request the parts came in */
export type BatchRunner = (parts: readonly Part[], outer: Operation) => Promise<Answer>;

export function createBatchRunner({ world, forward, metrics }: BatchParts): BatchRunner {
  function casing(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    if (world.settings.batch.headerCasing === 'canonical' || world.random.chance(0.5)) return headers;
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  }

  function responseOf(part: Part, delivery: Delivery): PartResponse {
    // A lost answer inside a batch is a gateway timeout of that part: the batch itself did arrive.
    const answer: Answer = delivery.lost
      ? { status: 504, json: { error: { code: 'UnknownError', message: '' } } }
      : delivery.answer;
    const { status, headers, json, raw } = answer;
    const body = raw ? Buffer.from(raw.text).toString('base64') : json;
    const type = raw
      ? { 'Content-Type': raw.contentType }
      : json === undefined
        ? {}
        : { 'Content-Type': 'application/json' };
    return { id: part.id, status, headers: casing({ ...headers, ...type }), ...(body === undefined ? {} : { body }) };
  }

  async function runPart(part: Part, { app, requestId }: Operation, bytes: number): Promise<PartResponse> {
    const at = part.url.indexOf('?');
    const path = at < 0 ? part.url : part.url.slice(0, at);
    const delivery = await forward({
      method: part.method,
      path: path.startsWith('/') ? path : `/${path}`,
      query: at < 0 ? {} : parseQuery(part.url.slice(at + 1)),
      headers: part.headers,
      body: part.body,
      bytes,
      app,
      part: true,
      requestId,
    });
    return responseOf(part, delivery);
  }

  return async function runBatch(parts, outer) {
    metrics.batch(parts.length);
    const share = Math.floor(outer.bytes / parts.length);
    const done = new Map<string, PartResponse>();
    const waiting = [...parts];
    const failed = (id: string): boolean => (done.get(id)?.status ?? 0) >= 400;

    function takeReady(): Part | undefined {
      const at = waiting.findIndex((part) => part.dependsOn.every((id) => done.has(id)));
      return at < 0 ? undefined : waiting.splice(at, 1)[0];
    }

    async function work(): Promise<void> {
      for (let part = takeReady(); part; part = takeReady()) {
        const broken = part.dependsOn.some(failed);
        const response = broken ? failedDependency(part) : await runPart(part, outer, share);
        done.set(part.id, response);
      }
    }

    const chained = parts.some((part) => part.dependsOn.length > 0);
    const workers = chained ? 1 : Math.min(world.settings.batch.forwardedAtOnce, parts.length);
    await Promise.all(Array.from({ length: workers }, work));
    const responses = parts.map((part) => done.get(part.id) ?? failedDependency(part));
    return {
      status: 200,
      json: { responses: world.settings.batch.shuffleResponses ? world.random.shuffled(responses) : responses },
    };
  };
}

function failedDependency(part: Part): PartResponse {
  return {
    id: part.id,
    status: 424,
    headers: { 'Content-Type': 'application/json' },
    body: { error: { code: 'FailedDependency', message: 'A request this one depends on failed.' } },
  };
}
