/** Outlook to booking, first half: observe rooms, plan what each change means, make it durable, then store the delta links (R7). */
import type { SyncError } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import { type ReservationKey, type RoomReservationKey, reservationLabel } from '../domain/reservation.ts';
import type { Room } from '../domain/room.ts';
import { epochOf, instantOf } from '../domain/time.ts';
import { windowOf } from '../domain/window.ts';
import { meetingStartOf } from './import-plan.ts';
import { splitCopies } from './meeting-copies.ts';
import { type Observation, observeRooms } from './observe-rooms.ts';
import { watchOverlaps } from './overlap-watch.ts';
import { listEchoing } from './own-deletions.ts';
import type { CalendarChange } from './ports.ts';
import { applyPull, type RoomPull } from './pull-apply.ts';
import { onePerMapping, planEvent } from './pull-plan.ts';
import { meetingKeyOf, type PullFacts, type PullStep } from './pull-steps.ts';
import { recoverIntents } from './recover.ts';
import { eachRoom, type HeldRoom, type RoomOutcome } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';
import { findSuspects } from './suspects.ts';

/** One room's share of a pull. */
export interface PulledRoom extends RoomPull {
  readonly calendar: string;
  readonly resourceId: number;
}

/**
 * Pulls held rooms together: reads in mixed batches, each room's changes in its own transactions, all delta links in one statement.
 * A room that failed keeps its link, so that everything is seen again (R8). With `full`, rooms are read whatever their link says.
 */
export async function pullRooms(
  deps: SyncDeps,
  run: RunContext,
  held: readonly HeldRoom[],
  rooms: ReadonlyMap<string, Room>,
  full: boolean,
): Promise<readonly RoomOutcome<PulledRoom>[]> {
  const ready = await recoverAll(deps, run, held);
  const observed = await observeRooms(
    deps,
    ready.flatMap(({ room, error }) => (error === null ? [room] : [])),
    (calendar) => rooms.get(calendar)?.horizonDays ?? null,
    full,
  );
  const failures = new Map<string, SyncError>(
    ready.flatMap(({ room, error }) => (error === null ? [] : [[room.calendar, error]])),
  );
  for (const one of observed) if (!one.ok) failures.set(one.room.calendar, one.error);
  const good = new Map(observed.flatMap((one) => (one.ok ? [[one.room.calendar, one.observation] as const] : [])));
  const pulled = await eachRoom(
    deps,
    held.filter((room) => good.has(room.calendar)),
    (room) => pullRoom(deps, run, good.get(room.calendar) as Observation, rooms.get(room.calendar) as Room),
  );
  for (const { calendar, result } of pulled) if (!result.ok) failures.set(calendar, result.error);
  if (!run.dryRun)
    await deps.store.calendars.save(
      held.map((room) => calendarChange(deps, room, good.get(room.calendar), failures.get(room.calendar))),
    );
  const failed = [...failures].filter(([calendar]) => !pulled.some((one) => one.calendar === calendar));
  return [...pulled, ...failed.map(([calendar, error]) => ({ calendar, result: { ok: false as const, error } }))];
}

async function recoverAll(
  deps: SyncDeps,
  run: RunContext,
  held: readonly HeldRoom[],
): Promise<readonly { room: HeldRoom; error: SyncError | null }[]> {
  const open = run.dryRun ? [] : await deps.store.intents.listOpen(held.map((room) => room.calendar));
  const byCalendar = Map.groupBy(open, (intent) => intent.calendar);
  const outcomes = await eachRoom(deps, held, (room) =>
    recoverIntents(deps, run, room, byCalendar.get(room.calendar) ?? []),
  );
  return held.map((room, index) => {
    const result = outcomes[index]?.result;
    return { room, error: result === undefined || result.ok ? null : result.error };
  });
}

/** Plans what was observed in a room and makes it durable; the delta link is the caller's to store afterwards. */
export async function pullRoom(
  deps: SyncDeps,
  run: RunContext,
  observation: Observation,
  room: Room,
): Promise<PulledRoom> {
  const meetings = await findMeetings(deps, observation, room);
  const { observation: current, old } = await splitCopies(deps, observation, meetings);
  const facts = await gatherFacts(deps, current, room, meetings);
  const steps = current.events.filter((event) => event.kind !== 'seriesMaster').map((event) => planEvent(event, facts));
  const left = old.map((): PullStep => ({ kind: 'none' }));
  const all = await findSuspects(deps, current, room, facts, onePerMapping([...steps, ...left]));
  const pulled = await applyPull(deps, run, current, room, all);
  if (!run.dryRun) await watchOverlaps(deps, run, current, room, all);
  return { ...pulled, calendar: room.calendar, resourceId: room.resourceId };
}

