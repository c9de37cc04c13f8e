import { SyncError } from '../domain/errors.ts';
import { isUniqueViolation } from './sql-errors.ts';

const RUNS = 3;

/**
 * Runs an `INSERT ... WHERE NOT EXISTS` again when somebody added one of its rows between its look and its write: the next
 * look sees that row. Throws `transient` when others keep winning.
 */
export async function retryOnUniqueViolation<T>(work: () => Promise<T>): Promise<T> {
  for (let run = 1; ; run += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      if (run === RUNS)
        throw new SyncError('transient', 'Others keep adding the same rows; run it again.', { cause: error });
    }
  }
}
