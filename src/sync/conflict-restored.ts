/** Deciding about an event that came back while its slot was taken (E66). */
import type { MappingChange } from '../domain/mapping.ts';
import { toCancelled } from '../domain/mapping-states.ts';
import { instantOf } from '../domain/time.ts';
import { cancelInRoom } from './cancel-room.ts';
import { changedMeanwhile, type Decided, type Deciding, readEvent } from './conflict-deciding.ts';
import { journalEntry } from './journal-entries.ts';
import { reenable } from './restored.ts';

export async function decideRestored(deciding: Deciding): Promise<Decided> {
  const { deps, run, held, row, decision } = deciding;
  const result = { reservationId: row.reservationId, warnings: [] };
  if (decision === 'keep_booking') {
    const due = [{ mappingId: row.id, by: 'operator' as const, reason: 'Decided: keep_booking' }];
    const { rows, stopped } = await cancelInRoom(deps, run, held, due, async (ids) => new Set(ids));
    if (stopped !== null) throw stopped;
    const error = rows[0]?.error ?? null;
    return { ...result, warnings: error === null ? [] : [error] };
  }
  if (decision === 'dismiss') {
    await end(deciding);
    return result;
  }
  const event = await readEvent(deciding);
  await reenable(
    deps,
    run,
    held,
    { kind: 'restored', mapping: row, event },
    decision === 'keep_outlook' ? 'replace' : 'create',
  );
  return result;
}

async function end({ deps, run, held, row, decision }: Deciding): Promise<void> {
  const change: MappingChange = toCancelled('operator', instantOf(deps.clock.now()));
  const lease = { calendar: held.calendar, token: held.lease.token };
  await deps.store.transaction(async (store) => {
    if ((await store.mappings.save([{ id: row.id, version: row.version, change, lease }])).length === 0)
      throw changedMeanwhile(row);
    await store.journal.append([
      journalEntry(run, row, { action: 'conflict-resolved', reason: `Decided: ${decision}` }),
    ]);
  });
}
