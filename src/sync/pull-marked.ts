/** Pure: events that carry our marker but belong to no mapping, after a lost answer, a reset, or a lost table (R1, E36, E37). */
import { canonicalOfEvent, hashFields } from '../domain/content.ts';
import { type Mapping, type MappingChange, newMapping } from '../domain/mapping.ts';
import { isLeftInOutlook } from '../domain/mapping-states.ts';
import { mayPatch } from '../domain/merge.ts';
import { PRIORITY } from '../domain/reservation.ts';
import type { Marker, RoomEvent } from '../domain/room-event.ts';
import { meetingStartOf } from './import-plan.ts';
import { meetingKeyOf, type PullFacts, type PullStep } from './pull-steps.ts';
import { findReservation } from './push-plan.ts';

/** An event of ours that no mapping names. */
export function planMarked(event: RoomEvent, facts: PullFacts): PullStep {
  const marker = event.marker;
  if (marker === null || marker === undefined || event.isCancelled) return { kind: 'none' };
  const label = `${marker.type}:${marker.id}`;
  const mapping = facts.marked.get(label);
  const replaces = findHollow(event, facts);
  const origin = replaces?.origin ?? mapping?.origin ?? 'booking';
  const adopted: MappingChange = {
    origin,
    direction: origin === 'booking' ? 'booking_to_outlook' : 'outlook_to_booking',
    calendar: facts.room.calendar,
    eventId: event.id,
    changeKey: event.changeKey,
    iCalUId: event.iCalUId,
    roomCopy: !mayPatch(event),
    baseline: hashFields(canonicalOfEvent(event, facts.settings, origin)),
    generation: Math.max(marker.generation, mapping?.generation ?? 0),
  };
  if (mapping === undefined) return planUnmapped(event, adopted, replaces, facts);
  if (mapping.status === 'cancelled') {
    // Taken over, it would be forgotten: only once the hold ends does detection look at the row again.
    if (mapping.held)
      return { kind: 'ghost', event, reason: `${label} was cancelled on request in this room and is held back` };
    // The one with guests cannot be deleted (R9): it stays the mapping's, or nobody would know it any more, or two of them took turns.
    if (isLeftInOutlook(mapping))
      return { kind: 'ghost', event, reason: `${label} left another event with guests in this room` };
    // A create that Exchange carried out after we had given it up: back to a live row, so that detection deletes it on proof.
    const change: MappingChange = { ...adopted, status: 'pending', cancelledBy: null, cancelledAt: null };
    return { kind: 'adopt', mapping, event, change, replaces };
  }
  if (mapping.eventId === null) return { kind: 'adopt', mapping, event, change: adopted, replaces };
  return { kind: 'ghost', event, reason: `${label} already has another event in this room` };
}

/** Its mapping was lost: made again while its reservation is live in this room. */
function planUnmapped(event: RoomEvent, adopted: MappingChange, replaces: Mapping | null, facts: PullFacts): PullStep {
  const { type, id } = event.marker as Marker;
  const { resourceId, calendar } = facts.room;
  const reservation = findReservation({ type, reservationId: id, resourceId }, facts.states);
  if (reservation === null)
    return { kind: 'ghost', event, reason: `Its reservation ${type}:${id} is not active in this room` };
  const row = newMapping({
    type,
    reservationId: id,
    resourceId,
    calendar,
    origin: 'booking',
    status: 'pending',
    priority: PRIORITY[type],
    startsAt: reservation.start,
    endsAt: reservation.end,
    subject: reservation.name,
  });
  return { kind: 'adopt-new', event, row: { ...row, ...adopted }, replaces };
}

/** What an operator's reset left of the event's mapping: it knows the meeting, but neither event nor reservation (E36). */
function findHollow(event: RoomEvent, facts: PullFacts): Mapping | null {
  if (event.iCalUId === null) return null;
  const row = facts.meetings.get(meetingKeyOf(event.iCalUId, meetingStartOf(event)));
  return row !== undefined && isHollow(row) ? row : null;
}

/** Neither reservation nor event, and waiting for nothing. */
export function isHollow(row: Pick<Mapping, 'reservationId' | 'eventId' | 'status'>): boolean {
  return row.reservationId === null && row.eventId === null && row.status === 'pending';
}
