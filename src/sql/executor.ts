import type { Kysely } from 'kysely';
import type { Engine, SqlText } from './sql-text.ts';
import type { StatementHooks } from './statement-hooks.ts';
import type { Tables } from './tables.ts';

/** Where statements run: a database, or one transaction of it. Statements throw `SyncError` only. */
export interface SqlExecutor {
  readonly engine: Engine;
  readonly db: Kysely<Tables>;
  readonly text: SqlText;
}

export interface Database extends SqlExecutor {
  /**
   * Runs `work` in one transaction (read committed on SQL Server, serialised on SQLite); commits when it resolves, rolls back
   * when it rejects. Inside, only the given executor may be used: asking the database itself throws `bug`, as the statement
   * would stand outside the transaction or wait for it for ever.
   */
  transaction<T>(work: (executor: SqlExecutor) => Promise<T>): Promise<T>;
  /** The same database seen through other hooks; closing either closes both. */
  withHooks(hooks: StatementHooks): Database;
  /** Waits for an open transaction, then closes. */
  close(): Promise<void>;
}
