import { sql } from 'kysely';
import {
  RESERVATION_TYPES,
  type ReservationKey,
  type ReservationState,
  type ReservationType,
  type RoomReservation,
} from '../../domain/reservation.ts';
import type { WallSpan } from '../../domain/time.ts';
import { type BookingContext, momentOf, momentOfText, read, reservationTables } from './context.ts';
import {
  andShown,
  type ReservationRow,
  reservationOf,
  reservationSource,
  seasonJoin,
  shownBySeason,
} from './reservation-source.ts';

/** A room and the span of its reservations to read. */
export type RoomWindow = { readonly resourceId: number } & WallSpan;

/** `BookingSystem.readRoomReservations`: one statement per type, rooms and windows in one JSON parameter each. */
export async function readRoomReservations(
  context: BookingContext,
  rooms: readonly RoomWindow[],
): Promise<readonly RoomReservation[]> {
  if (rooms.length === 0) return [];
  const found: RoomReservation[] = [];
  for (const type of RESERVATION_TYPES) {
    const rows = await read<ReservationRow>(context, roomReservations(context, type, rooms));
    for (const row of rows) found.push(reservationOf(type, row));
  }
  return found;
}

const WINDOW = { resourceId: 'int', from: 'wall', to: 'wall' } as const;

function roomReservations(context: BookingContext, type: ReservationType, rooms: readonly RoomWindow[]) {
  const { reservation: r, link: l } = reservationTables(context.names, type);
  const { columns, joins } = reservationSource(context, type);
  const windows = context.executor.text.rows(
    'w',
    WINDOW,
    rooms.map((room) => ({ ...room })),
  );
  const [start, end] = [momentOf(context, r.from_), momentOf(context, r.to_)];
  const [from, to] = [momentOfText(context, sql`w."from"`), momentOfText(context, sql`w."to"`)];
  return sql`SELECT ${r.id} AS "id", ${l.resource_id} AS "resourceId", ${columns}
    FROM ${windows}
    JOIN ${l.$table} ON ${l.resource_id} = w."resourceId"
    JOIN ${r.$table} ON ${r.id} = ${l.reservation_id}${joins}${seasonJoin(context, type)}
    WHERE ${r.active} = 1${andShown(context, type)}
      AND ${start} < ${to} AND (${end} > ${from} OR (${end} <= ${start} AND ${start} >= ${from}))
    ORDER BY ${l.resource_id}, ${start}, ${r.id}`;
}

interface StateRow extends Omit<ReservationRow, 'resourceId'> {
  readonly resourceId: number | null;
  readonly active: number;
  readonly hidden: number;
}

/** `BookingSystem.readStates`: one statement per type asked for. */
export async function readStates(
  context: BookingContext,
  keys: readonly ReservationKey[],
): Promise<readonly ReservationState[]> {
  const states: ReservationState[] = [];
  for (const type of RESERVATION_TYPES) {
    const ids = keys.filter((key) => key.type === type).map(({ id }) => id);
    if (ids.length === 0) continue;
    states.push(...statesOf(type, await read<StateRow>(context, currentStates(context, type, ids))));
  }
  return states;
}

function currentStates(context: BookingContext, type: ReservationType, ids: readonly number[]) {
  const { reservation: r, link: l } = reservationTables(context.names, type);
  const { columns, joins } = reservationSource(context, type);
  const shown = shownBySeason(context, type);
  const hidden = shown === null ? sql`0` : sql`CASE WHEN ${shown} THEN 0 ELSE 1 END`;
  return sql`SELECT ${r.id} AS "id", ${l.resource_id} AS "resourceId", ${columns},
      CASE WHEN ${r.active} = 1 THEN 1 ELSE 0 END AS "active", ${hidden} AS "hidden"
    FROM ${r.$table}
    LEFT JOIN ${l.$table} ON ${l.reservation_id} = ${r.id}${joins}${seasonJoin(context, type)}
    WHERE ${r.id} IN ${context.executor.text.list('int', ids)}
    ORDER BY ${r.id}, ${l.resource_id}`;
}

/** Rows come ordered by reservation, then room. */
function statesOf(type: ReservationType, rows: readonly StateRow[]): ReservationState[] {
  const states: (ReservationState & { rooms: RoomReservation[] })[] = [];
  for (const row of rows) {
    let state = states.at(-1);
    if (state?.id !== row.id) {
      state = { type, id: row.id, active: row.active === 1, hidden: row.hidden === 1, rooms: [] };
      states.push(state);
    }
    const { resourceId } = row;
    if (resourceId !== null) state.rooms.push(reservationOf(type, { ...row, resourceId }));
  }
  return states;
}
