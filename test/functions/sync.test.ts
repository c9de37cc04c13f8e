import { queuedBody } from '../../src/http/bodies/common.ts';
import * as bodies from '../../src/http/bodies/sync.ts';
import { openedForEach } from '../support/lifetimes.ts';
import { openFunctionWorld } from './support/function-world.ts';

const world = openedForEach(() => openFunctionWorld());

const count = async (where: string) =>
  (await world.run<{ n: number }>(`SELECT COUNT(*) AS n FROM bridge_mappings WHERE ${where}`))[0]?.n;

describe('POST /sync/populate-mapping', () => {
  test('S1, S43: makes one mapping per reservation and room, and a second call changes nothing', async () => {
    const first = await world.call('POST /sync/populate-mapping');
    expect(first.status).toBe(200);
    expect(bodies.populateBody.parse(first.body)).toMatchObject({
      success: true,
      message: 'Mapping table populated',
      created: 132,
      updated: 0,
      skipped: 0,
      conflicts: 25,
      errors: 0,
      error_details: [],
      total_candidates: 132,
      dry_run: false,
      stopped_early: false,
      queued: false,
    });
    const second = await world.call('POST /sync/populate-mapping');
    expect(second.body).toMatchObject({ created: 0, updated: 0, skipped: 132, total_candidates: 132 });
    expect(await count('1 = 1')).toBe(132);
  });

  test('S44: resource_id touches only that room', async () => {
    const { body } = await world.call('POST /sync/populate-mapping?resource_id=104');
    expect(body.created).toBeGreaterThan(0);
    expect(await count('resource_id <> 104')).toBe(0);
    expect(await count('resource_id = 104')).toBe(body.created);
  });

  test.each([
    ['999', 'does not exist'],
    ['105', 'no active room mapping'],
    ['203', 'no active room mapping'],
  ])('answers 404 for room %s', async (room, reason) => {
    const { status, body } = await world.call(`POST /sync/populate-mapping?resource_id=${room}`);
    expect(status).toBe(404);
    expect(body).toMatchObject({
      success: false,
      code: 'unknown',
      field: 'resource_id',
      error: expect.stringContaining(reason),
    });
  });

  test('with dry_run answers the plan and writes nothing, not even a run', async () => {
    const { body } = await world.call('POST /sync/populate-mapping?dry_run=true');
    expect(bodies.populateBody.parse(body)).toMatchObject({ dry_run: true, message: 'Dry run: nothing was written' });
    expect(body.plan).toHaveLength(132);
    expect(await count('1 = 1')).toBe(0);
    expect(await world.run('SELECT * FROM bridge_runs')).toEqual([]);
  });
});

describe('GET /sync/pending-items', () => {
  test('S45, S102: lists 50 by default, best priority first, with the seven keys of the guide', async () => {
    await world.call('POST /sync/populate-mapping');
    const { status, body } = await world.call('GET /sync/pending-items');
    expect(status).toBe(200);
    const { items, ...head } = bodies.pendingBody.parse(body);
    expect(head).toEqual({ success: true, count: 50, total: 105 });
    const priorities = items.map((item) => item.priority_level);
    expect(priorities).toEqual([...priorities].sort());
    expect(items[0]).toEqual({
      id: expect.any(Number),
      reservation_type: 'event',
      reservation_id: expect.any(Number),
      resource_id: expect.any(Number),
      outlook_item_id: expect.stringContaining('@fjordvik.example'),
      sync_status: 'pending',
      priority_level: 1,
      outlook_event_id: null,
      error_message: null,
      retry_count: 0,
      outlook_item_name: expect.any(String),
      created_at: '2027-03-01T07:00:00.000Z',
    });
  });

  test('S46: limit=100 returns up to 100', async () => {
    await world.call('POST /sync/populate-mapping');
    const { body } = await world.call('GET /sync/pending-items?limit=100');
    expect({ count: body.count, listed: body.items.length, total: body.total }).toEqual({
      count: 100,
      listed: 100,
      total: 105,
    });
  });

  test('S121: .count is the number a script reads', async () => {
    const { body } = await world.call('GET /sync/pending-items');
    expect(body.count).toBe(0);
  });
});

