/** The two shapes of booking system that tests run against: the real names, and one that shares nothing with them. */
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

/** Other names, some of which are SQL words or need quoting, in a zone west of UTC with other change nights. */
export const SECOND_SAMPLE: SampleSchema = {
  title: 'renamed tables in Halifax',
  schema: parseBookingSchema({
    prefix: 'res_',
    tables: {
      event: 'Arrangement',
      event_date: 'Arrangement times',
      event_agegroup: 'Arrangement "ages"',
      booking: 'select',
      allocation: 'Tildeling',
      allocation_resource: 'Tildeling]rom',
      group: 'order',
      season: 'from',
    },
    columns: {
      event: {
        id: 'ArrangementId',
        active: 'is active',
        name: 'Tittel',
        description: 'Beskrivelse',
        from_: 'starts_at',
        to_: 'ends_at',
        activity_id: 'aktivitet',
        contact_email: 'e post',
        is_public: 'åpen',
        created_at: 'opprettet',
        updated_at: 'endret',
      },
      event_date: { event_id: 'arrangement', from_: 'from', to_: 'to' },
      event_resource: { event_id: 'arrangement', resource_id: 'rom' },
      event_agegroup: { event_id: 'arrangement', agegroup_id: 'alder' },
      booking: { id: 'key', active: 'where', from_: 'starts_at', to_: 'ends_at', group_id: 'order' },
      booking_resource: { booking_id: 'key', resource_id: 'rom' },
      allocation: { id: 'nr', from_: 'fra', to_: 'til', organization_id: 'lag', updated_at: 'endret' },
      allocation_resource: { allocation_id: 'nr', resource_id: 'rom' },
      resource: { id: 'rom_id', name: 'romnavn' },
      building: { name: 'bygg' },
      season: { id: 'sesong', status: 'tilstand' },
      activity: { id: 'nr', name: 'navn', description: 'tekst', parent_id: 'over' },
      agegroup: { id: 'nr', sort: 'rekkefølge', active: 'i bruk' },
      organization: { name: 'lagsnavn', email: 'post' },
      group: { name: 'gruppe', organization_id: 'lag' },
    },
  }),
  zone: 'America/Halifax',
  stamps: true,
};

export const SAMPLE_SCHEMAS: readonly SampleSchema[] = [DEFAULT_SAMPLE, SECOND_SAMPLE];
