/**
 * Pure: compares what the booking system holds with the mappings of a few rooms and says which rows are new (T1, T2) and which change
 * (T4 for invalid spans, T5, T6, T7, E14). Unchanged rows cost one hash and nothing else (R5).
 */
import { bookingHashOf } from '../domain/content.ts';
import { type Mapping, type MappingChange, type NewMapping, newMapping } from '../domain/mapping.ts';
import { toReleased, toSuppressed } from '../domain/mapping-states.ts';
import { type ConflictPolicy, findSuppressed, type Occupant, suppressedMessage } from '../domain/occupancy.ts';
import { PRIORITY, type RoomReservation, reservationLabel } from '../domain/reservation.ts';
import type { Room } from '../domain/room.ts';
import type { WallSpan } from '../domain/time.ts';
import { isValidSpan } from '../domain/wall-clock.ts';
import { isSameSlot } from './import-plan.ts';
import type { DiscoveryRow } from './ports.ts';
import { INVALID_RANGE_MESSAGE } from './push-plan.ts';
import type { SyncSettings } from './settings.ts';

export interface DiscoveryFacts {
  readonly rooms: readonly Room[];
  readonly windows: ReadonlyMap<number, WallSpan>;
  readonly reservations: readonly RoomReservation[];
  readonly rows: readonly DiscoveryRow[];
  /** Events waiting for their import: while one has a doubtful reservation's time, that one stays doubtful (see `doubles.ts`). */
  readonly imports?: readonly Pick<Mapping, 'resourceId' | 'startsAt' | 'endsAt'>[];
  readonly settings: Pick<SyncSettings, 'content' | 'conflictPolicy'>;
}

export interface DiscoveryPlan {
  /** Room-reservations looked at, invalid spans included. */
  readonly candidates: number;
  readonly inserts: readonly NewMapping[];
  readonly saves: readonly { readonly row: DiscoveryRow; readonly change: MappingChange; readonly reason: string }[];
  /** Rows that end in `conflict` by suppression, old and new. */
  readonly conflicts: number;
  /**
   * Synced rows whose reservation was not among those read although their own time lies in the window: vanished (the anti-join
   * finds out) or moved out of the window (their copy must follow).
   */
  readonly unseen: readonly DiscoveryRow[];
  /** Calendars with hollow rows: an operator reset them (E36). */
  readonly hollow: ReadonlySet<string>;
}

type Verdict =
  | { readonly kind: 'live' }
  | { readonly kind: 'suppressed'; readonly message: string }
  | { readonly kind: 'invalid' };

/** Plans discovery for a shard of rooms. */
export function planDiscovery(facts: DiscoveryFacts): DiscoveryPlan {
  const rooms = new Map(facts.rooms.map((room) => [room.resourceId, room]));
  const rows = new Map<string, DiscoveryRow>();
  for (const row of facts.rows)
    if (row.reservationId !== null) rows.set(keyOf(row.type ?? '', row.reservationId, row.resourceId), row);
  const inserts: NewMapping[] = [];
  const saves: { row: DiscoveryRow; change: MappingChange; reason: string }[] = [];
  let conflicts = 0;
  for (const [resourceId, reservations] of byRoom(facts.reservations)) {
    const room = rooms.get(resourceId);
    if (room === undefined) continue;
    const suppressed = findSuppressedIn(reservations, facts.settings.conflictPolicy);
    for (const reservation of reservations) {
      const verdict = judge(reservation, suppressed);
      if (verdict.kind === 'suppressed') conflicts += 1;
      const key = keyOf(reservation.type, reservation.id, resourceId);
      const row = rows.get(key);
      rows.delete(key);
      if (row === undefined) {
        if (room.direction !== 'outlook_to_booking') inserts.push(newRow(reservation, room, verdict, facts));
        continue;
      }
      const save = planRow(row, reservation, room, verdict, facts);
      if (save !== null) saves.push({ row, ...save });
    }
  }
  inserts.sort(
    (a, b) =>
      a.priority - b.priority || compare(a.startsAt, b.startsAt) || (a.reservationId ?? 0) - (b.reservationId ?? 0),
  );
  return {
    candidates: facts.reservations.length,
    inserts,
    saves,
    conflicts,
    unseen: [...rows.values()].filter((row) => isUnseen(row, facts.windows.get(row.resourceId))),
    hollow: new Set(
      facts.rows.filter((row) => row.reservationId === null && row.eventId === null).map((row) => row.calendar),
    ),
  };
}

/** Not written to Outlook because it may stand there already. */
export function isDoubtful(row: Pick<DiscoveryRow, 'conflictKind' | 'reservationId' | 'eventId'>): boolean {
  return row.conflictKind === 'overlap' && row.reservationId !== null && row.eventId === null;
}

function hasTwin(reservation: RoomReservation, { imports = [] }: DiscoveryFacts): boolean {
  return imports.some(
    ({ resourceId, startsAt, endsAt }) =>
      resourceId === reservation.resourceId &&
      startsAt !== null &&
      endsAt !== null &&
      isSameSlot({ start: startsAt, end: endsAt }, reservation),
  );
}