describe('POST /sync/to-outlook', () => {
  test('S47, S103: pushes 50 by default, then 50, then 5, then nothing', async () => {
    const rounds: unknown[] = [];
    for (let round = 0; round < 4; round += 1) {
      const { status, body } = await world.call('POST /sync/to-outlook');
      expect(status).toBe(200);
      const { results } = bodies.pushBody.parse(body);
      expect(results.processed).toBe(results.created + results.updated + results.errors);
      expect(results.details).toHaveLength(results.processed);
      rounds.push([results.created, results.remaining, body.remaining]);
    }
    expect(rounds).toEqual([
      [50, 55, 55],
      [50, 5, 5],
      [5, 0, 0],
      [0, 0, 0],
    ]);
  });

  test('S103: the body is the one of the guide, with what the conventions add', async () => {
    const { body } = await world.call('POST /sync/to-outlook?limit=1');
    expect(body).toEqual({
      success: true,
      message: 'Sync completed',
      results: {
        processed: 1,
        created: 1,
        updated: 0,
        deleted: 0,
        skipped: 0,
        errors: 0,
        remaining: 104,
        stopped_early: false,
        error_details: [],
        details: [
          {
            item_type: 'event',
            item_id: expect.any(Number),
            resource_id: expect.any(Number),
            action: 'created',
            outlook_event_id: expect.any(String),
            title: expect.any(String),
          },
        ],
      },
      run_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      dry_run: false,
      duration_ms: expect.any(Number),
      remaining: 104,
      stopped_early: false,
      queued: false,
    });
  });

  test('S48: limit=25 pushes at most 25 and tells what is left', async () => {
    const { body } = await world.call('POST /sync/to-outlook?limit=25');
    expect(body.results).toMatchObject({ processed: 25, remaining: 80 });
  });

  const refuseRoom = (status: number, code: string) =>
    world.graph.faults.add({
      match: { kind: 'create-event', mailbox: 'aere@fjordvik.example' },
      fault: { status, code },
      times: Number.POSITIVE_INFINITY,
    });

  test('S116: a failed push stays in error, is listed, and succeeds with the next call when the cause is gone', async () => {
    const heal = refuseRoom(500, 'ErrorInternalServerError');
    const failed = await world.call('POST /sync/to-outlook?limit=1000');
    expect(failed.status).toBe(200);
    const { success, results } = bodies.pushBody.parse(failed.body);
    expect({ success, errors: results.errors, created: results.created }).toEqual({
      success: true,
      errors: 7,
      created: 98,
    });
    const wrong = results.details.filter((detail) => detail.action === 'error');
    expect(wrong).toHaveLength(7);
    expect(wrong[0]).toMatchObject({ resource_id: 104, outlook_event_id: null, error: expect.any(String) });
    const { items } = bodies.pendingBody.parse((await world.call('GET /sync/pending-items')).body);
    expect(items).toHaveLength(7);
    for (const row of items) {
      expect(row).toMatchObject({
        resource_id: 104,
        sync_status: 'error',
        error_message: wrong[0]?.error,
        retry_count: 1,
      });
    }

    heal();
    const healed = await world.call('POST /sync/to-outlook?limit=1000');
    expect(healed.body.results).toMatchObject({ created: 7, errors: 0, remaining: 0 });
    expect((await world.call('GET /sync/pending-items')).body.total).toBe(0);
  });

  test('what Outlook refuses for good is not tried again, unless somebody asks for it', async () => {
    const heal = refuseRoom(400, 'ErrorInvalidRequest');
    await world.call('POST /sync/to-outlook?limit=1000');
    heal();
    const again = await world.call('POST /sync/to-outlook?limit=1000');
    expect(again.body.results).toMatchObject({ processed: 0, remaining: 0 });
    const one = await world.call('POST /sync/item/event/1008/104');
    expect(one.body.result).toMatchObject({ action: 'created', outlook_event_id: expect.any(String) });
  });

  test('S115: a refused app answers 502 naming the permission, and no row is blamed', async () => {
    for (const room of ['storsalen', 'lillesalen', 'ornen', 'aere', 'halla', 'hallb']) {
      world.graph.setHealth(`${room}@fjordvik.example`, 'access-denied');
    }
    const { status, body } = await world.call('POST /sync/to-outlook');
    expect({ status, ...body }).toMatchObject({
      status: 502,
      success: false,
      code: 'access_denied',
      error: expect.stringContaining('Calendars.ReadWrite'),
    });
    expect(await count("sync_status = 'error' AND error_message <> 'Invalid time range'")).toBe(0);
  });

  test('with dry_run answers what would be written and touches neither side', async () => {
    const { body } = await world.call('POST /sync/to-outlook?dry_run=true&limit=1000');
    expect(bodies.pushBody.parse(body)).toMatchObject({ dry_run: true, results: { processed: 0, details: [] } });
    expect(body.plan.filter((step: { action: string }) => step.action === 'create-event')).toHaveLength(105);
    expect(await count('1 = 1')).toBe(0);
    expect(world.graph.metrics.requests).toBe(0);
  });
});

