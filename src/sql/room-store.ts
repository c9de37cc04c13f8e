import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Room } from '../domain/room.ts';
import type { RoomStore } from '../sync/ports.ts';
import type { BookingNames } from './booking/names.ts';
import type { SqlExecutor } from './executor.ts';
import type { ResourceMappingsTable } from './tables.ts';

type RoomRow = Omit<Selectable<ResourceMappingsTable>, 'created_at' | 'updated_at'> & {
  readonly resource_name: string | null;
  readonly building_id: number | null;
  readonly building_name: string | null;
};

/** `bridge_resource_mappings` joined with the customer's resources and, where there are any, buildings. */
export function createRoomStore({ db, text }: SqlExecutor, bookingNames: () => Promise<BookingNames>): RoomStore {
  const select = async (rest: RawBuilder<unknown>, count?: number): Promise<readonly Room[]> => {
    const top = count === undefined ? sql`` : text.top(count);
    const limit = count === undefined ? sql`` : text.limit(count);
    const { columns, from } = customerParts(await bookingNames());
    const { rows } = await sql<RoomRow>`SELECT ${top} m.id, m.resource_id, m.outlook_item_id, m.outlook_item_name,
      m.active, m.sync_direction, m.authority, m.horizon_days, m.activity_id, m.agegroup_id, m.audience_id, ${columns}
      FROM bridge_resource_mappings AS m ${from} ${rest} ${limit}`.execute(db);
    return rows.map(toRoom);
  };
  return {
    listActive: async (resourceIds) => {
      if (resourceIds?.length === 0) return [];
      const named = resourceIds === undefined ? sql`` : sql`AND m.resource_id IN ${text.list('int', resourceIds)}`;
      return select(sql`WHERE m.active = 1 ${named} ORDER BY m.resource_id`);
    },
    listAll: () => select(sql`ORDER BY m.resource_id, m.id`),
    find: async (resourceId) => {
      const activeFirst = sql`CASE m.active WHEN 1 THEN 0 ELSE 1 END`;
      const [room] = await select(sql`WHERE m.resource_id = ${resourceId} ORDER BY ${activeFirst}, m.id DESC`, 1);
      return room ?? null;
    },
    resourceExists: async (resourceId) => {
      const resource = (await bookingNames()).as('resource', 'r');
      const found = await sql`SELECT 1 AS found FROM ${resource.$table} WHERE ${resource.id} = ${resourceId}`.execute(
        db,
      );
      return found.rows.length > 0;
    },
  };
}

/** A resource sits in one building as a rule; of several the lowest id counts. */
function customerParts(names: BookingNames): { columns: RawBuilder<unknown>; from: RawBuilder<unknown> } {
  const resource = names.as('resource', 'r');
  const building = names.as('building', 'b');
  const link = names.as('building_resource', 'l');
  const resources = sql`LEFT JOIN ${resource.$table} ON ${resource.id} = m.resource_id`;
  if (!building.$exists || !link.$exists) {
    return {
      columns: sql`${resource.name} AS resource_name, NULL AS building_id, NULL AS building_name`,
      from: resources,
    };
  }
  const lowest = sql`SELECT MIN(${link.building_id}) FROM ${link.$table} WHERE ${link.resource_id} = m.resource_id`;
  return {
    columns: sql`${resource.name} AS resource_name, ${building.id} AS building_id, ${building.name} AS building_name`,
    from: sql`${resources} LEFT JOIN ${building.$table} ON ${building.id} = (${lowest})`,
  };
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
