/**
 * After a crash, a timeout or a lost lease: open intents say what may have happened in Outlook. Before a room is worked on, each is
 * looked up and closed, so that every later step starts from what is true (R1, R6). Nothing is sent here.
 */
import { canonicalOfContent, canonicalOfEvent, changedFields, hashFields } from '../domain/content.ts';
import type { FieldHashes, Mapping, MappingChange } from '../domain/mapping.ts';
import { toCancelled, withoutEvent } from '../domain/mapping-states.ts';
import { followsTitle, mayPatch } from '../domain/merge.ts';
import type { Marker, RoomEvent } from '../domain/room-event.ts';
import { instantOf } from '../domain/time.ts';
import { wallNow } from '../domain/wall-clock.ts';
import { journalEntry } from './journal-entries.ts';
import { findAliveByMarker, isOurs } from './own-events.ts';
import type { Intent, JournalEntry } from './ports.ts';
import { checkPresence, type Presence } from './presence.ts';
import type { HeldRoom } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';
import { agreedChange } from './settle.ts';

interface Finding {
  readonly intent: Intent;
  readonly mapping: Mapping | undefined;
  /** Null: still unknown, stays open. */
  readonly verdict: { readonly status: 'done' | 'failed'; readonly change: MappingChange | null } | null;
}

/**
 * Closes the room's open intents (`open`: as listed under the lease). Returns true when a mapping changed, so that rows read
 * earlier are read again. Throws what Graph throws for the whole room; then nothing was changed.
 */
export async function recoverIntents(
  deps: SyncDeps,
  run: RunContext,
  room: HeldRoom,
  open: readonly Intent[],
): Promise<boolean> {
  if (open.length === 0) return false;
  const mappings = new Map(
    (await deps.store.mappings.findByIds(open.map((intent) => intent.mappingId))).map((row) => [row.id, row]),
  );
  const look = await lookAround(deps, room, open, mappings);
  const findings = open.map((intent): Finding => {
    const mapping = mappings.get(intent.mappingId);
    return { intent, mapping, verdict: judge(deps, intent, mapping, look) };
  });
  await save(deps, run, room, findings);
  return findings.some(({ verdict }) => verdict?.change != null);
}

interface Surroundings {
  readonly marked: readonly RoomEvent[];
  readonly presence: ReadonlyMap<string, Presence>;
  readonly vanished: ReadonlySet<number>;
}

async function lookAround(
  deps: SyncDeps,
  room: HeldRoom,
  open: readonly Intent[],
  mappings: ReadonlyMap<number, Mapping>,
): Promise<Surroundings> {
  const limits = await room.limits();
  const markers = open.flatMap((intent): Marker[] => {
    const mapping = mappings.get(intent.mappingId);
    if (intent.kind !== 'create' || mapping === undefined || mapping.eventId !== null) return [];
    if (mapping.type === null || mapping.reservationId === null) return [];
    return [
      { type: mapping.type, id: mapping.reservationId, resourceId: mapping.resourceId, generation: intent.generation },
    ];
  });
  const marked = await findAliveByMarker(deps, room.calendar, markers, limits);
  const eventIds = [
    ...new Set(open.flatMap((intent) => (intent.kind === 'create' || intent.eventId === null ? [] : [intent.eventId]))),
  ];
  const presences = await checkPresence(
    deps,
    eventIds.map((eventId) => ({ calendar: room.calendar, eventId })),
    limits,
  );
  const deletions = open
    .filter((intent) => intent.kind === 'delete' || intent.kind === 'decline')
    .map((intent) => intent.mappingId);
  const hiddenAfter = wallNow(deps.clock.now(), deps.settings.zone);
  const vanished =
    deletions.length === 0 ? [] : await deps.store.booking.findVanished({ mappingIds: deletions, hiddenAfter });
  return {
    marked,
    presence: new Map(eventIds.map((eventId, index) => [eventId, presences[index] as Presence])),
    vanished: new Set(vanished.map((row) => row.mappingId)),
  };
}

function judge(deps: SyncDeps, intent: Intent, mapping: Mapping | undefined, look: Surroundings): Finding['verdict'] {
  if (mapping === undefined) return { status: 'failed', change: null };
  if (intent.kind === 'create') return judgeCreate(deps, intent, mapping, look);
  const presence = intent.eventId === null ? undefined : look.presence.get(intent.eventId);
  if (presence === undefined || mapping.eventId !== intent.eventId) return { status: 'failed', change: null };
  if (presence.kind === 'unknown') return null;
  if (intent.kind === 'update' || intent.kind === 'stamp') return judgeUpdate(deps, intent, mapping, presence);
  if (presence.kind === 'alive') return { status: 'failed', change: null };
  return { status: 'done', change: afterOwnDeletion(deps, mapping, look.vanished.has(mapping.id)) };
}

