import { z } from 'zod';
import { RESERVATION_TYPES } from '../domain/reservation.ts';

/** Largest value of an SQL `int` identity. */
const MAX_ID = 2_147_483_647;

/** A positive integer, as it is written in a path or a query. */
export const positiveId = wholeNumber(1, MAX_ID, 'must be a positive integer').meta({
  description: 'Positive integer.',
});

export const reservationType = z
  .enum(RESERVATION_TYPES, { error: `must be one of ${RESERVATION_TYPES.join(', ')}` })
  .meta({ description: 'Kind of reservation.' });

/** How many rows at most, 1 to 1000 (S46). */
export function limit(fallback: number) {
  return wholeNumber(1, 1000, 'must be a whole number from 1 to 1000')
    .default(fallback)
    .meta({ description: `At most so many, 1 to 1000; ${fallback} when left out.` });
}

export const optionalLimit = wholeNumber(1, 1000, 'must be a whole number from 1 to 1000')
  .optional()
  .meta({ description: 'At most so many, 1 to 1000; all when left out.' });

/** `?flag`, `?flag=true`, `?flag=1` are true; left out is `fallback`. */
export function flag(fallback: boolean, description: string) {
  return z
    .stringbool({ truthy: ['true', '1', 'yes', ''], falsy: ['false', '0', 'no'], error: 'must be true or false' })
    .default(fallback)
    .meta({ description });
}

export const dryRun = flag(false, 'Plan only: answers what would be done and writes nothing on either side.');

/** An immutable id; in a path URL-encoded, whose %2F the Functions host hands on as it is. */
export const outlookEventId = z
  .string({ error: 'must be the id of an Outlook event' })
  .transform((id) => id.replace(/%2F/gi, '/'))
  .pipe(z.string().regex(/^[\w+/=-]{1,512}$/, 'must be the id of an Outlook event'))
  .meta({ description: 'Id of the Outlook event, URL-encoded.' });

/** Path of one reservation on one room (S50). */
export const roomReservationPath = {
  reservationType,
  reservationId: positiveId,
  resourceId: positiveId,
};

function wholeNumber(min: number, max: number, message: string) {
  return z
    .string({ error: message })
    .regex(/^\d{1,10}$/, message)
    .transform(Number)
    .pipe(z.number().int().min(min, message).max(max, message));
}
