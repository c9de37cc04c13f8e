import { MAPPING_STATUSES } from '../../domain/mapping.ts';
import { RESERVATION_TYPES } from '../../domain/reservation.ts';
import type { Engine } from '../sql-text.ts';
import { createIndex, createTable, type Index, NOW, qualified, type Table } from './ddl.ts';
import type { Migration } from './migration.ts';

/** SMTP addresses have 320 characters at most; together with an id of 512 that fits an index key of 1,700 bytes. */
const mailbox = { type: 'key', length: 320 } as const;
const stamps = {
  created_at: { type: 'instant', fallback: NOW },
  updated_at: { type: 'instant', fallback: NOW },
} as const;
const DIRECTIONS = ['bidirectional', 'booking_to_outlook', 'outlook_to_booking'];

const resourceMappings: Table = {
  name: 'bridge_resource_mappings',
  columns: {
    id: { type: 'id' },
    resource_id: { type: 'int' },
    outlook_item_id: mailbox,
    outlook_item_name: { type: 'text', length: 255, nullable: true },
    active: { type: 'flag', fallback: 1 },
    sync_direction: { type: 'word', fallback: 'bidirectional', oneOf: DIRECTIONS },
    authority: { type: 'word', fallback: 'shared', oneOf: ['booking', 'outlook', 'shared'] },
    horizon_days: { type: 'int', nullable: true },
    activity_id: { type: 'int', nullable: true },
    agegroup_id: { type: 'int', nullable: true },
    audience_id: { type: 'int', nullable: true },
    ...stamps,
  },
};

const mappings: Table = {
  name: 'bridge_mappings',
  columns: {
    id: { type: 'id' },
    reservation_type: { type: 'word', nullable: true, oneOf: RESERVATION_TYPES },
    reservation_id: { type: 'int', nullable: true },
    resource_id: { type: 'int' },
    outlook_item_id: mailbox,
    outlook_event_id: { type: 'key', nullable: true },
    sync_status: { type: 'word', fallback: 'pending', oneOf: MAPPING_STATUSES },
    sync_direction: { type: 'word', nullable: true, oneOf: DIRECTIONS },
    origin: { type: 'word', fallback: 'booking', oneOf: ['booking', 'outlook'] },
    priority_level: { type: 'int', fallback: 3 },
    generation: { type: 'int', fallback: 0 },
    booking_hash: { type: 'key', length: 128, nullable: true },
    baseline: { type: 'text', nullable: true },
    outlook_change_key: { type: 'key', nullable: true },
    ical_uid: { type: 'key', nullable: true },
    series_master_id: { type: 'key', nullable: true },
    original_start: { type: 'instant', nullable: true },
    subject: { type: 'text', length: 512, nullable: true },
    starts_at: { type: 'key', length: 19, nullable: true },
    ends_at: { type: 'key', length: 19, nullable: true },
    organizer: { type: 'text', length: 512, nullable: true },
    organizer_email: { type: 'text', length: 512, nullable: true },
    snapshot: { type: 'text', nullable: true },
    conflict_kind: { type: 'word', nullable: true, oneOf: ['suppressed', 'overlap', 'edited'] },
    room_copy: { type: 'flag', fallback: 0 },
    gone_since: { type: 'instant', nullable: true },
    error_message: { type: 'text', nullable: true },
    retry_count: { type: 'int', fallback: 0 },
    next_retry_at: { type: 'instant', nullable: true },
    retryable: { type: 'flag', fallback: 1 },
    cancelled_by: { type: 'word', nullable: true, oneOf: ['booking', 'outlook', 'operator'] },
    cancelled_at: { type: 'instant', nullable: true },
    held: { type: 'flag', fallback: 0 },
    last_sync_at: { type: 'instant', nullable: true },
    last_modified_booking: { type: 'instant', nullable: true },
    last_modified_outlook: { type: 'instant', nullable: true },
    ...stamps,
    version: { type: 'int', fallback: 1 },
  },
};

