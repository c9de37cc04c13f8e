/** The customer's booking tables. */
import type { ReservationKey, ReservationState, RoomReservation } from '../../domain/reservation.ts';
import type { WallClock, WallSpan } from '../../domain/time.ts';

/** Why a live mapping's reservation counts as cancelled: R3's proof on the booking side. */
export type VanishReason = 'inactive' | 'missing' | 'unlinked' | 'hidden';

export interface VanishedRow {
  readonly mappingId: number;
  readonly reason: VanishReason;
  /** For answers only: current name and active flag of the reservation, null when the row is gone. */
  readonly name: string | null;
  readonly active: number | null;
}

/** The adapter over the customer's tables. Names are configuration; identifiers are quoted, values are parameters. */
export interface BookingSystem {
  /**
   * Checks every configured table and column once; throws `misconfigured` listing all that is missing. Optional tables
   * (comments, seasons, dates, age groups, audiences) and columns may be absent; what exists is remembered.
   */
  introspect(): Promise<void>;
  /**
   * Active, unhidden reservations on these rooms that overlap their window (half-open, E29), three statements for any number of rooms.
   * Rows whose end is not after their start are returned when their start lies in the window (E34 wants to report them).
   */
  readRoomReservations(rooms: readonly ({ resourceId: number } & WallSpan)[]): Promise<readonly RoomReservation[]>;
  /** Current state of named reservations, at most one statement per type; unknown ids are left out. */
  readStates(keys: readonly ReservationKey[]): Promise<readonly ReservationState[]>;
  /**
   * R3's anti-join in one statement: mappings with a reservation, in `statuses`, whose reservation is inactive, gone, not linked to
   * the mapping's room, or hidden while still in the future (`hiddenAfter`, E56). Only rooms with an active mapping (E13). A cancelled
   * reservation whose event came back while its slot was taken waits for a person and is left out (E66).
   */
  findVanished(query: {
    resourceIds?: readonly number[];
    mappingIds?: readonly number[];
    reservations?: readonly ReservationKey[];
    hiddenAfter: WallClock;
  }): Promise<readonly VanishedRow[]>;
  /** Cancelled mappings whose reservation is active, unhidden and linked, and which are not held; same scope rules. */
  findReenabled(query: {
    resourceIds?: readonly number[];
    mappingIds?: readonly number[];
  }): Promise<readonly { mappingId: number; name: string | null }[]>;
  /** Held mappings whose reservation was now seen inactive: the hold is over (S74). */
  findReleasableHolds(): Promise<readonly number[]>;
  /** Mappings whose reservation row does not exist any more, hollow rows included (S79, E36). */
  findOrphans(limit: number): Promise<readonly number[]>;

  // -- writes; the caller is inside `SyncStore.transaction` and has locked the reservation where it exists

  /** Takes a row lock on the reservation until the transaction ends; false when the row does not exist. */
  lock(key: ReservationKey): Promise<boolean>;
  /**
   * Inserts an event with all column rules of the import (date row, rooms, age group, audience) and returns its id. Throws `rejected`
   * or `transient` with `step` naming the insert that failed (S99); nothing is kept then, as the transaction rolls back.
   */
  createEvent(event: NewEvent): Promise<{ readonly id: number; readonly warnings: readonly string[] }>;
  /** Writes the given fields of an event and keeps its one date row equal (1.7). */
  updateEvent(
    id: number,
    fields: Partial<Pick<NewEvent, 'name' | 'description' | 'start' | 'end' | 'isPublic'>>,
  ): Promise<void>;
  /** `active = 0`; `note` is appended to an event's description once (E65). False when it was inactive already. */
  deactivate(key: ReservationKey, note: string | null): Promise<boolean>;
  /** `active = 1`; false when it was active already. */
  reactivate(key: ReservationKey): Promise<boolean>;
  linkRoom(key: ReservationKey, resourceId: number): Promise<boolean>;
  unlinkRoom(key: ReservationKey, resourceId: number): Promise<boolean>;
  /** Active events overlapping `span` on a room, other than `except` (E51). */
  findOverlappingEvents(
    resourceId: number,
    span: WallSpan,
    except?: number,
  ): Promise<readonly { id: number; name: string | null; start: WallClock; end: WallClock }[]>;
}

/** An event to be made from an Outlook meeting. Texts are already plain and cut. */
export interface NewEvent {
  readonly name: string;
  readonly description: string;
  readonly organizer: string;
  readonly contactName: string;
  readonly contactEmail: string;
  readonly start: WallClock;
  readonly end: WallClock;
  readonly isPublic: boolean;
  readonly rooms: readonly number[];
  readonly activityId: number | null;
  readonly agegroupId: number | null;
  readonly audienceId: number | null;
  /** 32 random hex characters. */
  readonly secret: string;
}
