import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../../src/sql/database.ts';
import { checkSchema, MIGRATIONS, migrate, pendingMigrations } from '../../../src/sql/migrations/migrate.ts';
import type { Migration } from '../../../src/sql/migrations/migration.ts';
import { openedForEach } from '../../support/lifetimes.ts';
import { openSqlDatabase, SQL_ENGINES, START } from '../../support/sql-world.ts';

const extra: Migration = {
  version: MIGRATIONS.length + 1,
  name: 'extra',
  statements: () => ['CREATE TABLE bridge_extra (id int NOT NULL)', 'INSERT INTO bridge_extra (id) VALUES (1)'],
};
const broken: Migration = {
  version: MIGRATIONS.length + 1,
  name: 'broken',
  statements: () => ['CREATE TABLE bridge_broken (id int NOT NULL)', 'INSERT INTO bridge_broken (id) VALUES (NULL)'],
};

describe.each(SQL_ENGINES)('migrations on %s', (engine) => {
  const database = openedForEach(() => openSqlDatabase(engine));

  test('brings an empty database up to date, and finds nothing to do four times in a row', async () => {
    await migrate(database);
    expect(await pendingMigrations(database)).toEqual([]);
    for (let time = 0; time < 4; time += 1) expect((await migrate(database)).applied).toEqual([]);
  });

  test('two starters at once apply each migration once', async () => {
    await migrate(database);
    const migrations = [...MIGRATIONS, extra];
    const reports = await Promise.all([1, 2].map(() => migrate(database, { migrations })));
    expect(reports.flatMap(({ applied }) => applied)).toEqual([extra]);
    expect(await database.db.selectFrom('bridge_schema_versions').select('version').execute()).toHaveLength(
      migrations.length,
    );
  });

  test('keeps nothing of a migration that fails, not even its version', async () => {
    await migrate(database);
    await expect(migrate(database, { migrations: [...MIGRATIONS, broken] })).rejects.toMatchObject({
      kind: 'rejected',
    });
    expect(await pendingMigrations(database, [...MIGRATIONS, broken])).toEqual([broken]);
    await expect(
      migrate(database, { migrations: [...MIGRATIONS, { ...extra, name: 'second try' }] }),
    ).resolves.toMatchObject({
      applied: [{ name: 'second try' }],
    });
  });

  test('tells which migrations it applies while it does', async () => {
    await migrate(database);
    const seen: string[] = [];
    await migrate(database, { migrations: [...MIGRATIONS, extra], onApplied: ({ name }) => seen.push(name) });
    expect(seen).toEqual(['extra']);
  });
});

describe.each(SQL_ENGINES)('a schema that lacks migrations on %s', (engine) => {
  const database = openedForEach(() => openSqlDatabase(engine));
  const sent: string[] = [];
  beforeEach(() => {
    sent.length = 0;
  });

  const check = () => checkSchema(database.withHooks({ onStatement: ({ sql }) => void sent.push(sql) }));

  test('a schema that lacks migrations is refused with the next step named', async () => {
    await migrate(database);
    await database.db.deleteFrom('bridge_schema_versions').where('version', '=', MIGRATIONS.length).execute();
    await expect(check()).rejects.toMatchObject({
      kind: 'misconfigured',
      message: 'The database lacks 1 migration: run "npm run migrate" first.',
    });
  });

  test('one that has none at all is told so; a server is asked by one statement', async () => {
    if (engine === 'sqlite') await database.db.schema.dropTable('bridge_schema_versions').execute();
    await expect(check()).rejects.toMatchObject({
      kind: 'misconfigured',
      message: expect.stringContaining('run "npm run migrate", then what "npm run migrate -- --grants" prints'),
    });
    if (engine === 'sqlserver') expect(sent).toHaveLength(1);
  });

  test('one that is up to date is accepted; a server is asked by one statement', async () => {
    await migrate(database);
    await expect(check()).resolves.toBeUndefined();
    if (engine === 'sqlserver') expect(sent).toHaveLength(1);
  });
});

test('two processes may open one new SQLite file at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-'));
  const waits: number[] = [];
  const clock = {
    now: () => START,
    sleep: async (ms: number) => {
      waits.push(ms);
      await new Promise(setImmediate);
    },
  };
  const file = join(folder, 'sync.db');
  const open = () => openDatabase({ engine: 'sqlite', file, clock });
  const both = await Promise.all([open(), open()]);
  for (const database of both) {
    await expect(checkSchema(database)).resolves.toBeUndefined();
    await database.close();
  }
  await rm(folder, { recursive: true });
});
