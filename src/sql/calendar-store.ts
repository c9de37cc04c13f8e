import { type Selectable, sql } from 'kysely';
import { SyncError } from '../domain/errors.ts';
import type { CalendarChange, CalendarState, CalendarStore, RoomLease } from '../sync/ports.ts';
import type { SqlExecutor } from './executor.ts';
import type { JsonColumns, JsonRow, JsonType } from './sql-text.ts';
import type { CalendarsTable } from './tables.ts';
import { retryOnUniqueViolation } from './unique-retry.ts';

const TABLE = 'bridge_calendars';

type CalendarRow = Omit<Selectable<CalendarsTable>, 'created_at' | 'updated_at'>;

const COLUMNS = [
  'outlook_item_id',
  'resource_id',
  'mailbox_id',
  'delta_link',
  'delta_from',
  'delta_to',
  'lease_owner',
  'lease_expires_at',
  'fencing_token',
  'signal_version',
  'handled_version',
  'last_poll_at',
  'last_success_at',
  'last_baseline_at',
  'error_count',
  'last_error',
  'quarantined_until',
  'last_proof_at',
] as const satisfies readonly (keyof CalendarRow)[];

/** What `save` may change. */
const SAVED = {
  mailboxId: ['mailbox_id', 'key'],
  deltaLink: ['delta_link', 'text'],
  deltaFrom: ['delta_from', 'instant'],
  deltaTo: ['delta_to', 'instant'],
  handledVersion: ['handled_version', 'int'],
  lastPollAt: ['last_poll_at', 'instant'],
  lastSuccessAt: ['last_success_at', 'instant'],
  lastBaselineAt: ['last_baseline_at', 'instant'],
  errorCount: ['error_count', 'int'],
  lastError: ['last_error', 'text'],
  quarantinedUntil: ['quarantined_until', 'instant'],
  lastProofAt: ['last_proof_at', 'instant'],
} as const satisfies Record<keyof Omit<CalendarChange, 'calendar' | 'token'>, readonly [keyof CalendarRow, JsonType]>;

type SavedField = keyof typeof SAVED;
const SAVED_FIELDS = Object.keys(SAVED) as SavedField[];

/** A room that moved to another resource keeps its calendar's state; the resource follows with the next claim. */
const CURRENT_RESOURCE = sql.raw(`COALESCE((SELECT r.resource_id FROM bridge_resource_mappings AS r
  WHERE r.outlook_item_id = t.outlook_item_id AND r.active = 1), t.resource_id)`);

const LEASE = { calendar: 'key', token: 'int' } as const;
const HOLDS_LEASE = sql.raw('t.outlook_item_id = j.calendar AND t.fencing_token = j.token');

