/** Plain objects of the engine for tests: everything at a dull default, the test names what matters. */
import { loadConfig } from '../../src/config.ts';
import { bookingHashOf, canonicalOfContent, contentOf, fingerprintOf, hashFields } from '../../src/domain/content.ts';
import { type Mapping, newMapping } from '../../src/domain/mapping.ts';
import type { ReservationState, RoomReservation } from '../../src/domain/reservation.ts';
import type { Room } from '../../src/domain/room.ts';
import type { RoomEvent } from '../../src/domain/room-event.ts';
import type { Intent } from '../../src/sync/ports.ts';
import { meetingKeyOf, type PullFacts } from '../../src/sync/pull-steps.ts';
import type { RunContext, SyncSettings } from '../../src/sync/settings.ts';
import { aReservation, asStored } from './domain-builders.ts';

/** The defaults a deployment without any setting has. */
export const SETTINGS: SyncSettings = loadConfig({
  SQLITE_FILE: ':memory:',
  GRAPH_CREDENTIAL: 'none',
  GRAPH_BASE_URL: 'http://localhost:1',
}).sync;

export const NOW = '2027-03-01T07:00:00.000Z';
export const CALENDAR = 'ornen@fjordvik.example';

/** Everything from last autumn to next spring. */
export const WINDOW = { from: '2027-02-28 08:00:00', to: '2028-02-29 08:00:00' };

export const RUN: RunContext = {
  runId: 'run',
  job: 'test',
  trigger: 'http',
  actor: 'http',
  deadline: Date.parse(NOW) + 200_000,
  dryRun: false,
};

export function aRoom(given: Partial<Room> = {}): Room {
  return {
    resourceId: 103,
    calendar: CALENDAR,
    calendarName: 'Møterom Ørnen',
    resourceName: 'Møterom Ørnen',
    buildingId: 1,
    buildingName: 'Fjordvik kulturhus',
    active: true,
    direction: 'bidirectional',
    authority: 'shared',
    horizonDays: null,
    activityId: null,
    agegroupId: null,
    audienceId: null,
    ...given,
  };
}

/** Event 1001, "Korps", on room 103 on 2 March 2027, 10:00 to 11:00. */
export function korps(given: Partial<RoomReservation> = {}): RoomReservation {
  return aReservation({
    name: 'Korps',
    description: 'Ta med noter',
    start: '2027-03-02 10:00:00',
    end: '2027-03-02 11:00:00',
    ...given,
  });
}

/** The event of a reservation as we wrote it: version `k1`, our marker. */
export function ownEvent(reservation: RoomReservation, given: Partial<RoomEvent> = {}): RoomEvent {
  const content = contentOf(reservation, SETTINGS.content, SETTINGS.zone);
  const { type, id, resourceId } = reservation;
  return {
    ...asStored(content, SETTINGS.zone),
    id: 'E1',
    changeKey: 'k1',
    iCalUId: 'u1',
    marker: { type, id, resourceId, generation: 0 },
    ...given,
  };
}

/** A pending mapping of event 1001 on room 103. */
export function aMapping(given: Partial<Mapping> = {}): Mapping {
  return {
    ...newMapping({
      type: 'event',
      reservationId: 1001,
      resourceId: 103,
      calendar: CALENDAR,
      status: 'pending',
      origin: 'booking',
      priority: 1,
    }),
    id: 7,
    version: 3,
    createdAt: NOW,
    updatedAt: NOW,
    ...given,
  };
}

/** A mapping whose sides agree on `reservation`, with the event of `ownEvent`. */
export function agreedMapping(reservation: RoomReservation, given: Partial<Mapping> = {}): Mapping {
  const origin = given.origin ?? 'booking';
  const content = contentOf(reservation, SETTINGS.content, SETTINGS.zone);
  return aMapping({
    reservationId: reservation.id,
    type: reservation.type,
    status: 'synced',
    origin,
    eventId: 'E1',
    changeKey: 'k1',
    iCalUId: 'u1',
    subject: content.subject,
    startsAt: reservation.start,
    endsAt: reservation.end,
    baseline: hashFields(canonicalOfContent(content, SETTINGS, origin)),
    bookingHash: bookingHashOf(reservation, SETTINGS.content),
    ...given,
  });
}

export function stateOf(reservation: RoomReservation, given: Partial<ReservationState> = {}): ReservationState {
  return { type: reservation.type, id: reservation.id, active: true, hidden: false, rooms: [reservation], ...given };
}

export interface FactsGiven {
  readonly room?: Room;
  readonly known?: readonly Mapping[];
  readonly marked?: readonly Mapping[];
  readonly meetings?: readonly Mapping[];
  readonly states?: readonly ReservationState[];
  readonly intents?: readonly Intent[];
  readonly seen?: readonly string[];
  readonly settings?: Partial<SyncSettings>;
}

export function pullFacts(given: FactsGiven = {}): PullFacts {
  return {
    room: given.room ?? aRoom(),
    window: WINDOW,
    known: new Map((given.known ?? []).map((row) => [row.eventId ?? '', row])),
    marked: new Map((given.marked ?? []).map((row) => [`${row.type}:${row.reservationId}`, row])),
    meetings: new Map((given.meetings ?? []).map((row) => [meetingKeyOf(row.iCalUId ?? '', row.originalStart), row])),
    states: new Map((given.states ?? []).map((state) => [`${state.type}:${state.id}`, state])),
    intents: given.intents ?? [],
    seen: new Set(given.seen ?? []),
    settings: { ...SETTINGS, ...given.settings },
  };
}

/** An open intent of `mapping` that sends `reservation` as it is. */
export function intentFor(mapping: Mapping, reservation: RoomReservation, given: Partial<Intent> = {}): Intent {
  const content = contentOf(reservation, SETTINGS.content, SETTINGS.zone);
  return {
    id: 1,
    mappingId: mapping.id,
    calendar: mapping.calendar,
    kind: 'update',
    cause: 'push',
    eventId: mapping.eventId,
    createToken: null,
    generation: 0,
    content,
    contentHash: fingerprintOf(hashFields(canonicalOfContent(content, SETTINGS, mapping.origin))),
    bookingHash: null,
    fencingToken: 1,
    runId: 'run',
    status: 'open',
    createdAt: NOW,
    closedAt: null,
    ...given,
  };
}
