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
      const both: ConflictDecision[] = ['keep-both', 'dismiss'];
      return [
        ...(row.roomCopy ? [] : (['keep-booking'] as const)),
        ...(canTakeOver ? (['keep-outlook'] as const) : []),
        ...both,
      ];
    }
    case 'doubtful':
      return ['keep-booking', ...(canTakeOver ? (['keep-outlook'] as const) : []), 'keep-both', 'dismiss'];
    case 'restored':
      return [...(row.roomCopy ? [] : (['keep-booking'] as const)), 'keep-outlook', 'keep-both', 'dismiss'];
    case 'overlap':
      return ['keep-booking', 'keep-outlook', 'keep-both', 'dismiss'];
  }
}

/** What a decision comes to, in words. */
export const OUTCOMES: Readonly<Record<ConflictKind, Readonly<Record<ConflictDecision, string>>>> = {
  edited: {
    'keep-booking': 'The next push writes the version of the booking system over the event.',
    'keep-outlook': 'The reservation has the version of Outlook now.',
    'keep-both': 'Both sides stay as they are; later changes flow again.',
    dismiss: 'Both sides stay as they are; later changes flow again.',
  },
  overlap: {
    'keep-booking': 'The event is not imported; it stays in Outlook.',
    'keep-outlook': 'The events in its place are cancelled, and the event is a reservation now.',
    'keep-both': 'The event is a reservation beside the others now.',
    dismiss: 'The event is not imported; it stays in Outlook.',
  },
  doubtful: {
    'keep-booking': 'They are one: the reservation has the event, and the next push writes its own version.',
    'keep-outlook': 'They are one: the reservation has the event and its version.',
    'keep-both': 'They are two: the event is a reservation of its own, and the next push writes this one.',
    dismiss: 'The event is not imported, and the next push writes the reservation beside it.',
  },
  restored: {
    'keep-booking': 'The event is deleted again.',
    'keep-outlook': 'The events in its place are cancelled, and the reservation is active again.',
    'keep-both': 'The reservation is active again beside the others.',
    dismiss: 'The reservation stays cancelled; the event stays in Outlook.',
  },
};
