/** When not a single room could be worked on, the run itself has failed (E39): the caller hears it, and nothing was changed. */
import { isSyncError } from '../domain/errors.ts';
import type { RoomsOutcome } from './room-lease.ts';
import type { SyncDeps } from './settings.ts';

/**
 * Throws the rooms' error when every one of them failed, `access-denied` before others; denied access is also raised as an alert, once
 * per episode. Rooms that others hold do not count.
 */
export async function throwIfNothingWorked<T>(deps: SyncDeps, outcome: RoomsOutcome<T>): Promise<void> {
  const errors = outcome.done.flatMap(({ result }) => (result.ok ? [] : [result.error]));
  const [first] = errors;
  if (first === undefined || errors.length < outcome.done.length) return;
  const denied = errors.find((error) => isSyncError(error, 'access-denied'));
  if (denied === undefined) throw first;
  await deps.store.alerts.raise({
    kind: 'graph-access',
    severity: 'critical',
    message: denied.message,
    properties: { rooms: errors.length, code: denied.code ?? null },
    episode: 'graph-access',
  });
  throw denied;
}
