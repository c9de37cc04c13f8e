/** Pure: may a foreign event become a reservation (T11), and what its mapping row looks like until then. */
import { importTextOf } from '../domain/content.ts';
import { type MappingChange, type NewMapping, newMapping } from '../domain/mapping.ts';
import { mayPatch } from '../domain/merge.ts';
import type { Room } from '../domain/room.ts';
import type { RoomEvent } from '../domain/room-event.ts';
import { decodeEntities, settled, tidyTitle } from '../domain/text.ts';
import type { WallClock, WallSpan } from '../domain/time.ts';
import { allDayDates, isAllDaySpan, isValidSpan, overlaps } from '../domain/wall-clock.ts';
import type { SyncSettings } from './settings.ts';

/** Why an event is not imported; keys of `skipped_reasons`. */
export type ImportSkip =
  | 'series_master'
  | 'own_event'
  | 'cancelled'
  | 'declined'
  | 'tentative'
  | 'free'
  | 'out_of_window'
  | 'invalid_time'
  | 'direction';

/**
 * The reason to leave a foreign event alone, or null when it is importable (E28, E29, E31-E34, S51). `window` is the room's window in
 * local wall clock.
 */
export function importSkipOf(
  event: RoomEvent,
  room: Room,
  window: WallSpan,
  settings: SyncSettings,
): ImportSkip | null {
  if (event.kind === 'seriesMaster') return 'series_master';
  if (event.marker !== null && event.marker !== undefined) return 'own_event';
  if (room.direction === 'booking_to_outlook') return 'direction';
  if (event.isCancelled) return 'cancelled';
  if (event.response === 'declined') return 'declined';
  if (isTentative(event) && !settings.importTentative) return 'tentative';
  if ((event.showAs === 'free' || event.showAs === 'workingElsewhere') && !settings.importFree) return 'free';
  const { start, end } = importTextOf(event, settings);
  if (!isValidSpan(start, end)) return 'invalid_time';
  return overlaps({ from: start, to: end }, window) ? null : 'out_of_window';
}

/** Tentative, or an invitation the room has not accepted yet (E32). */
function isTentative(event: RoomEvent): boolean {
  if (event.showAs === 'tentative') return true;
  return !event.isOrganizer && (event.response === 'tentativelyAccepted' || event.response === 'notResponded');
}

/** The `imported` row of an importable event (T11). */
export function importedRow(event: RoomEvent, room: Room, settings: SyncSettings): NewMapping {
  const snapshot = importSnapshotOf(event, settings);
  return {
    ...newMapping({
      resourceId: room.resourceId,
      calendar: room.calendar,
      origin: 'outlook',
      status: 'imported',
      priority: 1,
    }),
    ...snapshot,
  };
}

/** Columns of an imported row that follow the event until it is processed. */
export function importSnapshotOf(
  event: RoomEvent,
  settings: SyncSettings,
): MappingChange & { readonly eventId: string } {
  const text = importTextOf(event, settings);
  return {
    eventId: event.id,
    changeKey: event.changeKey,
    iCalUId: event.iCalUId,
    seriesMasterId: event.seriesMasterId,
    originalStart: meetingStartOf(event),
    roomCopy: !mayPatch(event),
    subject: text.title,
    startsAt: text.start,
    endsAt: text.end,
    organizer: text.organizer,
    organizerEmail: text.contactEmail,
    lastModifiedOutlook: event.lastModifiedAt,
  };
}

/**
 * The second half of the meeting key (iCalUId, original start): occurrences of one series share the iCalUId of their master, so the
 * planned start tells them apart; single events need none.
 */
export function meetingStartOf(event: Pick<RoomEvent, 'kind' | 'originalStart' | 'start'>): string | null {
  if (event.kind === 'singleInstance') return null;
  return event.originalStart ?? event.start;
}

/** Start and end of a reservation or an imported event. */
export interface Slot {
  readonly start: WallClock;
  readonly end: WallClock;
}

/** The same time exactly; whole days however their end is written (E4). */
export function isSameSlot(a: Slot, b: Slot): boolean {
  if (a.start === b.start && a.end === b.end) return true;
  if (!isAllDaySpan(a.start, a.end) || !isAllDaySpan(b.start, b.end)) return false;
  const [days, others] = [allDayDates(a.start, a.end), allDayDates(b.start, b.end)];
  return days.start === others.start && days.end === others.end;
}

/** The same title, whatever an old form or Exchange did to entities and blanks in it (E23). */
export function isSameTitle(a: string | null, b: string | null): boolean {
  return comparableTitle(a) === comparableTitle(b);
}

function comparableTitle(text: string | null): string {
  return tidyTitle(settled(tidyTitle(text ?? ''), decodeEntities)).normalize('NFC');
}
