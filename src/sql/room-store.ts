import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Room } from '../domain/room.ts';
import type { RoomStore } from '../sync/ports.ts';
import { createBookingNames } from './booking/names.ts';
import type { BookingSchema } from './booking-schema.ts';
import type { SqlExecutor } from './database.ts';
import type { ResourceMappingsTable } from './tables.ts';

type RoomRow = Omit<Selectable<ResourceMappingsTable>, 'created_at' | 'updated_at'> & {
  readonly resource_name: string | null;
  readonly building_id: number | null;
  readonly building_name: string | null;
};

/** `bridge_resource_mappings` joined with the customer's resources and buildings. */
export function createRoomStore({ db, text }: SqlExecutor, schema: BookingSchema): RoomStore {
  const select = async (rest: RawBuilder<unknown>, count?: number): Promise<readonly Room[]> => {
    const top = count === undefined ? sql`` : text.top(count);
    const limit = count === undefined ? sql`` : text.limit(count);
    const { rows } = await sql<RoomRow>`SELECT ${top} m.id, m.resource_id, m.outlook_item_id, m.outlook_item_name,
      m.active, m.sync_direction, m.authority, m.horizon_days, m.activity_id, m.agegroup_id, m.audience_id,
      ${resourceColumns(schema)} ${rest} ${limit}`.execute(db);
    return rows.map(toRoom);
  };
  const from = fromRooms(schema);
  const resource = createBookingNames(schema).as('resource', 'res');
  return {
    listActive: (resourceIds) => {
      if (resourceIds?.length === 0) return Promise.resolve([]);
      const named = resourceIds === undefined ? sql`` : sql` AND m.resource_id IN ${text.list('int', resourceIds)}`;
      return select(sql`${from} WHERE m.active = 1${named} ORDER BY m.resource_id`);
    },
    listAll: () => select(sql`${from} ORDER BY m.resource_id, m.id`),
    find: async (resourceId) => {
      const order = sql`CASE m.active WHEN 1 THEN 0 ELSE 1 END, m.id DESC`;
      const [room] = await select(sql`${from} WHERE m.resource_id = ${resourceId} ORDER BY ${order}`, 1);
      return room ?? null;
    },
    resourceExists: async (resourceId) => {
      const found = await sql`SELECT 1 AS found FROM ${resource.$table} WHERE ${resource.id} = ${resourceId}`.execute(
        db,
      );
      return found.rows.length > 0;
    },
  };
}

/** A resource sits in one building as a rule; of several the lowest id counts. */
function fromRooms(schema: BookingSchema): RawBuilder<unknown> {
  const names = createBookingNames(schema);
  const resource = names.as('resource', 'res');
  const rooms = sql`FROM bridge_resource_mappings AS m LEFT JOIN ${resource.$table} ON ${resource.id} = m.resource_id`;
  if (!hasBuildings(schema)) return rooms;
  const building = names.as('building', 'bui');
  const link = names.as('building_resource', 'lnk');
  const lowest = sql`SELECT MIN(${link.building_id}) FROM ${link.$table} WHERE ${link.resource_id} = m.resource_id`;
  return sql`${rooms} LEFT JOIN ${building.$table} ON ${building.id} = (${lowest})`;
}

function resourceColumns(schema: BookingSchema): RawBuilder<unknown> {
  const names = createBookingNames(schema);
  const resource = sql`${names.as('resource', 'res').name} AS resource_name`;
  if (!hasBuildings(schema)) return sql`${resource}, NULL AS building_id, NULL AS building_name`;
  const building = names.as('building', 'bui');
  return sql`${resource}, ${building.id} AS building_id, ${building.name} AS building_name`;
}

function hasBuildings({ tables }: BookingSchema): boolean {
  return tables.building !== null && tables.building_resource !== null;
}

function toRoom(row: RoomRow): Room {
  return {
    resourceId: row.resource_id,
    calendar: row.outlook_item_id,
    calendarName: row.outlook_item_name,
    resourceName: row.resource_name ?? row.outlook_item_name ?? '',
    buildingId: row.building_id,
    buildingName: row.building_name,
    active: row.active === 1,
    direction: row.sync_direction as Room['direction'],
    authority: row.authority as Room['authority'],
    horizonDays: row.horizon_days,
    activityId: row.activity_id,
    agegroupId: row.agegroup_id,
    audienceId: row.audience_id,
  };
}
