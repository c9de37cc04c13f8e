/** Cancels mappings of one held room whose reservation is proven gone: delete or decline the event, then T8; failures are T9. */

import type { SyncError } from '../domain/errors.ts';
import type { Mapping, MappingChange } from '../domain/mapping.ts';
import { toCancelled } from '../domain/mapping-states.ts';
import { instantOf } from '../domain/time.ts';
import { applyWrites, type StillDue } from './apply.ts';
import { journalEntry } from './journal-entries.ts';
import { deletion } from './push-plan.ts';
import { recoverIntents } from './recover.ts';
import type { HeldRoom } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

/** One mapping to cancel, why, and on whose word. */
export interface Cancellation {
  readonly mappingId: number;
  readonly by: 'booking' | 'operator';
  readonly reason: string;
  /** Passed the brake for having no event: one that turned up since is left to the next detection (R4). */
  readonly isUnjudged?: boolean;
}

export interface CancelledRow {
  readonly mappingId: number;
  /** `deleted`: an event went; `row-only`: there was none to delete, or it is not ours to delete. */
  readonly outcome: 'deleted' | 'row-only' | 'failed' | 'later';
  readonly warning: string | null;
  readonly error: string | null;
}

export interface RoomCancellations {
  readonly rows: readonly CancelledRow[];
  readonly stopped: SyncError | null;
}

/** S110. */
export const NO_EVENT_MESSAGE = 'No Outlook event ID to delete';
const LEFT_MESSAGE = 'Left in Outlook: the room is only a guest of this meeting.';

/**
 * Cancels what `stillDue` confirms under the lease: the proof is taken again when the room is held, so that a reservation re-enabled a
 * moment ago is left alone (R3).
 */
export async function cancelInRoom(
  deps: SyncDeps,
  run: RunContext,
  held: HeldRoom,
  due: readonly Cancellation[],
  stillDue: StillDue,
): Promise<RoomCancellations> {
  await recoverIntents(deps, run, held, await deps.store.intents.listOpen([held.calendar]));
  const confirmed = await stillDue(due.map((one) => one.mappingId));
  const wanted = new Map(due.filter((one) => confirmed.has(one.mappingId)).map((one) => [one.mappingId, one]));
  const mappings = await deps.store.mappings.findByIds([...wanted.keys()]);
  // A row an operator emptied meanwhile (E36) stands for nothing that could be cancelled, and must stay to tell of the reset.
  const live = mappings.filter(
    (row) =>
      row.reservationId !== null &&
      row.status !== 'cancelled' &&
      row.status !== 'imported' &&
      row.calendar === held.calendar &&
      (row.eventId === null || wanted.get(row.id)?.isUnjudged !== true),
  );
  const alone = live.filter((row) => row.eventId === null || (row.roomCopy && !deps.settings.declineRoomCopies));
  const rows = await cancelRowsAlone(deps, run, held, alone, wanted);
  const recovered = mappings.filter((row) => row.status === 'cancelled').map((row) => finished(row, 'deleted'));
  const writes = live
    .filter((row) => !alone.includes(row))
    .map((row) =>
      deletion(row, { to: 'cancelled', by: wanted.get(row.id)?.by ?? 'booking' }, wanted.get(row.id)?.reason ?? ''),
    );
  const result = await applyWrites(deps, run, held, writes, stillDue);
  const sent = result.applied.map(({ planned, action, error }): CancelledRow => {
    if (action === 'deleted') return finished(planned.mapping, 'deleted');
    if (action === 'unchanged') return { ...finished(planned.mapping, 'row-only'), warning: LEFT_MESSAGE };
    if (action === 'error') return { ...finished(planned.mapping, 'failed'), error };
    return { ...finished(planned.mapping, 'later'), error };
  });
  return { rows: [...rows, ...recovered, ...sent], stopped: result.stopped };
}

/** E48: never pushed, so no Graph call; and room copies that stay, because declining is switched off. */
async function cancelRowsAlone(
  deps: SyncDeps,
  run: RunContext,
  held: HeldRoom,
  mappings: readonly Mapping[],
  wanted: ReadonlyMap<number, Cancellation>,
): Promise<readonly CancelledRow[]> {
  if (mappings.length === 0) return [];
  const now = instantOf(deps.clock.now());
  const lease = { calendar: held.calendar, token: held.lease.token };
  const saved = await deps.store.transaction(async (store) => {
    const ids = new Set(
      await store.mappings.save(
        mappings.map((row) => ({ id: row.id, version: row.version, change: changeAlone(row, wanted, now), lease })),
      ),
    );
    await store.journal.append(
      mappings
        .filter((row) => ids.has(row.id))
        .map((row) =>
          journalEntry(run, row, {
            action: 'mapping-cancelled',
            reason: wanted.get(row.id)?.reason ?? '',
            before: { status: row.status },
          }),
        ),
    );
    return ids;
  });
  return mappings.map((row) => {
    if (!saved.has(row.id)) return finished(row, 'later');
    return { ...finished(row, 'row-only'), warning: row.eventId === null ? NO_EVENT_MESSAGE : LEFT_MESSAGE };
  });
}

function changeAlone(row: Mapping, wanted: ReadonlyMap<number, Cancellation>, now: string): MappingChange {
  const change = toCancelled(wanted.get(row.id)?.by ?? 'booking', now);
  return row.eventId === null ? change : { ...change, error: LEFT_MESSAGE };
}

function finished(row: Mapping, outcome: CancelledRow['outcome']): CancelledRow {
  return { mappingId: row.id, outcome, warning: null, error: null };
}
