import type { RecurrencePattern, RecurrenceRange, Series } from './model.ts';
import { lastDayOfNumbered, WEEKDAYS } from './recurrence.ts';
import { DAY_MS, formatDate, parseDate } from './wall-time.ts';
import { badRequest } from './wire.ts';
import type { Zones } from './zones.ts';

const NEEDS: Readonly<Record<RecurrencePattern['type'], readonly string[]>> = {
  daily: ['interval'],
  weekly: ['interval', 'daysOfWeek'],
  absoluteMonthly: ['interval', 'dayOfMonth'],
  relativeMonthly: ['interval', 'daysOfWeek'],
  absoluteYearly: ['interval', 'dayOfMonth', 'month'],
  relativeYearly: ['interval', 'daysOfWeek', 'month'],
};

type Loose = Readonly<Record<string, unknown>>;

const refuse = (message: string) => badRequest(message, 'ErrorPropertyValidationFailure');

function readPattern(value: Loose): RecurrencePattern {
  const type = value['type'] as RecurrencePattern['type'];
  const needs = NEEDS[type];
  if (!needs) throw refuse(`'${String(type)}' is not a recurrence pattern type.`);
  for (const name of needs) {
    const given = value[name];
    const missing = name === 'daysOfWeek' ? !Array.isArray(given) || given.length === 0 : !(Number(given) > 0);
    if (missing) throw refuse(`A ${type} recurrence needs '${name}'.`);
  }
  const daysOfWeek = ((value['daysOfWeek'] as string[] | undefined) ?? []).map((day) => day.toLowerCase());
  const firstDayOfWeek = ((value['firstDayOfWeek'] as string | undefined) ?? 'sunday').toLowerCase();
  for (const day of [...daysOfWeek, firstDayOfWeek]) {
    if (!(WEEKDAYS as readonly string[]).includes(day)) throw refuse(`'${day}' is not a day of the week.`);
  }
  return {
    type,
    interval: Number(value['interval']),
    daysOfWeek,
    firstDayOfWeek,
    dayOfMonth: Number(value['dayOfMonth'] ?? 0),
    month: Number(value['month'] ?? 0),
    index: (value['index'] as string | undefined) ?? 'first',
  };
}

function readRange(value: Loose, pattern: RecurrencePattern, zone: string, zones: Zones): RecurrenceRange {
  const type = value['type'] as RecurrenceRange['type'];
  const startDate = String(value['startDate']);
  const start = parseDate(startDate);
  if (Number.isNaN(start)) throw refuse("'recurrence.range.startDate' is not a date.");
  const count = Number(value['numberOfOccurrences'] ?? 0);
  let endDate = '0001-01-01';
  if (type === 'endDate') endDate = String(value['endDate']);
  else if (type === 'numbered' && count > 0) {
    endDate = formatDate(lastDayOfNumbered(pattern, start / DAY_MS, count) * DAY_MS);
  } else if (type !== 'noEnd') throw refuse('A recurrence range is endDate, noEnd, or numbered with a count above 0.');
  if (type === 'endDate' && !(parseDate(endDate) >= start))
    throw refuse("'recurrence.range.endDate' is before its start.");
  const recurrenceTimeZone = (value['recurrenceTimeZone'] as string | undefined) || zone;
  zones.resolve(recurrenceTimeZone);
  return { type, startDate, endDate, numberOfOccurrences: type === 'numbered' ? count : 0, recurrenceTimeZone };
}

/**
 * A `recurrence` of a request body.
 * @param wall first start and end on the wall clock of `zone`
 */
export function readSeries(
  value: unknown,
  wall: { start: number; end: number; zone: string },
  zones: Zones,
  schedule: number,
): Series {
  const { pattern, range } = (value ?? {}) as { pattern?: Loose; range?: Loose };
  if (!pattern || !range) throw refuse("'recurrence' needs a pattern and a range.");
  const readPatternValue = readPattern(pattern);
  const readRangeValue = readRange(range, readPatternValue, wall.zone, zones);
  if (readRangeValue.startDate !== formatDate(wall.start)) {
    throw refuse("'recurrence.range.startDate' must be the date of the event's start.");
  }
  return {
    pattern: readPatternValue,
    range: readRangeValue,
    wallStart: wall.start,
    wallEnd: wall.end,
    schedule,
    exceptions: {},
    cancelled: {},
  };
}

/** The series as Graph shows it. */
export function renderRecurrence(series: Series): unknown {
  return { pattern: series.pattern, range: series.range };
}
