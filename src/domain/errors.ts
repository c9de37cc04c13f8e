/**
 * The one error type that crosses module borders. Adapters translate what they meet (Graph, SQL driver, zod) at their edge
 * and keep the original as `cause`; everything above switches on `kind`.
 *
 * | kind | meaning | reaction |
 * |---|---|---|
 * | `invalid-request` | the caller sent something we cannot take; `field` names it | 400 |
 * | `unknown` | what the caller names does not exist | 404 |
 * | `not-allowed` | understood, but not in this state | 409 |
 * | `busy` | a room's lease is held by another worker | signal left, 202 |
 * | `transient` | their side hiccuped (5xx, timeout, reset, deadlock); nothing is known about the effect | later |
 * | `throttled` | not done, come back after `retryAfterMs` | later, exactly then |
 * | `precondition-failed` | somebody else changed it first (412, row version) | re-read, re-plan |
 * | `not-found` | the item itself is not there (404 `ErrorItemNotFound`) | may be part of a proof |
 * | `resync-required` | the delta link is dead | full window read |
 * | `rejected` | this item is refused for good until it changes | item error, not retried |
 * | `access-denied` | credentials or permission (401, 403) | stop the run, change nothing |
 * | `room-unavailable` | the mailbox, not the item, is missing or moved | quarantine the room |
 * | `lease-lost` | our lease on the room ran out | stop, change nothing |
 * | `brake-held` | too many cancellations | parked for approval |
 * | `misconfigured` | a setting or table is missing or wrong; the message names it | 503 |
 * | `database-unavailable` | SQL cannot be reached | 503 |
 * | `bug` | ours | 500 |
 */
export type SyncErrorKind =
  | 'invalid-request'
  | 'unknown'
  | 'not-allowed'
  | 'busy'
  | 'transient'
  | 'throttled'
  | 'precondition-failed'
  | 'not-found'
  | 'resync-required'
  | 'rejected'
  | 'access-denied'
  | 'room-unavailable'
  | 'lease-lost'
  | 'brake-held'
  | 'misconfigured'
  | 'database-unavailable'
  | 'bug';

export interface SyncErrorDetails {
  /** Name of the offending request field or setting. */
  readonly field?: string;
  /** Milliseconds the other side asked us to wait. */
  readonly retryAfterMs?: number;
  /** The other side's own code, for instance `ErrorItemNotFound` or an SQL error number. */
  readonly code?: string;
  /** The import step that failed (S99). */
  readonly step?: string;
  readonly cause?: unknown;
}

/** An error with a kind. The message tells a person what to do next and never holds subjects, names or tokens (R11). */
export class SyncError extends Error {
  override readonly name = 'SyncError';
  readonly kind: SyncErrorKind;
  readonly field: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly code: string | undefined;
  readonly step: string | undefined;

  constructor(kind: SyncErrorKind, message: string, details: SyncErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.field = details.field;
    this.retryAfterMs = details.retryAfterMs;
    this.code = details.code;
    this.step = details.step;
  }
}

/** Whether `error` is a `SyncError` of one of `kinds` (of any kind when none is given). */
export function isSyncError(error: unknown, ...kinds: SyncErrorKind[]): error is SyncError {
  return error instanceof SyncError && (kinds.length === 0 || kinds.includes(error.kind));
}
