/**
 * T18: removes mappings that stand for nothing any more. Imported rows and rows whose Outlook copy still has to go are kept (S79), and so are
 * people's meetings that were left in Outlook: forgotten, they would be imported anew.
 */
import type { Mapping } from '../domain/mapping.ts';
import type { WallSpan } from '../domain/time.ts';
import { windowOf } from '../domain/window.ts';
import { journalEntry } from './journal-entries.ts';
import type { Operation } from './plan.ts';
import { isOver } from './pull-steps.ts';
import type { CleanupResult } from './results.ts';
import { type HeldRoom, withRooms } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

/** Rows looked at by one call; what is more waits for the next night. */
const LIMIT = 5000;

/** Removes orphaned and hollow mappings. A room with hollow rows is looked through again before its next create (E36). */
export async function cleanupOrphans(deps: SyncDeps, run: RunContext): Promise<CleanupResult> {
  const began = deps.clock.now();
  const ids = await deps.store.booking.findOrphans(LIMIT);
  const rows = ids.length === 0 ? [] : await deps.store.mappings.findByIds(ids);
  const { zone, windowPastDays, windowFutureDays } = deps.settings;
  const { wall } = windowOf(began, zone, windowPastDays, windowFutureDays, null);
  const stays = (row: Mapping) => needsOutlookFirst(row) || isLeftInOutlook(row, wall);
  const kept = rows.filter(stays);
  const orphans = rows.filter((row) => !stays(row));
  const removed = run.dryRun ? orphans : await removeByRoom(deps, run, orphans);
  return {
    deletedCount: removed.length,
    keptForOutlookCleanup: kept.length,
    details: removed.map((row) => ({
      mappingId: row.id,
      type: row.type,
      reservationId: row.reservationId,
      resourceId: row.resourceId,
      reason: reasonOf(row),
    })),
    errorDetails: [],
    queuedCalendars: [],
    durationMs: deps.clock.now() - began,
    stoppedEarly: false,
    ...(run.dryRun ? { plan: orphans.map(operationOf) } : {}),
  };
}

function operationOf(row: Mapping): Operation {
  const { calendar, resourceId, id: mappingId, type, reservationId, eventId } = row;
  const base = { calendar, resourceId, mappingId, type, reservationId, eventId };
  return {
    ...base,
    side: 'sync',
    action: 'set-status',
    status: 'removed',
    reason: reasonOf(row),
    cause: `cleanup:${mappingId}`,
  };
}

function needsOutlookFirst(row: Mapping): boolean {
  return row.eventId !== null && row.status !== 'cancelled';
}

/** Only while it lies in the window: what is over is not imported anyway. */
function isLeftInOutlook(row: Mapping, window: WallSpan): boolean {
  return row.eventId !== null && row.roomCopy && row.cancelledBy !== 'outlook' && !isOver(row, window);
}

/** Under the rooms' leases, so that no write is under way for a row that goes; rooms held by others keep theirs until next time. */
async function removeByRoom(deps: SyncDeps, run: RunContext, orphans: readonly Mapping[]): Promise<readonly Mapping[]> {
  await deps.store.calendars.ensure();
  const byCalendar = Map.groupBy(orphans, (row) => row.calendar);
  const outcome = await withRooms(deps, run, [...byCalendar.keys()], (held) =>
    removeInRoom(deps, run, held, byCalendar.get(held.calendar) ?? []),
  );
  return outcome.done.flatMap(({ result }) => (result.ok ? result.value : []));
}

async function removeInRoom(
  deps: SyncDeps,
  run: RunContext,
  held: HeldRoom,
  rows: readonly Mapping[],
): Promise<readonly Mapping[]> {
  const busy = new Set((await deps.store.intents.listOpen([held.calendar])).map((intent) => intent.mappingId));
  const idle = rows.filter((row) => !busy.has(row.id));
  if (idle.length === 0) return [];
  return deps.store.transaction(async (store) => {
    const ids = new Set(await store.mappings.remove(idle.map((row) => ({ id: row.id, version: row.version }))));
    const removed = idle.filter((row) => ids.has(row.id));
    if (removed.some(isHollow)) {
      await store.calendars.save([{ calendar: held.calendar, token: held.lease.token, lastBaselineAt: null }]);
    }
    if (removed.length > 0) {
      await store.journal.append(
        removed.map((row) =>
          journalEntry(run, row, { action: 'mapping-removed', reason: reasonOf(row), before: { status: row.status } }),
        ),
      );
    }
    return removed;
  });
}

function isHollow(row: Mapping): boolean {
  return row.reservationId === null && row.eventId === null;
}

function reasonOf(row: Mapping): string {
  return isHollow(row) ? 'Neither reservation nor event' : 'The reservation does not exist any more';
}
