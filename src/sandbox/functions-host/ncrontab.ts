/**
 * NCRONTAB, the schedule language of timer triggers, with the meaning the Functions host gives it (library NCrontab by Atif
 * Aziz, `CrontabFieldImpl.cs` and `CrontabSchedule.cs`). Cron libraries for Node differ in the points that matter:
 *
 * - six fields, seconds first; five fields mean second 0;
 * - day of month and day of week must *both* match (classic cron: either);
 * - Sunday is 0 only, 7 is refused; no `L`, `W`, `#`, `?`, no `@daily`;
 * - `10/15` counts from 10 to the end of the field, a reversed range `50-10` is read as `10-50`, a step of 0 as 1;
 * - names by any prefix, of any case (`Mon`, `monday`, `J` = January).
 *
 * Times are UTC: no Linux plan has another time zone (docs: Timer trigger for Azure Functions).
 */
export interface Schedule {
  /** The first occurrence after `epochMs`, never `epochMs` itself; null when there is none (30 February). */
  next(epochMs: number): number | null;
  /** True when it occurs more than once in a minute: then the host keeps no record and never reports a run as past due. */
  readonly isSubMinute: boolean;
}

interface Field {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const SECOND: Field = { label: 'second', min: 0, max: 59 };
const FIELDS: readonly Field[] = [
  SECOND,
  { label: 'minute', min: 0, max: 59 },
  { label: 'hour', min: 0, max: 23 },
  { label: 'day of month', min: 1, max: 31 },
  { label: 'month', min: 1, max: 12, names: MONTHS },
  { label: 'day of week', min: 0, max: 6, names: WEEKDAYS },
];
/** 29 February on a given weekday comes once in 28 years, 40 across 2100: beyond that a schedule never occurs. */
const HORIZON_YEARS = 41;

/** Reads an expression; throws an Error that names the field at fault. */
export function parseNcrontab(expression: string): Schedule {
  const parts = expression.trim().split(/\s+/);
  if (parts.length !== 5 && parts.length !== 6) {
    throw new Error(
      `"${expression}" is not an NCRONTAB expression: it needs six fields (second minute hour day month day-of-week)`,
    );
  }
  const texts = parts.length === 5 ? ['0', ...parts] : parts;
  const [seconds, minutes, hours, days, months, weekdays] = FIELDS.map((field, i) =>
    valuesOf(field, texts[i] ?? ''),
  ) as [number[], number[], number[], number[], number[], number[]];
  const isDay = (year: number, month: number, day: number): boolean =>
    months.includes(month) &&
    days.includes(day) &&
    weekdays.includes(new Date(Date.UTC(year, month - 1, day)).getUTCDay());

  return {
    isSubMinute: texts.slice(1).every((text) => text === '*') && seconds.length > 1,
    next(epochMs) {
      const from = new Date(Math.floor(epochMs / 1000) * 1000 + 1000);
      const time = timeOnDay(from, seconds, minutes, hours);
      const year = from.getUTCFullYear();
      if (time !== null && isDay(year, from.getUTCMonth() + 1, from.getUTCDate())) return time;
      const first = [hours[0] ?? 0, minutes[0] ?? 0, seconds[0] ?? 0] as const;
      const day = new Date(Date.UTC(year, from.getUTCMonth(), from.getUTCDate() + 1));
      while (day.getUTCFullYear() < year + HORIZON_YEARS) {
        if (isDay(day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate())) return day.setUTCHours(...first);
        if (months.includes(day.getUTCMonth() + 1)) day.setUTCDate(day.getUTCDate() + 1);
        else day.setUTCMonth(day.getUTCMonth() + 1, 1);
      }
      return null;
    },
  };
}

/** The first scheduled time of day at or after `from`, on the same day. */
function timeOnDay(from: Date, seconds: number[], minutes: number[], hours: number[]): number | null {
  const at = (hour: number, minute: number, second: number): number =>
    new Date(from).setUTCHours(hour, minute, second, 0);
  const [hour, minute] = [from.getUTCHours(), from.getUTCMinutes()];
  if (hours.includes(hour)) {
    const second = seconds.find((value) => value >= from.getUTCSeconds());
    if (minutes.includes(minute) && second !== undefined) return at(hour, minute, second);
    const later = minutes.find((value) => value > minute);
    if (later !== undefined) return at(hour, later, seconds[0] ?? 0);
  }
  const later = hours.find((value) => value > hour);
  return later === undefined ? null : at(later, minutes[0] ?? 0, seconds[0] ?? 0);
}

/** The values a field allows, ascending. */
function valuesOf(field: Field, text: string): number[] {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [span = '', step] = part.split('/', 2);
    const [first, last] = boundsOf(field, span, step !== undefined);
    const every = step === undefined ? 1 : Math.max(1, integer(field, step));
    for (let value = first; value <= last; value += every) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function boundsOf(field: Field, span: string, stepped: boolean): readonly [number, number] {
  if (span === '*') return [field.min, field.max];
  const dash = span.indexOf('-');
  if (dash > 0) {
    const [a, b] = [fieldValue(field, span.slice(0, dash)), fieldValue(field, span.slice(dash + 1))];
    return [Math.min(a, b), Math.max(a, b)];
  }
  const value = fieldValue(field, span);
  return [value, stepped ? field.max : value];
}

function fieldValue(field: Field, text: string): number {
  const byName = text === '' ? -1 : (field.names ?? []).findIndex((name) => startsWith(name, text));
  const value = byName >= 0 ? byName + field.min : integer(field, text);
  if (value < field.min || value > field.max) {
    throw new Error(`${text} is outside ${field.min}-${field.max} in the ${field.label} field`);
  }
  return value;
}

function startsWith(name: string, prefix: string): boolean {
  return name.toLowerCase().startsWith(prefix.toLowerCase());
}

function integer(field: Field, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`"${text}" is not a value of the ${field.label} field`);
  return Number(text);
}
