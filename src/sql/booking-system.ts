import { sql } from 'kysely';
import type { WallClock, WallSpan } from '../domain/time.ts';
import type { BookingSystem } from '../sync/ports.ts';
import { introspectTables } from './booking/catalog.ts';
import {
  deactivate,
  linkRoom,
  lockReservation,
  reactivate,
  unlinkRoom,
  updateEvent,
} from './booking/change-reservation.ts';
import { findOrphans, findReenabled, findReleasableHolds, findVanished } from './booking/compare-mappings.ts';
import { type BookingContext, moment, momentOf, read, reservationTables, wallText } from './booking/context.ts';
import { createEvent } from './booking/create-event.ts';
import { type BookingNames, createBookingNames } from './booking/names.ts';
import { readRoomReservations, readStates } from './booking/read-reservations.ts';
import type { BookingSchema } from './booking-schema.ts';
import type { SqlExecutor } from './database.ts';

export interface BookingSystemOptions {
  /** IANA zone of the booking system's wall-clock columns. */
  readonly zone: string;
  /** Hide bookings and allocations whose season is not active and published, where there is a season table (E55). */
  readonly seasonFilter: boolean;
}

/** The adapter over the customer's tables; `within` gives the same one inside a transaction. */
export interface SqlBookingSystem extends BookingSystem {
  within(executor: SqlExecutor): SqlBookingSystem;
}

/**
 * `BookingSystem` over the configured tables. The first call of any method introspects them (`misconfigured` when they are not as
 * configured); what was found is kept for this adapter and everything made from it by `within`.
 */
export function createBookingSystem(
  executor: SqlExecutor,
  schema: BookingSchema,
  options: BookingSystemOptions,
): SqlBookingSystem {
  return adapterOver(executor, schema, options, { names: null });
}

/** Only a finished introspection is shared: waiting for one on another connection could wait for our own transaction. */
interface Introspected {
  names: BookingNames | null;
}

function adapterOver(
  executor: SqlExecutor,
  schema: BookingSchema,
  options: BookingSystemOptions,
  found: Introspected,
): SqlBookingSystem {
  const open = async (): Promise<BookingContext> => {
    found.names ??= createBookingNames(schema, await introspectTables(executor, schema));
    return { executor, names: found.names, ...options };
  };
  return {
    within: (other) => adapterOver(other, schema, options, found),
    introspect: async () => void (await open()),
    readRoomReservations: async (rooms) => readRoomReservations(await open(), rooms),
    readStates: async (keys) => readStates(await open(), keys),
    findVanished: async (query) => findVanished(await open(), query),
    findReenabled: async (query) => findReenabled(await open(), query),
    findReleasableHolds: async () => findReleasableHolds(await open()),
    findOrphans: async (limit) => findOrphans(await open(), limit),
    lock: async (key) => lockReservation(await open(), key),
    createEvent: async (event) => createEvent(await open(), event),
    updateEvent: async (id, fields) => updateEvent(await open(), id, fields),
    deactivate: async (key, note) => deactivate(await open(), key, note),
    reactivate: async (key) => reactivate(await open(), key),
    linkRoom: async (key, resourceId) => linkRoom(await open(), key, resourceId),
    unlinkRoom: async (key, resourceId) => unlinkRoom(await open(), key, resourceId),
    findOverlappingEvents: async (resourceId, span, except) => findOverlapping(await open(), resourceId, span, except),
  };
}

interface OverlappingEvent {
  readonly id: number;
  readonly name: string | null;
  readonly start: WallClock;
  readonly end: WallClock;
}

async function findOverlapping(
  context: BookingContext,
  resourceId: number,
  span: WallSpan,
  except: number | undefined,
): Promise<readonly OverlappingEvent[]> {
  const { reservation: r, link: l } = reservationTables(context.names, 'event');
  const event = context.names.as('event', 'r');
  const others = except === undefined ? sql`` : sql` AND ${r.id} <> ${except}`;
  return read<OverlappingEvent>(
    context,
    sql`SELECT ${r.id} AS "id", ${event.name} AS "name",
        ${wallText(context, r.from_)} AS "start", ${wallText(context, r.to_)} AS "end"
      FROM ${r.$table} JOIN ${l.$table} ON ${l.reservation_id} = ${r.id}
      WHERE ${l.resource_id} = ${resourceId} AND ${r.active} = 1${others}
        AND ${momentOf(context, r.from_)} < ${moment(context, span.to)}
        AND ${momentOf(context, r.to_)} > ${moment(context, span.from)}
      ORDER BY ${momentOf(context, r.from_)}, ${r.id}`,
  );
}
