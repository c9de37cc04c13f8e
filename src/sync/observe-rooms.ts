/**
 * What changed in room calendars since the last round: delta for all rooms of a shard in mixed read batches, then the few reads that
 * delta cannot replace. Thin occurrences and unknown events are hydrated with their marker; a changed series is read again as a
 * whole, because delta never reports a deleted occurrence; a dead or old delta link means a full window read (R7).
 */
import { isSyncError, type SyncError } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { RoomEvent } from '../domain/room-event.ts';
import type { Instant, InstantSpan } from '../domain/time.ts';
import { type DeltaRequest, deltaRequestOf, readLastRounds, readRounds } from './observe-delta.ts';
import type { CallLimits, DeltaRound, ReadOutcome } from './ports.ts';
import { allEnded, commonLimits, type HeldRoom } from './room-lease.ts';
import type { SyncDeps } from './settings.ts';

/** Everything one pull learned about a room. Events carry their marker; `events` holds no series masters. */
export interface Observation {
  readonly room: HeldRoom;
  readonly span: InstantSpan;
  /** True after a full window read: mapped events that are not among `events` are suspects, never proof (E41). */
  readonly full: boolean;
  readonly events: readonly RoomEvent[];
  /** Mappings of the events above and of `tombstones`, by event id. */
  readonly known: ReadonlyMap<string, Mapping>;
  /** `@removed` ids, and ids of changed events that answered 404 when read. */
  readonly tombstones: ReadonlySet<string>;
  /** Series read again: their occurrences inside the window, all of them; null = the series itself is gone. */
  readonly series: ReadonlyMap<string, readonly RoomEvent[] | null>;
  /** To be stored with the changes, never before (R7). */
  readonly deltaLink: string;
  readonly deltaFrom: Instant;
  readonly deltaTo: Instant;
}

export type RoomObservation = { readonly room: HeldRoom } & (
  | { readonly ok: true; readonly observation: Observation }
  | { readonly ok: false; readonly error: SyncError }
);

/**
 * Observes held rooms together; `full` asks for a window read whatever the delta link says. One room's failure is that room's;
 * nothing is concluded from it.
 */
export async function observeRooms(
  deps: SyncDeps,
  rooms: readonly HeldRoom[],
  horizonOf: (calendar: string) => number | null,
  full: boolean,
): Promise<readonly RoomObservation[]> {
  const limits = await commonLimits(rooms);
  const first = rooms.map((room) => deltaRequestOf(deps, room, horizonOf(room.calendar), full));
  const rounds = await readRounds(deps, first, limits);
  const farewells = await readLastRounds(deps, rounds, limits);
  const read = await allEnded(
    rounds.map(async ({ request, outcome }): Promise<RoomObservation> => {
      const last = farewells.get(request.room.calendar);
      if (!outcome.ok) return { room: request.room, ok: false, error: outcome.error };
      if (last?.ok === false) return { room: request.room, ok: false, error: last.error };
      const left = new Set(last?.ok ? last.value.removed : []);
      try {
        return {
          room: request.room,
          ok: true,
          observation: await complete(deps, request, outcome.value, left, limits),
        };
      } catch (error) {
        if (!isSyncError(error)) throw error;
        return { room: request.room, ok: false, error };
      }
    }),
  );
  return hydrate(deps, await lookUp(deps, read), limits);
}

