/** Pure: which conflict a row is in, and what may be decided about it. The rows are those of docs/sync-rules.md. */
import type { Mapping } from '../domain/mapping.ts';
import type { ConflictDecision, ConflictKind } from './results.ts';

/** The kind of conflict a row waits in; null when nobody has to decide anything. */
export function conflictKindOf(
  row: Pick<Mapping, 'status' | 'conflictKind' | 'reservationId' | 'eventId'>,
): ConflictKind | null {
  if (row.status !== 'conflict') return null;
  if (row.conflictKind === 'edited') return 'edited';
  if (row.conflictKind !== 'overlap') return null;
  if (row.reservationId === null) return 'overlap';
  return row.eventId === null ? 'doubtful' : 'restored';
}

/**
 * What may be decided. Only events have columns for what Outlook holds; a person's meeting is never written to (R9), so the booking
 * system cannot win against it.
 */
export function decisionsFor(kind: ConflictKind, row: Pick<Mapping, 'type' | 'roomCopy'>): readonly ConflictDecision[] {
  const canTakeOver = row.type === 'event';
  switch (kind) {
    case 'edited': {
      const both: ConflictDecision[] = ['keep_both', 'dismiss'];
      return [
        ...(row.roomCopy ? [] : (['keep_booking'] as const)),
        ...(canTakeOver ? (['keep_outlook'] as const) : []),
        ...both,
      ];
    }
    case 'doubtful':
      return ['keep_booking', ...(canTakeOver ? (['keep_outlook'] as const) : []), 'keep_both', 'dismiss'];
    case 'restored':
      return [...(row.roomCopy ? [] : (['keep_booking'] as const)), 'keep_outlook', 'keep_both', 'dismiss'];
    case 'overlap':
      return ['keep_booking', 'keep_outlook', 'keep_both', 'dismiss'];
  }
}

/** What a decision comes to, in words. */
export const OUTCOMES: Readonly<Record<ConflictKind, Readonly<Record<ConflictDecision, string>>>> = {
  edited: {
    keep_booking: 'The next push writes the version of the booking system over the event.',
    keep_outlook: 'The reservation has the version of Outlook now.',
    keep_both: 'Both sides stay as they are; later changes flow again.',
    dismiss: 'Both sides stay as they are; later changes flow again.',
  },
  overlap: {
    keep_booking: 'The event is not imported; it stays in Outlook.',
    keep_outlook: 'The events in its place are cancelled, and the event is a reservation now.',
    keep_both: 'The event is a reservation beside the others now.',
    dismiss: 'The event is not imported; it stays in Outlook.',
  },
  doubtful: {
    keep_booking: 'They are one: the reservation has the event, and the next push writes its own version.',
    keep_outlook: 'They are one: the reservation has the event and its version.',
    keep_both: 'They are two: the event is a reservation of its own, and the next push writes this one.',
    dismiss: 'The event is not imported, and the next push writes the reservation beside it.',
  },
  restored: {
    keep_booking: 'The event is deleted again.',
    keep_outlook: 'The events in its place are cancelled, and the reservation is active again.',
    keep_both: 'The reservation is active again beside the others.',
    dismiss: 'The reservation stays cancelled; the event stays in Outlook.',
  },
};
