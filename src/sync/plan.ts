import type { ReservationType } from '../domain/reservation.ts';

/**
 * One planned step, as data: dry runs print it, the guards count it, apply carries it out, the journal records it (D4).
 * `side` is where the effect shows; `sync` steps change only the sync's own tables.
 */
export interface Operation {
  readonly side: 'outlook' | 'booking' | 'sync';
  readonly action:
    | 'create-event'
    | 'update-event'
    | 'delete-event'
    | 'decline-event'
    | 'stamp-event'
    | 'create-reservation'
    | 'update-reservation'
    | 'cancel-reservation'
    | 'link-room'
    | 'unlink-room'
    | 'set-status';
  readonly calendar: string;
  readonly resourceId: number;
  readonly mappingId: number | null;
  readonly type: ReservationType | null;
  readonly reservationId: number | null;
  readonly eventId: string | null;
  /** Why, in words a facility manager reads. */
  readonly reason: string;
  /** One human act, however many operations it causes (R4). */
  readonly cause: string;
  /** `set-status`: the new status. */
  readonly status?: string;
}
