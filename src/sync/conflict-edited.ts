/** Deciding between two versions of one reservation (E10, E47). */
import { bookingHashOf, canonicalOfEvent, changedFields, hashesOfReservation, hashFields } from '../domain/content.ts';
import { SyncError } from '../domain/errors.ts';
import type { MappingChange } from '../domain/mapping.ts';
import { toPending, toSynced } from '../domain/mapping-states.ts';
import { type FieldDecision, type MergeResult, mayPatch, type SyncedField } from '../domain/merge.ts';
import type { RoomReservation } from '../domain/reservation.ts';
import type { RoomEvent } from '../domain/room-event.ts';
import { instantOf } from '../domain/time.ts';
import { changedMeanwhile, type Decided, type Deciding, readEvent } from './conflict-deciding.ts';
import { applyEdit } from './edits.ts';
import { journalEntry } from './journal-entries.ts';
import { findReservation } from './push-plan.ts';
import { readStates } from './reservation-states.ts';

export async function decideEdited(deciding: Deciding): Promise<Decided> {
  const { deps, held, row, decision } = deciding;
  const reservation = findReservation(row, await readStates(deps, [row]));
  if (reservation === null)
    throw new SyncError('not-allowed', 'Its reservation is cancelled; detection ends the mapping.');
  const event = await readEvent(deciding);
  const roomCopy = !mayPatch(event);
  const agreed = { changeKey: event.changeKey, roomCopy, lastModifiedOutlook: event.lastModifiedAt };
  switch (decision) {
    case 'keep_booking':
      if (roomCopy) throw new SyncError('not-allowed', 'People were invited to the event: it is not written to (R9).');
      // Nothing counts as agreed, so that the push writes every field.
      await save(deciding, { ...toPending(), ...agreed, baseline: null }, event);
      break;
    case 'keep_outlook':
      await takeOver(deciding, reservation, event);
      break;
    case 'keep_both':
    case 'dismiss': {
      const baseline = hashFields(canonicalOfEvent(event, deps.settings, row.origin));
      const bookingHash = bookingHashOf(reservation, deps.settings.content);
      await save(deciding, { ...toSynced(instantOf(deps.clock.now())), ...agreed, baseline, bookingHash }, event);
      break;
    }
  }
  await held.limits();
  return { reservationId: row.reservationId, warnings: [] };
}

/** The event's version goes into the reservation, whatever else is in its place: a person said so. */
export async function takeOver(
  { deps, run, held, row }: Pick<Deciding, 'deps' | 'run' | 'held' | 'row'>,
  reservation: RoomReservation,
  event: RoomEvent,
): Promise<void> {
  const { settings } = deps;
  const outlook = hashFields(canonicalOfEvent(event, settings, row.origin));
  const booking = hashesOfReservation(reservation, settings, row.origin);
  const different = new Set<SyncedField>(changedFields(booking, outlook));
  const decide = (field: SyncedField): FieldDecision =>
    different.has(field) && field !== 'location' ? 'to-booking' : 'none';
  const merge: MergeResult = {
    fields: {
      subject: decide('subject'),
      body: decide('body'),
      time: decide('time'),
      location: 'none',
      sensitivity: decide('sensitivity'),
    },
    verdict: 'to-booking',
    overruled: [],
    needsOverlapCheck: false,
  };
  await applyEdit(deps, run, held, { kind: 'edit', mapping: row, event, reservation, merge, held: outlook });
}

async function save(
  { deps, run, held, row, decision }: Deciding,
  change: MappingChange,
  event: RoomEvent,
): Promise<void> {
  const lease = { calendar: held.calendar, token: held.lease.token };
  const { subject, body, start, end } = event;
  await deps.store.transaction(async (store) => {
    const saved = await store.mappings.save([{ id: row.id, version: row.version, change, lease }]);
    if (saved.length === 0) throw changedMeanwhile(row);
    await store.journal.append([
      journalEntry(run, row, {
        action: 'conflict-resolved',
        reason: `Decided: ${decision}`,
        before: { outlook: { subject, body, start, end } },
      }),
    ]);
  });
}
