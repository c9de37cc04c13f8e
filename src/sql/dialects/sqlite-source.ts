import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { type CompiledQuery, type QueryResult, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { SyncError } from '../../domain/errors.ts';
import { instantOf } from '../../domain/time.ts';
import type { Clock } from '../../sync/ports.ts';
import { isSqliteBusy, sqliteError } from '../sql-errors.ts';
import { TypedParameter } from '../sql-text.ts';
import type { EngineConnection, EngineSource } from './engine-source.ts';
import { sqliteText } from './sqlite-text.ts';
import { WriterLock } from './writer-lock.ts';

export interface SqliteOptions {
  readonly engine: 'sqlite';
  /** Path of the database file, or `:memory:`. */
  readonly file: string;
  /** The database's clock: leases and time stamps follow it. */
  readonly clock: Clock;
}

/** Prepared statements kept; the service itself has fewer. */
const CACHED_STATEMENTS = 512;
/** Waits between tries while another process writes to the file, milliseconds. */
const BUSY_WAITS = [5, 10, 20, 40, 80, 160, 320, 640];

/** One connection takes part in everything, so Kysely needs no lock of its own: ours is held by transactions only. */
class SharedSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/** Opens SQLite in this process. Throws `database-unavailable` when the file cannot be used. */
export async function openSqliteSource(options: SqliteOptions): Promise<EngineSource> {
  const connection = await open(options);
  const statements = new StatementCache(connection);
  const lock = new WriterLock();
  return {
    text: sqliteText,
    adapter: new SharedSqliteAdapter(),
    connect: () => new SqliteConnection(statements, lock, options.clock),
    createCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    translate: sqliteError,
    close: async () => {
      await lock.acquire();
      if (connection.isOpen) connection.close();
      lock.release();
    },
  };
}

async function open({ file, clock }: SqliteOptions): Promise<DatabaseSync> {
  try {
    // `timeout: 0`: waiting for another process would block the whole worker, so it is done between tries instead.
    const connection = new DatabaseSync(file, { timeout: 0, enableForeignKeyConstraints: true });
    if (file !== ':memory:') {
      await patiently(clock, () => connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;'));
    }
    connection.function('bridge_now', () => instantOf(clock.now()));
    connection.function('bridge_after', (ms) => instantOf(clock.now() + Number(ms)));
    // Column defaults are written with SQLite's own CURRENT_TIMESTAMP, so that other programs can insert too; here it
    // follows the injected clock.
    connection.function('current_timestamp', () => instantOf(clock.now()).replace('T', ' ').replace('Z', ''));
    return connection;
  } catch (error) {
    throw sqliteError(error);
  }
}

type Row = Record<string, SQLOutputValue>;

interface Prepared {
  readonly statement: StatementSync;
  /** Names of the columns it returns; none for a statement without rows. */
  readonly columns: readonly string[];
  /** A row without values. */
  readonly blank: Row;
}

class StatementCache {
  readonly #connection: DatabaseSync;
  readonly #prepared = new Map<string, Prepared>();

  constructor(connection: DatabaseSync) {
    this.#connection = connection;
  }

  get inTransaction(): boolean {
    return this.#connection.isTransaction;
  }

  run(sql: string, parameters: readonly SQLInputValue[]): QueryResult<unknown> {
    const prepared = this.#prepare(sql);
    if (prepared.columns.length > 0) return { rows: readRows(prepared, parameters) };
    const { changes } = prepared.statement.run(...parameters);
    return { rows: [], numAffectedRows: BigInt(changes) };
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#connection.prepare(sql);
    const columns = statement.columns().map(({ name }) => name);
    if (columns.length > 0) statement.setReturnArrays(true);
    const prepared = { statement, columns, blank: Object.fromEntries(columns.map((name) => [name, null])) };
    const oldest = this.#prepared.size < CACHED_STATEMENTS ? undefined : this.#prepared.keys().next().value;
    if (oldest !== undefined) this.#prepared.delete(oldest);
    this.#prepared.set(sql, prepared);
    return prepared;
  }
}

/** Rows of one shape, filled from arrays: half the time, mapping included, of the objects the engine would make, which have none. */
function readRows({ statement, columns, blank }: Prepared, parameters: readonly SQLInputValue[]): Row[] {
  const tuples = statement.all(...parameters) as unknown as SQLOutputValue[][];
  return tuples.map((tuple) => {
    const row = { ...blank };
    for (let at = 0; at < columns.length; at += 1) row[columns[at] as string] = tuple[at] as SQLOutputValue;
    return row;
  });
}

/** A turn at the shared connection: a statement by itself waits for open transactions, one inside owns the lock. */
class SqliteConnection implements EngineConnection {
  readonly #statements: StatementCache;
  readonly #lock: WriterLock;
  readonly #clock: Clock;
  #owner = false;

  constructor(statements: StatementCache, lock: WriterLock, clock: Clock) {
    this.#statements = statements;
    this.#lock = lock;
    this.#clock = clock;
  }

  async execute(query: CompiledQuery): Promise<QueryResult<unknown>> {
    const parameters = query.parameters.map(toSqlite);
    if (this.#owner) return this.#insideTransaction(query.sql, parameters);
    if (!this.#lock.held) {
      // The statement runs synchronously: with no transaction open nobody can come between.
      try {
        return this.#statements.run(query.sql, parameters);
      } catch (error) {
        if (!isSqliteBusy(error)) throw error;
      }
    }
    await this.#lock.acquire();
    try {
      return await this.#patiently(query.sql, parameters);
    } finally {
      this.#lock.release();
    }
  }

  async begin(): Promise<void> {
    await this.#lock.acquire();
    this.#owner = true;
    try {
      // IMMEDIATE: takes the write lock now, so that nothing inside can meet another process's.
      await this.#patiently('BEGIN IMMEDIATE', []);
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  async commit(): Promise<void> {
    await this.#patiently('COMMIT', []);
    this.#release();
  }

  async rollback(): Promise<void> {
    if (!this.#owner) return;
    try {
      if (this.#statements.inTransaction) this.#statements.run('ROLLBACK', []);
    } finally {
      this.#release();
    }
  }

  #insideTransaction(sql: string, parameters: readonly SQLInputValue[]): QueryResult<unknown> {
    // A full disk and the like end the transaction; what follows must not be kept by itself.
    if (!this.#statements.inTransaction)
      throw new SyncError('transient', 'The transaction was rolled back; run it again.');
    return this.#statements.run(sql, parameters);
  }

  #release(): void {
    this.#owner = false;
    this.#lock.release();
  }

  /** Only with the lock: while this waits no other statement of this process may run on the connection. */
  #patiently(sql: string, parameters: readonly SQLInputValue[]): Promise<QueryResult<unknown>> {
    return patiently(this.#clock, () => this.#statements.run(sql, parameters));
  }
}

/** Tries again while another process writes to the file. */
async function patiently<T>(clock: Clock, work: () => T): Promise<T> {
  for (const wait of BUSY_WAITS) {
    try {
      return work();
    } catch (error) {
      if (!isSqliteBusy(error)) throw error;
      await clock.sleep(wait);
    }
  }
  return work();
}

function toSqlite(value: unknown): SQLInputValue {
  if (value instanceof TypedParameter) return value.value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Date) return value.toISOString();
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return value;
  if (value instanceof Uint8Array) return value;
  throw new SyncError('bug', `A value of type ${typeof value} cannot be a parameter.`);
}
