/**
 * One meeting becomes a reservation, joins the one it already is, or is parked because somebody else's event is in its place: in one
 * transaction that holds the meeting's rows and the reservation, so that two workers can neither double nor split it (R2, E18, E51).
 */
import { type HtmlConverter, importTextOf } from '../domain/content.ts';
import { SyncError } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { ReservationKey, ReservationState } from '../domain/reservation.ts';
import { toWallClock } from '../domain/wall-clock.ts';
import { cancelEvent } from './cancel-event.ts';
import { causeOf, handOver, type Import, saveEnded, saveLinked, savePark } from './import-link.ts';
import type { Candidate } from './import-look.ts';
import { findDouble, findInTheWay, idsOf } from './import-overlap.ts';
import { isSameSlot, type Slot } from './import-plan.ts';
import type { NewEvent, SyncStore } from './ports.ts';
import type { RunContext, SyncDeps } from './settings.ts';

export type MeetingOutcome =
  | {
      readonly kind: 'created' | 'linked';
      readonly reservationId: number;
      /** Rooms that now show the reservation through this meeting, with the mapping of each. */
      readonly linked: readonly { readonly resourceId: number; readonly mappingId: number }[];
      readonly warnings: readonly string[];
    }
  /** Events of the booking system are in its place; `labels` names them. */
  | { readonly kind: 'conflict'; readonly labels: readonly string[] }
  /** Its reservation was cancelled in the booking system. */
  | { readonly kind: 'ended'; readonly reservationId: number }
  /** Somebody else changed it meanwhile. */
  | { readonly kind: 'later' };

export interface ImportOptions {
  /** `create`: overlapping events are no reason to wait (E51). `replace`: they are cancelled, on a person's word. */
  readonly onOverlap: 'conflict' | 'create' | 'replace';
  /** A person said that it is nobody's double. */
  readonly isSeparate?: boolean;
  readonly converter?: HtmlConverter | undefined;
}

/**
 * Imports the copies of one meeting; all of them waiting, alive and importable, at least one.
 * @throws SyncError what the inserts and the database throw; then nothing is kept.
 */
export async function importMeeting(
  deps: SyncDeps,
  run: RunContext,
  meeting: readonly Candidate[],
  options: ImportOptions,
): Promise<MeetingOutcome> {
  return deps.store.transaction(async (store) => {
    const context: Import = { deps, run, store };
    const rows = await lockMeeting(store, meeting);
    const waiting = meeting.filter(({ row }) => rows.some((now) => now.id === row.id && now.version === row.version));
    if (waiting.length === 0) return { kind: 'later' };
    const sibling = (await findSibling(store, rows)) ?? (await findEarlier(context, waiting, options));
    if (sibling === null) return startNew(context, waiting, options);
    if (sibling.active) return join(context, waiting, sibling, 'outlook', options);
    await saveEnded(context, waiting, sibling);
    return { kind: 'ended', reservationId: sibling.id };
  });
}

/** All rows of the meeting as they are now, in every room. */
async function lockMeeting(store: SyncStore, meeting: readonly Candidate[]): Promise<readonly Mapping[]> {
  const iCalUId = meeting[0]?.row.iCalUId ?? null;
  if (iCalUId === null) return store.mappings.findByIds(meeting.map(({ row }) => row.id));
  const originalStart = meeting[0]?.row.originalStart ?? null;
  return store.mappings.findByMeetings([{ iCalUId, originalStart }], { lock: true });
}

/** The reservation this meeting already is in another room; one that ended in Outlook is over and does not count. */
async function findSibling(store: SyncStore, rows: readonly Mapping[]): Promise<ReservationState | null> {
  for (const { type, reservationId: id, status, cancelledBy } of rows) {
    if (type === null || id === null || (status === 'cancelled' && cancelledBy === 'outlook')) continue;
    const state = await lockState(store, { type, id });
    if (state !== null) return state;
  }
  return null;
}

/**
 * The reservation this meeting was made into before its rows forgot that (an operator's reset, E36; a room pointed elsewhere, E14): the
 * journal still knows. An active one without an event of its own in these rooms goes on with the meeting (R2). Occurrences may share the cause
 * of their series: only a reservation at the same time is theirs.
 */
async function findEarlier(
  { deps, store }: Import,
  waiting: readonly Candidate[],
  options: ImportOptions,
): Promise<ReservationState | null> {
  const row = waiting[0]?.row;
  if (options.isSeparate === true || row === undefined || row.iCalUId === null) return null;
  const earlier = await store.journal.findImported(causeOf(row));
  const possible = row.originalStart === null ? earlier : await filterAt(deps, store, row, earlier);
  for (const key of possible) {
    const state = await lockState(store, key);
    if (state?.active !== true) continue;
    const owned = await store.mappings.findByKeys(waiting.map(({ row: { resourceId } }) => ({ ...key, resourceId })));
    if (owned.every(({ eventId }) => eventId === null)) return state;
  }
  return null;
}

/**
 * Reservations at the time an occurrence has, or had before it was changed alone; one that was taken out of every room is known by the times
 * its rows had.
 */
async function filterAt(
  { settings }: SyncDeps,
  store: SyncStore,
  { startsAt, endsAt, originalStart }: Mapping,
  keys: readonly ReservationKey[],
): Promise<readonly ReservationKey[]> {
  if (keys.length === 0) return [];
  const planned = originalStart === null ? null : toWallClock(originalStart, settings.zone);
  const isIts = (one: Slot) => one.start === planned || isSameSlot({ start: startsAt ?? '', end: endsAt ?? '' }, one);
  const states = await store.booking.readStates(keys);
  const homeless = states.filter(({ active, rooms }) => active && rooms.length === 0);
  const rows = homeless.length === 0 ? [] : await store.mappings.findByReservations(homeless);
  const isThere = ({ id }: ReservationKey) =>
    states.some((state) => state.id === id && state.rooms.some(isIts)) ||
    rows.some((row) => row.reservationId === id && isIts({ start: row.startsAt ?? '', end: row.endsAt ?? '' }));
  return keys.filter(isThere);
}

