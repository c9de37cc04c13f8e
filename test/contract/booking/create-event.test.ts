import { sql } from 'kysely';
import { toWallClock } from '../../../src/domain/wall-clock.ts';
import type { SqlExecutor } from '../../../src/sql/database.ts';
import {
  AUDIT_START,
  BOOKING_VARIANTS,
  openBookingWorld,
  openSampleWorld,
  SERVER_TIMEOUT_MS,
  sharedSampleWorld,
  tryOut,
} from '../../support/booking-database.ts';
import { deleteEvent, MEETING, rowsOf } from '../../support/booking-rows.ts';

jest.setTimeout(SERVER_TIMEOUT_MS);

describe.each(BOOKING_VARIANTS)('importing an event: %s', (_title, variant) => {
  const world = sharedSampleWorld(variant);
  beforeAll(() => world.booking.introspect());

  const rows = (executor: SqlExecutor, table: Parameters<typeof rowsOf>[2], column: string, value: number) =>
    rowsOf(executor, variant.schema, table, { column, value });

  test('S8, S56, S90-S97, E61, E62: fills event, date, rooms, age group and audience by the rules of the columns', async () => {
    const made = await tryOut(world, async (booking, executor) => {
      const { id, warnings } = await booking.createEvent(MEETING);
      return {
        id,
        warnings,
        event: await rows(executor, 'event', 'id', id),
        dates: await rows(executor, 'event_date', 'event_id', id),
        rooms: await rows(executor, 'event_resource', 'event_id', id),
        ages: await rows(executor, 'event_agegroup', 'event_id', id),
        audiences: await rows(executor, 'event_targetaudience', 'event_id', id),
        activities: await rows(executor, 'activity', 'id', 52),
      };
    });
    const { id } = made;
    const span = { from_: MEETING.start, to_: MEETING.end };
    expect(made.warnings).toEqual([]);
    expect(made.event).toEqual([
      {
        id,
        id_string: String(id),
        active: 1,
        name: MEETING.name,
        description: MEETING.description,
        organizer: 'Ola Hansen',
        ...span,
        activity_id: 52,
        building_id: 1,
        building_name: 'Fjordvik kulturhus',
        contact_name: 'Ola Hansen',
        contact_email: 'ola.hansen@fjordvik.example',
        contact_phone: '',
        is_public: 1,
        reminder: 0,
        secret: MEETING.secret,
        cost: 0,
        completed: 0,
        customer_internal: 0,
        customer_organization_name: null,
      },
    ]);
    expect(made.dates).toEqual([{ event_id: id, ...span }]);
    expect(made.rooms).toEqual([
      { event_id: id, resource_id: 103 },
      { event_id: id, resource_id: 104 },
    ]);
    expect(made.ages).toEqual([{ event_id: id, agegroup_id: 9, male: 0, female: 0 }]);
    expect(made.audiences).toEqual([{ event_id: id, targetaudience_id: 9 }]);
    expect(made.activities).toEqual([
      expect.objectContaining({ name: 'Outlook Import', description: 'Outlook Import', active: 1, parent_id: null }),
    ]);
  });

  test('E8: an event that is not public says so', async () => {
    const [row] = await tryOut(world, async (booking, executor) => {
      const { id } = await booking.createEvent({ ...MEETING, isPublic: false });
      return rows(executor, 'event', 'id', id);
    });
    expect(row).toMatchObject({ is_public: 0 });
  });

  test('S14, S89, S100: ids come from the event table, whatever its triggers insert, and follow each other', async () => {
    const made = await tryOut(world, async (booking, executor) => {
      const first = await booking.createEvent(MEETING);
      const second = await booking.createEvent({ ...MEETING, rooms: [101] });
      const audit = await sql<{ id: number; event_id: number }>`SELECT id, event_id FROM event_audit`.execute(
        executor.db,
      );
      return { ids: [first.id, second.id], found: await rows(executor, 'event', 'id', second.id), audit: audit.rows };
    });
    const [first = 0, second = 0] = made.ids;
    expect(first).toBeGreaterThan(1032);
    expect(second).toBe(first + 1);
    expect(made.found).toHaveLength(1);
    const audited = made.audit.filter(({ event_id }) => event_id === second);
    expect(audited.length).toBeGreaterThanOrEqual(2);
    expect(audited.every(({ id }) => id >= AUDIT_START)).toBe(true);
  });

  test('S14: the id of a deleted event is not given again', async () => {
    const made = await tryOut(world, async (booking, executor) => {
      const first = await booking.createEvent(MEETING);
      await deleteEvent(executor, variant.schema, first.id);
      return { first: first.id, second: (await booking.createEvent(MEETING)).id };
    });
    expect(made.second).toBeGreaterThan(made.first);
  });

  test('S97, S98: what the room configures is taken as it is', async () => {
    const made = await tryOut(world, async (booking, executor) => {
      const { id } = await booking.createEvent({ ...MEETING, activityId: 36, agegroupId: 4, audienceId: 3 });
      return {
        event: await rows(executor, 'event', 'id', id),
        ages: await rows(executor, 'event_agegroup', 'event_id', id),
        audiences: await rows(executor, 'event_targetaudience', 'event_id', id),
      };
    });
    expect(made.event).toMatchObject([{ activity_id: 36 }]);
    expect(made.ages).toMatchObject([{ agegroup_id: 4 }]);
    expect(made.audiences).toMatchObject([{ targetaudience_id: 3 }]);
  });

  // Lowest sort: root 1 has age group 3, root 2 has 6, root 47 and all together have 9. Id 1 is inactive with sort 0.
  test.each([
    ['the root of its activity', 17, 3],
    ['an activity that is a root itself', 2, 6],
    ['the root two levels up', 51, 9],
  ])('S97, S98: the default is the active row with the lowest sort under %s', async (_what, activityId, expected) => {
    const [age] = await tryOut(world, async (booking, executor) => {
      const { id } = await booking.createEvent({ ...MEETING, activityId });
      return rows(executor, 'event_agegroup', 'event_id', id);
    });
    expect(age).toMatchObject({ agegroup_id: expected });
  });

  test('1.4: with no active age group or audience the import succeeds, with warnings', async () => {
    const made = await tryOut(world, async (booking, executor) => {
      for (const table of ['agegroup', 'targetaudience'] as const) {
        const t = world.names.bare(table);
        await sql`UPDATE ${t.$table} SET ${t.active} = 0`.execute(executor.db);
      }
      const { id, warnings } = await booking.createEvent(MEETING);
      return { warnings, ages: await rows(executor, 'event_agegroup', 'event_id', id) };
    });
    expect(made.ages).toEqual([]);
    expect(made.warnings).toEqual([expect.stringContaining('agegroup'), expect.stringContaining('targetaudience')]);
  });

  test('a room without building leaves the building name empty, with a warning', async () => {
    const link = world.names.bare('building_resource');
    const made = await tryOut(world, async (booking, executor) => {
      await sql`DELETE FROM ${link.$table} WHERE ${link.resource_id} = 103`.execute(executor.db);
      const { id, warnings } = await booking.createEvent(MEETING);
      return { warnings, event: await rows(executor, 'event', 'id', id) };
    });
    expect(made.event).toMatchObject([{ building_id: null, building_name: '' }]);
    expect(made.warnings).toEqual([expect.stringContaining('Room 103')]);
  });

  test('S92: the import activity is made once and used again, even when somebody deactivated it', async () => {
    const activity = world.names.bare('activity');
    const made = await tryOut(world, async (booking, executor) => {
      const first = await booking.createEvent(MEETING);
      await sql`UPDATE ${activity.$table} SET ${activity.active} = 0 WHERE ${activity.name} = 'Outlook Import'`.execute(
        executor.db,
      );
      const second = await booking.createEvent(MEETING);
      return {
        events: [
          ...(await rows(executor, 'event', 'id', first.id)),
          ...(await rows(executor, 'event', 'id', second.id)),
        ],
        activities:
          await sql`SELECT ${activity.id} FROM ${activity.$table} WHERE ${activity.name} = 'Outlook Import'`.execute(
            executor.db,
          ),
      };
    });
    expect(made.activities.rows).toHaveLength(1);
    expect(new Set(made.events.map(({ activity_id }) => activity_id)).size).toBe(1);
  });

  if (variant.stamps) {
    test('S94: the times of making and changing are set, on the database’s clock in the zone of the system', async () => {
      const event = world.names.bare('event');
      const { before, after, row } = await tryOut(world, async (booking, executor) => {
        const { text, db } = executor;
        const from = await databaseNow(executor);
        const { id } = await booking.createEvent(MEETING);
        const { rows: found } = await sql<{ created: string; updated: string }>`
          SELECT ${text.wallOf(event.created_at)} AS created, ${text.wallOf(event.updated_at)} AS updated
          FROM ${event.$table} WHERE ${event.id} = ${id}`.execute(db);
        return { before: from, after: await databaseNow(executor), row: found[0] };
      });
      const created = row?.created ?? '';
      expect(row?.updated).toBe(created);
      expect(created >= toWallClock(before, variant.zone)).toBe(true);
      expect(created <= toWallClock(after, variant.zone)).toBe(true);
    });
  }
});

