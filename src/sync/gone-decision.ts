/**
 * What one proven removal means, inside the transaction that holds the reservation: half of a move to another room (E12), the end of the
 * reservation (T15), of this room alone (E17), or nothing, because the booking side decides otherwise (E22).
 */
import { bookingHashOf, CANCELLATION_NOTE } from '../domain/content.ts';
import { decideEventGone } from '../domain/deletion.ts';
import type { Mapping, MappingChange } from '../domain/mapping.ts';
import { toCancelled, toPending, withoutEvent } from '../domain/mapping-states.ts';
import { type ReservationState, reservationLabel } from '../domain/reservation.ts';
import { instantOf } from '../domain/time.ts';
import { goneCauseOf } from './gone-guard.ts';
import { findPartner, moveToRoom } from './gone-move.ts';
import { journalEntry } from './journal-entries.ts';
import type { JournalEntry, SyncStore } from './ports.ts';
import { findReservation } from './push-plan.ts';
import type { RunContext, SyncDeps } from './settings.ts';

export interface GoneDecision {
  /** `kept`: only the event's traces go; nothing is cancelled and nothing comes back. */
  readonly kind: 'cancelled' | 'unlinked' | 'moved' | 'recreated' | 'kept';
  readonly change: MappingChange;
  readonly entries: readonly JournalEntry[];
  /** A person should hear why their deletion did not last. */
  readonly warning: string | null;
}

/** `revoked`: a person took the deletion back, so the event is made again. */
export async function decideGone(
  deps: SyncDeps,
  run: RunContext,
  store: SyncStore,
  row: Mapping,
  revoked: boolean,
): Promise<GoneDecision> {
  const cause = goneCauseOf(row);
  if (row.type === null || row.reservationId === null) {
    // Without the version it had, an event that was only out of sight is recognised as back, not as known.
    const change = { ...toCancelled('outlook', instantOf(deps.clock.now())), changeKey: null };
    return over(run, row, change, { reason: 'Gone from Outlook before it was imported', cause });
  }
  if (row.conflictKind === 'suppressed') {
    // It had to go anyway: better reservations stand in its place.
    return { kind: 'kept', change: withoutEvent(row), entries: [], warning: null };
  }
  const key = { type: row.type, id: row.reservationId };
  const [state] = await store.booking.readStates([key]);
  const reservation = state === undefined ? null : findReservation(row, new Map([[reservationLabel(key), state]]));
  if (state === undefined || reservation === null) {
    // Nobody's deletion has to travel.
    return over(run, row, toCancelled('outlook', instantOf(deps.clock.now())), { reason: 'Gone on both sides', cause });
  }
  if (revoked) return recreate(run, row, 'A person took the deletion back: made again', null);
  const partner = await findPartner(store, row);
  if (partner !== null) {
    const moved = await moveToRoom(deps, run, store, { row, partner, state });
    return { kind: 'moved', ...moved, warning: null };
  }
  const verdict = decideEventGone({
    origin: row.origin,
    bookingEdited: row.bookingHash !== bookingHashOf(reservation, deps.settings.content),
    otherRooms: await countOtherRooms(store, row, state),
    isRoomCopy: row.roomCopy,
    policy: deps.settings.outlookDeletePolicy,
  });
  switch (verdict.act) {
    case 'recreate-event':
      return recreate(run, row, verdict.warning ?? 'Deleted in Outlook; policy makes it again', verdict.warning);
    case 'unlink-room':
      return loseRoom(deps, run, store, row);
    case 'cancel-reservation':
      return cancel(deps, run, store, row, reservation.description);
  }
}

/** Rooms that keep the reservation: those whose own event went the same way do not count. */
async function countOtherRooms(store: SyncStore, row: Mapping, state: ReservationState): Promise<number> {
  if (state.rooms.length < 2) return 0;
  const mappings = await store.mappings.findByReservations([state]);
  const gone = new Set(mappings.filter((other) => other.goneSince !== null).map((other) => other.resourceId));
  return state.rooms.filter(({ resourceId }) => resourceId !== row.resourceId && !gone.has(resourceId)).length;
}

async function cancel(
  deps: SyncDeps,
  run: RunContext,
  store: SyncStore,
  row: Mapping,
  description: string | null,
): Promise<GoneDecision> {
  if (row.type !== null && row.reservationId !== null)
    await store.booking.deactivate({ type: row.type, id: row.reservationId }, CANCELLATION_NOTE);
  const entry = journalEntry(run, row, {
    action: 'reservation-cancelled',
    reason: 'Deleted in Outlook',
    cause: goneCauseOf(row),
    before: { active: 1, description },
    after: { active: 0 },
  });
  return {
    kind: 'cancelled',
    change: toCancelled('outlook', instantOf(deps.clock.now())),
    entries: [entry],
    warning: null,
  };
}

async function loseRoom(deps: SyncDeps, run: RunContext, store: SyncStore, row: Mapping): Promise<GoneDecision> {
  if (row.type !== null && row.reservationId !== null)
    await store.booking.unlinkRoom({ type: row.type, id: row.reservationId }, row.resourceId);
  const entry = journalEntry(run, row, {
    action: 'room-unlinked',
    reason: 'Deleted in this room only',
    cause: goneCauseOf(row),
    before: { resourceId: row.resourceId },
  });
  return {
    kind: 'unlinked',
    change: toCancelled('outlook', instantOf(deps.clock.now())),
    entries: [entry],
    warning: null,
  };
}

function recreate(run: RunContext, row: Mapping, reason: string, warning: string | null): GoneDecision {
  const entry = journalEntry(run, row, { action: 'mapping-reenabled', reason, before: { eventId: row.eventId } });
  const change: MappingChange = { ...toPending(), ...withoutEvent(row), direction: 'booking_to_outlook' };
  return { kind: 'recreated', change, entries: [entry], warning };
}

function over(
  run: RunContext,
  row: Mapping,
  change: MappingChange,
  entry: { readonly reason: string; readonly cause: string },
): GoneDecision {
  return {
    kind: 'cancelled',
    change,
    entries: [journalEntry(run, row, { action: 'mapping-cancelled', ...entry })],
    warning: null,
  };
}
