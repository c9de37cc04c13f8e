/** Room calendars in Exchange. */
import type { EventContent, Marker, RoomEvent } from '../../domain/room-event.ts';
import type { Instant, InstantSpan } from '../../domain/time.ts';

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
  | { readonly ok: false; readonly error: import('../../domain/errors.ts').SyncError };

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
