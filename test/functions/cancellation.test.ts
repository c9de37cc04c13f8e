import * as bodies from '../../src/http/bodies/cancellation.ts';
import { openedForEach } from '../support/lifetimes.ts';
import { openFunctionWorld } from './support/function-world.ts';

const world = openedForEach(() => openFunctionWorld());

async function mapping(type: string, id: number, room: number) {
  const [row] = await world.run<{ id: number; sync_status: string; outlook_event_id: string | null }>(
    `SELECT id, sync_status, outlook_event_id FROM bridge_mappings
     WHERE reservation_type = '${type}' AND reservation_id = ${id} AND resource_id = ${room}`,
  );
  if (row === undefined) throw new Error(`${type}:${id} has no mapping on ${room}`);
  return row;
}

const push = (key: string) => world.call(`POST /sync/item/${key}`);

describe('POST /bridges/sync-deletions', () => {
  test('S67, S68: tells what was cancelled, of all three types, with the status before', async () => {
    for (const key of ['event/1002/103', 'booking/3057/103', 'allocation/5025/101']) await push(key);
    const before = await mapping('event', 1002, 103);
    await world.run('UPDATE bb_event SET active = 0 WHERE id = 1002');
    await world.run('UPDATE bb_booking SET active = 0 WHERE id = 3057');
    await world.run('UPDATE bb_allocation SET active = 0 WHERE id = 5025');

    const { status, body } = await world.call('POST /bridges/sync-deletions');
    expect(status).toBe(200);
    expect(bodies.deletionsBody.parse(body)).toMatchObject({
      success: true,
      message: 'Cancellation detection and processing completed',
      results: {
        detected: 3,
        processed: 3,
        success_rate: '100%',
        cancelled_events: [
          {
            id: 1002,
            name: 'Budsjettseminar',
            active: 0,
            resource_id: 103,
            mapping_id: before.id,
            outlook_event_id: before.outlook_event_id,
            sync_status: 'synced',
          },
        ],
        cancelled_bookings: [{ id: 3057, name: 'Booking - Datahjelp', active: 0, sync_status: 'synced' }],
        cancelled_allocations: [{ id: 5025, name: 'Allocation - Kor Ø', active: 0, sync_status: 'synced' }],
        reenabled_events: [],
        reenabled_bookings: [],
        reenabled_allocations: [],
        outlook_deletions: 3,
        pending_resets: 0,
        parked: 0,
        errors: 0,
        error_details: [],
      },
      remaining: 0,
    });
    expect(await mapping('event', 1002, 103)).toMatchObject({ sync_status: 'cancelled' });

    const again = await world.call('POST /bridges/sync-deletions');
    expect(again.body.results).toMatchObject({ detected: 0, processed: 0, success_rate: '100%' });
  });

  test('S106: a re-enabled reservation is reset and gets a new event', async () => {
    await push('event/1008/104');
    const first = await mapping('event', 1008, 104);
    await world.run('UPDATE bb_event SET active = 0 WHERE id = 1008');
    await world.call('POST /bridges/sync-deletions');
    await world.run('UPDATE bb_event SET active = 1 WHERE id = 1008');

    const { body } = await world.call('POST /bridges/sync-deletions');
    expect(body.results).toMatchObject({
      detected: 1,
      processed: 1,
      reenabled_events: [{ id: 1008, active: 1, mapping_id: first.id, sync_status: 'cancelled' }],
      pending_resets: 1,
      outlook_deletions: 0,
    });
    expect(await mapping('event', 1008, 104)).toMatchObject({ sync_status: 'pending', outlook_event_id: null });
    const pushed = await push('event/1008/104');
    expect(pushed.body.result.action).toBe('created');
    expect(pushed.body.result.outlook_event_id).not.toBe(first.outlook_event_id);
  });

  test('S114, S118: a deletion Outlook refuses is an error, kept, and succeeds with the next call', async () => {
    await push('event/1008/104');
    await world.run('UPDATE bb_event SET active = 0 WHERE id = 1008');
    const heal = world.graph.faults.add({
      match: { kind: 'delete-event' },
      fault: { status: 400, code: 'ErrorInvalidRequest' },
      times: Number.POSITIVE_INFINITY,
    });
    const { status, body } = await world.call('POST /bridges/sync-deletions');
    expect(status).toBe(200);
    expect(bodies.deletionsBody.parse(body).results).toMatchObject({
      detected: 1,
      processed: 0,
      success_rate: '0%',
      outlook_deletions: 0,
      errors: 1,
      error_details: [
        { message: expect.stringContaining('Outlook event deletion failed'), mapping_id: expect.any(Number) },
      ],
    });
    expect(body.remaining).toBe(1);
    expect(await mapping('event', 1008, 104)).toMatchObject({
      sync_status: 'error',
      outlook_event_id: expect.any(String),
    });
    const stats = await world.call('GET /cancel/stats');
    expect(stats.body.statistics).toMatchObject({ errors: 1, success_rate: '0%' });
    expect(Object.keys(stats.body.statistics.error_types)[0]).toContain('Outlook event deletion failed');

    heal();
    const retried = await world.call('POST /bridges/sync-deletions');
    expect(retried.body.results).toMatchObject({ processed: 1, outlook_deletions: 1, errors: 0 });
  });

  test('with dry_run answers the plan and cancels nothing', async () => {
    await push('event/1008/104');
    await world.run('UPDATE bb_event SET active = 0 WHERE id = 1008');
    const { body } = await world.call('POST /bridges/sync-deletions?dry_run=true');
    expect(bodies.deletionsBody.parse(body)).toMatchObject({ dry_run: true, results: { detected: 1, processed: 0 } });
    expect(body.plan).toEqual([
      expect.objectContaining({ action: 'delete-event', reservation_id: 1008, resource_id: 104 }),
    ]);
    expect((await mapping('event', 1008, 104)).sync_status).toBe('synced');
  });

  test('I2: the old path under /cancel is the same call', async () => {
    const { body } = await world.call('POST /cancel/detect');
    expect(bodies.deletionsBody.parse(body).results.detected).toBe(0);
  });
});

