/** Finds reservations that are new, changed, newly covered or released, set-based, shard by shard. */

import { bookingHashOf } from '../domain/content.ts';
import { SyncError } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { ReservationKey } from '../domain/reservation.ts';
import type { Room } from '../domain/room.ts';
import type { WallSpan } from '../domain/time.ts';
import { windowOf } from '../domain/window.ts';
import { type DiscoveryPlan, isDoubtful, planDiscovery } from './discover-plan.ts';
import { journalEntry } from './journal-entries.ts';
import type { Operation } from './plan.ts';
import type { DiscoveryRow, MappingSave } from './ports.ts';
import { findReservation } from './push-plan.ts';
import type { PopulateResult } from './results.ts';
import type { RunContext, SyncDeps } from './settings.ts';

/** Far enough back for `include_past`. */
const PAST = '1900-01-01 00:00:00';
/** Waiting imports looked at together; more than anybody enters by hand. */
const IMPORTS = 10_000;

export interface DiscoverInput {
  readonly resourceId?: number;
  /** Only these rooms; `resourceId` wins. */
  readonly resourceIds?: readonly number[];
  readonly includePast?: boolean;
}

export interface Discovery extends PopulateResult {
  readonly rooms: readonly Room[];
  /** Calendars an operator reset (E36). */
  readonly hollow: ReadonlySet<string>;
  readonly operations: readonly Operation[];
}

/**
 * Populates and refreshes the mapping table; no Graph call, no lease needed: rows are guarded by their version.
 * @throws SyncError `unknown` when `resourceId` is no resource or has no active room mapping.
 */
export async function discover(deps: SyncDeps, run: RunContext, input: DiscoverInput = {}): Promise<Discovery> {
  const began = deps.clock.now();
  const rooms = await roomsOf(deps, input);
  if (!run.dryRun) await deps.store.calendars.ensure();
  const total = { candidates: 0, created: 0, updated: 0, conflicts: 0 };
  const hollow = new Set<string>();
  const operations: Operation[] = [];
  for (let at = 0; at < rooms.length; at += deps.settings.shardSize) {
    const shard = rooms.slice(at, at + deps.settings.shardSize);
    const plan = await observe(deps, shard, input.includePast === true);
    for (const calendar of plan.hollow) hollow.add(calendar);
    total.candidates += plan.candidates;
    total.conflicts += plan.conflicts;
    if (run.dryRun) {
      operations.push(...operationsOf(plan));
      continue;
    }
    const written = await applyDiscovery(deps, run, plan);
    total.created += written.created;
    total.updated += written.updated;
  }
  return {
    totalCandidates: total.candidates,
    created: total.created,
    updated: total.updated,
    skipped: Math.max(0, total.candidates - total.created - total.updated),
    conflicts: total.conflicts,
    errors: 0,
    errorDetails: [],
    queuedCalendars: [],
    durationMs: deps.clock.now() - began,
    stoppedEarly: false,
    rooms,
    hollow,
    operations,
    ...(run.dryRun ? { plan: operations } : {}),
  };
}

async function roomsOf(deps: SyncDeps, input: DiscoverInput): Promise<readonly Room[]> {
  if (input.resourceId === undefined) return deps.store.rooms.listActive(input.resourceIds);
  const rooms = await deps.store.rooms.listActive([input.resourceId]);
  if (rooms.length > 0) return rooms;
  const exists = await deps.store.rooms.resourceExists(input.resourceId);
  throw new SyncError(
    'unknown',
    exists
      ? `Resource ${input.resourceId} has no active room mapping; add a row to bridge_resource_mappings.`
      : `Resource ${input.resourceId} does not exist in the booking system.`,
    { field: 'resource_id' },
  );
}

/** Reads a shard (four statements, one more when something is unseen) and plans it. */
export async function observe(deps: SyncDeps, rooms: readonly Room[], includePast: boolean): Promise<DiscoveryPlan> {
  const windows = windowsOf(deps, rooms, includePast);
  const asked = [...windows].map(([resourceId, span]) => ({ resourceId, ...span }));
  const reservations = await deps.store.booking.readRoomReservations(asked);
  const rows = await deps.store.mappings.listForDiscovery(asked);
  const imports = await waitingBesideDoubtful(deps, rows);
  const plan = planDiscovery({ rooms, windows, reservations, rows, imports, settings: deps.settings });
  const known = await rowsOutside(deps, plan);
  const moved = await movedOut(deps, plan.unseen);
  if (known.length === 0 && moved.length === 0) return plan;
  const again =
    known.length === 0
      ? plan
      : planDiscovery({ rooms, windows, reservations, rows: [...rows, ...known], imports, settings: deps.settings });
  return { ...again, saves: [...again.saves, ...moved] };
}

/** Events waiting for their import in rooms with doubtful reservations; usually there are none, and nothing is asked. */
async function waitingBesideDoubtful(deps: SyncDeps, rows: readonly DiscoveryRow[]): Promise<readonly Mapping[]> {
  const calendars = [...new Set(rows.filter(isDoubtful).map((row) => row.calendar))];
  return calendars.length === 0 ? [] : deps.store.mappings.pickImports({ calendars, limit: IMPORTS });
}

