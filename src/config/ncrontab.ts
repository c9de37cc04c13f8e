import { z } from 'zod';

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly words?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const FIELDS: readonly Field[] = [
  { name: 'second', min: 0, max: 59 },
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, words: MONTHS },
  { name: 'day of week', min: 0, max: 6, words: DAYS },
];

/**
 * A timer schedule: six fields, seconds first, always UTC
 * (https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions).
 */
export const schedule = z.string().superRefine((value, context) => {
  const problem = scheduleProblem(value);
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});

/** What is wrong with a schedule, as a sentence, or null. */
export function scheduleProblem(value: string): string | null {
  const parts = value.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) {
    return `must have six fields "second minute hour day month weekday", it has ${parts.length}`;
  }
  const wrong = FIELDS.find((field, index) => !isField(parts[index] ?? '', field));
  return wrong === undefined ? null : `the ${wrong.name} field is not valid (${wrong.min} to ${wrong.max})`;
}

function isField(text: string, field: Field): boolean {
  return text.split(',').every((part) => {
    const match = /^(\*|[^-/*]+)(?:-([^-/*]+))?(?:\/(\d+))?$/.exec(part);
    if (match === null) return false;
    const [, from = '', to, step] = match;
    if (step !== undefined && Number(step) < 1) return false;
    if (from === '*') return to === undefined;
    const low = fieldValue(from, field);
    const high = to === undefined ? low : fieldValue(to, field);
    return low !== null && high !== null && low <= high;
  });
}

function fieldValue(text: string, field: Field): number | null {
  const word = field.words?.indexOf(text.toLowerCase()) ?? -1;
  if (word >= 0) return word + field.min;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= field.min && value <= field.max ? value : null;
}
