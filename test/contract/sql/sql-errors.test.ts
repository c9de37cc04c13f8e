import { SyncError } from '../../../src/domain/errors.ts';
import { isSqliteBusy, isUniqueViolation, serverError, sqliteError } from '../../../src/sql/sql-errors.ts';
import { retryOnUniqueViolation } from '../../../src/sql/unique-retry.ts';

/** As the driver throws it: the server's text quotes values. */
const thrown = (fields: object) =>
  Object.assign(new Error('secret value'), { name: 'RequestError', code: 'EREQUEST', ...fields });

describe('errors of SQL Server', () => {
  test.each([
    [1205, 'transient'],
    [1222, 'transient'],
    [3960, 'transient'],
    [40197, 'transient'],
    [40501, 'transient'],
    [40613, 'transient'],
    [49918, 'transient'],
    [2601, 'precondition-failed'],
    [2627, 'precondition-failed'],
    [515, 'rejected'],
    [547, 'rejected'],
    [2628, 'rejected'],
    [8152, 'rejected'],
    [207, 'misconfigured'],
    [208, 'misconfigured'],
    [229, 'misconfigured'],
    [102, 'bug'],
  ])('number %i is %s', (number, kind) => {
    const cause = thrown({ number });
    const error = serverError(cause);
    expect(error).toMatchObject({ kind, cause });
    expect(error.message).not.toContain('secret');
  });

  test.each([
    ['a lost connection', { code: 'ESOCKET' }, 'transient'],
    ['a timed out statement', { code: 'ETIMEOUT' }, 'transient'],
    ['a closed pool', { code: 'ECONNCLOSED' }, 'transient'],
    ['a refused login', { name: 'ConnectionError', code: 'ELOGIN' }, 'database-unavailable'],
    ['a failed token', { name: 'ConnectionError', code: 'EFEDAUTH' }, 'database-unavailable'],
    ['an unreachable server', { name: 'ConnectionError', code: 'ESOCKET' }, 'database-unavailable'],
    ['a full pool', { name: 'TimeoutError', code: undefined }, 'database-unavailable'],
  ])('%s is told by its code', (_title, fields, kind) => {
    expect(serverError(thrown(fields))).toMatchObject({ kind });
  });

  test.each([
    [229, 'npm run migrate -- --grants'],
    [230, 'npm run migrate -- --grants'],
    [262, '"npm run migrate"'],
    [208, '"npm run migrate"'],
  ])('number %i names the command to run', (number, command) => {
    expect(serverError(thrown({ number })).message).toContain(command);
  });

  test('a refused login names what to do about it', () => {
    const login = thrown({ name: 'ConnectionError', code: 'ELOGIN' });
    expect(serverError(login, 40615)).toMatchObject({ code: '40615', message: expect.stringContaining('firewall') });
    expect(serverError(login, 40613)).toMatchObject({ code: '40613', message: expect.stringContaining('wait') });
    expect(serverError(login, 18456)).toMatchObject({
      code: '18456',
      message: expect.stringContaining('managed identity'),
    });
  });

  test('a transaction that the server ended tells why it did', () => {
    const deadlock = thrown({ number: 1205 });
    expect(serverError(thrown({ code: 'EABORT', originalError: deadlock }))).toMatchObject({
      kind: 'transient',
      code: '1205',
    });
  });

  test('what is translated already stays as it is', () => {
    const error = new SyncError('lease-lost', 'x');
    expect(serverError(error)).toBe(error);
    expect(sqliteError(error)).toBe(error);
  });
});

describe('errors of SQLite', () => {
  const failed = (errcode: number, message = 'secret value') =>
    Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR', errcode });

  test.each([
    ['busy', 5, 'transient'],
    ['busy, snapshot', 517, 'transient'],
    ['locked', 6, 'transient'],
    ['unique', 2067, 'precondition-failed'],
    ['primary key', 1555, 'precondition-failed'],
    ['check', 275, 'rejected'],
    ['foreign key', 787, 'rejected'],
    ['wrong type of a strict table', 3091, 'rejected'],
    ['full disk', 13, 'database-unavailable'],
    ['no such file', 14, 'database-unavailable'],
    ['not a database', 26, 'database-unavailable'],
    ['anything else', 1, 'bug'],
  ])('%s (%i) is %s', (_title, errcode, kind) => {
    const error = sqliteError(failed(errcode));
    expect(error).toMatchObject({ kind });
    expect(error.message).not.toContain('secret');
  });

  test.each(['no such table: x', 'no such column: x', 'table t has no column named x'])(
    '%s needs the migrations',
    (message) => {
      expect(sqliteError(failed(1, message))).toMatchObject({
        kind: 'misconfigured',
        message: expect.stringContaining('migrate'),
      });
    },
  );

  test('a busy file is told from other trouble', () => {
    expect([5, 6, 261, 19].map((errcode) => isSqliteBusy(failed(errcode)))).toEqual([true, true, true, false]);
  });
});

describe('rows added by somebody else meanwhile', () => {
  const violation = () => serverError(thrown({ number: 2627 }));

  test('both engines say so in one way', () => {
    const sqlite = sqliteError(Object.assign(new Error('x'), { errcode: 2067 }));
    expect([violation(), sqlite].map(isUniqueViolation)).toEqual([true, true]);
    expect(isUniqueViolation(serverError(thrown({ number: 547 })))).toBe(false);
  });

  test('the insert looks again, three times at most', async () => {
    const outcomes = [violation(), violation(), null];
    const work = jest.fn(async () => {
      const outcome = outcomes.shift();
      if (outcome !== null && outcome !== undefined) throw outcome;
      return 'done';
    });
    await expect(retryOnUniqueViolation(work)).resolves.toBe('done');
    expect(work).toHaveBeenCalledTimes(3);
    const always = jest.fn(() => Promise.reject(violation()));
    await expect(retryOnUniqueViolation(always)).rejects.toMatchObject({ kind: 'transient' });
    expect(always).toHaveBeenCalledTimes(3);
  });

  test('other errors are thrown at once', async () => {
    const work = jest.fn(() => Promise.reject(serverError(thrown({ number: 1205 }))));
    await expect(retryOnUniqueViolation(work)).rejects.toMatchObject({ kind: 'transient', code: '1205' });
    expect(work).toHaveBeenCalledTimes(1);
  });
});
