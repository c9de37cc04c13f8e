/** Manual cancellation of one reservation on one room: called by the booking system's "after cancelled" hook or by an operator. */
import { SyncError } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import { type ReservationState, type RoomReservationKey, reservationLabel } from '../domain/reservation.ts';
import { type CancelledRow, cancelInRoom, NO_EVENT_MESSAGE } from './cancel-room.ts';
import { journalEntry } from './journal-entries.ts';
import type { CancelBookingResult } from './results.ts';
import { withRooms } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

export interface CancelBookingInput extends RoomReservationKey {
  /** False: an active reservation is refused (409) instead of deactivated. */
  readonly deactivate: boolean;
}

interface Situation {
  readonly key: RoomReservationKey;
  readonly mapping: Mapping | null;
  readonly state: ReservationState | null;
  readonly onRoom: boolean;
}

/**
 * Cancels at once and idempotently (S74, S113, S132).
 * @throws SyncError `unknown` "Reservation not found for cancellation", `not-allowed` when it is active and `deactivate` is false, `busy`.
 */
export async function cancelBooking(
  deps: SyncDeps,
  run: RunContext,
  input: CancelBookingInput,
): Promise<CancelBookingResult> {
  const began = deps.clock.now();
  const situation = await look(deps, input);
  const { mapping, state } = situation;
  if (mapping === null && !situation.onRoom) throw notFound(state);
  const active = state?.active === true && situation.onRoom;
  if (active && !input.deactivate) {
    throw new SyncError(
      'not-allowed',
      `${reservationLabel(input)} is still active; cancel it in the booking system first.`,
      { field: 'reservationId' },
    );
  }
  const result = { ...NOTHING_DONE, durationMs: 0 };
  if (mapping?.status === 'cancelled' && !active)
    return { ...result, alreadyCancelled: true, durationMs: deps.clock.now() - began };
  if (run.dryRun) return { ...result, durationMs: deps.clock.now() - began, plan: [] };
  const warnings: string[] = [];
  const deactivated = active ? await withdraw(deps, run, situation, warnings) : false;
  if (mapping === null) warnings.push(NO_EVENT_MESSAGE);
  const row =
    mapping === null || mapping.status === 'cancelled' ? null : await cancelMapping(deps, run, mapping, active);
  if (row?.warning != null) warnings.push(row.warning);
  return {
    ...result,
    outlookDeleted: row?.outcome === 'deleted',
    mappingUpdated: row !== null && row.outcome !== 'later',
    reservationDeactivated: deactivated,
    warnings,
    errors: row?.outcome === 'failed' ? 1 : 0,
    errorDetails: row?.error == null ? [] : [{ message: row.error, mappingId: row.mappingId }],
    durationMs: deps.clock.now() - began,
  };
}

const NOTHING_DONE = {
  alreadyCancelled: false,
  outlookDeleted: false,
  mappingUpdated: false,
  reservationDeactivated: false,
  warnings: [],
  errors: 0,
  errorDetails: [],
  queuedCalendars: [],
  stoppedEarly: false,
} as const;

async function look(deps: SyncDeps, key: RoomReservationKey): Promise<Situation> {
  const [mapping] = await deps.store.mappings.findByKeys([key]);
  const [state] = await deps.store.booking.readStates([key]);
  const onRoom = state?.rooms.some((room) => room.resourceId === key.resourceId) ?? false;
  return { key, mapping: mapping ?? null, state: state ?? null, onRoom };
}

/** Nothing to cancel: the booking system has no such reservation, or has it in other rooms only. */
function notFound(state: ReservationState | null): SyncError {
  const field = state === null ? 'reservationId' : 'resourceId';
  return new SyncError('unknown', 'Reservation not found for cancellation', { field });
}

/**
 * The caller's word against an active reservation: its only room means the reservation itself; one room of several means that room,
 * held back from re-enable detection until the reservation was seen inactive.
 */
async function withdraw(
  deps: SyncDeps,
  run: RunContext,
  { key, mapping, state }: Situation,
  warnings: string[],
): Promise<boolean> {
  const others = (state?.rooms.length ?? 0) > 1;
  if (others) {
    warnings.push(
      'The reservation stays active in its other rooms; only the copy of this room was cancelled and is held back.',
    );
    if (mapping !== null) {
      const saved = await deps.store.mappings.save([
        { id: mapping.id, version: mapping.version, change: { held: true } },
      ]);
      // Without the hold the next detection would bring the copy back.
      if (saved.length === 0) throw new SyncError('busy', 'The mapping changed at the same moment; ask again.');
    }
    return false;
  }
  return deps.store.transaction(async (store) => {
    if (!(await store.booking.lock(key))) return false;
    const changed = await store.booking.deactivate(key, null);
    if (changed) {
      const subject = mapping ?? {
        id: 0,
        calendar: '',
        eventId: null,
        resourceId: key.resourceId,
        type: key.type,
        reservationId: key.id,
      };
      await store.journal.append([
        journalEntry(run, subject, {
          action: 'reservation-cancelled',
          reason: 'Cancelled on request',
          cause: `cancelled:${reservationLabel(key)}`,
          before: { active: 1 },
          after: { active: 0 },
        }),
      ]);
    }
    return changed;
  });
}

async function cancelMapping(deps: SyncDeps, run: RunContext, mapping: Mapping, asked: boolean): Promise<CancelledRow> {
  const due = [
    {
      mappingId: mapping.id,
      by: asked ? ('operator' as const) : ('booking' as const),
      reason: asked ? 'Cancelled on request' : 'Cancelled in the booking system',
    },
  ];
  await deps.store.calendars.ensure();
  const outcome = await withRooms(deps, run, [mapping.calendar], (held) =>
    cancelInRoom(deps, run, held, due, async (ids) => new Set(ids)),
  );
  const [room] = outcome.done;
  if (room === undefined) throw new SyncError('busy', 'Another worker holds the room; the cancellation was queued.');
  if (!room.result.ok) throw room.result.error;
  if (room.result.value.stopped !== null) throw room.result.value.stopped;
  const [row] = room.result.value.rows;
  return row ?? { mappingId: mapping.id, outcome: 'later', warning: null, error: null };
}
