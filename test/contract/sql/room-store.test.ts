import { createSyncStore } from '../../../src/sql/sync-store.ts';
import type { BookingSystem } from '../../../src/sync/ports.ts';
import { only, SQL_ENGINES, sharedSqlWorld } from '../../support/sql-world.ts';

describe.each(SQL_ENGINES)('rooms on %s', (engine) => {
  const world = sharedSqlWorld(engine);

  const rooms = () => world.store.rooms;

  async function addMapping(resource: number, calendar: string, active = 1): Promise<void> {
    await world.run(`INSERT INTO bridge_resource_mappings (resource_id, outlook_item_id, outlook_item_name, active)
      VALUES (${resource}, '${calendar}', 'Room ${resource}', ${active})`);
  }

  /** With identities of our choice, which SQL Server has to be told. */
  async function addResource(id: number, name: string, buildings: readonly number[]): Promise<void> {
    await insertWithId('bb_resource', `INSERT INTO bb_resource (id, name, activity_id) VALUES (${id}, '${name}', 1)`);
    for (const building of buildings) {
      await world.run(`INSERT INTO bb_building_resource (building_id, resource_id) VALUES (${building}, ${id})`);
    }
  }

  async function insertWithId(table: string, insert: string): Promise<void> {
    await world.run(
      engine === 'sqlite' ? insert : `SET IDENTITY_INSERT ${table} ON; ${insert}; SET IDENTITY_INSERT ${table} OFF`,
    );
  }

  async function addCustomerRows(): Promise<void> {
    await world.run(`DELETE FROM bb_activity`);
    await insertWithId('bb_activity', `INSERT INTO bb_activity (id, name, description) VALUES (1, 'x', 'x')`);
    for (const id of [3, 4]) {
      await insertWithId(
        'bb_building',
        `INSERT INTO bb_building (id, activity_id, name, homepage) VALUES (${id}, 1, 'House ${id}', '')`,
      );
    }
    await addResource(1, 'Hall', [4, 3]);
    await addResource(2, 'Tent', []);
  }

  test('S22: active rooms by resource, with names of resource and building; of several buildings the lowest', async () => {
    await addCustomerRows();
    await addMapping(2, 'tent@example.org');
    await addMapping(1, 'hall@example.org');
    await addMapping(7, 'gone@example.org');
    await addMapping(8, 'off@example.org', 0);
    expect(await rooms().listActive()).toMatchObject([
      {
        resourceId: 1,
        calendar: 'hall@example.org',
        resourceName: 'Hall',
        buildingId: 3,
        buildingName: 'House 3',
        active: true,
      },
      { resourceId: 2, resourceName: 'Tent', buildingId: null, buildingName: null },
      { resourceId: 7, resourceName: 'Room 7', calendarName: 'Room 7' },
    ]);
    expect((await rooms().listActive([1, 8])).map(({ resourceId }) => resourceId)).toEqual([1]);
    expect(await rooms().listActive([])).toEqual([]);
    expect((await rooms().listAll()).map(({ resourceId, active }) => [resourceId, active])).toEqual([
      [1, true],
      [2, true],
      [7, true],
      [8, false],
    ]);
  });

  test('finds the active mapping of a resource, else its newest inactive one', async () => {
    await addMapping(1, 'oldest@example.org', 0);
    await addMapping(1, 'newer@example.org', 0);
    expect((await rooms().find(1))?.calendar).toBe('newer@example.org');
    await addMapping(1, 'active@example.org');
    await addMapping(1, 'newest@example.org', 0);
    expect((await rooms().find(1))?.calendar).toBe('active@example.org');
    expect(await rooms().find(2)).toBeNull();
  });

  test('tells whether a resource exists in the booking system', async () => {
    await addCustomerRows();
    expect(await rooms().resourceExists(1)).toBe(true);
    expect(await rooms().resourceExists(99)).toBe(false);
  });

  test('per-room settings come back', async () => {
    await world.run(`INSERT INTO bridge_resource_mappings
      (resource_id, outlook_item_id, sync_direction, authority, horizon_days, activity_id, agegroup_id, audience_id)
      VALUES (1, 'a', 'booking_to_outlook', 'booking', 30, 4, 5, 6)`);
    expect(only(await rooms().listActive())).toMatchObject({
      direction: 'booking_to_outlook',
      authority: 'booking',
      horizonDays: 30,
      activityId: 4,
      agegroupId: 5,
      audienceId: 6,
    });
  });

  test('E44, E45: one active room per resource and one active resource per mailbox, whatever its case', async () => {
    await addMapping(1, 'hall@example.org');
    await addMapping(1, 'hall@example.org', 0);
    const refused = { kind: 'precondition-failed', code: 'unique-violation' };
    await expect(addMapping(1, 'other@example.org')).rejects.toMatchObject(refused);
    await expect(addMapping(2, 'Hall@Example.org')).rejects.toMatchObject(refused);
  });

  test('without building tables rooms have no building', async () => {
    const schema = { ...world.schema, tables: { ...world.schema.tables, building: null, building_resource: null } };
    await addCustomerRows();
    await addMapping(1, 'hall@example.org');
    const store = createSyncStore(world.database, () => ({}) as BookingSystem, schema);
    expect(only(await store.rooms.listActive())).toMatchObject({ resourceName: 'Hall', buildingId: null });
  });
});
