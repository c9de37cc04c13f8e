/** Reading a span of room calendars beside delta: at first contact, and when a person names the days. */
import type { RoomEvent } from '../domain/room-event.ts';
import type { InstantSpan, WallSpan } from '../domain/time.ts';
import { toInstant } from '../domain/wall-clock.ts';
import { padSpan } from '../domain/window.ts';
import { lookUp, type Observation, type RoomObservation } from './observe-rooms.ts';
import type { ReadOutcome } from './ports.ts';
import { commonLimits, type HeldRoom } from './room-lease.ts';
import type { SyncDeps } from './settings.ts';

/**
 * What lies in a span of each room's calendar now, whatever delta says: whole events with their markers. The delta links are those the
 * rooms have, and nothing may be concluded from what is missing.
 */
export async function observeSpans(
  deps: SyncDeps,
  rooms: readonly HeldRoom[],
  spanOf: (calendar: string) => InstantSpan,
): Promise<readonly RoomObservation[]> {
  const limits = await commonLimits(rooms);
  const requests = rooms.map(({ calendar }) => ({ calendar, span: spanOf(calendar) }));
  const outcomes = await deps.calendars.readWindows(requests, limits);
  const read = rooms.map((room, index): RoomObservation => {
    const outcome = outcomes[index] as ReadOutcome<readonly RoomEvent[]>;
    if (!outcome.ok) return { room, ok: false, error: outcome.error };
    const span = spanOf(room.calendar);
    const observation: Observation = {
      room,
      span,
      full: false,
      events: outcome.value,
      known: new Map(),
      tombstones: new Set(),
      series: new Map(),
      deltaLink: room.lease.state.deltaLink ?? '',
      deltaFrom: span.from,
      deltaTo: span.to,
    };
    return { room, ok: true, observation };
  });
  return lookUp(deps, read);
}

/** What to ask Graph for to see all of `range` (local wall clock): it matches whole days by UTC midnights, so more than that. */
export function readSpanOf({ from, to }: WallSpan, zone: string): InstantSpan {
  return padSpan({ from: toInstant(from, zone).instant, to: toInstant(to, zone).instant });
}
