import { SyncError, type SyncErrorKind } from '../domain/errors.ts';
import type { EventWrite, WriteOutcome } from '../sync/ports.ts';
import { type GraphReply, headerOf, type LostReason } from './transport.ts';

/** What a request was about; the same status means different things for each. */
export type Resource = 'calendar' | 'subscription' | 'place' | 'user';

/** A failed reply, taken apart once. */
export interface GraphFailure {
  /** 0: no answer. */
  readonly status: number;
  /** `error.code`, then the codes nested inside it, as sent. */
  readonly codes: readonly string[];
  readonly retryAfterMs: number | null;
  readonly requestId: string | null;
  readonly lost: LostReason | null;
  /** Annotation of `ErrorDuplicateTransactionId`. */
  readonly existingEventId: string | null;
}

export interface ErrorRow {
  /** One status, a hundred (`4xx`), or any. */
  readonly status: number | '4xx' | '5xx' | 'any';
  /** Case does not matter; a trailing `*` matches the rest. Absent: any code or none. */
  readonly codes?: readonly string[];
  /** Absent: any. */
  readonly resource?: Resource;
  readonly kind: SyncErrorKind;
}

const MAILBOX_GONE = [
  'MailboxNotEnabledForRESTAPI',
  'ErrorNonExistentMailbox',
  'ErrorInvalidUser',
  'Request_ResourceNotFound',
  'ResourceNotFound',
] as const;

const CONFLICT = ['ErrorIrresolvableConflict', 'ErrorChangeKeyRequired*', 'resourceModified'] as const;

/**
 * What Graph's answers mean to us; the first row that fits decides. Messages are never looked at: they are texts for
 * developers and change. https://learn.microsoft.com/graph/errors and the field reports collected in docs.
 */
export const ERROR_TABLE: readonly ErrorRow[] = [
  { status: '4xx', codes: ['syncStateNotFound', 'SyncStateInvalid', 'resync*'], kind: 'resync-required' },
  { status: 410, kind: 'resync-required' },
  { status: 'any', codes: ['extensionError'], kind: 'room-unavailable' },
  { status: 429, kind: 'throttled' },
  // MailboxConcurrency was also seen as 503; the request was turned away, not carried out.
  {
    status: 503,
    codes: ['ApplicationThrottled', 'MailboxConcurrency', 'TooManyRequests', 'activityLimitReached'],
    kind: 'throttled',
  },
  { status: 401, kind: 'access-denied' },
  { status: 'any', codes: ['ErrorQuotaExceeded', 'quotaLimitReached'], resource: 'calendar', kind: 'room-unavailable' },
  { status: 507, kind: 'room-unavailable' },
  // Refused although the permission may be fine: the item is past deleting.
  { status: 403, codes: ['ErrorCannotDeleteObject'], kind: 'rejected' },
  { status: 403, codes: ['ErrorAccessDenied', 'Authorization_RequestDenied'], kind: 'access-denied' },
  // Any other 403 here is the quota of subscriptions per mailbox.
  { status: 403, resource: 'subscription', kind: 'rejected' },
  { status: 403, kind: 'access-denied' },
  { status: 404, resource: 'subscription', kind: 'not-found' },
  { status: 404, resource: 'user', codes: MAILBOX_GONE, kind: 'not-found' },
  { status: 404, codes: ['ErrorItemNotFound', 'itemNotFound'], kind: 'not-found' },
  { status: 404, codes: MAILBOX_GONE, kind: 'room-unavailable' },
  // A 404 without one of these codes may come from anything on the way and proves nothing (R3).
  { status: 404, kind: 'transient' },
  { status: 400, codes: ['ErrorDuplicateTransactionId'], kind: 'rejected' },
  { status: 409, codes: ['ErrorDuplicateTransactionId'], kind: 'rejected' },
  { status: '4xx', codes: CONFLICT, kind: 'precondition-failed' },
  { status: 409, kind: 'precondition-failed' },
  { status: 412, kind: 'precondition-failed' },
  // The handshake with our notification endpoint failed; it may work in a minute.
  { status: 400, codes: ['InvalidRequest', 'ValidationError'], resource: 'subscription', kind: 'transient' },
  { status: 408, kind: 'transient' },
  { status: 423, kind: 'transient' },
  { status: 424, kind: 'transient' },
  { status: '4xx', kind: 'rejected' },
  { status: '5xx', kind: 'transient' },
  // No answer at all, or a 2xx that cannot be read.
  { status: 'any', kind: 'transient' },
];

