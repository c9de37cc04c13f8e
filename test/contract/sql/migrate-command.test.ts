import { type CommandParts, migrateCommand } from '../../../infra/scripts/migrate-command.ts';
import { SyncError } from '../../../src/domain/errors.ts';
import { openDatabase } from '../../../src/sql/database.ts';
import { MIGRATIONS } from '../../../src/sql/migrations/migrate.ts';
import { SYNC_TABLES } from '../../../src/sql/tables.ts';
import { openSqlWorld, SQL_ENGINES, START } from '../../support/sql-world.ts';

const env = { SQL_SERVER: 'sql.example.org', SQL_DATABASE: 'booking', WEBHOOK_BASE_URL: 'not a concern of this step' };

async function call(args: readonly string[], parts: Partial<CommandParts> = {}) {
  const lines: string[] = [];
  const waits: number[] = [];
  const clock = { now: () => START, sleep: async (ms: number) => void waits.push(ms) };
  const code = await migrateCommand(args, { env, clock, print: (line) => lines.push(line), ...parts });
  return { code, waits, text: lines.join('\n') };
}

const openNew = () =>
  openDatabase({ engine: 'sqlite', file: ':memory:', clock: { now: () => START, sleep: async () => {} } });

test('--help names every setting, and touches nothing', async () => {
  const { code, text } = await call(['--help'], { env: {}, open: () => Promise.reject(new Error('opened')) });
  expect(code).toBe(0);
  for (const setting of [
    'SQL_SERVER',
    'SQL_DATABASE',
    'SQL_USER',
    'SQL_PASSWORD',
    'SQL_CONNECTION_STRING',
    '--grants',
  ]) {
    expect(text).toContain(setting);
  }
});

test('an unknown option is refused with the usage', async () => {
  expect(await call(['--force'])).toMatchObject({ code: 2, text: expect.stringContaining('Usage:') });
});

test('missing settings are named', async () => {
  expect(await call([], { env: {} })).toMatchObject({ code: 1, text: expect.stringContaining('SQL_SERVER') });
});

test('tells that there is nothing to do', async () => {
  const { code, text } = await call([], { open: openNew });
  expect(code).toBe(0);
  expect(text).toBe(`Nothing to do: the tables are at version ${MIGRATIONS.length}.`);
});

test('tells each migration it applies', async () => {
  const open = async () => {
    const database = await openNew();
    for (const table of SYNC_TABLES) await database.db.schema.dropTable(table).execute();
    return database;
  };
  const { code, text } = await call([], { open });
  expect(code).toBe(0);
  for (const { version, name } of MIGRATIONS) expect(text).toContain(`Applied ${version} ${name}.`);
  expect(text).toContain('--grants');
});

test('a login made a moment ago is tried again for two minutes, other trouble is told at once', async () => {
  const unknown = () => Promise.reject(new SyncError('database-unavailable', 'Login refused.', { code: '18456' }));
  const refused = await call([], { open: unknown });
  expect(refused).toMatchObject({ code: 1, text: expect.stringContaining('Not migrated: Login refused.') });
  expect(refused.waits).toEqual(Array.from({ length: 11 }, () => 10_000));
  const firewall = () => Promise.reject(new SyncError('database-unavailable', 'Firewall.', { code: '40615' }));
  expect(await call([], { open: firewall })).toMatchObject({ code: 1, waits: [] });
});

test('--grants covers every table of ours and of the booking system, by its configured name', async () => {
  const { text } = await call(['--grants'], { env: { ...env, BOOKING_TABLE_PREFIX: 'your_' } });
  for (const table of SYNC_TABLES) expect(text).toContain(`ON dbo.${table} TO`);
  expect(text).toContain('GRANT SELECT ON dbo.bridge_schema_versions');
  expect(text).toContain('GRANT SELECT, INSERT, UPDATE ON [dbo].[your_event] TO');
  expect(text).toContain('GRANT SELECT ON [dbo].[your_resource] TO');
});

test('--grants prints T-SQL without any database setting, wrong ones included', async () => {
  const open = () => Promise.reject(new Error('opened'));
  const { text: usual } = await call(['--grants']);
  for (const settings of [{}, { SQL_SERVER: 'no database' }, { SQLITE_FILE: 'sync.db' }]) {
    expect(await call(['--grants'], { env: settings, open })).toMatchObject({ code: 0, text: usual });
  }
  const refused = await call(['--grants'], { env: { BOOKING_TABLE_PREFIX: 'a b' }, open });
  expect(refused).toMatchObject({ code: 1, text: expect.stringMatching(/^Nothing printed: .*BOOKING_TABLE_PREFIX/) });
});

test.each(SQL_ENGINES)('the list of our tables is complete on %s', async (engine) => {
  const world = await openSqlWorld(engine);
  const tables = await world.run<{ name: string }>(
    engine === 'sqlite'
      ? `SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'bridge%'`
      : `SELECT TABLE_NAME AS name FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME LIKE 'bridge%'`,
  );
  expect(tables.map(({ name }) => name).sort()).toEqual([...SYNC_TABLES].sort());
  await world.close();
});
