import { z } from 'zod';
import * as bodies from '../src/http/bodies/cancellation.ts';
import { reading, running } from '../src/http/endpoint.ts';
import { flag, limit, outlookEventId, roomReservationPath } from '../src/http/parameters.ts';
import {
  presentCancelBooking,
  presentCancelled,
  presentCancelOutlook,
  presentCancelStats,
  presentDeletions,
  presentDetectionStats,
  presentReenabled,
} from '../src/http/presenters/cancellation.ts';
import { cancelBooking as cancelOne } from '../src/sync/cancel-booking.ts';
import { cancelOutlookEvent } from '../src/sync/cancel-outlook.ts';
import { detectCancellations, detectReenabled } from '../src/sync/cancellations.ts';

const area = 'Cancellations';

export const syncDeletions = running({
  name: 'syncDeletions',
  method: 'POST',
  route: 'bridges/sync-deletions',
  aliases: [{ name: 'cancelDetect', method: 'POST', route: 'cancel/detect' }],
  area,
  summary: 'Carry out cancellations and re-enables of the booking system',
  description: 'More cancellations at once than the brake allows are held for approval and counted as `parked`.',
  query: { confirm: flag(false, 'Let the cancellations of this call pass the brake.') },
  response: bodies.deletionsBody,
  job: 'sync-deletions',
  needsGraph: true,
  work: (deps, run, { query }) => detectCancellations(deps, run, { confirm: query.confirm }),
  present: presentDeletions,
});

export const syncReenabled = running({
  name: 'syncReenabled',
  method: 'POST',
  route: 'bridges/sync-deletions/reenabled',
  aliases: [
    { name: 'syncDeletionsReenabled', method: 'POST', route: 'bridges/sync-deletions-reenabled' },
    { name: 'cancelDetectReenabled', method: 'POST', route: 'cancel/detect-reenabled' },
  ],
  area,
  summary: 'Reset re-enabled reservations to pending, nothing else',
  response: bodies.reenabledBody,
  job: 'sync-deletions-reenabled',
  needsGraph: false,
  work: (deps, run) => detectReenabled(deps, run),
  present: presentReenabled,
});

export const detectionStats = reading({
  name: 'detectionStats',
  method: 'GET',
  route: 'bridges/sync-deletions/stats',
  aliases: [
    { name: 'syncDeletionsionStats', method: 'GET', route: 'bridges/sync-deletionsion-stats' },
    { name: 'cancelDetectionStats', method: 'GET', route: 'cancel/detection-stats' },
  ],
  area,
  summary: 'What the next detection would find',
  response: bodies.detectionStatsBody,
  read: async ({ statistics }) => presentDetectionStats(await statistics.detection()),
});

export const cancelledReservations = reading({
  name: 'cancelledReservations',
  method: 'GET',
  route: 'cancel/cancelled-reservations',
  area,
  summary: 'Cancelled reservations, newest first',
  query: {
    limit: limit(50),
    direction: z
      .enum(['booking_to_outlook', 'outlook_to_booking', 'bidirectional'], {
        error: 'must be one of booking_to_outlook, outlook_to_booking, bidirectional',
      })
      .optional()
      .meta({ description: 'Only mappings of this direction.' }),
  },
  response: bodies.cancelledBody,
  read: async ({ store }, { query: { limit: most, direction } }) =>
    presentCancelled(
      await store.mappings.list({
        limit: most,
        statuses: ['cancelled'],
        orderBy: 'cancelledAt',
        ...(direction !== undefined && { direction }),
      }),
    ),
});

export const cancelBooking = running({
  name: 'cancelBooking',
  method: 'POST',
  route: 'cancel/booking/{reservationType}/{reservationId}/{resourceId}',
  aliases: [
    {
      name: 'cancelReservation',
      method: 'DELETE',
      route: 'cancel/reservation/{reservationType}/{reservationId}/{resourceId}',
    },
  ],
  area,
  summary: 'Cancel one reservation in one room now',
  description:
    'For hooks of the booking system and for operators. A reservation that is still active in its only room is deactivated; in one of several rooms only that copy goes and is held back.',
  path: roomReservationPath,
  query: { deactivate: flag(true, 'False: an active reservation is refused with 409 instead of deactivated.') },
  response: bodies.cancelBookingBody,
  statuses: [404, 409],
  job: 'cancel-booking',
  needsGraph: true,
  work: (deps, run, { path, query }) =>
    cancelOne(deps, run, {
      type: path.reservationType,
      id: path.reservationId,
      resourceId: path.resourceId,
      deactivate: query.deactivate,
    }),
  present: presentCancelBooking,
});

const outlookCancellation = {
  method: 'POST',
  area,
  response: bodies.cancelOutlookBody,
  statuses: [404],
  job: 'cancel-outlook',
  actor: 'operator',
  needsGraph: true,
  present: presentCancelOutlook,
} as const;

export const cancelOutlook = running({
  ...outlookCancellation,
  name: 'cancelOutlook',
  route: 'cancel/outlook/{outlookEventId}',
  aliases: [{ name: 'cancelOutlookEvent', method: 'DELETE', route: 'cancel/outlook-event/{outlookEventId}' }],
  summary: 'Cancel the reservation of an Outlook event now',
  description:
    'As after its deletion in Outlook, on your word: the reservation is deactivated with the note, and an event of ours that still stands there is deleted. Repeating it changes nothing.',
  path: { outlookEventId },
  work: (deps, run, { path }) => cancelOutlookEvent(deps, run, path.outlookEventId),
});

export const cancelOutlookByBody = running({
  ...outlookCancellation,
  name: 'cancelOutlookByBody',
  route: 'cancel/outlook',
  summary: 'The same, with the id in the body',
  description: 'For callers behind proxies that change encoded slashes in a path.',
  body: z.strictObject({ outlook_event_id: outlookEventId }),
  work: (deps, run, { body }) => cancelOutlookEvent(deps, run, body.outlook_event_id, 'outlook_event_id'),
});

export const cancelStats = reading({
  name: 'cancelStats',
  method: 'GET',
  route: 'cancel/stats',
  area,
  summary: 'Cancellations so far, by direction and canceller, and deletions that failed',
  response: bodies.cancelStatsBody,
  read: async ({ statistics }) => presentCancelStats(await statistics.cancellations()),
});

export const cancellationEndpoints = [
  syncDeletions,
  syncReenabled,
  detectionStats,
  cancelledReservations,
  cancelBooking,
  cancelOutlook,
  cancelOutlookByBody,
  cancelStats,
];
