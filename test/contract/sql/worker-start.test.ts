import { createApp } from '../../../src/app.ts';
import { loadConfig } from '../../../src/config.ts';
import { migrate } from '../../../src/sql/migrations/migrate.ts';
import { SYNC_TABLES } from '../../../src/sql/tables.ts';
import { openedForEach } from '../../support/lifetimes.ts';
import { openSqlDatabase, SQL_ENGINES } from '../../support/sql-world.ts';

const config = loadConfig({ SQLITE_FILE: ':memory:' });

describe.each(SQL_ENGINES)('the start of a worker on %s', (engine) => {
  const database = openedForEach(() => openSqlDatabase(engine));
  const sent: string[] = [];
  beforeEach(() => {
    sent.length = 0;
  });

  const start = () =>
    createApp(config, { database: database.withHooks({ onStatement: ({ sql }) => void sent.push(sql) }) });

  const asked = () => sent.filter((statement) => statement.includes('bridge_schema_versions')).length;

  if (engine === 'sqlite') {
    test('migrates the database itself', async () => {
      for (const table of SYNC_TABLES) await database.db.schema.dropTable(table).execute();
      await expect((await start()).store.runs.latestByJob()).resolves.toEqual([]);
    });
  } else {
    test('is refused by a database nobody migrated, with the command to run, after one statement', async () => {
      await expect(start()).rejects.toMatchObject({
        kind: 'misconfigured',
        message: expect.stringContaining('run "npm run migrate"'),
      });
      expect(sent).toHaveLength(1);
    });
  }

  test('asks for the migrations once, whatever is called later', async () => {
    await migrate(database);
    const { store } = await start();
    const atStart = asked();
    expect(atStart).toBeGreaterThan(0);
    if (engine === 'sqlserver') expect(sent).toHaveLength(1);
    for (let call = 0; call < 3; call += 1) await Promise.all([store.now(), store.runs.latestByJob()]);
    expect(asked()).toBe(atStart);
  });
});
