import { SyncError, type SyncErrorKind } from '../../../src/domain/errors.ts';
import { failureOf } from '../../../src/http/errors.ts';

test.each<[SyncErrorKind, number]>([
  ['invalid-request', 400],
  ['unknown', 404],
  ['not-allowed', 409],
  ['access-denied', 502],
  ['transient', 502],
  ['throttled', 502],
  ['misconfigured', 503],
  ['database-unavailable', 503],
])('%s answers %i with its message, code and field', (kind, status) => {
  const failure = failureOf(new SyncError(kind, 'limit must be a number.', { field: 'limit' }));
  expect(failure).toEqual({
    status,
    headers: {},
    body: { success: false, error: 'limit must be a number.', code: kind.replaceAll('-', '_'), field: 'limit' },
  });
});

test('a busy room is no failure: its part was queued', () => {
  expect(failureOf(new SyncError('busy', 'Another worker holds the room.'))).toEqual({
    status: 202,
    headers: {},
    body: { success: true, message: 'Another worker holds the room.', queued: true, code: 'busy' },
  });
});

test('a wait that was asked for is passed on in whole seconds, rounded up', () => {
  const failure = failureOf(new SyncError('throttled', 'Graph asks to wait.', { retryAfterMs: 12_001 }));
  expect(failure.headers).toEqual({ 'retry-after': '13' });
});

test.each([
  ['a driver error', new Error("Violation of PRIMARY KEY, the value was 'Kari Nordmann'")],
  ['a bug of ours', new SyncError('bug', 'row 17 has no id')],
  ['something thrown', 'Kari Nordmann'],
])('%s answers 500 and tells nothing of itself', (_, error) => {
  const { status, body } = failureOf(error);
  expect(status).toBe(500);
  expect(body).toEqual({
    success: false,
    error: 'Something went wrong here; the log has the details.',
    code: 'bug',
  });
});
