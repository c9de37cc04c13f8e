/** A person's edit in Outlook flows into the booking system (T16), is turned back (T17), or waits for a decision (T6 edited). */
import { bookingHashOf, changedFields, editTextOf, hashesOfReservation, importTextOf } from '../domain/content.ts';
import { SyncError } from '../domain/errors.ts';
import type { Mapping, MappingChange } from '../domain/mapping.ts';
import { toEdited, toPending, toSynced } from '../domain/mapping-states.ts';
import { followsTitle, type MergeResult, mayPatch, type SyncedField, withOverlap } from '../domain/merge.ts';
import { type RoomReservation, reservationLabel } from '../domain/reservation.ts';
import type { RoomEvent } from '../domain/room-event.ts';
import { instantOf } from '../domain/time.ts';
import { isValidSpan } from '../domain/wall-clock.ts';
import { meetingStartOf } from './import-plan.ts';
import { journalEntry } from './journal-entries.ts';
import type { NewEvent, SyncStore } from './ports.ts';
import type { PullStep } from './pull-steps.ts';
import { findReservation } from './push-plan.ts';
import type { HeldRoom } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

export type EditStep = Extract<PullStep, { kind: 'edit' }>;
type EventFields = Partial<Pick<NewEvent, 'name' | 'description' | 'start' | 'end' | 'isPublic'>>;

/**
 * Applies one edit in one transaction that holds the reservation's lock; returns what was decided, overlaps looked at.
 * @throws SyncError `precondition-failed` when the reservation changed since the plan: the room's round is repeated.
 */
export async function applyEdit(deps: SyncDeps, run: RunContext, held: HeldRoom, step: EditStep): Promise<MergeResult> {
  return deps.store.transaction(async (store) => {
    const reservation = await lockUnchanged(deps, store, step);
    const wanted = wantedFields(deps, step, reservation);
    const merge = await checkOverlap(store, step.merge, wanted, reservation, step.mapping);
    const fields = fieldsToWrite(step, merge, wanted);
    if (merge.verdict !== 'conflict' && Object.keys(fields).length > 0)
      await store.booking.updateEvent(reservation.id, fields);
    const after = merge.verdict === 'conflict' ? reservation : await reread(store, step.mapping, reservation);
    const change = changeOf(deps, step, merge, after);
    const lease = { calendar: held.calendar, token: held.lease.token };
    const saved = await store.mappings.save([{ id: step.mapping.id, version: step.mapping.version, change, lease }]);
    if (saved.length === 0) throw changedMeanwhile();
    await store.journal.append(entriesOf(run, step, merge, fields, reservation));
    return merge;
  });
}

async function lockUnchanged(
  deps: SyncDeps,
  store: SyncStore,
  { mapping, reservation }: EditStep,
): Promise<RoomReservation> {
  if (!(await store.booking.lock(reservation))) throw changedMeanwhile();
  const now = await reread(store, mapping, null);
  if (now === null) throw changedMeanwhile();
  const rules = deps.settings.content;
  if (bookingHashOf(now, rules) !== bookingHashOf(reservation, rules)) throw changedMeanwhile();
  return now;
}

async function reread<T extends RoomReservation | null>(
  store: SyncStore,
  mapping: Mapping,
  otherwise: T,
): Promise<RoomReservation | T> {
  if (mapping.type === null || mapping.reservationId === null) return otherwise;
  const [state] = await store.booking.readStates([{ type: mapping.type, id: mapping.reservationId }]);
  if (state === undefined) return otherwise;
  return findReservation(mapping, new Map([[reservationLabel(state), state]])) ?? otherwise;
}

/** The booking-side values of the event as Outlook shows it now. */
function wantedFields(
  deps: SyncDeps,
  { mapping, event }: EditStep,
  reservation: RoomReservation,
): Required<EventFields> {
  const text = importTextOf(event, deps.settings);
  const own = mapping.origin === 'booking' ? editTextOf(event, reservation, deps.settings) : text;
  return {
    name: own.title,
    description: own.description,
    start: text.start,
    end: text.end,
    isPublic: event.sensitivity === 'normal',
  };
}

