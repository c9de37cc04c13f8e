/** The rows an import leaves behind, inside the transaction that made or joined the reservation. */
import { bookingHashOf, canonicalOfEvent, hashesOfReservation, hashFields } from '../domain/content.ts';
import { SyncError } from '../domain/errors.ts';
import type { Mapping, MappingChange } from '../domain/mapping.ts';
import { toCancelled, toLinked, toOverlapping, toPending } from '../domain/mapping-states.ts';
import { mayPatch } from '../domain/merge.ts';
import {
  type ReservationKey,
  type ReservationState,
  type RoomReservation,
  reservationLabel,
} from '../domain/reservation.ts';
import type { RoomEvent } from '../domain/room-event.ts';
import { instantOf } from '../domain/time.ts';
import type { Candidate } from './import-look.ts';
import { importSnapshotOf, isSameSlot, isSameTitle } from './import-plan.ts';
import { journalEntry } from './journal-entries.ts';
import type { JournalEntry, MappingSave, SyncStore } from './ports.ts';
import type { RunContext, SyncDeps } from './settings.ts';

/** The transaction everything here belongs to. */
export interface Import {
  readonly deps: SyncDeps;
  readonly run: RunContext;
  readonly store: SyncStore;
}

/** What the journal says about one copy. */
export type LinkEntry = Pick<JournalEntry, 'action' | 'reason'> & { readonly after?: object };

/**
 * T12 for each copy. `born`: where the reservation comes from; one of the booking system takes its event over and pushes what differs,
 * unless the event is a person's meeting, which nobody patches.
 */
export async function saveLinked(
  { deps, run, store }: Import,
  candidates: readonly Candidate[],
  state: ReservationState,
  born: 'booking' | 'outlook',
  entryOf: (candidate: Candidate) => LinkEntry,
): Promise<void> {
  if (candidates.length === 0) return;
  await saveAll(
    store,
    candidates.map(({ row, event, held }) =>
      saveOf(row, linkedChange(deps, row, event, state, bornOf(row, born)), held),
    ),
  );
  await store.journal.append(
    candidates.map((candidate) => {
      const row = { ...candidate.row, type: state.type, reservationId: state.id };
      return journalEntry(run, row, { ...entryOf(candidate), cause: causeOf(candidate.row) });
    }),
  );
}

/** A waiting row that was agreed on before lost its reservation to an operator's reset (E36): that one was born in Outlook. */
function bornOf(row: Mapping, otherwise: 'booking' | 'outlook'): 'booking' | 'outlook' {
  return row.baseline === null ? otherwise : 'outlook';
}

function linkedChange(
  deps: SyncDeps,
  row: Mapping,
  event: RoomEvent,
  state: ReservationState,
  born: 'booking' | 'outlook',
): MappingChange {
  const snapshot = importSnapshotOf(event, deps.settings);
  const linked = { ...snapshot, ...toLinked(state.id, instantOf(deps.clock.now())) };
  if (born === 'booking' && mayPatch(event)) return { ...linked, ...adoptedChange(deps, event, 'booking') };
  const reservation = state.rooms.find((room) => room.resourceId === row.resourceId);
  const baseline = hashFields(canonicalOfEvent(event, deps.settings, 'outlook'));
  // A copy that joins a reservation changed since has nothing agreed yet: the push tells what becomes of the difference.
  const isAgreed =
    reservation !== undefined &&
    !isApart(reservation, snapshot) &&
    (!mayPatch(event) || hashesOfReservation(reservation, deps.settings, 'outlook').body === baseline.body);
  return { ...linked, baseline, bookingHash: isAgreed ? bookingHashOf(reservation, deps.settings.content) : null };
}

function isApart({ name, start, end }: RoomReservation, snapshot: MappingChange): boolean {
  const { subject, startsAt, endsAt } = snapshot;
  if (startsAt == null || endsAt == null) return false;
  return !isSameTitle(name, subject ?? null) || !isSameSlot({ start, end }, { start: startsAt, end: endsAt });
}

/**
 * An event that turns out to be a mapping's own: its content is the baseline, nothing is agreed yet, so whatever differs is pushed as an
 * ordinary update.
 */
