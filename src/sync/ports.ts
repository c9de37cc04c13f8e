/**
 * What the engine needs from the outside. `src/sql` implements the stores and the booking system, `src/graph` the room
 * calendars; they never import each other. Every method documents what it returns, what it throws and what it guarantees.
 *
 * Errors: adapters throw `SyncError` only. Store methods may throw `database-unavailable`, `transient` (deadlock, lost
 * connection: nothing of the statement or transaction is kept) and `bug`.
 */
import type { Mapping, MappingChange, MappingStatus, NewMapping } from '../domain/mapping.ts';
import type {
  ReservationKey,
  ReservationState,
  ReservationType,
  RoomReservation,
  RoomReservationKey,
} from '../domain/reservation.ts';
import type { Room } from '../domain/room.ts';
import type { EventContent, Marker, RoomEvent } from '../domain/room-event.ts';
import type { Instant, InstantSpan, WallClock, WallSpan } from '../domain/time.ts';

// ---------------------------------------------------------------------------------------------------------------- basics

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Resolves after `ms` on this clock; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Ids {
  /** A random v4 UUID (run ids, lease owners). Transaction ids are derived, see `intents.ts`. */
  uuid(): string;
}

/** Constant messages, properties of ids, counts and lengths only (R11). */
export interface Log {
  debug(message: string, properties?: Readonly<Record<string, unknown>>): void;
  info(message: string, properties?: Readonly<Record<string, unknown>>): void;
  warn(message: string, properties?: Readonly<Record<string, unknown>>): void;
  error(message: string, properties?: Readonly<Record<string, unknown>>): void;
  /** A log that adds `properties` to each line. */
  scope(properties: Readonly<Record<string, unknown>>): Log;
}

/** Tells somebody that a room has work. Losing a call is harmless: the signal version in SQL is the truth. */
export interface WakeUps {
  wake(calendars: readonly string[], reason: string): Promise<void>;
}

// ---------------------------------------------------------------------------------------------------------------- stores

/** All stores over one connection source. Inside `transaction` the callback's store runs everything in one transaction. */
export interface SyncStore {
  readonly rooms: RoomStore;
  readonly calendars: CalendarStore;
  readonly mappings: MappingStore;
  readonly intents: IntentStore;
  readonly journal: JournalStore;
  readonly runs: RunStore;
  readonly parked: ParkedStore;
  readonly alerts: AlertStore;
  readonly booking: BookingSystem;
  /**
   * Runs `work` in one transaction; commits when it resolves, rolls back when it rejects. Never nest, never call Graph inside.
   * Isolation: read committed with row locks on SQL Server, serialised writers on SQLite.
   */
  transaction<T>(work: (store: SyncStore) => Promise<T>): Promise<T>;
  /** The database's clock; leases and time stamps of the sync's own tables use nothing else. */
  now(): Promise<Instant>;
}

export interface RoomStore {
  /** Active room mappings (`active = 1`) by resource id; S22. */
  listActive(resourceIds?: readonly number[]): Promise<readonly Room[]>;
  /** Every room mapping, active or not, by resource id. */
  listAll(): Promise<readonly Room[]>;
  /** The active mapping of a resource, else its newest inactive one, else null. */
  find(resourceId: number): Promise<Room | null>;
  /** Whether the resource exists in the booking system at all. */
  resourceExists(resourceId: number): Promise<boolean>;
}

/** A row of `bridge_calendars`: the sync's state of one room calendar. */
export interface CalendarState {
  readonly calendar: string;
  readonly resourceId: number;
  readonly mailboxId: string | null;
  readonly deltaLink: string | null;
  /** Window the delta link was made for. */
  readonly deltaFrom: Instant | null;
  readonly deltaTo: Instant | null;
  readonly leaseOwner: string | null;
  readonly leaseExpiresAt: Instant | null;
  readonly fencingToken: number;
  /** Raised by every signal; work is outstanding while it is above `handledVersion`. */
  readonly signalVersion: number;
  readonly handledVersion: number;
  readonly lastPollAt: Instant | null;
  readonly lastSuccessAt: Instant | null;
  readonly lastBaselineAt: Instant | null;
  readonly errorCount: number;
  readonly lastError: string | null;
  readonly quarantinedUntil: Instant | null;
  /** Last time both sides were proven equal. */
  readonly lastProofAt: Instant | null;
}

/** Proof that one worker may touch one room's calendar, until `expiresAt` on the database's clock. */
export interface RoomLease {
  readonly calendar: string;
  readonly owner: string;
  /** Fencing token: raised by each claim; every mapping write of the holder names it (R12). */
  readonly token: number;
  readonly state: CalendarState;
}

