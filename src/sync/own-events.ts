/** Which events of a room calendar are ours, by their marker. */
import type { Marker, RoomEvent } from '../domain/room-event.ts';
import type { CallLimits } from './ports.ts';
import { checkPresence } from './presence.ts';
import type { SyncDeps } from './settings.ts';

/**
 * Events with one of these markers that are really in the calendar: the search covers the whole mailbox and may find what lies in
 * Deleted Items. Throws what makes an answer uncertain.
 */
export async function findAliveByMarker(
  deps: SyncDeps,
  calendar: string,
  markers: readonly Marker[],
  limits: CallLimits,
): Promise<readonly RoomEvent[]> {
  if (markers.length === 0) return [];
  const found = await deps.calendars.findByMarker(calendar, markers, limits);
  const presences = await checkPresence(
    deps,
    found.map((event) => ({ calendar, eventId: event.id })),
    limits,
  );
  return presences.flatMap((presence) => {
    if (presence.kind === 'unknown') throw presence.error;
    return presence.kind === 'alive' ? [presence.event] : [];
  });
}

/** Whether an event carries the marker of this reservation and room, whatever its generation (historical markers name no room). */
export function isOurs(event: RoomEvent, marker: Marker): boolean {
  const found = event.marker;
  if (found === null || found === undefined) return false;
  return (
    found.type === marker.type &&
    found.id === marker.id &&
    (found.resourceId === null || found.resourceId === marker.resourceId)
  );
}
