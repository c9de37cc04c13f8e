import type { App } from '../../src/app.ts';
import { SyncError } from '../../src/domain/errors.ts';
import * as bodies from '../../src/http/bodies/monitoring.ts';
import { openedForEach } from '../support/lifetimes.ts';
import { sum } from './support/answers.ts';
import { call, openFunctionWorld } from './support/function-world.ts';

const world = openedForEach(() => openFunctionWorld());

const stats = async () => bodies.statsBody.parse((await world.call('GET /sync/stats')).body).statistics;

describe('GET /sync/stats', () => {
  test('all six statuses are there as numbers on an empty table', async () => {
    const { summary, ...rest } = await stats();
    expect(summary).toEqual({
      pending: 0,
      synced: 0,
      error: 0,
      conflict: 0,
      cancelled: 0,
      imported: 0,
      booking_to_outlook: 0,
      outlook_to_booking: 0,
    });
    expect(rest).toMatchObject({
      total_mappings: 0,
      orphaned_mappings: 0,
      oldest_pending_at: null,
      last_sync_at: null,
      jobs: {},
    });
  });

  test('S6, S77, S104: shows each step at once, and every breakdown adds up', async () => {
    await world.call('POST /sync/populate-mapping');
    const populated = await stats();
    expect(populated).toMatchObject({
      total_mappings: 132,
      summary: { pending: 105, synced: 0, error: 2, conflict: 25, booking_to_outlook: 132, outlook_to_booking: 0 },
      by_type: {
        event: { pending: 26, error: 2 },
        booking: { pending: 51, conflict: 6 },
        allocation: { pending: 28, conflict: 19 },
      },
      oldest_pending_at: '2027-03-01T07:00:00.000Z',
      last_sync_at: null,
    });
    await world.call('POST /sync/to-outlook');
    const pushed = await stats();
    expect(pushed.summary).toMatchObject({ pending: 55, synced: 50 });
    expect(pushed.last_sync_at).toBe('2027-03-01T07:00:00.000Z');
    expect(pushed.jobs).toMatchObject({
      populate_mapping: { last_result: 'ok', last_trigger: 'http', last_error: null },
      to_outlook: { last_run_at: '2027-03-01T07:00:00.000Z', last_result: 'ok' },
    });
    for (const { total_mappings: total, by_type, by_status, by_direction } of [populated, pushed]) {
      expect(sum(by_status)).toBe(total);
      expect(sum(by_direction)).toBe(total);
      expect(Object.values(by_type).reduce((all, counts) => all + sum(counts), 0)).toBe(total);
    }
  });

  test('rows without a type are counted as unassigned', async () => {
    await world.run(`INSERT INTO bridge_mappings (resource_id, outlook_item_id, outlook_event_id, sync_status, sync_direction)
      VALUES (103, 'ornen@fjordvik.example', 'X7', 'imported', 'outlook_to_booking')`);
    expect(await stats()).toMatchObject({
      total_mappings: 1,
      summary: { imported: 1, outlook_to_booking: 1 },
      by_type: { unassigned: { imported: 1 } },
    });
  });

  test('I5: reports mappings whose reservation is gone, those of frozen rooms apart', async () => {
    await world.run(`INSERT INTO bridge_mappings (reservation_type, reservation_id, resource_id, outlook_item_id, sync_status)
      VALUES ('event', 9999, 102, 'lillesalen@fjordvik.example', 'cancelled'),
             ('booking', 9999, 102, 'lillesalen@fjordvik.example', 'synced'),
             ('allocation', 9999, 203, 'styrkerom@fjordvik.example', 'synced'),
             ('event', 1002, 103, 'ornen@fjordvik.example', 'synced')`);
    await world.run(`INSERT INTO bridge_mappings (resource_id, outlook_item_id) VALUES (104, 'aere@fjordvik.example')`);
    expect((await stats()).orphaned_mappings).toBe(3);
    const orphans = await world.app.store.booking.findOrphans(100);
    expect(orphans).toHaveLength(3);
  });

  test('the latest agreement is found wherever it is', async () => {
    const row = (id: number, synced: string | null, updated: string) =>
      `('event', ${id}, 103, 'ornen@fjordvik.example', 'synced', ${synced === null ? 'NULL' : `'${synced}'`}, '${updated}')`;
    await world.run(`INSERT INTO bridge_mappings
      (reservation_type, reservation_id, resource_id, outlook_item_id, sync_status, last_sync_at, updated_at) VALUES
      ${row(1, '2027-02-01T10:00:00.000Z', '2027-02-28T10:00:00.000Z')},
      ${row(2, '2027-02-20T10:00:00.000Z', '2027-02-20T10:00:00.000Z')},
      ${row(3, null, '2027-02-28T12:00:00.000Z')}`);
    expect((await stats()).last_sync_at).toBe('2027-02-20T10:00:00.000Z');
  });

  test('S78, I28: /sync/status has the same body, with the parts the guide shows', async () => {
    await world.call('POST /sync/populate-mapping');
    const [one, other] = [await world.call('GET /sync/stats'), await world.call('GET /sync/status')];
    expect(other.body).toEqual(one.body);
    expect(other.body).toMatchObject({
      success: true,
      statistics: {
        total_mappings: expect.any(Number),
        summary: {
          pending: expect.any(Number),
          synced: expect.any(Number),
          error: expect.any(Number),
          conflict: expect.any(Number),
        },
        by_type: { event: expect.any(Object), booking: expect.any(Object), allocation: expect.any(Object) },
      },
    });
  });
});

