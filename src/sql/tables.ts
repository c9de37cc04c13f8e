import type { Generated } from 'kysely';
import type { Instant, WallClock } from '../domain/time.ts';

/**
 * The sync's own tables, column for column as in `migrations/`, on both engines. `Generated` columns have a default, so that
 * an operator's plain INSERT needs to name only the others. Flags are 0 or 1. JSON is text.
 */
export interface Tables {
  bridge_resource_mappings: ResourceMappingsTable;
  bridge_mappings: MappingsTable;
  bridge_calendars: CalendarsTable;
  bridge_intents: IntentsTable;
  bridge_subscriptions: SubscriptionsTable;
  bridge_runs: RunsTable;
  bridge_job_locks: JobLocksTable;
  bridge_journal: JournalTable;
  bridge_alerts: AlertsTable;
  bridge_parked_operations: ParkedOperationsTable;
  bridge_schema_versions: SchemaVersionsTable;
}

/** Names of the tables above; the app reads and writes rows of all, but the last only the migrations write. */
export const SYNC_TABLES = [
  'bridge_resource_mappings',
  'bridge_mappings',
  'bridge_calendars',
  'bridge_intents',
  'bridge_subscriptions',
  'bridge_runs',
  'bridge_job_locks',
  'bridge_journal',
  'bridge_alerts',
  'bridge_parked_operations',
  'bridge_schema_versions',
] as const satisfies readonly (keyof Tables)[];

type Flag = 0 | 1;
/** A nullable column without a value means NULL. */
type Optional<T> = Generated<T | null>;

/** Which resource is which room mailbox: filled in by the operator. */
export interface ResourceMappingsTable {
  id: Generated<number>;
  resource_id: number;
  /** Room mailbox: address or object id; called the calendar in this project. */
  outlook_item_id: string;
  outlook_item_name: Optional<string>;
  active: Generated<number>;
  sync_direction: Generated<string>;
  authority: Generated<string>;
  horizon_days: Optional<number>;
  activity_id: Optional<number>;
  agegroup_id: Optional<number>;
  audience_id: Optional<number>;
  created_at: Generated<Instant>;
  updated_at: Generated<Instant>;
}

/** One reservation on one room and its event; `Mapping` in the domain. */
export interface MappingsTable {
  id: Generated<number>;
  reservation_type: Optional<string>;
  reservation_id: Optional<number>;
  resource_id: number;
  outlook_item_id: string;
  outlook_event_id: Optional<string>;
  sync_status: Generated<string>;
  sync_direction: Optional<string>;
  origin: Generated<string>;
  priority_level: Generated<number>;
  generation: Generated<number>;
  booking_hash: Optional<string>;
  /** JSON: one hash per synced field. */
  baseline: Optional<string>;
  outlook_change_key: Optional<string>;
  ical_uid: Optional<string>;
  series_master_id: Optional<string>;
  original_start: Optional<Instant>;
  subject: Optional<string>;
  starts_at: Optional<WallClock>;
  ends_at: Optional<WallClock>;
  organizer: Optional<string>;
  organizer_email: Optional<string>;
  snapshot: Optional<string>;
  conflict_kind: Optional<string>;
  room_copy: Generated<Flag>;
  gone_since: Optional<Instant>;
  error_message: Optional<string>;
  retry_count: Generated<number>;
  next_retry_at: Optional<Instant>;
  retryable: Generated<Flag>;
  cancelled_by: Optional<string>;
  cancelled_at: Optional<Instant>;
  held: Generated<Flag>;
  last_sync_at: Optional<Instant>;
  last_modified_booking: Optional<Instant>;
  last_modified_outlook: Optional<Instant>;
  created_at: Generated<Instant>;
  updated_at: Generated<Instant>;
  /** Raised by every UPDATE: by the stores themselves, by a trigger for anybody else's. */
  version: Generated<number>;
}

/** What the sync knows of one room calendar; `CalendarState`. */
export interface CalendarsTable {
  outlook_item_id: string;
  resource_id: number;
  mailbox_id: Optional<string>;
  delta_link: Optional<string>;
  delta_from: Optional<Instant>;
  delta_to: Optional<Instant>;
  lease_owner: Optional<string>;
  lease_expires_at: Optional<Instant>;
  fencing_token: Generated<number>;
  signal_version: Generated<number>;
  handled_version: Generated<number>;
  last_poll_at: Optional<Instant>;
  last_success_at: Optional<Instant>;
  last_baseline_at: Optional<Instant>;
  error_count: Generated<number>;
  last_error: Optional<string>;
  quarantined_until: Optional<Instant>;
  last_proof_at: Optional<Instant>;
  created_at: Generated<Instant>;
  updated_at: Generated<Instant>;
}

/** A Graph write noted before it is sent; `Intent`. Outlives its mapping: an echo may come later. */
export interface IntentsTable {
  id: Generated<number>;
  mapping_id: number;
  outlook_item_id: string;
  kind: string;
  cause: string;
  outlook_event_id: Optional<string>;
  create_token: Optional<string>;
  generation: Generated<number>;
  content: Optional<string>;
  content_hash: Optional<string>;
  booking_hash: Optional<string>;
  fencing_token: number;
  run_id: string;
  status: Generated<string>;
  created_at: Generated<Instant>;
  closed_at: Optional<Instant>;
}

/** Webhook subscriptions at Graph. */
export interface SubscriptionsTable {
  subscription_id: string;
  outlook_item_id: string;
  resource_id: Optional<number>;
  notification_url: string;
  change_types: string;
  client_state: Optional<string>;
  expires_at: Instant;
  active: Generated<Flag>;
  last_notification_at: Optional<Instant>;
  notification_count: Generated<number>;
  created_at: Generated<Instant>;
  updated_at: Generated<Instant>;
}

export interface RunsTable {
  run_id: string;
  job: string;
  triggered_by: string;
  started_at: Generated<Instant>;
  finished_at: Optional<Instant>;
  outcome: Generated<string>;
  /** JSON: counts by name. */
  counts: Generated<string>;
  error: Optional<string>;
}

export interface JobLocksTable {
  job: string;
  owner: string;
  expires_at: Instant;
}

/** What we did and why; `JournalRow`. */
export interface JournalTable {
  id: Generated<number>;
  at: Generated<Instant>;
  run_id: string;
  actor: string;
  action: string;
  reason: string;
  cause: Optional<string>;
  outlook_item_id: Optional<string>;
  resource_id: Optional<number>;
  mapping_id: Optional<number>;
  reservation_type: Optional<string>;
  reservation_id: Optional<number>;
  outlook_event_id: Optional<string>;
  /** JSON; blanked after the retention. */
  before_values: Optional<string>;
  after_values: Optional<string>;
}

export interface AlertsTable {
  id: Generated<number>;
  kind: string;
  severity: string;
  message: string;
  properties: Generated<string>;
  /** At most one unacknowledged alert per episode. */
  episode: string;
  created_at: Generated<Instant>;
  acknowledged_at: Optional<Instant>;
  acknowledged_by: Optional<string>;
}

/** Cancellations held by the brake; `ParkedOperation`. */
export interface ParkedOperationsTable {
  id: Generated<number>;
  outlook_item_id: string;
  mapping_id: number;
  operation: string;
  cause: string;
  reason: string;
  status: Generated<string>;
  created_at: Generated<Instant>;
  decided_at: Optional<Instant>;
}

export interface SchemaVersionsTable {
  version: number;
  name: string;
  applied_at: Generated<Instant>;
}
