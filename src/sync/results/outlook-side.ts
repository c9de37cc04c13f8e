/** Outlook to booking system. */
import type { Mapping } from '../../domain/mapping.ts';
import type { ReservationType } from '../../domain/reservation.ts';
import type { ErrorDetail, RunResult } from './run.ts';

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
