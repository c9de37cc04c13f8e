import type { RecurrencePattern } from './model.ts';
import { DAY_MS } from './wall-time.ts';

/** Days are counted from 1970-01-01, a Thursday. */
export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
const INDEXES = ['first', 'second', 'third', 'fourth', 'last'];

export const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;

function dailyDays(interval: number, start: number, from: number, to: number): number[] {
  const days: number[] = [];
  const skipped = Math.max(0, Math.ceil((from - start) / interval));
  for (let day = start + skipped * interval; day <= to; day += interval) days.push(day);
  return days;
}

function weeklyDays(pattern: RecurrencePattern, start: number, from: number, to: number): number[] {
  const first = WEEKDAYS.indexOf(pattern.firstDayOfWeek as (typeof WEEKDAYS)[number]);
  const offsets = pattern.daysOfWeek
    .map((name) => (WEEKDAYS.indexOf(name as (typeof WEEKDAYS)[number]) - first + 7) % 7)
    .sort((a, b) => a - b);
  const step = 7 * pattern.interval;
  const firstWeek = start - ((weekdayOf(start) - first + 7) % 7);
  const skipped = Math.max(0, Math.floor((from - firstWeek) / step));
  const days: number[] = [];
  for (let week = firstWeek + skipped * step; week <= to; week += step) {
    for (const offset of offsets) {
      const day = week + offset;
      if (day >= Math.max(start, from) && day <= to) days.push(day);
    }
  }
  return days;
}

/** The pattern's day in one month (`months` counted from year 0). */
function dayInMonth(pattern: RecurrencePattern, months: number): number {
  const year = Math.floor(months / 12);
  const month = months % 12;
  const firstDay = Date.UTC(year, month, 1) / DAY_MS;
  const length = Date.UTC(year, month + 1, 1) / DAY_MS - firstDay;
  if (pattern.type.startsWith('absolute')) return firstDay + Math.min(pattern.dayOfMonth, length) - 1;
  const wanted = new Set(pattern.daysOfWeek);
  const matching: number[] = [];
  for (let day = firstDay; day < firstDay + length; day++) {
    if (wanted.has(WEEKDAYS[weekdayOf(day)] as string)) matching.push(day);
  }
  const index = Math.min(INDEXES.indexOf(pattern.index), matching.length - 1);
  return (pattern.index === 'last' ? matching.at(-1) : matching[index]) as number;
}

function monthlyDays(pattern: RecurrencePattern, start: number, from: number, to: number): number[] {
  const yearly = pattern.type.endsWith('Yearly');
  const step = pattern.interval * (yearly ? 12 : 1);
  const date = new Date(start * DAY_MS);
  const first = date.getUTCFullYear() * 12 + (yearly ? pattern.month - 1 : date.getUTCMonth());
  const fromDate = new Date(from * DAY_MS);
  const fromMonth = fromDate.getUTCFullYear() * 12 + fromDate.getUTCMonth();
  const skipped = Math.max(0, Math.floor((fromMonth - first) / step));
  const days: number[] = [];
  for (let months = first + skipped * step; ; months += step) {
    const day = dayInMonth(pattern, months);
    if (day > to) return days;
    if (day >= Math.max(start, from)) days.push(day);
  }
}

/** Days of a pattern that starts on day `start`, between `from` and `to` (both inclusive), in order. */
export function patternDays(pattern: RecurrencePattern, start: number, from: number, to: number): number[] {
  if (to < start) return [];
  if (pattern.type === 'daily') return dailyDays(pattern.interval, start, from, to);
  if (pattern.type === 'weekly') return weeklyDays(pattern, start, from, to);
  return monthlyDays(pattern, start, from, to);
}

/** Last day of a series of `count` occurrences. */
export function lastDayOfNumbered(pattern: RecurrencePattern, start: number, count: number): number {
  for (let span = 64; ; span *= 2) {
    const days = patternDays(pattern, start, start, start + span * pattern.interval);
    if (days.length >= count) return days[count - 1] as number;
  }
}
