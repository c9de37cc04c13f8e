import { type CompiledQuery, MssqlAdapter, MssqlIntrospector, MssqlQueryCompiler, type QueryResult } from 'kysely';
import type { ConnectionPool, Request, Transaction } from 'mssql';
import mssql from 'mssql';
import type { SyncError } from '../../domain/errors.ts';
import type { Clock } from '../../sync/ports.ts';
import { isTransientNumber, serverError } from '../sql-errors.ts';
import type { EngineConnection, EngineSource } from './engine-source.ts';
import { type SqlServerOptions, sqlServerConfig } from './sqlserver-config.ts';
import { sqlServerText } from './sqlserver-text.ts';
import { bindParameter, normaliseRows } from './sqlserver-values.ts';

const DEADLOCK = 1205;
/** Runs of a deadlock victim that stands alone: nothing of it was kept, so it is simply sent again. */
const DEADLOCK_RUNS = 3;
const SERVER_BUSY = 40501;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 20_000;
/** The documentation asks for at least 10 s after error 40501. */
const BUSY_WAIT_MS = 10_000;
/** Refusals on the network that pass, for instance while a server starts. A wrong host name (ENOTFOUND) does not. */
const PASSING_CODES = ['ETIMEOUT', 'ECONNREFUSED', 'ECONNRESET', 'ESOCKET', 'EINSTLOOKUP'];

/** Connects to SQL Server or Azure SQL. Throws `misconfigured` and `database-unavailable`. */
export async function openSqlServerSource(options: SqlServerOptions): Promise<EngineSource> {
  const gate = new LoginGate(options.clock, options.connectRetryMs ?? 90_000);
  const pool = new mssql.ConnectionPool({ ...sqlServerConfig(options), beforeConnect: gate.watch });
  // Without a listener the error of an idle connection would end the process; the pool replaces the connection by itself.
  pool.on('error', () => {});
  const translate = (error: unknown): SyncError => serverError(error, gate.loginNumber(error));
  await gate
    .pass(() => pool.connect())
    .catch((error) => {
      throw translate(error);
    });
  return {
    text: sqlServerText,
    adapter: new MssqlAdapter(),
    connect: () => new SqlServerConnection(pool, gate),
    createCompiler: () => new MssqlQueryCompiler(),
    createIntrospector: (db) => new MssqlIntrospector(db),
    translate,
    close: () => pool.close(),
  };
}

class SqlServerConnection implements EngineConnection {
  readonly #pool: ConnectionPool;
  readonly #gate: LoginGate;
  #transaction: Transaction | null = null;

  constructor(pool: ConnectionPool, gate: LoginGate) {
    this.#pool = pool;
    this.#gate = gate;
  }

  async execute(query: CompiledQuery): Promise<QueryResult<unknown>> {
    const transaction = this.#transaction;
    if (transaction !== null) return send(transaction.request(), query);
    for (let run = 1; ; run += 1) {
      try {
        return await this.#gate.pass(() => send(this.#pool.request(), query));
      } catch (error) {
        if ((error as { number?: unknown }).number !== DEADLOCK || run === DEADLOCK_RUNS) throw error;
      }
    }
  }

  async begin(): Promise<void> {
    this.#transaction = await this.#gate.pass(async () => {
      const transaction = this.#pool.transaction();
      // Told here of a rollback by the server; `rollback` below learns of it by itself.
      transaction.on('rollback', () => {});
      return transaction.begin(mssql.ISOLATION_LEVEL.READ_COMMITTED);
    });
  }

  async commit(): Promise<void> {
    await this.#transaction?.commit();
    this.#transaction = null;
  }

  async rollback(): Promise<void> {
    const transaction = this.#transaction;
    this.#transaction = null;
    // Rejects when the server has rolled back already or the connection is gone, which comes to the same.
    await transaction?.rollback().catch(() => {});
  }
}

async function send(request: Request, query: CompiledQuery): Promise<QueryResult<unknown>> {
  for (const [index, value] of query.parameters.entries()) bindParameter(request, String(index + 1), value);
  // DDL must be a batch of its own (CREATE TRIGGER), and only statements without parameters can be.
  const result = await (query.parameters.length === 0 ? request.batch(query.sql) : request.query(query.sql));
  const rows = normaliseRows(result.recordset as Record<string, unknown>[] | undefined);
  const affected = result.rowsAffected.at(-1);
  return affected === undefined ? { rows } : { rows, numAffectedRows: BigInt(affected) };
}

/**
 * Gets through to a server that is paused or busy. The pool opens a connection whenever it has none to lend, so each call may
 * meet a refused login, not only the first.
 */
class LoginGate {
  readonly #clock: Clock;
  readonly #budgetMs: number;
  /** The driver's login error lacks the server's number, which arrives in a message of its own. */
  readonly #numbers = new WeakMap<object, number>();

  constructor(clock: Clock, budgetMs: number) {
    this.#clock = clock;
    this.#budgetMs = budgetMs;
  }

  /** To be called for each new connection. */
  readonly watch = (connection: mssql.Connection): void => {
    let number: number | undefined;
    connection.on('errorMessage', (message: { number?: number }) => {
      number = message.number;
    });
    connection.on('connect', (error?: Error) => {
      if (error !== undefined && number !== undefined) this.#numbers.set(error, number);
    });
  };

  loginNumber(error: unknown): number | undefined {
    const original = (error as { originalError?: object } | null)?.originalError;
    return original === undefined ? undefined : this.#numbers.get(original);
  }

  /** Runs `work`, again and again while no connection was to be had and the budget lasts. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    const end = this.#clock.now() + this.#budgetMs;
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        return await work();
      } catch (error) {
        const pause = this.loginNumber(error) === SERVER_BUSY ? Math.max(wait, BUSY_WAIT_MS) : wait;
        if (!this.#passes(error) || this.#clock.now() + pause > end) throw error;
        await this.#clock.sleep(pause);
      }
    }
  }

  /** Whether the error says that no connection was made, so nothing was sent, and that this will pass. */
  #passes(error: unknown): boolean {
    const { name, code, originalError } = error as { name?: string; code?: string; originalError?: Error };
    if (name !== 'ConnectionError') return false;
    const number = this.loginNumber(error);
    if (number !== undefined) return isTransientNumber(number);
    return PASSING_CODES.includes(code ?? '') && !/ENOTFOUND/.test(originalError?.message ?? '');
  }
}
