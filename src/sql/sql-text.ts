import type { RawBuilder } from 'kysely';
import type { Instant, WallClock } from '../domain/time.ts';

export type Engine = 'sqlite' | 'sqlserver';

/**
 * Types of values that travel inside one JSON parameter.
 *
 * | type | TypeScript | SQL Server | SQLite |
 * |---|---|---|---|
 * | `int` | `number` | `int` | INTEGER |
 * | `flag` | `boolean` | `smallint` 0/1 | INTEGER 0/1 |
 * | `word` | a word of ours (status, kind) | `nvarchar(64)`, binary collation | TEXT |
 * | `key` | a Graph id or mailbox, case-sensitive | `nvarchar(512)`, binary collation | TEXT |
 * | `wall` | `WallClock` | `nvarchar(19)`, binary collation | TEXT |
 * | `instant` | `Instant` | `datetime2(3)`, UTC | TEXT |
 * | `text` | any text | `nvarchar(max)` | TEXT |
 * | `position` | nothing: the row's index in the list | `int` | INTEGER |
 */
export type JsonType = 'int' | 'flag' | 'word' | 'key' | 'wall' | 'instant' | 'text' | 'position';
export type JsonColumns = Readonly<Record<string, JsonType>>;
export type JsonRow = Readonly<Record<string, unknown>>;

/** `UPDATE` of one of the sync's own tables, which the other parts call `t`. */
export interface UpdateParts {
  readonly table: string;
  /** Assignments with unqualified columns on the left. */
  readonly set: RawBuilder<unknown>;
  /** A table expression with its alias to join with, usually `rows(...)`; at most one of its rows may match a row of `t`. */
  readonly from?: RawBuilder<unknown>;
  readonly where: RawBuilder<unknown>;
  /** Columns of the written rows to return, as they are afterwards. */
  readonly returning: readonly string[];
  /** The table has an UPDATE trigger: SQL Server then refuses plain OUTPUT (error 334). Only integer columns can be returned. */
  readonly hasTrigger?: boolean;
}

/** `INSERT ... SELECT` into one of the sync's own tables. */
export interface InsertParts {
  readonly table: string;
  readonly columns: readonly string[];
  /** Everything from SELECT on, its columns in the order of `columns`. */
  readonly select: RawBuilder<unknown>;
  readonly returning: readonly string[];
}

/** `DELETE` from one of the sync's own tables, which the other parts call `t`. */
export interface DeleteParts {
  readonly table: string;
  /** As in `UpdateParts`. */
  readonly from?: RawBuilder<unknown>;
  readonly where: RawBuilder<unknown>;
  readonly returning: readonly string[];
}

/** The few fragments in which the engines differ. Everything else is SQL that both understand. */
export interface SqlText {
  readonly engine: Engine;
  /** The database's clock. */
  now(): RawBuilder<Instant>;
  /** The database's clock plus `ms` (may be negative). */
  nowPlus(ms: number): RawBuilder<Instant>;
  /** An instant (or null) as a parameter. */
  instant(value: Instant | null): RawBuilder<Instant | null>;
  /** A table expression made from one JSON parameter, however many rows: `(SELECT ...) AS alias`. */
  rows(alias: string, columns: JsonColumns, rows: readonly JsonRow[]): RawBuilder<unknown>;
  /** A one-column subquery from one JSON parameter, to stand after IN. */
  list(type: JsonType, values: readonly unknown[]): RawBuilder<unknown>;
  /** `SELECT ${top(n)} ... ${limit(n)}`: one of the two is empty. */
  top(count: number): RawBuilder<unknown>;
  limit(count: number): RawBuilder<unknown>;
  update<Row>(parts: UpdateParts): RawBuilder<Row>;
  insert<Row>(parts: InsertParts): RawBuilder<Row>;
  delete<Row>(parts: DeleteParts): RawBuilder<Row>;
  /** Stands after a table name in FROM: locks the rows read until the transaction ends. */
  rowLock(): RawBuilder<unknown>;
  /** The same, and keeps rows from being added where the statement looked. */
  rangeLock(): RawBuilder<unknown>;
  /**
   * A customer's insert followed by the identity it was given, as a row `{ id }`. Works on tables with triggers, where OUTPUT
   * does not (error 334).
   */
  identityOf(insert: RawBuilder<unknown>, idColumn: string): RawBuilder<{ id: number }>;
  /** A customer's date-and-time column as `WallClock` text. */
  wallOf(column: RawBuilder<unknown>): RawBuilder<WallClock | null>;
  /** A `WallClock` as a value for a customer's date-and-time column, whatever the session's language. */
  wall(value: WallClock): RawBuilder<WallClock>;
}

/** A parameter whose SQL type cannot be told from its JavaScript value. */
export class TypedParameter {
  readonly type: 'json' | 'instant';
  readonly value: string | null;

  constructor(type: 'json' | 'instant', value: string | null) {
    this.type = type;
    this.value = value;
  }
}
