/**
 * The life of a mapping: every transition as a row, and the change each one makes, so that no
 * other file decides what "synced" or "cancelled" means in columns.
 */
import type { Mapping, MappingChange, MappingStatus } from './mapping.ts';
import { PRIORITY } from './reservation.ts';
import type { Instant } from './time.ts';
import { epochOf, instantOf } from './time.ts';
import type { Transition, TransitionTrigger } from './transition.ts';
import { TRANSITIONS } from './transitions.ts';

export type { Transition, TransitionNumber, TransitionTrigger } from './transition.ts';
export { TRANSITIONS } from './transitions.ts';

/**
 * The transition from one state to another, `null` = no row yet; null when there is none. Where several rows share both ends the
 * first one is meant unless `trigger` names another.
 */
export function transitionOf(
  from: MappingStatus | null,
  to: MappingStatus | 'removed',
  trigger?: TransitionTrigger,
): Transition | null {
  const fits = (row: Transition) =>
    row.to === to && row.from.includes(from) && (trigger === undefined || row.trigger === trigger);
  return TRANSITIONS.find(fits) ?? null;
}

const SETTLED: MappingChange = {
  conflictKind: null,
  error: null,
  retryCount: 0,
  nextRetryAt: null,
  retryable: true,
};

/** The event was seen alive, or is none of the row's any more. Nothing else takes a proven removal back (R3): it waits to be decided. */
const NOT_GONE: MappingChange = { goneSince: null };

/** T3, T12, T16: both sides agree at `now`. The caller adds what was agreed (event id, change key, hashes). */
export function toSynced(now: Instant): MappingChange {
  return { ...SETTLED, status: 'synced', lastSyncAt: now };
}

/** T12: the import became reservation `reservationId`, or joined it. */
export function toLinked(reservationId: number, now: Instant): MappingChange {
  return { ...toSynced(now), ...NOT_GONE, type: 'event', reservationId, priority: PRIORITY.event, snapshot: null };
}

/** T5, T17: needs a write to Outlook, without the burden of earlier attempts. */
export function toPending(): MappingChange {
  return { ...SETTLED, status: 'pending' };
}

/**
 * T4, T9, T13: attempt number `attempt` (from 1) failed at `now`; tried again after the pause of that attempt, the last pause
 * repeating. Event id, status of an import and hashes stay as they are.
 */
export function toError(
  message: string,
  attempt: number,
  now: Instant,
  backoffMinutes: readonly number[],
): MappingChange {
  const minutes = backoffMinutes[Math.min(attempt, backoffMinutes.length) - 1] ?? 0;
  return {
    status: 'error',
    conflictKind: null,
    error: message,
    retryCount: attempt,
    nextRetryAt: instantOf(epochOf(now) + minutes * 60_000),
    retryable: true,
  };
}

/** T4 for good: only a change of the reservation can cure it (E34). */
export function toPermanentError(message: string): MappingChange {
  return { ...SETTLED, status: 'error', error: message, retryable: false };
}

/** T13: the import failed and stays an import. */
export function toImportFailed(
  message: string,
  attempt: number,
  now: Instant,
  backoffMinutes: readonly number[],
): MappingChange {
  return { ...toError(message, attempt, now, backoffMinutes), status: 'imported' };
}

/**
 * T2, T6: hidden by better reservations, as `suppressedMessage` words it. An event in Outlook keeps its id here until it is
 * deleted; then add `withoutEvent`.
 */
export function toSuppressed(message: string): MappingChange {
  return { ...SETTLED, status: 'conflict', conflictKind: 'suppressed', error: message };
}

/** T7: nothing better is in its place any more, or a person decided the conflict for the booking side. */
export function toReleased(): MappingChange {
  return toPending();
}

/** T6: edited on both sides, and only a person can decide (E10); the event stays. */
export function toEdited(reason: string): MappingChange {
  return { ...SETTLED, ...NOT_GONE, status: 'conflict', conflictKind: 'edited', error: reason };
}

/** T14: the import overlaps events of the booking system, given by their labels (E51). */
export function toOverlapping(labels: readonly string[]): MappingChange {
  return toUndecided(`Overlaps ${labels.join(', ')}`);
}

/** T10, T14: something stands in the way of the row that a person has to decide about, told by `reason`. */
export function toUndecided(reason: string): MappingChange {
  return { ...SETTLED, ...NOT_GONE, status: 'conflict', conflictKind: 'overlap', error: reason };
}

/** T14 back: the overlap is gone, the import may go on. */
export function toImportAgain(): MappingChange {
  return { ...SETTLED, ...NOT_GONE, status: 'imported' };
}

/** T18: as an operator's reset leaves a row (E36): it knows its meeting, but neither reservation nor event, until a look through its room. */
export function toHollow(): MappingChange {
  return { ...SETTLED, ...NOT_GONE, status: 'pending', eventId: null, changeKey: null };
}

/** T8, T15: the reservation is cancelled and its event gone. The event id stays for the audit, and to know a restored event again (E66). */
export function toCancelled(by: NonNullable<Mapping['cancelledBy']>, now: Instant): MappingChange {
  return { ...SETTLED, ...NOT_GONE, status: 'cancelled', cancelledBy: by, cancelledAt: now };
}

/**
 * T10: starts a new life in Outlook under a new id (S70, S71, E21), unless the event was left there because it has guests or is a person's
 * meeting (R9): it is the reservation's event still. Where no event was ever seen it is the same life: a create that was given up may yet
 * be carried out, and only with the same transaction id the next one makes no second event (R1). `origin` stays, as it tells where the
 * reservation was born; from now on the booking side writes.
 */
export function toReenabled(
  mapping: Pick<Mapping, 'generation' | 'roomCopy' | 'eventId' | 'cancelledBy'>,
): MappingChange {
  const isLeft = isLeftInOutlook(mapping);
  const generation = mapping.eventId === null ? mapping.generation : mapping.generation + 1;
  return {
    ...toPending(),
    ...NOT_GONE,
    // Nobody looked at it meanwhile, so that its version says nothing.
    ...(isLeft
      ? { bookingHash: null, changeKey: null }
      : { ...withoutEvent(mapping), generation, direction: 'booking_to_outlook' }),
    cancelledBy: null,
    cancelledAt: null,
    held: false,
  };
}

/** Of a cancelled mapping: its event stays where it is, because it has guests or is a person's meeting (R9). */
export function isLeftInOutlook({
  roomCopy,
  eventId,
  cancelledBy,
}: Pick<Mapping, 'roomCopy' | 'eventId' | 'cancelledBy'>): boolean {
  return roomCopy && eventId !== null && cancelledBy !== 'outlook';
}

/** Nothing of the event's past life may be met again: no id, no versions, a new generation for marker and transaction id. */
export function withoutEvent(mapping: Pick<Mapping, 'generation'>): MappingChange {
  return {
    ...NOT_GONE,
    eventId: null,
    changeKey: null,
    iCalUId: null,
    seriesMasterId: null,
    originalStart: null,
    roomCopy: false,
    bookingHash: null,
    baseline: null,
    generation: mapping.generation + 1,
  };
}
