/**
 * Outlook to booking, deletions: events proven gone (`goneSince`) are decided here. One half of a move to another room becomes a move
 * (E12); a reservation edited after the last agreement wins (E22); one room of several loses only that room (E17); the rest is
 * cancelled once, guarded by the brake (R3, R4, T15).
 */
import { guardCancellations } from '../domain/brake.ts';
import { bookingHashOf, CANCELLATION_NOTE } from '../domain/content.ts';
import type { Mapping, MappingChange } from '../domain/mapping.ts';
import { toCancelled, toPending, toSynced, withoutEvent } from '../domain/mapping-states.ts';
import { type ReservationState, reservationLabel } from '../domain/reservation.ts';
import { epochOf, instantOf } from '../domain/time.ts';
import { journalEntry } from './journal-entries.ts';
import type { JournalEntry, SyncStore } from './ports.ts';
import { meetingKeyOf } from './pull-plan.ts';
import { findReservation } from './push-plan.ts';
import type { ErrorDetail } from './results.ts';
import { type HeldRoom, withRooms } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

const DAY = 24 * 3_600_000;

export interface GoneResult {
  /** Mappings whose removal was carried into the booking system, by calendar. */
  readonly cancelled: ReadonlyMap<string, number>;
  readonly moved: number;
  readonly recreated: number;
  readonly parked: number;
  /** Held for one cycle, because other rooms were not read in this run. */
  readonly held: number;
  readonly errors: readonly ErrorDetail[];
}

export interface GoneInput {
  /** True when every active room was read in this run: then the other half of a move would have been seen. */
  readonly allRoomsSeen: boolean;
  readonly confirm?: boolean;
}

/** Decides every proven removal that may be decided now. */
export async function settleGone(deps: SyncDeps, run: RunContext, input: GoneInput): Promise<GoneResult> {
  const gone = await deps.store.mappings.listGone();
  if (gone.length === 0 || run.dryRun)
    return { cancelled: new Map(), moved: 0, recreated: 0, parked: 0, held: 0, errors: [] };
  const cycleBefore = instantOf(run.deadline - deps.settings.runMs);
  const ready = gone.filter(
    (row) => input.allRoomsSeen || row.goneSince === null || epochOf(row.goneSince) < epochOf(cycleBefore),
  );
  const { allowed, parked } = await guard(deps, ready, input.confirm === true);
  const byCalendar = Map.groupBy(allowed, (row) => row.calendar);
  const outcome = await withRooms(deps, run, [...byCalendar.keys()], (held) =>
    settleRoom(deps, run, held, byCalendar.get(held.calendar) ?? []),
  );
  const results = outcome.done.flatMap(({ result }) => (result.ok ? result.value : []));
  const count = (kind: Verdict['kind']) => results.filter((one) => one.kind === kind).length;
  return {
    cancelled: new Map(
      [
        ...Map.groupBy(
          results.filter((one) => one.kind === 'cancelled'),
          (one) => one.calendar,
        ),
      ].map(([calendar, rows]) => [calendar, rows.length]),
    ),
    moved: count('moved'),
    recreated: count('recreated'),
    parked,
    held: gone.length - ready.length,
    errors: outcome.done.flatMap(({ calendar, result }) =>
      result.ok ? [] : [{ message: result.error.message, calendar }],
    ),
  };
}

interface Verdict {
  readonly kind: 'cancelled' | 'moved' | 'recreated' | 'later';
  readonly calendar: string;
}

/** R4: a deleted series is one cause, whatever its occurrences. */
function causeOf(row: Mapping): string {
  if (row.seriesMasterId !== null) return `cancelled:series:${row.seriesMasterId}`;
  return row.reservationId === null ? `cancelled:import:${row.id}` : `cancelled:${row.type}:${row.reservationId}`;
}

