import type { CalendarFolder, Mailbox } from './mailbox.ts';
import type { Preferences } from './preferences.ts';
import { badRequest, headerOf } from './wire.ts';
import type { MailCause, World } from './world.ts';

/** Query parameters by name as written (`$top`, `startDateTime`). */
export type Query = Readonly<Record<string, string>>;

/** One operation under way. */
export interface Call {
  readonly world: World;
  readonly app: string;
  /** Why mails leave: requests come from `graph`, actors are persons. */
  readonly cause: MailCause;
  readonly query: Query;
  readonly headers: Readonly<Record<string, string>>;
  readonly prefer: Preferences;
  /** Parsed JSON, `undefined` without a body. */
  readonly body: unknown;
}

/** A call on a mailbox's calendar. */
export interface CalendarCall extends Call {
  readonly mailbox: Mailbox;
  /** Null: the whole mailbox (`/users/{id}/events`). */
  readonly folder: CalendarFolder | null;
}

/** `+` is a space, as on any web server: offsets must be sent as `%2B`. */
export function parseQuery(text: string): Query {
  const query: Record<string, string> = {};
  if (text === '') return query;
  for (const pair of text.split('&')) {
    const at = pair.indexOf('=');
    const name = at < 0 ? pair : pair.slice(0, at);
    const value = at < 0 ? '' : pair.slice(at + 1);
    query[decode(name)] = decode(value);
  }
  return query;
}

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    throw badRequest('The URL is not encoded properly.', 'BadRequest');
  }
}

/** Name and value of each parameter, encoded again for a link. */
export function formatQuery(query: Query): string {
  return Object.entries(query)
    .map(([name, value]) => `${encodeURIComponent(name).replaceAll('%24', '$')}=${encodeURIComponent(value)}`)
    .join('&');
}

/** `$top` and `$skip`. */
export function pagingOf(query: Query, defaultTop = 10): { top: number; skip: number } {
  const top = query['$top'] === undefined ? defaultTop : Number(query['$top']);
  const skip = query['$skip'] === undefined ? 0 : Number(query['$skip']);
  if (!Number.isInteger(top) || top < 1 || top > 1_000) {
    throw badRequest("The value of '$top' must be between 1 and 1000.", 'ErrorInvalidUrlQuery');
  }
  if (!Number.isInteger(skip) || skip < 0) throw badRequest("The value of '$skip' is invalid.", 'ErrorInvalidUrlQuery');
  return { top, skip };
}

/** The body, which must be a JSON object. */
export function bodyOf(call: Call): Readonly<Record<string, unknown>> {
  if (typeof call.body !== 'object' || call.body === null) {
    throw badRequest('A JSON body is required.', 'RequestBodyRead');
  }
  return call.body as Readonly<Record<string, unknown>>;
}

/** Start of a calendar's paths below its user, as links spell it: the default calendar is always named. */
export function calendarPath(call: CalendarCall): string {
  if (!call.folder) return '';
  return call.folder.isDefault ? 'calendar/' : `calendars/${encodeURIComponent(call.folder.key)}/`;
}

/** Whether an `If-Match` header lets a write through. */
export function matchesVersion(call: Call, changeKey: string): boolean {
  const wanted = headerOf(call.headers, 'if-match');
  return wanted === undefined || wanted === '*' || wanted === changeKey || wanted === `W/"${changeKey}"`;
}