export function adoptedChange(deps: SyncDeps, event: RoomEvent, born: 'booking' | 'outlook'): MappingChange {
  const origin = mayPatch(event) ? born : 'outlook';
  return {
    origin,
    direction: origin === 'booking' ? 'booking_to_outlook' : 'outlook_to_booking',
    eventId: event.id,
    changeKey: event.changeKey,
    iCalUId: event.iCalUId,
    roomCopy: !mayPatch(event),
    baseline: hashFields(canonicalOfEvent(event, deps.settings, origin)),
    bookingHash: null,
    lastModifiedOutlook: event.lastModifiedAt,
  };
}

/** The reservation waits for its own event in this room and finds it here: its mapping takes the event, the import ends. */
export async function handOver(
  { deps, run, store }: Import,
  pairs: readonly { readonly candidate: Candidate; readonly mapping: Mapping }[],
): Promise<void> {
  if (pairs.length === 0) return;
  const imports = pairs.map(({ candidate: { row } }) => ({ id: row.id, version: row.version }));
  if ((await store.mappings.remove(imports)).length < imports.length) throw changedMeanwhile();
  await saveAll(
    store,
    pairs.map(({ candidate, candidate: { event, held }, mapping }) =>
      saveOf(
        mapping,
        {
          ...importSnapshotOf(event, deps.settings),
          ...toPending(),
          ...adoptedChange(deps, event, bornOf(candidate.row, 'booking')),
        },
        held,
      ),
    ),
  );
  await store.journal.append(
    pairs.map(({ candidate, mapping }) =>
      journalEntry(run, mapping, {
        action: 'event-adopted',
        reason: 'The same reservation stands in Outlook already',
        eventId: candidate.event.id,
        cause: causeOf(candidate.row),
      }),
    ),
  );
}

/** T14: `ids` are in its place. Rows that say so already stay as they are (R5). */
export async function savePark(
  { run, store }: Import,
  candidates: readonly Candidate[],
  ids: readonly number[],
): Promise<readonly string[]> {
  const labels = ids.map((id) => reservationLabel({ type: 'event', id }));
  const change = toOverlapping(labels);
  const news = candidates.filter(({ row }) => row.status !== 'conflict' || row.error !== change.error);
  await saveAll(
    store,
    news.map(({ row, held }) => saveOf(row, change, held)),
  );
  if (news.length > 0) {
    await store.journal.append(
      news.map(({ row }) =>
        journalEntry(run, row, { action: 'conflict-recorded', reason: change.error ?? '', cause: causeOf(row) }),
      ),
    );
  }
  return labels;
}

/** Its reservation was cancelled in the booking system: a late copy in another room does not bring it back. */
export async function saveEnded(
  { deps, run, store }: Import,
  candidates: readonly Candidate[],
  key: ReservationKey,
): Promise<void> {
  const reason = `Its reservation ${reservationLabel(key)} is cancelled`;
  const change = { ...toCancelled('booking', instantOf(deps.clock.now())), error: reason };
  await saveAll(
    store,
    candidates.map(({ row, held }) => saveOf(row, change, held)),
  );
  await store.journal.append(
    candidates.map(({ row }) => journalEntry(run, row, { action: 'mapping-cancelled', reason, cause: causeOf(row) })),
  );
}

function saveOf(row: Mapping, change: MappingChange, held: Candidate['held']): MappingSave {
  return { id: row.id, version: row.version, change, lease: { calendar: held.calendar, token: held.lease.token } };
}

async function saveAll(store: SyncStore, saves: readonly MappingSave[]): Promise<void> {
  if (saves.length === 0) return;
  if ((await store.mappings.save(saves)).length < saves.length) throw changedMeanwhile();
}

/** Imports of one meeting are one human act. */
export function causeOf(row: Pick<Mapping, 'id' | 'iCalUId'>): string {
  return `import:${row.iCalUId ?? row.id}`;
}

function changedMeanwhile(): SyncError {
  return new SyncError(
    'precondition-failed',
    'The rows of the meeting changed while it was imported; it stays waiting.',
  );
}
