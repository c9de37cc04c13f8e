/** What a clerk does arrives in Outlook after one run: the engine on SQLite and the simulated Outlook, as production composes it. */
import { loadPackB } from '../../../src/sandbox/sample-data/pack-b.ts';
import { SECOND_SCHEMA, SECOND_ZONE } from '../../../src/sandbox/second-schema.ts';
import { cleanupOrphans } from '../../../src/sync/cleanup.ts';
import { discover } from '../../../src/sync/discover.ts';
import type { EventWrite } from '../../../src/sync/ports.ts';
import { type Engine, HOUR, inEngine } from '../../support/engine.ts';
import { detect, pass, push, statuses } from '../../support/engine-jobs.ts';

const mapped = async (engine: Engine, type: string, id: number, room?: number) =>
  engine.mappings(
    `reservation_type = '${type}' AND reservation_id = ${id}${room === undefined ? '' : ` AND resource_id = ${room}`}`,
  );

/** The engine with something happening just before each write leaves for Outlook. */
function aroundWrites(engine: Engine, before: (writes: readonly EventWrite[]) => Promise<unknown>): Engine {
  const { calendars } = engine.deps;
  const write: typeof calendars.write = async (calendar, writes, options) => {
    await before(writes);
    return calendars.write(calendar, writes, options);
  };
  return { ...engine, deps: { ...engine.deps, calendars: { ...calendars, write } } };
}

const contentKeys = (write: EventWrite | undefined) =>
  write?.kind === 'update' ? Object.keys(write.content).sort() : null;

const markersIn = (engine: Engine, room: number) =>
  engine.events(room).map((event) => event.marker?.split(':').slice(0, 2).join(':'));

/** Booking tables as they come, and under other table and column names in another zone. */
const SCHEMAS = [
  ['default', {}],
  ['second', { BOOKING_SCHEMA: JSON.stringify(SECOND_SCHEMA), TIME_ZONE: SECOND_ZONE }],
] as const;

describe.each(SCHEMAS)('discovery under the %s schema', (_, schema) => {
  test.each([
    ['none', 130],
    ['exact', 121],
    ['covered', 105],
    ['overlap', 77],
  ])('policy %s pushes %i of the 130 valid room-reservations', (policy, pushed) =>
    inEngine({ settings: { ...schema, CONFLICT_POLICY: policy } }, async (engine) => {
      const result = await push(engine);
      expect(result).toMatchObject({ created: pushed, errors: 0 });
      expect(await statuses(engine)).toEqual({
        synced: pushed,
        error: 2,
        ...(pushed < 130 ? { conflict: 130 - pushed } : {}),
      });
      expect(await push(engine)).toMatchObject({ processed: 0, deleted: 0, skipped: 0 });
    }),
  );

  test('a window of 180 days leaves 103 pending', () =>
    inEngine({ settings: { ...schema, WINDOW_FUTURE_DAYS: '180' } }, async (engine) => {
      await discover(engine.deps, engine.run());
      expect(await statuses(engine)).toEqual({ pending: 103, conflict: 25, error: 2 });
    }));
});