describe.each(BOOKING_VARIANTS)('importing at once: %s', (_title, variant) => {
  test('S92: two concurrent imports make one activity between them', async () => {
    const world = await openSampleWorld(variant);
    try {
      const importing = (room: number) =>
        world.database.transaction((executor) =>
          world.booking.within(executor).createEvent({ ...MEETING, rooms: [room] }),
        );
      const made = await Promise.all([importing(103), importing(104), importing(101)]);
      const activity = world.names.bare('activity');
      const found = await sql`SELECT ${activity.id} AS id FROM ${activity.$table}
        WHERE ${activity.name} = 'Outlook Import'`.execute(world.database.db);
      expect(new Set(made.map(({ id }) => id)).size).toBe(3);
      expect(found.rows).toHaveLength(1);
    } finally {
      await world.close();
    }
  });

  test('into empty reference tables: no age group, no audience, no building, but the event is there', async () => {
    const world = await openBookingWorld(variant);
    try {
      const resource = world.names.bare('resource');
      const activity = world.names.bare('activity');
      await world.database.transaction(async ({ db, text }) => {
        const root = sql`INSERT INTO ${activity.$table} (${activity.name}, ${activity.description}) VALUES ('x', 'x')`;
        const { rows } = await text.identityOf(root, activity.$name('id')).execute(db);
        await sql`INSERT INTO ${resource.$table} (${resource.name}, ${resource.activity_id})
          VALUES ('Sal', ${rows[0]?.id})`.execute(db);
      });
      const made = await world.database.transaction((executor) =>
        world.booking.within(executor).createEvent({ ...MEETING, rooms: [1] }),
      );
      expect(made.warnings).toHaveLength(3);
    } finally {
      await world.close();
    }
  });
});

async function databaseNow({ db, text }: SqlExecutor): Promise<string> {
  const { rows } = await sql<{ now: string }>`SELECT ${text.now()} AS now`.execute(db);
  return rows[0]?.now ?? '';
}
