import {
  formatMarker,
  HISTORICAL_ID_PROPERTY_ID,
  HISTORICAL_TYPE_PROPERTY_ID,
  MARKER_PROPERTY_ID,
} from '../domain/marker.ts';
import type { Marker } from '../domain/room-event.ts';
import type { InstantSpan } from '../domain/time.ts';
import type { EventWrite } from '../sync/ports.ts';
import { type GraphCall, IMMUTABLE_IDS } from './client.ts';
import { createBody, updateBody } from './event-body.ts';

/** Rows per page. Large delta pages were seen to time out; after a failure the smaller size is asked for. */
const WINDOW_PAGE = 200;
const DELTA_PAGE = 100;
const SMALL_PAGE = 25;

const READ_PREFERENCES = `${IMMUTABLE_IDS}, outlook.timezone="UTC", outlook.body-content-type="text"`;
const READ_HEADERS = { Prefer: READ_PREFERENCES };

/** What a single event is asked for. calendarView does not offer the two time stamps under `$select`, so it is read whole. */
const EVENT_FIELDS = [
  'id,changeKey,type,seriesMasterId,originalStart,iCalUId,subject,body,start,end,isAllDay,isCancelled,isOrganizer,attendees',
  'organizer,showAs,sensitivity,location,responseStatus,createdDateTime,lastModifiedDateTime',
].join(',');

/** The calls of the calendar port, as paths below the version. https://learn.microsoft.com/graph/api/resources/event */
export interface CalendarRequests {
  write(calendar: string, write: EventWrite): GraphCall;
  getEvent(calendar: string, eventId: string): GraphCall;
  findByMarker(calendar: string, marker: Marker): GraphCall;
  /** First page; `cautious` asks for small pages. */
  window(calendar: string, span: InstantSpan, cautious: boolean): GraphCall;
  /** First page of a first round. */
  delta(calendar: string, window: InstantSpan, cautious: boolean): GraphCall;
  instances(calendar: string, seriesMasterId: string, span: InstantSpan): GraphCall;
}

/** `historical`: also ask for the two properties of the former service. */
export function createCalendarRequests(historical: boolean): CalendarRequests {
  const ids = [MARKER_PROPERTY_ID, ...(historical ? [HISTORICAL_TYPE_PROPERTY_ID, HISTORICAL_ID_PROPERTY_ID] : [])];
  const wanted = ids.map((id) => `id eq '${id}'`).join(' or ');
  // Without the inner filter nothing comes back at all.
  const expand = `$expand=${encodeURIComponent(`singleValueExtendedProperties($filter=${wanted})`)}`;
  const select = `$select=${EVENT_FIELDS}`;
  return {
    write: writeCall,
    getEvent: (calendar, eventId) => read(`${eventPath(calendar, eventId)}?${select}&${expand}`),
    findByMarker: (calendar, marker) => {
      const [id, value] =
        marker.resourceId === null
          ? [HISTORICAL_ID_PROPERTY_ID, String(marker.id)]
          : [MARKER_PROPERTY_ID, formatMarker(marker)];
      const filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${id}' and ep/value eq '${value}')`;
      return read(
        `${userPath(calendar)}/calendar/events?$filter=${encodeURIComponent(filter)}&${select}&${expand}&$top=50`,
      );
    },
    window: (calendar, span, cautious) => {
      const top = cautious ? SMALL_PAGE : WINDOW_PAGE;
      return read(`${userPath(calendar)}/calendar/calendarView?${spanQuery(span)}&$top=${top}&${expand}`);
    },
    delta: (calendar, window, cautious) =>
      deltaPage(`${userPath(calendar)}/calendarView/delta?${spanQuery(window)}`, cautious),
    instances: (calendar, seriesMasterId, span) =>
      read(`${eventPath(calendar, seriesMasterId)}/instances?${spanQuery(span)}&$top=${WINDOW_PAGE}`),
  };
}

/** The next page of anything but delta. */
export function nextPage(path: string): GraphCall {
  return read(path);
}

/** A page of a delta round. Headers are no part of the token, so each page repeats them. */
export function deltaPage(path: string, cautious: boolean): GraphCall {
  const size = cautious ? SMALL_PAGE : DELTA_PAGE;
  return { method: 'GET', path, headers: { Prefer: `odata.maxpagesize=${size}, ${READ_PREFERENCES}` } };
}

function writeCall(calendar: string, write: EventWrite): GraphCall {
  switch (write.kind) {
    case 'create': {
      const body = createBody(write.content, write.token, write.marker);
      return { method: 'POST', path: `${userPath(calendar)}/calendar/events`, headers: READ_HEADERS, body };
    }
    case 'update': {
      const headers = { ...READ_HEADERS, ...ifMatch(write.changeKey) };
      const body = updateBody(write.content, write.marker);
      return { method: 'PATCH', path: eventPath(calendar, write.eventId), headers, body };
    }
    case 'delete': {
      const headers = { Prefer: IMMUTABLE_IDS, ...ifMatch(write.changeKey) };
      return { method: 'DELETE', path: eventPath(calendar, write.eventId), headers };
    }
    case 'decline': {
      const body = { comment: write.comment, sendResponse: true };
      const path = `${eventPath(calendar, write.eventId)}/decline`;
      return { method: 'POST', path, headers: { Prefer: IMMUTABLE_IDS }, body };
    }
  }
}

/** Undocumented for events but honoured: a write to a version that is gone answers 412 instead of overwriting (R12). */
function ifMatch(changeKey: string | null): Record<string, string> {
  return changeKey === null ? {} : { 'If-Match': `W/"${changeKey}"` };
}

function read(path: string): GraphCall {
  return { method: 'GET', path, headers: READ_HEADERS };
}

function userPath(calendar: string): string {
  return `/users/${encodeURIComponent(calendar)}`;
}

function eventPath(calendar: string, eventId: string): string {
  return `${userPath(calendar)}/events/${encodeURIComponent(eventId)}`;
}

/** Bounds carry `Z`: they mean UTC whatever zone the answer is asked in. */
function spanQuery(span: InstantSpan): string {
  return `startDateTime=${encodeURIComponent(span.from)}&endDateTime=${encodeURIComponent(span.to)}`;
}
