/** Why an event may stand in a calendar without standing for anything wanted. */
import type { SeenEvent } from '../../../src/sandbox/graph-simulator/actors.ts';
import { parseEventId } from '../../../src/sandbox/graph-simulator/ids.ts';
import type { EqualityWorld, MappingRow } from './equality.ts';
import type { Truth } from './truth.ts';

/** Occurrences may have UIDs of their own, which carry their day in these eight characters. */
export function isOfMeeting(row: MappingRow, { iCalUId, originalStart }: SeenEvent): boolean {
  const meetingOf = (uid: string | null) => `${uid?.slice(0, 32)}${uid?.slice(40)}`;
  if (meetingOf(row.ical_uid) !== meetingOf(iCalUId)) return false;
  return originalStart === null || row.original_start === new Date(originalStart).toISOString();
}

/** Another copy of the meeting is in the calendar. */
export function isOld({ id, iCalUId, originalStart }: SeenEvent, seen: ReadonlyMap<string, SeenEvent>): boolean {
  const isOther = (other: SeenEvent) => other.id !== id && other.originalStart === originalStart;
  return [...seen.values()].some((other) => isOther(other) && other.iCalUId === iCalUId);
}

/** Its reservation lives but ends before it begins (E34): what was agreed last stays until a clerk repairs it. */
export function isInvalid({ reservations }: Truth, row: MappingRow): boolean {
  const booked = reservations.get(`${row.reservation_type}:${row.reservation_id}`);
  if (booked === undefined || !booked.active || row.sync_status !== 'error') return false;
  return booked.from >= booked.to && booked.rooms.includes(row.resource_id);
}

/** Events the import leaves alone by setting. */
export function isSkipped({ graph }: EqualityWorld, calendar: string, event: SeenEvent): boolean {
  if (event.isCancelled || event.showAs === 'free' || event.showAs === 'tentative') return true;
  if (event.organizer === null) return false;
  const stored = graph.mailbox(calendar).events.get(parseEventId(event.id)?.core ?? '');
  return stored !== undefined && stored.response.response !== 'accepted';
}

export function keyOf({ reservation_type, reservation_id, resource_id }: MappingRow): string {
  return `${reservation_type}:${reservation_id}:${resource_id}`;
}

/** Cancelled on request in this room alone (S74): its reservation is still wanted, its event is not. */
export function isHeld(key: string, rows: readonly MappingRow[]): boolean {
  return rows.some((row) => row.held === 1 && keyOf(row) === key);
}

/** An event with guests is left where it is, whether its reservation is over or covered by better ones (R9). */
export function isLeftToGuests({ room_copy, cancelled_by, conflict_kind }: MappingRow): boolean {
  return room_copy === 1 && (cancelled_by !== null || conflict_kind === 'suppressed');
}

/** Removed by a person, and the simulated service goes on answering for it: where the tombstone died with the delta link nobody can tell. */
export function wasDeletedByPeople({ graph, ledger }: EqualityWorld, row: MappingRow): boolean {
  if (graph.settings.deletedEvents !== 'resolve') return false;
  if (ledger.removed.has(row.outlook_event_id ?? '')) return true;
  const meeting = [`uid:${row.ical_uid}`, `series:${row.series_master_id}`];
  return ledger.deadLinks.has(row.outlook_item_id) && meeting.some((name) => ledger.removed.has(name));
}

/** Outlook refuses some changes of one occurrence for good (it may not pass its neighbours); the row says so and waits for a clerk. */
export function isRefused(row: MappingRow): boolean {
  return row.sync_status === 'error' && row.retryable === 0 && row.series_master_id !== null;
}

/** A copy of the meeting in this calendar came back from Deleted Items. */
export function wasBroughtBack({ graph, ledger }: EqualityWorld, calendar: string, uid: string): boolean {
  return [...graph.mailbox(calendar).events.values()].some(
    ({ core, iCalUId }) => iCalUId === uid && ledger.restored.has(core),
  );
}
