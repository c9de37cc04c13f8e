/** A simulated tenant for tests: rooms, a virtual clock, and requests as a client would send them. */

import type { Deliver } from '../../src/sandbox/graph-simulator/delivery.ts';
import type { SettingsOverride } from '../../src/sandbox/graph-simulator/settings.ts';
import { createGraphSimulator, type GraphSimulator } from '../../src/sandbox/graph-simulator/simulator.ts';
import { createVirtualClock, type VirtualClock } from '../../src/sandbox/virtual-clock.ts';

export const ROOM = 'ornen@fjordvik.example';
export const ROOM_B = 'aere@fjordvik.example';
export const START = Date.parse('2027-03-01T07:00:00.000Z');
export const OSLO = 'W. Europe Standard Time';
export const MARKER = 'String {b3e7d0c4-5f0a-4c55-9a39-6d2f7a1c8e41} Name BookingSync';
/** Nothing random in delta rounds and batches, for tests that look at something else. */
export const PLAIN: SettingsOverride = {
  delta: { emptyPages: 0, repeats: 0, shuffle: false, death: '410-generation' },
  batch: { shuffleResponses: false },
  notifications: { duplicates: 0, extraUpdates: 0 },
};

export interface GraphTime {
  dateTime: string;
  timeZone: string;
}

/** Every member a test reads from some answer; an answer has those of its kind. */
export interface GraphJson {
  [name: string]: unknown;
  id: string;
  type: string;
  subject: string | null;
  body: { contentType: string; content: string };
  bodyPreview: string;
  start: GraphTime;
  end: GraphTime;
  changeKey: string;
  iCalUId: string;
  seriesMasterId: string | null;
  showAs: string;
  sensitivity: string;
  isCancelled: boolean;
  isOrganizer: boolean;
  location: { displayName: string };
  locations: { displayName: string }[];
  attendees: { emailAddress: { address: string }; status: { response: string } }[];
  responseStatus: { response: string };
  singleValueExtendedProperties: { id: string; value: string }[];
  '@odata.etag': string;
  '@odata.nextLink': string | undefined;
  '@odata.deltaLink': string | undefined;
  '@removed': { reason: string } | undefined;
  value: GraphJson[];
  responses: { id: string; status: number; headers: Record<string, string>; body: GraphJson }[];
  error: { code: string; message: string; [member: string]: unknown };
}

export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string | undefined;
  readonly json: GraphJson;
}

export type Headers = Readonly<Record<string, string>>;

export interface Tenant {
  readonly simulator: GraphSimulator;
  readonly clock: VirtualClock;
  send(method: string, url: string, body?: unknown, headers?: Headers): Promise<Reply>;
  get(url: string, headers?: Headers): Promise<Reply>;
  post(url: string, body: unknown, headers?: Headers): Promise<Reply>;
  patch(url: string, body: unknown, headers?: Headers): Promise<Reply>;
  delete(url: string, headers?: Headers): Promise<Reply>;
  batch(requests: readonly unknown[]): Promise<Reply>;
  /** Creates an event in a room and answers it. */
  create(change?: Record<string, unknown>, room?: string): Promise<GraphJson>;
  /** Moves the clock on and lets everything due happen. */
  pass(ms: number): Promise<void>;
  /** All pages of a delta round. */
  round(url: string, headers?: Headers): Promise<{ rows: GraphJson[]; pages: GraphJson[][]; deltaLink: string }>;
}

export interface TenantOptions {
  readonly settings?: SettingsOverride;
  readonly seed?: string;
  readonly deliver?: Deliver;
}

const STANDARD: Headers = { authorization: 'Bearer token', prefer: 'IdType="ImmutableId"' };

export const WINDOW = 'startDateTime=2027-02-28T00:00:00Z&endDateTime=2028-02-28T00:00:00Z';
export const VIEW = `/users/${ROOM}/calendar/calendarView?${WINDOW}`;
export const DELTA = `/users/${ROOM}/calendarView/delta?${WINDOW}`;

export const eventUrl = (id: string, room = ROOM): string => `/users/${room}/events/${encodeURIComponent(id)}`;

