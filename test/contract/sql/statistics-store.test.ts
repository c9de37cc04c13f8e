import type { StatisticsStore } from '../../../src/monitoring/ports.ts';
import { parseBookingSchema } from '../../../src/sql/booking-schema.ts';
import { createStatisticsStore } from '../../../src/sql/statistics-store.ts';
import { noteStatements } from '../../support/booking-statements.ts';
import { SQL_ENGINES, sharedSqlRooms } from '../../support/sql-world.ts';

describe.each(SQL_ENGINES)('statistics on %s', (engine) => {
  const world = sharedSqlRooms(engine);
  let store: StatisticsStore;
  beforeAll(() => {
    store = createStatisticsStore(world.database, world.schema);
  });

  let next = 1;
  /** A mapping by plain SQL; `resource_id` 1 is a mapped room. */
  async function add(columns: Readonly<Record<string, string | number>>): Promise<void> {
    next += 1;
    const row = {
      resource_id: 1,
      outlook_item_id: 'room-a@example.org',
      reservation_type: 'event',
      reservation_id: next,
      ...columns,
    };
    const values = Object.values(row).map((value) =>
      typeof value === 'number' ? value : value === 'NULL' ? value : `'${value}'`,
    );
    await world.run(`INSERT INTO bridge_mappings (${Object.keys(row).join(', ')}) VALUES (${values.join(', ')})`);
  }

  test('an empty table has no figures and no times', async () => {
    expect(await store.countMappings()).toEqual([]);
    expect(await store.readSyncTimes()).toEqual({ oldestPendingAt: null, lastSyncAt: null });
    expect(await store.countOrphans()).toBe(0);
    expect(await store.countCancelled()).toEqual([]);
    expect(await store.countFailedDeletions()).toEqual([]);
    expect(await store.countReenabled()).toBe(0);
    expect(await store.countImports()).toEqual([]);
    expect(await store.countFailedImports()).toEqual([]);
    expect(await store.readImportTimes()).toEqual({ count: 0, firstAt: null, lastAt: null });
  });

  test('mappings are counted by type, status and direction, missing ones included', async () => {
    await add({ sync_status: 'synced', sync_direction: 'booking_to_outlook' });
    await add({ sync_status: 'synced', sync_direction: 'booking_to_outlook' });
    await add({
      sync_status: 'imported',
      sync_direction: 'outlook_to_booking',
      reservation_type: 'NULL',
      reservation_id: 'NULL',
    });
    await add({ sync_status: 'pending' });
    const counts = await store.countMappings();
    expect(counts).toHaveLength(3);
    expect(counts).toEqual(
      expect.arrayContaining([
        { type: 'event', status: 'synced', direction: 'booking_to_outlook', count: 2 },
        { type: null, status: 'imported', direction: 'outlook_to_booking', count: 1 },
        { type: 'event', status: 'pending', direction: null, count: 1 },
      ]),
    );
    expect(world.statements).toHaveLength(1);
  });

  test('the oldest pending row and the latest agreement are found, whatever was updated last', async () => {
    await add({ sync_status: 'pending', created_at: '2027-02-03T10:00:00.000Z' });
    await add({ sync_status: 'pending', created_at: '2027-02-02T10:00:00.000Z' });
    await add({
      sync_status: 'synced',
      created_at: '2027-01-01T10:00:00.000Z',
      last_sync_at: '2027-02-01T10:00:00.000Z',
      updated_at: '2027-02-28T10:00:00.000Z',
    });
    await add({
      sync_status: 'synced',
      last_sync_at: '2027-02-20T10:00:00.000Z',
      updated_at: '2027-02-20T10:00:00.000Z',
    });
    await add({ sync_status: 'synced', updated_at: '2027-02-28T12:00:00.000Z' });
    expect(await store.readSyncTimes()).toEqual({
      oldestPendingAt: '2027-02-02T10:00:00.000Z',
      lastSyncAt: '2027-02-20T10:00:00.000Z',
    });
  });

  test('rows without their reservation are orphans, and hollow rows, but none in a room without a mapping', async () => {
    await add({ sync_status: 'synced' });
    await add({ sync_status: 'cancelled', reservation_type: 'booking' });
    await add({ sync_status: 'synced', reservation_type: 'allocation', resource_id: 9 });
    await add({ sync_status: 'pending', reservation_type: 'NULL', reservation_id: 'NULL' });
    await add({ sync_status: 'imported', reservation_type: 'NULL', reservation_id: 'NULL', outlook_event_id: 'X1' });
    expect(await store.countOrphans()).toBe(3);
  });

  test('cancellations are counted by direction and canceller, with first and last', async () => {
    const cancelled = { sync_status: 'cancelled', sync_direction: 'booking_to_outlook' };
    await add({ ...cancelled, cancelled_by: 'booking', cancelled_at: '2027-02-01T10:00:00.000Z' });
    await add({ ...cancelled, cancelled_by: 'booking', cancelled_at: '2027-02-03T10:00:00.000Z' });
    await add({ ...cancelled, cancelled_by: 'outlook', cancelled_at: '2027-02-02T10:00:00.000Z' });
    await add({ sync_status: 'synced' });
    const counts = await store.countCancelled();
    expect(counts).toHaveLength(2);
    expect(counts).toContainEqual({
      direction: 'booking_to_outlook',
      by: 'booking',
      count: 2,
      firstAt: '2027-02-01T10:00:00.000Z',
      lastAt: '2027-02-03T10:00:00.000Z',
    });
  });

  test('S114: failed deletions are told from other errors, by their message', async () => {
    await add({ sync_status: 'error', error_message: 'Outlook event deletion failed: refused' });
    await add({ sync_status: 'error', error_message: 'Outlook event deletion failed: refused' });
    await add({ sync_status: 'error', error_message: 'Invalid time range' });
    await add({ sync_status: 'cancelled', error_message: 'Outlook event deletion failed: refused' });
    expect(await store.countFailedDeletions()).toEqual([
      { message: 'Outlook event deletion failed: refused', count: 2 },
    ]);
  });

  test('imports are counted by state, those with a reservation apart, and nothing born in the booking system', async () => {
    const outlook = { origin: 'outlook', reservation_type: 'NULL', reservation_id: 'NULL' };
    await add({ origin: 'outlook', sync_status: 'synced', reservation_id: 78268 });
    await add({ origin: 'outlook', sync_status: 'synced', reservation_id: 78270 });
    await add({ origin: 'outlook', sync_status: 'cancelled', reservation_id: 78269 });
    await add({ ...outlook, sync_status: 'cancelled' });
    await add({ ...outlook, sync_status: 'imported' });
    await add({ ...outlook, sync_status: 'conflict', conflict_kind: 'overlap' });
    await add({ sync_status: 'conflict', conflict_kind: 'suppressed' });
    const row = { conflictKind: null, hasReservation: false, count: 1, firstId: null, lastId: null };
    const counts = await store.countImports();
    expect(counts).toHaveLength(5);
    expect(counts).toEqual(
      expect.arrayContaining([
        { ...row, status: 'synced', hasReservation: true, count: 2, firstId: 78268, lastId: 78270 },
        { ...row, status: 'cancelled', hasReservation: true, firstId: 78269, lastId: 78269 },
        { ...row, status: 'cancelled' },
        { ...row, status: 'imported' },
        { ...row, status: 'conflict', conflictKind: 'overlap' },
      ]),
    );
    expect(world.statements).toHaveLength(1);
  });

  test('S60, S111: failed imports are counted by message; one that only waits did not fail', async () => {
    const waiting = { origin: 'outlook', sync_status: 'imported', reservation_type: 'NULL', reservation_id: 'NULL' };
    await add({ ...waiting, error_message: 'Transaction failed', retry_count: 1 });
    await add({ ...waiting, error_message: 'Transaction failed', retry_count: 3 });
    await add({ ...waiting, error_message: 'Shown as free' });
    await add({ sync_status: 'error', error_message: 'Transaction failed', retry_count: 1 });
    expect(await store.countFailedImports()).toEqual([{ message: 'Transaction failed', count: 2 }]);
  });

  test('S59: the time an import became its reservation is that of its first entry; others are left out', async () => {
    const at = async (mapping: number, action: string, time: string) => {
      await world.run(`INSERT INTO bridge_journal (at, run_id, actor, action, reason, mapping_id)
        VALUES ('${time}', 'r', 'timer', '${action}', 'x', ${mapping})`);
    };
    await at(8, 'reservation-created', '2027-02-01T10:00:00.000Z');
    await at(8, 'room-linked', '2027-02-02T10:00:00.000Z');
    await at(9, 'room-linked', '2027-02-03T10:00:00.000Z');
    await at(10, 'mapping-cancelled', '2027-02-03T10:00:00.000Z');
    world.statements.length = 0;
    expect(await store.readProcessedTimes([8, 9, 10, 11])).toEqual(
      new Map([
        [8, '2027-02-01T10:00:00.000Z'],
        [9, '2027-02-03T10:00:00.000Z'],
      ]),
    );
    expect(world.statements).toHaveLength(1);
    expect(await store.readProcessedTimes([])).toEqual(new Map());
    expect(world.statements).toHaveLength(1);
  });

  test('re-enables, and reservations made of imports with their times, come from the journal', async () => {
    const entry = {
      runId: 'r',
      actor: 'timer',
      reason: 'x',
      cause: null,
      calendar: null,
      resourceId: null,
      mappingId: null,
      type: null,
      reservationId: null,
      eventId: null,
      before: null,
      after: null,
    };
    await world.store.journal.append([
      { ...entry, action: 'mapping-reenabled' },
      { ...entry, action: 'mapping-reenabled' },
      { ...entry, action: 'mapping-cancelled' },
      { ...entry, action: 'reservation-created' },
    ]);
    expect(await store.countReenabled()).toBe(2);
    expect(await store.readImportTimes()).toEqual({
      count: 1,
      firstAt: expect.stringMatching(/^\d{4}-.*Z$/),
      lastAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });
});

test('what a SQL Server is asked', async () => {
  const schema = parseBookingSchema({ schema: 'dbo', tables: { event: 'your_event_table' } });
  const { database, noted } = noteStatements(schema, [
    [/ORDER BY updated_at/, [{ at: '2027-03-01T07:00:00.000Z' }]],
    [/min\(|count\(/i, [{ oldest: null, count: 0, n: 0 }]],
  ]);
  const store = createStatisticsStore(database, schema);
  for (const method of [
    'countMappings',
    'readSyncTimes',
    'countOrphans',
    'countCancelled',
    'countFailedDeletions',
    'countReenabled',
    'countImports',
    'countFailedImports',
    'readImportTimes',
  ] as const) {
    await store[method]();
  }
  await store.readProcessedTimes([8, 9]);
  expect(
    noted
      .map(({ sql }) => sql.replace(/ (?=(?:FROM|from|WHERE|where|AND|and|UNION ALL|group by|ORDER BY) )/g, '\n  '))
      .join('\n\n'),
  ).toMatchSnapshot();
});
