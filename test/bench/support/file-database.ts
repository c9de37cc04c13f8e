import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Hands `work` the path of a SQLite file that is removed afterwards. */
export async function withDatabaseFile<T>(work: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'booking-sync-bench-'));
  try {
    return await work(join(folder, 'bench.sqlite'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