export interface WriteRow {
  readonly on: readonly EventWrite['kind'][];
  readonly status: readonly number[];
  readonly codes: readonly string[];
  readonly outcome: 'duplicate' | 'not-found' | 'room-unavailable';
}

/** Where a write reads an answer in its own way; everything else goes by `ERROR_TABLE`. */
export const WRITE_TABLE: readonly WriteRow[] = [
  { on: ['create'], status: [400, 409], codes: ['ErrorDuplicateTransactionId'], outcome: 'duplicate' },
  { on: ['update', 'delete', 'decline'], status: [400], codes: ['ErrorInvalidIdMalformed'], outcome: 'not-found' },
  { on: ['delete'], status: [403], codes: ['ErrorCannotDeleteObject'], outcome: 'not-found' },
  // No event is named in a create: what is not there is the calendar.
  { on: ['create'], status: [404], codes: ['ErrorItemNotFound', 'itemNotFound'], outcome: 'room-unavailable' },
];

/** Takes a failed reply apart. Bodies may be HTML, empty, or spell `innererror` in lower case. `now`: epoch ms. */
export function readFailure(reply: GraphReply, now: number): GraphFailure {
  const error = objectIn(reply.body, 'error');
  const codes: string[] = [];
  for (let at = error, depth = 0; at !== undefined && depth < 5; depth += 1) {
    const code = at['code'];
    if (typeof code === 'string' && code !== '') codes.push(code);
    at = objectIn(at, 'innerError') ?? objectIn(at, 'innererror');
  }
  const existing = error?.['@event.existingEventId'];
  return {
    status: reply.status,
    codes,
    retryAfterMs: readRetryAfter(reply, now),
    requestId: headerOf(reply, 'request-id'),
    lost: reply.lost,
    existingEventId: typeof existing === 'string' ? existing : null,
  };
}

/** The kind `ERROR_TABLE` gives a failure. */
export function classify(failure: GraphFailure, resource: Resource): SyncErrorKind {
  return findErrorRow(failure, resource)?.kind ?? 'transient';
}

/** The first row of `ERROR_TABLE` that fits. */
export function findErrorRow(failure: GraphFailure, resource: Resource): ErrorRow | undefined {
  return ERROR_TABLE.find(
    (row) =>
      (row.resource === undefined || row.resource === resource) &&
      matchesStatus(row.status, failure.status) &&
      (row.codes === undefined || matchesCode(row.codes, failure.codes)),
  );
}

/** The failure as the error the engine sees; the message names the setting or permission to look at (S24, S115). */
export function toSyncError(failure: GraphFailure, resource: Resource): SyncError {
  const kind = classify(failure, resource);
  const code = failure.codes[0];
  return new SyncError(kind, describe(kind, failure, resource), {
    ...(code === undefined ? {} : { code }),
    ...(failure.retryAfterMs === null ? {} : { retryAfterMs: failure.retryAfterMs }),
  });
}