describe('re-enables only', () => {
  test.each([
    'POST /bridges/sync-deletions-reenabled',
    'POST /bridges/sync-deletions/reenabled',
    'POST /cancel/detect-reenabled',
  ])('S69, S70: %s resets what is active again and nothing else', async (line) => {
    await push('event/1008/104');
    await push('event/1011/103');
    await world.run('UPDATE bb_event SET active = 0 WHERE id = 1008');
    await world.call('POST /bridges/sync-deletions');
    await world.run('UPDATE bb_event SET active = 1 WHERE id = 1008');
    await world.run('UPDATE bb_event SET active = 0 WHERE id = 1011');

    const { status, body } = await world.call(line);
    expect(status).toBe(200);
    expect(bodies.reenabledBody.parse(body)).toMatchObject({
      success: true,
      results: {
        detected: 1,
        processed: 1,
        success_rate: '100%',
        reenabled_events: [{ id: 1008, sync_status: 'cancelled' }],
        reenabled_bookings: [],
        reenabled_allocations: [],
        pending_resets: 1,
        errors: 0,
      },
    });
    expect(body.results).not.toHaveProperty('cancelled_events');
    expect(await mapping('event', 1008, 104)).toMatchObject({ sync_status: 'pending', outlook_event_id: null });
    expect((await mapping('event', 1011, 103)).sync_status).toBe('synced');
  });
});

