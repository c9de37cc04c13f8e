import type { BookingTable } from '../../sql/booking-schema.ts';

/** Value of a column; wall-clock times are `YYYY-MM-DD HH:MM:SS`, dates `YYYY-MM-DD`. */
export type Value = string | number | null;

/** One row under canonical column names. Columns left out get the table's default. */
export type Row = Readonly<Record<string, Value>>;

/** Rows of the booking system by table, and the room mappings of the sync. */
export type SampleRows = Partial<Readonly<Record<BookingTable, readonly Row[]>>>;

/** A row of `bridge_resource_mappings`, in the columns of the documented INSERT. */
export interface RoomMappingRow {
  readonly resource_id: number;
  readonly outlook_item_id: string;
  readonly outlook_item_name: string;
  readonly active: number;
}
