import { HttpRequest } from '@azure/functions';
import { z } from 'zod';
import type { SyncError } from '../../../src/domain/errors.ts';
import { dryRun, flag, limit, positiveId, roomReservationPath } from '../../../src/http/parameters.ts';
import { parseRequest } from '../../../src/http/request.ts';

const shape = {
  path: z.object({}),
  query: z.object({ limit: limit(50), resource_id: positiveId.optional(), dry_run: dryRun, past: flag(true, '') }),
  body: null,
  strict: true,
};

function request(query: Record<string, string>, body?: string, params: Record<string, string> = {}): HttpRequest {
  return new HttpRequest({
    method: 'POST',
    url: 'http://localhost/sync/to-outlook',
    query,
    params,
    ...(body !== undefined && { body: { string: body } }),
    headers: { 'content-type': 'application/json' },
  });
}

async function refusal(attempt: Promise<unknown>): Promise<SyncError> {
  return attempt.then(
    () => Promise.reject(new Error('the request was accepted')),
    (error: SyncError) => error,
  );
}

describe('query parameters', () => {
  test('have defaults', async () => {
    const { query } = await parseRequest(request({}), shape);
    expect(query).toEqual({ limit: 50, dry_run: false, past: true });
  });

  test.each([
    [{ limit: '1' }, { limit: 1 }],
    [{ limit: '1000' }, { limit: 1000 }],
    [{ resource_id: '2147483647' }, { resource_id: 2_147_483_647 }],
    [{ dry_run: 'true' }, { dry_run: true }],
    [{ dry_run: '' }, { dry_run: true }],
    [{ past: '0' }, { past: false }],
    [{ code: 'function-key', clientId: 'x' }, { limit: 50 }],
  ])('are read from %j', async (given, expected) => {
    const { query } = await parseRequest(request(given), shape);
    expect(query).toMatchObject(expected);
  });

  test.each([
    ['limit', '0'],
    ['limit', '1001'],
    ['limit', '-1'],
    ['limit', 'abc'],
    ['limit', ''],
    ['limit', '1.5'],
    ['limit', '1e2'],
    ['limit', ' 5'],
    ['resource_id', '0'],
    ['resource_id', '-1'],
    ['resource_id', '2147483648'],
    ['resource_id', '1 OR 1=1'],
    ['dry_run', 'perhaps'],
    ['dryrun', 'true'],
  ])('S46: %s=%s is refused with the field name', async (name, value) => {
    const error = await refusal(parseRequest(request({ [name]: value }), shape));
    expect(error).toMatchObject({ kind: 'invalid-request', field: name });
    expect(error.message).toContain(name);
  });

  test('that nobody knows are let through where nothing is written', async () => {
    const { query } = await parseRequest(request({ cache: '1' }), { ...shape, strict: false });
    expect(query).not.toHaveProperty('cache');
  });
});

describe('path parameters', () => {
  const path = { ...shape, path: z.object(roomReservationPath) };
  const valid = { reservationType: 'event', reservationId: '1005', resourceId: '101' };

  test('become values', async () => {
    const parsed = await parseRequest(request({}, undefined, valid), path);
    expect(parsed.path).toEqual({ reservationType: 'event', reservationId: 1005, resourceId: 101 });
  });

  test.each([
    ['reservationType', 'meeting'],
    ['reservationType', 'Event'],
    ['reservationType', '__proto__'],
    ['reservationId', '0'],
    ['reservationId', '-1'],
    ['reservationId', 'abc'],
    ['resourceId', '99999999999'],
  ])('S50: %s %s is refused with the field name', async (name, value) => {
    const error = await refusal(parseRequest(request({}, undefined, { ...valid, [name]: value }), path));
    expect(error).toMatchObject({ kind: 'invalid-request', field: name });
  });
});

describe('body', () => {
  test.each([undefined, '', '  ', '{}', 'null', '[]'])(
    'S130: %j is no body, whatever the content type',
    async (body) => {
      const { body: parsed } = await parseRequest(request({}, body), shape);
      expect(parsed).toBeUndefined();
    },
  );

  test.each([
    ['{"limit": 5', 'body', 'not valid JSON'],
    ['limit=5', 'body', 'not valid JSON'],
    ['{"limit": 5}', 'limit', 'not taken from the body'],
    ['[1]', 'body', 'not taken from the body'],
    ['"text"', 'body', 'not taken from the body'],
  ])('%s is refused where none is taken', async (body, field, message) => {
    const error = await refusal(parseRequest(request({}, body), shape));
    expect(error).toMatchObject({ kind: 'invalid-request', field });
    expect(error.message).toContain(message);
  });

  test('is checked by its schema', async () => {
    const takesBody = { ...shape, body: z.strictObject({ calendar_id: z.string('must be text').optional() }) };
    const { body } = await parseRequest(request({}, '{"calendar_id":"room1@company.com"}'), takesBody);
    expect(body).toEqual({ calendar_id: 'room1@company.com' });
    expect(await refusal(parseRequest(request({}, '{"calendar_id":5}'), takesBody))).toMatchObject({
      field: 'calendar_id',
    });
    expect(await refusal(parseRequest(request({}, '{"calendar":"x"}'), takesBody))).toMatchObject({
      field: 'calendar',
    });
    expect((await parseRequest(request({}), takesBody)).body).toEqual({});
  });
});
