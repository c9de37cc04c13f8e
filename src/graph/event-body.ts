import { formatMarker, MARKER_PROPERTY_ID } from '../domain/marker.ts';
import type { EventContent, Marker } from '../domain/room-event.ts';

/**
 * JSON of an event as we write it. There is no attendee in this type and none can be added (R9): Exchange mails everybody
 * listed. https://learn.microsoft.com/graph/api/user-post-events
 */
export interface EventBody {
  readonly subject?: string;
  readonly body?: { readonly contentType: 'text'; readonly content: string };
  readonly start?: EventContent['start'];
  readonly end?: EventContent['end'];
  readonly isAllDay?: boolean;
  readonly location?: { readonly displayName: string };
  readonly sensitivity?: EventContent['sensitivity'];
  readonly showAs?: EventContent['showAs'];
  readonly isReminderOn?: false;
  readonly transactionId?: string;
  readonly singleValueExtendedProperties?: readonly { readonly id: string; readonly value: string }[];
}

/** Body of a create: the whole content, the token that makes a repeat harmless, and our marker; no reminder in a room. */
export function createBody(content: EventContent, token: string, marker: Marker): EventBody {
  return { ...contentBody(content), isReminderOn: false, transactionId: token, ...markerBody(marker) };
}

/** Body of an update: only what changes; everything else stays as it is in Outlook. */
export function updateBody(content: Partial<EventContent>, marker: Marker | undefined): EventBody {
  return { ...contentBody(content), ...(marker === undefined ? {} : markerBody(marker)) };
}

function contentBody(content: Partial<EventContent>): EventBody {
  const { subject, body, start, end, isAllDay, location, sensitivity, showAs } = content;
  return {
    ...(subject === undefined ? {} : { subject }),
    ...(body === undefined ? {} : { body: { contentType: 'text' as const, content: body } }),
    ...(start === undefined ? {} : { start: { dateTime: start.dateTime, timeZone: start.timeZone } }),
    ...(end === undefined ? {} : { end: { dateTime: end.dateTime, timeZone: end.timeZone } }),
    ...(isAllDay === undefined ? {} : { isAllDay }),
    ...(location === undefined ? {} : { location: { displayName: location ?? '' } }),
    ...(sensitivity === undefined ? {} : { sensitivity }),
    ...(showAs === undefined ? {} : { showAs }),
  };
}

function markerBody(marker: Marker): EventBody {
  return { singleValueExtendedProperties: [{ id: MARKER_PROPERTY_ID, value: formatMarker(marker) }] };
}
