/**
 * Pure: what one observed event of a room calendar means. Every branch is a row of "Outlook changes" in docs/sync-rules.md; the
 * engine's first question is always whose event it is, the second whether anything a person did is in it.
 */
import { canonicalOfContent, canonicalOfEvent, changedFields, contentOf, hashFields } from '../domain/content.ts';
import { type FieldHashes, type Mapping, type MappingChange, type NewMapping, newMapping } from '../domain/mapping.ts';
import { toImportAgain } from '../domain/mapping-states.ts';
import { type MergeResult, mayPatch, mergeFields } from '../domain/merge.ts';
import { PRIORITY, type ReservationState, type RoomReservation } from '../domain/reservation.ts';
import type { Room } from '../domain/room.ts';
import type { Marker, RoomEvent } from '../domain/room-event.ts';
import type { WallSpan } from '../domain/time.ts';
import { type ImportSkip, importedRow, importSkipOf, importSnapshotOf, meetingStartOf } from './import-plan.ts';
import type { Intent } from './ports.ts';
import { findReservation } from './push-plan.ts';
import type { SyncSettings } from './settings.ts';

export type PullStep =
  /** Nothing to do, or our own write coming back with a version we know. */
  | { readonly kind: 'none' }
  /** Same content under a new version, or our own content seen before its answer: only the row's bookkeeping changes. */
  | { readonly kind: 'touch'; readonly mapping: Mapping; readonly change: MappingChange }
  /** A foreign event becomes a pending import (T11). */
  | { readonly kind: 'import'; readonly event: RoomEvent; readonly row: NewMapping }
  /** An import that is still waiting follows its event. */
  | { readonly kind: 'refresh'; readonly mapping: Mapping; readonly change: MappingChange }
  /** One of our events, found without its mapping: the mapping gets it (E36, E37). */
  | {
      readonly kind: 'adopt';
      readonly mapping: Mapping;
      readonly event: RoomEvent;
      readonly change: MappingChange;
      readonly replaces: Mapping | null;
    }
  | {
      readonly kind: 'adopt-new';
      readonly event: RoomEvent;
      readonly row: NewMapping;
      /** The hollow row an operator's reset left of it (E36); it goes. */
      readonly replaces: Mapping | null;
    }
  /** A known meeting under a new event id (E7, E36, E42). */
  | { readonly kind: 'relink'; readonly mapping: Mapping; readonly event: RoomEvent; readonly change: MappingChange }
  /** Marked as ours, but there is nothing it can stand for: listed, never touched. */
  | { readonly kind: 'ghost'; readonly event: RoomEvent; readonly reason: string }
  /** A person edited it: fields flow as `merge` says. */
  | {
      readonly kind: 'edit';
      readonly mapping: Mapping;
      readonly event: RoomEvent;
      readonly reservation: RoomReservation;
      readonly merge: MergeResult;
      readonly held: FieldHashes;
    }
  /** Cancelled by its organiser or declined by the room: proof in itself (R3). */
  | { readonly kind: 'gone'; readonly mapping: Mapping; readonly reason: string }
  /** A cancelled mapping's event is back; its presence has to be proven first (E66). */
  | { readonly kind: 'restored'; readonly mapping: Mapping; readonly event: RoomEvent }
  | { readonly kind: 'skip'; readonly event: RoomEvent; readonly reason: ImportSkip };

export interface PullFacts {
  readonly room: Room;
  readonly window: WallSpan;
  /** By event id in this calendar. */
  readonly known: ReadonlyMap<string, Mapping>;
  /** Mappings of this room named by markers, by `type:id`. */
  readonly marked: ReadonlyMap<string, Mapping>;
  /** Mappings of this calendar by meeting key (`meetingKeyOf`). */
  readonly meetings: ReadonlyMap<string, Mapping>;
  /** Current reservations by `type:id`. */
  readonly states: ReadonlyMap<string, ReservationState>;
  /** Open and recent intents of this calendar. */
  readonly intents: readonly Intent[];
  /** Ids of all events seen in this round: a known id among them is not an id that was replaced. */
  readonly seen: ReadonlySet<string>;
  readonly settings: SyncSettings;
}

/** Identity of a meeting over rooms and ids. */
export function meetingKeyOf(iCalUId: string, originalStart: string | null): string {
  return `${iCalUId} ${originalStart ?? ''}`;
}

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

/** An event of ours that no mapping names. */
function planMarked(event: RoomEvent, facts: PullFacts): PullStep {
  const marker = event.marker;
  if (marker === null || marker === undefined || event.isCancelled) return { kind: 'none' };
  const label = `${marker.type}:${marker.id}`;
  const mapping = facts.marked.get(label);
  const replaces = findHollow(event, facts);
  const origin = replaces?.origin ?? mapping?.origin ?? 'booking';
  const adopted: MappingChange = {
    origin,
    direction: origin === 'booking' ? 'booking_to_outlook' : 'outlook_to_booking',
    calendar: facts.room.calendar,
    eventId: event.id,
    changeKey: event.changeKey,
    iCalUId: event.iCalUId,
    roomCopy: !mayPatch(event),
    baseline: hashFields(canonicalOfEvent(event, facts.settings, origin)),
    generation: Math.max(marker.generation, mapping?.generation ?? 0),
  };
  if (mapping === undefined) return planUnmapped(event, adopted, replaces, facts);
  if (mapping.status === 'cancelled' && !mapping.held) {
    // A create that Exchange carried out after we had given it up: back to a live row, so that detection deletes it on proof.
    const change: MappingChange = { ...adopted, status: 'pending', cancelledBy: null, cancelledAt: null };
    return { kind: 'adopt', mapping, event, change, replaces };
  }
  if (mapping.eventId === null) return { kind: 'adopt', mapping, event, change: adopted, replaces };
  return { kind: 'ghost', event, reason: `${label} already has another event in this room` };
}

