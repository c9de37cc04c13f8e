/**
 * Manual cancellation of an Outlook event (S75): on an operator's word its reservation is treated as after a proven removal (E17), without
 * the brake. An event of ours that still stands in Outlook is deleted there too; a person's meeting is left to its organiser.
 */
import { CANCELLATION_NOTE } from '../domain/content.ts';
import { decideEventGone } from '../domain/deletion.ts';
import { SyncError } from '../domain/errors.ts';
import type { Mapping, MappingChange } from '../domain/mapping.ts';
import { toCancelled } from '../domain/mapping-states.ts';
import { type ReservationKey, reservationLabel } from '../domain/reservation.ts';
import { instantOf } from '../domain/time.ts';
import { cancelInRoom } from './cancel-room.ts';
import { journalEntry } from './journal-entries.ts';
import type { SyncStore } from './ports.ts';
import { checkPresence, type Presence } from './presence.ts';
import type { CancelOutlookResult } from './results.ts';
import { type HeldRoom, withRooms } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

const REASON = 'Cancelled on request';

/**
 * Cancels at once and idempotently. `field`: where the caller named the event.
 * @throws SyncError `unknown` for an event id no mapping has, `busy` when another worker holds the room (the room is signalled).
 */
export async function cancelOutlookEvent(
  deps: SyncDeps,
  run: RunContext,
  eventId: string,
  field = 'outlookEventId',
): Promise<CancelOutlookResult> {
  const began = deps.clock.now();
  const [mapping] = await deps.store.mappings.findByEvents([{ eventId }]);
  if (mapping === undefined) {
    throw new SyncError('unknown', 'No mapping has this Outlook event.', { field });
  }
  const base = { ...NOTHING_DONE, type: mapping.type, reservationId: mapping.reservationId };
  if (mapping.status === 'cancelled') return { ...base, alreadyCancelled: true, durationMs: deps.clock.now() - began };
  if (run.dryRun) return { ...base, durationMs: deps.clock.now() - began, plan: [operationOf(mapping)] };
  await deps.store.calendars.ensure();
  const outcome = await withRooms(deps, run, [mapping.calendar], (held) => cancelHeld(deps, run, held, mapping.id));
  const [room] = outcome.done;
  if (room === undefined) throw new SyncError('busy', 'Another worker holds the room; try again in a moment.');
  if (!room.result.ok) throw room.result.error;
  return { ...base, ...room.result.value, durationMs: deps.clock.now() - began };
}

const NOTHING_DONE = {
  alreadyCancelled: false,
  bookingCancelled: false,
  mappingUpdated: false,
  outlookDeleted: false,
  warnings: [],
  errors: 0,
  errorDetails: [],
  queuedCalendars: [],
  stoppedEarly: false,
} as const;

type Done = Pick<
  CancelOutlookResult,
  'bookingCancelled' | 'mappingUpdated' | 'outlookDeleted' | 'warnings' | 'errors' | 'errorDetails'
>;

async function cancelHeld(deps: SyncDeps, run: RunContext, held: HeldRoom, mappingId: number): Promise<Done> {
  const [seen] = await deps.store.mappings.findByIds([mappingId]);
  const requests = [{ calendar: held.calendar, eventId: seen?.eventId ?? '' }];
  const [presence] = await checkPresence(deps, requests, await held.limits());
  const decided = await deps.store.transaction((store) => decide(deps, run, held, store, mappingId, presence));
  if (!decided.deleteEvent) return { ...decided.done, errors: 0, errorDetails: [] };
  const due = [{ mappingId, by: 'operator' as const, reason: REASON }];
  const { rows, stopped } = await cancelInRoom(deps, run, held, due, async (ids) => new Set(ids));
  const error = stopped?.message ?? rows[0]?.error ?? null;
  return {
    ...decided.done,
    mappingUpdated: rows[0]?.outcome === 'deleted' || rows[0]?.outcome === 'row-only',
    outlookDeleted: rows[0]?.outcome === 'deleted',
    warnings: [...decided.done.warnings, ...(rows[0]?.warning == null ? [] : [rows[0].warning])],
    errors: error === null ? 0 : 1,
    errorDetails: error === null ? [] : [{ message: error, mappingId }],
  };
}

