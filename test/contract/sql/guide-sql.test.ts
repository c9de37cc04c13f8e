import {
  addMappings,
  addRooms,
  eventOf,
  importOf,
  only,
  SQL_ENGINES,
  sharedSqlWorld,
} from '../../support/sql-world.ts';

/** The guide's statements as printed; only `LIMIT 10` is not T-SQL. */
const INSERT = `INSERT INTO bridge_resource_mappings (resource_id, outlook_item_id, outlook_item_name, active) 
   VALUES (123, 'room-calendar-id', 'Conference Room A', 1);`;
const OVERALL = `-- Overall mapping status
SELECT reservation_type, sync_status, COUNT(*) 
FROM bridge_mappings 
GROUP BY reservation_type, sync_status;`;
const RECENT = `-- Recent processing results
SELECT * FROM bridge_mappings 
WHERE reservation_id IS NOT NULL 
ORDER BY created_at DESC LIMIT 10;`;
const CANCELLED = `-- Cancellation tracking
SELECT * FROM bridge_mappings 
WHERE sync_status = 'cancelled' 
ORDER BY updated_at DESC;`;
const RESET = `-- Reset all mappings to pending (use with caution)
UPDATE bridge_mappings 
SET sync_status = 'pending', 
    outlook_event_id = NULL,
    reservation_id = NULL
WHERE sync_status != 'cancelled';`;

describe.each(SQL_ENGINES)("the guide's SQL on %s", (engine) => {
  const world = sharedSqlWorld(engine);

  test('the INSERT makes an active room with every default', async () => {
    await world.run(INSERT);
    const room = only(await world.store.rooms.listActive());
    expect(room).toEqual({
      resourceId: 123,
      calendar: 'room-calendar-id',
      calendarName: 'Conference Room A',
      resourceName: 'Conference Room A',
      buildingId: null,
      buildingName: null,
      active: true,
      direction: 'bidirectional',
      authority: 'shared',
      horizonDays: null,
      activityId: null,
      agegroupId: null,
      audienceId: null,
    });
  });

  test('the three verification queries tell counts, recent results and cancellations', async () => {
    await addRooms(world);
    await addMappings(world, [
      eventOf(1, { status: 'synced', eventId: 'one' }),
      eventOf(2, { status: 'cancelled' }),
      importOf('three'),
    ]);
    const counts = (await world.run(OVERALL)).map((row) => Object.values(row));
    expect(counts).toHaveLength(3);
    expect(counts).toEqual(
      expect.arrayContaining([
        ['event', 'synced', 1],
        ['event', 'cancelled', 1],
        [null, 'imported', 1],
      ]),
    );
    const recent = await world.run(
      engine === 'sqlserver' ? RECENT.replace('SELECT *', 'SELECT TOP (10) *').replace(' LIMIT 10', '') : RECENT,
    );
    expect(recent.map((row) => row['reservation_id']).sort()).toEqual([1, 2]);
    expect((await world.run(CANCELLED)).map((row) => row['reservation_id'])).toEqual([2]);
  });

  test('E36: what somebody read before the reset is not written back after it', async () => {
    await addRooms(world);
    const [synced, cancelled] = await addMappings(world, [
      eventOf(1, { status: 'synced', eventId: 'one' }),
      eventOf(2, { status: 'cancelled', eventId: 'two' }),
    ]);
    await world.run(RESET);
    const lost = {
      id: synced?.id ?? 0,
      version: synced?.version ?? 0,
      change: { status: 'synced', error: null } as const,
    };
    const kept = { id: cancelled?.id ?? 0, version: cancelled?.version ?? 0, change: { error: 'seen' } };
    expect(await world.store.mappings.save([lost, kept])).toEqual([cancelled?.id]);
    expect(await world.store.mappings.findByIds([lost.id])).toMatchObject([
      { status: 'pending', reservationId: null, eventId: null, type: 'event' },
    ]);
  });

  test('E36: a reset row cannot be claimed or removed under the version from before', async () => {
    await addRooms(world);
    const [row] = await addMappings(world, [eventOf(1, { status: 'synced', eventId: 'one' })]);
    const before = { id: row?.id ?? 0, version: row?.version ?? 0 };
    await world.run(RESET);
    expect(await world.store.mappings.remove([before])).toEqual([]);
    const [hollow] = await world.store.mappings.findByIds([before.id]);
    expect(await world.store.mappings.remove([{ id: before.id, version: hollow?.version ?? 0 }])).toEqual([before.id]);
  });

  test('an operator may insert a mapping by its keys alone', async () => {
    await world.run(`INSERT INTO bridge_mappings (reservation_type, reservation_id, resource_id, outlook_item_id)
      VALUES ('booking', 7, 1, 'room-a@example.org')`);
    const row = only(await world.store.mappings.findByKeys([{ type: 'booking', id: 7, resourceId: 1 }]));
    expect(row).toMatchObject({ status: 'pending', origin: 'booking', priority: 3, retryable: true, version: 1 });
    expect(row.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test('a word that is none of ours is refused', async () => {
    const insert = `INSERT INTO bridge_mappings (reservation_type, reservation_id, resource_id, outlook_item_id, sync_status)
      VALUES ('booking', 8, 1, 'room-a@example.org', 'Synced')`;
    await expect(world.run(insert)).rejects.toMatchObject({ kind: 'rejected' });
  });
});
