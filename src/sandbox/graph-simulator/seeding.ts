/** Puts a municipality's rooms and what stood in their calendars beforehand into a simulator. */
import { formatMarker, MARKER_PROPERTY_ID } from '../../domain/marker.ts';
import type { WallClock } from '../../domain/time.ts';
import type { PackCEvent, PackCPerson } from '../sample-data/pack-c.ts';
import { draftEvent } from './event-draft.ts';
import { momentsOf, type WallTime } from './event-input.ts';
import { normalisePropertyId } from './extended-properties.ts';
import { immutableId } from './ids.ts';
import { DEFAULT_FOLDER, type Mailbox } from './mailbox.ts';
import type { Attendee, StoredEvent } from './model.ts';
import { WEEKDAYS, weekdayOf } from './recurrence.ts';
import { readSeries } from './recurrence-input.ts';
import type { GraphSimulator } from './simulator.ts';
import { insertEvent } from './store.ts';
import { DAY_MS, formatDate, parseWall } from './wall-time.ts';
import type { World } from './world.ts';

export interface SeedRoom {
  readonly address: string;
  readonly name: string;
  readonly building?: string;
  readonly capacity?: number;
  readonly floorNumber?: number;
  readonly bookingType?: 'standard' | 'reserved' | 'unknown';
  /** Address and name of the list it belongs to. */
  readonly roomList?: { readonly address: string; readonly name: string };
}

/** Makes each room a mailbox and a place. */
export function seedRooms(simulator: GraphSimulator, rooms: readonly SeedRoom[]): void {
  for (const room of rooms) {
    simulator.addMailbox({ address: room.address, name: room.name, kind: 'room' });
    simulator.places.rooms.set(room.address.toLowerCase(), {
      emailAddress: room.address,
      displayName: room.name,
      building: room.building ?? null,
      floorNumber: room.floorNumber ?? null,
      capacity: room.capacity ?? null,
      bookingType: room.bookingType ?? 'standard',
      tags: [],
      roomList: room.roomList?.address ?? null,
    });
    if (room.roomList) {
      const { address, name } = room.roomList;
      simulator.places.roomLists.set(address.toLowerCase(), { emailAddress: address, displayName: name });
    }
  }
}

export interface PackCOptions {
  /** Address of the mailbox of a room, by resource id. */
  readonly addressOf: (resourceId: number) => string;
  /** Windows or published IANA name of the zone the wall clocks are in. */
  readonly zone: string;
}

/** Ids by label (`O1`): of the event in each of its rooms, in the order of `rooms`. */
export type SeededIds = ReadonlyMap<string, readonly string[]>;

function recurrenceOf(event: PackCEvent, start: WallTime): unknown {
  if (!event.weekly) return null;
  const day = WEEKDAYS[weekdayOf(Math.floor(start.wall / DAY_MS))];
  return {
    pattern: { type: 'weekly', interval: 1, daysOfWeek: [day], firstDayOfWeek: 'monday' },
    range: {
      type: 'numbered',
      startDate: formatDate(start.wall),
      numberOfOccurrences: event.weekly.occurrences,
      recurrenceTimeZone: start.zone,
    },
  };
}

function attendeesOf(mailboxes: readonly Mailbox[], response: string, time: string): Attendee[] {
  return mailboxes.map(({ name, address }) => ({
    type: 'resource',
    emailAddress: { name, address },
    status: { response, time },
  }));
}

/** What every copy of the event has in common. */
function contentOf(world: World, event: PackCEvent, zone: string): Partial<StoredEvent> {
  const timeOf = (wall: WallClock): WallTime => ({ wall: parseWall(wall.replace(' ', 'T'), 'start'), zone });
  const [start, end] = [timeOf(event.start), timeOf(event.end)];
  const recurrence = recurrenceOf(event, start);
  return {
    subject: event.subject,
    body: { kind: event.body.type, content: event.body.content },
    ...momentsOf(start, end, event.isAllDay, world.zones),
    isAllDay: event.isAllDay,
    startZone: zone,
    endZone: zone,
    showAs: event.showAs,
    sensitivity: event.sensitivity,
    isCancelled: event.isCancelled,
    series:
      recurrence === null ? null : readSeries(recurrence, { start: start.wall, end: end.wall, zone }, world.zones, 0),
    properties: event.marker ? { [normalisePropertyId(MARKER_PROPERTY_ID)]: formatMarker(event.marker) } : {},
  };
}

/**
 * Puts Pack C into the calendars, as it stood there before anybody synchronised: one iCalUId for the copies of a meeting, the
 * organiser's own among them. Nothing is rewritten by an attendant and nobody is mailed.
 */
export function seedPackC(simulator: GraphSimulator, events: readonly PackCEvent[], options: PackCOptions): SeededIds {
  const { world } = simulator;
  const time = new Date(world.clock.now()).toISOString();
  const ids = new Map<string, readonly string[]>();

  function place(mailbox: Mailbox, organizer: PackCPerson, content: Partial<StoredEvent>): StoredEvent {
    const event = draftEvent(world, mailbox, DEFAULT_FOLDER, { ...organizer });
    Object.assign(event, structuredClone(content));
    insertEvent(world, mailbox, event);
    return event;
  }

  for (const event of events) {
    const rooms = event.rooms.map((resourceId) => simulator.mailbox(options.addressOf(resourceId)));
    const response = event.showAs === 'tentative' ? 'tentativelyAccepted' : 'accepted';
    const content = contentOf(world, event, options.zone);
    if (event.organizer === null) {
      const placed = rooms.map((room) => place(room, { name: room.name, address: room.address }, content));
      ids.set(
        event.id,
        placed.map((each, at) => immutableId((rooms[at] as Mailbox).tag, each.core)),
      );
      continue;
    }
    const organizer = event.organizer;
    const own = simulator.addMailbox({ ...organizer, kind: 'user' });
    const attendees = attendeesOf(rooms, response, time);
    const original = place(own, organizer, { ...content, attendees });
    const copy = { ...content, attendees, isOrganizer: false, response: { response, time }, iCalUId: original.iCalUId };
    ids.set(
      event.id,
      rooms.map((room) => immutableId(room.tag, place(room, organizer, copy).core)),
    );
  }
  return ids;
}
