/** E12: an event gone from one room turns up in another: the reservation changes its room instead of being cancelled and booked anew. */
import { bookingHashOf } from '../domain/content.ts';
import { SyncError } from '../domain/errors.ts';
import type { Mapping, MappingChange } from '../domain/mapping.ts';
import { toCancelled, toSynced } from '../domain/mapping-states.ts';
import type { ReservationState } from '../domain/reservation.ts';
import { instantOf } from '../domain/time.ts';
import { journalEntry } from './journal-entries.ts';
import type { JournalEntry, SyncStore } from './ports.ts';
import { meetingKeyOf } from './pull-steps.ts';
import type { RunContext, SyncDeps } from './settings.ts';

/** The same meeting, waiting for its import in another room; its rows are kept from others until the transaction ends. */
export async function findPartner(store: SyncStore, row: Mapping): Promise<Mapping | null> {
  if (row.iCalUId === null) return null;
  const meeting = { iCalUId: row.iCalUId, originalStart: row.originalStart };
  const rows = await store.mappings.findByMeetings([meeting], { lock: true });
  const key = meetingKeyOf(row.iCalUId, row.originalStart);
  const isPartner = (other: Mapping) =>
    other.id !== row.id &&
    other.reservationId === null &&
    other.status === 'imported' &&
    other.goneSince === null &&
    other.resourceId !== row.resourceId &&
    meetingKeyOf(other.iCalUId ?? '', other.originalStart) === key;
  return rows.find(isPartner) ?? null;
}

/** The waiting row becomes the reservation's mapping in its new room, with what was agreed about it; this one ends. */
export async function moveToRoom(
  deps: SyncDeps,
  run: RunContext,
  store: SyncStore,
  { row, partner, state }: { readonly row: Mapping; readonly partner: Mapping; readonly state: ReservationState },
): Promise<{ readonly change: MappingChange; readonly entries: readonly JournalEntry[] }> {
  const key = { type: state.type, id: state.id };
  const now = instantOf(deps.clock.now());
  await store.booking.linkRoom(key, partner.resourceId);
  await store.booking.unlinkRoom(key, row.resourceId);
  const [after] = await store.booking.readStates([key]);
  const moved = after?.rooms.find((room) => room.resourceId === partner.resourceId);
  const saved = await store.mappings.save([
    {
      id: partner.id,
      version: partner.version,
      change: {
        ...toSynced(now),
        type: key.type,
        reservationId: key.id,
        priority: row.priority,
        origin: row.origin,
        direction: row.direction,
        baseline: row.baseline,
        // An edit made together with the move shows as a version nobody knows.
        changeKey: null,
        bookingHash:
          moved === undefined || isChanged(deps, row, state) ? null : bookingHashOf(moved, deps.settings.content),
      },
    },
  ]);
  if (saved.length === 0) throw new SyncError('precondition-failed', 'The other half of a move changed meanwhile.');
  const entries = [
    journalEntry(
      run,
      { ...partner, type: key.type, reservationId: key.id },
      {
        action: 'room-linked',
        reason: 'Moved to this room in Outlook',
        before: { resourceId: row.resourceId },
      },
    ),
    journalEntry(run, row, {
      action: 'room-unlinked',
      reason: 'Moved to another room in Outlook',
      after: { resourceId: partner.resourceId },
    }),
  ];
  return { change: toCancelled('outlook', now), entries };
}

/** A clerk's change that Outlook does not show yet, or never will (E47), is still to be looked at in the new room. */
function isChanged({ settings }: SyncDeps, { resourceId, bookingHash }: Mapping, { rooms }: ReservationState): boolean {
  const before = rooms.find((room) => room.resourceId === resourceId);
  return before !== undefined && bookingHashOf(before, settings.content) !== bookingHash;
}
