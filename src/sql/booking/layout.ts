/**
 * Every table and column of the booking system that this service reads or writes, under the names of the real system
 * (Aktiv kommune, booking-module schema 0.2.131) without their `bb_` prefix. Configuration renames them, never adds to them.
 *
 * - `required`: must exist.
 * - `expected`: must exist unless the settings name it `null` ("our system has no such column"); a silent miss would send
 *   reminders, publish private events or fail every import.
 * - `optional`: used where it exists.
 */
export type Need = 'required' | 'expected' | 'optional';

interface TableLayout {
  /** Default name; after the prefix, or after the parent's configured name. */
  readonly name: string;
  /** Children follow their parent's name: `your_event_table` has `your_event_table_date`. */
  readonly parent?: string;
  readonly need: 'required' | 'optional';
  readonly columns: Readonly<Record<string, Need>>;
}

const stamps = { created_at: 'optional', updated_at: 'optional' } as const;
const links = { resource_id: 'required' } as const;
const defaults = { id: 'required', activity_id: 'optional', active: 'optional', sort: 'optional' } as const;

export const LAYOUT = {
  event: {
    name: 'event',
    need: 'required',
    columns: {
      id: 'required',
      active: 'required',
      name: 'required',
      description: 'required',
      from_: 'required',
      to_: 'required',
      activity_id: 'expected',
      building_name: 'expected',
      contact_name: 'expected',
      contact_email: 'expected',
      contact_phone: 'expected',
      is_public: 'expected',
      reminder: 'expected',
      secret: 'expected',
      id_string: 'optional',
      organizer: 'optional',
      building_id: 'optional',
      cost: 'optional',
      completed: 'optional',
      customer_internal: 'optional',
      customer_organization_name: 'optional',
      ...stamps,
    },
  },
  event_date: {
    name: '_date',
    parent: 'event',
    need: 'optional',
    columns: { event_id: 'required', from_: 'required', to_: 'required' },
  },
  event_resource: { name: '_resource', parent: 'event', need: 'required', columns: { event_id: 'required', ...links } },
  event_agegroup: {
    name: '_agegroup',
    parent: 'event',
    need: 'optional',
    columns: { event_id: 'required', agegroup_id: 'required', male: 'expected', female: 'expected' },
  },
  event_targetaudience: {
    name: '_targetaudience',
    parent: 'event',
    need: 'optional',
    columns: { event_id: 'required', targetaudience_id: 'required' },
  },
  booking: {
    name: 'booking',
    need: 'required',
    columns: {
      id: 'required',
      active: 'required',
      from_: 'required',
      to_: 'required',
      group_id: 'expected',
      season_id: 'expected',
      building_name: 'optional',
      ...stamps,
    },
  },
  booking_resource: {
    name: '_resource',
    parent: 'booking',
    need: 'required',
    columns: { booking_id: 'required', ...links },
  },
  allocation: {
    name: 'allocation',
    need: 'required',
    columns: {
      id: 'required',
      active: 'required',
      from_: 'required',
      to_: 'required',
      organization_id: 'expected',
      season_id: 'expected',
      building_name: 'optional',
      ...stamps,
    },
  },
  allocation_resource: {
    name: '_resource',
    parent: 'allocation',
    need: 'required',
    columns: { allocation_id: 'required', ...links },
  },
  resource: {
    name: 'resource',
    need: 'required',
    columns: { id: 'required', name: 'required', activity_id: 'optional' },
  },
  building: { name: 'building', need: 'optional', columns: { id: 'required', name: 'required' } },
  building_resource: {
    name: '_resource',
    parent: 'building',
    need: 'optional',
    columns: { building_id: 'required', ...links },
  },
  season: { name: 'season', need: 'optional', columns: { id: 'required', active: 'expected', status: 'expected' } },
  activity: {
    name: 'activity',
    need: 'optional',
    columns: { id: 'required', name: 'required', parent_id: 'optional', description: 'optional', active: 'optional' },
  },
  agegroup: { name: 'agegroup', need: 'optional', columns: defaults },
  targetaudience: { name: 'targetaudience', need: 'optional', columns: defaults },
  organization: {
    name: 'organization',
    need: 'optional',
    columns: { id: 'required', name: 'required', email: 'optional' },
  },
  group: {
    name: 'group',
    need: 'optional',
    columns: { id: 'required', name: 'required', organization_id: 'optional' },
  },
} as const satisfies Readonly<Record<string, TableLayout>>;

export type BookingTable = keyof typeof LAYOUT;
export type BookingColumn<T extends BookingTable> = keyof (typeof LAYOUT)[T]['columns'] & string;

export const BOOKING_TABLES = Object.keys(LAYOUT) as readonly BookingTable[];

/** Canonical column names of a table. */
export function columnsOf<T extends BookingTable>(table: T): readonly BookingColumn<T>[] {
  return Object.keys(LAYOUT[table].columns) as BookingColumn<T>[];
}

export function needOfTable(table: BookingTable): 'required' | 'optional' {
  return LAYOUT[table].need;
}

export function needOfColumn(table: BookingTable, column: string): Need {
  return (LAYOUT[table].columns as Readonly<Record<string, Need>>)[column] ?? 'optional';
}

export function parentOf(table: BookingTable): BookingTable | null {
  const layout: TableLayout = LAYOUT[table];
  return (layout.parent as BookingTable | undefined) ?? null;
}