const indexes: readonly Index[] = [
  {
    // One active room per resource (E45) ...
    name: 'ux_bridge_resource_mappings_resource',
    table: 'bridge_resource_mappings',
    columns: ['resource_id'],
    unique: true,
    where: 'active = 1',
  },
  {
    name: 'ix_bridge_resource_mappings_calendar',
    table: 'bridge_resource_mappings',
    columns: ['outlook_item_id'],
  },
  {
    name: 'ux_bridge_mappings_reservation',
    table: 'bridge_mappings',
    columns: ['reservation_id', 'reservation_type', 'resource_id'],
    unique: true,
    where: 'reservation_id IS NOT NULL AND reservation_type IS NOT NULL',
  },
  {
    name: 'ux_bridge_mappings_event',
    table: 'bridge_mappings',
    columns: ['outlook_event_id', 'outlook_item_id'],
    unique: true,
    where: 'outlook_event_id IS NOT NULL',
  },
  mappingIndex('resource', ['resource_id', 'ends_at']),
  mappingIndex('calendar', ['outlook_item_id', 'sync_status', 'ends_at']),
  mappingIndex('status', ['sync_status', 'reservation_type', 'sync_direction']),
  mappingIndex('outlook', ['sync_status', 'conflict_kind', 'reservation_id'], `origin = 'outlook'`),
  mappingIndex('series', ['series_master_id', 'outlook_item_id'], 'series_master_id IS NOT NULL'),
  mappingIndex('gone', ['gone_since'], 'gone_since IS NOT NULL'),
  mappingIndex('cancelled', ['cancelled_at'], 'cancelled_at IS NOT NULL'),
  mappingIndex('created', ['created_at']),
  mappingIndex('updated', ['updated_at']),
];

function mappingIndex(name: string, columns: readonly string[], where?: string): Index {
  const index = { name: `ix_bridge_mappings_${name}`, table: 'bridge_mappings', columns };
  return where === undefined ? index : { ...index, where };
}

/** Rooms, and reservations with their events; the guide's INSERT, verification queries and reset run on them as printed. */
export const roomAndReservationMappings: Migration = {
  version: 1,
  name: 'room-and-reservation-mappings',
  statements: (engine) => [
    createTable(engine, resourceMappings),
    createTable(engine, mappings),
    ...indexes.map((index) => createIndex(engine, index)),
    ...uniqueMailbox(engine),
    createIndex(engine, uniqueMeeting(engine)),
    versionTrigger(engine),
  ],
};

/** ... and one active resource per room (E44). Addresses differ in case only by accident, so case does not count here. */
function uniqueMailbox(engine: Engine): string[] {
  const index: Index = {
    name: 'ux_bridge_resource_mappings_mailbox',
    table: 'bridge_resource_mappings',
    columns: [engine === 'sqlserver' ? 'outlook_item_key' : 'lower(outlook_item_id)'],
    unique: true,
    where: 'active = 1',
  };
  if (engine === 'sqlite') return [createIndex(engine, index)];
  return [
    'ALTER TABLE dbo.bridge_resource_mappings ADD outlook_item_key AS LOWER(outlook_item_id) PERSISTED',
    createIndex(engine, index),
  ];
}

/**
 * One imported copy per meeting and room (R2). A single meeting has no original start; two of them with one iCalUId in one
 * room are the same meeting, so a missing start counts as a value: as NULL does in a unique index of SQL Server.
 */
function uniqueMeeting(engine: Engine): Index {
  const start = engine === 'sqlserver' ? 'original_start' : `coalesce(original_start, '')`;
  return {
    name: 'ux_bridge_mappings_meeting',
    table: 'bridge_mappings',
    columns: ['ical_uid', start, 'outlook_item_id'],
    unique: true,
    where: `origin = 'outlook' AND ical_uid IS NOT NULL`,
  };
}

/**
 * Raises the version of rows that somebody changes by plain SQL, the guide's reset for one: without it a worker that read
 * such a row before the change would write its old view back. The stores set the version themselves.
 */
function versionTrigger(engine: Engine): string {
  const table = qualified(engine, 'bridge_mappings');
  if (engine === 'sqlite') {
    return `CREATE TRIGGER tr_bridge_mappings_version AFTER UPDATE ON ${table}
WHEN NEW.version = OLD.version
BEGIN
  UPDATE bridge_mappings
  SET version = OLD.version + 1, updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', current_timestamp)
  WHERE id = NEW.id;
END`;
  }
  return `CREATE TRIGGER dbo.tr_bridge_mappings_version ON ${table} AFTER UPDATE AS
BEGIN
  SET NOCOUNT ON;
  IF NOT EXISTS (SELECT 1 FROM deleted) RETURN;
  UPDATE t SET version = t.version + 1, updated_at = SYSUTCDATETIME()
  FROM ${table} AS t INNER JOIN deleted AS d ON d.id = t.id AND d.version = t.version;
END`;
}
