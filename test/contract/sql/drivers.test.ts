import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import mssql, { type Request } from 'mssql';
import { type Database, openDatabase, type SqlServerOptions } from '../../../src/sql/database.ts';
import { sqlServerConfig } from '../../../src/sql/dialects/sqlserver-config.ts';
import { bindParameter, normaliseRows } from '../../../src/sql/dialects/sqlserver-values.ts';
import { TypedParameter } from '../../../src/sql/sql-text.ts';
import { START } from '../../support/sql-world.ts';

/** Time passes only in `sleep`. */
function jumpingClock(onSleep: (ms: number) => void = () => {}) {
  const waits: number[] = [];
  let time = START;
  return {
    waits,
    now: () => time,
    sleep: async (ms: number) => {
      waits.push(ms);
      time += ms;
      onSleep(ms);
    },
  };
}

describe('SQLite', () => {
  let folder: string;
  let database: Database;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bridge-'));
  });
  afterEach(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });

  const insert = (id: number) => sql`INSERT INTO t (id) VALUES (${id})`.execute(database.db);

  test('waits for another process without blocking, and gives up in the end', async () => {
    const file = join(folder, 'sync.db');
    let other: DatabaseSync | null = null;
    const clock = jumpingClock(() => {
      if (clock.waits.length === 3) other?.exec('COMMIT');
    });
    database = await openDatabase({ engine: 'sqlite', file, clock });
    await sql`CREATE TABLE t (id INTEGER) STRICT`.execute(database.db);
    other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    await insert(1);
    expect(clock.waits).toHaveLength(3);
    other.exec('BEGIN IMMEDIATE');
    await expect(insert(2)).rejects.toMatchObject({ kind: 'transient' });
    await expect(database.transaction(async () => {})).rejects.toMatchObject({ kind: 'transient' });
    other.exec('ROLLBACK');
    await database.transaction(async ({ db }) => void (await sql`INSERT INTO t (id) VALUES (3)`.execute(db)));
    const { rows } = await sql<{ id: number }>`SELECT id FROM t`.execute(database.db);
    expect(rows.map(({ id }) => id)).toEqual([1, 3]);
    other.close();
  });

  test('follows the given clock, in defaults, statements and what other programs would use', async () => {
    const clock = jumpingClock();
    database = await openDatabase({ engine: 'sqlite', file: ':memory:', clock });
    await clock.sleep(1_234);
    await sql`INSERT INTO bridge_runs (run_id, job, triggered_by) VALUES ('r', 'j', 'http')`.execute(database.db);
    const { now, nowPlus } = database.text;
    const { rows } = await sql`SELECT started_at, ${now()} AS now, ${nowPlus(-34)} AS before FROM bridge_runs`.execute(
      database.db,
    );
    const at = '2027-03-01T07:00:01.234Z';
    expect(rows).toMatchObject([{ started_at: at, now: at, before: '2027-03-01T07:00:01.200Z' }]);
  });

  test('other programs may insert into a file of ours', async () => {
    const file = join(folder, 'sync.db');
    database = await openDatabase({ engine: 'sqlite', file, clock: jumpingClock() });
    const other = new DatabaseSync(file);
    other.exec(`INSERT INTO bridge_resource_mappings (resource_id, outlook_item_id) VALUES (1, 'a')`);
    other.exec('UPDATE bridge_mappings SET version = version');
    const [row] = other.prepare('SELECT created_at FROM bridge_resource_mappings').all();
    expect(row?.['created_at']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    other.close();
  });

  test('statements of others wait while a transaction is open, in the order they came', async () => {
    database = await openDatabase({ engine: 'sqlite', file: ':memory:', clock: jumpingClock() });
    await sql`CREATE TABLE t (id INTEGER) STRICT`.execute(database.db);
    const order: string[] = [];
    const inside = database.transaction(async ({ db }) => {
      await sql`INSERT INTO t (id) VALUES (1)`.execute(db);
      order.push('inside');
      await sql`INSERT INTO t (id) VALUES (2)`.execute(db);
    });
    const others = [1, 2, 3].map((id) => insert(id).then(() => order.push(`other ${id}`)));
    await Promise.all([inside, ...others]);
    expect(order).toEqual(['inside', 'other 1', 'other 2', 'other 3']);
  });

  test('closing waits for an open transaction, and may be repeated', async () => {
    database = await openDatabase({ engine: 'sqlite', file: ':memory:', clock: jumpingClock() });
    const done: string[] = [];
    const work = database.transaction(async ({ db }) => {
      for (let trip = 0; trip < 3; trip += 1) await sql`SELECT 1`.execute(db);
      done.push('committed');
    });
    await sql`SELECT 1`.execute(database.db);
    const closed = [1, 2].map(() => database.close().then(() => done.push('closed')));
    await Promise.all([work, ...closed]);
    expect(done).toEqual(['committed', 'closed', 'closed']);
  });

  test('a file that cannot be opened says what to check', async () => {
    const file = join(folder, 'missing', 'sync.db');
    const opened = openDatabase({ engine: 'sqlite', file, clock: jumpingClock() });
    await expect(opened).rejects.toMatchObject({
      kind: 'database-unavailable',
      message: expect.stringContaining('path'),
    });
    database = await openDatabase({ engine: 'sqlite', file: ':memory:', clock: jumpingClock() });
  });

  test('values that no column can hold are ours to mend', async () => {
    database = await openDatabase({ engine: 'sqlite', file: ':memory:', clock: jumpingClock() });
    await expect(sql`SELECT ${Symbol('x')}`.execute(database.db)).rejects.toMatchObject({ kind: 'bug' });
    const { rows } = await sql`SELECT ${true} AS yes, ${new Date(START)} AS at, ${7n} AS big`.execute(database.db);
    expect(rows).toMatchObject([{ yes: 1, at: '2027-03-01T07:00:00.000Z', big: 7 }]);
  });
});

