import * as bodies from '../../src/http/bodies/polling.ts';
import { openedForEach } from '../support/lifetimes.ts';
import { eventIdOf, eventRow, FINISHED } from './support/answers.ts';
import { meeting, ORNEN } from './support/calendar.ts';
import { openFunctionWorld } from './support/function-world.ts';

const ROOMS = ['storsalen', 'lillesalen', 'ornen', 'aere', 'halla', 'hallb'].map((name) => `${name}@fjordvik.example`);
const NOTHING = { changes_detected: 0, deletions_processed: 0, imports_detected: 0, updates_applied: 0 };

const world = openedForEach(() => openFunctionWorld());

const versions = () => world.run('SELECT id, version FROM bridge_mappings ORDER BY id');
const poll = async () => bodies.pollBody.parse((await world.call('POST /polling/poll-changes')).body);

describe('POST /polling/initialize', () => {
  test('S80: gives every active room its token and says so, calendar by calendar', async () => {
    const { status, body } = await world.call('POST /polling/initialize');
    expect(status).toBe(200);
    expect(bodies.initializeBody.parse(body)).toEqual({
      success: true,
      message: 'Polling initialized',
      calendars_initialized: 6,
      calendars_updated: 0,
      calendars_failed: 0,
      details: [101, 102, 103, 104, 201, 202].map((resource_id, index) => ({
        calendar_id: ROOMS[index],
        resource_id,
        action: 'initialized',
        status: 'ok',
        has_delta_token: true,
      })),
      errors: [],
      ...FINISHED,
    });
    const again = await world.call('POST /polling/initialize');
    expect(again.body).toMatchObject({ calendars_initialized: 0, calendars_updated: 6 });
  });

  test('S80: one room that fails does not stop the others', async () => {
    world.graph.setHealth(ORNEN, 'MailboxNotEnabledForRESTAPI');
    const { status, body } = await world.call('POST /polling/initialize');
    expect(status).toBe(200);
    expect(bodies.initializeBody.parse(body)).toMatchObject({
      success: false,
      calendars_initialized: 5,
      calendars_failed: 1,
      errors: [{ calendar_id: ORNEN, message: expect.any(String) }],
    });
    expect(body.details[2]).toEqual({
      calendar_id: ORNEN,
      resource_id: 103,
      action: 'failed',
      status: 'error',
      has_delta_token: false,
      error: expect.any(String),
    });
  });
});

