/** Everything between the wire and an operation: token, mailbox, limits, latency, faults, measuring. */
import { workOffJobs } from './attendant.ts';
import type { Call, Query } from './call.ts';
import { type Delivery, type Explain, explainWith, spoil, strikesBefore } from './fault-effects.ts';
import { type Fault, type FaultScript, type FaultSubject, faultName } from './faults.ts';
import type { Mailbox } from './mailbox.ts';
import type { MetricsRecorder } from './metrics.ts';
import type { PreferenceReader } from './preferences.ts';
import { type Areas, folderOf, type Route, routeOf } from './router.ts';
import type { Limiter } from './throttling.ts';
import { type Answer, badRequest, headerOf, Refusal } from './wire.ts';
import { findMailbox, type World } from './world.ts';

/** One operation on its way in: a request of its own, or a part of a batch. */
export interface Operation {
  readonly method: string;
  /** Without version and query. */
  readonly path: string;
  readonly query: Query;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly bytes: number;
  readonly app: string;
  readonly part: boolean;
  readonly requestId: string;
}

export interface GatekeeperParts {
  readonly world: World;
  readonly areas: Areas;
  readonly limiter: Limiter;
  readonly faults: FaultScript;
  readonly metrics: MetricsRecorder;
  readonly readPreferences: PreferenceReader;
}

export type Forward = (operation: Operation) => Promise<Delivery>;

function refuseUnhealthy(mailbox: Mailbox): void {
  switch (mailbox.health) {
    case 'ok':
      return;
    case 'access-denied':
      throw new Refusal(
        403,
        'ErrorAccessDenied',
        'Access to OData is disabled: blocked by tenant configured AppOnly AccessPolicy settings.',
      );
    case 'ErrorQuotaExceeded':
      throw new Refusal(507, 'ErrorQuotaExceeded', 'The mailbox is full.');
    case 'extensionError':
      throw new Refusal(403, 'extensionError', 'The mailbox is on-premises or blocked by policy.');
    default:
      throw new Refusal(404, mailbox.health, 'The mailbox is either inactive, soft-deleted, or is hosted on-premise.');
  }
}

export function createGatekeeper(parts: GatekeeperParts): Forward {
  const { world, areas, limiter, faults, metrics, readPreferences } = parts;

  function latency(): number {
    const { latency: wanted } = world.settings;
    return typeof wanted === 'number' ? wanted : wanted.min + world.random.next() * (wanted.max - wanted.min);
  }

  async function carryOut(operation: Operation, route: Route, mailbox: Mailbox | null): Promise<Answer> {
    const call: Call = {
      world,
      app: operation.app,
      cause: 'graph',
      query: operation.query,
      headers: operation.headers,
      prefer: readPreferences(operation.headers),
      body: operation.body,
    };
    if (route.user === undefined) return route.run(call);
    if (!mailbox) throw new Refusal(404, 'ErrorInvalidUser', `The requested user '${route.user}' is invalid.`);
    refuseUnhealthy(mailbox);
    workOffJobs(world);
    const answer = route.run({ ...call, mailbox, folder: folderOf(mailbox, route.calendar) });
    if (call.prefer.applied === '' || answer.headers?.['Preference-Applied'] !== undefined) return answer;
    return { ...answer, headers: { ...answer.headers, 'Preference-Applied': call.prefer.applied } };
  }

  async function attempt(
    operation: Operation,
    route: Route,
    mailbox: Mailbox | null,
    fault: Fault | null,
  ): Promise<Delivery> {
    const wait = latency();
    if (wait > 0) await world.clock.sleep(wait);
    const explain = explainFor(operation);
    if (fault && strikesBefore(fault)) return spoil(fault, { status: 504 }, explain);
    let answer: Answer;
    try {
      answer = await carryOut(operation, route, mailbox);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answer = explain(error);
    }
    return fault ? spoil(fault, answer, explain) : { answer };
  }

  function explainFor(operation: Operation): Explain {
    const clientId = headerOf(operation.headers, 'client-request-id') ?? operation.requestId;
    return explainWith(operation.requestId, clientId, world.clock.now());
  }

  function subjectOf(operation: Operation, kind: string, mailbox: Mailbox | null): FaultSubject {
    const { method, path, part } = operation;
    return { method, path, kind, part, mailbox: mailbox?.id ?? null, address: mailbox?.address.toLowerCase() ?? null };
  }

  return async function forward(operation) {
    let kind = 'unknown';
    let mailbox: Mailbox | null = null;
    let entered = false;
    let delivery: Delivery;
    try {
      const route = routeOf(operation.method, operation.path, areas);
      kind = route.kind;
      if (route.user === undefined) limiter.enterApp(operation.app, world.clock.now());
      else {
        mailbox = findMailbox(world, route.user) ?? null;
        const count = limiter.enter(operation.app, mailbox?.id ?? route.user, operation.bytes, world.clock.now());
        entered = true;
        metrics.underWay(mailbox?.id ?? route.user, count);
      }
      const fault = faults.strike(subjectOf(operation, kind, mailbox));
      if (fault) metrics.fault(faultName(fault));
      try {
        delivery = await attempt(operation, route, mailbox, fault);
      } finally {
        if (entered) limiter.leave(operation.app, mailbox?.id ?? (route.user as string));
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      delivery = { answer: explainFor(operation)(error) };
    }
    metrics.operation({
      at: world.clock.now(),
      method: operation.method,
      path: operation.path,
      kind,
      mailbox: mailbox?.id ?? null,
      status: delivery.answer.status,
      part: operation.part,
    });
    return delivery;
  };
}

/** The app a bearer token stands for. @throws Refusal 401 */
export function appOf(world: World, headers: Readonly<Record<string, string>>): string {
  const token = /^Bearer (\S+)$/.exec(headerOf(headers, 'authorization') ?? '')?.[1];
  const { tokens } = world.settings;
  const app = token === undefined ? undefined : tokens === 'any' ? 'app' : tokens[token];
  if (app === undefined) {
    throw new Refusal(
      401,
      'InvalidAuthenticationToken',
      token === undefined ? 'Access token is empty.' : 'Access token validation failure.',
    );
  }
  return app;
}

/** A JSON body. @throws Refusal 400 */
export function parseBody(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('Unable to read JSON request payload.', 'BadRequest');
  }
}