/** Its mapping was lost: made again while its reservation is live in this room. */
function planUnmapped(event: RoomEvent, adopted: MappingChange, replaces: Mapping | null, facts: PullFacts): PullStep {
  const { type, id } = event.marker as Marker;
  const { resourceId, calendar } = facts.room;
  const reservation = findReservation({ type, reservationId: id, resourceId }, facts.states);
  if (reservation === null)
    return { kind: 'ghost', event, reason: `Its reservation ${type}:${id} is not active in this room` };
  const row = newMapping({
    type,
    reservationId: id,
    resourceId,
    calendar,
    origin: 'booking',
    status: 'pending',
    priority: PRIORITY[type],
    startsAt: reservation.start,
    endsAt: reservation.end,
    subject: reservation.name,
  });
  return { kind: 'adopt-new', event, row: { ...row, ...adopted }, replaces };
}

/** What an operator's reset left of the event's mapping: it knows the meeting, but neither event nor reservation (E36). */
function findHollow(event: RoomEvent, facts: PullFacts): Mapping | null {
  if (event.iCalUId === null) return null;
  const row = facts.meetings.get(meetingKeyOf(event.iCalUId, meetingStartOf(event)));
  return row !== undefined && isHollow(row) ? row : null;
}

/** Neither reservation nor event, and waiting for nothing. */
export function isHollow(row: Pick<Mapping, 'reservationId' | 'eventId' | 'status'>): boolean {
  return row.reservationId === null && row.eventId === null && row.status === 'pending';
}

/** At most one step per mapping, the newest life of an event first; what else claims it is a ghost, or an old copy. */
export function onePerMapping(steps: readonly PullStep[]): readonly PullStep[] {
  const claims = Map.groupBy(
    steps.filter((step) => 'mapping' in step),
    (step) => step.mapping.id,
  );
  const losers = new Set<PullStep>();
  for (const claimed of claims.values()) {
    const generation = (step: (typeof claimed)[number]) =>
      step.kind === 'adopt' ? (step.event.marker?.generation ?? 0) : Number.POSITIVE_INFINITY;
    for (const step of [...claimed].sort((a, b) => generation(b) - generation(a)).slice(1)) losers.add(step);
  }
  return steps.map((step): PullStep => {
    if (!losers.has(step)) return step;
    if (step.kind !== 'adopt') return { kind: 'none' };
    return { kind: 'ghost', event: step.event, reason: 'Its reservation has another event in this room' };
  });
}

/** Nobody's event so far: a known meeting under a new id, an import, or nothing for us. */
function planForeign(event: RoomEvent, facts: PullFacts): PullStep {
  const skip = importSkipOf(event, facts.room, facts.window, facts.settings);
  const meeting =
    event.iCalUId === null ? undefined : facts.meetings.get(meetingKeyOf(event.iCalUId, meetingStartOf(event)));
  if (meeting !== undefined && (meeting.eventId === null || !facts.seen.has(meeting.eventId))) {
    if (isHollow(meeting) && skip !== null) return { kind: 'skip', event, reason: skip };
    if (skip === 'cancelled' || skip === 'declined')
      return { kind: 'gone', mapping: meeting, reason: goneReason(event) };
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
    const left = mapping.roomCopy && mapping.cancelledBy !== 'outlook';
    return ended || left || event.changeKey === mapping.changeKey
      ? { kind: 'none' }
      : { kind: 'restored', mapping, event };
  }
  if (ended) return { kind: 'gone', mapping, reason: goneReason(event) };
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
  if (mapping.baseline !== null && changedFields(mapping.baseline, held).length === 0) {
    return { kind: 'touch', mapping, change: version };
  }
  if (isEcho(mapping, held, facts)) return { kind: 'touch', mapping, change: { ...version, baseline: held } };
  const reservation = findReservation(mapping, facts.states);
  // Vanished meanwhile: cancellation detection decides; it only needs the version for its own precondition.
  if (reservation === null) return { kind: 'touch', mapping, change: version };
  return planEdit(event, mapping, reservation, held, facts);
}

/** What a difference between both sides comes to, field by field; `held`: what Outlook holds. */
export function planEdit(
  event: RoomEvent,
  mapping: Mapping,
  reservation: RoomReservation,
  held: FieldHashes,
  { room, settings }: Pick<PullFacts, 'room' | 'settings'>,
): Extract<PullStep, { kind: 'edit' }> {
  const content = contentOf(reservation, settings.content, settings.zone);
  const merge = mergeFields({
    baseline: mapping.baseline,
    booking: hashFields(canonicalOfContent(content, settings, mapping.origin)),
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
 * R6: content that an intent of ours sent is never taken for a person's edit. Finished ones are in the baseline already; left out
 * here, so that a person may go back to an earlier version.
 */
function isEcho(mapping: Mapping, held: FieldHashes, { intents, settings }: PullFacts): boolean {
  return intents.some(
    (intent) =>
      intent.mappingId === mapping.id &&
      intent.status !== 'done' &&
      intent.content !== null &&
      changedFields(hashFields(canonicalOfContent(intent.content, settings, mapping.origin)), held).length === 0,
  );
}

function goneReason(event: RoomEvent): string {
  return event.isCancelled ? 'Cancelled in Outlook by its organiser' : 'Declined by the room';
}
