import type { AccessToken } from '@azure/identity';
import { createGraph, type Graph } from '../../../src/graph/graph.ts';
import type { GraphSettings } from '../../../src/graph/settings.ts';
import type { Transport, TransportRequest, TransportResponse } from '../../../src/graph/transport.ts';
import { createVirtualClock, type VirtualClock } from '../../../src/sandbox/virtual-clock.ts';
import type { Ids, Log } from '../../../src/sync/ports.ts';

/** One operation as Graph would see it: a plain request, or one part of a batch. */
export interface Operation {
  readonly method: string;
  /** Below the version. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

export type Script = (operation: Operation, index: number) => Answer | Promise<Answer>;

export interface ScriptedGraph {
  readonly transport: Transport;
  readonly requests: TransportRequest[];
  /** Operations in the order they arrived. */
  readonly operations: Operation[];
  /** Operations per HTTP request. */
  readonly sizes: number[];
}

const ORIGIN = /^https?:\/\/[^/]+\/v1\.0/;

/** A transport that answers every operation by a script; batch answers come in reverse order, as Graph promises none. */
export function scriptGraph(script: Script): ScriptedGraph {
  const requests: TransportRequest[] = [];
  const operations: Operation[] = [];
  const sizes: number[] = [];
  const answer = async (operation: Operation) => {
    operations.push(operation);
    return script(operation, operations.length - 1);
  };
  const transport: Transport = async (request) => {
    requests.push(request);
    const path = request.url.replace(ORIGIN, '');
    const body: unknown = request.body === undefined ? undefined : JSON.parse(request.body);
    if (path !== '/$batch') {
      sizes.push(1);
      return toResponse(await answer({ method: request.method, path, headers: request.headers, body }));
    }
    const parts = (body as { requests: (Operation & { id: string; url: string })[] }).requests;
    sizes.push(parts.length);
    const responses = await Promise.all(
      parts.map(async ({ id, method, url, headers, body }) => ({
        id,
        ...(await answer({ method, path: url, headers, body })),
      })),
    );
    return toResponse({ status: 200, body: { responses: responses.reverse() } });
  };
  return { transport, requests, operations, sizes };
}

export function toResponse({ status, headers, body }: Answer): TransportResponse {
  return { status, headers: headers ?? {}, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
}

/** An error answer of Graph. */
export function refuse(status: number, code: string, headers: Record<string, string> = {}): Answer {
  return { status, headers, body: { error: { code, message: 'words nobody reads' } } };
}

export const NOON = Date.parse('2027-03-01T12:00:00.000Z');

export const LOOPBACK: GraphSettings = {
  credential: { kind: 'none' },
  cloud: 'global',
  baseUrl: 'http://localhost:8083',
};

export interface TestGraph {
  readonly graph: Graph;
  readonly clock: VirtualClock;
  readonly log: RecordedLog;
}

export function createTestGraph(transport: Transport, settings: Partial<GraphSettings> = {}): TestGraph {
  const clock = createVirtualClock(NOON);
  const log = recordLog();
  const graph = createGraph({ ...LOOPBACK, ...settings }, { clock, ids: countedIds(), log, transport });
  return { graph, clock, log };
}

/** Ids in order, so that a failing test shows the same ones again. */
export function countedIds(): Ids {
  let next = 0;
  return {
    uuid: () => {
      next += 1;
      return `${next.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
    },
  };
}

export interface RecordedLog extends Log {
  readonly lines: { readonly level: string; readonly message: string; readonly properties: unknown }[];
}

export function recordLog(): RecordedLog {
  const lines: RecordedLog['lines'] = [];
  const at = (level: string) => (message: string, properties?: unknown) => {
    lines.push({ level, message, properties });
  };
  const log: RecordedLog = {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    scope: () => log,
  };
  return log;
}

export function tokenOf(token: string, expiresOnTimestamp = NOON + 3_600_000): AccessToken {
  return { token, expiresOnTimestamp };
}

/** A full event as Graph answers it when UTC was asked for. */
export function wireEvent(id: string, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    '@odata.etag': `W/"key-${id}"`,
    id,
    changeKey: `key-${id}`,
    type: 'singleInstance',
    subject: 'Choir practice',
    body: { contentType: 'text', content: 'Ref 4711' },
    start: { dateTime: '2027-03-01T18:00:00.0000000', timeZone: 'UTC' },
    end: { dateTime: '2027-03-01T20:00:00.0000000', timeZone: 'UTC' },
    isAllDay: false,
    isCancelled: false,
    isOrganizer: true,
    attendees: [],
    organizer: { emailAddress: { name: 'Room A101', address: 'a101@contoso.no' } },
    showAs: 'busy',
    sensitivity: 'normal',
    iCalUId: `uid-${id}`,
    createdDateTime: '2027-02-01T08:00:00.1234567Z',
    lastModifiedDateTime: '2027-02-02T08:00:00Z',
    ...fields,
  };
}
