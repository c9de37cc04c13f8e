import { SyncError } from '../domain/errors.ts';

/**
 * Log properties that may hold text: ids, codes and words of ours. Everything else is reduced to a length, so that a subject, a
 * name or a token cannot reach a log by being passed along (R11).
 */
const TEXT_PROPERTIES: ReadonlySet<string> = new Set([
  'action',
  'calendar',
  'calendars',
  'cause',
  'clientRequestId',
  'code',
  'eventId',
  'field',
  'fields',
  'function',
  'host',
  'intent',
  'invocationId',
  'job',
  'kind',
  'mailbox',
  'method',
  'operation',
  'origin',
  'outcome',
  'owner',
  'requestId',
  'route',
  'runId',
  'setting',
  'settings',
  'status',
  'step',
  'subscriptionId',
  'trigger',
  'type',
]);

/** Ids, codes and routes have no white space; texts people write nearly always do. */
const TOKEN = /^[^\s]{1,512}$/;
const LIST_LENGTH = 20;

export type LoggedValue = number | boolean | null | string | readonly LoggedValue[] | LoggedRecord;
export interface LoggedRecord {
  readonly [key: string]: LoggedValue;
}

/** The properties as they may be logged. Never throws. */
export function redact(properties: Readonly<Record<string, unknown>>): LoggedRecord {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, redactValue(key, value)]));
}

function redactValue(key: string, value: unknown): LoggedValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string')
    return TEXT_PROPERTIES.has(key) && TOKEN.test(value) ? value : `[${value.length} characters]`;
  if (value instanceof Error) return describeError(value);
  if (Array.isArray(value)) {
    const listed = value.slice(0, LIST_LENGTH).map((entry) => redactValue(key, entry));
    return value.length > LIST_LENGTH ? [...listed, `[${value.length} in all]`] : listed;
  }
  if (typeof value === 'object') return redact({ ...value });
  return `[${typeof value}]`;
}

/**
 * Kind, code and place of an error. Messages are kept only of our own errors, which promise to hold no content; a driver's
 * message may quote the row it failed on.
 */
function describeError(error: Error): LoggedRecord {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  const own =
    error instanceof SyncError ? { kind: error.kind, message: error.message, field: error.field ?? null } : {};
  const cause = error.cause instanceof Error ? { cause: describeError(error.cause) } : {};
  return { name: error.name, ...own, code, at: frames.slice(0, 6).map((line) => line.trim()), ...cause };
}
