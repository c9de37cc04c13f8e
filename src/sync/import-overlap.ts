/** E51: which events of the booking system stand where a meeting wants to be, and whether one of them is the meeting itself. */
import { type ImportText, importTextOf } from '../domain/content.ts';
import type { ReservationState } from '../domain/reservation.ts';
import type { Candidate } from './import-look.ts';
import { isSameSlot, isSameTitle, type Slot } from './import-plan.ts';
import type { SyncStore } from './ports.ts';
import type { SyncSettings } from './settings.ts';

/** An active event in the way, and in which room. */
export interface InTheWay extends Slot {
  readonly id: number;
  readonly name: string | null;
  readonly resourceId: number;
}

/**
 * Active events that overlap the meeting in any of its rooms. With `joins`, the reservation the meeting is going to join: then only rooms
 * it is not in yet are looked at, for its own time.
 */
export async function findInTheWay(
  store: SyncStore,
  settings: SyncSettings,
  waiting: readonly Candidate[],
  joins: ReservationState | null,
): Promise<readonly InTheWay[]> {
  const [first] = waiting;
  if (first === undefined) return [];
  const slot: Slot = joins?.rooms[0] ?? importTextOf(first.event, settings);
  const there = new Set(joins?.rooms.map((room) => room.resourceId));
  const found: InTheWay[] = [];
  for (const { row } of waiting) {
    if (there.has(row.resourceId)) continue;
    const span = { from: slot.start, to: slot.end };
    const others = await store.booking.findOverlappingEvents(row.resourceId, span, joins?.id);
    found.push(...others.map((other) => ({ ...other, resourceId: row.resourceId })));
  }
  return found;
}

/** The one event that is the meeting already, by name and time; null when there is none or more than one. */
export function findDouble(
  inTheWay: readonly InTheWay[],
  meeting: Pick<ImportText, 'title' | 'start' | 'end'>,
): number | null {
  const ids = new Set(
    inTheWay
      .filter((other) => isSameSlot(other, meeting) && isSameTitle(other.name, meeting.title))
      .map(({ id }) => id),
  );
  const [only] = ids;
  return ids.size === 1 && only !== undefined ? only : null;
}

/** Ids in order, each once. */
export function idsOf(inTheWay: readonly InTheWay[]): readonly number[] {
  return [...new Set(inTheWay.map(({ id }) => id))].sort((a, b) => a - b);
}