/** `bridge_calendars`: leases on the database's clock, signals and polling state. */
export function createCalendarStore({ db, text }: SqlExecutor): CalendarStore {
  const leased = (leases: readonly RoomLease[]) =>
    text.rows(
      'j',
      LEASE,
      leases.map(({ calendar, token }) => ({ calendar, token })),
    );
  const named = async (written: ReturnType<typeof text.update<{ outlook_item_id: string }>>) =>
    (await written.execute(db)).rows.map((row) => row.outlook_item_id);
  const returning = ['outlook_item_id'];
  return {
    ensure: async () => {
      const missing = text.insert({
        table: TABLE,
        columns: ['outlook_item_id', 'resource_id'],
        select: sql`SELECT r.outlook_item_id, r.resource_id FROM bridge_resource_mappings AS r WHERE r.active = 1
          AND NOT EXISTS (SELECT 1 FROM bridge_calendars AS t WHERE t.outlook_item_id = r.outlook_item_id)`,
        returning,
      });
      return (await retryOnUniqueViolation(() => missing.execute(db))).rows.length;
    },
    list: async (calendars) => {
      if (calendars?.length === 0) return [];
      const where = calendars === undefined ? sql`` : sql`WHERE t.outlook_item_id IN ${text.list('key', calendars)}`;
      const columns = sql.raw(
        COLUMNS.filter((column) => column !== 'resource_id')
          .map((column) => `t.${column}`)
          .join(', '),
      );
      const { rows } = await sql<CalendarRow>`SELECT ${columns}, ${CURRENT_RESOURCE} AS resource_id
        FROM bridge_calendars AS t ${where} ORDER BY t.outlook_item_id`.execute(db);
      return rows.map(toState);
    },
    claim: async (calendars, owner, ttlMs) => {
      if (calendars.length === 0) return [];
      const claimed = await text
        .update<CalendarRow>({
          table: TABLE,
          set: sql`lease_owner = ${owner}, lease_expires_at = ${text.nowPlus(ttlMs)}, fencing_token = t.fencing_token + 1,
            resource_id = ${CURRENT_RESOURCE}, updated_at = ${text.now()}`,
          where: sql`t.outlook_item_id IN ${text.list('key', calendars)}
            AND (t.lease_expires_at IS NULL OR t.lease_expires_at <= ${text.now()})`,
          returning: COLUMNS,
        })
        .execute(db);
      return claimed.rows.map(toLease).sort(byCalendar);
    },
    renew: async (leases, ttlMs) => {
      if (leases.length === 0) return [];
      return named(
        text.update({
          table: TABLE,
          set: sql`lease_expires_at = ${text.nowPlus(ttlMs)}, updated_at = ${text.now()}`,
          from: leased(leases),
          where: sql`${HOLDS_LEASE} AND t.lease_expires_at > ${text.now()}`,
          returning,
        }),
      );
    },
    release: async (leases) => {
      if (leases.length === 0) return;
      await text
        .update({
          table: TABLE,
          set: sql`lease_owner = NULL, lease_expires_at = NULL, updated_at = ${text.now()}`,
          from: leased(leases),
          where: HOLDS_LEASE,
          returning: [],
        })
        .execute(db);
    },
    signal: async (calendars) => {
      if (calendars.length === 0) return;
      await text
        .update({
          table: TABLE,
          set: sql`signal_version = t.signal_version + 1, updated_at = ${text.now()}`,
          where: sql`t.outlook_item_id IN ${text.list('key', calendars)}`,
          returning: [],
        })
        .execute(db);
    },
    save: async (changes) => {
      if (changes.length === 0) return [];
      if (new Set(changes.map(({ calendar }) => calendar)).size < changes.length) {
        throw new SyncError(
          'bug',
          'One call saves each calendar once: which change is the last would be left to chance.',
        );
      }
      const { columns, rows, assignments } = saveParts(changes);
      return named(
        text.update({
          table: TABLE,
          set: sql`${sql.raw(assignments)}updated_at = ${text.now()}`,
          from: text.rows('j', columns, rows),
          where: sql`${HOLDS_LEASE} AND t.lease_expires_at > ${text.now()}`,
          returning,
        }),
      );
    },
  };
}

/** A column that only some rows change is written where a flag of the row says so. */
function saveParts(changes: readonly CalendarChange[]): { columns: JsonColumns; rows: JsonRow[]; assignments: string } {
  const fields = SAVED_FIELDS.filter((field) => changes.some((change) => change[field] !== undefined));
  const columns: Record<string, JsonType> = { ...LEASE };
  const assignments = fields.map((field) => {
    const [column, type] = SAVED[field];
    columns[column] = type;
    if (changes.every((change) => change[field] !== undefined)) return `${column} = j.${column}, `;
    columns[`set_${column}`] = 'flag';
    return `${column} = CASE WHEN j.set_${column} = 1 THEN j.${column} ELSE t.${column} END, `;
  });
  const rows = changes.map((change) => {
    const row: Record<string, unknown> = { calendar: change.calendar, token: change.token };
    for (const field of fields) {
      const [column] = SAVED[field];
      row[column] = change[field];
      row[`set_${column}`] = change[field] !== undefined;
    }
    return row;
  });
  return { columns, rows, assignments: assignments.join('') };
}

function toState(row: CalendarRow): CalendarState {
  return {
    calendar: row.outlook_item_id,
    resourceId: row.resource_id,
    mailboxId: row.mailbox_id,
    deltaLink: row.delta_link,
    deltaFrom: row.delta_from,
    deltaTo: row.delta_to,
    leaseOwner: row.lease_owner,
    leaseExpiresAt: row.lease_expires_at,
    fencingToken: row.fencing_token,
    signalVersion: row.signal_version,
    handledVersion: row.handled_version,
    lastPollAt: row.last_poll_at,
    lastSuccessAt: row.last_success_at,
    lastBaselineAt: row.last_baseline_at,
    errorCount: row.error_count,
    lastError: row.last_error,
    quarantinedUntil: row.quarantined_until,
    lastProofAt: row.last_proof_at,
  };
}

function toLease(row: CalendarRow): RoomLease {
  const state = toState(row);
  return { calendar: state.calendar, owner: state.leaseOwner ?? '', token: state.fencingToken, state };
}

function byCalendar(one: RoomLease, other: RoomLease): number {
  return one.calendar < other.calendar ? -1 : 1;
}