export interface CalendarStore {
  /** Makes missing rows for active room mappings, one statement; returns the number made. */
  ensure(): Promise<number>;
  list(calendars?: readonly string[]): Promise<readonly CalendarState[]>;
  /**
   * Claims what is free or expired among `calendars`, in one statement; raises each fencing token. Returns only what was
   * claimed. `ttlMs` counts from the database's now.
   */
  claim(calendars: readonly string[], owner: string, ttlMs: number): Promise<readonly RoomLease[]>;
  /** Prolongs leases still held with these tokens to now + ttl; returns the calendars that were still ours. */
  renew(leases: readonly RoomLease[], ttlMs: number): Promise<readonly string[]>;
  /** Gives leases back; those lost meanwhile are left alone. */
  release(leases: readonly RoomLease[]): Promise<void>;
  /** Raises the signal version of each calendar. */
  signal(calendars: readonly string[]): Promise<void>;
  /**
   * Stores polling results, set-based, only where the lease (calendar, token) is still held. Fields left out stay. Returns the
   * calendars written.
   */
  save(changes: readonly CalendarChange[]): Promise<readonly string[]>;
}

export type CalendarChange = { readonly calendar: string; readonly token: number } & Partial<
  Pick<
    CalendarState,
    | 'mailboxId'
    | 'deltaLink'
    | 'deltaFrom'
    | 'deltaTo'
    | 'handledVersion'
    | 'lastPollAt'
    | 'lastSuccessAt'
    | 'lastBaselineAt'
    | 'errorCount'
    | 'lastError'
    | 'quarantinedUntil'
    | 'lastProofAt'
  >
>;

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
  /** Mappings with an event in one calendar whose time lies inside `window` (null times included), for full-window diffs. */
  listLive(calendar: string, window: WallSpan | null): Promise<readonly Mapping[]>;
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

/** A Graph write noted before it is sent (R6). */
export interface Intent {
  readonly id: number;
  readonly mappingId: number;
  readonly calendar: string;
  readonly kind: 'create' | 'update' | 'delete' | 'decline' | 'stamp';
  /** Why, for the journal and the brake: a cause groups operations of one human act. */
  readonly cause: string;
  readonly eventId: string | null;
  /** Graph `transactionId` of a create. */
  readonly createToken: string | null;
  readonly generation: number;
  /** Exactly what is sent; a repeated create sends the same body. Null for deletes. Purged when closed. */
  readonly content: EventContent | null;
  readonly contentHash: string | null;
  /** Booking hash to store on the mapping when it succeeds (E63: taken before the write). */
  readonly bookingHash: string | null;
  readonly fencingToken: number;
  readonly runId: string;
  readonly status: 'open' | 'done' | 'failed';
  readonly createdAt: Instant;
  readonly closedAt: Instant | null;
}

export type NewIntent = Omit<Intent, 'id' | 'status' | 'createdAt' | 'closedAt' | 'fencingToken'> & {
  /** Version of the mapping the plan was made from: the claim fails when it moved on. */
  readonly mappingVersion: number;
};

export interface IntentStore {
  /**
   * The atomic claim: one statement inserts intents whose mapping still has the planned version, has no open intent, and whose
   * lease is current. Returns intent ids by mapping id; a mapping not returned was taken or changed by somebody else.
   */
  open(lease: RoomLease, intents: readonly NewIntent[]): Promise<ReadonlyMap<number, number>>;
  /** Open intents of a calendar, oldest first; after a crash they are what may have happened in Outlook. */
  listOpen(calendars: readonly string[]): Promise<readonly Intent[]>;
  close(results: readonly { id: number; status: 'done' | 'failed'; eventId?: string | null }[]): Promise<void>;
  /** Intents of one calendar opened at or after `since`, open or closed: what may echo back (R6). */
  listRecent(calendar: string, since: Instant): Promise<readonly Intent[]>;
  /** Removes closed intents older than `before`; returns the count. */
  purge(before: Instant): Promise<number>;
}

export type JournalAction =
  | 'event-created'
  | 'event-updated'
  | 'event-deleted'
  | 'event-declined'
  | 'event-adopted'
  | 'reservation-created'
  | 'reservation-updated'
  | 'reservation-cancelled'
  | 'reservation-reenabled'
  | 'room-linked'
  | 'room-unlinked'
  | 'mapping-created'
  | 'mapping-cancelled'
  | 'mapping-reenabled'
  | 'mapping-suppressed'
  | 'mapping-released'
  | 'mapping-removed'
  | 'conflict-recorded'
  | 'conflict-resolved'
  | 'cancellation-parked'
  | 'ghost-listed';

