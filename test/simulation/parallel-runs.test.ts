/** R1, R12, S137: several workers push the same rows at the same time. */
import { pushPending } from '../../src/sync/push.ts';
import { openWorld, type World } from '../support/incarnations.ts';

const ROOMS = [101, 102, 103, 104, 201, 202];

/** `count` events of an hour each, one after the other, spread over the rooms; replaces the sample's reservations. */
async function loadEvents(world: World, count: number): Promise<void> {
  for (const table of ['bb_event', 'bb_booking', 'bb_allocation']) await world.run(`UPDATE ${table} SET active = 0`);
  await world.run(`
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${count})
    INSERT INTO bb_event (id, activity_id, name, from_, to_, building_name, contact_name, contact_email, contact_phone, secret)
    SELECT 20000 + i, 1, 'Event ' || i, datetime('2027-03-02 08:00:00', (i / ${ROOMS.length}) || ' hours'),
      datetime('2027-03-02 09:00:00', (i / ${ROOMS.length}) || ' hours'), 'Kulturhus', 'Kari', '', '', 'x' FROM n`);
  await world.run(`
    INSERT INTO bb_event_resource (event_id, resource_id)
    SELECT id, CASE (id - 20000) % 6 WHEN 0 THEN 101 WHEN 1 THEN 102 WHEN 2 THEN 103 WHEN 3 THEN 104 WHEN 4 THEN 201 ELSE 202 END
    FROM bb_event WHERE id >= 20000`);
}

test('S137: three parallel to-outlook runs over 1,000 pending rows make 1,000 events, none twice', async () => {
  const world = await openWorld({ latency: 150 });
  await loadEvents(world, 1000);
  const workers = await Promise.all([world.start(), world.start(), world.start()]);
  let remaining = Number.POSITIVE_INFINITY;
  for (let round = 0; remaining > 0 && round < 5; round += 1) {
    const results = await Promise.all(
      workers.map(({ app }) => pushPending(app.deps, app.startRun('to-outlook', 'http'), { limit: 1000 })),
    );
    expect(results.flatMap((result) => result.errorDetails)).toEqual([]);
    remaining = Math.min(...results.map((result) => result.remaining));
  }
  const markers = world.events().map((event) => event.marker);
  expect(markers).toHaveLength(1000);
  expect(new Set(markers).size).toBe(1000);
  const [mapped] = await world.run<{ n: number; ids: number }>(
    "SELECT COUNT(*) AS n, COUNT(DISTINCT outlook_event_id) AS ids FROM bridge_mappings WHERE sync_status = 'synced'",
  );
  expect(mapped).toEqual({ n: 1000, ids: 1000 });
  await world.close();
}, 30_000);