describe('POST /polling/poll-changes', () => {
  test('S85: has the seven keys of the guide and the share of each calendar', async () => {
    await world.call('POST /polling/initialize');
    world.graph.actors.createInRoom(ORNEN, meeting('Ledermøte', '02T12:00', '02T13:00'));
    const { status, body } = await world.call('POST /polling/poll-changes');
    expect(status).toBe(200);
    expect(bodies.pollBody.parse(body)).toEqual({
      success: true,
      message: 'Outlook polling completed successfully',
      calendars_checked: 6,
      changes_detected: 1,
      deletions_processed: 0,
      imports_detected: 1,
      updates_applied: 0,
      conflicts_detected: 0,
      parked: 0,
      details: ROOMS.map((calendar_id, index) => ({
        calendar_id,
        resource_id: [101, 102, 103, 104, 201, 202][index],
        ...NOTHING,
        ...(calendar_id === ORNEN && { changes_detected: 1, imports_detected: 1 }),
        action: 'updated',
      })),
      errors: [],
      ...FINISHED,
    });
  });

  test('S40, S81: the second call transfers nothing but changes', async () => {
    await world.call('POST /sync/to-outlook?limit=1000');
    await poll();
    const before = { versions: await versions(), requests: world.graph.metrics.requests };
    expect(await poll()).toMatchObject({ ...NOTHING, calendars_checked: 6 });
    expect(world.graph.metrics.requests - before.requests).toBe(1);
    expect(await versions()).toEqual(before.versions);
  });

  test('S10, S82, S83, S84: a deletion sets active = 0 and appends the note once, however often it is seen', async () => {
    await world.call('POST /sync/to-outlook?limit=1000');
    await poll();
    const { description } = (await eventRow(world, 1002)) ?? {};
    world.graph.actors.deleteInRoom(ORNEN, await eventIdOf(world, 1002));
    expect(await poll()).toMatchObject({ success: true, deletions_processed: 1 });
    const cancelled = { active: 0, description: `${description}\n\n--- Cancelled from Outlook ---` };
    expect(await eventRow(world, 1002)).toMatchObject(cancelled);

    const settled = await versions();
    for (const line of [
      'POST /polling/poll-changes',
      'POST /polling/detect-missing-events',
      'POST /bridges/sync-deletions',
      'POST /sync/to-outlook',
    ]) {
      expect((await world.call(line)).status).toBe(200);
    }
    expect(await eventRow(world, 1002)).toMatchObject(cancelled);
    expect(await versions()).toEqual(settled);
  });

  test('an edit in Outlook arrives in the booking system and is counted', async () => {
    await world.call('POST /sync/to-outlook?limit=1000');
    await poll();
    world.graph.actors.editInRoom(ORNEN, await eventIdOf(world, 1011), meeting('Flyttet møte', '11T14:00', '11T15:00'));
    const { updates_applied, details } = await poll();
    expect([updates_applied, details[2]?.updates_applied]).toEqual([1, 1]);
    expect(await eventRow(world, 1011)).toMatchObject({ from_: '2027-03-11 14:00:00', active: 1 });
  });

  test('S85: a partial failure keeps status 200, says success false and names the calendar', async () => {
    world.graph.setHealth(ORNEN, 'MailboxNotEnabledForRESTAPI');
    const { status, body } = await world.call('POST /polling/poll-changes');
    expect(status).toBe(200);
    expect(bodies.pollBody.parse(body)).toMatchObject({
      success: false,
      message: 'Not every calendar could be done; see errors',
      calendars_checked: 5,
      errors: [{ calendar_id: ORNEN }],
    });
    expect(body.details[2]).toMatchObject({ action: 'failed', error: expect.any(String) });
  });

  test('S115, E39: when every calendar fails the answer is 502, and no reservation is touched', async () => {
    await world.call('POST /sync/to-outlook?limit=1000');
    await poll();
    const before = await versions();
    for (const room of ROOMS) world.graph.setHealth(room, 'access-denied');
    const { status, body } = await world.call('POST /polling/poll-changes');
    expect({ status, ...body }).toMatchObject({ status: 502, success: false, code: 'access_denied' });
    expect(await versions()).toEqual(before);
    expect(await world.run('SELECT id FROM bb_event WHERE active = 0 AND id <> 1016')).toEqual([]);
  });

  test('with dry_run answers what would be done and writes nothing, not even the token', async () => {
    await world.call('POST /sync/to-outlook?limit=1000');
    await poll();
    world.graph.actors.createInRoom(ORNEN, meeting('Ledermøte', '02T12:00', '02T13:00'));
    const before = { rows: await versions(), calendars: await world.run('SELECT * FROM bridge_calendars') };
    const { body } = await world.call('POST /polling/poll-changes?dry_run=true');
    expect(bodies.pollBody.parse(body)).toMatchObject({ dry_run: true, message: 'Dry run: nothing was written' });
    expect(body.plan).toEqual([expect.objectContaining({ calendar_id: ORNEN, reason: expect.any(String) })]);
    expect(await versions()).toEqual(before.rows);
    const tokens = (rows: unknown[]) => rows.map((row) => (row as { delta_link: string }).delta_link);
    expect(tokens(await world.run('SELECT * FROM bridge_calendars'))).toEqual(tokens(before.calendars));
    expect(await poll()).toMatchObject({ imports_detected: 1 });
  });
});

