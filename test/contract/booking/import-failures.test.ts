import { sql } from 'kysely';
import { isSyncError, SyncError } from '../../../src/domain/errors.ts';
import { createBookingSystem } from '../../../src/sql/booking-system.ts';
import type { StatementHooks } from '../../../src/sql/database.ts';
import { BOOKING_VARIANTS, SERVER_TIMEOUT_MS, sharedSampleWorld } from '../../support/booking-database.ts';
import { countImportTables, IMPORT_TABLES, MEETING } from '../../support/booking-rows.ts';

jest.setTimeout(SERVER_TIMEOUT_MS);

/** Steps in the order of `IMPORT_TABLES`, as errors name them. */
const STEPS = ['event', 'date', 'resource', 'agegroup', 'targetaudience'] as const;

describe.each(BOOKING_VARIANTS)(
  'S13, S99: a failed import leaves nothing behind and names its step: %s',
  (_title, variant) => {
    const world = sharedSampleWorld(variant);
    beforeAll(() => world.booking.introspect());

    /** An adapter whose insert into one table fails before, or after, it took effect. */
    async function importFailing(table: (typeof IMPORT_TABLES)[number], hooks: (failure: Failure) => StatementHooks) {
      const target = `into "${variant.schema.tables[table]?.replaceAll('"', '""')}"`;
      const failing = world.database.withHooks(
        hooks((info) => {
          if (info.sql.toLowerCase().includes(target.toLowerCase()))
            throw new SyncError('transient', 'The line was cut.');
        }),
      );
      const booking = createBookingSystem(failing, variant.schema, { zone: variant.zone, seasonFilter: true });
      return failing.transaction((executor) => booking.within(executor).createEvent(MEETING)).catch((error) => error);
    }
    type Failure = (info: { readonly sql: string }) => void;

    test.each(IMPORT_TABLES.map((table, index) => [STEPS[index] ?? '', table] as const))(
      'at the insert of the %s',
      async (step, table) => {
        const before = await countImportTables(world.database, variant.schema);
        const never = await importFailing(table, (fail) => ({ beforeStatement: async (info) => fail(info) }));
        const unheard = await importFailing(table, (fail) => ({ afterStatement: async (end) => fail(end) }));
        for (const error of [never, unheard]) {
          expect(error).toMatchObject({ kind: 'transient', step });
          expect(error.message).toMatch(/^Transaction failed during event creation/);
        }
        expect(await countImportTables(world.database, variant.schema)).toEqual(before);
      },
    );

    test.each([
      ['event', 'an activity that does not exist', { activityId: 9999 }],
      ['event', 'a name longer than its column', { name: 'å'.repeat(256) }],
      ['resource', 'a room that does not exist', { rooms: [103, 9999] }],
      ['agegroup', 'an age group that does not exist', { agegroupId: 9999 }],
      ['targetaudience', 'an audience that does not exist', { audienceId: 9999 }],
    ])('at the %s, when the table refuses %s', async (step, _what, change) => {
      const before = await countImportTables(world.database, variant.schema);
      const error = await world.database
        .transaction((executor) => world.booking.within(executor).createEvent({ ...MEETING, ...change }))
        .catch((thrown) => thrown);
      expect(isSyncError(error, 'rejected')).toBe(true);
      expect(error).toMatchObject({ step });
      expect(error.message).not.toContain('å');
      expect(await countImportTables(world.database, variant.schema)).toEqual(before);
    });

    test('the import activity goes with the transaction that made it', async () => {
      const activity = world.names.bare('activity');
      await world.database
        .transaction((executor) => world.booking.within(executor).createEvent({ ...MEETING, audienceId: 9999 }))
        .catch(() => {});
      const found = await sql`SELECT 1 AS n FROM ${activity.$table} WHERE ${activity.name} = 'Outlook Import'`.execute(
        world.database.db,
      );
      expect(found.rows).toEqual([]);
    });
  },
);
