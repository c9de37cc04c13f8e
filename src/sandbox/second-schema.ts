/** A booking system that shares no name with the default one, in another zone: everything the settings can rename is renamed. */
import type { BookingSchemaOverrides } from '../sql/booking-schema.ts';

export const SECOND_ZONE = 'America/Halifax';

/** Value of `BOOKING_SCHEMA`. Some names are SQL words or need quoting. */
export const SECOND_SCHEMA: BookingSchemaOverrides = {
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
    },
    event_date: { event_id: 'arrangement', from_: 'from', to_: 'to' },
    event_resource: { event_id: 'arrangement', resource_id: 'rom' },
    event_agegroup: { event_id: 'arrangement', agegroup_id: 'alder' },
    booking: { id: 'key', active: 'where', from_: 'starts_at', to_: 'ends_at', group_id: 'order' },
    booking_resource: { booking_id: 'key', resource_id: 'rom' },
    allocation: { id: 'nr', from_: 'fra', to_: 'til', organization_id: 'lag' },
    allocation_resource: { allocation_id: 'nr', resource_id: 'rom' },
    resource: { id: 'rom_id', name: 'romnavn' },
    building: { name: 'bygg' },
    season: { id: 'sesong', status: 'tilstand' },
    organization: { name: 'lagsnavn', email: 'post' },
    group: { name: 'gruppe', organization_id: 'lag' },
  },
};
