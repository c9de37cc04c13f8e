/** What an import would do, for dry runs: the same questions outside of a transaction. */
import { importTextOf } from '../domain/content.ts';
import { causeOf } from './import-link.ts';
import type { Candidate } from './import-look.ts';
import { findDouble, findInTheWay, idsOf } from './import-overlap.ts';
import type { Operation } from './plan.ts';
import type { SyncDeps } from './settings.ts';

/** One operation per copy: a new reservation, a room more of one, or a conflict. */
export async function planImports(
  deps: SyncDeps,
  meetings: readonly (readonly Candidate[])[],
): Promise<readonly Operation[]> {
  const plan: Operation[] = [];
  for (const meeting of meetings) plan.push(...(await planMeeting(deps, meeting)));
  return plan;
}

async function planMeeting(deps: SyncDeps, meeting: readonly Candidate[]): Promise<readonly Operation[]> {
  const [first] = meeting;
  if (first === undefined) return [];
  const { iCalUId, originalStart } = first.row;
  const rows = iCalUId === null ? [] : await deps.store.mappings.findByMeetings([{ iCalUId, originalStart }]);
  const sibling = rows.find((row) => row.reservationId !== null && row.status !== 'cancelled')?.reservationId ?? null;
  const inTheWay = await findInTheWay(deps.store, deps.settings, meeting, null);
  const joined = sibling ?? findDouble(inTheWay, importTextOf(first.event, deps.settings));
  const others = idsOf(inTheWay).filter((id) => id !== joined);
  return meeting.map((candidate, index): Operation => {
    const base = operationOf(candidate);
    if (joined !== null) {
      return { ...base, side: 'booking', action: 'link-room', reservationId: joined, reason: 'The reservation exists' };
    }
    if (others.length > 0 && deps.settings.importOnOverlap === 'conflict') {
      const reason = `Overlaps ${others.map((id) => `event:${id}`).join(', ')}`;
      return { ...base, side: 'sync', action: 'set-status', status: 'conflict', reason };
    }
    if (index > 0) return { ...base, side: 'booking', action: 'link-room', reason: 'The same meeting in another room' };
    return { ...base, side: 'booking', action: 'create-reservation', reason: 'Booked in Outlook' };
  });
}

function operationOf({ row }: Candidate): Omit<Operation, 'side' | 'action' | 'reason'> {
  return {
    calendar: row.calendar,
    resourceId: row.resourceId,
    mappingId: row.id,
    type: 'event',
    reservationId: null,
    eventId: row.eventId,
    cause: causeOf(row),
  };
}
