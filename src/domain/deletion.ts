/** What a proven deletion on one side means for the other (R3 proves it, this decides). */
import type { Origin } from './mapping.ts';
import { mayPatch } from './merge.ts';
import type { RoomEvent } from './room-event.ts';

export interface EventGone {
  readonly origin: Origin;
  /** The booking side changed since both sides last agreed. */
  readonly bookingEdited: boolean;
  /** How many other rooms the reservation still has. */
  readonly otherRooms: number;
  readonly isRoomCopy: boolean;
  readonly policy: 'cancel' | 'recreate';
}

export interface DeletionVerdict {
  readonly act: 'cancel-reservation' | 'unlink-room' | 'recreate-event';
  /** Plain sentence for the journal; null where nothing unusual happens. */
  readonly warning: string | null;
}

/** E22, for the person whose deletion did not last. */
export const EDIT_WON =
  'Deleted in Outlook but edited in the booking system since; the edit won and the event was made again.';

/**
 * An event was deleted in Outlook. A person's meeting that left the room is over there, whatever the booking side wishes. Otherwise
 * an edit made meanwhile in the booking system wins (E22), a reservation with other rooms loses this one or gets its copy back
 * (E17), the last room takes the reservation with it.
 */
export function decideEventGone({ origin, bookingEdited, otherRooms, isRoomCopy, policy }: EventGone): DeletionVerdict {
  const isPersonsMeeting = origin === 'outlook' && isRoomCopy;
  if (bookingEdited && !isPersonsMeeting) {
    return { act: 'recreate-event', warning: EDIT_WON };
  }
  if (policy === 'recreate' && !isPersonsMeeting) return { act: 'recreate-event', warning: null };
  if (otherRooms === 0) return { act: 'cancel-reservation', warning: null };
  if (origin === 'outlook') return { act: 'unlink-room', warning: null };
  return {
    act: 'recreate-event',
    warning:
      'Deleted in one of several rooms; the reservation belongs to the booking system, so the event was made again.',
  };
}

/**
 * How a cancelled reservation leaves Outlook without mailing anybody unasked (R9, E46): our own events are deleted, a person's
 * meeting is at most declined, and an event to which somebody invited people from the room's mailbox is left alone.
 */
export function withdrawalOf(
  event: Pick<RoomEvent, 'isOrganizer' | 'hasAttendees'>,
  declineRoomCopies: boolean,
): 'delete-event' | 'decline-event' | 'leave-event' {
  if (mayPatch(event)) return 'delete-event';
  return declineRoomCopies && !event.isOrganizer ? 'decline-event' : 'leave-event';
}
