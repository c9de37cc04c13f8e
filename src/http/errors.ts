import { SyncError, type SyncErrorKind } from '../domain/errors.ts';

/** The one table from error kind to HTTP status. */
export const STATUS_OF_KIND: Readonly<Record<SyncErrorKind, number>> = {
  'invalid-request': 400,
  unknown: 404,
  'not-found': 404,
  'not-allowed': 409,
  'precondition-failed': 409,
  'brake-held': 409,
  rejected: 409,
  'lease-lost': 409,
  busy: 202,
  'access-denied': 502,
  transient: 502,
  throttled: 502,
  'resync-required': 502,
  'room-unavailable': 502,
  misconfigured: 503,
  'database-unavailable': 503,
  bug: 500,
};

export interface Failure {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: FailureBody | QueuedBody;
}

/** Nothing could be done now, but nothing is lost: the room's holder was told to look again (202). */
export interface QueuedBody {
  readonly success: true;
  readonly message: string;
  readonly queued: true;
  readonly code: string;
}

/** What every failed call answers. `code` is the error's kind in snake_case; `field` names the parameter or setting at fault. */
export interface FailureBody {
  readonly success: false;
  readonly error: string;
  readonly code: string;
  readonly field?: string;
}

export const UNAUTHORIZED: Failure = {
  status: 401,
  headers: {},
  body: { success: false, error: 'A valid key is needed in the X-API-Key header.', code: 'unauthorized' },
};

/** Whatever was thrown, as an answer. Nothing of an unexpected error gets out. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof SyncError) || error.kind === 'bug') {
    const message = 'Something went wrong here; the log has the details.';
    return { status: 500, headers: {}, body: { success: false, error: message, code: 'bug' } };
  }
  if (error.kind === 'busy') {
    const body = { success: true, message: error.message, queued: true, code: 'busy' } as const;
    return { status: STATUS_OF_KIND.busy, headers: {}, body };
  }
  const seconds = Math.ceil((error.retryAfterMs ?? 0) / 1000);
  return {
    status: STATUS_OF_KIND[error.kind],
    headers: seconds > 0 ? { 'retry-after': String(seconds) } : {},
    body: {
      success: false,
      error: error.message,
      code: error.kind.replaceAll('-', '_'),
      ...(error.field !== undefined && { field: error.field }),
    },
  };
}
