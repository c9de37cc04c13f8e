/** Plain domain objects for tests: everything at a dull default, the test names what matters. */
import { type ContentRules, DEFAULT_CONTENT_SETTINGS } from '../../src/domain/content.ts';
import type { RoomReservation } from '../../src/domain/reservation.ts';
import type { EventContent, GraphTime, RoomEvent } from '../../src/domain/room-event.ts';
import { epochOf, type Instant, instantOf } from '../../src/domain/time.ts';
import { toInstant } from '../../src/domain/wall-clock.ts';

export const OSLO = 'Europe/Oslo';

export const RULES: ContentRules = { content: DEFAULT_CONTENT_SETTINGS, zone: OSLO, privateImportTitle: null };

/** An event on room 103 on 1 March 2027, 08:00 to 09:00, without texts. */
export function aReservation(given: Partial<RoomReservation> = {}): RoomReservation {
  return {
    type: 'event',
    id: 1001,
    resourceId: 103,
    start: '2027-03-01 08:00:00',
    end: '2027-03-01 09:00:00',
    name: null,
    description: null,
    groupName: null,
    organizationName: null,
    contactName: null,
    contactEmail: null,
    isPublic: true,
    resourceName: 'Møterom Ørnen',
    buildingName: 'Fjordvik kulturhus',
    ...given,
  };
}

/** A meeting of Ola Hansen on 1 March 2027, 08:00 to 09:00 in Oslo, without texts. */
export function anEvent(given: Partial<RoomEvent> = {}): RoomEvent {
  return {
    id: 'AAMk1',
    kind: 'singleInstance',
    changeKey: 'k1',
    iCalUId: 'u1',
    seriesMasterId: null,
    originalStart: null,
    subject: '',
    body: '',
    bodyType: 'text',
    start: '2027-03-01T07:00:00.000Z',
    end: '2027-03-01T08:00:00.000Z',
    isAllDay: false,
    isCancelled: false,
    isOrganizer: false,
    hasAttendees: true,
    organizerName: 'Ola Hansen',
    organizerAddress: 'ola.hansen@fjordvik.example',
    showAs: 'busy',
    sensitivity: 'normal',
    location: null,
    response: 'accepted',
    createdAt: null,
    lastModifiedAt: null,
    marker: null,
    ...given,
  };
}

/** What Graph gives back of an event we wrote; `body` as the caller says Exchange re-serialised it. */
export function asStored(content: EventContent, zone: string, body: string = content.body): RoomEvent {
  const at = (time: GraphTime): Instant =>
    content.isAllDay || time.timeZone === 'UTC'
      ? instantOf(epochOf(`${time.dateTime}Z`))
      : toInstant(time.dateTime.replace('T', ' '), zone).instant;
  return anEvent({
    subject: content.subject,
    body,
    start: at(content.start),
    end: at(content.end),
    isAllDay: content.isAllDay,
    location: content.location,
    sensitivity: content.sensitivity,
    isOrganizer: true,
    hasAttendees: false,
    organizerName: 'Møterom Ørnen',
    organizerAddress: 'ornen@fjordvik.example',
  });
}