describe('discovery', () => {
  test('E53: cancelling booking 3001 releases allocation 5001; cancelling event 1005 releases 3043 and 5027', () =>
    inEngine({}, async (engine) => {
      await push(engine);
      await engine.sql('UPDATE bb_booking SET active = 0 WHERE id = 3001');
      await detect(engine);
      expect(await push(engine)).toMatchObject({ created: 1, details: [{ type: 'allocation', reservationId: 5001 }] });
      await engine.sql('UPDATE bb_event SET active = 0 WHERE id = 1005');
      await detect(engine);
      const released = (await push(engine)).details.map(({ type, reservationId }) => `${type}:${reservationId}`);
      expect(released.sort()).toEqual(['allocation:5027', 'booking:3043']);
    }));

  test('E54: an event over a part of an allocation leaves both in Outlook', () =>
    inEngine({}, async (engine) => {
      await push(engine);
      // 1009 and 1010 lie beside the allocations of room 102; 5028 of room 101 is only partly used by 3044.
      expect(await mapped(engine, 'allocation', 5028)).toMatchObject([{ sync_status: 'synced' }]);
      expect(await mapped(engine, 'booking', 3044)).toMatchObject([{ sync_status: 'synced' }]);
    }));

  test('E55, E56: allocations of an unpublished season stay out, and go when their season is archived', () =>
    inEngine({ settings: { BRAKE_COUNT: '1000' } }, async (engine) => {
      await push(engine);
      expect(await mapped(engine, 'allocation', 5091)).toEqual([]);
      await engine.sql("UPDATE bb_season SET status = 'PUBLISHED' WHERE id = 33");
      expect(await push(engine)).toMatchObject({ created: 1 });
      await engine.sql("UPDATE bb_season SET status = 'ARCHIVED', active = 0 WHERE id = 33");
      expect(await detect(engine)).toMatchObject({ detected: 1, processed: 1, outlookDeletions: 1 });
      expect(await mapped(engine, 'allocation', 5091)).toMatchObject([{ sync_status: 'cancelled' }]);
    }));
});

