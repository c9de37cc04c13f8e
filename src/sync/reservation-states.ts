import type { Mapping } from '../domain/mapping.ts';
import { type ReservationKey, type ReservationState, reservationLabel } from '../domain/reservation.ts';
import type { SyncDeps } from './settings.ts';

/** Current states of the mappings' reservations by label, in at most one statement per type; none for mappings without one. */
export async function readStates(
  deps: Pick<SyncDeps, 'store'>,
  mappings: readonly Pick<Mapping, 'type' | 'reservationId'>[],
): Promise<ReadonlyMap<string, ReservationState>> {
  const keys = mappings.flatMap((mapping): ReservationKey[] =>
    mapping.type === null || mapping.reservationId === null ? [] : [{ type: mapping.type, id: mapping.reservationId }],
  );
  const states = keys.length === 0 ? [] : await deps.store.booking.readStates(keys);
  return new Map(states.map((state) => [reservationLabel(state), state]));
}
