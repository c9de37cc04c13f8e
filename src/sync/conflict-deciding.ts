/** What every decision of the conflict desk is given, and what it answers. */
import { SyncError } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { RoomEvent } from '../domain/room-event.ts';
import type { ConflictDecision } from './results.ts';
import type { HeldRoom } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

/** What carrying a decision out came to. */
export interface Decided {
  readonly reservationId: number | null;
  readonly warnings: readonly string[];
}

/** One decision, under the room's lease; `row` as it is then. */
export interface Deciding {
  readonly deps: SyncDeps;
  readonly run: RunContext;
  readonly held: HeldRoom;
  readonly row: Mapping;
  readonly decision: ConflictDecision;
  readonly twinId: number | undefined;
}

/** @throws SyncError what reading throws; a version nobody can see cannot be decided about. */
export async function readEvent({ deps, held, row }: Pick<Deciding, 'deps' | 'held' | 'row'>): Promise<RoomEvent> {
  const request = { calendar: held.calendar, eventId: row.eventId ?? '' };
  const [outcome] = await deps.calendars.getEvents([request], await held.limits());
  if (outcome?.ok === true) return outcome.value;
  throw outcome?.error ?? new SyncError('transient', 'The event could not be read.');
}

export function changedMeanwhile(row: Mapping): SyncError {
  return new SyncError('not-allowed', `Mapping ${row.id} changed meanwhile; look at it again.`);
}
