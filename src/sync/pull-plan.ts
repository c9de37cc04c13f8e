/**
 * Pure: what one observed event of a room calendar means. Every branch is a row of "Outlook changes" in docs/sync-rules.md; the
 * engine's first question is always whose event it is, the second whether anything a person did is in it.
 */
import {
  canonicalOfEvent,
  changedFields,
  fieldsSent,
  hashesOfReservation,
  hashFields,
  importTextOf,
} from '../domain/content.ts';
import type { FieldHashes, Mapping, MappingChange } from '../domain/mapping.ts';
import { isLeftInOutlook, toImportAgain } from '../domain/mapping-states.ts';
import { mayPatch, mergeFields } from '../domain/merge.ts';
import type { RoomReservation } from '../domain/reservation.ts';
import type { Room } from '../domain/room.ts';
import type { RoomEvent } from '../domain/room-event.ts';
import { importedRow, importSkipOf, importSnapshotOf, meetingStartOf } from './import-plan.ts';
import { isHollow, planMarked } from './pull-marked.ts';
import { isOver, meetingKeyOf, type PullFacts, type PullStep } from './pull-steps.ts';
import { findReservation } from './push-plan.ts';

/** Plans one event (no series master). */
export function planEvent(event: RoomEvent, facts: PullFacts): PullStep {
  const mapping = facts.known.get(event.id);
  if (mapping !== undefined) return planKnown(event, mapping, facts);
  if (event.marker !== null && event.marker !== undefined && isOfRoom(event, facts.room))
    return planMarked(event, facts);
  return planForeign(event, facts);
}

function isOfRoom(event: RoomEvent, room: Room): boolean {
  return event.marker?.resourceId === null || event.marker?.resourceId === room.resourceId;
}

/** At most one step per mapping, known or new, the newest life of an event first; what else claims it is a ghost, or an old copy. */
export function onePerMapping(steps: readonly PullStep[]): readonly PullStep[] {
  const claims = Map.groupBy(
    steps.filter((step) => claimOf(step) !== null),
    claimOf,
  );
  const losers = new Set<PullStep>();
  for (const claimed of claims.values())
    for (const step of [...claimed].sort((a, b) => generationOf(b) - generationOf(a)).slice(1)) losers.add(step);
  return steps.map((step): PullStep => {
    if (!losers.has(step)) return step;
    if (step.kind !== 'adopt' && step.kind !== 'adopt-new') return { kind: 'none' };
    return { kind: 'ghost', event: step.event, reason: 'Its reservation has another event in this room' };
  });
}

/** What a step claims for its event: a mapping, or the reservation a mapping is made for. */
function claimOf(step: PullStep): string | null {
  if ('mapping' in step) return `mapping ${step.mapping.id}`;
  return step.kind === 'adopt-new' ? `${step.row.type}:${step.row.reservationId}` : null;
}

function generationOf(step: PullStep): number {
  return step.kind === 'adopt' || step.kind === 'adopt-new'
    ? (step.event.marker?.generation ?? 0)
    : Number.POSITIVE_INFINITY;
}

/** Nobody's event so far: a known meeting under a new id, an import, or nothing for us. */
function planForeign(event: RoomEvent, facts: PullFacts): PullStep {
  const skip = importSkipOf(event, facts.room, facts.window, facts.settings);
  const meeting =
    event.iCalUId === null ? undefined : facts.meetings.get(meetingKeyOf(event.iCalUId, meetingStartOf(event)));
  if (meeting !== undefined && (meeting.eventId === null || !facts.seen.has(meeting.eventId))) {
    if (isHollow(meeting) && skip !== null) return { kind: 'skip', event, reason: skip };
    if (skip === 'cancelled' || skip === 'declined') {
      // Over already: another copy that says so, or the old one brought back, tells nothing new.
      if (meeting.status === 'cancelled' || isOver(meeting, facts.window)) return { kind: 'skip', event, reason: skip };
      return { kind: 'gone', mapping: meeting, reason: goneReason(event) };
    }
    if (meeting.status === 'cancelled')
      return skip === null ? { kind: 'restored', mapping: meeting, event } : { kind: 'skip', event, reason: skip };
    return planRelinked(event, meeting, facts);
  }
  if (skip !== null) return { kind: 'skip', event, reason: skip };
  return { kind: 'import', event, row: importedRow(event, facts.room, facts.settings) };
}

/** The same meeting under a new id: compared as if it had always been this event. */
export function planRelinked(event: RoomEvent, mapping: Mapping, facts: PullFacts): PullStep {
  const change: MappingChange = {
    eventId: event.id,
    changeKey: null,
    goneSince: null,
    roomCopy: !mayPatch(event),
    seriesMasterId: event.seriesMasterId,
    originalStart: meetingStartOf(event),
  };
  const inner = planKnown(event, { ...mapping, ...change }, facts);
  if (inner.kind === 'edit') return { ...inner, mapping: { ...inner.mapping, eventId: event.id } };
  const more = inner.kind === 'touch' || inner.kind === 'refresh' ? inner.change : {};
  const again = isHollow(mapping) ? toImportAgain() : {};
  return { kind: 'relink', mapping, event, change: { ...again, ...change, ...more } };
}