describe('changes', () => {
  test('S4: an edit arrives under the same event id, with only what changed sent', () =>
    inEngine({}, async (engine) => {
      await push(engine);
      const [before] = await mapped(engine, 'event', 1002);
      const sent: EventWrite[] = [];
      await engine.sql(
        "UPDATE bb_event SET name = 'Test på outlook integrasjon', from_ = '2027-03-08 10:00:00' WHERE id = 1002",
      );
      const watched = aroundWrites(engine, async (writes) => void sent.push(...writes));
      expect(await push(watched)).toMatchObject({ updated: 1, created: 0 });
      expect(sent).toMatchObject([{ kind: 'update' }]);
      expect(contentKeys(sent[0])).toEqual(['end', 'isAllDay', 'start', 'subject']);
      const [after] = await mapped(engine, 'event', 1002);
      expect(after?.outlook_event_id).toBe(before?.outlook_event_id);
      expect(engine.events(103).find((event) => event.marker?.startsWith('event:1002:'))).toMatchObject({
        subject: 'Test på outlook integrasjon',
        start: '2027-03-08T09:00:00.000Z',
      });
      expect(await push(engine)).toMatchObject({ processed: 0 });
    }));

  test('E63: an edit made while its reservation is being written arrives with the next push', () =>
    inEngine({}, async (engine) => {
      await push(engine);
      const rename = (name: string) => engine.sql(`UPDATE bb_event SET name = '${name}' WHERE id = 1002`);
      const subject = () => engine.events(103).find((event) => event.marker?.startsWith('event:1002:'))?.subject;
      await rename('Først');
      expect(await push(aroundWrites(engine, () => rename('Etterpå')))).toMatchObject({ updated: 1 });
      expect(subject()).toBe('Først');
      expect(await push(engine)).toMatchObject({ updated: 1 });
      expect(subject()).toBe('Etterpå');
      expect(await push(engine)).toMatchObject({ processed: 0 });
    }));

  test('S107: Norwegian letters, emoji and quotes survive the way to Outlook', () =>
    inEngine({}, async (engine) => {
      await push(engine);
      const subjects = engine.events(101).map((event) => event.subject);
      expect(subjects).toEqual(
        expect.arrayContaining(['Konsert: Kor Ø – «Lys i mørket»', 'Vårmarked 🌷 & kunstmesse']),
      );
    }));

  test('S61, S64, S66: a cancelled reservation leaves Outlook', () =>
    inEngine({}, async (engine) => {
      await push(engine);
      await engine.sql('UPDATE bb_event SET active = 0 WHERE id = 1002');
      expect(await detect(engine)).toMatchObject({ detected: 1, processed: 1, outlookDeletions: 1, errors: 0 });
      expect(markersIn(engine, 103)).not.toContain('event:1002');
      expect(await mapped(engine, 'event', 1002)).toMatchObject([
        { sync_status: 'cancelled', cancelled_by: 'booking' },
      ]);
    }));

  test('S20, S63: an active flag that is not 1 cancels events, bookings and allocations alike', () =>
    inEngine({}, async (engine) => {
      await push(engine);
      await engine.sql('UPDATE bb_event SET active = 0 WHERE id = 1001');
      await engine.sql('UPDATE bb_booking SET active = 2 WHERE id = 3057');
      await engine.sql('UPDATE bb_allocation SET active = 0 WHERE id = 5028');
      const result = await detect(engine);
      expect(result.cancelled.map((row) => row.type).sort()).toEqual(['allocation', 'booking', 'event']);
      expect(result).toMatchObject({ processed: 3, outlookDeletions: 3 });
    }));

  test('E19: a hard-deleted reservation leaves Outlook, and cleanup removes its mapping', () =>
    inEngine({}, async (engine) => {
      await push(engine);
      for (const child of ['date', 'resource', 'agegroup', 'targetaudience'])
        await engine.sql(`DELETE FROM bb_event_${child} WHERE event_id = 1001`);
      await engine.sql('DELETE FROM bb_event WHERE id = 1001');
      expect(await detect(engine)).toMatchObject({ detected: 1, outlookDeletions: 1 });
      expect(markersIn(engine, 101)).not.toContain('event:1001');
      expect(await cleanupOrphans(engine.deps, engine.run())).toMatchObject({ deletedCount: 1 });
      expect(await mapped(engine, 'event', 1001)).toEqual([]);
    }));

  test('S65, S71, E21: a re-enabled reservation gets a new event', () =>
    inEngine({}, async (engine) => {
      await push(engine);
      const [before] = await mapped(engine, 'event', 1008);
      await engine.sql('UPDATE bb_event SET active = 0 WHERE id = 1008');
      await detect(engine);
      await engine.sql('UPDATE bb_event SET active = 1 WHERE id = 1008');
      expect(await detect(engine)).toMatchObject({ detected: 1, pendingResets: 1 });
      expect(await mapped(engine, 'event', 1008)).toMatchObject([{ sync_status: 'pending', outlook_event_id: null }]);
      await push(engine);
      const [after] = await mapped(engine, 'event', 1008);
      expect(after?.outlook_event_id).not.toBe(before?.outlook_event_id);
      expect(markersIn(engine, 104).filter((marker) => marker === 'event:1008')).toHaveLength(1);
    }));

  test('E15: a reservation moved to another room leaves the old one and arrives in the new one in the same pass', () =>
    inEngine({}, async (engine) => {
      await push(engine);
      await engine.sql('UPDATE bb_event_resource SET resource_id = 104 WHERE event_id = 1002');
      await pass(engine);
      expect(markersIn(engine, 103)).not.toContain('event:1002');
      expect(markersIn(engine, 104)).toContain('event:1002');
      expect(await mapped(engine, 'event', 1002)).toMatchObject([
        { resource_id: 103, sync_status: 'cancelled' },
        { resource_id: 104, sync_status: 'synced' },
      ]);
    }));

  test('E16: a two-room event that loses one room keeps the other', () =>
    inEngine({}, async (engine) => {
      await push(engine);
      await engine.sql('DELETE FROM bb_event_resource WHERE event_id = 1003 AND resource_id = 102');
      await detect(engine);
      expect(markersIn(engine, 102)).not.toContain('event:1003');
      expect(markersIn(engine, 101)).toContain('event:1003');
    }));

  test('E48: cancelled before it was pushed: no Graph call', () =>
    inEngine({}, async (engine) => {
      await discover(engine.deps, engine.run());
      await engine.sql('UPDATE bb_event SET active = 0 WHERE id = 1001');
      expect(await detect(engine)).toMatchObject({ processed: 1, outlookDeletions: 0 });
      expect(engine.graph.metrics.requests).toBe(0);
    }));

  test('E49: cancelled and re-enabled between two runs: nothing happens', () =>
    inEngine({}, async (engine) => {
      await push(engine);
      const before = engine.graph.metrics.requests;
      await engine.sql('UPDATE bb_event SET active = 0 WHERE id = 1001');
      await engine.sql('UPDATE bb_event SET active = 1 WHERE id = 1001');
      expect(await detect(engine)).toMatchObject({ detected: 0 });
      expect(await push(engine)).toMatchObject({ processed: 0 });
      expect(engine.graph.metrics.requests).toBe(before);
    }));

  test('E30: a reservation that leaves the window stays in Outlook; one moved beyond it takes its event along', () =>
    inEngine({}, async (engine) => {
      await push(engine);
      await engine.sql(
        "UPDATE bb_event SET from_ = '2028-12-01 09:00:00', to_ = '2028-12-01 10:00:00' WHERE id = 1002",
      );
      expect(await push(engine)).toMatchObject({ updated: 1 });
      expect(engine.events(103).find((event) => event.marker?.startsWith('event:1002:'))?.start).toBe(
        '2028-12-01T08:00:00.000Z',
      );
      engine.wait(30 * 24 * HOUR);
      expect(await detect(engine)).toMatchObject({ detected: 0 });
      expect(await push(engine)).toMatchObject({ processed: 0 });
    }));

  test('E13: rooms that are switched off are frozen, and resume when they are back', () =>
    inEngine({}, async (engine) => {
      await push(engine);
      await engine.sql('UPDATE bridge_resource_mappings SET active = 0 WHERE resource_id = 103');
      await engine.sql("UPDATE bb_event SET name = 'Nytt navn' WHERE id = 1002");
      await engine.sql('UPDATE bb_event SET active = 0 WHERE id = 1011');
      expect(await detect(engine)).toMatchObject({ detected: 0 });
      expect(await push(engine)).toMatchObject({ processed: 0, remaining: 0 });
      await engine.sql('UPDATE bridge_resource_mappings SET active = 1 WHERE resource_id = 103');
      expect(await push(engine)).toMatchObject({ updated: 1 });
      expect(await detect(engine)).toMatchObject({ detected: 1, outlookDeletions: 1 });
    }));

  test('E14: a room pointed to another calendar: deleted in the old one, created in the new one', () =>
    inEngine({}, async (engine) => {
      engine.graph.addMailbox({ address: 'ornen-ny@fjordvik.example', name: 'Møterom Ørnen' });
      await push(engine);
      const count = engine.events(103).length;
      await engine.sql(
        "UPDATE bridge_resource_mappings SET outlook_item_id = 'ornen-ny@fjordvik.example' WHERE resource_id = 103",
      );
      await push(engine);
      await push(engine);
      expect(engine.events(103)).toEqual([]);
      const moved = [...engine.graph.mailbox('ornen-ny@fjordvik.example').events.values()].filter(
        (event) => event.deletedAt === null,
      );
      expect(moved).toHaveLength(count);
      expect(await statuses(engine)).toEqual({ synced: 105, conflict: 25, error: 2 });
    }));
});

describe('pack B', () => {
  test('detected 4, processed 4, deletions 3, resets 1, errors 0; the frozen room is untouched', () =>
    inEngine({}, async (engine) => {
      await loadPackB(engine.database);
      const [frozen] = await engine.mappings("outlook_event_id = 'X9'");
      const result = await detect(engine);
      expect(result).toMatchObject({ detected: 4, processed: 4, outlookDeletions: 3, pendingResets: 1, errors: 0 });
      expect(await engine.mappings("outlook_event_id = 'X9'")).toEqual([frozen]);
      expect(await cleanupOrphans(engine.deps, engine.run())).toMatchObject({ deletedCount: 2 });
      expect(await engine.mappings("outlook_event_id = 'X4'")).toEqual([]);
      expect(await engine.mappings("sync_status = 'imported'")).toHaveLength(1);
      expect(await push(engine)).toMatchObject({ errors: 0 });
      const [again] = await mapped(engine, 'event', 1008);
      expect(again).toMatchObject({ sync_status: 'synced' });
      expect(again?.outlook_event_id).not.toBe('X2');
    }));
});
