/** Pure: what each picked mapping wants in Outlook, given what the booking system says right now. */
import { bookingHashOf, canonicalOfContent, changedFields, contentOf, hashFields } from '../domain/content.ts';
import type { FieldHashes, Mapping, MappingChange } from '../domain/mapping.ts';
import { toEdited, toError, toSynced, toUndecided, withoutEvent } from '../domain/mapping-states.ts';
import { type ReservationState, type RoomReservation, reservationLabel } from '../domain/reservation.ts';
import type { Room } from '../domain/room.ts';
import type { EventContent } from '../domain/room-event.ts';
import type { Instant } from '../domain/time.ts';
import { isValidSpan } from '../domain/wall-clock.ts';
import type { PlannedWrite } from './intents.ts';
import type { PushDetail } from './results.ts';
import type { SyncSettings } from './settings.ts';

/** S109. */
export const NOT_FOUND_MESSAGE = 'Calendar item not found for mapping';
/** E34. */
export const INVALID_RANGE_MESSAGE = 'Invalid time range';
/** E47. */
const CONTESTED_MESSAGE =
  "Title or time of a person's meeting was changed in the booking system; only its organiser can change it in Outlook.";

/** One mapping's turn: a write to Outlook, a change of the row alone, or nothing. */
export interface PushStep {
  readonly mapping: Mapping;
  readonly write: PlannedWrite | null;
  readonly change: MappingChange | null;
  readonly action: PushDetail['action'];
  readonly title: string | null;
  readonly error: string | null;
  /** E47, policy `revert`: the organiser's version of a person's meeting goes back into the booking system. */
  readonly restore: RoomReservation | null;
}

export interface PushFacts {
  /** By `type:id`. */
  readonly states: ReadonlyMap<string, ReservationState>;
  /** Active rooms by resource id. */
  readonly rooms: ReadonlyMap<number, Room>;
  /** Why a create would be a double, by mapping id; see `doubles.ts`. */
  readonly doubts?: ReadonlyMap<number, string>;
  readonly now: Instant;
  readonly settings: SyncSettings;
}

/** Plans the push of one mapping (T3, T4, T6, E14, E34, E48, S109). */
export function planPush(mapping: Mapping, facts: PushFacts): PushStep {
  const room = facts.rooms.get(mapping.resourceId);
  if (room === undefined) return unchanged(mapping, 'The room has no active mapping.');
  // Cancelled after it was picked: its event is gone, and detection alone starts a new life (T10).
  if (mapping.status === 'cancelled' || mapping.status === 'imported') return unchanged(mapping, mapping.error);
  // Emptied by an operator's reset after it was picked (E36): an error would hide it from those who look for what it was.
  if (mapping.reservationId === null) return unchanged(mapping, null);
  // Proven gone and not decided yet: a write to it would count as agreed and hide the removal (R3, E22).
  if (mapping.goneSince !== null) return unchanged(mapping, null);
  if (mapping.calendar !== room.calendar) return planRemap(mapping, room, facts.settings);
  // Only what better reservations cover leaves Outlook; any other conflict, come up after it was picked, waits for a person (R3).
  if (mapping.status === 'conflict' && mapping.conflictKind !== 'suppressed') return unchanged(mapping, mapping.error);
  if (mapping.status === 'conflict') return planSuppression(mapping, facts.settings);
  const reservation = findReservation(mapping, facts.states);
  if (reservation === null) return missing(mapping, facts);
  if (!isValidSpan(reservation.start, reservation.end)) return invalid(mapping, reservation, facts);
  return planContent(mapping, reservation, facts);
}

/** The reservation of a mapping on its room, if it is live there. */
export function findReservation(
  mapping: Pick<Mapping, 'type' | 'reservationId' | 'resourceId'>,
  states: ReadonlyMap<string, ReservationState>,
): RoomReservation | null {
  if (mapping.type === null || mapping.reservationId === null) return null;
  const state = states.get(`${mapping.type}:${mapping.reservationId}`);
  if (state === undefined || !state.active || state.hidden) return null;
  return state.rooms.find((room) => room.resourceId === mapping.resourceId) ?? null;
}

function planContent(mapping: Mapping, reservation: RoomReservation, facts: PushFacts): PushStep {
  const content = contentOf(reservation, facts.settings.content, facts.settings.zone);
  const bookingHash = bookingHashOf(reservation, facts.settings.content);
  const hashes = hashFields(canonicalOfContent(content, facts.settings, mapping.origin));
  const label = reservationLabel(reservation);
  const planned = {
    // The row is sent with the times it was planned for, so that later reads of its slot look in the right place.
    mapping: { ...mapping, startsAt: reservation.start, endsAt: reservation.end },
    goal: { to: 'synced' as const },
    content,
    bookingHash,
    cause: `push:${label}`,
  };
  if (mapping.eventId === null) {
    const doubt = facts.doubts?.get(mapping.id);
    if (doubt !== undefined) return doubtful(mapping, reservation, doubt);
    const write: PlannedWrite = { ...planned, kind: 'create', patch: null, reason: 'New in the booking system' };
    return step(mapping, { write, action: 'created', title: content.subject });
  }
  const patch = mapping.roomCopy ? null : patchOf(content, hashes, mapping.baseline);
  if (mapping.roomCopy && isContested(hashes, mapping.baseline)) return planContested(mapping, reservation, facts);
  if (patch === null) {
    const change = { ...toSynced(facts.now), bookingHash, subject: content.subject, ...timesOf(reservation) };
    return step(mapping, { change, action: 'unchanged', title: content.subject });
  }
  const write: PlannedWrite = { ...planned, kind: 'update', patch, reason: 'Changed in the booking system' };
  return step(mapping, { write, action: 'updated', title: content.subject });
}