/** An event whose mapping we know: echo, touch, edit, end or return. */
export function planKnown(event: RoomEvent, mapping: Mapping, facts: PullFacts): PullStep {
  const ended = event.isCancelled || event.response === 'declined';
  if (mapping.status === 'cancelled') {
    // A guest's copy that we left in Outlook never went away, so it cannot come back.
    return ended || isLeftInOutlook(mapping) || event.changeKey === mapping.changeKey
      ? { kind: 'none' }
      : { kind: 'restored', mapping, event };
  }
  const over = isOver(mapping, facts.window);
  if (ended && !over) return { kind: 'gone', mapping, reason: goneReason(event) };
  const back: MappingChange = mapping.goneSince === null ? {} : { goneSince: null };
  if (event.changeKey === mapping.changeKey) {
    return mapping.goneSince === null ? { kind: 'none' } : { kind: 'touch', mapping, change: back };
  }
  if (mapping.reservationId === null) {
    return { kind: 'refresh', mapping, change: { ...back, ...importSnapshotOf(event, facts.settings) } };
  }
  const held = hashFields(canonicalOfEvent(event, facts.settings, mapping.origin));
  const version: MappingChange = {
    ...back,
    changeKey: event.changeKey,
    roomCopy: !mayPatch(event),
    lastModifiedOutlook: event.lastModifiedAt,
  };
  if (over && (ended || isEventOver(event, facts))) return { kind: 'touch', mapping, change: version };
  if (mapping.baseline !== null && changedFields(mapping.baseline, held).length === 0) {
    return { kind: 'touch', mapping, change: version };
  }
  const ours = sentByUs(mapping, held, facts);
  if (ours.size === Object.keys(held).length) return { kind: 'touch', mapping, change: { ...version, baseline: held } };
  const reservation = findReservation(mapping, facts.states);
  if (reservation === null) return planUnwanted(mapping, version);
  return planEdit(event, withAgreed(mapping, held, ours), reservation, held, facts);
}

/** What a difference between both sides comes to, field by field; `held`: what Outlook holds. */
export function planEdit(
  event: RoomEvent,
  mapping: Mapping,
  reservation: RoomReservation,
  held: FieldHashes,
  { room, settings }: Pick<PullFacts, 'room' | 'settings'>,
): Extract<PullStep, { kind: 'edit' }> {
  const merge = mergeFields({
    baseline: mapping.baseline,
    booking: hashesOfReservation(reservation, settings, mapping.origin),
    outlook: held,
    origin: mapping.origin,
    reservationType: reservation.type,
    authority: room.authority,
    policy: settings.outlookEditPolicy,
    isRoomCopy: !mayPatch(event),
  });
  return { kind: 'edit', mapping, event, reservation, merge, held };
}

/**
 * R6: what an intent of ours sent is never taken for a person's edit, though it arrived late or a person edited another field since.
 * Finished ones are in the baseline already; left out here, so that a person may go back to an earlier version.
 */
function sentByUs(mapping: Mapping, held: FieldHashes, { intents }: PullFacts): ReadonlySet<keyof FieldHashes> {
  const unfinished = intents.filter((intent) => intent.mappingId === mapping.id && intent.status !== 'done');
  const sent = unfinished.map(({ contentHash }) => (contentHash === null ? [] : fieldsSent(contentHash, held)));
  const whole = sent.find((fields) => fields.length === Object.keys(held).length);
  return new Set(whole ?? sent.flat());
}

/** Outlook holds there what the booking system said: that much is agreed. */
function withAgreed(mapping: Mapping, held: FieldHashes, fields: ReadonlySet<keyof FieldHashes>): Mapping {
  if (mapping.baseline === null || fields.size === 0) return mapping;
  const agreed = Object.fromEntries([...fields].map((field) => [field, held[field]]));
  return { ...mapping, baseline: { ...mapping.baseline, ...agreed } };
}

function isEventOver(event: RoomEvent, { window, settings }: PullFacts): boolean {
  return importTextOf(event, settings).end <= window.from;
}

function goneReason(event: RoomEvent): string {
  return event.isCancelled ? 'Cancelled in Outlook by its organiser' : 'Declined by the room';
}

/**
 * Its reservation is not wanted here now, so cancellation detection decides. The version is forgotten rather than learnt: should the
 * reservation come back before that, the next window read still finds what a person did meanwhile.
 */
function planUnwanted(mapping: Mapping, version: MappingChange): PullStep {
  const known = mapping.changeKey === null && mapping.goneSince === null && mapping.roomCopy === version.roomCopy;
  return known ? { kind: 'none' } : { kind: 'touch', mapping, change: { ...version, changeKey: null } };
}
