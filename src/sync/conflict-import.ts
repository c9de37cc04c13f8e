/** Deciding about events that wait for their import: beside others (E51), or perhaps one with a reservation. */
import { SyncError } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import { toCancelled } from '../domain/mapping-states.ts';
import type { Room } from '../domain/room.ts';
import { instantOf } from '../domain/time.ts';
import { changedMeanwhile, type Decided, type Deciding, readEvent } from './conflict-deciding.ts';
import { takeOver } from './conflict-edited.ts';
import { linkDoubles, pairDoubles } from './doubles.ts';
import { lookAtImports } from './import-look.ts';
import { type ImportOptions, importMeeting } from './import-meeting.ts';
import { journalEntry } from './journal-entries.ts';
import { findReservation } from './push-plan.ts';
import { readStates } from './reservation-states.ts';
import { stampMarkers } from './stamp.ts';

/** An import in whose place events of the booking system are. */
export async function decideOverlap(deciding: Deciding): Promise<Decided> {
  const { row, decision } = deciding;
  if (decision === 'keep_booking' || decision === 'dismiss') {
    await dropImport(deciding, row);
    return { reservationId: null, warnings: [] };
  }
  return importNow(deciding, row, { onOverlap: decision === 'keep_outlook' ? 'replace' : 'create' });
}

/** A reservation that was not written, because it may stand in Outlook already. */
export async function decideDoubtful(deciding: Deciding): Promise<Decided> {
  const { deps, run, held, row, decision } = deciding;
  const twin = await findTwin(deciding);
  if (decision === 'dismiss') {
    await dropImport(deciding, twin);
    return { reservationId: row.reservationId, warnings: [] };
  }
  if (decision === 'keep_both') return importNow(deciding, twin, { onOverlap: 'create', isSeparate: true });
  if (decision === 'keep_booking' && twin.roomCopy) {
    throw new SyncError(
      'not-allowed',
      "The event is a person's meeting, which is never written to: keep_outlook or keep_both.",
    );
  }
  const linked = await linkDoubles(deps, run, held, await roomOf(deciding), [{ mapping: row, twin }]);
  if (!linked.has(row.id)) throw changedMeanwhile(row);
  if (decision === 'keep_outlook') {
    const [mapping] = await deps.store.mappings.findByIds([row.id]);
    const reservation = mapping === undefined ? null : findReservation(mapping, await readStates(deps, [mapping]));
    if (mapping === undefined || reservation === null) throw changedMeanwhile(row);
    const event = await readEvent({ deps, held, row: mapping });
    await takeOver({ deps, run, held, row: mapping }, reservation, event);
  }
  await stampMarkers(deps, run, held, [row.id]);
  return { reservationId: row.reservationId, warnings: [] };
}

/** The waiting import a doubtful reservation may be one with. */
async function findTwin({ deps, held, row, twinId }: Deciding): Promise<Mapping> {
  const reservation = findReservation(row, await readStates(deps, [row]));
  if (reservation === null)
    throw new SyncError('not-allowed', 'Its reservation is cancelled; detection ends the mapping.');
  const waiting = await deps.store.mappings.pickImports({ calendars: [held.calendar], limit: 10_000 });
  const { exact, doubtful } = pairDoubles([{ mapping: row, reservation }], waiting, deps.settings);
  const twins = [...exact, ...doubtful].map((pair) => pair.twin);
  const named = twinId === undefined ? twins : twins.filter((twin) => twin.id === twinId);
  const [twin] = named;
  if (twin === undefined)
    throw new SyncError('not-allowed', 'Nothing in Outlook is in doubt any more; the next push writes it.');
  if (named.length > 1) {
    const ids = named.map(({ id }) => id).join(', ');
    throw new SyncError('invalid-request', `Several imports may be meant: say which of ${ids}.`, { field: 'twin_id' });
  }
  return twin;
}

async function importNow(deciding: Deciding, row: Mapping, options: ImportOptions): Promise<Decided> {
  const { deps, run, held } = deciding;
  const room = await roomOf(deciding);
  const { looks, failures } = await lookAtImports(deps, [held], new Map([[room.calendar, room]]), [row]);
  const [failure] = failures.values();
  if (failure !== undefined) throw failure;
  const [look] = looks;
  if (look === undefined || look.kind !== 'importable')
    throw new SyncError('not-allowed', look?.reason ?? 'It is gone.');
  const outcome = await importMeeting(deps, run, [look.candidate], options);
  if (outcome.kind !== 'created' && outcome.kind !== 'linked') throw changedMeanwhile(row);
  const mappingIds = outcome.linked.map(({ mappingId }) => mappingId);
  await stampMarkers(deps, run, held, mappingIds);
  await deps.store.journal.append([
    journalEntry(run, row, { action: 'conflict-resolved', reason: `Decided: ${deciding.decision}` }),
  ]);
  return { reservationId: outcome.reservationId, warnings: outcome.warnings };
}

/** The event stays in Outlook and is left alone until somebody changes it there. */
async function dropImport({ deps, run, held, decision }: Deciding, row: Mapping): Promise<void> {
  const change = toCancelled('operator', instantOf(deps.clock.now()));
  const lease = { calendar: held.calendar, token: held.lease.token };
  await deps.store.transaction(async (store) => {
    if ((await store.mappings.save([{ id: row.id, version: row.version, change, lease }])).length === 0)
      throw changedMeanwhile(row);
    const { subject, startsAt, endsAt } = row;
    await store.journal.append([
      journalEntry(run, row, {
        action: 'conflict-resolved',
        reason: `Decided: ${decision}`,
        before: { outlook: { subject, startsAt, endsAt } },
      }),
    ]);
  });
}

async function roomOf({ deps, row }: Deciding): Promise<Room> {
  const [room] = await deps.store.rooms.listActive([row.resourceId]);
  if (room === undefined) throw new SyncError('not-allowed', `Resource ${row.resourceId} has no active room mapping.`);
  return room;
}
