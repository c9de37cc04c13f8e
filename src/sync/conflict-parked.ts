/** Cancellations held by the brake (R4): listed, approved or dismissed. The next pass carries the decision out. */
import { SyncError } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { ParkedOperation } from './ports.ts';
import type { SyncDeps } from './settings.ts';

export interface ParkedRow extends ParkedOperation {
  /** Null when the mapping is gone. */
  readonly mapping: Pick<Mapping, 'type' | 'reservationId' | 'resourceId' | 'subject' | 'startsAt' | 'endsAt'> | null;
}

/** Undecided ones, oldest first. */
export async function listParked(deps: SyncDeps, { limit }: { limit: number }): Promise<readonly ParkedRow[]> {
  const parked = await deps.store.parked.list({ statuses: ['parked'], limit });
  const ids = parked.map((row) => row.mappingId);
  const mappings = new Map(
    (ids.length === 0 ? [] : await deps.store.mappings.findByIds(ids)).map((row) => [row.id, row]),
  );
  return parked.map((row) => ({ ...row, mapping: mappings.get(row.mappingId) ?? null }));
}

/**
 * Approves or dismisses; the rooms are signalled. Returns the ids that were still undecided.
 * @throws SyncError `unknown` when none of them is parked.
 */
export async function decideParked(
  deps: SyncDeps,
  { ids, decision }: { readonly ids: readonly number[]; readonly decision: 'approved' | 'dismissed' },
): Promise<readonly number[]> {
  const parked = await deps.store.parked.list({ statuses: ['parked'], limit: 10_000 });
  const decided = await deps.store.parked.decide(ids, decision);
  if (decided.length === 0) throw new SyncError('unknown', 'None of these cancellations is parked.', { field: 'ids' });
  const calendars = [...new Set(parked.filter((row) => decided.includes(row.id)).map((row) => row.calendar))];
  await deps.store.calendars.signal(calendars);
  await deps.wakeUps.wake(calendars, 'a parked cancellation was decided');
  return decided;
}
