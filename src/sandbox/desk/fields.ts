import { z } from 'zod';
import { SyncError } from '../../domain/errors.ts';
import { parseWallClock } from '../../domain/wall-clock.ts';

/** A wall-clock time such as `2027-03-02 09:00`. */
export const wallTime = z.string().transform((value, context) => {
  const wall = parseWallClock(value);
  if (wall === null) context.addIssue({ code: 'custom', message: 'must be a time such as 2027-03-02 09:00' });
  return wall ?? '';
});

/** A positive whole number of a path or query. Throws `invalid-request` with the field's name. */
export function positive(field: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new SyncError('invalid-request', `${field} must be a whole number above 0`, { field });
}
