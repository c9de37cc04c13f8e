/** What the use cases answer; `functions/` translates these to the documented bodies (snake_case). Counts are integers. */
import type { Mapping, MappingStatus } from '../domain/mapping.ts';
import type { ReservationType } from '../domain/reservation.ts';
import type { Operation } from './plan.ts';

/** One failed part of a run. `message` is a plain sentence without names or subjects. */
export interface ErrorDetail {
  readonly message: string;
  readonly code?: string;
  readonly field?: string;
  readonly calendar?: string;
  readonly resourceId?: number;
  readonly mappingId?: number;
  readonly type?: ReservationType | null;
  readonly reservationId?: number | null;
  readonly step?: string;
}

/** Common to every mutating use case. `plan` only on dry runs: exactly what would be done. */
export interface RunResult {
  readonly durationMs: number;
  readonly stoppedEarly: boolean;
  readonly errorDetails: readonly ErrorDetail[];
  /** Rooms another worker held; their work was signalled (202, `queued`). */
  readonly queuedCalendars: readonly string[];
  readonly plan?: readonly Operation[];
}

/** `discover.ts`: `discover(deps, run, { resourceId? })`; S1, S43, S44. Throws `unknown` for a resource that does not exist or has no active mapping. */
export interface PopulateResult extends RunResult {
  readonly totalCandidates: number;
  readonly created: number;
  readonly updated: number;
  readonly skipped: number;
  readonly conflicts: number;
  readonly errors: number;
}

/** `push.ts`: `pushPending(deps, run, { limit, includePast? })`. */
export interface PushResult extends RunResult {
  readonly processed: number;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly skipped: number;
  readonly errors: number;
  readonly remaining: number;
  readonly details: readonly PushDetail[];
}

export interface PushDetail {
  readonly type: ReservationType;
  readonly reservationId: number;
  readonly resourceId: number;
  readonly action: 'created' | 'updated' | 'unchanged' | 'deleted' | 'suppressed' | 'error';
  readonly eventId: string | null;
  /** Subject as pushed; goes into the HTTP answer only, never into logs. */
  readonly title: string | null;
  readonly error?: string;
}

/** `push.ts`: `pushOne(deps, run, key)`; S49. Throws `unknown` (no such reservation, room not linked), `not-allowed` (room not mapped), `busy`. */
export interface PushOneResult extends RunResult {
  readonly detail: PushDetail;
}

/** `cancellations.ts`: `detectCancellations(deps, run, { confirm? })` and `detectReenabled(deps, run)`; S61-S71. */
export interface CancellationsResult extends RunResult {
  readonly detected: number;
  readonly processed: number;
  readonly cancelled: readonly CancellationRow[];
  readonly reenabled: readonly CancellationRow[];
  readonly outlookDeletions: number;
  readonly pendingResets: number;
  /** Held by the brake (R4). */
  readonly parked: number;
  readonly errors: number;
}

export interface CancellationRow {
  readonly type: ReservationType;
  readonly reservationId: number;
  /** Computed for bookings and allocations (S68); null when the row is gone. */
  readonly name: string | null;
  readonly active: number | null;
  readonly resourceId: number;
  readonly mappingId: number;
  readonly eventId: string | null;
  /** Before processing. */
  readonly status: MappingStatus;
}

/** `cancellations.ts`: `cancelBooking(deps, run, key, { deactivate })`; semantics 3.4. Throws `unknown`, `not-allowed`, `busy`. */
export interface CancelBookingResult extends RunResult {
  readonly alreadyCancelled: boolean;
  readonly outlookDeleted: boolean;
  readonly mappingUpdated: boolean;
  readonly reservationDeactivated: boolean;
  readonly warnings: readonly string[];
  readonly errors: number;
}

/** `cleanup.ts`: `cleanupOrphans(deps, run)`; S79. */
export interface CleanupResult extends RunResult {
  readonly deletedCount: number;
  readonly keptForOutlookCleanup: number;
  readonly details: readonly {
    mappingId: number;
    type: ReservationType | null;
    reservationId: number | null;
    resourceId: number;
    reason: string;
  }[];
}

/** `lists.ts`: `listPending(deps, { limit })`. */
export interface PendingList {
  readonly rows: readonly (Mapping & { readonly calendarName: string | null })[];
  readonly total: number;
}

