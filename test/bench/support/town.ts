/** A town of any size: rooms with mailboxes and reservations that never meet, so that every one of them goes to Outlook. */
import { sql } from 'kysely';
import { createSampleDates } from '../../../src/sandbox/sample-data/dates.ts';
import { insertBookingRows } from '../../../src/sandbox/sample-data/insert-rows.ts';
import { municipalityRows } from '../../../src/sandbox/sample-data/municipality.ts';
import type { Row } from '../../../src/sandbox/sample-data/rows.ts';
import type { BookingSchema } from '../../../src/sql/booking-schema.ts';
import type { SqlExecutor } from '../../../src/sql/database.ts';

export interface TownSize {
  readonly rooms: number;
  readonly perRoom: number;
}

/** Events with their texts are the heaviest to write, rentals the most frequent. */
const MIX = ['event', 'booking', 'event', 'allocation'] as const;

type Kind = (typeof MIX)[number];

export interface TownOptions extends TownSize {
  /** Kinds of reservation, taken in turn; default: half events, the rest rentals. */
  readonly kinds?: readonly Kind[];
  /** The first day with reservations is the day after this moment (epoch milliseconds). */
  readonly now: number;
}

/** One reservation on one room. */
export interface Slot {
  readonly kind: Kind;
  readonly id: number;
  readonly resourceId: number;
  /** Wall clock, `YYYY-MM-DD HH:MM:SS`. */
  readonly from: string;
  readonly to: string;
}

const FIRST_ROOM = 1001;
const FIRST_ID = 100_001;
/** Two hours each with an hour between them: a reservation may be moved by an hour without meeting the next. */
const PER_DAY = 4;

export function roomIds(rooms: number): readonly number[] {
  return Array.from({ length: rooms }, (_, index) => FIRST_ROOM + index);
}

export function mailboxOf(resourceId: number): string {
  return `room-${resourceId}@bench.example`;
}

/** Every reservation of a town, room by room. */
export function slotsOf({ rooms, perRoom, kinds = MIX, now }: TownOptions): readonly Slot[] {
  return roomIds(rooms).flatMap((resourceId, room) =>
    Array.from({ length: perRoom }, (_, index): Slot => {
      const day = new Date(now + (1 + Math.floor(index / PER_DAY)) * 86_400_000).toISOString().slice(0, 10);
      const hour = 8 + 3 * (index % PER_DAY);
      return {
        kind: kinds[index % kinds.length] ?? 'event',
        id: FIRST_ID + room * perRoom + index,
        resourceId,
        from: wall(day, hour),
        to: wall(day, hour + 2),
      };
    }),
  );
}

function wall(day: string, hour: number): string {
  return `${day} ${String(hour).padStart(2, '0')}:00:00`;
}

/** Fills empty booking tables and maps every room to its mailbox. */
export async function loadTown(executor: SqlExecutor, schema: BookingSchema, options: TownOptions): Promise<void> {
  const resources = roomIds(options.rooms).map((id) => ({ id, activity_id: 47, name: `Room ${id}` }));
  const base = municipalityRows(createSampleDates());
  const slots = slotsOf(options);
  const of = (kind: Kind) => slots.filter((slot) => slot.kind === kind);
  const links = (kind: Kind) => of(kind).map(({ id, resourceId }) => ({ [`${kind}_id`]: id, resource_id: resourceId }));
  await insertBookingRows(executor, schema, {
    ...base,
    resource: resources,
    building_resource: resources.map(({ id }) => ({ building_id: 1, resource_id: id })),
    event: of('event').map(eventRow),
    event_date: of('event').map(({ id, from, to }) => ({ event_id: id, from_: from, to_: to })),
    booking: of('booking').map(bookingRow),
    allocation: of('allocation').map(allocationRow),
    event_resource: links('event'),
    booking_resource: links('booking'),
    allocation_resource: links('allocation'),
  });
  await mapRooms(executor, resources);
}

async function mapRooms({ db, text }: SqlExecutor, resources: readonly { id: number; name: string }[]): Promise<void> {
  const rows = text.rows(
    'given',
    { resource_id: 'int', mailbox: 'text', name: 'text' },
    resources.map(({ id, name }) => ({ resource_id: id, mailbox: mailboxOf(id), name })),
  );
  await sql`INSERT INTO bridge_resource_mappings (resource_id, outlook_item_id, outlook_item_name, active)
    SELECT given.resource_id, given.mailbox, given.name, 1 FROM ${rows}`.execute(db);
}

function eventRow({ id, from, to }: Slot): Row {
  return {
    id,
    id_string: String(id),
    activity_id: 47,
    name: `Møte ${id}: budsjett & årsplan`,
    description: `Saksliste for møte ${id}.\n\n1. Godkjenning av innkalling\n2. Regnskap\n3. Eventuelt <kaffe>`,
    organizer: 'Fjordvik kommune',
    from_: from,
    to_: to,
    building_name: 'Fjordvik kulturhus',
    contact_name: 'Kari Nordmann',
    contact_email: `kontakt${id}@fjordvik.example`,
    contact_phone: '99 00 00 00',
    secret: String(id).padStart(32, '0'),
  };
}

function bookingRow({ id, from, to }: Slot): Row {
  const secret = String(id).padStart(32, '0');
  return { ...rentalRow(from, to), id, group_id: 21, activity_id: 17, allocation_id: null, secret };
}

function allocationRow({ id, from, to }: Slot): Row {
  return { ...rentalRow(from, to), id, id_string: String(id), organization_id: 11 };
}

function rentalRow(from: string, to: string): Row {
  return { from_: from, to_: to, season_id: 31, building_name: 'Fjordvik kulturhus' };
}
