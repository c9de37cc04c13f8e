import type { NewMapping } from '../../../src/domain/mapping.ts';
import {
  addMappings,
  byId,
  eventOf,
  idsOf,
  importOf,
  OTHER_ROOM,
  ROOM,
  SQL_ENGINES,
  sharedSqlRooms,
} from '../../support/sql-world.ts';

const PAST = '2020-01-01T00:00:00.000Z';
const FUTURE = '2099-01-01T00:00:00.000Z';

describe.each(SQL_ENGINES)('picking and listing mappings on %s', (engine) => {
  const world = sharedSqlRooms(engine);

  const mappings = () => world.store.mappings;

  /** Adds rows as if created one second after the other. */
  async function add(...rows: readonly NewMapping[]): Promise<number[]> {
    const ids = idsOf(await addMappings(world, rows));
    for (const [index, id] of ids.entries()) {
      const at = `2027-01-01T00:00:${String(index).padStart(2, '0')}.000${engine === 'sqlite' ? 'Z' : ''}`;
      await world.run(`UPDATE bridge_mappings SET created_at = '${at}' WHERE id = ${id}`);
    }
    world.statements.length = 0;
    return ids;
  }

  test('what wants a write: pending, retryable errors, suppressed rows whose event must go', async () => {
    const rows = [
      eventOf(1),
      eventOf(2, { status: 'error' }),
      eventOf(3, { status: 'error', retryable: false }),
      eventOf(4, { status: 'conflict', conflictKind: 'suppressed', eventId: 'must go' }),
      eventOf(5, { status: 'conflict', conflictKind: 'suppressed' }),
      eventOf(6, { status: 'conflict', conflictKind: 'edited', eventId: 'stays' }),
      eventOf(7, { status: 'synced', eventId: 'synced' }),
      eventOf(8, { status: 'cancelled' }),
      importOf('imported'),
    ];
    const ids = await add(...rows);
    expect(byId(...idsOf(await mappings().pickPushable({ limit: 50 })))).toEqual(byId(ids[0], ids[1], ids[3]));
    expect(await mappings().countPushable({})).toBe(3);
  });

  test('E36: hollow rows want nothing', async () => {
    const [id] = await add(eventOf(1));
    await world.run(`UPDATE bridge_mappings SET reservation_id = NULL WHERE id = ${id}`);
    expect(await mappings().countPushable({})).toBe(0);
  });

  test('E13: rooms without an active mapping are frozen, for pushes and for imports', async () => {
    await add(eventOf(1), importOf('imported'));
    await world.run('UPDATE bridge_resource_mappings SET active = 0');
    expect(await mappings().pickPushable({ limit: 50 })).toEqual([]);
    expect(await mappings().countPushable({})).toBe(0);
    expect(await mappings().pickImports({ limit: 50 })).toEqual([]);
  });

  test('S45, E58: due first, then priority, pending before error, created, start', async () => {
    const ids = await add(
      eventOf(1, { priority: 1, nextRetryAt: FUTURE }),
      eventOf(2, { priority: 2 }),
      eventOf(3, { priority: 1, status: 'error', nextRetryAt: PAST }),
      eventOf(4, { priority: 1, startsAt: '2027-05-01 08:00:00' }),
      eventOf(5, { priority: 1, startsAt: '2027-04-01 08:00:00' }),
    );
    await world.run(
      `UPDATE bridge_mappings SET created_at = (SELECT MIN(created_at) FROM bridge_mappings) WHERE id IN (${ids[3]}, ${ids[4]})`,
    );
    const order = [ids[4], ids[3], ids[2], ids[1], ids[0]];
    expect(idsOf(await mappings().pickPushable({ limit: 50 }))).toEqual(order);
    expect(idsOf(await mappings().pickPushable({ limit: 2 }))).toEqual(order.slice(0, 2));
    const listed = await mappings().list({ limit: 50, orderBy: 'push' });
    expect(idsOf(listed.rows)).toEqual(order);
  });

  test('scope: rooms, resources and what is due', async () => {
    const [here, there, waiting] = await add(
      eventOf(1, { nextRetryAt: '2027-01-01T00:00:00.000Z' }),
      eventOf(1, { resourceId: 2, calendar: OTHER_ROOM }),
      eventOf(2, { nextRetryAt: '2027-01-01T00:00:00.001Z' }),
    );
    const pick = async (scope: object) => byId(...idsOf(await mappings().pickPushable({ limit: 50, ...scope })));
    expect(await pick({ calendars: [ROOM] })).toEqual(byId(here, waiting));
    expect(await pick({ resourceIds: [2, 3] })).toEqual([there]);
    expect(await pick({ calendars: [ROOM], resourceIds: [2] })).toEqual([]);
    expect(await pick({ dueAt: '2027-01-01T00:00:00.000Z' })).toEqual(byId(here, there));
    expect(await mappings().countPushable({ dueAt: '2027-01-01T00:00:00.001Z', calendars: [ROOM] })).toBe(2);
  });

  test('imports wait oldest first, overlaps with them; what has a reservation or cannot be cured does not', async () => {
    const [first, second] = await add(
      importOf('1'),
      importOf('2', { status: 'conflict', conflictKind: 'overlap', nextRetryAt: FUTURE }),
      importOf('3', { retryable: false }),
      importOf('4', { status: 'synced', type: 'event', reservationId: 9 }),
      importOf('5', { status: 'cancelled' }),
      eventOf(1),
    );
    expect(idsOf(await mappings().pickImports({ limit: 50 }))).toEqual([first, second]);
    expect(idsOf(await mappings().pickImports({ limit: 1 }))).toEqual([first]);
    expect(idsOf(await mappings().pickImports({ limit: 50, dueAt: PAST }))).toEqual([first]);
    expect(await mappings().pickImports({ limit: 50, calendars: [OTHER_ROOM] })).toEqual([]);
  });

  test('neither conflicts nor failures starve fresh imports', async () => {
    const [conflict, failed, fresh] = await add(
      importOf('1', { status: 'conflict', conflictKind: 'overlap' }),
      importOf('2', { nextRetryAt: FUTURE }),
      importOf('3'),
    );
    expect(idsOf(await mappings().pickImports({ limit: 50 }))).toEqual([fresh, conflict, failed]);
  });

  test('lists conflicts of one kind', async () => {
    const [overlap] = await add(
      importOf('1', { status: 'conflict', conflictKind: 'overlap' }),
      eventOf(1, { status: 'conflict', conflictKind: 'suppressed' }),
    );
    const query = {
      statuses: ['conflict'],
      conflictKinds: ['overlap', 'edited'],
      orderBy: 'updatedAt',
      limit: 10,
    } as const;
    const { rows, total } = await mappings().list(query);
    expect([idsOf(rows), total]).toEqual([[overlap], 1]);
  });

  test('lists pages newest first with the total, filtered every way', async () => {
    const [a, b, c] = await add(
      eventOf(1, { status: 'cancelled', cancelledAt: FUTURE }),
      importOf('2', { status: 'cancelled', cancelledAt: PAST, direction: 'outlook_to_booking' }),
      eventOf(3, { direction: 'bidirectional' }),
    );
    const list = async (query: object) => {
      const { rows, total } = await mappings().list({ limit: 50, orderBy: 'createdAt', ...query });
      return { ids: idsOf(rows), total };
    };
    expect(await list({})).toEqual({ ids: [c, b, a], total: 3 });
    expect(await list({ limit: 1 })).toEqual({ ids: [c], total: 3 });
    expect(await list({ statuses: ['cancelled'], orderBy: 'cancelledAt' })).toEqual({ ids: [a, b], total: 2 });
    expect(await list({ statuses: ['cancelled', 'pending'], origin: 'booking' })).toEqual({ ids: [c, a], total: 2 });
    expect(await list({ direction: 'bidirectional' })).toEqual({ ids: [c], total: 1 });
    expect(await list({ hasReservation: false })).toEqual({ ids: [b], total: 1 });
    expect(await list({ hasReservation: true })).toEqual({ ids: [c, a], total: 2 });
  });

  test('what was written last is listed first by update', async () => {
    const [first, second] = await add(eventOf(1), eventOf(2));
    await world.run(
      `UPDATE bridge_mappings SET updated_at = '2000-01-01T00:00:00.000${engine === 'sqlite' ? 'Z' : ''}', version = version + 1`,
    );
    await mappings().save([{ id: first ?? 0, version: 3, change: { error: null } }]);
    const { rows } = await mappings().list({ limit: 50, orderBy: 'updatedAt' });
    expect(idsOf(rows)).toEqual([first, second]);
  });
});
