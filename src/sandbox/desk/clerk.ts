/** What a clerk can do in the booking system. Plain SQL on the customer's tables, as any other program would. */
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import { SyncError } from '../../domain/errors.ts';
import { RESERVATION_TYPES, type ReservationKey, type RoomReservation } from '../../domain/reservation.ts';
import { instantOf } from '../../domain/time.ts';
import { addDays, parseWallClock, toWallClock } from '../../domain/wall-clock.ts';
import { linkTable } from '../../sql/booking/context.ts';
import { BOOKING_TABLES, parentOf } from '../../sql/booking/layout.ts';
import { createBookingNames } from '../../sql/booking/names.ts';
import type { SqlExecutor } from '../../sql/database.ts';
import type { Sandbox } from '../sandbox.ts';
import type { DeskAction, DeskCall } from './action.ts';
import { positive, wallTime } from './fields.ts';

const roomList = z.array(z.int().positive()).min(1);

const newReservation = z.strictObject({
  name: z.string().min(1).max(255),
  start: wallTime,
  end: wallTime,
  rooms: roomList,
});

const change = z.strictObject({
  name: z.string().max(255).optional(),
  start: wallTime.optional(),
  end: wallTime.optional(),
  active: z.union([z.literal(0), z.literal(1)]).optional(),
  rooms: roomList.optional(),
});

/** Days listed when the caller names none. */
const LISTED_DAYS = 14;
/** Rows of the sample municipality: activity "Annet", an age group and an audience of it. */
const SAMPLE_DEFAULTS = { activityId: 47, agegroupId: 2, audienceId: 2 };

