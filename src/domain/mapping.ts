import type { RoomReservationKey } from './reservation.ts';
import type { Instant, WallClock } from './time.ts';

/** States of a mapping (booking-system and Outlook side of one reservation on one room). */
export const MAPPING_STATUSES = ['pending', 'synced', 'error', 'conflict', 'cancelled', 'imported'] as const;
export type MappingStatus = (typeof MAPPING_STATUSES)[number];

/** Which side a reservation was born on. */
export type Origin = 'booking' | 'outlook';

/** `sync_direction` of a mapping row. */
export type MappingDirection = 'booking_to_outlook' | 'outlook_to_booking' | 'bidirectional';

/** One hash per synced field, as both sides last agreed (the baseline). Keys: see `content.ts`. */
export type FieldHashes = Readonly<Record<'subject' | 'body' | 'time' | 'location' | 'sensitivity', string>>;

/**
 * A row of `bridge_mappings`. `key` and `eventId` may be missing: imported rows have no reservation yet, pending ones no
 * event, and the guide's reset SQL clears both ("hollow", E36).
 */
export interface Mapping {
  readonly id: number;
  readonly type: RoomReservationKey['type'] | null;
  readonly reservationId: number | null;
  readonly resourceId: number;
  /** `outlook_item_id`: the room calendar this row was made for; differs from the room's current one after E14. */
  readonly calendar: string;
  /** `outlook_event_id`, immutable id. */
  readonly eventId: string | null;
  readonly status: MappingStatus;
  readonly direction: MappingDirection | null;
  readonly origin: Origin;
  readonly priority: number;
  /** Lives of the Outlook event: part of transaction id and marker, raised when a create must not meet its past. */
  readonly generation: number;
  /** Hash over the booking side's content when it was last agreed or written; null = never. */
  readonly bookingHash: string | null;
  readonly baseline: FieldHashes | null;
  readonly changeKey: string | null;
  readonly iCalUId: string | null;
  readonly seriesMasterId: string | null;
  readonly originalStart: Instant | null;
  /** Snapshot for lists and checks that must not call Graph; local wall clock. */
  readonly subject: string | null;
  readonly startsAt: WallClock | null;
  readonly endsAt: WallClock | null;
  readonly organizer: string | null;
  readonly organizerEmail: string | null;
  /** Imported rows: the Outlook content waiting for process-imports, as JSON. */
  readonly snapshot: string | null;
  /**
   * Why a row is in `conflict`: `suppressed` by better-priority reservations (T2, T6), `overlap` of an import with an event of
   * the booking system (T14), `edited` on both sides under policy `manual` (E10). Null in every other status.
   */
  readonly conflictKind: 'suppressed' | 'overlap' | 'edited' | null;
  /** The event is the room's copy of a person's meeting (the room is not its organiser): never patched, at most declined (R9). */
  readonly roomCopy: boolean;
  readonly error: string | null;
  readonly retryCount: number;
  readonly nextRetryAt: Instant | null;
  /** False for errors that only a change of the reservation can cure (E34). */
  readonly retryable: boolean;
  /**
   * When the event was first proven gone from Outlook, while the cancellation is still undecided: it may be one half of a move to
   * another room (E12), or wait for the brake (R4). Null as soon as it is decided.
   */
  readonly goneSince: Instant | null;
  readonly cancelledBy: Origin | 'operator' | null;
  readonly cancelledAt: Instant | null;
  /** Cancelled by hand while the reservation stays active: re-enable detection waits until it was seen inactive (S74). */
  readonly held: boolean;
  readonly lastSyncAt: Instant | null;
  readonly lastModifiedBooking: Instant | null;
  readonly lastModifiedOutlook: Instant | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** Raised by every write; a save names the version it read. */
  readonly version: number;
}

/** The columns a save may change; `id` and `version` say which row, as it was read. */
export type MappingChange = Partial<Omit<Mapping, 'id' | 'version' | 'createdAt' | 'updatedAt'>>;

/** A mapping that does not exist yet. */
export type NewMapping = Omit<Mapping, 'id' | 'version' | 'createdAt' | 'updatedAt'>;

/** A new mapping with everything at its default except what the caller gives. */
export function newMapping(
  fields: Pick<NewMapping, 'resourceId' | 'calendar' | 'status' | 'origin'> & Partial<NewMapping>,
): NewMapping {
  return {
    type: null,
    reservationId: null,
    eventId: null,
    direction: fields.origin === 'booking' ? 'booking_to_outlook' : 'outlook_to_booking',
    priority: 3,
    generation: 0,
    bookingHash: null,
    baseline: null,
    changeKey: null,
    iCalUId: null,
    seriesMasterId: null,
    originalStart: null,
    subject: null,
    startsAt: null,
    endsAt: null,
    organizer: null,
    organizerEmail: null,
    snapshot: null,
    conflictKind: null,
    roomCopy: false,
    error: null,
    retryCount: 0,
    nextRetryAt: null,
    retryable: true,
    goneSince: null,
    cancelledBy: null,
    cancelledAt: null,
    held: false,
    lastSyncAt: null,
    lastModifiedBooking: null,
    lastModifiedOutlook: null,
    ...fields,
  };
}
