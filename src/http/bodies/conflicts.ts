/** Bodies of the conflict desk: what waits for a person, and what was decided. */
import { z } from 'zod';
import * as common from './common.ts';

const DECISIONS = ['keep_booking', 'keep_outlook', 'keep_both', 'dismiss'] as const;

const decision = z.enum(DECISIONS, { error: `must be one of ${DECISIONS.join(', ')}` });
const kind = z.enum(['overlap', 'edited', 'doubtful', 'restored']).meta({
  description:
    'overlap: an Outlook event in whose place events of the booking system are; edited: changed on both sides; doubtful: a reservation that may stand in Outlook already; restored: an event came back whose slot is taken.',
});

const version = {
  title: z.string().nullable(),
  description: z.string().nullable(),
  start_time: common.wallClock.nullable(),
  end_time: common.wallClock.nullable(),
  is_public: z.boolean().nullable(),
};

export const conflictsBody = z.strictObject({
  success: common.success,
  count: common.count.meta({ description: 'Conflicts in this answer.' }),
  total: common.count,
  conflicts: z.array(
    z.strictObject({
      id: common.id.meta({ description: 'Mapping id; names the conflict.' }),
      kind,
      calendar_id: common.roomId,
      resource_id: common.id,
      reservation_type: common.reservationType.nullable(),
      reservation_id: common.id.nullable(),
      outlook_event_id: common.eventId.nullable(),
      reason: z.string(),
      since: common.timestamp,
      booking: z.strictObject(version).nullable().meta({ description: 'Version of the booking system.' }),
      outlook: z.strictObject(version).nullable().meta({ description: 'Version of Outlook.' }),
      others: z
        .array(z.strictObject({ reservation_type: common.reservationType, reservation_id: common.id, ...version }))
        .meta({ description: 'Reservations in its place.' }),
      twins: z
        .array(z.strictObject({ id: common.id, ...version }))
        .meta({ description: 'Waiting Outlook events a doubtful reservation may be one with.' }),
      decisions: z.array(decision).meta({ description: 'What may be decided.' }),
    }),
  ),
});

export const resolveRequest = z.strictObject({
  decision: decision.meta({ description: 'One of those the conflict lists.' }),
  twin_id: z
    .int({ error: 'must be a positive integer' })
    .positive('must be a positive integer')
    .optional()
    .meta({ description: 'Doubtful ones, where several events may be meant: the one.' }),
});

export const resolveBody = z.strictObject({
  success: common.success,
  message: common.message.meta({ description: 'What follows, in words.' }),
  result: z.strictObject({
    id: common.id,
    kind,
    decision,
    reservation_id: common.id.nullable(),
    warnings: z.array(z.string()),
  }),
  error_details: common.errorDetails,
  ...common.runFooter,
});

export const parkedBody = z.strictObject({
  success: common.success,
  count: common.count,
  parked: z.array(
    z.strictObject({
      id: common.id,
      operation: z.enum(['delete-event', 'cancel-reservation', 'decline-event']),
      calendar_id: common.roomId,
      mapping_id: common.id,
      resource_id: common.id.nullable(),
      reservation_type: common.reservationType.nullable(),
      reservation_id: common.id.nullable(),
      title: z.string().nullable(),
      start_time: common.wallClock.nullable(),
      end_time: common.wallClock.nullable(),
      reason: z.string(),
      cause: z.string().meta({ description: 'One human act, however many operations it causes.' }),
      created_at: common.timestamp,
    }),
  ),
});

const parkedId = z.int({ error: 'must be a positive integer' }).positive('must be a positive integer');

export const parkedRequest = z.strictObject({
  ids: z
    .array(parkedId, { error: 'must be a list of ids' })
    .min(1, 'must name at least one')
    .max(1000, 'must name 1000 at most')
    .meta({ description: 'Ids of parked operations, 1 to 1000.' }),
});

export const decidedBody = z.strictObject({
  success: common.success,
  message: common.message,
  decided: z.array(common.id).meta({ description: 'Those that were still undecided.' }),
  error_details: common.errorDetails,
  ...common.runFooter,
});
