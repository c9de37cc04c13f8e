/** The booking module's tables, as in Aktiv kommune (schema 0.2.131), as far as the sync or its tests touch them. */
import type { BookingTable } from '../../sql/booking-schema.ts';
import { type Column, date, decimal, identity, int, text, to, wall } from './columns.ts';

export interface TableShape {
  readonly columns: Readonly<Record<string, Column>>;
  /** Absent: `id`. */
  readonly primaryKey?: readonly string[];
  readonly unique?: readonly (readonly string[])[];
  /** Columns looked up without the primary key. */
  readonly index?: readonly string[];
}

const nullable = { nullable: true } as const;
const rank = { id: identity, activity_id: to('activity'), name: text(null), sort: int({ fallback: 0 }) };
const slot = { from_: wall(), to_: wall() };
const state = { active: int({ fallback: 1 }), skip_bas: int({ nullable: true, fallback: 0 }) };

function link(parent: string): TableShape {
  return {
    columns: { [`${parent}_id`]: to(parent), resource_id: to('resource') },
    primaryKey: [`${parent}_id`, 'resource_id'],
    index: ['resource_id'],
  };
}

/** In the order of their foreign keys. Columns outside the configurable layout keep their own names. */
export const BOOKING_TABLE_SHAPES: Readonly<Record<BookingTable, TableShape>> = {
  activity: {
    columns: {
      id: identity,
      parent_id: int(nullable),
      name: text(150),
      description: text(10_000),
      active: int({ fallback: 1 }),
    },
  },
  building: {
    columns: {
      id: identity,
      active: int({ fallback: 1 }),
      activity_id: to('activity'),
      name: text(150),
      homepage: text(null),
      street: text(255, nullable),
      zip_code: text(255, nullable),
      city: text(255, nullable),
    },
  },
  resource: {
    columns: { id: identity, active: int({ fallback: 1 }), activity_id: to('activity'), name: text(150) },
  },
  building_resource: link('building'),
  season: {
    columns: {
      id: identity,
      officer_id: int(),
      active: int({ fallback: 1 }),
      building_id: to('building'),
      name: text(255),
      status: text(10),
      from_: date(),
      to_: date(),
    },
  },
  agegroup: { columns: { ...rank, description: text(null, nullable), active: int({ fallback: 1 }) } },
  targetaudience: { columns: { ...rank, description: text(null, nullable), active: int({ fallback: 1 }) } },
  organization: {
    columns: {
      id: identity,
      organization_number: text(9, { fallback: '' }),
      active: int({ fallback: 1 }),
      name: text(150),
      email: text(255, nullable),
      shortname: text(11, nullable),
    },
  },
  group: {
    columns: {
      id: identity,
      active: int({ fallback: 1 }),
      organization_id: to('organization'),
      name: text(150),
      shortname: text(11, nullable),
    },
  },
  allocation: {
    columns: {
      id: identity,
      id_string: text(20, { fallback: '0' }),
      ...state,
      building_name: text(150, { fallback: 'changeme' }),
      application_id: int(nullable),
      organization_id: to('organization'),
      ...slot,
      cost: decimal({ nullable: true, fallback: 0 }),
      season_id: to('season'),
      completed: int({ fallback: 0 }),
    },
  },
  allocation_resource: link('allocation'),
  booking: {
    columns: {
      id: identity,
      group_id: to('group'),
      ...slot,
      building_name: text(150, { fallback: 'changeme' }),
      allocation_id: to('allocation', nullable),
      season_id: to('season'),
      ...state,
      activity_id: to('activity'),
      completed: int({ fallback: 0 }),
      cost: decimal({ nullable: true, fallback: 0 }),
      application_id: int(nullable),
      reminder: int({ fallback: 0 }),
      secret: text(null),
    },
  },
  booking_resource: link('booking'),
  event: {
    columns: {
      id: identity,
      id_string: text(20, { fallback: '0' }),
      ...state,
      activity_id: to('activity'),
      name: text(255, nullable),
      organizer: text(255, nullable),
      homepage: text(255, nullable),
      description: text(null, nullable),
      equipment: text(null, nullable),
      ...slot,
      cost: decimal({ nullable: true, fallback: 0 }),
      building_id: int(nullable),
      building_name: text(150),
      contact_name: text(150),
      contact_email: text(255),
      contact_phone: text(50),
      completed: int({ fallback: 0 }),
      access_requested: int({ fallback: 0 }),
      customer_organization_name: text(150, nullable),
      customer_organization_id: int(nullable),
      customer_identifier_type: text(255, nullable),
      customer_organization_number: text(9, nullable),
      customer_ssn: text(12, nullable),
      application_id: int(nullable),
      reminder: int({ fallback: 1 }),
      is_public: int({ fallback: 1 }),
      secret: text(null),
      customer_internal: int({ fallback: 1 }),
      include_in_list: int({ fallback: 0 }),
    },
  },
  event_date: {
    columns: { id: identity, event_id: to('event'), ...slot },
    unique: [['event_id', 'from_', 'to_']],
  },
  event_resource: link('event'),
  event_agegroup: {
    columns: {
      event_id: to('event'),
      agegroup_id: to('agegroup'),
      male: int(),
      female: int(),
      male_actual: int(nullable),
      female_actual: int(nullable),
    },
    primaryKey: ['event_id', 'agegroup_id'],
  },
  event_targetaudience: {
    columns: { event_id: to('event'), targetaudience_id: to('targetaudience') },
    primaryKey: ['event_id', 'targetaudience_id'],
  },
};
