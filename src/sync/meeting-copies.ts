/**
 * A room can hold a meeting twice: an old copy that a person brought back from Deleted Items stands beside the one its organiser sent
 * since. The copy that arrived last is the meeting, as the organiser's changes reach only that one; older ones are left alone (E18, E66).
 */
import type { Mapping } from '../domain/mapping.ts';
import type { RoomEvent } from '../domain/room-event.ts';
import { meetingStartOf } from './import-plan.ts';
import type { Observation } from './observe-rooms.ts';
import { checkPresence } from './presence.ts';
import { meetingKeyOf } from './pull-steps.ts';
import type { SyncDeps } from './settings.ts';

/** What was observed, split into the meetings as they are and copies that are not to be looked at. */
export interface SplitCopies {
  readonly observation: Observation;
  readonly old: readonly RoomEvent[];
}

/**
 * Leaves one copy of each meeting. Where a known meeting shows a copy of another id, the copy its mapping names is read too, as an
 * unchanged one is not in a delta round. `meetings`: mappings of this calendar that events unknown by their id may belong to.
 * @throws SyncError when that copy cannot be read now; the room's next round sees it again.
 */
export async function splitCopies(
  deps: SyncDeps,
  observation: Observation,
  meetings: ReadonlyMap<string, Mapping>,
): Promise<SplitCopies> {
  const others = await readMapped(deps, observation, meetings);
  const known = new Map(observation.known);
  for (const { event, mapping } of others) known.set(event.id, mapping);
  const events = [...observation.events, ...others.map(({ event }) => event)];
  const newest = newestCopies(events);
  return {
    observation: { ...observation, events: events.filter((event) => newest.has(event)), known },
    old: events.filter((event) => !newest.has(event)),
  };
}

/** Mapped copies that live, of meetings that showed another one. */
async function readMapped(
  deps: SyncDeps,
  { room, events, known }: Observation,
  meetings: ReadonlyMap<string, Mapping>,
): Promise<readonly { event: RoomEvent; mapping: Mapping }[]> {
  const seen = new Set(events.map((event) => event.id));
  const wanted = new Map<string, Mapping>();
  for (const event of events) {
    const key = keyOf(event);
    const mapping = key === null || known.has(event.id) ? undefined : meetings.get(key);
    if (mapping === undefined || mapping.eventId === null || seen.has(mapping.eventId)) continue;
    const isOver = mapping.status === 'cancelled' && (event.isCancelled || event.response === 'declined');
    if (!isOver) wanted.set(mapping.eventId, mapping);
  }
  if (wanted.size === 0) return [];
  const requests = [...wanted.keys()].map((eventId) => ({ calendar: room.calendar, eventId }));
  const presences = await checkPresence(deps, requests, await room.limits());
  return [...wanted.values()].flatMap((mapping, index) => {
    const presence = presences[index];
    // One that cannot be understood is nothing to compare with.
    if (presence?.kind === 'unknown' && presence.error.kind !== 'rejected') throw presence.error;
    return presence?.kind === 'alive' ? [{ event: presence.event, mapping }] : [];
  });
}

function newestCopies(events: readonly RoomEvent[]): ReadonlySet<RoomEvent> {
  const newest = new Map<string, RoomEvent>();
  for (const event of events) {
    const key = keyOf(event) ?? event.id;
    const other = newest.get(key);
    if (other === undefined || (other.createdAt ?? '') < (event.createdAt ?? '')) newest.set(key, event);
  }
  return new Set(newest.values());
}

/** Null for what is no copy of anything: masters and events of ours. */
function keyOf(event: RoomEvent): string | null {
  if (event.iCalUId === null || event.kind === 'seriesMaster' || event.marker != null) return null;
  return meetingKeyOf(event.iCalUId, meetingStartOf(event));
}