describe('POST /sync/item', () => {
  test('S49, S131: pushes at once a reservation that had no mapping yet', async () => {
    const { status, body } = await world.call('POST /sync/item/event/1008/104');
    expect(status).toBe(200);
    expect(bodies.pushOneBody.parse(body)).toMatchObject({
      success: true,
      message: 'Created in Outlook',
      result: {
        item_type: 'event',
        item_id: 1008,
        resource_id: 104,
        action: 'created',
        title: 'Årsmøte Frivilligsentralen',
      },
      error_details: [],
      remaining: 0,
    });
    const again = await world.call('POST /sync/item/event/1008/104');
    expect(again.body).toMatchObject({ message: 'Already equal in Outlook', result: { action: 'unchanged' } });
  });

  test('S130: the call of the PHP class works: POST without body, JSON content type', async () => {
    const headers = { 'content-type': 'application/json' };
    const { status, body } = await world.call('POST /sync/item/booking/3057/103', { headers });
    expect({ status, action: body.result.action }).toEqual({ status: 200, action: 'created' });
  });

  test.each([
    ['event/9999/101', 404, 'unknown', 'reservationId'],
    ['event/1008/101', 404, 'unknown', 'resourceId'],
    ['event/1008/999', 404, 'unknown', 'resourceId'],
    ['event/1023/105', 409, 'not_allowed', 'resourceId'],
    ['event/1024/203', 409, 'not_allowed', 'resourceId'],
    ['meeting/1008/104', 400, 'invalid_request', 'reservationType'],
    ['event/0/104', 400, 'invalid_request', 'reservationId'],
    ['event/-1/104', 400, 'invalid_request', 'reservationId'],
    ['event/abc/104', 400, 'invalid_request', 'reservationId'],
    ['event/1008/0', 400, 'invalid_request', 'resourceId'],
  ])('S50: %s answers %i', async (path, status, code, field) => {
    const reply = await world.call(`POST /sync/item/${path}`);
    expect(reply.status).toBe(status);
    expect(reply.body).toMatchObject({ success: false, code, field, error: expect.any(String) });
  });

  test('a room in other hands answers 202: nothing is lost', async () => {
    await world.call('POST /sync/populate-mapping');
    const calendar = 'aere@fjordvik.example';
    await world.app.store.calendars.claim([calendar], 'somebody', 600_000);
    const { status, body } = await world.call('POST /sync/item/event/1008/104');
    expect(status).toBe(202);
    expect(queuedBody.parse(body)).toMatchObject({ success: true, queued: true, code: 'busy' });
    const [state] = await world.app.store.calendars.list([calendar]);
    expect(state?.signalVersion).toBeGreaterThan(state?.handledVersion ?? 0);
  });
});

describe('DELETE /sync/cleanup-orphaned', () => {
  test('S79: removes mappings whose reservation is gone and tells what it kept', async () => {
    await world.call('POST /sync/populate-mapping');
    await world.call('POST /sync/item/event/1008/104');
    for (const id of [1008, 1011]) {
      for (const table of ['event_date', 'event_resource', 'event_agegroup', 'event_targetaudience']) {
        await world.run(`DELETE FROM bb_${table} WHERE event_id = ${id}`);
      }
      await world.run(`DELETE FROM bb_event WHERE id = ${id}`);
    }
    const { status, body } = await world.call('DELETE /sync/cleanup-orphaned');
    expect(status).toBe(200);
    expect(bodies.cleanupBody.parse(body)).toMatchObject({
      success: true,
      message: 'Orphaned mappings removed',
      deleted_count: 1,
      kept_for_outlook_cleanup: 1,
      details: [
        {
          reservation_type: 'event',
          reservation_id: 1011,
          resource_id: 103,
          reason: 'The reservation does not exist any more',
        },
      ],
      errors: 0,
    });
    expect(await count('reservation_id = 1008')).toBe(1);
  });
});

describe('bad input', () => {
  test.each([
    ['GET /sync/pending-items?limit=0', 'limit'],
    ['GET /sync/pending-items?limit=-1', 'limit'],
    ['GET /sync/pending-items?limit=abc', 'limit'],
    ['GET /sync/pending-items?limit=1001', 'limit'],
    ['POST /sync/to-outlook?limit=0', 'limit'],
    ['POST /sync/to-outlook?limit=1001', 'limit'],
    ['POST /sync/to-outlook?dryrun=true', 'dryrun'],
    ['POST /sync/populate-mapping?resource_id=0', 'resource_id'],
    ['POST /sync/populate-mapping?resource_id=abc', 'resource_id'],
  ])('S46: %s is refused with the field name', async (line, field) => {
    const { status, body } = await world.call(line);
    expect({ status, ...body }).toEqual({
      status: 400,
      success: false,
      code: 'invalid_request',
      field,
      error: expect.stringContaining(field),
    });
  });

  test('invalid JSON is refused even where no body is needed', async () => {
    const { status, body } = await world.call('POST /sync/to-outlook', { body: '{"limit": 5' });
    expect({ status, ...body }).toMatchObject({ status: 400, field: 'body', code: 'invalid_request' });
    expect(world.graph.metrics.requests).toBe(0);
  });
});

test('every call that writes leaves a finished run with its counts', async () => {
  await world.call('POST /sync/to-outlook?limit=3');
  await world.call('POST /sync/item/event/9999/101');
  const runs = await world.app.store.runs.list(10);
  expect(runs.map(({ job, trigger, outcome }) => [job, trigger, outcome]).sort()).toEqual([
    ['sync-item', 'http', 'skipped'],
    ['to-outlook', 'http', 'ok'],
  ]);
  expect(runs.find((run) => run.job === 'to-outlook')?.counts).toMatchObject({ created: 3, remaining: 102 });
  expect(runs.find((run) => run.job === 'sync-item')?.error).toContain('event:9999');
});
