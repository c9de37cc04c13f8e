import { type RawBuilder, sql } from 'kysely';
import { isSyncError, SyncError } from '../../domain/errors.ts';
import type { Database, SqlExecutor } from '../executor.ts';
import { roomAndReservationMappings } from './0001-room-and-reservation-mappings.ts';
import { syncState } from './0002-sync-state.ts';
import { journalByReservation } from './0003-journal-by-reservation.ts';
import { journalByImport } from './0004-journal-by-import.ts';
import { createTable, NOW } from './ddl.ts';
import type { Migration } from './migration.ts';

/** Every migration in order. */
export const MIGRATIONS: readonly Migration[] = [
  roomAndReservationMappings,
  syncState,
  journalByReservation,
  journalByImport,
];

const VERSIONS = 'bridge_schema_versions';
const LOCK_TIMEOUT_MS = 60_000;

const VERSIONS_TABLE = {
  name: VERSIONS,
  primaryKey: 'version',
  columns: {
    version: { type: 'int' },
    name: { type: 'text', length: 200 },
    applied_at: { type: 'instant', fallback: NOW },
  },
} as const;

export interface MigrationReport {
  /** What this call applied; empty when the schema was current or somebody else was faster. */
  readonly applied: readonly Migration[];
  readonly current: number;
}

/**
 * Brings the sync's own tables up to date. Safe when several start at once: each migration runs in one transaction under an
 * exclusive lock and writes its version first; who comes second finds it done. Throws `misconfigured` (permission), `transient`.
 */
export async function migrate(
  database: Database,
  options: { readonly migrations?: readonly Migration[]; readonly onApplied?: (migration: Migration) => void } = {},
): Promise<MigrationReport> {
  const { migrations = MIGRATIONS, onApplied } = options;
  const applied: Migration[] = [];
  await checkServer(database);
  // The usual start finds nothing to do and needs no lock.
  for (const migration of await pendingMigrations(database, migrations)) {
    const done = await database.transaction((executor) => apply(executor, migration));
    if (!done) continue;
    applied.push(migration);
    onApplied?.(migration);
  }
  return { applied, current: migrations.at(-1)?.version ?? 0 };
}

/** Migrations the database has not seen; on a server one statement. */
export async function pendingMigrations(
  executor: SqlExecutor,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<readonly Migration[]> {
  const seen = new Set(await appliedVersions(executor));
  return migrations.filter((migration) => !seen.has(migration.version));
}

/**
 * Throws `misconfigured` naming the next step while migrations are missing: the app itself may not change the schema. A server shows no
 * table to a user without rights on it, so tables that are missing and rights that are look the same.
 */
export async function checkSchema(executor: SqlExecutor): Promise<void> {
  const { length: missing } = await pendingMigrations(executor);
  if (missing === 0) return;
  const message =
    missing === MIGRATIONS.length
      ? 'The database has no tables of the sync that its user may read: run "npm run migrate", then what "npm run migrate -- --grants" prints.'
      : `The database lacks ${missing} ${missing === 1 ? 'migration' : 'migrations'}: run "npm run migrate" first.`;
  throw new SyncError('misconfigured', message);
}

/** OPENJSON came with SQL Server 2016 and is hidden from databases kept at an older compatibility level. */
async function checkServer({ db, engine }: SqlExecutor): Promise<void> {
  if (engine === 'sqlite') return;
  await sql`SELECT COUNT(*) AS n FROM OPENJSON(N'[]')`.execute(db).catch((cause: unknown) => {
    if (isSyncError(cause, 'database-unavailable', 'transient')) throw cause;
    const advice = 'Raise it with ALTER DATABASE ... SET COMPATIBILITY_LEVEL = 130 or higher.';
    throw new SyncError('misconfigured', `The database needs compatibility level 130 (OPENJSON). ${advice}`, { cause });
  });
}

async function apply(executor: SqlExecutor, migration: Migration): Promise<boolean> {
  const { db, engine } = executor;
  await lock(executor);
  if (!(await versionsTableExists(executor))) await sql.raw(createTable(engine, VERSIONS_TABLE)).execute(db);
  const { rows } = await sql`SELECT version FROM ${sql.table(VERSIONS)} WHERE version = ${migration.version}`.execute(
    db,
  );
  if (rows.length > 0) return false;
  const { version, name } = migration;
  await sql`INSERT INTO ${sql.table(VERSIONS)} (version, name) VALUES (${version}, ${name})`.execute(db);
  for (const statement of migration.statements(engine)) await sql.raw(statement).execute(db);
  return true;
}

/** Until the transaction ends. SQLite's `BEGIN IMMEDIATE` is such a lock already. */
async function lock({ db, engine }: SqlExecutor): Promise<void> {
  if (engine === 'sqlite') return;
  const { rows } = await sql<{ result: number }>`DECLARE @result int; EXEC @result = sp_getapplock
    @Resource = N'bridge_migrations', @LockMode = N'Exclusive', @LockOwner = N'Transaction',
    @LockTimeout = ${sql.lit(LOCK_TIMEOUT_MS)}; SELECT @result AS result;`.execute(db);
  if ((rows[0]?.result ?? -1) >= 0) return;
  throw new SyncError('transient', 'Another migration holds the lock; wait for it and run this one again.');
}

async function appliedVersions(executor: SqlExecutor): Promise<readonly number[]> {
  const select = sql<{ version: number }>`SELECT version FROM ${sql.table(VERSIONS)}`;
  if (executor.engine === 'sqlserver') {
    // The branch is compiled when it is taken, so a table that is missing is no error.
    const { rows } = await sql<{ version: number }>`IF EXISTS (${findVersionsTable(executor)}) ${select}`.execute(
      executor.db,
    );
    return rows.map(({ version }) => version);
  }
  if (!(await versionsTableExists(executor))) return [];
  return (await select.execute(executor.db)).rows.map(({ version }) => version);
}

async function versionsTableExists(executor: SqlExecutor): Promise<boolean> {
  return (await findVersionsTable(executor).execute(executor.db)).rows.length > 0;
}

/** A row when the database has the table. */
function findVersionsTable({ engine }: SqlExecutor): RawBuilder<unknown> {
  return engine === 'sqlite'
    ? sql`SELECT 1 AS found FROM sqlite_master WHERE type = 'table' AND name = ${VERSIONS}`
    : sql`SELECT 1 AS found FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME = ${sql.lit(VERSIONS)}`;
}
