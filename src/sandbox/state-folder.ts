/** What the sandbox keeps between runs, in one folder: the database, and beside it everything else as one JSON file. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SyncError } from '../domain/errors.ts';
import type { HostSnapshot } from './functions-host/host.ts';
import type { SavedState } from './graph-simulator/saved-state.ts';
import type { SandboxOptions } from './options.ts';

export interface KeptState {
  readonly schema: SandboxOptions['schema'];
  /** Weeks the sample data was moved by when it was loaded. */
  readonly shiftWeeks: number;
  readonly host: HostSnapshot;
  /** What the Graph simulator saved. */
  readonly outlook: SavedState;
}

export interface StateFolder {
  readonly databaseFile: string;
  /** Null at the first start. */
  readonly kept: KeptState | null;
  /** Replaces what was kept, in one step: a kill in the middle leaves the older state. */
  save(state: KeptState): void;
  /** Lets another process have the folder. */
  release(): void;
}

/**
 * Opens the folder, made when it is missing; `fresh` empties it first. Throws `not-allowed` while another sandbox runs
 * on it.
 */
export function openStateFolder(folder: string, fresh: boolean, processId: number): StateFolder {
  const [databaseFile, stateFile, lockFile] = ['booking.sqlite', 'state.json', 'running'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  mkdirSync(folder, { recursive: true });
  const other = existsSync(lockFile) ? Number(readFileSync(lockFile, 'utf8')) : 0;
  if (other !== processId && isRunning(other)) {
    const message = `Another sandbox is running (process ${other}). Stop it first; two cannot share ${folder}/.`;
    throw new SyncError('not-allowed', message);
  }
  writeFileSync(lockFile, String(processId));
  const kept = fresh ? null : readState(stateFile);
  // A database without the Outlook that belongs to it is of no use.
  if (kept === null) for (const suffix of ['', '-wal', '-shm']) rmSync(databaseFile + suffix, { force: true });
  return {
    databaseFile,
    kept,
    save(state) {
      writeFileSync(`${stateFile}.new`, JSON.stringify(state));
      renameSync(`${stateFile}.new`, stateFile);
    },
    release: () => rmSync(lockFile, { force: true }),
  };
}

function readState(file: string): KeptState | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

function isRunning(processId: number): boolean {
  if (!Number.isInteger(processId) || processId <= 0) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
