import { sql } from 'kysely';
import type { ReservationType, RoomReservation } from '../../domain/reservation.ts';
import type { WallClock } from '../../domain/time.ts';
import { type BookingContext, coalesce, NOTHING, NULL, type Sql, wallText } from './context.ts';

/** The parts of a SELECT over one reservation type, with the reservation as `r`, its room link as `l`. */
export interface ReservationSource {
  /** Select list for the content of a reservation on one room; see `ReservationRow`. */
  readonly columns: Sql;
  /** Joins those columns need. */
  readonly joins: Sql;
}

/** A row of `ReservationSource.columns`. */
export interface ReservationRow {
  readonly id: number;
  readonly resourceId: number;
  readonly startsAt: WallClock;
  readonly endsAt: WallClock;
  readonly name: string | null;
  readonly description: string | null;
  readonly groupName: string | null;
  readonly organizationName: string | null;
  readonly contactName: string | null;
  readonly contactEmail: string | null;
  readonly isPublic: number;
  readonly resourceName: string | null;
  readonly buildingName: string | null;
}

export function reservationOf(type: ReservationType, row: ReservationRow): RoomReservation {
  return {
    type,
    id: row.id,
    resourceId: row.resourceId,
    start: row.startsAt,
    end: row.endsAt,
    name: row.name,
    description: row.description,
    groupName: row.groupName,
    organizationName: row.organizationName,
    contactName: row.contactName,
    contactEmail: row.contactEmail,
    isPublic: row.isPublic === 1,
    resourceName: row.resourceName ?? '',
    buildingName: row.buildingName,
  };
}

/** Content of one type. `resourceId` is the linked room; E60: the national id is not among the columns. */
export function reservationSource(context: BookingContext, type: ReservationType): ReservationSource {
  const owner = owners[type](context);
  const place = placeOf(context, type);
  return {
    columns: sql`${owner.columns}, ${place.columns}`,
    joins: sql`${owner.joins}${place.joins}`,
  };
}

interface OwnerColumns {
  readonly name: Sql;
  readonly description?: Sql;
  readonly groupName?: Sql;
  readonly organizationName?: Sql;
  readonly contactName?: Sql;
  readonly contactEmail?: Sql;
  readonly isPublic?: Sql;
}

/** What a reservation is called and who owns it: columns and joins by type. */
const owners: Readonly<Record<ReservationType, (context: BookingContext) => ReservationSource>> = {
  event: (context) => {
    const event = context.names.as('event', 'r');
    return {
      columns: ownerColumns({
        name: event.name,
        description: event.description,
        organizationName: event.customer_organization_name,
        contactName: event.contact_name,
        contactEmail: event.contact_email,
        isPublic: sql`CASE WHEN ${event.is_public} = 0 THEN 0 ELSE 1 END`,
      }),
      joins: NOTHING,
    };
  },
  booking: (context) => {
    const owner = bookingOwner(context);
    return { columns: ownerColumns({ name: NULL, ...owner }), joins: owner.joins };
  },
  allocation: (context) => {
    const owner = allocationOwner(context);
    return { columns: ownerColumns({ name: NULL, ...owner }), joins: owner.joins };
  },
};

/** The group of a booking and that group's organisation. */
function bookingOwner({ names }: BookingContext) {
  const group = names.as('group', 'g');
  const organization = names.as('organization', 'o');
  const hasOrganization = group.$has('organization_id') && organization.$exists;
  const toGroup = sql` LEFT JOIN ${group.$table} ON ${group.id} = ${names.as('booking', 'r').group_id}`;
  const toOrganization = sql` LEFT JOIN ${organization.$table} ON ${organization.id} = ${group.organization_id}`;
  return {
    groupName: group.name,
    organizationName: hasOrganization ? organization.name : NULL,
    joins: sql`${group.$exists ? toGroup : NOTHING}${hasOrganization ? toOrganization : NOTHING}`,
  };
}

function allocationOwner({ names }: BookingContext) {
  const organization = names.as('organization', 'o');
  const key = names.as('allocation', 'r').organization_id;
  return {
    organizationName: organization.name,
    contactEmail: organization.email,
    joins: organization.$exists ? sql` LEFT JOIN ${organization.$table} ON ${organization.id} = ${key}` : NOTHING,
  };
}

function ownerColumns(columns: OwnerColumns): Sql {
  return sql`${columns.name} AS "name", ${columns.description ?? NULL} AS "description",
    ${columns.groupName ?? NULL} AS "groupName", ${columns.organizationName ?? NULL} AS "organizationName",
    ${columns.contactName ?? NULL} AS "contactName", ${columns.contactEmail ?? NULL} AS "contactEmail",
    ${columns.isPublic ?? sql`1`} AS "isPublic"`;
}

/** Time, room and building. A room that sits in several buildings counts to the one with the lowest id. */
function placeOf(context: BookingContext, type: ReservationType): ReservationSource {
  const { names } = context;
  const reservation = names.as(type, 'r');
  const resource = names.as('resource', 'res');
  const building = names.as('building', 'b');
  const linked = names.bare('building_resource');
  const hasBuilding = building.$exists && linked.$exists;
  const lowest = sql` LEFT JOIN (SELECT ${linked.resource_id} AS resource_id, MIN(${linked.building_id}) AS building_id
      FROM ${linked.$table} GROUP BY ${linked.resource_id}) AS br ON br.resource_id = ${resource.id}
    LEFT JOIN ${building.$table} ON ${building.id} = br.building_id`;
  const written = reservation.$has('building_name') && reservation.building_name;
  return {
    columns: sql`${wallText(context, reservation.from_)} AS "startsAt", ${wallText(context, reservation.to_)} AS "endsAt",
    ${resource.name} AS "resourceName", ${coalesce(hasBuilding && building.name, written)} AS "buildingName"`,
    joins: sql` LEFT JOIN ${resource.$table} ON ${resource.id} = ${names.as(`${type}_resource`, 'l').resource_id}${
      hasBuilding ? lowest : NOTHING
    }`,
  };
}

/**
 * Condition under which the season filter shows a reservation, null where it does not apply: its season is active and PUBLISHED (E55,
 * E56), or it has none. A season that is gone shows nothing. Needs `seasonJoin`.
 */
export function shownBySeason(context: BookingContext, type: ReservationType): Sql | null {
  const key = seasonKey(context, type);
  if (key === null) return null;
  const season = context.names.as('season', 's');
  const shown = [sql`${season.id} IS NOT NULL`];
  if (season.$has('active')) shown.push(sql`${season.active} = 1`);
  if (season.$has('status')) shown.push(sql`${season.status} = 'PUBLISHED'`);
  return sql`(${key} IS NULL OR (${sql.join(shown, sql` AND `)}))`;
}

/** ` AND` the condition of `shownBySeason`. */
export function andShown(context: BookingContext, type: ReservationType): Sql {
  const shown = shownBySeason(context, type);
  return shown === null ? NOTHING : sql` AND ${shown}`;
}

export function seasonJoin(context: BookingContext, type: ReservationType): Sql {
  const key = seasonKey(context, type);
  const season = context.names.as('season', 's');
  return key === null ? NOTHING : sql` LEFT JOIN ${season.$table} ON ${season.id} = ${key}`;
}

/** The column that names the season; null for events, which have none, and where seasons are not filtered. */
function seasonKey({ names, seasonFilter }: BookingContext, type: ReservationType): Sql | null {
  if (type === 'event' || !seasonFilter || !names.as('season', 's').$exists) return null;
  const reservation = names.as(type, 'r');
  return reservation.$has('season_id') ? reservation.season_id : null;
}
