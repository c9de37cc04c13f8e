import type { SyncError } from '../domain/errors.ts';

/** One trip to the database. Parameter values are not part of it: they hold subjects and names (R11). */
export interface StatementInfo {
  readonly kind: 'query' | 'begin' | 'commit' | 'rollback';
  /** Compiled text; empty for begin, commit and rollback. */
  readonly sql: string;
  readonly parameters: number;
  readonly inTransaction: boolean;
}

export interface StatementEnd extends StatementInfo {
  /** On the clock the database was opened with. */
  readonly ms: number;
  /** Rows returned. */
  readonly rows: number;
  readonly error: SyncError | null;
}

/**
 * Seams around each statement. What `beforeStatement` rejects with is thrown in place of the statement, which is not sent;
 * what `afterStatement` rejects with is thrown although the statement took effect (a lost answer). A rollback always reaches
 * the database, whatever the hooks do. Outside of transactions hooks run while no lock is held.
 */
export interface StatementHooks {
  readonly beforeStatement?: (info: StatementInfo) => Promise<void>;
  readonly afterStatement?: (end: StatementEnd) => Promise<void>;
  /** Told of each statement once it ended; must not throw. */
  readonly onStatement?: (end: StatementEnd) => void;
}
