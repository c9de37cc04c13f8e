/**
 * Stands for a database server: a SQLite file read by threads of their own, so that a long query holds up nobody but itself. Reading only;
 * statements that ask for the database's clock (`bridge_now`) do not work.
 */
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type CompiledQuery, type QueryResult, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { EngineSource } from '../../../src/sql/dialects/engine-source.ts';
import { sqliteText } from '../../../src/sql/dialects/sqlite-text.ts';
import { sqliteError } from '../../../src/sql/sql-errors.ts';
import { TypedParameter } from '../../../src/sql/sql-text.ts';

/** What a thread answers to a query. */
export type ThreadAnswer = { readonly rows: unknown[] } | { readonly error: Error };

const THREAD = resolve('test/bench/database-thread.ts');

class ParallelAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/** An engine that can be waited for until nobody asks it anything. */
export interface ThreadedSource extends EngineSource {
  settled(): Promise<void>;
}

/** Turns of the event loop without a query after which nobody is expected to ask another. */
const QUIET_TURNS = 5;

/** @param threads connections of the pool, 4 as a worker has by default */
export function openThreadedSource(file: string, threads = 4): ThreadedSource {
  const all = Array.from({ length: threads }, () => new Worker(THREAD, { workerData: file }));
  const free = [...all];
  const waiting: ((thread: Worker) => void)[] = [];
  const borrow = async () => free.pop() ?? new Promise<Worker>((take) => waiting.push(take));
  const giveBack = (thread: Worker) => {
    const next = waiting.shift();
    if (next === undefined) free.push(thread);
    else next(thread);
  };

  async function execute({ sql, parameters }: CompiledQuery): Promise<QueryResult<unknown>> {
    const thread = await borrow();
    try {
      const values = parameters.map((value) => (value instanceof TypedParameter ? value.value : value));
      const answer = new Promise<ThreadAnswer>((take) => thread.once('message', take));
      thread.postMessage({ sql, parameters: values });
      const result = await answer;
      if ('error' in result) throw result.error;
      return result;
    } finally {
      giveBack(thread);
    }
  }

  const noTransactions = async (): Promise<never> => {
    throw new Error('This stand-in for a server is for reading only.');
  };
  return {
    text: sqliteText,
    adapter: new ParallelAdapter(),
    connect: () => ({ execute, begin: noTransactions, commit: noTransactions, rollback: noTransactions }),
    createCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    translate: sqliteError,
    settled: async () => {
      for (let quiet = 0; quiet < QUIET_TURNS; quiet = free.length === threads ? quiet + 1 : 0) await setImmediate();
    },
    close: async () => {
      await Promise.all(all.map((thread) => thread.terminate()));
    },
  };
}
