/** `from_date` and `to_date`: days of the booking system's zone, or moments. */
import { z } from 'zod';
import { SyncError } from '../domain/errors.ts';
import type { WallClock, WallSpan } from '../domain/time.ts';
import { addDays, parseWallClock, wallNow } from '../domain/wall-clock.ts';

/** Three months, the longest they can be. */
const DEFAULT_DAYS = 92;
/** A calendarView takes 1,825 days, and readers ask for a day more on both sides. */
const LONGEST_DAYS = 1823;
const DAY = /^\d{4}-\d\d-\d\d$/;
const WITH_OFFSET = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;
const MESSAGE = 'must be a day (2027-03-01) or a date-time (2027-03-01T08:00, with or without offset)';

/** A plus sign that was not encoded arrives as a blank. */
const moment = z
  .string({ error: MESSAGE })
  .transform((text) => text.replace(/(T\d\d:\d\d\S*) (\d\d:\d\d)$/, '$1+$2'))
  .pipe(z.string().refine(isMoment, MESSAGE))
  .optional();

export const dateRange = {
  from_date: moment.meta({ description: 'Day (local) or ISO date-time the range begins with; now when left out.' }),
  to_date: moment.meta({
    description:
      'Last day of the range, included, or the ISO date-time it ends before; three months after its begin when left out.',
  }),
};

/**
 * The asked-for range in wall clock of `zone`, half-open; both ends have passed the schemas above. `now`: epoch milliseconds. Throws
 * `invalid-request` naming `to_date` when it ends before it begins, or is longer than Graph takes.
 */
export function rangeOf(
  { from_date: from, to_date: to }: { readonly from_date?: string | undefined; readonly to_date?: string | undefined },
  now: number,
  zone: string,
): WallSpan {
  const begin = from === undefined ? wallNow(now, zone) : wallFrom(from, zone, 0);
  const end = to === undefined ? addDays(begin, DEFAULT_DAYS) : wallFrom(to, zone, 1);
  if (end <= begin) throw invalid('must not lie before from_date');
  if (end > addDays(begin, LONGEST_DAYS)) throw invalid(`must lie within ${LONGEST_DAYS} days of from_date`);
  return { from: begin, to: end };
}

/** A day begins `days` later at midnight: 0 for the first day of a range, 1 after its last. */
function wallFrom(text: string, zone: string, days: number): WallClock {
  if (WITH_OFFSET.test(text)) return wallNow(Date.parse(text), zone);
  const wall = parseWallClock(text) ?? '';
  return DAY.test(text) ? addDays(wall, days) : wall;
}

function isMoment(text: string): boolean {
  return WITH_OFFSET.test(text) ? !Number.isNaN(Date.parse(text)) : parseWallClock(text) !== null;
}

function invalid(problem: string): SyncError {
  return new SyncError('invalid-request', `to_date ${problem}.`, { field: 'to_date' });
}
