import { RESERVATION_TYPES } from '../../domain/reservation.ts';
import { createIndex, createTable, type Index, NOW, type Table } from './ddl.ts';
import type { Migration } from './migration.ts';

const mailbox = { type: 'key', length: 320 } as const;
const created = { created_at: { type: 'instant', fallback: NOW } } as const;
const updated = { updated_at: { type: 'instant', fallback: NOW } } as const;
const optionalInstant = { type: 'instant', nullable: true } as const;
const optionalText = { type: 'text', nullable: true } as const;

const tables: readonly Table[] = [
  {
    name: 'bridge_calendars',
    primaryKey: 'outlook_item_id',
    columns: {
      outlook_item_id: mailbox,
      resource_id: { type: 'int' },
      mailbox_id: { type: 'key', nullable: true },
      delta_link: optionalText,
      delta_from: optionalInstant,
      delta_to: optionalInstant,
      lease_owner: { type: 'word', nullable: true },
      lease_expires_at: optionalInstant,
      fencing_token: { type: 'int', fallback: 0 },
      signal_version: { type: 'int', fallback: 0 },
      handled_version: { type: 'int', fallback: 0 },
      last_poll_at: optionalInstant,
      last_success_at: optionalInstant,
      last_baseline_at: optionalInstant,
      error_count: { type: 'int', fallback: 0 },
      last_error: optionalText,
      quarantined_until: optionalInstant,
      last_proof_at: optionalInstant,
      ...created,
      ...updated,
    },
  },
  {
    // No foreign key to the mapping: an intent outlives it, as its echo may come later.
    name: 'bridge_intents',
    columns: {
      id: { type: 'id' },
      mapping_id: { type: 'int' },
      outlook_item_id: mailbox,
      kind: { type: 'word', oneOf: ['create', 'update', 'delete', 'decline', 'stamp'] },
      cause: { type: 'key' },
      outlook_event_id: { type: 'key', nullable: true },
      create_token: { type: 'word', nullable: true },
      generation: { type: 'int', fallback: 0 },
      content: optionalText,
      content_hash: { type: 'key', length: 128, nullable: true },
      booking_hash: { type: 'key', length: 128, nullable: true },
      fencing_token: { type: 'int' },
      run_id: { type: 'word' },
      status: { type: 'word', fallback: 'open', oneOf: ['open', 'done', 'failed'] },
      ...created,
      closed_at: optionalInstant,
    },
  },
  {
    name: 'bridge_subscriptions',
    primaryKey: 'subscription_id',
    columns: {
      subscription_id: { type: 'word' },
      outlook_item_id: mailbox,
      resource_id: { type: 'int', nullable: true },
      notification_url: { type: 'text' },
      change_types: { type: 'word' },
      client_state: { type: 'key', length: 128, nullable: true },
      expires_at: { type: 'instant' },
      active: { type: 'flag', fallback: 1 },
      last_notification_at: optionalInstant,
      notification_count: { type: 'int', fallback: 0 },
      ...created,
      ...updated,
    },
  },
  {
    name: 'bridge_parked_operations',
    columns: {
      id: { type: 'id' },
      outlook_item_id: mailbox,
      mapping_id: { type: 'int' },
      operation: { type: 'word', oneOf: ['delete-event', 'cancel-reservation', 'decline-event'] },
      cause: { type: 'key' },
      reason: { type: 'text' },
      status: { type: 'word', fallback: 'parked', oneOf: ['parked', 'approved', 'dismissed', 'obsolete'] },
      ...created,
      decided_at: optionalInstant,
    },
  },
  {
    name: 'bridge_runs',
    primaryKey: 'run_id',
    columns: {
      run_id: { type: 'word' },
      job: { type: 'word' },
      triggered_by: { type: 'word' },
      started_at: { type: 'instant', fallback: NOW },
      finished_at: optionalInstant,
      outcome: { type: 'word', fallback: 'running', oneOf: ['running', 'ok', 'partial', 'failed', 'skipped'] },
      counts: { type: 'text', fallback: '{}' },
      error: optionalText,
    },
  },
  {
    name: 'bridge_job_locks',
    primaryKey: 'job',
    columns: { job: { type: 'word' }, owner: { type: 'word' }, expires_at: { type: 'instant' } },
  },
  {
    name: 'bridge_journal',
    columns: {
      id: { type: 'id' },
      at: { type: 'instant', fallback: NOW },
      run_id: { type: 'word' },
      actor: { type: 'word' },
      action: { type: 'word' },
      reason: { type: 'text' },
      cause: { type: 'key', nullable: true },
      outlook_item_id: { ...mailbox, nullable: true },
      resource_id: { type: 'int', nullable: true },
      mapping_id: { type: 'int', nullable: true },
      reservation_type: { type: 'word', nullable: true, oneOf: RESERVATION_TYPES },
      reservation_id: { type: 'int', nullable: true },
      outlook_event_id: { type: 'key', nullable: true },
      before_values: optionalText,
      after_values: optionalText,
    },
  },
  {
    name: 'bridge_alerts',
    columns: {
      id: { type: 'id' },
      kind: { type: 'word' },
      severity: { type: 'word', oneOf: ['info', 'warning', 'critical'] },
      message: { type: 'text' },
      properties: { type: 'text', fallback: '{}' },
      episode: { type: 'key' },
      ...created,
      acknowledged_at: optionalInstant,
      acknowledged_by: { type: 'text', length: 255, nullable: true },
    },
  },
];

const indexes: readonly Index[] = [
  index('calendars', 'resource', ['resource_id']),
  // One open intent per mapping: the claim that keeps two workers from writing one event (R1).
  { ...index('intents', 'open', ['mapping_id'], `status = 'open'`), name: 'ux_bridge_intents_open', unique: true },
  index('intents', 'open_calendar', ['outlook_item_id'], `status = 'open'`),
  index('intents', 'calendar', ['outlook_item_id', 'created_at']),
  index('intents', 'closed', ['closed_at'], 'closed_at IS NOT NULL'),
  index('subscriptions', 'calendar', ['outlook_item_id']),
  {
    ...index('parked_operations', 'mapping', ['mapping_id'], `status = 'parked'`),
    name: 'ux_bridge_parked_operations_mapping',
    unique: true,
  },
  index('parked_operations', 'status', ['status', 'outlook_item_id']),
  index('runs', 'job', ['job', 'started_at']),
  index('runs', 'started', ['started_at']),
  index('journal', 'mapping', ['mapping_id']),
  index('journal', 'calendar', ['outlook_item_id']),
  index('journal', 'run', ['run_id']),
  index('journal', 'action', ['action', 'at']),
  index('journal', 'at', ['at']),
  {
    ...index('alerts', 'episode', ['episode'], 'acknowledged_at IS NULL'),
    name: 'ux_bridge_alerts_episode',
    unique: true,
  },
];

function index(table: string, name: string, columns: readonly string[], where?: string): Index {
  const made = { name: `ix_bridge_${table}_${name}`, table: `bridge_${table}`, columns };
  return where === undefined ? made : { ...made, where };
}

/** Calendars with their leases, intents, subscriptions, the brake's parked operations, runs, journal and alerts. */
export const syncState: Migration = {
  version: 2,
  name: 'sync-state',
  statements: (engine) => [
    ...tables.map((table) => createTable(engine, table)),
    ...indexes.map((each) => createIndex(engine, each)),
  ],
};
