/** One connection of the stand-in for a database server. Started by `support/threaded-source.ts`. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadAnswer } from './support/threaded-source.ts';

const database = new DatabaseSync(workerData as string, { readOnly: true });

function answer(sql: string, parameters: readonly SQLInputValue[]): ThreadAnswer {
  try {
    return { rows: database.prepare(sql).all(...parameters) };
  } catch (error) {
    return { error: error as Error };
  }
}

parentPort?.on('message', ({ sql, parameters }: { sql: string; parameters: readonly SQLInputValue[] }) => {
  parentPort?.postMessage(answer(sql, parameters));
});
