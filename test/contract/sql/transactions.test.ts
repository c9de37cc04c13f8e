import type { StatementInfo } from '../../../src/sql/database.ts';
import { createSyncStore } from '../../../src/sql/sync-store.ts';
import type { BookingSystem } from '../../../src/sync/ports.ts';
import { addMappings, eventOf, SQL_ENGINES, sharedSqlWorld } from '../../support/sql-world.ts';

describe.each(SQL_ENGINES)('transactions on %s', (engine) => {
  const world = sharedSqlWorld(engine);

  const count = () => world.store.mappings.list({ limit: 1, orderBy: 'createdAt' }).then(({ total }) => total);

  /** The store as somebody sees it whose every trip goes through the hooks. */
  const storeWith = (hooks: Parameters<typeof world.database.withHooks>[0]) =>
    createSyncStore(world.database.withHooks(hooks), () => ({}) as BookingSystem, world.schema);

  test('commits what resolves and keeps nothing of what rejects', async () => {
    await world.store.transaction((store) => store.mappings.insert([eventOf(1)]));
    const failed = world.store.transaction(async (store) => {
      await store.mappings.insert([eventOf(2)]);
      throw new Error('crash');
    });
    await expect(failed).rejects.toThrow('crash');
    expect(await count()).toBe(1);
  });

  test('others do not see what is not committed, and wait or look past it', async () => {
    const seen: number[] = [];
    const outside = Promise.withResolvers<void>();
    const looking = { started: false };
    const done = world.store.transaction(async (store) => {
      await store.mappings.insert([eventOf(1)]);
      looking.started = true;
      outside.resolve();
      await store.mappings.insert([eventOf(2)]);
      throw new Error('crash');
    });
    await outside.promise;
    const reading = count().then((total) => seen.push(total));
    await expect(done).rejects.toThrow('crash');
    await reading;
    expect(seen).toEqual([0]);
  });

  test('a unique violation inside leaves the transaction usable', async () => {
    await addMappings(world, [eventOf(1)]);
    await world.store.transaction(async (store) => {
      const [row] = await store.mappings.insert([eventOf(2)]);
      expect(await store.mappings.save([{ id: row?.id ?? 0, version: 1, change: { reservationId: 1 } }])).toEqual([]);
      await store.mappings.insert([eventOf(3)]);
    });
    expect(await count()).toBe(3);
  });

  test('a transaction cannot be nested, nor stepped out of', async () => {
    const nested = world.store.transaction((store) => store.transaction(async () => 1));
    await expect(nested).rejects.toMatchObject({ kind: 'bug' });
    const outside = world.store.transaction(() => world.store.now());
    await expect(outside).rejects.toMatchObject({ kind: 'bug' });
    await expect(world.store.now()).resolves.toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test('hooks stand around each trip, begin and commit included', async () => {
    const trips: string[] = [];
    const note = (when: string) => async (info: StatementInfo) => {
      trips.push(`${when} ${info.kind}${info.inTransaction ? ' inside' : ''}`);
    };
    await storeWith({ beforeStatement: note('before'), afterStatement: note('after') }).transaction((store) =>
      store.now(),
    );
    expect(trips).toEqual([
      'before begin',
      'after begin',
      'before query inside',
      'after query inside',
      'before commit inside',
      'after commit inside',
    ]);
  });

  test.each(['begin', 'query', 'commit'] as const)(
    'a crash before %s keeps nothing and blocks nobody',
    async (kind) => {
      const store = storeWith({
        beforeStatement: async (info) => {
          if (info.kind === kind) throw new Error(`crash before ${kind}`);
        },
      });
      await expect(store.transaction((inside) => inside.mappings.insert([eventOf(1)]))).rejects.toThrow('crash before');
      expect(await count()).toBe(0);
      expect(await world.store.transaction((inside) => inside.mappings.insert([eventOf(1)]))).toHaveLength(1);
    },
  );

  test.each([
    ['begin', 0],
    ['query', 0],
    ['commit', 1],
  ] as const)('an answer lost after %s leaves %i rows and blocks nobody', async (kind, left) => {
    const store = storeWith({
      afterStatement: async (end) => {
        if (end.kind === kind) throw new Error(`lost after ${kind}`);
      },
    });
    await expect(store.transaction((inside) => inside.mappings.insert([eventOf(1)]))).rejects.toThrow('lost after');
    expect(await count()).toBe(left);
    expect(await world.store.transaction((inside) => inside.mappings.insert([eventOf(2)]))).toHaveLength(1);
  });

  test('a crash while rolling back still rolls back', async () => {
    const store = storeWith({
      beforeStatement: async (info) => {
        if (info.kind === 'rollback') throw new Error('crash while rolling back');
      },
    });
    const failed = store.transaction(async (inside) => {
      await inside.mappings.insert([eventOf(1)]);
      throw new Error('crash');
    });
    await expect(failed).rejects.toThrow('crash');
    expect(await count()).toBe(0);
  });

  test('R11: a failed statement tells its kind, and no value of it', async () => {
    await world.run(`INSERT INTO bridge_runs (run_id, job, triggered_by) VALUES ('secret', 'j', 'http')`);
    const ends: (string | undefined)[] = [];
    const store = storeWith({ onStatement: ({ error }) => ends.push(error?.kind) });
    const again = store.runs.start({ runId: 'secret', job: 'j', trigger: 'http' });
    await expect(again).rejects.toMatchObject({
      kind: 'precondition-failed',
      message: expect.not.stringContaining('secret'),
    });
    expect(ends).toEqual(['precondition-failed']);
  });
});
