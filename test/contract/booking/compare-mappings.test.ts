import { sql } from 'kysely';
import { loadPackB } from '../../../src/sandbox/sample-data/pack-b.ts';
import type { SqlExecutor } from '../../../src/sql/database.ts';
import { BOOKING_VARIANTS, SERVER_TIMEOUT_MS, sharedSampleWorld, tryOut } from '../../support/booking-database.ts';
import { addMapping, mappingOf } from '../../support/booking-mappings.ts';

jest.setTimeout(SERVER_TIMEOUT_MS);

const NOW = '2027-03-01 08:00:00';

describe.each(BOOKING_VARIANTS)('comparing mappings with reservations: %s', (_title, variant) => {
  const world = sharedSampleWorld(variant);
  beforeAll(() => world.booking.introspect());

  const setActive = (executor: SqlExecutor, type: 'event' | 'booking' | 'allocation', id: number, active: number) => {
    const t = world.names.bare(type);
    return sql`UPDATE ${t.$table} SET ${t.active} = ${active} WHERE ${t.id} = ${id}`.execute(executor.db);
  };
  const archiveSeasons = (executor: SqlExecutor) => {
    const season = world.names.bare('season');
    return sql`UPDATE ${season.$table} SET ${season.status} = 'ARCHIVED', ${season.active} = 0`.execute(executor.db);
  };

  test('S61, S62, S79 on pack B: M3 inactive, M4 missing, M6 unlinked; M2 active again; M4 and M8 orphaned', async () => {
    const found = await tryOut(world, async (booking, executor) => {
      await loadPackB(executor);
      const { rows } = await sql<{ id: number; label: string }>`
        SELECT id, COALESCE(outlook_event_id, CAST(reservation_id AS nvarchar(20)), 'hollow') AS label
        FROM bridge_mappings`.execute(executor.db);
      const labels = new Map(rows.map(({ id, label }) => [id, label]));
      return {
        vanished: (await booking.findVanished({ hiddenAfter: NOW })).map((row) => ({
          label: labels.get(row.mappingId),
          reason: row.reason,
          name: row.name,
          active: row.active,
        })),
        reenabled: (await booking.findReenabled({})).map(({ mappingId, name }) => [labels.get(mappingId), name]),
        orphans: (await booking.findOrphans(100)).map((id) => labels.get(id)),
        holds: await booking.findReleasableHolds(),
      };
    });
    expect(found.vanished).toEqual([
      { label: 'X3', reason: 'inactive', name: 'Quizkveld', active: 0 },
      { label: 'X4', reason: 'missing', name: null, active: null },
      { label: 'X6', reason: 'unlinked', name: 'Fjordvikcupen', active: 1 },
    ]);
    expect(found.reenabled).toEqual([['X2', 'Årsmøte Frivilligsentralen']]);
    expect(found.orphans).toEqual(['X4', 'hollow']);
    expect(found.holds).toEqual([]);
  });

  test('S63, S68: cancelled events, bookings and allocations are found, the last two with a computed name', async () => {
    const found = await tryOut(world, async (booking, executor) => {
      await addMapping(executor, mappingOf('event', 1001, 101, 'synced'));
      await addMapping(executor, mappingOf('booking', 3001, 201, 'synced'));
      await addMapping(executor, mappingOf('allocation', 5001, 201, 'synced'));
      await addMapping(executor, mappingOf('allocation', 5002, 201, 'synced'));
      const before = await booking.findVanished({ hiddenAfter: NOW });
      await setActive(executor, 'event', 1001, 0);
      await setActive(executor, 'booking', 3001, 0);
      await setActive(executor, 'allocation', 5001, 2);
      return { before, after: await booking.findVanished({ hiddenAfter: NOW }) };
    });
    expect(found.before).toEqual([]);
    expect(found.after.map(({ reason, name, active }) => [reason, name, active])).toEqual([
      ['inactive', 'Kommunestyremøte', 0],
      ['inactive', 'Booking - Jenter 12', 0],
      ['inactive', 'Allocation - Fjordvik Håndballklubb', 0],
    ]);
  });

  test('E19: hard-deleted rows of every type are found as missing', async () => {
    const reasons = await tryOut(world, async (booking, executor) => {
      for (const type of ['event', 'booking', 'allocation'] as const) {
        await addMapping(executor, mappingOf(type, 8888, 101, 'synced'));
      }
      return (await booking.findVanished({ hiddenAfter: NOW })).map(({ reason }) => reason);
    });
    expect(reasons).toEqual(['missing', 'missing', 'missing']);
  });

  test('E15, E16: a two-room event that loses one room vanishes from that room only', async () => {
    const link = world.names.bare('event_resource');
    const found = await tryOut(world, async (booking, executor) => {
      const kept = await addMapping(executor, mappingOf('event', 1003, 101, 'synced'));
      const lost = await addMapping(executor, mappingOf('event', 1003, 102, 'synced'));
      await sql`DELETE FROM ${link.$table} WHERE ${link.event_id} = 1003 AND ${link.resource_id} = 102`.execute(
        executor.db,
      );
      return { kept, lost, vanished: await booking.findVanished({ hiddenAfter: NOW }) };
    });
    expect(found.vanished.map(({ mappingId, reason }) => [mappingId, reason])).toEqual([[found.lost, 'unlinked']]);
    expect(found.kept).not.toBe(found.lost);
  });

  test.each([
    ['pending', true],
    ['synced', true],
    ['error', true],
    ['conflict', true],
    ['cancelled', false],
    ['imported', false],
  ])('a mapping that is %s counts as live: %s', async (status, live) => {
    const vanished = await tryOut(world, async (booking, executor) => {
      await addMapping(executor, mappingOf('event', 1016, 101, status));
      return booking.findVanished({ hiddenAfter: NOW });
    });
    expect(vanished).toHaveLength(live ? 1 : 0);
  });

  test('E66: an event that came back while its slot was taken waits for a person', async () => {
    const vanished = await tryOut(world, async (booking, executor) => {
      await addMapping(executor, { ...mappingOf('event', 1016, 101, 'conflict'), conflict_kind: 'overlap' });
      return booking.findVanished({ hiddenAfter: NOW });
    });
    expect(vanished).toEqual([]);
  });

  test('E30, E49: neither age nor a cancellation that was taken back makes a reservation vanish', async () => {
    const vanished = await tryOut(world, async (booking, executor) => {
      await addMapping(executor, mappingOf('event', 1026, 202, 'synced'));
      await addMapping(executor, mappingOf('event', 1028, 101, 'synced'));
      await addMapping(executor, mappingOf('event', 1001, 101, 'synced'));
      await booking.deactivate({ type: 'event', id: 1001 }, null);
      await booking.reactivate({ type: 'event', id: 1001 });
      return booking.findVanished({ hiddenAfter: NOW });
    });
    expect(vanished).toEqual([]);
  });

  test('E56: an archived season cancels what is still to come, and only that', async () => {
    const found = await tryOut(world, async (booking, executor) => {
      const ids = {
        past: await addMapping(executor, mappingOf('allocation', 5001, 201, 'synced')),
        coming: await addMapping(executor, mappingOf('allocation', 5040, 202, 'synced')),
        booked: await addMapping(executor, mappingOf('booking', 3048, 101, 'synced')),
        event: await addMapping(executor, mappingOf('event', 1029, 201, 'synced')),
      };
      await archiveSeasons(executor);
      const vanished = await booking.findVanished({ hiddenAfter: '2027-03-10 00:00:00' });
      return { ids, vanished: vanished.map(({ mappingId, reason, active }) => [mappingId, reason, active]) };
    });
    expect(found.vanished).toEqual([
      [found.ids.coming, 'hidden', 1],
      [found.ids.booked, 'hidden', 1],
    ]);
  });

  test('with the season filter off an archived season hides nothing', async () => {
    const unfiltered = world.adapter({ seasonFilter: false });
    const vanished = await tryOut(world, async (_booking, executor) => {
      await addMapping(executor, mappingOf('allocation', 5040, 202, 'synced'));
      await archiveSeasons(executor);
      return unfiltered.within(executor).findVanished({ hiddenAfter: NOW });
    });
    expect(vanished).toEqual([]);
  });

  test('E13: rooms whose mapping is inactive are frozen for every comparison', async () => {
    const found = await tryOut(world, async (booking, executor) => {
      await addMapping(executor, mappingOf('event', 7777, 203, 'synced'));
      await addMapping(executor, mappingOf('event', 1024, 203, 'cancelled'));
      await addMapping(executor, { resource_id: 203, sync_status: 'pending' });
      const look = async () => [
        (await booking.findVanished({ hiddenAfter: NOW })).length,
        (await booking.findReenabled({})).length,
        (await booking.findOrphans(10)).length,
      ];
      const frozen = await look();
      await sql`UPDATE bridge_resource_mappings SET active = 1 WHERE resource_id = 203`.execute(executor.db);
      return { frozen, resumed: await look() };
    });
    expect(found).toEqual({ frozen: [0, 0, 0], resumed: [1, 1, 2] });
  });

  test('the scope narrows by room, mapping and reservation; an empty list finds nothing', async () => {
    const found = await tryOut(world, async (booking, executor) => {
      const event = await addMapping(executor, mappingOf('event', 1016, 101, 'synced'));
      const rented = await addMapping(executor, mappingOf('booking', 3054, 202, 'synced'));
      const vanished = async (scope: Omit<Parameters<typeof booking.findVanished>[0], 'hiddenAfter'>) =>
        (await booking.findVanished({ ...scope, hiddenAfter: NOW })).map(({ mappingId }) => mappingId);
      return {
        ids: [event, rented],
        all: await vanished({}),
        room: await vanished({ resourceIds: [202, 103] }),
        mapping: await vanished({ mappingIds: [event] }),
        reservation: await vanished({
          reservations: [
            { type: 'booking', id: 3054 },
            { type: 'event', id: 3054 },
          ],
        }),
        otherType: await vanished({ reservations: [{ type: 'event', id: 3054 }] }),
        nothing: [...(await vanished({ resourceIds: [] })), ...(await vanished({ mappingIds: [] }))],
      };
    });
    const [event, rented] = found.ids;
    expect(found).toMatchObject({
      all: [event, rented],
      room: [rented],
      mapping: [event],
      reservation: [rented],
      otherType: [],
      nothing: [],
    });
  });

  test('S62, S63: cancelled mappings of active reservations are found for every type, unless held, hidden or unlinked', async () => {
    const found = await tryOut(world, async (booking, executor) => {
      const back = [
        await addMapping(executor, mappingOf('event', 1001, 101, 'cancelled')),
        await addMapping(executor, mappingOf('booking', 3041, 101, 'cancelled')),
        await addMapping(executor, mappingOf('allocation', 5025, 101, 'cancelled')),
      ];
      await addMapping(executor, { ...mappingOf('event', 1005, 101, 'cancelled'), held: 1 });
      await addMapping(executor, mappingOf('allocation', 5091, 201, 'cancelled'));
      await addMapping(executor, mappingOf('event', 1002, 104, 'cancelled'));
      await addMapping(executor, mappingOf('event', 1016, 101, 'cancelled'));
      await addMapping(executor, mappingOf('event', 1003, 102, 'synced'));
      return {
        back,
        reenabled: await booking.findReenabled({}),
        scoped: await booking.findReenabled({ resourceIds: [102] }),
      };
    });
    expect(found.reenabled).toEqual([
      { mappingId: found.back[0], name: 'Kommunestyremøte' },
      { mappingId: found.back[1], name: 'Booking - Storkoret' },
      { mappingId: found.back[2], name: 'Allocation - Kor Ø' },
    ]);
    expect(found.scoped).toEqual([]);
  });

  test('a hold ends when its reservation is seen inactive or gone', async () => {
    const found = await tryOut(world, async (booking, executor) => {
      const held = (id: number) => ({ ...mappingOf('event', id, 101, 'cancelled'), held: 1 });
      await addMapping(executor, held(1001));
      const ended = [await addMapping(executor, held(1016)), await addMapping(executor, held(9999))];
      await addMapping(executor, mappingOf('event', 1005, 101, 'cancelled'));
      return { ended, releasable: await booking.findReleasableHolds() };
    });
    expect(found.releasable.toSorted()).toEqual(found.ended);
  });

  test('E36: after the guide’s reset SQL the rows are hollow: orphans, not cancellations; imports waiting stay', async () => {
    const found = await tryOut(world, async (booking, executor) => {
      const reset = [
        await addMapping(executor, mappingOf('event', 1001, 101, 'synced')),
        await addMapping(executor, mappingOf('booking', 3041, 101, 'error')),
      ];
      const cancelled = await addMapping(executor, mappingOf('event', 1016, 101, 'cancelled'));
      await sql`UPDATE bridge_mappings SET sync_status = 'pending', outlook_event_id = NULL, reservation_id = NULL
        WHERE sync_status != 'cancelled'`.execute(executor.db);
      await addMapping(executor, { resource_id: 103, sync_status: 'imported', outlook_event_id: 'waiting' });
      return {
        reset,
        cancelled,
        orphans: await booking.findOrphans(10),
        first: await booking.findOrphans(1),
        vanished: await booking.findVanished({ hiddenAfter: NOW }),
      };
    });
    expect(found.orphans).toEqual(found.reset);
    expect(found.first).toEqual(found.reset.slice(0, 1));
    expect(found.vanished).toEqual([]);
  });

  test('each comparison is one statement, whatever the number of types, rooms and mappings', async () => {
    world.statements.splice(0);
    await world.booking.findVanished({ resourceIds: [101, 102], mappingIds: [1, 2], hiddenAfter: NOW });
    await world.booking.findReenabled({ resourceIds: [101, 102] });
    await world.booking.findReleasableHolds();
    await world.booking.findOrphans(100);
    expect(world.statements).toHaveLength(4);
  });
});
