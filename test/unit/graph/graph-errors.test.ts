import {
  classify,
  ERROR_TABLE,
  findErrorRow,
  type Resource,
  readFailure,
  readRetryAfter,
  toSyncError,
  toWriteOutcome,
  WRITE_TABLE,
} from '../../../src/graph/graph-errors.ts';
import { type GraphReply, lostReply } from '../../../src/graph/transport.ts';
import type { EventWrite } from '../../../src/sync/ports.ts';

const NOW = Date.parse('2027-03-01T12:00:00Z');

function reply(status: number, code: string | null, extra: Record<string, unknown> = {}): GraphReply {
  const body = code === null ? undefined : { error: { code, message: 'text', ...extra } };
  return { status, headers: {}, body, lost: null };
}

/** Status, code, what it was about, kind; the answers Graph documents and those seen in the field. */
const READS: readonly [number, string | null, Resource, string][] = [
  [400, 'ErrorInvalidRequest', 'calendar', 'rejected'],
  [400, 'ErrorPropertyValidationFailure', 'calendar', 'rejected'],
  [400, 'RequestBodyRead', 'calendar', 'rejected'],
  [400, 'BadRequest', 'calendar', 'rejected'],
  [400, 'ErrorInvalidIdMalformed', 'calendar', 'rejected'],
  [400, 'ErrorDuplicateTransactionId', 'calendar', 'rejected'],
  [409, 'ErrorDuplicateTransactionId', 'calendar', 'rejected'],
  [400, 'TimeZoneNotSupportedException', 'calendar', 'rejected'],
  [400, 'ErrorOccurrenceCrossingBoundary', 'calendar', 'rejected'],
  [400, 'InvalidRequest', 'calendar', 'rejected'],
  [400, 'InvalidRequest', 'subscription', 'transient'],
  [400, 'syncStateNotFound', 'calendar', 'resync-required'],
  [404, 'SyncStateInvalid', 'calendar', 'resync-required'],
  [400, 'resyncRequired', 'calendar', 'resync-required'],
  [409, 'resyncApplyDifferences', 'calendar', 'resync-required'],
  [409, 'RESYNCUPLOADDIFFERENCES', 'calendar', 'resync-required'],
  [410, null, 'calendar', 'resync-required'],
  [410, 'SyncStateNotFound', 'calendar', 'resync-required'],
  [401, 'InvalidAuthenticationToken', 'calendar', 'access-denied'],
  [401, null, 'calendar', 'access-denied'],
  [403, 'ErrorAccessDenied', 'calendar', 'access-denied'],
  [403, 'Authorization_RequestDenied', 'calendar', 'access-denied'],
  [403, null, 'calendar', 'access-denied'],
  [403, 'ErrorCannotDeleteObject', 'calendar', 'rejected'],
  [403, 'ErrorAccessDenied', 'subscription', 'access-denied'],
  [403, 'Forbidden', 'subscription', 'rejected'],
  [403, 'extensionError', 'calendar', 'room-unavailable'],
  [404, 'ErrorItemNotFound', 'calendar', 'not-found'],
  [404, 'itemNotFound', 'calendar', 'not-found'],
  [404, 'MailboxNotEnabledForRESTAPI', 'calendar', 'room-unavailable'],
  [404, 'ErrorNonExistentMailbox', 'calendar', 'room-unavailable'],
  [404, 'errorinvaliduser', 'calendar', 'room-unavailable'],
  [404, 'Request_ResourceNotFound', 'calendar', 'room-unavailable'],
  [404, 'ResourceNotFound', 'calendar', 'room-unavailable'],
  [404, 'Request_ResourceNotFound', 'user', 'not-found'],
  [404, 'ResourceNotFound', 'subscription', 'not-found'],
  [404, null, 'subscription', 'not-found'],
  [404, null, 'calendar', 'transient'],
  [404, 'SomethingNew', 'calendar', 'transient'],
  [408, null, 'calendar', 'transient'],
  [409, 'ErrorIrresolvableConflict', 'calendar', 'precondition-failed'],
  [412, 'ErrorIrresolvableConflict', 'calendar', 'precondition-failed'],
  [412, 'ErrorChangeKeyRequiredForWriteOperations', 'calendar', 'precondition-failed'],
  [400, 'ErrorChangeKeyRequired', 'calendar', 'precondition-failed'],
  [409, 'resourceModified', 'calendar', 'precondition-failed'],
  [409, null, 'calendar', 'precondition-failed'],
  [412, null, 'calendar', 'precondition-failed'],
  [413, null, 'calendar', 'rejected'],
  [423, null, 'calendar', 'transient'],
  [424, null, 'calendar', 'transient'],
  [429, 'ApplicationThrottled', 'calendar', 'throttled'],
  [429, 'TooManyRequests', 'calendar', 'throttled'],
  [429, 'activityLimitReached', 'calendar', 'throttled'],
  [429, null, 'subscription', 'throttled'],
  [503, 'ApplicationThrottled', 'calendar', 'throttled'],
  [500, 'ErrorInternalServerError', 'calendar', 'transient'],
  [500, 'InternalServerError', 'calendar', 'transient'],
  [500, 'ErrorInternalServerTransientError', 'calendar', 'transient'],
  [500, 'UnknownError', 'calendar', 'transient'],
  [502, null, 'calendar', 'transient'],
  [503, 'serviceNotAvailable', 'calendar', 'transient'],
  [503, 'ErrorServerBusy', 'calendar', 'transient'],
  [504, 'ErrorTimeoutExpired', 'calendar', 'transient'],
  [507, 'quotaLimitReached', 'calendar', 'room-unavailable'],
  [507, null, 'calendar', 'room-unavailable'],
  [400, 'ErrorQuotaExceeded', 'calendar', 'room-unavailable'],
  [302, null, 'calendar', 'transient'],
];

