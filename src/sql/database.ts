import { AsyncLocalStorage } from 'node:async_hooks';
import { Kysely } from 'kysely';
import { SyncError } from '../domain/errors.ts';
import type { EngineSource } from './dialects/engine-source.ts';
import { createHookedDialect } from './dialects/hooked-dialect.ts';
import type { SqliteOptions } from './dialects/sqlite-source.ts';
import type { SqlServerOptions } from './dialects/sqlserver-config.ts';
import type { Database } from './executor.ts';
import { migrate } from './migrations/migrate.ts';
import type { StatementHooks } from './statement-hooks.ts';
import type { Tables } from './tables.ts';

export type { SqliteOptions } from './dialects/sqlite-source.ts';
export type { SqlServerOptions } from './dialects/sqlserver-config.ts';
export type { Database, SqlExecutor } from './executor.ts';
export type { Engine, SqlText } from './sql-text.ts';
export type { StatementEnd, StatementHooks, StatementInfo } from './statement-hooks.ts';

export type DatabaseOptions = (SqliteOptions | SqlServerOptions) & { readonly hooks?: StatementHooks };

/**
 * Opens a database. The driver of the other engine is not even loaded. SQLite brings its own schema up to date; SQL Server's
 * is a deployment step (`npm run migrate`). Throws `misconfigured` and, after the retries of `SqlServerOptions.connectRetryMs`,
 * `database-unavailable`.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const source = await openSource(options);
  if (options.engine === 'sqlite') await migrate(createDatabase(source, options.clock));
  return createDatabase(source, options.clock, options.hooks);
}

async function openSource(options: DatabaseOptions): Promise<EngineSource> {
  if (options.engine === 'sqlite') return (await import('./dialects/sqlite-source.ts')).openSqliteSource(options);
  return (await import('./dialects/sqlserver-source.ts')).openSqlServerSource(options);
}

/** A database over any engine; `openDatabase` is this over the two we ship. */
export function createDatabase(
  source: EngineSource,
  clock: { now(): number },
  hooks: StatementHooks = {},
  scope: AsyncLocalStorage<true> = new AsyncLocalStorage(),
): Database {
  const checkScope = (): void => {
    if (scope.getStore() === true) throw outsideTransaction();
  };
  const db = new Kysely<Tables>({ dialect: createHookedDialect(source, { clock, hooks, checkScope }) });
  const { text } = source;
  return {
    engine: text.engine,
    db,
    text,
    transaction: (work) =>
      db.transaction().execute((transaction) => scope.run(true, work, { engine: text.engine, db: transaction, text })),
    withHooks: (others) => createDatabase(source, clock, others, scope),
    close: () => source.close(),
  };
}

function outsideTransaction(): SyncError {
  return new SyncError('bug', 'Inside a transaction every statement must go through the store it was given.');
}