describe('detection stats', () => {
  test.each([
    'GET /bridges/sync-deletionsion-stats',
    'GET /bridges/sync-deletions/stats',
    'GET /cancel/detection-stats',
  ])('S72: %s counts all three types and changes nothing', async (line) => {
    for (const key of [
      'event/1002/103',
      'event/1008/104',
      'booking/3057/103',
      'allocation/5025/101',
      'event/1004/201',
    ]) {
      await push(key);
    }
    await world.run('UPDATE bb_event SET active = 0 WHERE id = 1008');
    await world.call('POST /bridges/sync-deletions');
    await world.run('UPDATE bb_event SET active = 1 WHERE id = 1008');
    await world.run('UPDATE bb_event SET active = 0 WHERE id = 1002');
    await world.run('UPDATE bb_booking SET active = 2 WHERE id = 3057');
    await world.run('UPDATE bb_allocation SET active = 0 WHERE id = 5025');
    await world.run('DELETE FROM bb_event_resource WHERE event_id = 1004 AND resource_id = 201');

    const before = await world.run('SELECT id, version FROM bridge_mappings');
    const { status, body } = await world.call(line);
    expect(status).toBe(200);
    expect(bodies.detectionStatsBody.parse(body).detection_stats).toMatchObject({
      potential_cancellations: {
        events: 1,
        bookings: 1,
        allocations: 1,
        missing_rows: 0,
        unlinked_resources: 1,
        hidden_seasons: 0,
      },
      potential_reenables: { events: 1, bookings: 0, allocations: 0 },
      sync_status_breakdown: { cancelled: 1, error: 2, imported: 0 },
    });
    expect(await world.run('SELECT id, version FROM bridge_mappings')).toEqual(before);
  });
});

describe('GET /cancel/cancelled-reservations', () => {
  test('S73: lists cancelled ones, newest first, with limit and direction', async () => {
    for (const key of ['event/1008/104', 'event/1002/103']) {
      await push(key);
      await world.run(`UPDATE bb_event SET active = 0 WHERE id = ${key.split('/')[1]}`);
      await world.call('POST /bridges/sync-deletions');
      world.clock.advanceTo(world.clock.now() + 60_000);
    }
    const { status, body } = await world.call('GET /cancel/cancelled-reservations');
    expect(status).toBe(200);
    const { cancelled_reservations: rows, ...head } = bodies.cancelledBody.parse(body);
    expect(head).toEqual({ success: true, count: 2, total: 2 });
    expect(rows.map((row) => row.reservation_id)).toEqual([1002, 1008]);
    expect(rows[0]).toMatchObject({
      reservation_type: 'event',
      resource_id: 103,
      sync_status: 'cancelled',
      sync_direction: 'booking_to_outlook',
      cancelled_by: 'booking',
      title: 'Budsjettseminar',
    });
    const limited = await world.call('GET /cancel/cancelled-reservations?limit=1');
    expect(limited.body).toMatchObject({ count: 1, total: 2 });
    const other = await world.call('GET /cancel/cancelled-reservations?direction=outlook_to_booking');
    expect(other.body).toMatchObject({ count: 0, total: 0, cancelled_reservations: [] });
    const wrong = await world.call('GET /cancel/cancelled-reservations?direction=up');
    expect(wrong).toMatchObject({ status: 400, body: { field: 'direction' } });
  });
});

