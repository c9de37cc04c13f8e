/**
 * Before a reservation is written to Outlook for the first time in its mapping's life: had it an event here in an earlier one? A mapping may
 * be lost (an operator's reset, T18) while its event stays where no look through the window leads to it: listed as a ghost while the
 * reservation was cancelled, or moved beyond the window. The journal still names it, so that it is taken back instead of doubled (R1, E36).
 */
import type { Mapping } from '../domain/mapping.ts';
import type { ReservationState, RoomReservationKey } from '../domain/reservation.ts';
import type { RoomEvent } from '../domain/room-event.ts';
import { adoptedChange } from './import-link.ts';
import { markerOf } from './intents.ts';
import { journalEntry } from './journal-entries.ts';
import { isOurs } from './own-events.ts';
import type { EventTrace } from './ports.ts';
import { checkPresence } from './presence.ts';
import { findReservation } from './push-plan.ts';
import { readable } from './resolve.ts';
import type { HeldRoom } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

/** Mappings whose journaled events were looked for. */
export interface LostEvents {
  /** These have an event now. */
  readonly adopted: ReadonlySet<number>;
  /** Outlook could not tell now: they must not be created in this run. */
  readonly unknown: ReadonlySet<number>;
}

interface Found {
  readonly mapping: Mapping;
  readonly event: RoomEvent;
  readonly born: EventTrace['born'];
}

/** Gives mappings about to be created in a held room the events they had before. One statement, none without creates. */
export async function adoptLostEvents(
  deps: SyncDeps,
  run: RunContext,
  held: HeldRoom,
  mappings: readonly Mapping[],
  states: ReadonlyMap<string, ReservationState>,
): Promise<LostEvents> {
  // A later generation remembers its earlier lives by itself, and may have a create of its own under way.
  const creates = mappings.filter(
    (row) => row.eventId === null && row.generation === 0 && findReservation(row, states) !== null,
  );
  const traces =
    creates.length === 0 ? [] : await deps.store.journal.findEvents(held.calendar, creates.map(reservationOf));
  if (traces.length === 0) return { adopted: new Set(), unknown: new Set() };
  const byKey = new Map(creates.map((row) => [keyOf(reservationOf(row)), row]));
  const requests = traces.map(({ eventId }) => ({ calendar: held.calendar, eventId }));
  const presences = await checkPresence(deps, requests, await held.limits());
  const unknown = new Set<number>();
  const found = new Map<number, Found>();
  for (const [index, trace] of traces.entries()) {
    const mapping = byKey.get(keyOf(trace));
    const presence = readable(presences[index]);
    if (mapping === undefined || presence === null || presence.kind === 'gone') continue;
    if (presence.kind === 'unknown') unknown.add(mapping.id);
    else if (isNewest(presence.event, mapping, found.get(mapping.id)))
      found.set(mapping.id, { mapping, event: presence.event, born: trace.born });
  }
  const sure = [...found.values()].filter(({ mapping }) => !unknown.has(mapping.id));
  return { adopted: await save(deps, run, held, sure), unknown };
}

function isNewest(event: RoomEvent, mapping: Mapping, other: Found | undefined): boolean {
  return (
    isOurs(event, markerOf(mapping)) && generationOf(event) >= (other === undefined ? 0 : generationOf(other.event))
  );
}

function generationOf({ marker }: RoomEvent): number {
  return marker?.generation ?? 0;
}

function reservationOf(row: Mapping): RoomReservationKey {
  const { type, id } = markerOf(row);
  return { type, id, resourceId: row.resourceId };
}

function keyOf({ type, id, resourceId }: RoomReservationKey): string {
  return `${type}:${id}:${resourceId}`;
}

async function save(
  deps: SyncDeps,
  run: RunContext,
  held: HeldRoom,
  found: readonly Found[],
): Promise<ReadonlySet<number>> {
  if (found.length === 0) return new Set();
  const lease = { calendar: held.calendar, token: held.lease.token };
  return deps.store.transaction(async (store) => {
    const saved = new Set(
      await store.mappings.save(
        found.map(({ mapping, event, born }) => ({
          id: mapping.id,
          version: mapping.version,
          change: { ...adoptedChange(deps, event, born), generation: generationOf(event) },
          lease,
        })),
      ),
    );
    await store.journal.append(
      found
        .filter(({ mapping }) => saved.has(mapping.id))
        .map(({ mapping, event }) =>
          journalEntry(run, mapping, {
            action: 'event-adopted',
            reason: 'An event of ours was found in Outlook',
            eventId: event.id,
          }),
        ),
    );
    return saved;
  });
}
