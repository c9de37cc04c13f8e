import { z } from 'zod';
import { flag, ianaZone, identifierPrefix, optionalSetting, setting, text, whole } from './fields.ts';

export const database = {
  SQL_SERVER: optionalSetting(text, {
    section: 'Database',
    description: 'Host name of SQL Server or Azure SQL. Without `SQL_USER` the app signs in with its managed identity.',
    example: 'sql-booking.database.windows.net',
  }),
  SQL_DATABASE: optionalSetting(text, {
    section: 'Database',
    description: 'Database that holds the booking tables and the sync tables.',
    example: 'booking',
  }),
  SQL_USER: optionalSetting(text, {
    section: 'Database',
    description: 'SQL login, together with `SQL_PASSWORD`; leave both out to use the managed identity.',
    example: 'sync',
  }),
  SQL_PASSWORD: optionalSetting(text, {
    section: 'Database',
    description: 'Password of `SQL_USER`.',
    secret: true,
  }),
  SQL_CONNECTION_STRING: optionalSetting(
    z
      .string()
      .refine(
        (value) => !/authentication\s*=\s*active directory/i.test(value),
        'does not take an Active Directory authentication; set SQL_SERVER and SQL_DATABASE instead, without SQL_USER, to sign in with the managed identity',
      ),
    {
      section: 'Database',
      description: 'ADO connection string with a SQL login, instead of the four settings above.',
      example: 'Server=localhost,1433;Database=booking;User Id=sync;Password=...;Encrypt=true',
      secret: true,
    },
  ),
  SQL_POOL_MAX: setting(whole(1, 100), {
    section: 'Database',
    description: 'Most connections of one worker. Every timer and queue may run on a worker of its own.',
    default: '4',
  }),
  SQLITE_FILE: optionalSetting(text, {
    section: 'Database',
    description:
      'File of the embedded engine (`:memory:` keeps nothing), for trying out and tests; instead of a server.',
    example: 'booking.sqlite',
  }),
};

export const booking = {
  BOOKING_TABLE_PREFIX: setting(identifierPrefix, {
    section: 'Booking system',
    description: 'Begins the name of every booking table: `bb_` gives `bb_event`, `bb_booking`, ...',
    default: 'bb_',
  }),
  BOOKING_SCHEMA: optionalSetting(
    z.string().transform((value, context) => {
      const parsed = parseObject(value);
      if (parsed === null)
        context.addIssue({ code: 'custom', message: 'must be a JSON object of table and column names' });
      return parsed ?? {};
    }),
    {
      section: 'Booking system',
      description: 'Tables and columns whose names differ from the default, as JSON.',
      example: '{"tables":{"event":"your_event_table"}}',
    },
  ),
  TIME_ZONE: setting(ianaZone, {
    section: 'Booking system',
    description: 'IANA zone of every time in the booking system.',
    default: 'Europe/Oslo',
  }),
  SEASON_FILTER: setting(flag, {
    section: 'Booking system',
    description: 'Show bookings and allocations only when their season is active and published.',
    default: 'true',
  }),
  EVENT_DATES_MODE: setting(
    z.string().refine((value) => value === 'main', {
      error: (issue) =>
        issue.input === 'dates'
          ? "must be main: 'dates' would need one mapping per date row, which the mapping key (type, id, room) cannot hold"
          : 'must be main',
    }),
    {
      section: 'Booking system',
      description:
        'What one occurrence is: the main row of an event. Date rows are kept equal to it, never read as occurrences.',
      default: 'main',
    },
  ),
};

function parseObject(value: string): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : null;
  } catch {
    return null;
  }
}