describe('what an answer of Graph means', () => {
  test.each(READS)('%s %s about a %s is %s', (status, code, resource, kind) => {
    expect(classify(readFailure(reply(status, code), NOW), resource)).toBe(kind);
  });

  test('every row of the table decides at least one of these answers', () => {
    const deciding = new Set(
      READS.map(([status, code, about]) => findErrorRow(readFailure(reply(status, code), NOW), about)),
    );
    expect(ERROR_TABLE.filter((row) => !deciding.has(row))).toEqual([]);
  });

  test('reads the code whether the nested object is called innerError or innererror', () => {
    for (const key of ['innerError', 'innererror']) {
      const answer = reply(404, 'NotFound', { [key]: { code: 'ErrorItemNotFound', 'request-id': 'r' } });
      expect(classify(readFailure(answer, NOW), 'calendar')).toBe('not-found');
    }
  });

  test('takes a lost answer as transient whatever code came with it', () => {
    expect(classify(readFailure(lostReply('network', 'ECONNRESET'), NOW), 'calendar')).toBe('transient');
    expect(classify(readFailure({ ...reply(200, null), lost: 'unreadable' }, NOW), 'calendar')).toBe('transient');
  });

  test('survives bodies that are no error objects', () => {
    for (const body of [undefined, null, 'text', [], { error: null }, { error: 'text' }, { error: { code: 7 } }]) {
      expect(readFailure({ status: 500, headers: {}, body, lost: null }, NOW).codes).toEqual([]);
    }
  });
});

const WRITES: readonly [EventWrite['kind'], number, string | null, string][] = [
  ['create', 400, 'ErrorDuplicateTransactionId', 'duplicate'],
  ['create', 409, 'errorduplicatetransactionid', 'duplicate'],
  ['update', 404, 'ErrorItemNotFound', 'not-found'],
  ['delete', 404, 'ErrorItemNotFound', 'not-found'],
  ['decline', 404, 'ErrorItemNotFound', 'not-found'],
  ['create', 404, 'ErrorItemNotFound', 'room-unavailable'],
  ['update', 400, 'ErrorInvalidIdMalformed', 'not-found'],
  ['delete', 400, 'ErrorInvalidIdMalformed', 'not-found'],
  ['delete', 403, 'ErrorCannotDeleteObject', 'not-found'],
  ['update', 403, 'ErrorCannotDeleteObject', 'rejected'],
  ['update', 412, 'ErrorIrresolvableConflict', 'precondition-failed'],
  ['delete', 409, 'ErrorIrresolvableConflict', 'precondition-failed'],
  ['create', 429, 'ApplicationThrottled', 'throttled'],
  ['create', 503, 'ApplicationThrottled', 'throttled'],
  ['create', 500, 'InternalServerError', 'unknown'],
  ['create', 502, null, 'unknown'],
  ['create', 503, 'serviceNotAvailable', 'unknown'],
  ['create', 504, null, 'unknown'],
  ['create', 404, null, 'unknown'],
  ['create', 401, 'InvalidAuthenticationToken', 'access-denied'],
  ['create', 403, 'ErrorAccessDenied', 'access-denied'],
  ['create', 404, 'MailboxNotEnabledForRESTAPI', 'room-unavailable'],
  ['update', 403, 'extensionError', 'room-unavailable'],
  ['create', 400, 'ErrorInvalidRequest', 'rejected'],
  ['create', 400, 'TimeZoneNotSupportedException', 'rejected'],
  ['decline', 400, 'ErrorInvalidRequest', 'rejected'],
];

