/**
 * First contact with a room calendar, or the first after an operator's reset (E36): one read of the whole window finds events that
 * already carry our marker, and gives them back to their mappings before anything is created. That is what makes a lost
 * mapping table harmless.
 */
import { canonicalOfEvent, hashFields } from '../domain/content.ts';
import type { Mapping, MappingChange } from '../domain/mapping.ts';
import type { RoomReservationKey } from '../domain/reservation.ts';
import type { RoomEvent } from '../domain/room-event.ts';
import { type InstantSpan, instantOf } from '../domain/time.ts';
import { journalEntry } from './journal-entries.ts';
import type { HeldRoom } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

/** Whether the room must be looked through before the next create. */
export function needsAdoption(room: HeldRoom, hollow: boolean): boolean {
  return room.lease.state.lastBaselineAt === null || hollow;
}

/**
 * Adopts marked events of `resourceId` into mappings that have no event. Events whose mapping already has another event, or whose
 * reservation has no mapping, are left for the poll, which lists them as ghosts. Returns true when a mapping changed.
 */
export async function adoptMarkedEvents(
  deps: SyncDeps,
  run: RunContext,
  room: HeldRoom,
  resourceId: number,
  span: InstantSpan,
): Promise<boolean> {
  const events = await deps.calendars.readWindow(room.calendar, span, await room.limits());
  const marked = new Map<string, { key: RoomReservationKey; event: RoomEvent }>();
  for (const event of events) {
    if (event.marker === null || event.marker === undefined || event.isCancelled) continue;
    if (event.marker.resourceId !== null && event.marker.resourceId !== resourceId) continue;
    const key = { type: event.marker.type, id: event.marker.id, resourceId };
    const label = `${key.type}:${key.id}`;
    const earlier = marked.get(label);
    if (earlier === undefined || (earlier.event.marker?.generation ?? 0) < event.marker.generation)
      marked.set(label, { key, event });
  }
  const mappings =
    marked.size === 0 ? [] : await deps.store.mappings.findByKeys([...marked.values()].map(({ key }) => key));
  const adopted = mappings.flatMap((mapping): { mapping: Mapping; event: RoomEvent; change: MappingChange }[] => {
    const event = marked.get(`${mapping.type}:${mapping.reservationId}`)?.event;
    if (event === undefined || mapping.eventId !== null || mapping.calendar !== room.calendar) return [];
    if (mapping.status === 'cancelled' || mapping.status === 'imported') return [];
    return [{ mapping, event, change: adoptedChange(deps, event) }];
  });
  const lease = { calendar: room.calendar, token: room.lease.token };
  await deps.store.transaction(async (store) => {
    if (adopted.length > 0) {
      await store.mappings.save(
        adopted.map(({ mapping, change }) => ({ id: mapping.id, version: mapping.version, change, lease })),
      );
      await store.journal.append(
        adopted.map(({ mapping, event }) =>
          journalEntry(run, mapping, {
            action: 'event-adopted',
            reason: 'An event of ours was found in Outlook',
            eventId: event.id,
          }),
        ),
      );
    }
    await store.calendars.save([{ ...lease, lastBaselineAt: instantOf(deps.clock.now()) }]);
  });
  return adopted.length > 0;
}

/** The event's content becomes the baseline; whatever differs is pushed as an ordinary update. */
function adoptedChange(deps: SyncDeps, event: RoomEvent): MappingChange {
  return {
    eventId: event.id,
    changeKey: event.changeKey,
    iCalUId: event.iCalUId,
    baseline: hashFields(canonicalOfEvent(event, deps.settings, 'booking')),
    generation: event.marker?.generation ?? 0,
  };
}