/** Found by marker: it was created, the answer was lost. Not found: the normal push sends it again, same transaction id. */
function judgeCreate(deps: SyncDeps, intent: Intent, mapping: Mapping, look: Surroundings): Finding['verdict'] {
  if (mapping.eventId !== null || mapping.type === null || mapping.reservationId === null) {
    return { status: 'done', change: null };
  }
  const marker = {
    type: mapping.type,
    id: mapping.reservationId,
    resourceId: mapping.resourceId,
    generation: intent.generation,
  };
  const event = look.marked.find((one) => isOurs(one, marker));
  if (event === undefined) return { status: 'failed', change: null };
  return { status: 'done', change: changeAfterCreate(deps, intent, mapping, event) };
}

/** The mapping of an event of ours that was found again. */
function changeAfterCreate(deps: SyncDeps, intent: Intent, mapping: Mapping, event: RoomEvent): MappingChange {
  const found: MappingChange = {
    eventId: event.id,
    iCalUId: event.iCalUId,
    roomCopy: !mayPatch(event),
    status: 'pending',
  };
  // The row followed its room meanwhile (E14): back to where its event is, which the push then deletes there.
  if (mapping.calendar !== intent.calendar) return { ...found, changeKey: event.changeKey, calendar: intent.calendar };
  const held = hashFields(canonicalOfEvent(event, deps.settings, mapping.origin));
  if (intent.content === null) return { ...found, changeKey: event.changeKey, baseline: held };
  const sent = hashFields(canonicalOfContent(intent.content, deps.settings, mapping.origin));
  if (changedFields(held, sent).length === 0)
    return agreedChange(mapping, intent.content, event, intent.bookingHash, instantOf(deps.clock.now()), deps.settings);
  // A person changed it before we knew of it. Without a version the next pull takes that for the edit it is.
  return { ...found, changeKey: null, baseline: sent };
}

/** What arrived before a person went on editing was agreed: only the rest is that person's edit, and no body that just follows a new title. */
function partlyAgreed({ baseline }: Mapping, sent: FieldHashes, held: FieldHashes): MappingChange | null {
  if (baseline === null) return null;
  const apart = changedFields(held, sent).map((field) => [field, baseline[field]] as const);
  const parts: FieldHashes = { ...sent, ...Object.fromEntries(apart) };
  const agreed = followsTitle(held, sent) ? { ...parts, body: parts.subject } : parts;
  return changedFields(agreed, baseline).length === 0 ? null : { baseline: agreed };
}

function judgeUpdate(deps: SyncDeps, intent: Intent, mapping: Mapping, presence: Presence): Finding['verdict'] {
  if (presence.kind !== 'alive' || intent.content === null) return { status: 'failed', change: null };
  const held = hashFields(canonicalOfEvent(presence.event, deps.settings, mapping.origin));
  const sent = hashFields(canonicalOfContent(intent.content, deps.settings, mapping.origin));
  if (changedFields(held, sent).length > 0) return { status: 'failed', change: partlyAgreed(mapping, sent, held) };
  const now = instantOf(deps.clock.now());
  return {
    status: 'done',
    change: agreedChange(mapping, intent.content, presence.event, intent.bookingHash, now, deps.settings),
  };
}

/** Our own deletion arrived before the crash. The reservation may live again by now: then its event starts a new life. */
function afterOwnDeletion(deps: SyncDeps, mapping: Mapping, vanished: boolean): MappingChange {
  const now = instantOf(deps.clock.now());
  if (mapping.status === 'conflict') return withoutEvent(mapping);
  if (mapping.held) return toCancelled('operator', now);
  if (vanished) return toCancelled('booking', now);
  return { ...withoutEvent(mapping), status: 'pending' };
}

async function save(deps: SyncDeps, run: RunContext, room: HeldRoom, findings: readonly Finding[]): Promise<void> {
  const lease = { calendar: room.calendar, token: room.lease.token };
  await deps.store.transaction(async (store) => {
    const saves = findings.flatMap(({ mapping, verdict }) =>
      mapping === undefined || verdict?.change == null
        ? []
        : [{ id: mapping.id, version: mapping.version, change: verdict.change, lease }],
    );
    const saved = new Set(saves.length === 0 ? [] : await store.mappings.save(saves));
    const settled = findings.filter(
      ({ mapping, verdict }) => verdict !== null && (verdict.change === null || saved.has(mapping?.id ?? 0)),
    );
    const closed = settled.flatMap(({ intent, verdict }) =>
      verdict === null ? [] : [{ id: intent.id, status: verdict.status }],
    );
    if (closed.length > 0) await store.intents.close(closed);
    const journal = settled.flatMap((finding) => recoveryEntry(run, finding));
    if (journal.length > 0) await store.journal.append(journal);
  });
}

const ACTIONS = {
  create: 'event-adopted',
  update: 'event-updated',
  stamp: 'event-updated',
  delete: 'event-deleted',
  decline: 'event-declined',
} as const;

function recoveryEntry(run: RunContext, { intent, mapping, verdict }: Finding): JournalEntry[] {
  if (mapping === undefined || verdict?.change == null) return [];
  return [
    journalEntry({ ...run, actor: 'recovery' }, mapping, {
      action: ACTIONS[intent.kind],
      reason: 'Sent earlier; the answer had been lost',
      cause: intent.cause,
      eventId: verdict.change.eventId ?? intent.eventId,
      after: intent.content,
    }),
  ];
}