describe('what became of a write', () => {
  test.each(WRITES)('a %s answered %s %s is %s', (write, status, code, outcome) => {
    expect(toWriteOutcome(readFailure(reply(status, code), NOW), write).kind).toBe(outcome);
  });

  test('every row of the write table decides at least one of these answers', () => {
    const isUsed = (row: (typeof WRITE_TABLE)[number]) =>
      WRITES.some(
        ([write, status, code, outcome]) =>
          row.on.includes(write) &&
          row.status.includes(status) &&
          row.codes.some((each) => each.toLowerCase() === code?.toLowerCase()) &&
          row.outcome === outcome,
      );
    expect(WRITE_TABLE.filter((row) => !isUsed(row))).toEqual([]);
  });

  test('a duplicate names the event that exists, when Graph tells', () => {
    const told = reply(400, 'ErrorDuplicateTransactionId', { '@event.existingEventId': 'AAk1' });
    expect(toWriteOutcome(readFailure(told, NOW), 'create')).toEqual({ kind: 'duplicate', existingEventId: 'AAk1' });
    const untold = reply(409, 'ErrorDuplicateTransactionId');
    expect(toWriteOutcome(readFailure(untold, NOW), 'create')).toEqual({ kind: 'duplicate', existingEventId: null });
  });

  test.each(['timeout', 'network', 'unreadable'] as const)('a %s leaves a write unknown', (lost) => {
    for (const write of ['create', 'update', 'delete', 'decline'] as const) {
      expect(toWriteOutcome(readFailure(lostReply(lost), NOW), write).kind).toBe('unknown');
    }
  });
});

describe('messages', () => {
  test('S24: a 403 names the permission that is needed', () => {
    const failure = readFailure(reply(403, 'ErrorAccessDenied'), NOW);
    expect(toSyncError(failure, 'calendar').message).toContain('Calendars.ReadWrite');
    expect(toSyncError(failure, 'place').message).toContain('Place.Read.All');
    expect(toSyncError(failure, 'user').message).toContain('User.Read.All');
  });

  test('S115: a 401 names tenant, client id and secret', () => {
    const error = toSyncError(readFailure(reply(401, 'InvalidAuthenticationToken'), NOW), 'calendar');
    expect(error.kind).toBe('access-denied');
    for (const setting of ['GRAPH_TENANT_ID', 'GRAPH_CLIENT_ID', 'GRAPH_CLIENT_SECRET', 'AZURE_CLIENT_ID']) {
      expect(error.message).toContain(setting);
    }
  });

  test('an unknown time zone names the setting', () => {
    const error = toSyncError(readFailure(reply(400, 'TimeZoneNotSupportedException'), NOW), 'calendar');
    expect(error.message).toContain('TIME_ZONE');
  });

  test("never repeat Graph's own text, which may quote subjects", () => {
    const failure = readFailure(reply(400, 'ErrorInvalidRequest', { message: 'subject Secret dinner' }), NOW);
    expect(toSyncError(failure, 'calendar').message).not.toContain('Secret');
    expect(JSON.stringify(toWriteOutcome(failure, 'create'))).not.toContain('Secret');
  });
});

describe('Retry-After', () => {
  const waitOf = (value: string) => readRetryAfter({ headers: { 'Retry-After': value } }, NOW);

  test.each([
    ['7', 7_000],
    ['0', 0],
    ['1.5', 1_500],
    ['Mon, 01 Mar 2027 12:00:30 GMT', 30_000],
    ['Mon, 01 Mar 2027 11:00:00 GMT', 0],
  ])('reads %s as %s ms', (value, ms) => {
    expect(waitOf(value)).toBe(ms);
  });

  test.each(['', 'soon', '-3'])('takes %p as absent', (value) => {
    expect(waitOf(value)).toBeNull();
  });
});
