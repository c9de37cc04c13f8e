import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely';
import { SyncError } from '../../domain/errors.ts';
import type { StatementEnd, StatementHooks, StatementInfo } from '../statement-hooks.ts';
import type { EngineConnection, EngineSource } from './engine-source.ts';

/** What the driver needs besides the engine. */
export interface DriverSettings {
  readonly clock: { now(): number };
  readonly hooks: StatementHooks;
  /** Throws when a connection is asked for where none may be: see `Database.transaction`. */
  readonly checkScope: () => void;
}

/** A Kysely dialect over any `EngineSource`: awaits the hooks around each statement and translates errors to `SyncError`. */
export function createHookedDialect(source: EngineSource, settings: DriverSettings): Dialect {
  return {
    createAdapter: () => source.adapter,
    createDriver: () => createDriver(source, settings),
    createIntrospector: (db) => source.createIntrospector(db),
    createQueryCompiler: () => source.createCompiler(),
  };
}

function createDriver(source: EngineSource, settings: DriverSettings): Driver {
  return {
    init: async () => {},
    acquireConnection: async () => {
      settings.checkScope();
      return new HookedConnection(source, settings);
    },
    beginTransaction: (connection) => hooked(connection).begin(),
    commitTransaction: (connection) => hooked(connection).commit(),
    rollbackTransaction: (connection) => hooked(connection).rollback(),
    releaseConnection: async () => {},
    destroy: async () => {},
  };
}

function hooked(connection: DatabaseConnection): HookedConnection {
  return connection as HookedConnection;
}

const NO_ROWS: QueryResult<unknown> = { rows: [] };

class HookedConnection implements DatabaseConnection {
  readonly #engine: EngineConnection;
  readonly #translate: (error: unknown) => SyncError;
  readonly #settings: DriverSettings;
  #inTransaction = false;

  constructor(source: EngineSource, settings: DriverSettings) {
    this.#engine = source.connect();
    this.#translate = source.translate;
    this.#settings = settings;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const result = await this.#run('query', () => this.#engine.execute(query), query);
    return result as QueryResult<R>;
  }

  async begin(): Promise<void> {
    await this.#run('begin', async () => {
      await this.#engine.begin();
      this.#inTransaction = true;
      return NO_ROWS;
    }).catch(async (error) => {
      // Kysely rolls back only what it saw begin.
      if (this.#inTransaction) await this.#end();
      throw error;
    });
  }

  async commit(): Promise<void> {
    await this.#run('commit', async () => {
      await this.#engine.commit();
      this.#inTransaction = false;
      return NO_ROWS;
    });
  }

  async rollback(): Promise<void> {
    if (!this.#inTransaction) return;
    await this.#run('rollback', async () => NO_ROWS).finally(() => this.#end());
  }

  // biome-ignore lint/correctness/useYield: required by Kysely, not offered here
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new SyncError('bug', 'Rows are read in pages or as a whole, never streamed.');
  }

  async #end(): Promise<void> {
    this.#inTransaction = false;
    await this.#engine.rollback();
  }

  async #run(
    kind: StatementInfo['kind'],
    work: () => Promise<QueryResult<unknown>>,
    query?: CompiledQuery,
  ): Promise<QueryResult<unknown>> {
    const { beforeStatement, afterStatement, onStatement } = this.#settings.hooks;
    if (beforeStatement === undefined && afterStatement === undefined && onStatement === undefined) {
      return work().catch((error) => {
        throw this.#translate(error);
      });
    }
    const info: StatementInfo = {
      kind,
      sql: query?.sql ?? '',
      parameters: query?.parameters.length ?? 0,
      inTransaction: this.#inTransaction,
    };
    await beforeStatement?.(info);
    const started = this.#settings.clock.now();
    const [result, error] = await work().then(
      (rows) => [rows, null] as const,
      (thrown) => [NO_ROWS, this.#translate(thrown)] as const,
    );
    const end: StatementEnd = { ...info, ms: this.#settings.clock.now() - started, rows: result.rows.length, error };
    onStatement?.(end);
    await afterStatement?.(end);
    if (error !== null) throw error;
    return result;
  }
}