function judge(reservation: RoomReservation, suppressed: ReadonlyMap<string, readonly string[]>): Verdict {
  if (!isValidSpan(reservation.start, reservation.end)) return { kind: 'invalid' };
  const coverers = suppressed.get(reservationLabel(reservation));
  return coverers === undefined ? { kind: 'live' } : { kind: 'suppressed', message: suppressedMessage(coverers) };
}

/** An existing row against its reservation; null when they agree. */
function planRow(
  row: DiscoveryRow,
  reservation: RoomReservation,
  room: Room,
  verdict: Verdict,
  facts: DiscoveryFacts,
): { change: MappingChange; reason: string } | null {
  if (row.status === 'cancelled' || row.status === 'imported') return null;
  if (row.conflictKind === 'edited') return null;
  if (row.conflictKind === 'overlap' && (!isDoubtful(row) || hasTwin(reservation, facts))) return null;
  if (row.calendar !== room.calendar) return planMoved(row, room);
  const hash = bookingHashOf(reservation, facts.settings.content);
  const changed = row.bookingHash !== hash;
  switch (verdict.kind) {
    case 'invalid':
      if (row.status === 'error' && row.error === INVALID_RANGE_MESSAGE && !changed) return null;
      return { change: invalidChange(reservation, hash), reason: INVALID_RANGE_MESSAGE };
    case 'suppressed':
      if (row.status === 'conflict' && row.error === verdict.message) return null;
      return { change: toSuppressed(verdict.message), reason: verdict.message };
    case 'live':
      if (row.status === 'conflict')
        return {
          change: { ...toReleased(), ...snapshotOf(reservation) },
          reason: row.conflictKind === 'overlap' ? 'Its double in Outlook is settled' : 'No longer covered',
        };
      if (row.status === 'synced' && changed)
        return { change: { status: 'pending', ...snapshotOf(reservation) }, reason: 'Changed in the booking system' };
      if (row.status === 'error' && !row.retryable && changed) {
        return {
          change: {
            status: 'pending',
            error: null,
            retryCount: 0,
            nextRetryAt: null,
            retryable: true,
            ...snapshotOf(reservation),
          },
          reason: 'Changed in the booking system',
        };
      }
      return null;
  }
}

/** E14: the push deletes in the old calendar first; a row without event simply moves. */
function planMoved(row: DiscoveryRow, room: Room): { change: MappingChange; reason: string } | null {
  const reason = 'The room now uses another calendar';
  if (row.eventId === null) return { change: { calendar: room.calendar }, reason };
  // A row given up for good would stay behind with its event.
  const waits = row.status === 'synced' || (row.status === 'error' && !row.retryable);
  return waits ? { change: { status: 'pending', retryable: true }, reason } : null;
}

function newRow(reservation: RoomReservation, room: Room, verdict: Verdict, facts: DiscoveryFacts): NewMapping {
  const row = newMapping({
    type: reservation.type,
    reservationId: reservation.id,
    resourceId: room.resourceId,
    calendar: room.calendar,
    origin: 'booking',
    status: 'pending',
    priority: PRIORITY[reservation.type],
    ...snapshotOf(reservation),
  });
  if (verdict.kind === 'suppressed') return { ...row, ...toSuppressed(verdict.message) };
  if (verdict.kind === 'invalid')
    return { ...row, ...invalidChange(reservation, bookingHashOf(reservation, facts.settings.content)) };
  return row;
}

function invalidChange(reservation: RoomReservation, bookingHash: string): MappingChange {
  return {
    status: 'error',
    conflictKind: null,
    error: INVALID_RANGE_MESSAGE,
    retryable: false,
    bookingHash,
    ...snapshotOf(reservation),
  };
}

function snapshotOf(reservation: RoomReservation): Pick<Mapping, 'subject' | 'startsAt' | 'endsAt'> {
  return { subject: reservation.name, startsAt: reservation.start, endsAt: reservation.end };
}

function isUnseen(row: DiscoveryRow, window: WallSpan | undefined): boolean {
  if (window === undefined || row.status !== 'synced' || row.startsAt === null || row.endsAt === null) return false;
  return row.startsAt < window.to && row.endsAt > window.from;
}

function findSuppressedIn(
  reservations: readonly RoomReservation[],
  policy: ConflictPolicy,
): ReadonlyMap<string, readonly string[]> {
  const occupants: Occupant[] = reservations.filter((one) => isValidSpan(one.start, one.end));
  return findSuppressed(occupants, policy);
}

function byRoom(reservations: readonly RoomReservation[]): Map<number, RoomReservation[]> {
  const rooms = new Map<number, RoomReservation[]>();
  for (const reservation of reservations) {
    const list = rooms.get(reservation.resourceId);
    if (list === undefined) rooms.set(reservation.resourceId, [reservation]);
    else list.push(reservation);
  }
  return rooms;
}

function keyOf(type: string, id: number, resourceId: number): string {
  return `${type}:${id}:${resourceId}`;
}

function compare(a: string | null, b: string | null): number {
  return a === b ? 0 : (a ?? '') < (b ?? '') ? -1 : 1;
}
