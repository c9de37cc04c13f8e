/** Pack B: mapping rows that exist before the first run, each in a state some older run or operator left it in. */
import { sql } from 'kysely';
import type { MappingStatus } from '../../domain/mapping.ts';
import { PRIORITY, type ReservationType, type RoomReservationKey, reservationLabel } from '../../domain/reservation.ts';
import type { SqlExecutor } from '../../sql/database.ts';
import { createSampleDates, type SampleShift } from './dates.ts';
import { sampleCalendar } from './municipality.ts';
import { packA } from './pack-a.ts';
import type { Value } from './rows.ts';

export type PackBLabel = 'M1' | 'M2' | 'M3' | 'M4' | 'M5' | 'M6' | 'M7' | 'M8' | 'M9';

/** What `bridge_mappings` remembers of the last agreement; made by the content rules and the calendar that holds the event. */
export interface Agreement {
  readonly bookingHash?: string | null;
  /** JSON of one hash per field. */
  readonly baseline?: string | null;
  readonly changeKey?: string | null;
}

export interface PackBOptions extends SampleShift {
  /** Ids of the events the rows point at; default `X1`, `X2` and so on. */
  readonly eventIds?: Partial<Readonly<Record<PackBLabel, string>>>;
  /** Gives M1 and M9 what they last agreed on; without it every synced row looks changed. */
  readonly agreed?: (key: RoomReservationKey) => Agreement;
  /** JSON of the Outlook content that M7 waits with. */
  readonly snapshot?: string | null;
}

interface Written {
  readonly label: PackBLabel;
  readonly what: string;
  readonly reservation: readonly [type: ReservationType, id: number] | null;
  readonly resourceId: number;
  readonly status: MappingStatus;
  readonly hasEvent: boolean;
  readonly columns?: Readonly<Record<string, Value>>;
}

// biome-ignore format: one mapping per line reads as the table it is
const MAPPINGS: readonly Written[] = [
  { label: 'M1', what: 'in order', reservation: ['event', 1002], resourceId: 103, status: 'synced', hasEvent: true },
  { label: 'M2', what: 'cancelled, reservation active again', reservation: ['event', 1008], resourceId: 104, status: 'cancelled', hasEvent: true, columns: { cancelled_by: 'booking' } },
  { label: 'M3', what: 'reservation inactive', reservation: ['event', 1016], resourceId: 101, status: 'synced', hasEvent: true },
  { label: 'M4', what: 'reservation row gone', reservation: ['event', 9999], resourceId: 102, status: 'synced', hasEvent: true },
  { label: 'M5', what: 'failed twice', reservation: ['booking', 3002], resourceId: 201, status: 'error', hasEvent: false, columns: { retry_count: 2, error_message: 'The calendar did not answer.' } },
  { label: 'M6', what: 'room no longer linked', reservation: ['event', 1004], resourceId: 103, status: 'synced', hasEvent: true },
  { label: 'M7', what: 'waits for its import', reservation: null, resourceId: 103, status: 'imported', hasEvent: true },
  { label: 'M8', what: 'hollow', reservation: null, resourceId: 104, status: 'pending', hasEvent: false },
  { label: 'M9', what: 'room mapping inactive', reservation: ['event', 1024], resourceId: 203, status: 'synced', hasEvent: true },
];

const COLUMNS = {
  reservation_type: 'text',
  reservation_id: 'int',
  resource_id: 'int',
  outlook_item_id: 'text',
  outlook_event_id: 'text',
  sync_status: 'text',
  sync_direction: 'text',
  origin: 'text',
  priority_level: 'int',
  booking_hash: 'text',
  baseline: 'text',
  outlook_change_key: 'text',
  subject: 'text',
  starts_at: 'text',
  ends_at: 'text',
  organizer: 'text',
  organizer_email: 'text',
  ical_uid: 'text',
  snapshot: 'text',
  error_message: 'text',
  retry_count: 'int',
  cancelled_by: 'text',
} as const;

export type PackBRow = Readonly<Record<keyof typeof COLUMNS, Value>> & { readonly label: PackBLabel };

/** The nine rows in the columns of `bridge_mappings`. */
export function packB(options: PackBOptions = {}): readonly PackBRow[] {
  const times = reservationTimes(options);
  return MAPPINGS.map((mapping) => rowOf(mapping, options, times));
}

/** Inserts pack B with plain SQL, as an older program would have left it. */
export async function loadPackB({ db, text }: SqlExecutor, options: PackBOptions = {}): Promise<void> {
  const columns = sql.join(Object.keys(COLUMNS).map((column) => sql.id(column)));
  const rows = text.rows('given', COLUMNS, packB(options));
  await sql`INSERT INTO bridge_mappings (${columns}) SELECT ${columns} FROM ${rows}`.execute(db);
}

function rowOf(mapping: Written, options: PackBOptions, times: Times): PackBRow {
  const { label, reservation, resourceId } = mapping;
  const [type, id] = reservation ?? [null, null];
  const imported = mapping.status === 'imported';
  const inOrder = label === 'M1' || label === 'M9';
  const agreement = type !== null && inOrder ? (options.agreed?.({ type, id, resourceId }) ?? {}) : {};
  const time = times(type === null ? label : reservationLabel({ type, id }));
  return {
    label,
    reservation_type: type,
    reservation_id: id,
    resource_id: resourceId,
    outlook_item_id: sampleCalendar(resourceId),
    outlook_event_id: mapping.hasEvent ? (options.eventIds?.[label] ?? label.replace('M', 'X')) : null,
    sync_status: mapping.status,
    sync_direction: imported ? 'outlook_to_booking' : 'booking_to_outlook',
    origin: imported ? 'outlook' : 'booking',
    priority_level: type === null ? 1 : PRIORITY[type],
    booking_hash: agreement.bookingHash ?? null,
    baseline: agreement.baseline ?? null,
    outlook_change_key: agreement.changeKey ?? null,
    subject: imported ? 'Leverandørmøte' : null,
    starts_at: time?.start ?? null,
    ends_at: time?.end ?? null,
    organizer: imported ? 'Ola Hansen' : null,
    organizer_email: imported ? 'ola.hansen@fjordvik.example' : null,
    ical_uid: imported ? 'sample-m7' : null,
    snapshot: imported ? (options.snapshot ?? null) : null,
    error_message: null,
    retry_count: 0,
    cancelled_by: null,
    ...mapping.columns,
  };
}

interface Time {
  readonly start: string;
  readonly end: string;
}

type Times = (label: string) => Time | undefined;

/** Times of the reservations as pack A has them, and of the two rows whose reservation does not exist. */
function reservationTimes(shift: SampleShift): Times {
  const dates = createSampleDates(shift);
  const times = new Map<string, Time>([
    ['M7', { start: dates.wall('2027-03-25 10:00'), end: dates.wall('2027-03-25 11:00') }],
    ['event:9999', { start: dates.wall('2027-03-12 15:00'), end: dates.wall('2027-03-12 16:00') }],
  ]);
  const rows = packA(shift);
  for (const type of ['event', 'booking'] as const) {
    for (const { id, from_, to_ } of rows[type] ?? []) {
      times.set(reservationLabel({ type, id: Number(id) }), { start: String(from_), end: String(to_) });
    }
  }
  return (label) => times.get(label);
}
