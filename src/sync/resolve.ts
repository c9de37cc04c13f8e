/**
 * Answers that need another look at Outlook before anything may be concluded: a transaction id used before, an event that moved on
 * under our write, an event that is not there. Order of looking as in design rule "ambiguous create": adopt what exists, and
 * only on proof that it is gone start the next generation.
 */
import { canonicalOfContent, canonicalOfEvent, changedFields, hashFields } from '../domain/content.ts';
import { EDIT_WON } from '../domain/deletion.ts';
import type { Mapping, MappingChange } from '../domain/mapping.ts';
import { withoutEvent } from '../domain/mapping-states.ts';
import { mayPatch } from '../domain/merge.ts';
import type { RoomEvent } from '../domain/room-event.ts';
import { instantOf } from '../domain/time.ts';
import { type AppliedWrite, markerOf, type PlannedWrite } from './intents.ts';
import { journalEntry } from './journal-entries.ts';
import { findAliveByMarker, isOurs } from './own-events.ts';
import type { JournalEntry, WriteOutcome } from './ports.ts';
import { checkPresence, type Presence } from './presence.ts';
import type { HeldRoom } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';
import { agreedChange, changeOfGoal } from './settle.ts';
import { tellUndone } from './undone.ts';

export interface Ambiguous {
  readonly planned: PlannedWrite;
  readonly outcome: WriteOutcome;
}

/** What to do about one ambiguous answer. */
interface Resolution {
  readonly change: MappingChange | null;
  readonly journal: readonly JournalEntry[];
  readonly action: AppliedWrite['action'];
  readonly error: string | null;
  readonly eventId: string | null;
  /** Another write to send at once, planned from the mapping after `change`. */
  readonly next: ((mapping: Mapping) => PlannedWrite) | null;
}

/** Looks, decides, saves; returns finished writes and those to send again. */
export async function resolveAmbiguous(
  deps: SyncDeps,
  run: RunContext,
  room: HeldRoom,
  ambiguous: readonly Ambiguous[],
): Promise<{ applied: AppliedWrite[]; next: PlannedWrite[] }> {
  const presences = await lookUp(deps, room, ambiguous);
  const resolutions = ambiguous.map((one, index) => resolve(deps, run, one.planned, presences[index] ?? null));
  const lease = { calendar: room.calendar, token: room.lease.token };
  const saves = resolutions.flatMap(({ change }, index) => {
    const mapping = ambiguous[index]?.planned.mapping;
    return change === null || mapping === undefined
      ? []
      : [{ id: mapping.id, version: mapping.version, change, lease }];
  });
  const journal = resolutions.flatMap((resolution) => resolution.journal);
  const saved = await deps.store.transaction(async (store) => {
    const ids = new Set(saves.length === 0 ? [] : await store.mappings.save(saves));
    if (journal.length > 0) await store.journal.append(journal);
    for (const [index, { change, next }] of resolutions.entries()) {
      const planned = ambiguous[index]?.planned;
      const undone = planned?.kind === 'update' && change !== null && next !== null && ids.has(planned.mapping.id);
      if (undone) await tellUndone(store, planned.mapping, EDIT_WON);
    }
    return ids;
  });
  const applied: AppliedWrite[] = [];
  const next: PlannedWrite[] = [];
  for (const [index, resolution] of resolutions.entries()) {
    const planned = ambiguous[index]?.planned;
    if (planned === undefined) continue;
    const lost = resolution.change !== null && !saved.has(planned.mapping.id);
    if (resolution.next !== null && !lost) {
      const bump = resolution.change === null ? planned.mapping : { ...planned.mapping, ...resolution.change };
      const version = planned.mapping.version + (resolution.change === null ? 0 : 1);
      next.push(resolution.next({ ...bump, version }));
    } else {
      applied.push({
        planned,
        action: lost ? 'waiting' : resolution.action,
        eventId: resolution.eventId,
        error: resolution.error,
      });
    }
  }
  return { applied, next };
}

/** Presence of the event each answer is about; null when there is no event to look at. */
async function lookUp(deps: SyncDeps, room: HeldRoom, ambiguous: readonly Ambiguous[]): Promise<(Presence | null)[]> {
  const limits = await room.limits();
  const named = ambiguous.map(({ planned, outcome }) =>
    outcome.kind === 'duplicate' ? outcome.existingEventId : planned.mapping.eventId,
  );
  const known = await checkPresence(
    deps,
    named.flatMap((eventId) => (eventId === null ? [] : [{ calendar: room.calendar, eventId }])),
    limits,
  );
  const byId = new Map(
    named.filter((eventId) => eventId !== null).map((eventId, index) => [eventId, readable(known[index])]),
  );
  const presences = named.map((eventId) => (eventId === null ? null : (byId.get(eventId) ?? null)));
  const wanted = ambiguous.flatMap(({ planned }, index) =>
    planned.kind === 'create' && presences[index]?.kind !== 'alive' && presences[index]?.kind !== 'unknown'
      ? [{ index, marker: markerOf(planned.mapping) }]
      : [],
  );
  if (wanted.length === 0) return presences;
  const alive = await findAliveByMarker(
    deps,
    room.calendar,
    wanted.map(({ marker }) => marker),
    limits,
  );
  for (const { index, marker } of wanted) {
    const event = alive.find((one) => isOurs(one, marker));
    if (event !== undefined) presences[index] = { kind: 'alive', event };
    else presences[index] ??= { kind: 'gone', by: 'not-found' };
  }
  return presences;
}