export function at(dateTime: string, timeZone = OSLO): GraphTime {
  return { dateTime, timeZone };
}

/** A plain hour on 3 March 2027, 18:00 in Oslo. */
export function plainEvent(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    subject: 'Korøvelse',
    body: { contentType: 'text', content: 'Ref 4711' },
    start: at('2027-03-03T18:00:00'),
    end: at('2027-03-03T19:00:00'),
    ...change,
  };
}

/** Tuesdays 08:30 to 09:00, four times from 2 March 2027. */
export function weekly(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    subject: 'Morgenmøte',
    start: at('2027-03-02T08:30:00'),
    end: at('2027-03-02T09:00:00'),
    recurrence: {
      pattern: { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'], firstDayOfWeek: 'monday' },
      range: { type: 'numbered', startDate: '2027-03-02', numberOfOccurrences: 4 },
    },
    ...change,
  };
}

export function createTenant(options: TenantOptions = {}): Tenant {
  const clock = createVirtualClock(START);
  const { settings = PLAIN, seed, deliver } = options;
  const parts = { ...(seed === undefined ? {} : { seed }), ...(deliver === undefined ? {} : { deliver }) };
  const simulator = createGraphSimulator({ clock, settings, ...parts });
  simulator.addMailbox({ address: ROOM, name: 'Møterom Ørnen', kind: 'room' });
  simulator.addMailbox({ address: ROOM_B, name: 'Møterom Ære', kind: 'room' });

  async function send(method: string, url: string, body?: unknown, headers: Headers = {}): Promise<Reply> {
    const answer = await simulator.handle({
      method,
      url: /^https?:/.test(url) ? url : `https://graph.microsoft.com/v1.0${url}`,
      headers: { ...STANDARD, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const isJson = answer.headers['content-type']?.startsWith('application/json') === true;
    const json = (isJson ? JSON.parse(answer.body ?? 'null') : {}) as GraphJson;
    return { status: answer.status, headers: answer.headers, text: answer.body, json };
  }

  const tenant: Tenant = {
    simulator,
    clock,
    send,
    get: (url, headers) => send('GET', url, undefined, headers),
    post: (url, body, headers) => send('POST', url, body, headers),
    patch: (url, body, headers) => send('PATCH', url, body, headers),
    delete: (url, headers) => send('DELETE', url, undefined, headers),
    batch: (requests) => send('POST', '/$batch', { requests }),
    async create(change = {}, room = ROOM) {
      const reply = await send('POST', `/users/${room}/calendar/events`, plainEvent(change));
      if (reply.status !== 201) throw new Error(`create answered ${reply.status}: ${reply.text}`);
      return reply.json;
    },
    async pass(ms) {
      const end = clock.now() + ms;
      for (let due = simulator.nextDue(); due !== null && due <= end; due = simulator.nextDue()) {
        clock.advanceTo(Math.max(due, clock.now()));
        await simulator.work();
      }
      if (end > clock.now()) clock.advanceTo(end);
      await simulator.work();
    },
    async round(url, headers) {
      const pages: GraphJson[][] = [];
      for (let next: string | undefined = url; next !== undefined; ) {
        const { status, json, text } = await send('GET', next, undefined, headers);
        if (status !== 200) throw new Error(`delta answered ${status}: ${text}`);
        pages.push(json.value);
        if (json['@odata.deltaLink'] !== undefined) {
          return { rows: pages.flat(), pages, deltaLink: json['@odata.deltaLink'] };
        }
        next = json['@odata.nextLink'];
      }
      throw new Error('a delta page had neither link');
    },
  };
  return tenant;
}

/** The code of an error answer. */
export function codeOf(reply: Reply): string {
  return reply.json.error.code;
}

/** `$filter` for the marker, encoded. */
export function markerFilter(value: string): string {
  const filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${MARKER}' and ep/value eq '${value}')`;
  return `$filter=${encodeURIComponent(filter)}`;
}

/** `$expand` that asks for the marker, encoded. */
export const MARKER_EXPANDED = `$expand=${encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${MARKER}')`)}`;

export function marked(value: string): Record<string, unknown> {
  return { singleValueExtendedProperties: [{ id: MARKER, value }] };
}
