/** The guide's own steps and texts, run in order on a fresh installation. */

import { statsBody } from '../../src/http/bodies/monitoring.ts';
import { pendingBody, populateBody, pushBody } from '../../src/http/bodies/sync.ts';
import { openedForEach } from '../support/lifetimes.ts';
import { sum } from './support/answers.ts';
import { openFunctionWorld } from './support/function-world.ts';

const world = openedForEach(() => openFunctionWorld());

test('S101: steps 1 to 4 run in order, with the documented bodies', async () => {
  await world.run('DELETE FROM bridge_resource_mappings');
  await world.run(`INSERT INTO bridge_resource_mappings (resource_id, outlook_item_id, outlook_item_name, active)
VALUES (103, 'ornen@fjordvik.example', 'Conference Room A', 1);`);
  const populated = populateBody.parse((await world.call('POST /sync/populate-mapping')).body);

  const pending = pendingBody.parse((await world.call('GET /sync/pending-items')).body);
  expect(pending.count).toBe(populated.created - 2);
  expect(Object.keys(pending.items[0] ?? {})).toEqual(
    expect.arrayContaining([
      'id',
      'reservation_type',
      'reservation_id',
      'resource_id',
      'outlook_item_id',
      'sync_status',
      'priority_level',
    ]),
  );

  const pushed = pushBody.parse((await world.call('POST /sync/to-outlook')).body);
  expect(pushed.results).toMatchObject({ processed: pending.count, created: pending.count, updated: 0, errors: 0 });

  const { statistics } = statsBody.parse((await world.call('GET /sync/status')).body);
  expect(statistics).toMatchObject({
    total_mappings: populated.created,
    summary: { pending: 0, synced: pending.count, error: 2 },
  });
  expect(Object.values(statistics.by_type).reduce((all, counts) => all + sum(counts), 0)).toBe(
    statistics.total_mappings,
  );
});

test('S107: Norwegian letters survive the way to Outlook', async () => {
  await world.run("UPDATE bb_event SET name = 'Test på outlook integrasjon – ÆØÅ' WHERE id = 1008");
  const { body } = await world.call('POST /sync/item/event/1008/104');
  expect(body.result.title).toBe('Test på outlook integrasjon – ÆØÅ');
  const event = await world.graph.handle({
    method: 'GET',
    url: `/v1.0/users/aere@fjordvik.example/events/${body.result.outlook_event_id}`,
    headers: { authorization: 'Bearer x', prefer: 'IdType="ImmutableId"' },
  } as never);
  expect(JSON.stringify(event)).toContain('Test på outlook integrasjon – ÆØÅ');
});

test('S109: a mapping whose reservation is gone answers in the words of the guide, and clean-up removes the row', async () => {
  await world.call('POST /sync/populate-mapping');
  for (const table of ['event_date', 'event_resource', 'event_agegroup', 'event_targetaudience']) {
    await world.run(`DELETE FROM bb_${table} WHERE event_id = 1008`);
  }
  await world.run('DELETE FROM bb_event WHERE id = 1008');
  const { status, body } = await world.call('POST /sync/item/event/1008/104');
  expect({ status, ...body }).toMatchObject({
    status: 404,
    success: false,
    error: expect.stringContaining('Calendar item not found for mapping'),
    field: 'reservationId',
  });
  const rows = () =>
    world.run(
      "SELECT sync_status, error_message FROM bridge_mappings WHERE reservation_id = 1008 AND reservation_type = 'event'",
    );
  expect(await rows()).toEqual([
    { sync_status: 'error', error_message: expect.stringContaining('Calendar item not found for mapping') },
  ]);
  await world.call('DELETE /sync/cleanup-orphaned');
  expect(await rows()).toEqual([]);
});

test('S123: the recovery calls are safe to repeat', async () => {
  await world.call('POST /sync/to-outlook?limit=1000');
  const before = await world.run('SELECT id, version FROM bridge_mappings');
  const requests = world.graph.metrics.requests;
  for (const line of [
    'POST /sync/populate-mapping',
    'POST /sync/to-outlook',
    'GET /booking/pending-imports',
    'POST /booking/process-imports',
    'POST /bridges/sync-deletions',
    'POST /bridges/sync-deletions-reenabled',
    'DELETE /sync/cleanup-orphaned',
  ]) {
    for (let round = 0; round < 2; round += 1) expect((await world.call(line)).status).toBe(200);
  }
  expect(await world.run('SELECT id, version FROM bridge_mappings')).toEqual(before);
  expect(world.graph.metrics.requests).toBe(requests);
});

test('S125: plain calls without any header or body do what the timers do', async () => {
  for (const line of [
    'POST /sync/to-outlook?limit=100',
    'POST /sync/from-outlook',
    'POST /booking/process-imports',
    'POST /bridges/sync-deletions',
    'DELETE /sync/cleanup-orphaned',
  ]) {
    expect((await world.call(line)).status).toBe(200);
  }
  const { body } = await world.call('GET /sync/stats');
  expect(body.statistics.summary.synced).toBe(100);
});

test("S4: a cancellation on either side ends the other side's copy", async () => {
  await world.call('POST /sync/to-outlook?limit=1000');
  await world.call('POST /polling/poll-changes');
  const eventOf = async (id: number) =>
    (
      await world.run<{ id: string }>(
        `SELECT outlook_event_id AS id FROM bridge_mappings WHERE reservation_type = 'event' AND reservation_id = ${id}`,
      )
    )[0]?.id ?? '';
  const [inOutlook, inBooking] = [await eventOf(1002), await eventOf(1008)];
  world.graph.actors.deleteInRoom('ornen@fjordvik.example', inOutlook);
  await world.run('UPDATE bb_event SET active = 0 WHERE id = 1008');
  await world.call('POST /polling/poll-changes');
  await world.call('POST /bridges/sync-deletions');
  expect(await world.run('SELECT id, active FROM bb_event WHERE id IN (1002, 1008) ORDER BY id')).toEqual([
    { id: 1002, active: 0 },
    { id: 1008, active: 0 },
  ]);
  const seen = world.graph.actors.view('aere@fjordvik.example', Date.parse('2027-03-10'), Date.parse('2027-03-11'));
  expect(seen.map(({ id }) => id)).not.toContain(inBooking);
  const { summary } = (await world.call('GET /sync/stats')).body.statistics;
  expect(summary).toMatchObject({ cancelled: 2, synced: 103 });
});
