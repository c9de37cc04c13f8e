/** What is kept for people: journal, runs, parked operations, alerts. */
import type { ReservationKey, ReservationType, RoomReservationKey } from '../../domain/reservation.ts';
import type { Instant } from '../../domain/time.ts';

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

/** An event the journal names for a reservation. */
export interface EventTrace extends RoomReservationKey {
  readonly eventId: string;
  /** Where the reservation came from. */
  readonly born: 'booking' | 'outlook';
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
   * Distinct causes of cancellations on either side per calendar since `since`, for the brake: those carried out, and those whose answer
   * is still awaited. A cause that begins with `suppressed:` or `moved:` hides or moves an event and counts for nothing; those in
   * `except` are counted by whoever asks.
   */
  cancellationCauses(
    since: Instant,
    except: readonly string[],
  ): Promise<readonly { calendar: string; causes: number }[]>;
  /** Events that ever stood for one of these reservations in a calendar, oldest first, each once. */
  findEvents(calendar: string, reservations: readonly RoomReservationKey[]): Promise<readonly EventTrace[]>;
  /** Reservations made by imports of this cause, newest first. */
  findImported(cause: string): Promise<readonly ReservationKey[]>;
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