/** First rounds are followed by a full window read (hydrated, with markers); later rounds by re-reading changed series. */
async function complete(
  deps: SyncDeps,
  request: DeltaRequest,
  round: DeltaRound,
  left: ReadonlySet<string>,
  limits: CallLimits,
): Promise<Observation> {
  const { room, window } = request;
  const base = {
    room,
    span: window,
    known: new Map<string, Mapping>(),
    deltaLink: round.deltaLink,
    deltaFrom: window.from,
    deltaTo: window.to,
  };
  if (request.link === null) {
    const events = await deps.calendars.readWindow(room.calendar, window, limits);
    return { ...base, full: true, events, tombstones: left, series: new Map() };
  }
  const masters = round.events.filter((event) => event.kind === 'seriesMaster').map((event) => event.id);
  const touched = new Set([...masters, ...round.occurrences.map((one) => one.seriesMasterId)]);
  const series = new Map<string, readonly RoomEvent[] | null>();
  for (const id of touched) series.set(id, await readSeries(deps, room, id, window, limits));
  const singles = round.events.filter(
    (event) => event.kind !== 'seriesMaster' && !touched.has(event.seriesMasterId ?? ''),
  );
  const occurrences = [...series.values()].flatMap((events) => events ?? []);
  return { ...base, full: false, events: [...singles, ...occurrences], tombstones: new Set(round.removed), series };
}

async function readSeries(
  deps: SyncDeps,
  room: HeldRoom,
  id: string,
  window: InstantSpan,
  limits: CallLimits,
): Promise<readonly RoomEvent[] | null> {
  try {
    return await deps.calendars.readInstances(room.calendar, id, window, limits);
  } catch (error) {
    if (isSyncError(error, 'not-found')) return null;
    throw error;
  }
}

/** One statement for the shard: whose events are these? */
export async function lookUp(deps: SyncDeps, read: readonly RoomObservation[]): Promise<readonly RoomObservation[]> {
  const ids = read.flatMap((one) =>
    one.ok
      ? [...one.observation.events.map((event) => event.id), ...one.observation.tombstones].map((eventId) => ({
          calendar: one.room.calendar,
          eventId,
        }))
      : [],
  );
  if (ids.length === 0) return read;
  const mappings = Map.groupBy(await deps.store.mappings.findByEvents(ids), (mapping) => mapping.calendar);
  return read.map((one): RoomObservation => {
    if (!one.ok) return one;
    const known = new Map(
      (mappings.get(one.room.calendar) ?? []).flatMap((row) => (row.eventId === null ? [] : [[row.eventId, row]])),
    );
    return { ...one, observation: { ...one.observation, known } };
  });
}

/** Delta rows never carry extended properties: and may be stale: news are read once more, echoes are not. */
async function hydrate(
  deps: SyncDeps,
  read: readonly RoomObservation[],
  limits: CallLimits,
): Promise<readonly RoomObservation[]> {
  const wanted = read.flatMap((one) =>
    one.ok
      ? one.observation.events
          .filter((event) => isNews(one.observation, event))
          .map((event) => ({ calendar: one.room.calendar, eventId: event.id }))
      : [],
  );
  if (wanted.length === 0) return read;
  const outcomes = await deps.calendars.getEvents(wanted, limits);
  const found = new Map(wanted.map(({ calendar, eventId }, index) => [keyOf(calendar, eventId), outcomes[index]]));
  return read.map((one) => (one.ok ? withHydrated(one.room, one.observation, found) : one));
}

function withHydrated(
  room: HeldRoom,
  observation: Observation,
  found: ReadonlyMap<string, ReadOutcome<RoomEvent> | undefined>,
): RoomObservation {
  const events: RoomEvent[] = [];
  const missing: string[] = [];
  for (const event of observation.events) {
    const outcome = found.get(keyOf(room.calendar, event.id));
    if (outcome === undefined) events.push(event);
    else if (outcome.ok) events.push(outcome.value);
    else if (isSyncError(outcome.error, 'not-found')) missing.push(event.id);
    else return { room, ok: false, error: outcome.error };
  }
  return {
    room,
    ok: true,
    observation: { ...observation, events, tombstones: new Set([...observation.tombstones, ...missing]) },
  };
}

/** Anything but the echo of a version we know; a delta row may be stale, so no edit is taken from one. */
function isNews(observation: Observation, event: RoomEvent): boolean {
  return event.marker === undefined && observation.known.get(event.id)?.changeKey !== event.changeKey;
}

function keyOf(calendar: string, eventId: string): string {
  return `${calendar} ${eventId}`;
}
