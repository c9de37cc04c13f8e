/** What the adapter would send to a SQL Server, without one: an engine that notes each statement and answers from a list. */
import { type CompiledQuery, MssqlAdapter, MssqlIntrospector, MssqlQueryCompiler } from 'kysely';
import { SyncError } from '../../src/domain/errors.ts';
import { BOOKING_TABLES, columnsOf } from '../../src/sql/booking/layout.ts';
import type { BookingSchema } from '../../src/sql/booking-schema.ts';
import { createDatabase, type Database } from '../../src/sql/database.ts';
import type { EngineSource } from '../../src/sql/dialects/engine-source.ts';
import { sqlServerText } from '../../src/sql/dialects/sqlserver-text.ts';

export interface NotedStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** A statement whose text matches is answered with these rows; the first match counts, no match answers no rows. */
export type Answers = readonly (readonly [pattern: RegExp, rows: readonly object[]])[];

export function noteStatements(
  schema: BookingSchema,
  answers: Answers,
): { database: Database; noted: NotedStatement[] } {
  const noted: NotedStatement[] = [];
  const all: Answers = [[/INFORMATION_SCHEMA/, everyColumn(schema)], ...answers];
  const execute = async ({ sql, parameters }: CompiledQuery) => {
    noted.push({ sql: tidy(sql), parameters });
    return { rows: [...(all.find(([pattern]) => pattern.test(sql))?.[1] ?? [])] };
  };
  const nothing = async (): Promise<void> => {};
  const source: EngineSource = {
    text: sqlServerText,
    adapter: new MssqlAdapter(),
    connect: () => ({ execute, begin: nothing, commit: nothing, rollback: nothing }),
    createCompiler: () => new MssqlQueryCompiler(),
    createIntrospector: (db) => new MssqlIntrospector(db),
    translate: (cause) => new SyncError('bug', 'Nothing fails here.', { cause }),
    close: nothing,
  };
  return { database: createDatabase(source, { now: () => 0 }), noted };
}

function everyColumn(schema: BookingSchema): object[] {
  return BOOKING_TABLES.flatMap((table) => {
    const names: Readonly<Record<string, string | null>> = schema.columns[table];
    return columnsOf(table).map((column) => ({ tableName: schema.tables[table], columnName: names[column] }));
  });
}

/** Line breaks follow the source; they are no part of what is reviewed. */
function tidy(sql: string): string {
  return sql.replace(/\s+/g, ' ').trim();
}