async function guard(
  deps: SyncDeps,
  ready: readonly Mapping[],
  confirm: boolean,
): Promise<{ allowed: readonly Mapping[]; parked: number }> {
  const costly = ready.filter((row) => row.reservationId !== null);
  if (costly.length === 0) return { allowed: ready, parked: 0 };
  const calendars = [...new Set(costly.map((row) => row.calendar))];
  const decided = await deps.store.parked.list({ statuses: ['approved', 'dismissed'], calendars, limit: 1000 });
  const status = new Map(decided.map((row) => [row.mappingId, row.status]));
  const verdict = guardCancellations({
    proposed: costly
      .filter((row) => !status.has(row.id))
      .map((row) => ({ row, calendar: row.calendar, cause: causeOf(row) })),
    live: await deps.store.mappings.countLive([]),
    recent: await deps.store.journal.cancellationCauses(instantOf(deps.clock.now() - DAY)),
    brakeCount: deps.settings.brakeCount,
    brakePercent: deps.settings.brakePercent,
    confirm,
  });
  const stopped = new Set(verdict.parked.map(({ operation }) => operation.row.id));
  if (stopped.size > 0) {
    await deps.store.parked.park(
      verdict.parked.map(({ operation, reason }) => ({
        calendar: operation.calendar,
        mappingId: operation.row.id,
        operation: 'cancel-reservation' as const,
        cause: operation.cause,
        reason,
      })),
    );
    await deps.store.alerts.raise({
      kind: 'brake',
      severity: 'critical',
      message: 'Too many deletions in Outlook at once: they wait for approval.',
      properties: { parked: stopped.size },
      episode: 'brake',
    });
  }
  return {
    allowed: ready.filter((row) => !stopped.has(row.id) && status.get(row.id) !== 'dismissed'),
    parked: stopped.size,
  };
}

async function settleRoom(
  deps: SyncDeps,
  run: RunContext,
  held: HeldRoom,
  rows: readonly Mapping[],
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const row of rows) {
    await held.limits();
    const kind = await deps.store.transaction((store) => settleOne(deps, run, held, store, row));
    verdicts.push({ kind, calendar: held.calendar });
  }
  return verdicts;
}

/** One removal, in one transaction that locks the reservation: two workers can neither double nor empty it. */
async function settleOne(
  deps: SyncDeps,
  run: RunContext,
  held: HeldRoom,
  store: SyncStore,
  seen: Mapping,
): Promise<Verdict['kind']> {
  const lease = { calendar: held.calendar, token: held.lease.token };
  if (seen.type !== null && seen.reservationId !== null)
    await store.booking.lock({ type: seen.type, id: seen.reservationId });
  const [row] = await store.mappings.findByIds([seen.id]);
  if (row === undefined || row.goneSince === null || row.version !== seen.version) return 'later';
  const decision = await decide(deps, run, store, row);
  const saved = await store.mappings.save([
    { id: row.id, version: row.version, change: { ...decision.change, goneSince: null }, lease },
  ]);
  if (saved.length === 0) return 'later';
  if (decision.entries.length > 0) await store.journal.append(decision.entries);
  return decision.kind;
}

interface Decision {
  readonly kind: Verdict['kind'];
  readonly change: MappingChange;
  readonly entries: readonly JournalEntry[];
}

async function decide(deps: SyncDeps, run: RunContext, store: SyncStore, row: Mapping): Promise<Decision> {
  const now = instantOf(deps.clock.now());
  const cause = causeOf(row);
  if (row.type === null || row.reservationId === null) {
    const entry = journalEntry(run, row, {
      action: 'mapping-cancelled',
      reason: 'Gone from Outlook before it was imported',
      cause,
    });
    return { kind: 'cancelled', change: toCancelled('outlook', now), entries: [entry] };
  }
  const key = { type: row.type, id: row.reservationId };
  const [state] = await store.booking.readStates([key]);
  const reservation = state === undefined ? null : findReservation(row, new Map([[reservationLabel(key), state]]));
  if (state === undefined || reservation === null) {
    // Both sides agree that it is over; nobody's deletion has to travel.
    const entry = journalEntry(run, row, { action: 'mapping-cancelled', reason: 'Gone on both sides', cause });
    return { kind: 'cancelled', change: toCancelled('outlook', now), entries: [entry] };
  }
  const partner = await findPartner(store, row);
  if (partner !== null) return move(deps, run, store, row, partner, state);
  const edited = row.bookingHash !== bookingHashOf(reservation, deps.settings.content);
  if (edited || deps.settings.outlookDeletePolicy === 'recreate') {
    return recreate(
      run,
      row,
      edited
        ? 'Deleted in Outlook, but edited in the booking system since: created again'
        : 'Deleted in Outlook; policy recreates it',
    );
  }
  if (state.rooms.length > 1) return loseRoom(run, store, row, cause, now);
  await store.booking.deactivate(key, CANCELLATION_NOTE);
  const entry = journalEntry(run, row, {
    action: 'reservation-cancelled',
    reason: 'Deleted in Outlook',
    cause,
    before: { active: 1, description: reservation.description },
    after: { active: 0 },
  });
  return { kind: 'cancelled', change: toCancelled('outlook', now), entries: [entry] };
}

