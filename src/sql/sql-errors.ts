import { isSyncError, SyncError, type SyncErrorKind } from '../domain/errors.ts';

/** Code of every `SyncError` that stands for a violated unique key, on both engines. */
const UNIQUE_VIOLATION = 'unique-violation';

/** Whether `error` is a unique key's refusal: a business answer (somebody else was first), not a fault. */
export function isUniqueViolation(error: unknown): error is SyncError {
  return isSyncError(error, 'precondition-failed') && error.code === UNIQUE_VIOLATION;
}

interface Meaning {
  readonly kind: SyncErrorKind;
  readonly message: string;
  readonly code?: string;
}

const RERUN = 'nothing of the statement or its transaction was kept, so run it again';

/** The request itself met trouble; from troubleshoot-common-errors-issues on learn.microsoft.com and general practice. */
const TRANSIENT_NUMBERS = new Map<number, string>([
  [1205, 'was chosen as the victim of a deadlock'],
  [1222, 'waited too long for a lock'],
  [3960, 'met a snapshot update conflict'],
  [-2, 'timed out'],
  [64, 'lost its connection'],
  [233, 'lost its connection'],
  [615, 'met a database that is being moved'],
  [926, 'met a database that is being recovered'],
  [4060, 'met a database that cannot be opened right now'],
  [4221, 'met a replica that is not ready'],
  [10053, 'lost its connection'],
  [10054, 'lost its connection'],
  [10060, 'lost its connection'],
  [10928, 'met the limit of concurrent workers'],
  [10929, 'met the limit of concurrent workers'],
  [40197, 'met a reconfiguration of the server'],
  [40501, 'met a busy server'],
  [40613, 'met a database that is paused or being moved'],
  [49918, 'met a server short of resources'],
  [49919, 'met a server short of resources'],
  [49920, 'met a server short of resources'],
]);

/** Error numbers of the server that mean something else than "ours". */
const NUMBERS = new Map<number, Meaning>([
  [2601, unique()],
  [2627, unique()],
  [515, refused('a required column got no value')],
  [547, refused('a foreign key or check constraint does not allow the value')],
  [2628, refused('a text is longer than its column')],
  [8152, refused('a text is longer than its column')],
  [207, missing('A column')],
  [208, missing('A table')],
  [229, denied()],
  [230, denied()],
  [262, unprivileged()],
]);

/** Whether a server error number, seen on login or on a request, passes by itself. */
export function isTransientNumber(number: number | undefined): boolean {
  return number !== undefined && TRANSIENT_NUMBERS.has(number);
}

/** What the `mssql` package throws, as far as it is read here. */
interface ServerError {
  readonly name?: string;
  readonly code?: string;
  readonly number?: number | string;
  readonly originalError?: unknown;
}

/**
 * Translates an error of the SQL Server driver, keeping it as `cause`. Its text never becomes part of ours: it quotes key
 * values and texts (R11). `loginNumber` is the server's number of a refused login, which the driver's own error lacks.
 */
export function serverError(error: unknown, loginNumber?: number): SyncError {
  if (isSyncError(error)) return error;
  const details = (error ?? {}) as ServerError;
  if (details.code === 'EABORT' && details.originalError instanceof Error) return serverError(details.originalError);
  const number = typeof details.number === 'number' ? details.number : undefined;
  const wait = number === undefined ? undefined : TRANSIENT_NUMBERS.get(number);
  if (wait !== undefined)
    return made({ kind: 'transient', message: `The statement ${wait}; ${RERUN}.` }, number, error);
  const meaning = number === undefined ? undefined : NUMBERS.get(number);
  if (meaning !== undefined) return made(meaning, number, error);
  return connectionError(details, error, loginNumber) ?? unexpected(number ?? details.code, error);
}

function connectionError(details: ServerError, error: unknown, loginNumber?: number): SyncError | null {
  const code = String(loginNumber ?? details.code ?? details.name);
  if (details.name === 'ConnectionError' || details.name === 'TimeoutError') {
    const hint =
      details.code === 'ELOGIN' || details.code === 'EFEDAUTH' ? loginHint(loginNumber) : 'check its address';
    const message = `The database cannot be reached (${code}): ${hint}.`;
    return made({ kind: 'database-unavailable', message }, code, error);
  }
  if (['ETIMEOUT', 'ESOCKET', 'ECONNCLOSED', 'ECONNRESET', 'ENOTOPEN'].includes(details.code ?? '')) {
    const message = 'The connection was lost or timed out during a statement; it may have taken effect, so read again.';
    return made({ kind: 'transient', message }, code, error);
  }
  return null;
}

