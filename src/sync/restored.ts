/** E66: a cancelled reservation's event is back in Outlook. It is re-enabled while its slot is free, else a person decides. */
import {
  bookingHashOf,
  canonicalOfEvent,
  changedFields,
  hashesOfReservation,
  hashFields,
  importTextOf,
} from '../domain/content.ts';
import { SyncError } from '../domain/errors.ts';
import type { FieldHashes, Mapping, MappingChange } from '../domain/mapping.ts';
import { toImportAgain, toOverlapping, toPending, toSynced, toUndecided } from '../domain/mapping-states.ts';
import { followsTitle, mayPatch } from '../domain/merge.ts';
import type { ReservationKey, RoomReservation } from '../domain/reservation.ts';
import type { RoomEvent } from '../domain/room-event.ts';
import { instantOf } from '../domain/time.ts';
import { isValidSpan } from '../domain/wall-clock.ts';
import { cancelEvent } from './cancel-event.ts';
import { importSnapshotOf, isSameSlot, isSameTitle, meetingStartOf } from './import-plan.ts';
import { journalEntry } from './journal-entries.ts';
import type { SyncStore } from './ports.ts';
import { checkPresence } from './presence.ts';
import type { PullStep } from './pull-steps.ts';
import type { HeldRoom } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

const HAS_LEFT_MESSAGE =
  'Its event was restored in Outlook, but the reservation is not in this room any more: link the room again, or delete the event';

export type RestoredStep = Extract<PullStep, { kind: 'restored' }>;

/** Re-enables, parks or re-imports after proof that the event is really there again (a late delta row is no proof). */
export async function applyRestored(
  deps: SyncDeps,
  run: RunContext,
  held: HeldRoom,
  step: RestoredStep,
): Promise<void> {
  const limits = await held.limits();
  const [presence] = await checkPresence(deps, [{ calendar: held.calendar, eventId: step.event.id }], limits);
  if (presence?.kind === 'unknown') throw presence.error;
  if (presence?.kind !== 'alive') return;
  await reenable(deps, run, held, step, 'conflict');
}

/**
 * One transaction: active again, unless its slot is taken (`conflict`); `create` and `replace` are a person's word that it goes beside
 * the others, or instead of them.
 */
export async function reenable(
  deps: SyncDeps,
  run: RunContext,
  held: HeldRoom,
  step: RestoredStep,
  onOverlap: 'conflict' | 'create' | 'replace',
): Promise<void> {
  await deps.store.transaction(async (store) => {
    const { change, back } = await decide(deps, run, store, step, onOverlap);
    const lease = { calendar: held.calendar, token: held.lease.token };
    const saved = await store.mappings.save([{ id: step.mapping.id, version: step.mapping.version, change, lease }]);
    if (saved.length === 0)
      throw new SyncError(
        'precondition-failed',
        'The mapping changed while its event came back; the next round sees it.',
      );
    if (back === null) return;
    const { mapping, event } = step;
    const entry =
      back === 'room'
        ? { action: 'room-linked' as const, reason: 'Back in this room in Outlook' }
        : {
            action: 'reservation-reenabled' as const,
            reason:
              onOverlap === 'conflict' ? 'Restored in Outlook, and its slot is still free' : 'Restored on request',
            before: { active: 0 },
            after: { active: 1 },
          };
    await store.journal.append([journalEntry(run, mapping, { ...entry, eventId: event.id })]);
  });
}

interface Decision {
  readonly change: MappingChange;
  /** What a cancellation had ended lives again. */
  readonly back: 'reservation' | 'room' | null;
}

