import { calendarView } from './calendar-view.ts';
import type { CalendarCall, Call } from './call.ts';
import { deltaPage } from './delta.ts';
import type { DeltaRounds } from './delta-rounds.ts';
import { createEvent } from './event-create.ts';
import { getEvent, listEvents, listInstances } from './event-read.ts';
import { answerInvitation, cancelEvent, deleteEvent, permanentlyDelete } from './event-remove.ts';
import { updateEvent } from './event-update.ts';
import { getSchedule } from './free-busy.ts';
import { type CalendarFolder, DEFAULT_FOLDER, type Mailbox } from './mailbox.ts';
import { type Answer, badRequest, Refusal } from './wire.ts';

export type CalendarOperation = (call: CalendarCall) => Answer;
export type PlainOperation = (call: Call) => Answer | Promise<Answer>;

/** An operation found for a method and path. */
export type Route =
  | {
      readonly kind: string;
      /** Address or object id as written in the path. */
      readonly user: string;
      /** Calendar id; `undefined` = the whole mailbox. */
      readonly calendar: string | undefined;
      readonly run: CalendarOperation;
    }
  | { readonly kind: string; readonly user?: undefined; readonly run: PlainOperation };

/** Routes of other areas, by first path segment. */
export type AreaRouter = (method: string, segments: readonly string[]) => Route | null;

export interface Areas {
  readonly rounds: DeltaRounds;
  /** `/users/{id}` itself and what is no calendar below it. */
  readonly users: AreaRouter;
  readonly others: Readonly<Record<string, AreaRouter>>;
}

const ACTIONS: Readonly<Record<string, (call: CalendarCall, id: string) => Answer>> = {
  cancel: cancelEvent,
  accept: (call, id) => answerInvitation(call, id, 'accepted'),
  tentativelyAccept: (call, id) => answerInvitation(call, id, 'tentativelyAccepted'),
  decline: (call, id) => answerInvitation(call, id, 'declined'),
  permanentDelete: permanentlyDelete,
};

type Found = { readonly kind: string; readonly run: CalendarOperation } | null;

function eventRoute(method: string, id: string): Found {
  switch (method) {
    case 'GET':
      return { kind: 'read-event', run: (call) => getEvent(call, id) };
    case 'PATCH':
      return { kind: 'update-event', run: (call) => updateEvent(call, id) };
    case 'DELETE':
      return { kind: 'delete-event', run: (call) => deleteEvent(call, id) };
    default:
      return null;
  }
}

/** `…/events` and below; `rest` starts after `events`. */
function eventsRoute(method: string, rest: readonly string[]): Found {
  const [id, action, more] = rest;
  if (more !== undefined) return null;
  if (id === undefined) {
    if (method === 'GET') return { kind: 'list-events', run: listEvents };
    return method === 'POST' ? { kind: 'create-event', run: createEvent } : null;
  }
  if (id === 'delta' || id === 'delta()') return null;
  if (action === undefined) return eventRoute(method, id);
  if (action === 'instances' && method === 'GET') return { kind: 'instances', run: (call) => listInstances(call, id) };
  const act = method === 'POST' ? ACTIONS[action] : undefined;
  return act ? { kind: action, run: (call) => act(call, id) } : null;
}

function calendarRoute(method: string, rest: readonly string[], rounds: DeltaRounds): Found {
  const [first, second, third] = rest;
  if (first === 'events') return eventsRoute(method, rest.slice(1));
  if (first === 'getSchedule' && second === undefined && method === 'POST')
    return { kind: 'get-schedule', run: getSchedule };
  if (first !== 'calendarView' || method !== 'GET' || third !== undefined) return null;
  if (second === undefined) return { kind: 'calendar-view', run: calendarView };
  if (second === 'delta' || second === 'delta()') return { kind: 'delta', run: (call) => deltaPage(call, rounds) };
  return null;
}

function userRoute(method: string, segments: readonly string[], areas: Areas): Route | null {
  const [, user = '', area, ...rest] = segments;
  let calendar: string | undefined;
  let found: Found = null;
  if (area === 'events') found = eventsRoute(method, rest);
  else if (area === 'calendarView') {
    calendar = DEFAULT_FOLDER;
    found = calendarRoute(method, [area, ...rest], areas.rounds);
  } else if (area === 'calendar') {
    calendar = DEFAULT_FOLDER;
    found = calendarRoute(method, rest, areas.rounds);
  } else if (area === 'calendars' && rest[0] !== undefined) {
    calendar = rest[0];
    found = calendarRoute(method, rest.slice(1), areas.rounds);
  }
  return found ? { ...found, user, calendar } : areas.users(method, segments);
}

/** @throws Refusal 400 when nothing answers to the path */
export function routeOf(method: string, path: string, areas: Areas): Route {
  const segments = path
    .split('/')
    .filter((each) => each !== '')
    .map(decodeSegment);
  const area = segments[0] ?? '';
  const route =
    area === 'users' ? userRoute(method, segments, areas) : (areas.others[area]?.(method, segments) ?? null);
  if (route) return route;
  const unknown = area === 'users' || area in areas.others ? segments.at(-1) : area;
  if (method !== 'GET')
    throw new Refusal(405, 'Request_BadRequest', `The method ${method} is not allowed for '${unknown}'.`);
  throw badRequest(`Resource not found for the segment '${unknown}'.`, 'BadRequest');
}

function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest('The URL is not encoded properly.', 'BadRequest');
  }
}

/** @throws Refusal 404 for a calendar the mailbox does not have */
export function folderOf(mailbox: Mailbox, calendar: string | undefined): CalendarFolder | null {
  if (calendar === undefined) return null;
  const folder = mailbox.folders.get(calendar);
  if (!folder) throw new Refusal(404, 'ErrorItemNotFound', 'The specified folder could not be found in the store.');
  return folder;
}
