/** The two shapes of booking system that tests run against: the real names, and one that shares nothing with them. */
import { SECOND_SCHEMA, SECOND_ZONE } from '../../src/sandbox/second-schema.ts';
import { type BookingSchema, parseBookingSchema } from '../../src/sql/booking-schema.ts';

export interface SampleSchema {
  readonly title: string;
  readonly schema: BookingSchema;
  /** IANA zone of the wall-clock columns. */
  readonly zone: string;
  /** The tables have columns for the times a row was made and changed. */
  readonly stamps: boolean;
}

export const DEFAULT_SAMPLE: SampleSchema = {
  title: 'bb_ tables in Oslo',
  schema: parseBookingSchema(),
  zone: 'Europe/Oslo',
  stamps: false,
};

/** The sandbox's second naming, with stamp columns and renamed reference tables, in a zone west of UTC with other change nights. */
export const SECOND_SAMPLE: SampleSchema = {
  title: 'renamed tables in Halifax',
  schema: parseBookingSchema({
    ...SECOND_SCHEMA,
    columns: {
      ...SECOND_SCHEMA.columns,
      event: { ...SECOND_SCHEMA.columns?.event, created_at: 'opprettet', updated_at: 'endret' },
      allocation: { ...SECOND_SCHEMA.columns?.allocation, updated_at: 'endret' },
      event_resource: { event_id: 'arrangement', resource_id: 'rom' },
      activity: { id: 'nr', name: 'navn', description: 'tekst', parent_id: 'over' },
      agegroup: { id: 'nr', sort: 'rekkefølge', active: 'i bruk' },
    },
  }),
  zone: SECOND_ZONE,
  stamps: true,
};

export const SAMPLE_SCHEMAS: readonly SampleSchema[] = [DEFAULT_SAMPLE, SECOND_SAMPLE];