function windowsOf(deps: SyncDeps, rooms: readonly Room[], includePast: boolean): ReadonlyMap<number, WallSpan> {
  const { zone, windowPastDays, windowFutureDays } = deps.settings;
  const now = deps.clock.now();
  return new Map(
    rooms.map((room) => {
      const { wall } = windowOf(now, zone, windowPastDays, windowFutureDays, room.horizonDays);
      return [room.resourceId, includePast ? { ...wall, from: PAST } : wall];
    }),
  );
}

/** Rows of planned inserts that exist after all: reservations moved into the window from the past. */
async function rowsOutside(deps: SyncDeps, plan: DiscoveryPlan): Promise<readonly Mapping[]> {
  const keys = plan.inserts.flatMap(({ type, reservationId, resourceId }) =>
    type === null || reservationId === null ? [] : [{ type, id: reservationId, resourceId }],
  );
  return keys.length === 0 ? [] : deps.store.mappings.findByKeys(keys);
}

/** Synced reservations that were moved beyond the window: their Outlook copy must follow them. */
async function movedOut(deps: SyncDeps, unseen: readonly DiscoveryRow[]): Promise<DiscoveryPlan['saves']> {
  const keys = unseen.flatMap((row): ReservationKey[] =>
    row.type === null || row.reservationId === null ? [] : [{ type: row.type, id: row.reservationId }],
  );
  if (keys.length === 0) return [];
  const states = new Map(
    (await deps.store.booking.readStates(keys)).map((state) => [`${state.type}:${state.id}`, state]),
  );
  return unseen.flatMap((row) => {
    const reservation = findReservation(row, states);
    if (reservation === null || bookingHashOf(reservation, deps.settings.content) === row.bookingHash) return [];
    return [{ row, change: { status: 'pending' as const }, reason: 'Moved beyond the window' }];
  });
}

/** Writes a discovery plan: inserts, then version-guarded saves with their journal entries. */
export async function applyDiscovery(
  deps: SyncDeps,
  run: RunContext,
  plan: DiscoveryPlan,
): Promise<{ created: number; updated: number }> {
  const inserted = plan.inserts.length === 0 ? [] : await deps.store.mappings.insert(plan.inserts);
  const changes = await withoutUnderWay(deps, plan.saves);
  if (changes.length === 0) return { created: inserted.length, updated: 0 };
  const updated = await deps.store.transaction(async (store) => {
    const saves = changes.map(({ row, change }): MappingSave => ({ id: row.id, version: row.version, change }));
    const saved = new Set(await store.mappings.save(saves));
    const entries = changes
      .filter(({ row, change }) => saved.has(row.id) && (change.status === 'conflict' || row.status === 'conflict'))
      .map(({ row, change, reason }) =>
        journalEntry(run, row, {
          action: change.status === 'conflict' ? 'mapping-suppressed' : 'mapping-released',
          reason,
        }),
      );
    if (entries.length > 0) await store.journal.append(entries);
    return saved.size;
  });
  return { created: inserted.length, updated };
}

/**
 * A row follows its room to another calendar (E14) only when no write is under way in the old one: an event may have come to be there,
 * and only under the old calendar's lease is it found again.
 */
async function withoutUnderWay(deps: SyncDeps, saves: DiscoveryPlan['saves']): Promise<DiscoveryPlan['saves']> {
  const left = [...new Set(saves.flatMap(({ row, change }) => (change.calendar === undefined ? [] : [row.calendar])))];
  if (left.length === 0) return saves;
  const underWay = new Set((await deps.store.intents.listOpen(left)).map((intent) => intent.mappingId));
  return saves.filter(({ row, change }) => change.calendar === undefined || !underWay.has(row.id));
}

function operationsOf(plan: DiscoveryPlan): Operation[] {
  const created = plan.inserts.map(
    (row): Operation => ({
      side: row.status === 'pending' ? 'outlook' : 'sync',
      action: row.status === 'pending' ? 'create-event' : 'set-status',
      calendar: row.calendar,
      resourceId: row.resourceId,
      mappingId: null,
      type: row.type,
      reservationId: row.reservationId,
      eventId: null,
      reason: row.error ?? 'New in the booking system',
      cause: `push:${row.type}:${row.reservationId}`,
      status: row.status,
    }),
  );
  const changed = plan.saves.map(
    ({ row, change, reason }): Operation => ({
      side: 'sync',
      action: 'set-status',
      calendar: row.calendar,
      resourceId: row.resourceId,
      mappingId: row.id,
      type: row.type,
      reservationId: row.reservationId,
      eventId: row.eventId,
      reason,
      cause: `push:${row.type}:${row.reservationId}`,
      ...(change.status === undefined ? {} : { status: change.status }),
    }),
  );
  return [...created, ...changed];
}
