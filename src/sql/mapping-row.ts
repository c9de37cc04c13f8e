import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { FieldHashes, Mapping, NewMapping } from '../domain/mapping.ts';
import type { JsonColumns, JsonRow, JsonType } from './sql-text.ts';
import type { MappingsTable } from './tables.ts';

export type MappingRow = Selectable<MappingsTable>;

/** Column and type of each field a store writes; `id`, `version` and the time stamps are its own business. */
const FIELDS = {
  type: ['reservation_type', 'word'],
  reservationId: ['reservation_id', 'int'],
  resourceId: ['resource_id', 'int'],
  calendar: ['outlook_item_id', 'key'],
  eventId: ['outlook_event_id', 'key'],
  status: ['sync_status', 'word'],
  direction: ['sync_direction', 'word'],
  origin: ['origin', 'word'],
  priority: ['priority_level', 'int'],
  generation: ['generation', 'int'],
  bookingHash: ['booking_hash', 'key'],
  baseline: ['baseline', 'text'],
  changeKey: ['outlook_change_key', 'key'],
  iCalUId: ['ical_uid', 'key'],
  seriesMasterId: ['series_master_id', 'key'],
  originalStart: ['original_start', 'instant'],
  subject: ['subject', 'text'],
  startsAt: ['starts_at', 'wall'],
  endsAt: ['ends_at', 'wall'],
  organizer: ['organizer', 'text'],
  organizerEmail: ['organizer_email', 'text'],
  snapshot: ['snapshot', 'text'],
  conflictKind: ['conflict_kind', 'word'],
  roomCopy: ['room_copy', 'flag'],
  goneSince: ['gone_since', 'instant'],
  error: ['error_message', 'text'],
  retryCount: ['retry_count', 'int'],
  nextRetryAt: ['next_retry_at', 'instant'],
  retryable: ['retryable', 'flag'],
  cancelledBy: ['cancelled_by', 'word'],
  cancelledAt: ['cancelled_at', 'instant'],
  held: ['held', 'flag'],
  lastSyncAt: ['last_sync_at', 'instant'],
  lastModifiedBooking: ['last_modified_booking', 'instant'],
  lastModifiedOutlook: ['last_modified_outlook', 'instant'],
} as const satisfies Record<keyof NewMapping, readonly [keyof MappingsTable, JsonType]>;

export type MappingField = keyof typeof FIELDS;
export const MAPPING_FIELDS = Object.keys(FIELDS) as MappingField[];

/** Width of the columns for subject, organizer and its address: snapshots for lists, so the rest may go. */
const SNAPSHOT_LENGTH = 512;
const CLIPPED: readonly MappingField[] = ['subject', 'organizer', 'organizerEmail'];

export function columnOf(field: MappingField): keyof MappingsTable {
  return FIELDS[field][0];
}

/** The JSON columns that carry `fields`. */
export function jsonColumnsOf(fields: readonly MappingField[]): JsonColumns {
  return Object.fromEntries(fields.map((field) => FIELDS[field]));
}

/** The given fields under their column names. */
export function cellsOf(fields: Partial<NewMapping>): JsonRow {
  const cells: Record<string, unknown> = {};
  for (const field of MAPPING_FIELDS) {
    if (fields[field] !== undefined) cells[FIELDS[field][0]] = cellOf(field, fields[field]);
  }
  return cells;
}

function cellOf(field: MappingField, value: unknown): unknown {
  if (field === 'baseline') return value === null ? null : JSON.stringify(value);
  return CLIPPED.includes(field) && typeof value === 'string' ? clip(value) : value;
}

/** Cuts to the column's width without splitting a surrogate pair. */
function clip(text: string): string {
  return text.length <= SNAPSHOT_LENGTH ? text : text.slice(0, SNAPSHOT_LENGTH).replace(/[\uD800-\uDBFF]$/, '');
}

const SELECTED = ['id', ...MAPPING_FIELDS.map(columnOf), 'created_at', 'updated_at', 'version'];

/** All columns of `bridge_mappings AS t`. */
export const mappingColumns: RawBuilder<unknown> = sql.raw(SELECTED.map((column) => `t.${column}`).join(', '));

export function toMapping(row: MappingRow): Mapping {
  return {
    id: row.id,
    type: row.reservation_type as Mapping['type'],
    reservationId: row.reservation_id,
    resourceId: row.resource_id,
    calendar: row.outlook_item_id,
    eventId: row.outlook_event_id,
    status: row.sync_status as Mapping['status'],
    direction: row.sync_direction as Mapping['direction'],
    origin: row.origin as Mapping['origin'],
    priority: row.priority_level,
    generation: row.generation,
    bookingHash: row.booking_hash,
    baseline: row.baseline === null ? null : (JSON.parse(row.baseline) as FieldHashes),
    changeKey: row.outlook_change_key,
    iCalUId: row.ical_uid,
    seriesMasterId: row.series_master_id,
    originalStart: row.original_start,
    subject: row.subject,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    organizer: row.organizer,
    organizerEmail: row.organizer_email,
    snapshot: row.snapshot,
    conflictKind: row.conflict_kind as Mapping['conflictKind'],
    roomCopy: row.room_copy === 1,
    goneSince: row.gone_since,
    error: row.error_message,
    retryCount: row.retry_count,
    nextRetryAt: row.next_retry_at,
    retryable: row.retryable === 1,
    cancelledBy: row.cancelled_by as Mapping['cancelledBy'],
    cancelledAt: row.cancelled_at,
    held: row.held === 1,
    lastSyncAt: row.last_sync_at,
    lastModifiedBooking: row.last_modified_booking,
    lastModifiedOutlook: row.last_modified_outlook,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}