export function clerkActions({ app, database }: Sandbox): readonly DeskAction[] {
  const { store, config } = app;
  const names = createBookingNames(config.booking.schema);

  async function list({ query }: DeskCall): Promise<readonly RoomReservation[]> {
    const today = toWallClock(instantOf(app.deps.clock.now()), config.sync.zone).slice(0, 10);
    const from = dayOf('from', query.get('from') ?? today);
    const to = query.get('to') === null ? addDays(from, LISTED_DAYS) : dayOf('to', query.get('to') ?? '');
    const wanted = query.get('room') === null ? undefined : [positive('room', query.get('room') ?? '')];
    const rooms = await store.rooms.listActive(wanted);
    return store.booking.readRoomReservations(rooms.map(({ resourceId }) => ({ resourceId, from, to })));
  }

  /** Children first: every table that belongs to the reservation's own. */
  async function erase(executor: SqlExecutor, key: ReservationKey): Promise<void> {
    const { db } = executor;
    for (const table of BOOKING_TABLES.filter((child) => parentOf(child) === key.type)) {
      const name = config.booking.schema.tables[table];
      const column = (config.booking.schema.columns[table] as Readonly<Record<string, string | null>>)[
        `${key.type}_id`
      ];
      if (name === null || column == null) continue;
      await sql`DELETE FROM ${sql.id(name)} WHERE ${sql.id(column)} = ${key.id}`.execute(db);
    }
    const own = names.bare(key.type);
    await sql`DELETE FROM ${own.$table} WHERE ${own.id} = ${key.id}`.execute(db);
  }

  /** An event's date row is kept equal, as the booking forms do. */
  async function edit({ db }: SqlExecutor, key: ReservationKey, fields: z.output<typeof change>): Promise<void> {
    const [own, dates, named] = [names.bare(key.type), names.bare('event_date'), names.bare('event').name];
    const timesOf = (table: { from_: RawBuilder<unknown>; to_: RawBuilder<unknown> }) => [
      ...(fields.start === undefined ? [] : [sql`${table.from_} = ${fields.start}`]),
      ...(fields.end === undefined ? [] : [sql`${table.to_} = ${fields.end}`]),
    ];
    const others = [
      ...(fields.active === undefined ? [] : [sql`${own.active} = ${fields.active}`]),
      ...(fields.name === undefined ? [] : [sql`${named} = ${fields.name}`]),
    ];
    const set = [...timesOf(own), ...others];
    if (set.length > 0) await sql`UPDATE ${own.$table} SET ${sql.join(set)} WHERE ${own.id} = ${key.id}`.execute(db);
    if (key.type !== 'event' || timesOf(dates).length === 0 || !dates.$exists) return;
    await sql`UPDATE ${dates.$table} SET ${sql.join(timesOf(dates))} WHERE ${dates.event_id} = ${key.id}`.execute(db);
  }

  /** The rooms it is in from now on. */
  async function place({ db }: SqlExecutor, key: ReservationKey, rooms: readonly number[]): Promise<void> {
    const [link, known] = [linkTable(names, key.type, null), names.bare('resource')];
    for (const room of rooms) {
      const { rows } = await sql`SELECT 1 FROM ${known.$table} WHERE ${known.id} = ${room}`.execute(db);
      if (rows.length === 0) throw new SyncError('unknown', `There is no room ${room}.`, { field: 'rooms' });
    }
    await sql`DELETE FROM ${link.$table} WHERE ${link.reservation_id} = ${key.id}`.execute(db);
    for (const room of new Set(rooms)) {
      await sql`INSERT INTO ${link.$table} (${link.reservation_id}, ${link.resource_id})
        VALUES (${key.id}, ${room})`.execute(db);
    }
  }

  async function requireReservation({ param }: DeskCall): Promise<ReservationKey> {
    const type = RESERVATION_TYPES.find((one) => one === param('type'));
    if (type === undefined) {
      throw new SyncError('invalid-request', 'type must be event, booking or allocation', { field: 'type' });
    }
    const key = { type, id: positive('id', param('id')) };
    const [state] = await store.booking.readStates([key]);
    if (state === undefined) throw new SyncError('unknown', `There is no ${type} ${key.id}.`, { field: 'id' });
    return key;
  }

  return [
    {
      method: 'GET',
      route: 'reservations',
      does: 'Active reservations of the next two weeks; ?room=101&from=2027-03-01&to=2027-03-08 narrows it',
      run: async (call) => ({ reservations: (await list(call)).map(present) }),
    },
    {
      method: 'POST',
      route: 'reservations',
      does: 'Enter an event; start, end and rooms as you like',
      example: (day) => ({ name: 'Folkemøte', start: `${day} 18:00`, end: `${day} 20:00`, rooms: [101, 102] }),
      run: async ({ body }) => {
        const { name, start, end, rooms } = await body(newReservation);
        const contact = {
          organizer: 'Kari Lunde',
          contactName: 'Kari Lunde',
          contactEmail: 'kari.lunde@fjordvik.example',
        };
        const secret = app.deps.ids.uuid().replaceAll('-', '');
        const event = {
          name,
          description: '',
          start,
          end,
          rooms,
          isPublic: true,
          secret,
          ...contact,
          ...SAMPLE_DEFAULTS,
        };
        const { id } = await store.transaction(({ booking }) => booking.createEvent(event));
        return { type: 'event', id };
      },
    },
    {
      method: 'PATCH',
      route: 'reservations/{type}/{id}',
      does: 'Move (start, end, rooms), rename (events), cancel (active 0) or re-enable (active 1) a reservation',
      path: 'reservations/event/1008',
      example: () => ({ active: 0 }),
      run: async (call) => {
        const key = await requireReservation(call);
        const fields = await call.body(change);
        if (fields.name !== undefined && key.type !== 'event') {
          throw new SyncError('invalid-request', 'name: only events have one', { field: 'name' });
        }
        await database.transaction(async (executor) => {
          await edit(executor, key, fields);
          if (fields.rooms !== undefined) await place(executor, key, fields.rooms);
        });
      },
    },
    {
      method: 'DELETE',
      route: 'reservations/{type}/{id}',
      path: 'reservations/event/1008',
      does: 'Delete a reservation from the tables, as an administrator may',
      run: async (call) => {
        const key = await requireReservation(call);
        await database.transaction((executor) => erase(executor, key));
      },
    },
  ];
}

function present({ type, id, resourceId, start, end, name, groupName, organizationName }: RoomReservation) {
  return { type, id, resource_id: resourceId, start, end, name: name ?? groupName ?? organizationName };
}

function dayOf(field: string, text: string): string {
  const wall = parseWallClock(text);
  if (wall === null) throw new SyncError('invalid-request', `${field} must be a day such as 2027-03-01`, { field });
  return wall;
}
