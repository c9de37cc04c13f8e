/** Booking to Outlook: discover, pick, and push what picked mappings want, room by room under its lease. */
import { SyncError } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import { type ReservationState, type RoomReservationKey, reservationLabel } from '../domain/reservation.ts';
import type { Room } from '../domain/room.ts';
import { instantOf } from '../domain/time.ts';
import { reenable } from './cancellations.ts';
import { type Discovery, discover } from './discover.ts';
import type { Operation } from './plan.ts';
import { NOT_FOUND_MESSAGE } from './push-plan.ts';
import { detailOf, pushRoom, type RoomPushResult } from './push-room.ts';
import type { ErrorDetail, PushDetail, PushOneResult, PushResult } from './results.ts';
import { type RoomsOutcome, withRooms } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

export interface PushInput {
  readonly limit: number;
  readonly includePast?: boolean;
  readonly resourceIds?: readonly number[];
}

/**
 * Pushes up to `limit` mappings, best priority first (S45-S48, E58). Timer runs leave rows alone whose back-off is not over; calls
 * by a person try them last. One row's failure is that row's, one room's is that room's (R8).
 * @throws SyncError `access-denied` when no room could be worked on for lack of access; then no row was touched (S115).
 */
export async function pushPending(deps: SyncDeps, run: RunContext, input: PushInput): Promise<PushResult> {
  const began = deps.clock.now();
  const found = await discover(deps, run, {
    ...(input.resourceIds === undefined ? {} : { resourceIds: input.resourceIds }),
    includePast: input.includePast === true,
  });
  const scope = {
    ...(run.trigger === 'http' || run.trigger === 'sandbox' ? {} : { dueAt: instantOf(began) }),
    ...(input.resourceIds === undefined ? {} : { resourceIds: input.resourceIds }),
  };
  const picked = await deps.store.mappings.pickPushable({ ...scope, limit: input.limit });
  if (run.dryRun) return dryRun(deps, found, picked, began);
  const left = input.resourceIds === undefined ? await findLeftCalendars(deps, found) : [];
  const outcome = await pushMappings(deps, run, picked, found, left);
  const details = picked.flatMap((mapping) => outcome.details.get(mapping.id) ?? []);
  if (outcome.failure?.kind === 'access-denied' && !details.some(reachedOutlook)) throw outcome.failure;
  const remaining = await deps.store.mappings.countPushable(scope);
  return {
    ...countDetails(details),
    remaining,
    details,
    errorDetails: outcome.errorDetails,
    queuedCalendars: outcome.busy,
    durationMs: deps.clock.now() - began,
    stoppedEarly: deps.clock.now() >= run.deadline && remaining > 0,
  };
}

/**
 * Pushes one reservation on one room at once, whatever the mapping's state; makes the mapping when it is missing (S49, S131).
 * @throws SyncError `unknown` (no such reservation, not linked to the room), `not-allowed` (room not mapped), `busy`.
 */
export async function pushOne(deps: SyncDeps, run: RunContext, key: RoomReservationKey): Promise<PushOneResult> {
  const began = deps.clock.now();
  const [room] = await deps.store.rooms.listActive([key.resourceId]);
  if (room === undefined) {
    await readStateInRoom(deps, key);
    throw unmapped(key);
  }
  const found = await discover(deps, run, { resourceIds: [key.resourceId] });
  const [mapping] = await deps.store.mappings.findByKeys([key]);
  if (mapping === undefined) throw await whyMissing(deps, key);
  if (run.dryRun)
    return { ...oneResult(deps, began, detailOf(mapping, 'unchanged', null, null)), plan: found.operations };
  const wanted = await wake(deps, run, key, mapping);
  const outcome = await pushMappings(deps, run, [wanted], found);
  const detail = outcome.details.get(mapping.id) ?? detailOf(mapping, 'unchanged', null, null);
  if (outcome.busy.length > 0) throw new SyncError('busy', 'Another worker holds the room; the push was queued.');
  if (outcome.failure !== null) throw outcome.failure;
  if (detail.error === NOT_FOUND_MESSAGE) throw new SyncError('unknown', NOT_FOUND_MESSAGE, { field: 'reservationId' });
  return oneResult(deps, began, detail);
}

/**
 * A mapping that a person asks to push now: nothing but its reservation's state may stand in the way. A cancelled one starts a new life
 * when its reservation lives again (T10); its dead event must never be taken for a pushed one.
 */
async function wake(deps: SyncDeps, run: RunContext, key: RoomReservationKey, mapping: Mapping): Promise<Mapping> {
  if (mapping.status === 'error') return { ...mapping, retryable: true };
  if (mapping.status !== 'cancelled') return mapping;
  const back = await deps.store.booking.findReenabled({ mappingIds: [mapping.id] });
  await reenable(deps, run, back, new Map([[mapping.id, mapping]]));
  const [row] = await deps.store.mappings.findByKeys([key]);
  if (row !== undefined && row.status !== 'cancelled') return row;
  const why = mapping.held ? 'was cancelled in this room by hand' : 'is cancelled';
  throw new SyncError('unknown', `${reservationLabel(key)} ${why}; re-enable it in the booking system first.`, {
    field: 'reservationId',
  });
}

async function whyMissing(deps: SyncDeps, key: RoomReservationKey): Promise<SyncError> {
  const label = reservationLabel(key);
  const state = await readStateInRoom(deps, key);
  if (!state.active)
    return new SyncError('unknown', `${label} is cancelled and was never in Outlook.`, { field: 'reservationId' });
  return new SyncError('not-allowed', `${label} lies outside the synced window or its season is not published.`, {
    field: 'reservationId',
  });
}