async function decide(
  deps: SyncDeps,
  run: RunContext,
  store: SyncStore,
  { mapping, event }: RestoredStep,
  onOverlap: 'conflict' | 'create' | 'replace',
): Promise<Decision> {
  const { settings } = deps;
  const snapshot = importSnapshotOf(event, settings);
  const again: MappingChange = { ...snapshot, cancelledBy: null, cancelledAt: null };
  if (mapping.type === null || mapping.reservationId === null)
    return { change: { ...toImportAgain(), ...again }, back: null };
  const key = { type: mapping.type, id: mapping.reservationId };
  const goesOn = await isBookedElsewhere(store, mapping, event);
  const isThere = await store.booking.lock(key);
  const [state] = isThere ? await store.booking.readStates([key]) : [];
  if (!isThere || (goesOn && state?.active !== true)) {
    return {
      change: { ...toImportAgain(), ...again, type: null, reservationId: null, origin: 'outlook' },
      back: null,
    };
  }
  let reservation = state?.rooms.find((room) => room.resourceId === mapping.resourceId);
  const { start, end } = importTextOf(event, settings);
  // It was deleted in this room alone (E17), or moved away: the reservation goes on, and has the room again.
  const isRoomBack = state?.active === true && reservation === undefined && mapping.cancelledBy === 'outlook';
  if (state?.active !== true || isRoomBack) {
    const others = await store.booking.findOverlappingEvents(
      mapping.resourceId,
      { from: start, to: end },
      mapping.reservationId,
    );
    if (others.length > 0 && onOverlap === 'conflict') {
      return { change: { ...toOverlapping(others.map((other) => `event:${other.id}`)), ...again }, back: null };
    }
    if (reservation === undefined && !isRoomBack)
      return { change: { ...toUndecided(HAS_LEFT_MESSAGE), ...again }, back: null };
    if (onOverlap === 'replace')
      for (const { id } of others) await cancelEvent(run, store, id, 'Gave way to a restored event, on request');
    if (isRoomBack) reservation = await linkAgain(store, key, mapping.resourceId);
    else await store.booking.reactivate(key);
  }
  const after = await followEvent(deps, store, { mapping, event, reservation });
  const agreed: MappingChange = {
    ...again,
    goneSince: null,
    roomCopy: !mayPatch(event),
    baseline: hashFields(canonicalOfEvent(event, settings, mapping.origin)),
    bookingHash: after === undefined ? null : bookingHashOf(after, settings.content),
  };
  // Pending: whatever differs between the restored event and the reservation is pushed like any booking-side edit.
  const isAgreed = mapping.origin === 'outlook' && after !== undefined && isShown(deps, mapping, event, after);
  const next = isAgreed ? toSynced(instantOf(deps.clock.now())) : toPending();
  return { change: { ...next, ...agreed }, back: state?.active !== true ? 'reservation' : isRoomBack ? 'room' : null };
}

async function linkAgain(
  store: SyncStore,
  key: ReservationKey,
  resourceId: number,
): Promise<RoomReservation | undefined> {
  await store.booking.linkRoom(key, resourceId);
  const [state] = await store.booking.readStates([key]);
  return state?.rooms.find((room) => room.resourceId === resourceId);
}

/** While it was away from this room, the meeting became another reservation in a second one; it joins that (R2, E18). */
async function isBookedElsewhere(
  store: SyncStore,
  mapping: RestoredStep['mapping'],
  event: RestoredStep['event'],
): Promise<boolean> {
  if (event.iCalUId === null) return false;
  const meeting = { iCalUId: event.iCalUId, originalStart: meetingStartOf(event) };
  const rows = await store.mappings.findByMeetings([meeting], { lock: true });
  return rows.some(
    ({ id, reservationId, status }) => id !== mapping.id && reservationId !== null && status !== 'cancelled',
  );
}

/**
 * A meeting born in Outlook may have been moved or renamed while it was away: its reservation follows, as after any other edit there. A
 * text follows unless a clerk wrote another one meanwhile.
 */
async function followEvent(
  deps: SyncDeps,
  store: SyncStore,
  {
    mapping,
    event,
    reservation,
  }: Pick<RestoredStep, 'mapping' | 'event'> & { reservation: RoomReservation | undefined },
): Promise<RoomReservation | undefined> {
  if (reservation === undefined || mapping.origin === 'booking' || reservation.type !== 'event') return reservation;
  const { title, description, start, end } = importTextOf(event, deps.settings);
  const hasNewText = isTextNew(deps, mapping, event, reservation);
  if (isSameTitle(reservation.name, title) && isSameSlot(reservation, { start, end }) && !hasNewText)
    return reservation;
  await store.booking.updateEvent(reservation.id, { name: title, start, end, ...(hasNewText ? { description } : {}) });
  const [state] = await store.booking.readStates([reservation]);
  return state?.rooms.find((room) => room.resourceId === mapping.resourceId);
}

/** Outlook alone changed the text since both sides agreed. */
function isTextNew(
  deps: SyncDeps,
  { baseline, origin }: Mapping,
  event: RoomEvent,
  reservation: RoomReservation,
): boolean {
  const own = hashesOf(deps, reservation, origin);
  if (own === null || baseline === null) return false;
  const shown = hashFields(canonicalOfEvent(event, deps.settings, origin));
  // Who gave a title wrote no text, though the body is made of it; nor is it a word about the text of a private reservation (E8).
  if (followsTitle(shown, own)) return false;
  return (own.body === baseline.body || followsTitle(own, baseline)) && own.body !== shown.body;
}

/** The event shows the reservation as it is. */
function isShown(deps: SyncDeps, { origin }: Mapping, event: RoomEvent, reservation: RoomReservation): boolean {
  const own = hashesOf(deps, reservation, origin);
  return own !== null && changedFields(own, hashFields(canonicalOfEvent(event, deps.settings, origin))).length === 0;
}

/** Null: it ends before it begins (E34). */
function hashesOf({ settings }: SyncDeps, reservation: RoomReservation, origin: Mapping['origin']): FieldHashes | null {
  if (!isValidSpan(reservation.start, reservation.end)) return null;
  return hashesOfReservation(reservation, settings, origin);
}
