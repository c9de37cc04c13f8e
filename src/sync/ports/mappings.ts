/** The mapping table. */
import type { Mapping, MappingChange, MappingStatus, NewMapping } from '../../domain/mapping.ts';
import type { ReservationKey, RoomReservationKey } from '../../domain/reservation.ts';
import type { Instant, WallClock, WallSpan } from '../../domain/time.ts';

/** The slice of a mapping that discovery compares; read for whole shards, so kept small. */
export type DiscoveryRow = Pick<
  Mapping,
  | 'id'
  | 'type'
  | 'reservationId'
  | 'resourceId'
  | 'calendar'
  | 'eventId'
  | 'status'
  | 'origin'
  | 'bookingHash'
  | 'conflictKind'
  | 'error'
  | 'retryable'
  | 'startsAt'
  | 'endsAt'
  | 'held'
  | 'version'
>;

/** One row to save: changed columns, the version read, and the lease under which it may happen (absent: none needed). */
export interface MappingSave {
  readonly id: number;
  readonly version: number;
  readonly change: MappingChange;
  /** When given, the row is written only while this lease token is current and unexpired (R12). */
  readonly lease?: { readonly calendar: string; readonly token: number };
}

export interface MappingStore {
  /**
   * Mappings with a reservation on these rooms that end at or after `from` or have no end yet, whatever their status; and the
   * hollow ones (neither reservation nor event, E36), which tell that an operator reset the room.
   */
  listForDiscovery(rooms: readonly { resourceId: number; from: WallClock }[]): Promise<readonly DiscoveryRow[]>;
  findByIds(ids: readonly number[]): Promise<readonly Mapping[]>;
  findByKeys(keys: readonly RoomReservationKey[]): Promise<readonly Mapping[]>;
  /** All mappings of a reservation, any room, any status. */
  findByReservations(keys: readonly ReservationKey[]): Promise<readonly Mapping[]>;
  /** By immutable event id; `calendar` omitted = any room (`cancel/outlook/{id}`). Binary comparison (E43). */
  findByEvents(events: readonly { calendar?: string; eventId: string }[]): Promise<readonly Mapping[]>;
  /** Imported copies by meeting key (E18, E36): same iCalUId and original start in any room. */
  findByMeetings(
    meetings: readonly { iCalUId: string; originalStart: Instant | null }[],
    /** Inside a transaction: keeps others from reading or adding rows of these meetings until it ends (UPDLOCK, HOLDLOCK). */
    options?: { readonly lock?: boolean },
  ): Promise<readonly Mapping[]>;
  findBySeries(calendar: string, seriesMasterIds: readonly string[]): Promise<readonly Mapping[]>;
  /**
   * Inserts set-based where no row with the same (type, id, resource), (calendar, event id) or, for imported copies, (calendar,
   * iCalUId, original start) exists, cancelled ones included; a single meeting's missing original start is a value like any other.
   * Returns the inserted ids with their input index; missing indexes met an existing row. Ids are given in no order.
   */
  insert(rows: readonly NewMapping[]): Promise<readonly { index: number; id: number }[]>;
  /**
   * Saves set-based; a row is written only if its version is unchanged and its lease (when named) is current. Returns the ids
   * written, so the caller sees what it lost. 2,500 rows in one call are one statement. Plain SQL of an operator raises versions
   * too (E36). A row that would take another row's key is left unwritten (R8). Each mapping once per call.
   */
  save(rows: readonly MappingSave[]): Promise<readonly number[]>;
  /** Only rows with the version read and without an open intent, whose event may be in doubt; returns the ids removed. */
  remove(rows: readonly { id: number; version: number }[]): Promise<readonly number[]>;
  /**
   * Rows that want a write to Outlook: pending, retryable errors, and suppressed rows whose copy must go; only rooms with an
   * active mapping. Order: rows whose back-off is not over last, then priority, pending before error, created, start, id (S45, E58).
   */
  pickPushable(query: PushQuery): Promise<readonly Mapping[]>;
  countPushable(query: Omit<PushQuery, 'limit'>): Promise<number>;
  /** Retryable `imported` and overlap-`conflict` rows without reservation in rooms with an active mapping (E13), oldest first. */
  pickImports(query: { limit: number; calendars?: readonly string[]; dueAt?: Instant }): Promise<readonly Mapping[]>;
  /**
   * Mappings with an event in one calendar whose time lies inside `window` (null times included), for full-window diffs; with `pending` also
   * those outside it that wait for a write.
   */
  listLive(calendar: string, window: WallSpan | null, also?: 'pending'): Promise<readonly Mapping[]>;
  /** Mappings proven gone from Outlook whose cancellation is undecided (`goneSince`), oldest first; all rooms when omitted. */
  listGone(calendars?: readonly string[]): Promise<readonly Mapping[]>;
  /** Live mappings (pending, synced, error, conflict) per calendar, all calendars for an empty list: what R4's percentage refers to. */
  countLive(calendars: readonly string[]): Promise<readonly { calendar: string; live: number }[]>;
  /** One page of mappings for lists; newest first by the named column. */
  list(query: MappingListQuery): Promise<{ readonly rows: readonly Mapping[]; readonly total: number }>;
}

export interface PushQuery {
  readonly limit: number;
  readonly calendars?: readonly string[];
  readonly resourceIds?: readonly number[];
  /** Only rows whose back-off is over at this instant; absent: all retryable ones (manual calls). */
  readonly dueAt?: Instant;
}

export interface MappingListQuery {
  readonly limit: number;
  readonly statuses?: readonly MappingStatus[];
  readonly origin?: 'booking' | 'outlook';
  readonly direction?: string;
  readonly hasReservation?: boolean;
  /** Only conflicts of these kinds. */
  readonly conflictKinds?: readonly NonNullable<Mapping['conflictKind']>[];
  readonly orderBy: 'push' | 'createdAt' | 'updatedAt' | 'cancelledAt';
}