/** The state of a reservation linked to the room. Throws `unknown` when the booking system has none. */
async function readStateInRoom(deps: SyncDeps, key: RoomReservationKey): Promise<ReservationState> {
  const label = reservationLabel(key);
  const [state] = await deps.store.booking.readStates([key]);
  if (state === undefined)
    throw new SyncError('unknown', `There is no ${label} in the booking system.`, { field: 'reservationId' });
  if (!state.rooms.some((room) => room.resourceId === key.resourceId))
    throw new SyncError('unknown', `${label} is not linked to resource ${key.resourceId}.`, { field: 'resourceId' });
  return state;
}

function unmapped({ resourceId }: RoomReservationKey): SyncError {
  const message = `Resource ${resourceId} has no active room mapping; add one to bridge_resource_mappings.`;
  return new SyncError('not-allowed', message, { field: 'resourceId' });
}

interface PushOutcome {
  readonly details: ReadonlyMap<number, PushDetail>;
  readonly errorDetails: readonly ErrorDetail[];
  readonly busy: readonly string[];
  readonly failure: SyncError | null;
}

async function pushMappings(
  deps: SyncDeps,
  run: RunContext,
  picked: readonly Mapping[],
  found: Discovery,
  alsoRecover: readonly string[] = [],
): Promise<PushOutcome> {
  const byCalendar = Map.groupBy(picked, (mapping) => mapping.calendar);
  const rooms = new Map((await allRooms(deps, found)).map((room) => [room.resourceId, room]));
  const outcome = await withRooms(deps, run, [...byCalendar.keys(), ...alsoRecover], async (held) =>
    pushRoom(deps, run, held, {
      mappings: byCalendar.get(held.calendar) ?? [],
      rooms,
      hollow: found.hollow.has(held.calendar),
    }),
  );
  return gather(outcome);
}

/** Calendars no room uses any more in which a write is still undecided: only a push looks after them (E14, R6). */
async function findLeftCalendars(deps: SyncDeps, found: Discovery): Promise<readonly string[]> {
  const used = new Set(found.rooms.map((room) => room.calendar));
  const left = (await deps.store.calendars.list()).map((state) => state.calendar).filter((name) => !used.has(name));
  if (left.length === 0) return [];
  return [...new Set((await deps.store.intents.listOpen(left)).map((intent) => intent.calendar))];
}

/** A room that was pointed elsewhere keeps rows under its old calendar, so all active rooms may be needed. */
async function allRooms(deps: SyncDeps, found: Discovery): Promise<readonly Room[]> {
  return found.rooms.length > 0 ? found.rooms : deps.store.rooms.listActive();
}

function gather(outcome: RoomsOutcome<RoomPushResult>): PushOutcome {
  const details = new Map<number, PushDetail>();
  const errorDetails: ErrorDetail[] = [];
  const failures: SyncError[] = [];
  for (const { calendar, result } of outcome.done) {
    const stopped = result.ok ? result.value.stopped : result.error;
    if (stopped !== null) {
      failures.push(stopped);
      errorDetails.push({
        message: stopped.message,
        calendar,
        ...(stopped.code === undefined ? {} : { code: stopped.code }),
      });
    }
    if (result.ok) for (const [id, detail] of result.value.details) details.set(id, detail);
  }
  const failure = failures.find((error) => error.kind === 'access-denied') ?? failures[0] ?? null;
  return { details, errorDetails, busy: outcome.busy, failure };
}

function reachedOutlook(detail: PushDetail): boolean {
  return (
    detail.action === 'created' ||
    detail.action === 'updated' ||
    detail.action === 'deleted' ||
    detail.action === 'suppressed'
  );
}

function countDetails(
  details: readonly PushDetail[],
): Pick<PushResult, 'processed' | 'created' | 'updated' | 'deleted' | 'skipped' | 'errors'> {
  const count = (...actions: PushDetail['action'][]) =>
    details.filter((detail) => actions.includes(detail.action)).length;
  const [created, updated, errors] = [count('created'), count('updated'), count('error')];
  return {
    processed: created + updated + errors,
    created,
    updated,
    errors,
    deleted: count('deleted', 'suppressed'),
    skipped: count('unchanged'),
  };
}

function oneResult(deps: SyncDeps, began: number, detail: PushDetail): PushOneResult {
  return { detail, errorDetails: [], queuedCalendars: [], durationMs: deps.clock.now() - began, stoppedEarly: false };
}

/** What would be written: what discovery found, then what is waiting already. */
function dryRun(deps: SyncDeps, found: Discovery, picked: readonly Mapping[], began: number): PushResult {
  const waiting = picked.map(
    (mapping): Operation => ({
      side: 'outlook',
      action:
        mapping.status === 'conflict' ? 'delete-event' : mapping.eventId === null ? 'create-event' : 'update-event',
      calendar: mapping.calendar,
      resourceId: mapping.resourceId,
      mappingId: mapping.id,
      type: mapping.type,
      reservationId: mapping.reservationId,
      eventId: mapping.eventId,
      reason: mapping.error ?? `Waiting since ${mapping.updatedAt}`,
      cause: `push:${mapping.type}:${mapping.reservationId}`,
    }),
  );
  return {
    ...countDetails([]),
    remaining: picked.length,
    details: [],
    errorDetails: [],
    queuedCalendars: [],
    durationMs: deps.clock.now() - began,
    stoppedEarly: false,
    plan: [...found.operations, ...waiting],
  };
}
