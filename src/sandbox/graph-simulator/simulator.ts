import { createBatchRunner, readBatch } from './batch.ts';
import { parseQuery } from './call.ts';
import { createDeltaRounds, type DeltaRounds } from './delta-rounds.ts';
import { type Delivery, explainWith, spoil, strikesBefore } from './fault-effects.ts';
import { createFaultScript, type FaultScript, faultName } from './faults.ts';
import { appOf, createGatekeeper, type Operation, parseBody } from './gatekeeper.ts';
import { guidOf } from './ids.ts';
import type { Mailbox, MailboxHealth } from './mailbox.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createPreferenceReader } from './preferences.ts';
import { createRandom } from './random.ts';
import { type SettingsOverride, type SimulatorSettings, settingsWith } from './settings.ts';
import { createLimiter } from './throttling.ts';
import { usersRouter } from './users.ts';
import {
  type Answer,
  errorAnswer,
  type GraphRequest,
  type GraphResponse,
  headerOf,
  networkError,
  Refusal,
} from './wire.ts';
import {
  addMailbox,
  createWorld,
  findMailbox,
  type Mail,
  type NewMailbox,
  type SimulatorClock,
  type World,
} from './world.ts';
import { createZones } from './zones.ts';

export interface SimulatorOptions {
  readonly clock: SimulatorClock;
  /** The same seed gives the same ids, orders and delays. */
  readonly seed?: string;
  readonly settings?: SettingsOverride;
}

/** Microsoft Graph in memory, as strict as the documents and field reports allow (docs/simulated-graph.md). */
export interface GraphSimulator {
  /** Never rejects but for injected transport failures (`TypeError: fetch failed`). */
  handle(request: GraphRequest): Promise<GraphResponse>;
  readonly settings: SimulatorSettings;
  readonly faults: FaultScript;
  readonly metrics: Metrics;
  readonly mails: readonly Mail[];
  readonly world: World;
  addMailbox(mailbox: NewMailbox): Mailbox;
  /** @throws Error when the mailbox is unknown */
  mailbox(reference: string): Mailbox;
  /** Makes every call on a mailbox fail, or heals it with `ok`. */
  setHealth(reference: string, health: MailboxHealth): void;
  /** Kills all delta tokens, of one mailbox or of all. */
  expireDeltaTokens(reference?: string): void;
}

const JSON_TYPE = 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';
const VERSION = /^\/(v1\.0|beta)(?=\/|$)/;

/** Path and query of an absolute or relative URL. */
function splitUrl(url: string): { path: string; query: string } {
  const scheme = url.indexOf('://');
  const start = scheme < 0 ? 0 : url.indexOf('/', scheme + 3);
  const hash = url.indexOf('#');
  const text = url.slice(start < 0 ? url.length : start, hash < 0 ? undefined : hash);
  const at = text.indexOf('?');
  return at < 0 ? { path: text, query: '' } : { path: text.slice(0, at), query: text.slice(at + 1) };
}

export function createGraphSimulator(options: SimulatorOptions): GraphSimulator {
  const seed = options.seed ?? 'fjordvik';
  const settings = settingsWith(options.settings);
  const world = createWorld({
    seed,
    clock: options.clock,
    settings,
    random: createRandom(seed),
    zones: createZones(settings.anyIanaZone),
  });
  const rounds: DeltaRounds = createDeltaRounds();
  const faults = createFaultScript(world.random);
  const metrics = createMetrics(settings.logEntries);
  const forward = createGatekeeper({
    world,
    areas: { rounds, users: usersRouter, others: {} },
    limiter: createLimiter(settings.limits),
    faults,
    metrics,
    readPreferences: createPreferenceReader(world.zones),
  });
  const runBatch = createBatchRunner({ world, forward, metrics });

  function requireMailbox(reference: string): Mailbox {
    const mailbox = findMailbox(world, reference);
    if (!mailbox) throw new Error(`The simulator has no mailbox '${reference}'.`);
    return mailbox;
  }

  function respond(answer: Answer, request: GraphRequest, requestId: string): GraphResponse {
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

  async function deliver(delivery: Delivery, request: GraphRequest, requestId: string): Promise<GraphResponse> {
    switch (delivery.lost) {
      case undefined:
        return respond(delivery.answer, request, requestId);
      case 'hang':
        return new Promise(() => undefined);
      case 'drop':
        await world.clock.sleep(settings.lostReply);
        throw networkError('ETIMEDOUT', 'The answer never came.');
      default:
        throw networkError('ECONNRESET', 'The connection was reset.');
    }
  }

  async function handleBatch(operation: Operation): Promise<Delivery> {
    const subject = { method: 'POST', path: '/$batch', kind: 'batch', mailbox: null, address: null, part: false };
    const fault = faults.strike(subject);
    if (fault) metrics.fault(faultName(fault));
    if (settings.batchOverhead > 0) await world.clock.sleep(settings.batchOverhead);
    const clientId = headerOf(operation.headers, 'client-request-id') ?? operation.requestId;
    const explain = explainWith(operation.requestId, clientId, world.clock.now());
    if (fault && strikesBefore(fault)) return spoil(fault, { status: 504 }, explain);
    const parts = readBatch(operation.body, settings.batch.maxParts);
    const answer = await runBatch(parts, operation.app, operation.requestId, operation.bytes);
    return fault ? spoil(fault, answer, explain) : { answer };
  }

  async function handle(request: GraphRequest): Promise<GraphResponse> {
    metrics.request();
    const requestId = guidOf(`${seed}/request/${++world.counters.requests}`);
    let delivery: Delivery;
    try {
      const app = appOf(world, request.headers);
      const { path, query } = splitUrl(request.url);
      const operation: Operation = {
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
      const batch = operation.path === '/$batch' && operation.method === 'POST';
      delivery = await (batch ? handleBatch(operation) : forward(operation));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const clientId = headerOf(request.headers, 'client-request-id') ?? requestId;
      delivery = { answer: errorAnswer(error, requestId, clientId, world.clock.now()) };
    }
    return deliver(delivery, request, requestId);
  }

  return {
    handle,
    settings,
    faults,
    metrics,
    mails: world.mails,
    world,
    addMailbox: (mailbox) => addMailbox(world, mailbox),
    mailbox: requireMailbox,
    setHealth(reference, health) {
      requireMailbox(reference).health = health;
    },
    expireDeltaTokens(reference) {
      const mailboxes = reference === undefined ? world.mailboxes.values() : [requireMailbox(reference)];
      for (const mailbox of mailboxes) mailbox.syncGeneration += 8;
    },
  };
}