/** E17: an Outlook meeting loses this room; a booking-origin reservation keeps it and gets its copy back. */
async function loseRoom(
  run: RunContext,
  store: SyncStore,
  row: Mapping,
  cause: string,
  now: string,
): Promise<Decision> {
  if (row.origin === 'booking' || row.type === null || row.reservationId === null) {
    return recreate(run, row, 'Deleted in one of several rooms: created again');
  }
  await store.booking.unlinkRoom({ type: row.type, id: row.reservationId }, row.resourceId);
  const entry = journalEntry(run, row, {
    action: 'room-unlinked',
    reason: 'Deleted in this room only',
    cause,
    before: { resourceId: row.resourceId },
  });
  return { kind: 'cancelled', change: toCancelled('outlook', now), entries: [entry] };
}

function recreate(run: RunContext, row: Mapping, reason: string): Decision {
  const entry = journalEntry(run, row, { action: 'mapping-reenabled', reason, before: { eventId: row.eventId } });
  return {
    kind: 'recreated',
    change: { ...toPending(), ...withoutEvent(row), direction: 'booking_to_outlook' },
    entries: [entry],
  };
}

/** E12: the same meeting turned up in another room and is not a reservation yet. */
async function findPartner(store: SyncStore, row: Mapping): Promise<Mapping | null> {
  if (row.iCalUId === null) return null;
  const rows = await store.mappings.findByMeetings([{ iCalUId: row.iCalUId, originalStart: row.originalStart }], {
    lock: true,
  });
  const key = meetingKeyOf(row.iCalUId, row.originalStart);
  return (
    rows.find(
      (other) =>
        other.id !== row.id &&
        other.reservationId === null &&
        other.status === 'imported' &&
        other.resourceId !== row.resourceId &&
        meetingKeyOf(other.iCalUId ?? '', other.originalStart) === key,
    ) ?? null
  );
}

async function move(
  deps: SyncDeps,
  run: RunContext,
  store: SyncStore,
  row: Mapping,
  partner: Mapping,
  state: ReservationState,
): Promise<Decision> {
  const key = { type: state.type, id: state.id };
  const now = instantOf(deps.clock.now());
  await store.booking.linkRoom(key, partner.resourceId);
  await store.booking.unlinkRoom(key, row.resourceId);
  const [after] = await store.booking.readStates([key]);
  const moved = after?.rooms.find((room) => room.resourceId === partner.resourceId);
  await store.mappings.save([
    {
      id: partner.id,
      version: partner.version,
      change: {
        ...toSynced(now),
        type: key.type,
        reservationId: key.id,
        priority: row.priority,
        origin: row.origin,
        direction: row.direction,
        baseline: row.baseline,
        changeKey: null,
        bookingHash: moved === undefined ? null : bookingHashOf(moved, deps.settings.content),
      },
    },
  ]);
  const entries = [
    journalEntry(run, partner, {
      action: 'room-linked',
      reason: 'Moved to this room in Outlook',
      before: { resourceId: row.resourceId },
    }),
    journalEntry(run, row, {
      action: 'room-unlinked',
      reason: 'Moved to another room in Outlook',
      after: { resourceId: partner.resourceId },
    }),
  ];
  return { kind: 'moved', change: toCancelled('outlook', now), entries };
}