describe('SQL Server connections', () => {
  const clock = jumpingClock();
  const server = { host: 'sql.example.org', database: 'booking' };
  const config = (options: Partial<SqlServerOptions>) => sqlServerConfig({ engine: 'sqlserver', clock, ...options });

  test('one credential serves all connections, encrypted, in a pool that lets the database pause', () => {
    const credential = { getToken: async () => null };
    expect(config({ server, credential })).toMatchObject({
      server: 'sql.example.org',
      database: 'booking',
      authentication: { type: 'token-credential', options: { credential } },
      options: { encrypt: true, trustServerCertificate: false, useUTC: true },
      pool: { min: 0, max: 4 },
      requestTimeout: 30_000,
    });
  });

  test('a SQL login by parts or by connection string', () => {
    expect(config({ server: { ...server, user: 'u', password: 'p', port: 11433 } })).toMatchObject({
      user: 'u',
      password: 'p',
      port: 11433,
    });
    const text = 'Server=localhost,14330;Database=booking;User Id=u;Password=p;Encrypt=false';
    const parsed = config({ connectionString: text, poolSize: 2, requestTimeoutMs: 5 });
    expect(parsed).toMatchObject({
      server: 'localhost',
      port: 14330,
      database: 'booking',
      user: 'u',
      pool: { max: 2 },
      requestTimeout: 5,
    });
    expect(parsed.options?.encrypt).toBe(false);
  });

  test.each([
    ['nothing', {}],
    ['neither login nor credential', { server }],
    [
      'a connection string the driver would misread',
      { connectionString: 'Server=x;Database=y;Authentication=Active Directory Default' },
    ],
    ['a connection string without a server', { connectionString: 'Database=y' }],
  ])('%s is refused', (_title, options) => {
    expect(() => config(options)).toThrow(expect.objectContaining({ kind: 'misconfigured' }));
  });

  test('a server that does not answer is tried again for the time given, then named unreachable', async () => {
    const port = await closedPort();
    const patient = jumpingClock();
    const opened = openDatabase({
      engine: 'sqlserver',
      server: { host: '127.0.0.1', port, database: 'd', user: 'u', password: 'p' },
      clock: patient,
      connectRetryMs: 30_000,
    });
    await expect(opened).rejects.toMatchObject({ kind: 'database-unavailable' });
    expect(patient.waits).toEqual([2_000, 4_000, 8_000, 16_000]);
  });

  async function closedPort(): Promise<number> {
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = listener.address();
    await new Promise((resolve) => listener.close(resolve));
    return typeof address === 'object' && address !== null ? address.port : 0;
  }
});

describe('values of SQL Server', () => {
  test.each([
    ['a text', 'x', mssql.NVarChar(4000), 'x'],
    ['a long text', 'x'.repeat(4001), mssql.NVarChar(mssql.MAX), 'x'.repeat(4001)],
    ['a small number', -7, mssql.Int, -7],
    ['a large number', 3_000_000_000, mssql.BigInt, 3_000_000_000],
    ['a fraction', 1.5, mssql.Float, 1.5],
    ['a bigint', 7n, mssql.BigInt, '7'],
    ['a boolean', true, mssql.Bit, true],
    ['nothing', null, mssql.NVarChar(4000), null],
    ['a date', new Date(START), mssql.DateTime2(3), new Date(START)],
    ['JSON', new TypedParameter('json', '[]'), mssql.NVarChar(mssql.MAX), '[]'],
    ['an instant', new TypedParameter('instant', '2027-03-01T07:00:00.000Z'), mssql.DateTime2(3), new Date(START)],
    ['no instant', new TypedParameter('instant', null), mssql.DateTime2(3), null],
  ])('%s has a type of its own', (_title, value, type, bound) => {
    const input = jest.fn();
    bindParameter({ input } as unknown as Request, '1', value);
    expect(input).toHaveBeenCalledWith('1', type, bound);
  });

  test('an unknown kind of value is ours to mend', () => {
    expect(() => bindParameter({ input: jest.fn() } as unknown as Request, '1', () => 1)).toThrow(
      expect.objectContaining({ kind: 'bug' }),
    );
  });

  test('rows read as on SQLite: dates as text, bits and big numbers as numbers', () => {
    const rows = Object.assign([{ at: new Date(START), yes: true, big: '9000000000', name: '7', none: null }], {
      columns: {
        at: { type: mssql.DateTime2 },
        yes: { type: mssql.Bit },
        big: { type: mssql.BigInt },
        name: { type: mssql.NVarChar },
        none: { type: mssql.BigInt },
      },
    });
    expect([...normaliseRows(rows as never)]).toEqual([
      { at: '2027-03-01T07:00:00.000Z', yes: 1, big: 9_000_000_000, name: '7', none: null },
    ]);
    expect(normaliseRows(undefined)).toEqual([]);
  });
});