/** What became of one meeting, or of one row that could not be imported. */
export interface ImportDetail {
  readonly mappingId: number;
  readonly calendar: string;
  readonly eventId: string;
  readonly resourceId: number;
  readonly reservationId: number | null;
  /** Goes into the HTTP answer only, never into logs. */
  readonly title: string | null;
  /** Local wall clock, as stored. */
  readonly start: string | null;
  readonly end: string | null;
  /**
   * `created`: a new reservation. `linked`: the meeting joined one that exists (E18, E51). `conflict`: it overlaps events of the
   * booking system (E51). `gone`: it left Outlook before it was imported (E50). `waiting`: nothing could be decided now.
   */
  readonly status: 'created' | 'linked' | 'conflict' | 'gone' | 'waiting' | 'error';
  /** Rooms that now show the reservation through this meeting. */
  readonly linkedResources: readonly number[];
  readonly warnings: readonly string[];
  readonly error?: string;
}

/** `import-reservations.ts`: `processImports(deps, run, { limit })`; S3, S8, S56, S57. */
export interface ImportsResult extends RunResult {
  /** Meetings tried: successful + errors. */
  readonly processed: number;
  readonly successful: number;
  readonly errors: number;
  /** Meetings left as they are: overlapping, gone, or undecided. */
  readonly skipped: number;
  /** Rows still waiting for their import; overlapping ones are not counted. */
  readonly remaining: number;
  /** New reservations in the order they were made. */
  readonly reservationIds: readonly number[];
  readonly details: readonly ImportDetail[];
}

/** One room calendar's share of a poll. */
export interface PollDetail {
  readonly calendar: string;
  readonly resourceId: number;
  /** `initialized`: its first delta link. `updated`: a round from the link it had. `skipped`: left in peace after mailbox errors. */
  readonly action: 'initialized' | 'updated' | 'failed' | 'busy' | 'skipped';
  readonly hasDeltaToken: boolean;
  /** Changes that were not our own echoes. */
  readonly changesDetected: number;
  readonly deletionsProcessed: number;
  readonly importsDetected: number;
  readonly updatesApplied: number;
  readonly error?: string;
}

/** `poll.ts`: `pollChanges(deps, run)` and `initializePolling(deps, run)`; S80-S85. */
export interface PollResult extends RunResult {
  readonly calendarsChecked: number;
  readonly calendarsInitialized: number;
  readonly calendarsUpdated: number;
  readonly calendarsFailed: number;
  readonly changesDetected: number;
  readonly deletionsProcessed: number;
  readonly importsDetected: number;
  readonly updatesApplied: number;
  /** Edits that wait for a decision. */
  readonly conflicts: number;
  /** Deletions held by the brake (R4). */
  readonly parked: number;
  readonly details: readonly PollDetail[];
}

/** `verify-missing.ts`: `detectMissing(deps, run, { limit? })`; S86. */
export interface MissingResult extends RunResult {
  /** Mappings whose event was asked for and told about. */
  readonly checked: number;
  readonly missingEventsDetected: number;
  readonly cancellationsProcessed: number;
  readonly parked: number;
  /** Mappings of rooms that need no check, because their delta is proven to work. */
  readonly skipped: number;
  readonly details: readonly MissingDetail[];
}

export interface MissingDetail {
  readonly mappingId: number;
  readonly calendar: string;
  readonly resourceId: number;
  readonly type: ReservationType | null;
  readonly reservationId: number | null;
  readonly eventId: string | null;
  /** What followed: see `GoneDecision`; `parked` by the brake, `later` when it changed meanwhile. */
  readonly outcome: 'cancelled' | 'unlinked' | 'moved' | 'recreated' | 'kept' | 'parked' | 'later';
}

/** `polling-stats.ts`: `readPollingStats(deps)`; S41, S87. */
export interface PollingStats {
  readonly totalCalendars: number;
  /** Polled successfully within the last half hour. */
  readonly recentlyPolled: number;
  readonly lastPollAt: string | null;
  readonly oldestPollAt: string | null;
  readonly unhealthyCalendars: number;
  readonly health: 'healthy' | 'degraded' | 'critical' | 'not initialized';
  readonly calendars: readonly {
    readonly calendar: string;
    readonly resourceId: number;
    readonly lastPollAt: string | null;
    readonly lastSuccessfulPollAt: string | null;
    /** In a row. */
    readonly errors: number;
    readonly lastError: string | null;
    readonly hasDeltaToken: boolean;
  }[];
}