describe('POST /polling/detect-missing-events', () => {
  test('S86: asks for every synced event, and only a definite not-found counts', async () => {
    world.graph.settings.deletedEvents = 'not-found';
    await world.call('POST /sync/to-outlook?limit=1000');
    const id = await eventIdOf(world, 1002);
    world.graph.actors.deleteInRoom(ORNEN, id);
    const { status, body } = await world.call('POST /polling/detect-missing-events');
    expect(status).toBe(200);
    expect(bodies.missingBody.parse(body)).toEqual({
      success: true,
      message: 'Missing event detection completed',
      checked: 105,
      skipped: 0,
      missing_events_detected: 1,
      cancellations_processed: 1,
      parked: 0,
      details: [
        {
          mapping_id: expect.any(Number),
          calendar_id: ORNEN,
          resource_id: 103,
          reservation_type: 'event',
          reservation_id: 1002,
          outlook_event_id: id,
          outcome: 'cancelled',
        },
      ],
      errors: [],
      ...FINISHED,
    });
    expect(await eventRow(world, 1002)).toMatchObject({ active: 0 });
  });

  test('S86: a room that does not answer proves nothing about its events', async () => {
    await world.call('POST /sync/to-outlook?limit=1000');
    world.graph.setHealth(ORNEN, 'MailboxNotEnabledForRESTAPI');
    const { body } = await world.call('POST /polling/detect-missing-events');
    expect(bodies.missingBody.parse(body)).toMatchObject({
      success: false,
      missing_events_detected: 0,
      cancellations_processed: 0,
      errors: [{ calendar_id: ORNEN }],
    });
    expect(await world.run('SELECT id FROM bb_event WHERE active = 0 AND id <> 1016')).toEqual([]);
  });

  test('S86: limit bounds how many are asked for', async () => {
    await world.call('POST /sync/to-outlook?limit=1000');
    const { body } = await world.call('POST /polling/detect-missing-events?limit=10');
    expect(body).toMatchObject({ checked: 10, stopped_early: true });
  });

  test('with dry_run lists what is missing and cancels nothing', async () => {
    world.graph.settings.deletedEvents = 'not-found';
    await world.call('POST /sync/to-outlook?limit=1000');
    world.graph.actors.deleteInRoom(ORNEN, await eventIdOf(world, 1002));
    const { body } = await world.call('POST /polling/detect-missing-events?dry_run=true');
    expect(bodies.missingBody.parse(body).plan).toEqual([
      expect.objectContaining({ action: 'cancel-reservation', reservation_id: 1002 }),
    ]);
    expect(await eventRow(world, 1002)).toMatchObject({ active: 1 });
  });
});

describe('GET /polling/stats', () => {
  test('S41, S87: has total, last times, recently polled and health, calendar by calendar', async () => {
    const stats = async () => bodies.pollingStatsBody.parse((await world.call('GET /polling/stats')).body).statistics;
    expect(await stats()).toMatchObject({
      total_calendars: 6,
      recently_polled: 0,
      last_poll_time: null,
      oldest_poll_time: null,
      unhealthy_calendars: 0,
      health: 'not initialized',
    });
    await poll();
    expect(await stats()).toEqual({
      total_calendars: 6,
      recently_polled: 6,
      last_poll_time: '2027-03-01T07:00:00.000Z',
      oldest_poll_time: '2027-03-01T07:00:00.000Z',
      unhealthy_calendars: 0,
      health: 'healthy',
      calendars: ROOMS.map((calendar_id, index) => ({
        calendar_id,
        resource_id: [101, 102, 103, 104, 201, 202][index],
        last_poll_at: '2027-03-01T07:00:00.000Z',
        last_successful_poll_at: '2027-03-01T07:00:00.000Z',
        errors: 0,
        last_error: null,
        has_delta_token: true,
      })),
    });
    world.graph.setHealth(ORNEN, 'MailboxNotEnabledForRESTAPI');
    await world.wait(40 * 60_000);
    await world.call('POST /polling/poll-changes');
    expect(await stats()).toMatchObject({ recently_polled: 5, unhealthy_calendars: 1, health: 'degraded' });
    expect((await stats()).calendars[2]).toMatchObject({
      last_poll_at: expect.stringContaining('2027-03-01T07:40:0'),
      last_successful_poll_at: '2027-03-01T07:00:00.000Z',
      errors: 1,
      last_error: expect.any(String),
    });
  });

  test('no delta token leaves the service', async () => {
    await poll();
    const { body } = await world.call('GET /polling/stats');
    expect(JSON.stringify(body)).not.toMatch(/deltatoken|delta\?/i);
  });
});

describe('bad input', () => {
  test.each([
    ['POST /polling/detect-missing-events?limit=0', 'limit'],
    ['POST /polling/detect-missing-events?limit=-1', 'limit'],
    ['POST /polling/detect-missing-events?limit=abc', 'limit'],
    ['POST /polling/detect-missing-events?limit=1001', 'limit'],
    ['POST /polling/poll-changes?confirm=perhaps', 'confirm'],
    ['POST /polling/poll-changes?dryrun=true', 'dryrun'],
    ['POST /polling/initialize?dry_run=2', 'dry_run'],
  ])('%s is refused with the field name', async (line, field) => {
    const { status, body } = await world.call(line);
    expect({ status, ...body }).toMatchObject({ status: 400, success: false, code: 'invalid_request', field });
    expect(world.graph.metrics.requests).toBe(0);
  });
});
