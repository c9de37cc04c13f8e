import type { EventFields, Instance, Series, StoredEvent } from './model.ts';
import { patternDays } from './recurrence.ts';
import { overlaps } from './timeline.ts';
import { DAY_MS, formatDate, parseDate } from './wall-time.ts';
import { epochOfWall, type Zones } from './zones.ts';

/** Far enough for a series without end; nothing reads further ahead than 1,825 days. */
const ENDLESS = 1_000_000;

export const singleInstance = (event: StoredEvent): Instance => ({
  event,
  type: event.series ? 'seriesMaster' : 'singleInstance',
  date: null,
  originalStart: null,
  start: event.start,
  end: event.end,
  overrides: null,
});

/** A field of an instance: the exception's own value, else the event's. */
export function fieldOf<K extends keyof EventFields>(instance: Instance, field: K): EventFields[K] {
  const own = instance.overrides;
  return own && field in own ? (own[field] as EventFields[K]) : instance.event[field];
}

const startDay = (series: Series): number => parseDate(series.range.startDate) / DAY_MS;
const lastDay = (series: Series): number =>
  series.range.type === 'noEnd' ? ENDLESS : parseDate(series.range.endDate) / DAY_MS;

function instanceOn(event: StoredEvent, series: Series, zones: Zones, date: string): Instance {
  const shift = parseDate(date) - Math.floor(series.wallStart / DAY_MS) * DAY_MS;
  const toEpoch = (wall: number): number =>
    event.isAllDay ? wall : epochOfWall(wall, zones.resolve(series.range.recurrenceTimeZone));
  const start = toEpoch(series.wallStart + shift);
  const exception = series.exceptions[date];
  return {
    event,
    type: exception ? 'exception' : 'occurrence',
    date,
    originalStart: start,
    start: exception?.overrides.start ?? start,
    end: exception?.overrides.end ?? toEpoch(series.wallEnd + shift),
    overrides: exception?.overrides ?? null,
  };
}

/** Occurrences and exceptions overlapping `from <= t < to`, by original date; cancelled ones are left out. */
export function occurrencesBetween(event: StoredEvent, zones: Zones, from: number, to: number): Instance[] {
  const series = event.series;
  if (!series) return [];
  const length = Math.ceil((series.wallEnd - series.wallStart) / DAY_MS);
  const first = Math.max(startDay(series), Math.floor(from / DAY_MS) - length - 1);
  const last = Math.min(lastDay(series), Math.floor(to / DAY_MS) + 1);
  const dates = patternDays(series.pattern, startDay(series), first, last).map((day) => formatDate(day * DAY_MS));
  const known = new Set(dates);
  for (const date in series.exceptions) if (!known.has(date)) dates.push(date);
  return dates
    .filter((date) => !series.cancelled[date])
    .sort()
    .map((date) => instanceOn(event, series, zones, date))
    .filter((instance) => overlaps(instance.start, instance.end, from, to));
}

/** The occurrence or exception planned for `date`; null when the series has none or it was cancelled. */
export function occurrenceOn(event: StoredEvent, zones: Zones, date: string): Instance | null {
  const series = event.series;
  if (!series || series.cancelled[date]) return null;
  const day = parseDate(date) / DAY_MS;
  if (day > lastDay(series) || patternDays(series.pattern, startDay(series), day, day).length === 0) return null;
  return instanceOn(event, series, zones, date);
}

/** The nearest living occurrences before and after `date`. */
export function neighboursOf(event: StoredEvent, zones: Zones, date: string): (Instance | null)[] {
  const series = event.series as Series;
  const day = parseDate(date) / DAY_MS;
  const reach = 800 * series.pattern.interval;
  const days = patternDays(
    series.pattern,
    startDay(series),
    Math.max(startDay(series), day - reach),
    Math.min(lastDay(series), day + reach),
  ).filter((each) => !series.cancelled[formatDate(each * DAY_MS)]);
  const at = days.indexOf(day);
  return [days[at - 1], days[at + 1]].map((each) =>
    each === undefined ? null : instanceOn(event, series, zones, formatDate(each * DAY_MS)),
  );
}