/** An event may lie over bookings and allocations, never over another event (2.2), in any of its rooms. */
async function checkOverlap(
  store: SyncStore,
  merge: MergeResult,
  wanted: Required<EventFields>,
  reservation: RoomReservation,
  mapping: Mapping,
): Promise<MergeResult> {
  if (merge.fields.time === 'to-booking' && !isValidSpan(wanted.start, wanted.end)) {
    return { ...merge, fields: { ...merge.fields, time: 'conflict' }, verdict: 'conflict', needsOverlapCheck: false };
  }
  if (!merge.needsOverlapCheck) return merge;
  const [state] = await store.booking.readStates([reservation]);
  const rooms = state?.rooms.map((room) => room.resourceId) ?? [mapping.resourceId];
  for (const resourceId of rooms) {
    const others = await store.booking.findOverlappingEvents(
      resourceId,
      { from: wanted.start, to: wanted.end },
      reservation.id,
    );
    if (others.length > 0) return withOverlap(merge, true);
  }
  return withOverlap(merge, false);
}

const COLUMNS: Readonly<Partial<Record<SyncedField, readonly (keyof EventFields)[]>>> = {
  subject: ['name'],
  body: ['description'],
  time: ['start', 'end'],
  sensitivity: ['isPublic'],
};

/** A private reservation hides its text from Outlook (E9): a title given there must not empty what nobody there could see. */
function fieldsToWrite({ mapping, held }: EditStep, merge: MergeResult, wanted: Required<EventFields>): EventFields {
  const fields: Record<string, unknown> = {};
  for (const [field, columns] of Object.entries(COLUMNS)) {
    if (merge.fields[field as SyncedField] !== 'to-booking') continue;
    if (field === 'body' && followsTitle(held, mapping.baseline)) continue;
    for (const column of columns) fields[column] = wanted[column];
  }
  return fields as EventFields;
}

/**
 * What Outlook holds is the new baseline: fields that go to Outlook differ from it and are pushed, all others agree.
 */
function changeOf(deps: SyncDeps, step: EditStep, merge: MergeResult, after: RoomReservation): MappingChange {
  const { event, held } = step;
  const version: MappingChange = {
    eventId: event.id,
    changeKey: event.changeKey,
    seriesMasterId: event.seriesMasterId,
    originalStart: meetingStartOf(event),
    roomCopy: !mayPatch(event),
    lastModifiedOutlook: event.lastModifiedAt,
    goneSince: null,
  };
  if (merge.verdict === 'conflict')
    return { ...toEdited('Edited on both sides; decide which version to keep.'), ...version };
  const agreed: MappingChange = {
    ...version,
    baseline: held,
    bookingHash: bookingHashOf(after, deps.settings.content),
    subject: after.name,
    startsAt: after.start,
    endsAt: after.end,
  };
  const pushes = Object.values(merge.fields).includes('to-outlook') || hasFollowers(deps, step, merge, after);
  return pushes ? { ...toPending(), ...agreed } : { ...toSynced(instantOf(deps.clock.now())), ...agreed };
}

/** Fields of our own event that changed along with the edited ones: a text that is made of the title follows it. */
function hasFollowers(
  deps: SyncDeps,
  { mapping, event, reservation }: EditStep,
  merge: MergeResult,
  after: RoomReservation,
): boolean {
  if (!mayPatch(event) || !isValidSpan(after.start, after.end)) return false;
  const hashesOf = (one: RoomReservation) => hashesOfReservation(one, deps.settings, mapping.origin);
  const changed = changedFields(hashesOf(reservation), hashesOf(after));
  return changed.some((field) => merge.fields[field] === 'none');
}

function entriesOf(run: RunContext, step: EditStep, merge: MergeResult, fields: EventFields, before: RoomReservation) {
  const { mapping, event } = step;
  const versions = { before: versionOf(before), after: outlookVersion(event) };
  if (merge.verdict === 'conflict') {
    return [journalEntry(run, mapping, { action: 'conflict-recorded', reason: 'Edited on both sides', ...versions })];
  }
  const entries = [];
  if (Object.keys(fields).length > 0) {
    entries.push(
      journalEntry(run, mapping, {
        action: 'reservation-updated',
        reason: 'Edited in Outlook',
        before: versionOf(before),
        after: fields,
      }),
    );
  }
  if (merge.overruled.length > 0) {
    const reason = merge.overruled
      .map(({ field, side, reason: why }) => `${field} of ${side} overruled (${why})`)
      .join(', ');
    entries.push(journalEntry(run, mapping, { action: 'conflict-recorded', reason, ...versions }));
  }
  return entries;
}

function versionOf(reservation: RoomReservation) {
  const { name, description, start, end, isPublic } = reservation;
  return { name, description, start, end, isPublic };
}

function outlookVersion({ subject, body, start, end, isAllDay, sensitivity }: RoomEvent) {
  return { subject, body, start, end, isAllDay, sensitivity };
}

function changedMeanwhile(): SyncError {
  return new SyncError(
    'precondition-failed',
    'The reservation changed while its Outlook edit was taken over; the next round merges again.',
  );
}
