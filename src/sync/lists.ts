import type { PendingList } from './results.ts';
import type { SyncDeps } from './settings.ts';

/** What the next push would take: pending rows and retryable errors, best priority first (S45, S46, I5, I17). */
export async function listPending(deps: SyncDeps, { limit }: { limit: number }): Promise<PendingList> {
  const rows = await deps.store.mappings.pickPushable({ limit });
  const total = await deps.store.mappings.countPushable({});
  const rooms = rows.length === 0 ? [] : await deps.store.rooms.listAll();
  const names = new Map(rooms.map((room) => [room.calendar, room.calendarName]));
  return { rows: rows.map((row) => ({ ...row, calendarName: names.get(row.calendar) ?? null })), total };
}