function loginHint(number: number | undefined): string {
  if (number === 40615) return 'add the address of this host to the firewall of the SQL server';
  if (isTransientNumber(number)) return 'it is paused or busy, so wait a minute';
  return 'check the login, or the database user of the managed identity';
}

/** What `node:sqlite` throws. */
interface SqliteError {
  readonly code?: string;
  readonly errcode?: number;
  readonly message?: string;
}

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_CONSTRAINT = 19;
/** Extended codes of UNIQUE, PRIMARY KEY and rowid conflicts: https://www.sqlite.org/rescode.html */
const SQLITE_UNIQUE_CODES = [2067, 1555, 2579];
const SQLITE_UNREACHABLE = new Map([
  [8, 'it is read-only'],
  [10, 'the disk gave an error'],
  [11, 'the file is damaged, so restore it from a backup'],
  [13, 'the disk is full'],
  [14, 'the file cannot be opened, so check its path and rights'],
  [26, 'the file is not a database'],
]);

/** Whether another process holds SQLite's write lock right now. */
export function isSqliteBusy(error: unknown): boolean {
  const primary = ((error as SqliteError).errcode ?? 0) & 0xff;
  return primary === SQLITE_BUSY || primary === SQLITE_LOCKED;
}

/** Translates an error of `node:sqlite`, keeping it as `cause`; its text never becomes part of ours (R11). */
export function sqliteError(error: unknown): SyncError {
  if (isSyncError(error)) return error;
  const { code, errcode, message = '' } = (error ?? {}) as SqliteError;
  const primary = (errcode ?? 0) & 0xff;
  if (isSqliteBusy(error)) {
    return made({ kind: 'transient', message: `The database file was locked; ${RERUN}.` }, errcode, error);
  }
  if (SQLITE_UNIQUE_CODES.includes(errcode ?? 0)) return made(unique(), errcode, error);
  if (primary === SQLITE_CONSTRAINT) {
    return made(refused('a constraint of the table does not allow the value'), errcode, error);
  }
  const why = SQLITE_UNREACHABLE.get(primary);
  if (why !== undefined) {
    const message = `The database file is unusable: ${why}.`;
    return made({ kind: 'database-unavailable', message }, errcode, error);
  }
  if (/^no such table/.test(message)) return made(missing('A table'), errcode, error);
  if (/^(no such column|table .* has no column)/.test(message)) return made(missing('A column'), errcode, error);
  return unexpected(errcode ?? code, error);
}

function unique(): Meaning {
  return {
    kind: 'precondition-failed',
    message: 'A row with the same key exists already; read it and plan again.',
    code: UNIQUE_VIOLATION,
  };
}

function refused(why: string): Meaning {
  return { kind: 'rejected', message: `The database refused the row: ${why}.` };
}

function missing(what: string): Meaning {
  return {
    kind: 'misconfigured',
    message: `${what} that the service needs does not exist: run "npm run migrate" and check the configured table names.`,
  };
}

function denied(): Meaning {
  return {
    kind: 'misconfigured',
    message: 'The database user lacks a permission: run what "npm run migrate -- --grants" prints.',
  };
}

/** Changing tables is not the app's to do (design 4). */
function unprivileged(): Meaning {
  return {
    kind: 'misconfigured',
    message:
      'The database user may not change tables: run "npm run migrate" as one that may create tables, indexes and triggers in schema dbo.',
  };
}

function unexpected(code: number | string | undefined, cause: unknown): SyncError {
  const message = `The database refused a statement of ours (${code ?? 'no code'}); please report it.`;
  return made({ kind: 'bug', message }, code, cause);
}

function made(meaning: Meaning, code: number | string | undefined, cause: unknown): SyncError {
  const known = meaning.code ?? code;
  return new SyncError(meaning.kind, meaning.message, known === undefined ? { cause } : { code: String(known), cause });
}