interface Decided {
  readonly done: Omit<Done, 'errors' | 'errorDetails'>;
  /** An event of ours still stands there; its mapping ends with its deletion. */
  readonly deleteEvent: boolean;
}

async function decide(
  deps: SyncDeps,
  run: RunContext,
  held: HeldRoom,
  store: SyncStore,
  mappingId: number,
  presence: Presence | undefined,
): Promise<Decided> {
  const [row] = await store.mappings.findByIds([mappingId]);
  if (row === undefined || row.status === 'cancelled')
    return {
      done: { bookingCancelled: false, mappingUpdated: false, outlookDeleted: false, warnings: [] },
      deleteEvent: false,
    };
  const { cancelled, kept, warnings } = await endReservation(run, store, row);
  const isThere = presence?.kind !== 'gone';
  const deleteEvent = !kept && isThere && !row.roomCopy && row.reservationId !== null;
  if (!kept && isThere && row.roomCopy)
    warnings.push("Left in Outlook: only its organiser can cancel a person's meeting.");
  const isOver = !kept && !deleteEvent;
  if (isOver) {
    const change: MappingChange = toCancelled('outlook', instantOf(deps.clock.now()));
    const lease = { calendar: held.calendar, token: held.lease.token };
    const saved = await store.mappings.save([{ id: row.id, version: row.version, change, lease }]);
    if (saved.length === 0) throw new SyncError('busy', 'The mapping is being worked on; try again in a moment.');
  }
  return {
    done: { bookingCancelled: cancelled, mappingUpdated: isOver, outlookDeleted: false, warnings },
    deleteEvent,
  };
}

/** E17 as after a removal; `kept`: the reservation has other rooms and keeps this one. */
async function endReservation(
  run: RunContext,
  store: SyncStore,
  row: Mapping,
): Promise<{ cancelled: boolean; kept: boolean; warnings: string[] }> {
  if (row.type === null || row.reservationId === null) return { cancelled: false, kept: false, warnings: [] };
  const key: ReservationKey = { type: row.type, id: row.reservationId };
  const exists = await store.booking.lock(key);
  const [state] = exists ? await store.booking.readStates([key]) : [];
  if (state === undefined || !state.active) return { cancelled: false, kept: false, warnings: [] };
  const { act } = decideEventGone({
    origin: row.origin,
    bookingEdited: false,
    otherRooms: state.rooms.filter((room) => room.resourceId !== row.resourceId).length,
    isRoomCopy: row.roomCopy,
    policy: 'cancel',
  });
  const cause = `cancelled:${reservationLabel(key)}`;
  if (act === 'recreate-event') {
    return {
      cancelled: false,
      kept: true,
      warnings: ['The reservation has other rooms and belongs to the booking system: remove the room there.'],
    };
  }
  if (act === 'unlink-room') {
    await store.booking.unlinkRoom(key, row.resourceId);
    const before = { resourceId: row.resourceId };
    await store.journal.append([journalEntry(run, row, { action: 'room-unlinked', reason: REASON, cause, before })]);
    return { cancelled: false, kept: false, warnings: ['The reservation stays active in its other rooms.'] };
  }
  await store.booking.deactivate(key, CANCELLATION_NOTE);
  const change = { before: { active: 1 }, after: { active: 0 } };
  await store.journal.append([
    journalEntry(run, row, { action: 'reservation-cancelled', reason: REASON, cause, ...change }),
  ]);
  return { cancelled: true, kept: false, warnings: [] };
}

function operationOf(row: Mapping) {
  const { calendar, resourceId, id: mappingId, type, reservationId, eventId } = row;
  return {
    side: 'booking' as const,
    action: 'cancel-reservation' as const,
    calendar,
    resourceId,
    mappingId,
    type,
    reservationId,
    eventId,
    reason: REASON,
    cause: `cancelled:${type}:${reservationId}`,
  };
}