/** Title and time of a person's meeting are the organiser's; the rest are notes of the booking system's own. */
function isContested(hashes: FieldHashes, baseline: FieldHashes | null): boolean {
  if (baseline === null) return false;
  return changedFields(baseline, hashes).some((field) => field === 'subject' || field === 'time');
}

/** E47: a clerk changed a person's meeting. It is never patched (R9): a person decides, or policy `revert` undoes the change. */
function planContested(mapping: Mapping, reservation: RoomReservation, facts: PushFacts): PushStep {
  if (facts.settings.outlookEditPolicy === 'revert' && mapping.origin === 'outlook')
    return step(mapping, { action: 'unchanged', restore: reservation });
  return step(mapping, { change: toEdited(CONTESTED_MESSAGE), action: 'unchanged', error: CONTESTED_MESSAGE });
}

/** The fields that differ from the baseline, as they are sent; null when none does, everything when nothing was ever agreed. */
export function patchOf(
  content: EventContent,
  hashes: FieldHashes,
  baseline: FieldHashes | null,
): Partial<EventContent> | null {
  if (baseline === null) return content;
  const changed = changedFields(baseline, hashes);
  if (changed.length === 0) return null;
  const patch: { -readonly [K in keyof EventContent]?: EventContent[K] } = {};
  for (const field of changed) {
    if (field === 'time') Object.assign(patch, { start: content.start, end: content.end, isAllDay: content.isAllDay });
    else Object.assign(patch, { [field]: content[field] });
  }
  return patch;
}

/** The room's copy of a person's meeting may only be declined, and only where that is switched on (R9). */
function mustStay(mapping: Mapping, settings: SyncSettings): boolean {
  return mapping.roomCopy && !settings.declineRoomCopies;
}

/** E14: the room was pointed to another calendar: delete in the old one, then start over in the new one. */
function planRemap(mapping: Mapping, room: Room, settings: SyncSettings): PushStep {
  const start = { calendar: room.calendar, status: 'pending' as const, error: null };
  if (mapping.eventId === null) return step(mapping, { change: start, action: 'unchanged' });
  if (mustStay(mapping, settings))
    return step(mapping, { change: { ...withoutEvent(mapping), ...start }, action: 'unchanged' });
  const write = deletion(mapping, { to: 'moved', calendar: room.calendar }, 'The room now uses another calendar');
  return step(mapping, { write, action: 'deleted' });
}

/** T6: covered by better-priority reservations, its copy in Outlook goes. */
function planSuppression(mapping: Mapping, settings: SyncSettings): PushStep {
  if (mapping.eventId === null || mustStay(mapping, settings)) return unchanged(mapping, mapping.error);
  return step(mapping, {
    write: deletion(mapping, { to: 'suppressed' }, mapping.error ?? 'Suppressed'),
    action: 'suppressed',
  });
}

/** A deletion of our own event, or a decline where it is the room's copy of a person's meeting. */
export function deletion(mapping: Mapping, goal: PlannedWrite['goal'], reason: string): PlannedWrite {
  return {
    kind: mapping.roomCopy ? 'decline' : 'delete',
    mapping,
    goal,
    content: null,
    patch: null,
    bookingHash: mapping.bookingHash,
    reason,
    cause: `${goal.to}:${mapping.type}:${mapping.reservationId}`,
  };
}

/** A row already in error keeps its message (a failed deletion is the better news than "not found"). */
function missing(mapping: Mapping, facts: PushFacts): PushStep {
  if (mapping.status === 'error') return step(mapping, { action: 'error', error: mapping.error ?? NOT_FOUND_MESSAGE });
  const change = toError(NOT_FOUND_MESSAGE, mapping.retryCount + 1, facts.now, facts.settings.backoffMinutes);
  return step(mapping, { change, action: 'error', error: NOT_FOUND_MESSAGE });
}

/** It may stand in Outlook already: listed for a person instead of written twice. */
function doubtful(mapping: Mapping, reservation: RoomReservation, doubt: string): PushStep {
  const change: MappingChange = { ...toUndecided(doubt), ...timesOf(reservation) };
  return step(mapping, { change, action: 'unchanged', error: doubt });
}

function invalid(mapping: Mapping, reservation: RoomReservation, facts: PushFacts): PushStep {
  const change: MappingChange = {
    ...toError(INVALID_RANGE_MESSAGE, mapping.retryCount + 1, facts.now, facts.settings.backoffMinutes),
    retryable: false,
    bookingHash: bookingHashOf(reservation, facts.settings.content),
    ...timesOf(reservation),
  };
  return step(mapping, { change, action: 'error', error: INVALID_RANGE_MESSAGE });
}

function timesOf(reservation: RoomReservation): Pick<Mapping, 'startsAt' | 'endsAt'> {
  return { startsAt: reservation.start, endsAt: reservation.end };
}

function unchanged(mapping: Mapping, error: string | null): PushStep {
  return step(mapping, { action: 'unchanged', error });
}

function step(mapping: Mapping, fields: Partial<PushStep> & Pick<PushStep, 'action'>): PushStep {
  return { mapping, write: null, change: null, title: null, error: null, restore: null, ...fields };
}
