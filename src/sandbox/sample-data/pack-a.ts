import { sql } from 'kysely';
import type { BookingSchema } from '../../sql/booking-schema.ts';
import type { SqlExecutor } from '../../sql/database.ts';
import { createSampleDates, type SampleShift } from './dates.ts';
import { eventRows } from './events.ts';
import { insertBookingRows } from './insert-rows.ts';
import { municipalityRows, SAMPLE_ROOMS } from './municipality.ts';
import { rentalRows } from './rentals.ts';
import type { SampleRows } from './rows.ts';

/** Every booking-system row of pack A: deterministic, fixed ids; see `SampleShift` for the dates. */
export function packA(shift: SampleShift = {}): SampleRows {
  const dates = createSampleDates(shift);
  return { ...municipalityRows(dates), ...rentalRows(dates), ...eventRows(dates) };
}

/** Loads pack A into empty booking tables, and its room mappings through the documented INSERT. */
export async function loadPackA(executor: SqlExecutor, schema: BookingSchema, shift: SampleShift = {}): Promise<void> {
  await insertBookingRows(executor, schema, packA(shift));
  await loadSampleRooms(executor);
}

async function loadSampleRooms({ db, text }: SqlExecutor): Promise<void> {
  const columns = { resource_id: 'int', outlook_item_id: 'text', outlook_item_name: 'text', active: 'int' } as const;
  const rows = text.rows(
    'given',
    columns,
    SAMPLE_ROOMS.map((room) => ({ ...room })),
  );
  await sql`INSERT INTO bridge_resource_mappings (resource_id, outlook_item_id, outlook_item_name, active)
    SELECT given.resource_id, given.outlook_item_id, given.outlook_item_name, given.active FROM ${rows}`.execute(db);
}
