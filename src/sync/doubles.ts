/**
 * Before a reservation is written to Outlook: does it stand there already, entered by hand? An event waiting for its import in the same
 * room at exactly the same time is the reservation itself when the title is the same too and there is only one such pair; everything
 * else is listed for a person and not written twice.
 */
import { contentOf } from '../domain/content.ts';
import { isSyncError } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import {
  type ReservationKey,
  type ReservationState,
  type RoomReservation,
  reservationLabel,
} from '../domain/reservation.ts';
import type { Room } from '../domain/room.ts';
import { handOver } from './import-link.ts';
import { type Candidate, lookAtImports } from './import-look.ts';
import { isSameSlot, isSameTitle } from './import-plan.ts';
import { findReservation } from './push-plan.ts';
import type { HeldRoom } from './room-lease.ts';
import type { RunContext, SyncDeps, SyncSettings } from './settings.ts';

/** Waiting imports of one room looked at together; more than anybody enters by hand. */
const IMPORTS = 10_000;

export interface Double {
  readonly mapping: Mapping;
  readonly twin: Mapping;
}

export interface Doubles {
  readonly exact: readonly Double[];
  /** Same room and time, but another title, or more than one of them. */
  readonly doubtful: readonly Double[];
}

const NONE: Doubles = { exact: [], doubtful: [] };

/** Of the mappings about to be created in a held room, those that may stand there already. One statement, none without creates. */
export async function findDoubles(
  deps: SyncDeps,
  held: HeldRoom,
  mappings: readonly Mapping[],
  states: ReadonlyMap<string, ReservationState>,
): Promise<Doubles> {
  const creates = mappings.flatMap((mapping) => {
    const reservation = mapping.eventId === null ? findReservation(mapping, states) : null;
    return reservation === null ? [] : [{ mapping, reservation }];
  });
  if (creates.length === 0) return NONE;
  const waiting = await deps.store.mappings.pickImports({ calendars: [held.calendar], limit: IMPORTS });
  return pairDoubles(creates, waiting, deps.settings);
}

/** Pure: pairs by time, then by title. */
export function pairDoubles(
  creates: readonly { readonly mapping: Mapping; readonly reservation: RoomReservation }[],
  waiting: readonly Mapping[],
  settings: Pick<SyncSettings, 'content' | 'zone'>,
): Doubles {
  const bySlot = creates.flatMap(({ mapping, reservation }) => {
    const { subject } = contentOf(reservation, settings.content, settings.zone);
    return waiting
      .filter((twin) => twin.startsAt !== null && twin.endsAt !== null)
      .filter((twin) => isSameSlot({ start: twin.startsAt ?? '', end: twin.endsAt ?? '' }, reservation))
      .map((twin) => ({ mapping, twin, isTitled: isSameTitle(twin.subject, subject) }));
  });
  const titled = bySlot.filter(({ isTitled }) => isTitled);
  const isOnly = (pair: Double) =>
    titled.filter((other) => other.mapping === pair.mapping || other.twin === pair.twin).length === 1;
  const exact = titled.filter(isOnly);
  const settled = new Set(exact.flatMap(({ mapping, twin }) => [mapping.id, twin.id]));
  const doubtful = bySlot.filter(({ mapping, twin }) => !settled.has(mapping.id) && !settled.has(twin.id));
  return { exact, doubtful };
}

/**
 * Gives the events of exact pairs to their mappings, each in one transaction that holds the reservation; the imports end. Pairs whose event
 * cannot be read now stay as they are. Returns the mappings that have an event now.
 */
export async function linkDoubles(
  deps: SyncDeps,
  run: RunContext,
  held: HeldRoom,
  room: Room,
  pairs: readonly Double[],
): Promise<ReadonlySet<number>> {
  const linked = new Set<number>();
  if (pairs.length === 0) return linked;
  const rooms = new Map([[room.calendar, room]]);
  const { looks } = await lookAtImports(
    deps,
    [held],
    rooms,
    pairs.map(({ twin }) => twin),
  );
  const candidates = new Map(
    looks.flatMap((look): [number, Candidate][] =>
      look.kind === 'importable' ? [[look.candidate.row.id, look.candidate]] : [],
    ),
  );
  for (const { mapping, twin } of pairs) {
    const candidate = candidates.get(twin.id);
    const { type, reservationId: id } = mapping;
    if (candidate === undefined || type === null || id === null) continue;
    if (await linkDouble(deps, run, { type, id }, { candidate, mapping })) linked.add(mapping.id);
  }
  return linked;
}

async function linkDouble(
  deps: SyncDeps,
  run: RunContext,
  key: ReservationKey,
  pair: { readonly candidate: Candidate; readonly mapping: Mapping },
): Promise<boolean> {
  try {
    return await deps.store.transaction(async (store) => {
      if (!(await store.booking.lock(key))) return false;
      await handOver({ deps, run, store }, [pair]);
      return true;
    });
  } catch (error) {
    if (isSyncError(error, 'precondition-failed')) return false;
    throw error;
  }
}

/** Why a reservation is not written: what to look at. */
export function doubtOf({ mapping, twin }: Double): string {
  const label = mapping.type === null ? '' : reservationLabel({ type: mapping.type, id: mapping.reservationId ?? 0 });
  return `${label} may be what stands in Outlook at the same time already (import ${twin.id}): decide whether they are one.`;
}