async function lockState(store: SyncStore, key: ReservationKey): Promise<ReservationState | null> {
  if (!(await store.booking.lock(key))) return null;
  const [state] = await store.booking.readStates([key]);
  return state ?? null;
}

async function startNew(
  context: Import,
  waiting: readonly Candidate[],
  options: ImportOptions,
): Promise<MeetingOutcome> {
  const { deps, store } = context;
  const first = waiting[0] as Candidate;
  const text = importTextOf(first.event, deps.settings, options.converter);
  const inTheWay = await findInTheWay(store, deps.settings, waiting, null);
  const double = options.isSeparate === true ? null : findDouble(inTheWay, text);
  const state = double === null ? null : await lockState(store, { type: 'event', id: double });
  if (state?.active === true) return join(context, waiting, state, 'booking', options);
  if (inTheWay.length > 0 && options.onOverlap === 'conflict') {
    return { kind: 'conflict', labels: await savePark(context, waiting, idsOf(inTheWay)) };
  }
  if (options.onOverlap === 'replace') await cancelInTheWay(context, idsOf(inTheWay));
  const event = newEventOf(deps, waiting, text);
  const made = await store.booking.createEvent(event);
  const [after] = await store.booking.readStates([{ type: 'event', id: made.id }]);
  if (after === undefined) throw new SyncError('bug', 'A reservation made a moment ago cannot be read.');
  const { secret: _, ...content } = event;
  await saveLinked(context, waiting, after, 'outlook', (candidate) =>
    candidate === first
      ? { action: 'reservation-created', reason: 'Booked in Outlook', after: content }
      : { action: 'room-linked', reason: 'The same meeting in another room' },
  );
  const linked = waiting.map(({ row }) => ({ resourceId: row.resourceId, mappingId: row.id }));
  return { kind: 'created', reservationId: made.id, linked, warnings: [...text.warnings, ...made.warnings] };
}

/** The columns of the new event, from the oldest copy; defaults of its room before the configured ones (S97, S98). */
function newEventOf(deps: SyncDeps, waiting: readonly Candidate[], text: ReturnType<typeof importTextOf>): NewEvent {
  const { settings, ids } = deps;
  const { room } = waiting[0] as Candidate;
  const { title, description, organizer, contactName, contactEmail, start, end, isPublic } = text;
  return {
    name: title,
    description,
    organizer,
    contactName,
    contactEmail,
    start,
    end,
    isPublic,
    rooms: waiting.map(({ row }) => row.resourceId),
    activityId: room.activityId ?? settings.defaultActivityId,
    agegroupId: room.agegroupId ?? settings.defaultAgegroupId,
    audienceId: room.audienceId ?? settings.defaultAudienceId,
    secret: ids.uuid().replaceAll('-', ''),
  };
}

/**
 * Links the copies to a reservation that exists. A room it is not in yet is added unless another event is there; a room in which it has an
 * event already makes this one a double that a person has to judge.
 */
async function join(
  context: Import,
  waiting: readonly Candidate[],
  state: ReservationState,
  born: 'booking' | 'outlook',
  options: ImportOptions,
): Promise<MeetingOutcome> {
  const { deps, store } = context;
  const key = { type: state.type, id: state.id };
  const inTheWay = options.onOverlap === 'create' ? [] : await findInTheWay(store, deps.settings, waiting, state);
  const keys = waiting.map(({ row }) => ({ ...key, resourceId: row.resourceId }));
  const owned = new Map((await store.mappings.findByKeys(keys)).map((mapping) => [mapping.resourceId, mapping]));
  const isBlocked = ({ row }: Candidate) => inTheWay.some((other) => other.resourceId === row.resourceId);
  const isDouble = ({ row }: Candidate) => (owned.get(row.resourceId)?.eventId ?? null) !== null;
  const parked = waiting.filter((candidate) => isBlocked(candidate) || isDouble(candidate));
  const labels = await savePark(context, parked, parked.some(isDouble) ? [state.id] : idsOf(inTheWay));
  const free = waiting.filter((candidate) => !parked.includes(candidate));
  if (free.length === 0) return { kind: 'conflict', labels };
  for (const { row } of free) await store.booking.linkRoom(key, row.resourceId);
  const [after] = await store.booking.readStates([key]);
  if (after === undefined) throw new SyncError('bug', 'A reservation that is locked cannot be read.');
  const pairs = free.flatMap((candidate) => {
    const mapping = owned.get(candidate.row.resourceId);
    return mapping === undefined ? [] : [{ candidate, mapping }];
  });
  await handOver(context, pairs);
  const own = free.filter(({ row }) => !owned.has(row.resourceId));
  await saveLinked(context, own, after, born, () => ({ action: 'room-linked', reason: LINK_REASONS[born] }));
  const linked = free.map(({ row }) => ({
    resourceId: row.resourceId,
    mappingId: owned.get(row.resourceId)?.id ?? row.id,
  }));
  return { kind: 'linked', reservationId: state.id, linked, warnings: [] };
}

/** Their events in Outlook follow with the next detection. */
async function cancelInTheWay({ run, store }: Import, ids: readonly number[]): Promise<void> {
  for (const id of ids) await cancelEvent(run, store, id, 'Gave way to an event of Outlook, on request');
}

const LINK_REASONS = {
  booking: 'The same reservation stands in Outlook already',
  outlook: 'The same meeting in another room',
} as const;
