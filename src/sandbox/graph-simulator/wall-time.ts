import { badRequest } from './wire.ts';

export const DAY_MS = 86_400_000;

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:\d{2}(?:\.\d{1,7})?)?$/;
const WINDOW = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(:\d{2}(?:\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** Whether a date exists: `Date.parse` turns 30 February into 2 March. */
function isDay(date: string | undefined): boolean {
  return date !== undefined && new Date(`${date}T00:00:00Z`).getUTCDate() === Number(date.slice(8));
}

/** `2026-11-03T18:00:00` without offset, as the number of milliseconds UTC would give it. */
export function parseWall(text: unknown, property: string): number {
  const match = typeof text === 'string' ? DATE_TIME.exec(text) : null;
  const value = match ? Date.parse(`${match[1]}T${match[2]}${(match[3] ?? ':00').slice(0, 7)}Z`) : Number.NaN;
  if (Number.isNaN(value) || !isDay(match?.[1])) {
    throw badRequest(
      `The value '${String(text)}' of '${property}.dateTime' is not a date and time without offset.`,
      'ErrorPropertyValidationFailure',
    );
  }
  return value;
}

/** A window parameter: its own offset counts; none means UTC. */
export function parseWindowBound(text: string | undefined, name: string): number {
  if (text === undefined) throw badRequest(`This request requires a time window: '${name}' is missing.`);
  const match = WINDOW.exec(text);
  const time = match?.[2] ? `${match[2]}${(match[3] ?? ':00').slice(0, 7)}` : '00:00:00';
  const value = match ? Date.parse(`${match[1]}T${time}${match[4] ?? 'Z'}`) : Number.NaN;
  if (Number.isNaN(value) || !isDay(match?.[1]))
    throw badRequest(`The value '${text}' of parameter '${name}' is invalid.`);
  return value;
}

/** Seven fractional digits, no offset. */
export function formatWall(wallMs: number): string {
  return `${new Date(wallMs).toISOString().slice(0, 23)}0000`;
}

/** `2026-11-03T08:00:00Z`, the form of Graph's own time stamps. */
export function formatStamp(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

export function formatDate(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}

/** `2026-11-03` to milliseconds; NaN when it is no date. */
export function parseDate(text: unknown): number {
  return typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text) && isDay(text)
    ? Date.parse(`${text}T00:00:00Z`)
    : Number.NaN;
}