export interface JournalEntry {
  readonly runId: string;
  /** `timer`, `http`, `webhook`, `operator`, `recovery`. */
  readonly actor: string;
  readonly action: JournalAction;
  /** Plain sentence, ids only. */
  readonly reason: string;
  /** Groups what one human act caused; the brake counts these (R4). */
  readonly cause: string | null;
  readonly calendar: string | null;
  readonly resourceId: number | null;
  readonly mappingId: number | null;
  readonly type: ReservationType | null;
  readonly reservationId: number | null;
  readonly eventId: string | null;
  /** Field values before and after, for undo; purged after the retention. */
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

export interface JournalRow extends JournalEntry {
  readonly id: number;
  readonly at: Instant;
}

export interface JournalStore {
  append(entries: readonly JournalEntry[]): Promise<void>;
  list(query: {
    limit: number;
    beforeId?: number;
    mappingId?: number;
    calendar?: string;
    runId?: string;
  }): Promise<readonly JournalRow[]>;
  /**
   * Distinct causes of cancellations on either side per calendar since `since`, for the brake. A cause that begins with `suppressed:`
   * or `moved:` hides or moves an event and counts for nothing.
   */
  cancellationCauses(since: Instant): Promise<readonly { calendar: string; causes: number }[]>;
  /** Blanks `before`/`after` of entries older than `before`; returns the count. */
  purgeContent(before: Instant): Promise<number>;
}

export interface RunRecord {
  readonly runId: string;
  /** `to-outlook`, `sync-deletions`, `poll-changes`, ... */
  readonly job: string;
  readonly trigger: 'timer' | 'http' | 'queue' | 'sandbox';
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
  readonly outcome: 'running' | 'ok' | 'partial' | 'failed' | 'skipped';
  readonly counts: Readonly<Record<string, number>>;
  readonly error: string | null;
}

export interface RunStore {
  start(run: Pick<RunRecord, 'runId' | 'job' | 'trigger'>): Promise<void>;
  finish(run: Pick<RunRecord, 'runId' | 'outcome' | 'counts' | 'error'>): Promise<void>;
  /** Newest run of each job. */
  latestByJob(): Promise<readonly RunRecord[]>;
  list(limit: number): Promise<readonly RunRecord[]>;
  /** A named lock on the database's clock, so that a timer and a second host never run one job at once. False = taken. */
  lockJob(job: string, owner: string, ttlMs: number): Promise<boolean>;
  unlockJob(job: string, owner: string): Promise<void>;
}

/** A cancellation held by the brake until somebody approves or dismisses it (R4). */
export interface ParkedOperation {
  readonly id: number;
  readonly calendar: string;
  readonly mappingId: number;
  readonly operation: 'delete-event' | 'cancel-reservation' | 'decline-event';
  readonly cause: string;
  readonly reason: string;
  readonly status: 'parked' | 'approved' | 'dismissed' | 'obsolete';
  readonly createdAt: Instant;
  readonly decidedAt: Instant | null;
}

export interface ParkedStore {
  /** Parks set-based; an operation already parked for the mapping is kept as it is. Returns the number added. */
  park(operations: readonly Omit<ParkedOperation, 'id' | 'status' | 'createdAt' | 'decidedAt'>[]): Promise<number>;
  list(query: {
    statuses: readonly ParkedOperation['status'][];
    calendars?: readonly string[];
    limit: number;
  }): Promise<readonly ParkedOperation[]>;
  /** Approves or dismisses what is parked; what is parked or decided can become obsolete. Returns the ids changed. */
  decide(ids: readonly number[], status: 'approved' | 'dismissed' | 'obsolete'): Promise<readonly number[]>;
}

export interface Alert {
  readonly id: number;
  readonly kind: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly message: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly createdAt: Instant;
  readonly acknowledgedAt: Instant | null;
}

export interface AlertStore {
  /** Raises an alert unless an unacknowledged one with the same `episode` exists (S128); true when raised. */
  raise(alert: Pick<Alert, 'kind' | 'severity' | 'message' | 'properties'> & { episode: string }): Promise<boolean>;
  list(limit: number): Promise<readonly Alert[]>;
}

// -------------------------------------------------------------------------------------------------------- booking system

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
  /** Held mappings whose reservation was now seen inactive: the hold is over (3.4). */
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

// --------------------------------------------------------------------------------------------------------- room calendars

/** Limits of one call: the lease's or the request's end. Requests still out at `deadline` are aborted (R12). */
export interface CallLimits {
  /** Epoch milliseconds on the injected clock. */
  readonly deadline: number;
}

export type EventWrite =
  | { readonly kind: 'create'; readonly token: string; readonly marker: Marker; readonly content: EventContent }
  | {
      readonly kind: 'update';
      readonly eventId: string;
      /** Sent as `If-Match`; null only where no version was ever seen. */
      readonly changeKey: string | null;
      readonly content: Partial<EventContent>;
      readonly marker?: Marker;
    }
  | { readonly kind: 'delete'; readonly eventId: string; readonly changeKey: string | null }
  | { readonly kind: 'decline'; readonly eventId: string; readonly comment: string };

/** What became of one write. */
export type WriteOutcome =
  | { readonly kind: 'written'; readonly event: RoomEvent }
  | { readonly kind: 'deleted' }
  /** Create only: this transaction id was used before (`ErrorDuplicateTransactionId`). */
  | { readonly kind: 'duplicate'; readonly existingEventId: string | null }
  /** 404 `ErrorItemNotFound` (or 400 `ErrorInvalidIdMalformed`); for a delete also 403 `ErrorCannotDeleteObject`. */
  | { readonly kind: 'not-found' }
  /** 412/409: the event moved on. */
  | { readonly kind: 'precondition-failed' }
  /** Provably not carried out; wait. */
  | { readonly kind: 'throttled'; readonly retryAfterMs: number | null }
  /** Lost answer, timeout, 5xx: it may or may not have happened. */
  | { readonly kind: 'unknown'; readonly error: SyncErrorLike }
  /** Refused for good until the content changes. */
  | { readonly kind: 'rejected'; readonly error: SyncErrorLike }
  /** 401/403: nothing happened, stop the run. */
  | { readonly kind: 'access-denied'; readonly error: SyncErrorLike }
  /** The mailbox, not the event. */
  | { readonly kind: 'room-unavailable'; readonly error: SyncErrorLike }
  /** Never sent: the deadline came first. */
  | { readonly kind: 'not-sent' };

export interface SyncErrorLike {
  readonly message: string;
  readonly code?: string | undefined;
  /** HTTP status, when there was an answer. */
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | null | undefined;
}

export type ReadOutcome<T> =
  /** `unreadable`: ids of rows that are there but could not be understood; their absence from `value` proves nothing (R3). */
  | { readonly ok: true; readonly value: T; readonly unreadable?: readonly string[] }
  | { readonly ok: false; readonly error: import('../domain/errors.ts').SyncError };

/** One finished delta round of one calendar. */
export interface DeltaRound {
  /** Full rows (single instances, exceptions, masters), merged by id, last seen wins. */
  readonly events: readonly RoomEvent[];
  /** Thin occurrence rows: to be hydrated. */
  readonly occurrences: readonly {
    readonly id: string;
    readonly seriesMasterId: string;
    readonly start: Instant;
    readonly end: Instant;
  }[];
  /** `@removed` ids: deleted, or merely outside the window. */
  readonly removed: readonly string[];
  /** To be stored only after everything above is durable (R7). */
  readonly deltaLink: string;
}

/**
 * Room calendars in Exchange through Microsoft Graph. Every request carries `Prefer: IdType="ImmutableId"` and asks for UTC.
 * `calendar` is the mailbox address or object id. Reads of many calendars are packed into `$batch` requests of 20, rooms mixed;
 * writes go one mailbox per `$batch`, one unordered batch at a time per mailbox (D7).
 */
export interface RoomCalendars {
  /** Outcomes in the order of `writes`; never throws for an item. Throws `misconfigured` when no credentials are set. */
  write(calendar: string, writes: readonly EventWrite[], limits: CallLimits): Promise<readonly WriteOutcome[]>;
  /** Events with marker expanded. `not-found` is the item's own 404; any other error proves nothing (R3). */
  getEvents(
    requests: readonly { calendar: string; eventId: string }[],
    limits: CallLimits,
  ): Promise<readonly ReadOutcome<RoomEvent>[]>;
  /** Events of one calendar that carry the marker (current property; the historical ones when `historical`). */
  findByMarker(calendar: string, markers: readonly Marker[], limits: CallLimits): Promise<readonly RoomEvent[]>;
  /** All occurrences, exceptions and single events overlapping `span`, all pages, marker expanded. */
  readWindow(calendar: string, span: InstantSpan, limits: CallLimits): Promise<readonly RoomEvent[]>;
  /** The same for several spans or calendars in batches; an outcome per request. */
  readWindows(
    requests: readonly { calendar: string; span: InstantSpan }[],
    limits: CallLimits,
  ): Promise<readonly ReadOutcome<readonly RoomEvent[]>[]>;
  /**
   * One delta round per request: from `link`, or a first round over `window`. All pages. `resync-required` when the link is dead.
   * No change in 100 rooms costs 5 HTTP requests.
   */
  readDelta(
    requests: readonly { calendar: string; link: string | null; window: InstantSpan }[],
    limits: CallLimits,
  ): Promise<readonly ReadOutcome<DeltaRound>[]>;
  /** Occurrences and exceptions of one series inside `span`; `not-found` when the series is gone. */
  readInstances(
    calendar: string,
    seriesMasterId: string,
    span: InstantSpan,
    limits: CallLimits,
  ): Promise<readonly RoomEvent[]>;
}
