/** The conflict desk: what waits for a person, with both versions and the reason. Reads only. */
import { importTextOf } from '../domain/content.ts';
import type { Mapping } from '../domain/mapping.ts';
import {
  type ReservationKey,
  type ReservationState,
  type ReservationType,
  reservationLabel,
} from '../domain/reservation.ts';
import type { RoomEvent } from '../domain/room-event.ts';
import { conflictKindOf, decisionsFor } from './conflict-rules.ts';
import { isSameSlot } from './import-plan.ts';
import type { Conflict, ConflictList, ConflictVersion } from './results.ts';
import type { SyncDeps } from './settings.ts';

/** Waiting imports looked at together; more than anybody enters by hand. */
const IMPORTS = 10_000;

/** Newest first. The events themselves are read from Outlook; where that fails, the last known version is shown. */
export async function listConflicts(deps: SyncDeps, { limit }: { limit: number }): Promise<ConflictList> {
  const { rows, total } = await deps.store.mappings.list({
    statuses: ['conflict'],
    conflictKinds: ['overlap', 'edited'],
    orderBy: 'updatedAt',
    limit,
  });
  const states = await readNamed(deps, rows);
  const events = await readEvents(deps, rows);
  const imports = await readTwins(deps, rows);
  return { conflicts: rows.flatMap((row) => conflictOf(deps, row, { states, events, imports })), total };
}

interface Surroundings {
  readonly states: ReadonlyMap<string, ReservationState>;
  readonly events: ReadonlyMap<number, RoomEvent>;
  readonly imports: readonly Mapping[];
}

function conflictOf(deps: SyncDeps, row: Mapping, around: Surroundings): Conflict[] {
  const kind = conflictKindOf(row);
  if (kind === null) return [];
  const event = around.events.get(row.id);
  const own = row.type === null ? undefined : around.states.get(`${row.type}:${row.reservationId}`);
  const booking = own === undefined ? null : versionOfState(own, row.resourceId);
  return [
    {
      mappingId: row.id,
      kind,
      calendar: row.calendar,
      resourceId: row.resourceId,
      type: row.type,
      reservationId: row.reservationId,
      eventId: row.eventId,
      reason: row.error ?? '',
      since: row.updatedAt,
      booking,
      outlook: event === undefined ? lastKnown(row) : versionOfEvent(deps, event),
      others: namedIn(row).flatMap((key) => {
        const state = around.states.get(reservationLabel(key));
        return state === undefined ? [] : [{ ...key, ...versionOfState(state, row.resourceId) }];
      }),
      twins: kind === 'doubtful' ? twinsOf(row, booking, around.imports) : [],
      decisions: decisionsFor(kind, row),
    },
  ];
}

function twinsOf(row: Mapping, booking: ConflictVersion | null, imports: readonly Mapping[]): Conflict['twins'] {
  const slot = { start: booking?.start ?? row.startsAt ?? '', end: booking?.end ?? row.endsAt ?? '' };
  return imports
    .filter((twin) => twin.calendar === row.calendar && twin.startsAt !== null && twin.endsAt !== null)
    .filter((twin) => isSameSlot({ start: twin.startsAt ?? '', end: twin.endsAt ?? '' }, slot))
    .map((twin) => ({ mappingId: twin.id, ...snapshotOf(twin) }));
}

/** Own reservations, and those a row names as being in its place. */
async function readNamed(deps: SyncDeps, rows: readonly Mapping[]): Promise<ReadonlyMap<string, ReservationState>> {
  const keys = rows.flatMap((row): ReservationKey[] => [
    ...(row.type === null || row.reservationId === null ? [] : [{ type: row.type, id: row.reservationId }]),
    ...namedIn(row),
  ]);
  const states = keys.length === 0 ? [] : await deps.store.booking.readStates(keys);
  return new Map(states.map((state) => [reservationLabel(state), state]));
}

/** `Overlaps event:1002, event:1005` names two. */
function namedIn({ error, conflictKind }: Mapping): readonly ReservationKey[] {
  if (conflictKind !== 'overlap' || !error?.startsWith('Overlaps ')) return [];
  return [...error.matchAll(/\b(event|booking|allocation):(\d+)/g)].map(([, type, id]) => ({
    type: type as ReservationType,
    id: Number(id),
  }));
}

async function readEvents(deps: SyncDeps, rows: readonly Mapping[]): Promise<ReadonlyMap<number, RoomEvent>> {
  const wanted = rows.filter((row) => row.eventId !== null);
  if (wanted.length === 0) return new Map();
  const outcomes = await deps.calendars.getEvents(
    wanted.map((row) => ({ calendar: row.calendar, eventId: row.eventId ?? '' })),
    { deadline: deps.clock.now() + deps.settings.runMs },
  );
  return new Map(
    wanted.flatMap((row, index): [number, RoomEvent][] => {
      const outcome = outcomes[index];
      return outcome?.ok === true ? [[row.id, outcome.value]] : [];
    }),
  );
}

async function readTwins(deps: SyncDeps, rows: readonly Mapping[]): Promise<readonly Mapping[]> {
  const doubtful = rows.filter((row) => conflictKindOf(row) === 'doubtful');
  const calendars = [...new Set(doubtful.map((row) => row.calendar))];
  return calendars.length === 0 ? [] : deps.store.mappings.pickImports({ calendars, limit: IMPORTS });
}

function versionOfState(state: ReservationState, resourceId: number): ConflictVersion {
  const room = state.rooms.find((one) => one.resourceId === resourceId) ?? state.rooms[0];
  return {
    title: room?.name ?? room?.groupName ?? room?.organizationName ?? null,
    description: room?.description ?? null,
    start: room?.start ?? null,
    end: room?.end ?? null,
    isPublic: room?.isPublic ?? null,
  };
}

function versionOfEvent(deps: SyncDeps, event: RoomEvent): ConflictVersion {
  const { title, description, start, end, isPublic } = importTextOf(event, deps.settings);
  return { title, description, start, end, isPublic };
}

/** An event that cannot be read now, as it was last seen. */
function lastKnown(row: Mapping): ConflictVersion | null {
  return row.eventId === null ? null : snapshotOf(row);
}

function snapshotOf(row: Mapping): ConflictVersion {
  return { title: row.subject, description: null, start: row.startsAt, end: row.endsAt, isPublic: null };
}