describe('GET /health', () => {
  test('says that all is well', async () => {
    const { status, body } = await world.call('GET /health');
    expect(status).toBe(200);
    expect(bodies.healthBody.parse(body)).toEqual({
      success: true,
      status: 'healthy',
      database: 'ok',
      missing_settings: [],
      checked_at: '2027-03-01T07:00:00.000Z',
    });
  });

  test('S23: names the Graph settings that are missing', async () => {
    const bare = await openFunctionWorld({ settings: { GRAPH_CREDENTIAL: '', GRAPH_TENANT_ID: 'tenant' } });
    const { status, body } = await bare.call('GET /health');
    expect({ status, ...body }).toMatchObject({
      status: 'degraded',
      missing_settings: ['GRAPH_CLIENT_ID', 'GRAPH_CLIENT_SECRET'],
    });
    await bare.close();
  });

  test('answers 503 when the database is gone', async () => {
    const down = new SyncError('database-unavailable', 'The server does not answer.');
    const { status, body } = await call(
      withPing(() => Promise.reject(down)),
      'GET /health',
    );
    expect(status).toBe(503);
    expect(bodies.healthBody.parse(body)).toMatchObject({
      success: false,
      status: 'unhealthy',
      database: 'unavailable',
    });
  });

  test('does not wait for a database that says nothing', async () => {
    const startedAt = world.clock.now();
    const { status } = await call(
      withPing(() => new Promise(() => {})),
      'GET /health',
    );
    expect({ status, waited: world.clock.now() - startedAt }).toEqual({ status: 503, waited: 5_000 });
  });

  /** The app over a database that answers the ping so. */
  function withPing(now: () => Promise<string>): App {
    return { ...world.app, deps: { ...world.app.deps, store: { ...world.app.store, now } } };
  }
});

describe('S120: the verification queries of the guide', () => {
  test('give the rows the statistics count', async () => {
    await world.call('POST /sync/to-outlook?limit=1000');
    await world.run('UPDATE bb_event SET active = 0 WHERE id = 1008');
    await world.call('POST /bridges/sync-deletions');
    const overall = await world.run<{ reservation_type: string; sync_status: string; 'COUNT(*)': number }>(
      'SELECT reservation_type, sync_status, COUNT(*) FROM bridge_mappings GROUP BY reservation_type, sync_status',
    );
    const { by_type } = await stats();
    for (const row of overall) {
      expect(by_type).toMatchObject({ [row.reservation_type]: { [row.sync_status]: row['COUNT(*)'] } });
    }
    const recent = await world.run(
      'SELECT * FROM bridge_mappings WHERE reservation_id IS NOT NULL ORDER BY created_at DESC LIMIT 10',
    );
    expect(recent).toHaveLength(10);
    const cancelled = await world.run<{ reservation_id: number }>(
      "SELECT * FROM bridge_mappings WHERE sync_status = 'cancelled' ORDER BY updated_at DESC",
    );
    expect(cancelled.map((row) => row.reservation_id)).toEqual([1008]);
  });
});