describe('POST /cancel/booking', () => {
  test('S74, S132: cancels the event at once and marks the mapping', async () => {
    await push('event/1008/104');
    const { status, body } = await world.call('POST /cancel/booking/event/1008/104', {
      headers: { 'content-type': 'application/json' },
    });
    expect(status).toBe(200);
    expect(bodies.cancelBookingBody.parse(body)).toMatchObject({
      success: true,
      message: 'Cancellation completed',
      results: {
        outlook_deleted: true,
        mapping_updated: true,
        reservation_deactivated: true,
        warnings: [],
        errors: 0,
        error_details: [],
      },
    });
    expect((await mapping('event', 1008, 104)).sync_status).toBe('cancelled');
    const again = await world.call('POST /cancel/booking/event/1008/104');
    expect(again.body).toMatchObject({
      message: 'The reservation was already cancelled; nothing was done',
      results: { outlook_deleted: false, mapping_updated: false },
    });
  });

  test('S113: an unknown reservation answers 404 in the words of the guide', async () => {
    const { status, body } = await world.call('POST /cancel/booking/event/9999/101');
    expect({ status, ...body }).toEqual({
      status: 404,
      success: false,
      code: 'unknown',
      error: 'Reservation not found for cancellation',
      field: 'reservationId',
    });
  });

  test('a reservation that is in other rooms only answers the same and names the room', async () => {
    const { status, body } = await world.call('POST /cancel/booking/event/1008/101');
    expect({ status, ...body }).toMatchObject({
      status: 404,
      error: 'Reservation not found for cancellation',
      field: 'resourceId',
    });
  });

  test('S110: a reservation that never reached Outlook is cancelled with a warning', async () => {
    await world.call('POST /sync/populate-mapping');
    const { status, body } = await world.call('POST /cancel/booking/event/1008/104');
    expect(status).toBe(200);
    expect(body.results.warnings).toContain('No Outlook event ID to delete');
    expect((await mapping('event', 1008, 104)).sync_status).toBe('cancelled');
  });

  test('with deactivate=false an active reservation is refused', async () => {
    await push('event/1008/104');
    const { status, body } = await world.call('POST /cancel/booking/event/1008/104?deactivate=false');
    expect({ status, ...body }).toMatchObject({ status: 409, code: 'not_allowed', field: 'reservationId' });
    expect((await mapping('event', 1008, 104)).sync_status).toBe('synced');
  });

  test('I10: DELETE under the old path is the same call', async () => {
    await push('event/1008/104');
    const { body } = await world.call('DELETE /cancel/reservation/event/1008/104');
    expect(body.results.outlook_deleted).toBe(true);
  });

  test.each([
    ['room/1008/104', 'reservationType'],
    ['event/0/104', 'reservationId'],
    ['event/1008/abc', 'resourceId'],
  ])('%s is refused with the field name', async (path, field) => {
    const { status, body } = await world.call(`POST /cancel/booking/${path}`);
    expect({ status, field: body.field }).toEqual({ status: 400, field });
  });
});

describe('GET /cancel/stats', () => {
  test('S76: counts cancellations by direction and canceller, with first and last', async () => {
    const empty = await world.call('GET /cancel/stats');
    expect(bodies.cancelStatsBody.parse(empty.body).statistics).toEqual({
      total_cancelled: 0,
      booking_to_outlook: 0,
      outlook_to_booking: 0,
      cancelled_by: { booking: 0, outlook: 0, operator: 0, unknown: 0 },
      success_rate: '100%',
      errors: 0,
      error_types: {},
      reenabled_total: 0,
      first_cancelled_at: null,
      last_cancelled_at: null,
    });
    for (const key of ['event/1008/104', 'event/1002/103']) await push(key);
    await world.run('UPDATE bb_event SET active = 0 WHERE id = 1002');
    await world.call('POST /bridges/sync-deletions');
    world.clock.advanceTo(world.clock.now() + 60_000);
    await world.call('POST /cancel/booking/event/1008/104');
    const { body } = await world.call('GET /cancel/stats');
    expect(bodies.cancelStatsBody.parse(body).statistics).toMatchObject({
      total_cancelled: 2,
      booking_to_outlook: 2,
      cancelled_by: { booking: 1, operator: 1, outlook: 0, unknown: 0 },
      success_rate: '100%',
      first_cancelled_at: '2027-03-01T07:00:00.000Z',
      last_cancelled_at: '2027-03-01T07:01:00.000Z',
    });

    await world.run('UPDATE bb_event SET active = 1 WHERE id = 1002');
    await world.call('POST /bridges/sync-deletions');
    const after = await world.call('GET /cancel/stats');
    expect(after.body.statistics).toMatchObject({ total_cancelled: 1, reenabled_total: 1 });
  });
});
