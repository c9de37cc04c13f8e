import { SyncError } from '../../../src/domain/errors.ts';
import { type BookingSchemaOverrides, parseBookingSchema } from '../../../src/sql/booking-schema.ts';

function failure(overrides: unknown): SyncError {
  try {
    parseBookingSchema(overrides);
  } catch (error) {
    if (error instanceof SyncError) return error;
  }
  throw new Error('The schema was accepted.');
}

describe('names of the booking tables', () => {
  test('are those of the real system when nothing is said', () => {
    const { tables, columns, qualifier } = parseBookingSchema();
    expect(tables).toEqual({
      event: 'bb_event',
      event_date: 'bb_event_date',
      event_resource: 'bb_event_resource',
      event_agegroup: 'bb_event_agegroup',
      event_targetaudience: 'bb_event_targetaudience',
      booking: 'bb_booking',
      booking_resource: 'bb_booking_resource',
      allocation: 'bb_allocation',
      allocation_resource: 'bb_allocation_resource',
      resource: 'bb_resource',
      building: 'bb_building',
      building_resource: 'bb_building_resource',
      season: 'bb_season',
      activity: 'bb_activity',
      agegroup: 'bb_agegroup',
      targetaudience: 'bb_targetaudience',
      organization: 'bb_organization',
      group: 'bb_group',
    });
    for (const names of Object.values(columns)) {
      for (const [column, name] of Object.entries(names)) expect(name).toBe(column);
    }
    expect(qualifier).toBeNull();
  });

  test('follow the prefix, from either setting', () => {
    expect(parseBookingSchema({}, 'res_').tables.booking_resource).toBe('res_booking_resource');
    expect(parseBookingSchema({ prefix: 'own_' }, 'res_').tables.booking_resource).toBe('own_booking_resource');
    expect(parseBookingSchema({}, '').tables.event).toBe('event');
  });

  test('of children follow their parent, as in the guide’s your_event_table', () => {
    const { tables } = parseBookingSchema({ tables: { event: 'your_event_table', event_date: 'dates' } });
    expect(tables.event_resource).toBe('your_event_table_resource');
    expect(tables.event_targetaudience).toBe('your_event_table_targetaudience');
    expect(tables.event_date).toBe('dates');
    expect(tables.booking).toBe('bb_booking');
  });

  test('of columns are replaced one by one', () => {
    const { event, booking } = parseBookingSchema({ columns: { event: { from_: 'starts_at' } } }).columns;
    expect(event.from_).toBe('starts_at');
    expect(event.to_).toBe('to_');
    expect(booking.from_).toBe('from_');
  });

  test('may say that something does not exist; a table without parent has no children', () => {
    const overrides: BookingSchemaOverrides = {
      tables: { season: null, building: null },
      columns: { event: { contact_phone: null } },
    };
    const { tables, columns } = parseBookingSchema(overrides);
    expect([tables.season, tables.building, tables.building_resource]).toEqual([null, null, null]);
    expect(columns.event.contact_phone).toBeNull();
  });

  test.each([
    ['an unknown table', { tables: { events: 'x' } }, 'tables.events'],
    ['an unknown column', { columns: { event: { starts: 'x' } } }, 'columns.event.starts'],
    ['an unknown field', { table: {} }, 'table'],
    ['an empty name', { tables: { event: '' } }, 'tables.event'],
    ['a name with a dot', { tables: { event: 'dbo.event' } }, 'tables.event'],
    ['a name that is too long', { tables: { event: 'e'.repeat(129) } }, 'tables.event'],
    ['a line break in a name', { columns: { event: { id: 'id\n--' } } }, 'columns.event.id'],
    ['a required table switched off', { tables: { event: null } }, 'tables.event'],
    ['a required column switched off', { columns: { event: { from_: null } } }, 'columns.event.from_'],
    ['a number', { tables: { event: 5 } }, 'tables.event'],
    ['two tables of one name', { tables: { season: 'BB_GROUP' } }, 'tables.group'],
    ['two columns of one name', { columns: { event: { to_: 'from_' } } }, 'columns.event.to_'],
    ['a prefix that is not a name', { prefix: 'bb;' }, 'prefix'],
    ['something else than an object', 'bb_', 'BOOKING_SCHEMA'],
  ])('are refused with the field’s name: %s', (_what, overrides, field) => {
    const error = failure(overrides);
    expect(error.kind).toBe('misconfigured');
    expect(error.field).toBe(field);
    expect(error.message).toContain('BOOKING_SCHEMA');
  });

  test('are refused all at once', () => {
    const { message } = failure({ tables: { event: '' }, columns: { booking: { id: '', day: 'x' } } });
    for (const field of ['tables.event', 'columns.booking.id', 'columns.booking.day']) expect(message).toContain(field);
  });
});