/** An event of a room calendar without mapping, as `outlook-lists.ts`: `listOutlookEvents(deps, { from, to, limit })` answers it; S51. */
export interface OutlookEventRow {
  readonly eventId: string;
  readonly calendar: string;
  readonly resourceId: number;
  readonly resourceName: string;
  readonly subject: string;
  readonly description: string;
  /** Local wall clock. */
  readonly start: string;
  readonly end: string;
  readonly isAllDay: boolean;
  readonly organizer: string | null;
  readonly organizerEmail: string | null;
  readonly importable: boolean;
  /** Why it is not imported; null when it is. */
  readonly reason: string | null;
}

export interface OutlookEventList {
  readonly events: readonly OutlookEventRow[];
  readonly total: number;
  /** Rooms that could not be read. */
  readonly errorDetails: readonly ErrorDetail[];
}

/** `outlook-lists.ts`: `importFromOutlook(deps, run, { from, to })`; S54, S55. */
export interface FromOutlookResult extends RunResult {
  /** New `imported` rows, and events of ours that got their mapping back. */
  readonly created: number;
  /** Rows that followed their event: waiting imports, edits, meetings under a new id. */
  readonly updated: number;
  readonly skipped: number;
  /** Why events were left alone, with counts; `already-mapped` for those both sides know. */
  readonly skippedReasons: Readonly<Record<string, number>>;
  readonly calendarsChecked: number;
  readonly errors: number;
}

/** `outlook-lists.ts`: `listPendingImports` and `listProcessedImports`; S58, S59. */
export interface ImportList {
  readonly rows: readonly (Mapping & { readonly resourceName: string | null; readonly calendarName: string | null })[];
  readonly total: number;
}

/** `cancel-outlook.ts`: `cancelOutlookEvent(deps, run, eventId)`; S75. */
export interface CancelOutlookResult extends RunResult {
  readonly alreadyCancelled: boolean;
  readonly bookingCancelled: boolean;
  readonly mappingUpdated: boolean;
  /** The event still stood in Outlook as one of ours and was deleted there too. */
  readonly outlookDeleted: boolean;
  readonly type: ReservationType | null;
  readonly reservationId: number | null;
  readonly warnings: readonly string[];
  readonly errors: number;
}

/**
 * What waits for a person. `overlap`: an import in whose place events of the booking system are (E51). `edited`: both sides changed it, or
 * a clerk changed a person's meeting (E10, E47). `doubtful`: a reservation that may stand in Outlook already. `restored`: an event came
 * back whose slot is taken (E66).
 */
export type ConflictKind = 'overlap' | 'edited' | 'doubtful' | 'restored';

export type ConflictDecision = 'keep-booking' | 'keep-outlook' | 'keep-both' | 'dismiss';

/** One side's version, for a person's eyes only. */
export interface ConflictVersion {
  readonly title: string | null;
  readonly description: string | null;
  /** Local wall clock. */
  readonly start: string | null;
  readonly end: string | null;
  readonly isPublic: boolean | null;
}

export interface Conflict {
  readonly mappingId: number;
  readonly kind: ConflictKind;
  readonly calendar: string;
  readonly resourceId: number;
  readonly type: ReservationType | null;
  readonly reservationId: number | null;
  readonly eventId: string | null;
  readonly reason: string;
  /** When it last changed. */
  readonly since: string;
  readonly booking: ConflictVersion | null;
  readonly outlook: ConflictVersion | null;
  /** Reservations of the booking system in its place. */
  readonly others: readonly ({ readonly type: ReservationType; readonly id: number } & ConflictVersion)[];
  /** `doubtful`: waiting imports it may be one with. */
  readonly twins: readonly ({ readonly mappingId: number } & ConflictVersion)[];
  /** What may be decided about it. */
  readonly decisions: readonly ConflictDecision[];
}

/** `conflicts.ts`: `listConflicts(deps, { limit })`. */
export interface ConflictList {
  readonly conflicts: readonly Conflict[];
  readonly total: number;
}

/** `conflict-decide.ts`: `resolveConflict(deps, run, { mappingId, decision })`. */
export interface ConflictResolution extends RunResult {
  readonly mappingId: number;
  readonly kind: ConflictKind;
  readonly decision: ConflictDecision;
  /** What follows, in words. */
  readonly outcome: string;
  readonly reservationId: number | null;
  readonly warnings: readonly string[];
}