/** What a failed write comes to. 5xx and lost answers are `unknown`: it may have happened. */
export function toWriteOutcome(failure: GraphFailure, write: EventWrite['kind']): WriteOutcome {
  const own = findWriteRow(failure, write);
  if (own?.outcome === 'duplicate') return { kind: 'duplicate', existingEventId: failure.existingEventId };
  if (own?.outcome === 'not-found') return { kind: 'not-found' };
  const kind = own?.outcome ?? classify(failure, 'calendar');
  const error = {
    message: describe(kind, failure, 'calendar'),
    code: failure.codes[0],
    status: failure.status === 0 ? undefined : failure.status,
    retryAfterMs: failure.retryAfterMs,
  };
  switch (kind) {
    case 'throttled':
      return { kind: 'throttled', retryAfterMs: failure.retryAfterMs };
    case 'precondition-failed':
    case 'not-found':
      return { kind };
    case 'access-denied':
    case 'room-unavailable':
    case 'rejected':
      return { kind, error };
    default:
      return { kind: 'unknown', error };
  }
}

/** Application permission each kind of call needs: https://learn.microsoft.com/graph/permissions-reference */
const PERMISSIONS: Readonly<Record<Resource, string>> = {
  calendar: 'Calendars.ReadWrite',
  subscription: 'Calendars.Read',
  place: 'Place.Read.All',
  user: 'User.Read.All',
};

const CREDENTIAL_SETTINGS =
  'GRAPH_TENANT_ID, GRAPH_CLIENT_ID and GRAPH_CLIENT_SECRET (or the managed identity, AZURE_CLIENT_ID)';

function describe(kind: SyncErrorKind, failure: GraphFailure, resource: Resource): string {
  const answer = [failure.status || failure.lost, failure.codes[0]].filter(Boolean).join(' ');
  switch (kind) {
    case 'access-denied':
      return failure.status === 401
        ? `Microsoft Graph did not accept the app's token (${answer}): check ${CREDENTIAL_SETTINGS}.`
        : `Microsoft Graph denied access (${answer}): the app needs the application permission ${PERMISSIONS[resource]}, and a mailbox scope that includes this room.`;
    case 'room-unavailable':
      return `The room's mailbox cannot be used (${answer}): check that it exists in Exchange Online and is not full.`;
    case 'throttled':
      return `Microsoft Graph asked to slow down (${answer}).`;
    case 'resync-required':
      return `The delta link is no longer valid (${answer}): a full read of the window is needed.`;
    case 'not-found':
      return `Microsoft Graph knows no such ${resource === 'calendar' ? 'event' : resource} (${answer}).`;
    case 'precondition-failed':
      return `The event was changed by somebody else meanwhile (${answer}).`;
    case 'rejected':
      return failure.codes.some((code) => code.toLowerCase() === 'timezonenotsupportedexception')
        ? `Microsoft Graph does not know the time zone that was sent (${answer}): check TIME_ZONE.`
        : `Microsoft Graph refused the request as it is (${answer}).`;
    default:
      return `Microsoft Graph gave no usable answer (${answer}).`;
  }
}

/** `Retry-After` as milliseconds from `now`; seconds or an HTTP date, null when absent or senseless. */
export function readRetryAfter(reply: Pick<GraphReply, 'headers'>, now: number): number | null {
  const value = headerOf(reply, 'retry-after')?.trim();
  if (!value) return null;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.round(Number(value) * 1000);
  const at = /^[A-Z][a-z]{2}, /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

function findWriteRow(failure: GraphFailure, write: EventWrite['kind']): WriteRow | undefined {
  return WRITE_TABLE.find(
    (row) => row.on.includes(write) && row.status.includes(failure.status) && matchesCode(row.codes, failure.codes),
  );
}

function matchesStatus(wanted: ErrorRow['status'], status: number): boolean {
  if (wanted === 'any') return true;
  if (wanted === '4xx') return status >= 400 && status < 500;
  if (wanted === '5xx') return status >= 500 && status < 600;
  return wanted === status;
}

function matchesCode(wanted: readonly string[], codes: readonly string[]): boolean {
  return codes.some((code) => {
    const given = code.toLowerCase();
    return wanted.some((pattern) => {
      const name = pattern.toLowerCase();
      return name.endsWith('*') ? given.startsWith(name.slice(0, -1)) : given === name;
    });
  });
}

function objectIn(value: unknown, key: string): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const inner = (value as Record<string, unknown>)[key];
  return typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : undefined;
}
