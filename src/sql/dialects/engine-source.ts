import type { CompiledQuery, DatabaseIntrospector, DialectAdapter, Kysely, QueryCompiler, QueryResult } from 'kysely';
import type { SyncError } from '../../domain/errors.ts';
import type { SqlText } from '../sql-text.ts';

/** One conversation with an engine. Its calls never overlap. Errors are the driver's own. */
export interface EngineConnection {
  execute(query: CompiledQuery): Promise<QueryResult<unknown>>;
  /** Begins a transaction in which writers exclude each other as the engine does it (read committed, or serialised). */
  begin(): Promise<void>;
  commit(): Promise<void>;
  /** Ends the transaction; does nothing when the engine has ended it already. */
  rollback(): Promise<void>;
}

/** An opened engine: where connections come from, and how its SQL is written. */
export interface EngineSource {
  readonly text: SqlText;
  readonly adapter: DialectAdapter;
  /** Costs nothing: the engine is met with the first call on it. */
  connect(): EngineConnection;
  createCompiler(): QueryCompiler;
  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector;
  translate(error: unknown): SyncError;
  close(): Promise<void>;
}