/** An id that Graph cannot even read names no event of ours: there is nothing to delete or to change (Graph error table). */
export function readable(presence: Presence | undefined): Presence | null {
  if (presence?.kind === 'unknown' && presence.error.code === 'ErrorInvalidIdMalformed')
    return { kind: 'gone', by: 'not-found' };
  return presence ?? null;
}

function resolve(deps: SyncDeps, run: RunContext, planned: PlannedWrite, presence: Presence | null): Resolution {
  if (presence === null || presence.kind === 'unknown') {
    return waitingFor('Microsoft 365 could not tell what became of the event; the next run asks again.', planned);
  }
  if (presence.kind === 'gone') return resolveGone(deps, planned);
  switch (planned.kind) {
    case 'create':
      return adopt(deps, run, planned, presence.event);
    case 'update':
      return resolveMoved(deps, run, planned, presence.event);
    case 'delete':
    case 'decline':
      return resolveEditedDelete(deps, planned, presence.event);
  }
}

/** An event of ours that exists already becomes the mapping's event; a difference is pushed right after. */
export function adopt(deps: SyncDeps, run: RunContext, planned: PlannedWrite, event: RoomEvent): Resolution {
  const { mapping, content } = planned;
  if (content === null) throw new Error('only a create can adopt an event');
  const now = instantOf(deps.clock.now());
  const journal = [
    journalEntry(run, mapping, {
      action: 'event-adopted',
      reason: 'An event of ours was found in Outlook',
      cause: planned.cause,
      eventId: event.id,
    }),
  ];
  const held = hashFields(canonicalOfEvent(event, deps.settings, mapping.origin));
  const wanted = hashFields(canonicalOfContent(content, deps.settings, mapping.origin));
  if (changedFields(held, wanted).length === 0) {
    const change = agreedChange(mapping, content, event, planned.bookingHash, now, deps.settings);
    return { change, journal, action: 'created', error: null, eventId: event.id, next: null };
  }
  const roomCopy = !mayPatch(event);
  return {
    change: {
      eventId: event.id,
      changeKey: event.changeKey,
      iCalUId: event.iCalUId,
      roomCopy,
      baseline: held,
      status: 'pending',
    },
    journal,
    action: 'created',
    error: null,
    eventId: event.id,
    next: roomCopy ? null : (after) => ({ ...planned, kind: 'update', mapping: after, patch: content }),
  };
}

/** Proven gone: a deletion has arrived, anything else starts the event's next life (E22: the booking edit wins). */
function resolveGone(deps: SyncDeps, planned: PlannedWrite): Resolution {
  const { mapping } = planned;
  if (planned.kind === 'delete' || planned.kind === 'decline') {
    const change = changeOfGoal(planned, instantOf(deps.clock.now()));
    return { change, journal: [], action: 'deleted', error: null, eventId: mapping.eventId, next: null };
  }
  return {
    change: { ...withoutEvent(mapping), status: 'pending' },
    journal: [],
    action: 'created',
    error: null,
    eventId: null,
    next: (after) => ({ ...planned, kind: 'create', mapping: after, patch: null }),
  };
}

/** 412 on an update: our own lost answer, a touch by Exchange, or a person's edit. */
function resolveMoved(deps: SyncDeps, run: RunContext, planned: PlannedWrite, event: RoomEvent): Resolution {
  const { mapping, content } = planned;
  if (content === null) throw new Error('an update has content');
  const held = hashFields(canonicalOfEvent(event, deps.settings, mapping.origin));
  if (changedFields(held, hashFields(canonicalOfContent(content, deps.settings, mapping.origin))).length === 0) {
    const now = instantOf(deps.clock.now());
    const journal = [
      journalEntry(run, mapping, {
        action: 'event-updated',
        reason: planned.reason,
        cause: planned.cause,
        after: content,
      }),
    ];
    const change = agreedChange(mapping, content, event, planned.bookingHash, now, deps.settings);
    return { change, journal, action: 'updated', error: null, eventId: event.id, next: null };
  }
  // Somebody invited guests meanwhile: from now on a patch would mail them (R9); the next poll knows the event for what it is.
  const hasGuests = event.hasAttendees;
  if (!hasGuests && mapping.baseline !== null && changedFields(held, mapping.baseline).length === 0) {
    return again(planned, event);
  }
  return waitingFor('Changed in Outlook meanwhile; the next poll merges both sides.', planned);
}

/** 412 on a deletion. Events with attendees are never deleted by us (R9): the mapping ends, the meeting stays. */
function resolveEditedDelete(deps: SyncDeps, planned: PlannedWrite, event: RoomEvent): Resolution {
  if (!event.hasAttendees) return again(planned, event);
  const error = 'Left in Outlook: it has attendees.';
  // Where the mapping keeps its event, that is known for what it is; where it starts over, `changeOfGoal` says so.
  const change = { roomCopy: true, ...changeOfGoal(planned, instantOf(deps.clock.now())), error };
  return { change, journal: [], action: 'unchanged', error: null, eventId: event.id, next: null };
}

function again(planned: PlannedWrite, event: RoomEvent): Resolution {
  return {
    change: null,
    journal: [],
    action: 'waiting',
    error: null,
    eventId: event.id,
    next: (after) => ({ ...planned, mapping: { ...after, changeKey: event.changeKey } }),
  };
}

function waitingFor(error: string, planned: PlannedWrite): Resolution {
  return { change: null, journal: [], action: 'waiting', error, eventId: planned.mapping.eventId, next: null };
}