/** Mappings of the room that events unknown by their id may belong to, by meeting key. */
async function findMeetings(
  deps: SyncDeps,
  { known, events }: Observation,
  room: Room,
): Promise<PullFacts['meetings']> {
  const asked = events.flatMap((event) =>
    known.has(event.id) || event.iCalUId === null
      ? []
      : [{ iCalUId: event.iCalUId, originalStart: meetingStartOf(event) }],
  );
  const rows = asked.length === 0 ? [] : await deps.store.mappings.findByMeetings(asked);
  const here = rows.filter((row) => row.calendar === room.calendar && row.iCalUId !== null);
  return new Map(here.map((row) => [meetingKeyOf(row.iCalUId ?? '', row.originalStart), row]));
}

/** What the room's events are compared with; each lookup only when something needs it. */
async function gatherFacts(
  deps: SyncDeps,
  observation: Observation,
  room: Room,
  meetings: PullFacts['meetings'],
): Promise<PullFacts> {
  const { known, events } = observation;
  const strange = events.filter((event) => !known.has(event.id));
  const keys = strange.flatMap(({ marker }): RoomReservationKey[] =>
    marker === null || marker === undefined ? [] : [{ type: marker.type, id: marker.id, resourceId: room.resourceId }],
  );
  const marked = keys.length === 0 ? [] : await deps.store.mappings.findByKeys(keys);
  const changed = events.flatMap((event) => {
    const mapping = known.get(event.id);
    return mapping === undefined || mapping.changeKey === event.changeKey ? [] : [mapping];
  });
  const states = await statesOf(deps, [...changed, ...meetings.values()], keys);
  const intents = changed.length === 0 ? [] : await listEchoing(deps, room.calendar);
  const { zone, windowPastDays, windowFutureDays } = deps.settings;
  return {
    room,
    window: windowOf(deps.clock.now(), zone, windowPastDays, windowFutureDays, room.horizonDays).wall,
    known,
    marked: new Map(marked.map((row) => [`${row.type}:${row.reservationId}`, row])),
    meetings,
    states,
    intents,
    seen: new Set(events.map((event) => event.id)),
    settings: deps.settings,
  };
}

async function statesOf(
  deps: SyncDeps,
  mappings: readonly Mapping[],
  keys: readonly ReservationKey[],
): Promise<PullFacts['states']> {
  const wanted = [
    ...keys,
    ...mappings.flatMap((row): ReservationKey[] =>
      row.type === null || row.reservationId === null ? [] : [{ type: row.type, id: row.reservationId }],
    ),
  ];
  const states = wanted.length === 0 ? [] : await deps.store.booking.readStates(wanted);
  return new Map(states.map((state) => [reservationLabel(state), state]));
}

function calendarChange(
  deps: SyncDeps,
  room: HeldRoom,
  observation: Observation | undefined,
  error: SyncError | undefined,
): CalendarChange {
  const now = instantOf(deps.clock.now());
  const base = { calendar: room.calendar, token: room.lease.token, lastPollAt: now };
  if (observation === undefined || error !== undefined) {
    const errorCount = room.lease.state.errorCount + 1;
    const quarantinedUntil = isRoomFault(error) ? pauseAfter(deps, errorCount) : null;
    return { ...base, errorCount, lastError: error?.message ?? 'Not observed', quarantinedUntil };
  }
  return {
    ...base,
    deltaLink: observation.deltaLink,
    deltaFrom: observation.deltaFrom,
    deltaTo: observation.deltaTo,
    lastSuccessAt: now,
    errorCount: 0,
    lastError: null,
    quarantinedUntil: null,
    handledVersion: room.lease.state.signalVersion,
    ...(observation.full ? { lastBaselineAt: now } : {}),
  };
}

/** The mailbox itself is missing or closed to us: asking again every minute helps nobody. */
function isRoomFault(error: SyncError | undefined): boolean {
  return (
    error?.kind === 'room-unavailable' ||
    (error?.kind === 'access-denied' && error.code !== 'InvalidAuthenticationToken')
  );
}

function pauseAfter(deps: SyncDeps, errorCount: number): string {
  const { backoffMinutes } = deps.settings;
  const minutes = backoffMinutes[Math.min(errorCount, backoffMinutes.length) - 1] ?? 1;
  return instantOf(deps.clock.now() + minutes * 60_000);
}

/** Rooms whose delta has worked lately: their deletions need no weekly check. */
export function isDeltaHealthy(
  lastSuccessAt: string | null,
  errorCount: number,
  nowMs: number,
  withinMs: number,
): boolean {
  return errorCount === 0 && lastSuccessAt !== null && nowMs - epochOf(lastSuccessAt) < withinMs;
}
