/**
 * Mapped events that may be gone: tombstones, occurrences missing from a series read again, and mapped events missing from a full
 * window read. Each is looked up; only R3's proof counts. What cannot be looked up now fails the room's round, so that the
 * delta link stays and the hint is not lost.
 */
import type { Mapping } from '../domain/mapping.ts';
import type { Room } from '../domain/room.ts';
import { epochOf } from '../domain/time.ts';
import { toInstant } from '../domain/wall-clock.ts';
import type { Observation } from './observe-rooms.ts';
import { afterOwnDeletion, isOwnDeletion, listEchoing } from './own-deletions.ts';
import type { Intent } from './ports.ts';
import { checkPresence, type Presence } from './presence.ts';
import { planKnown, planRelinked } from './pull-plan.ts';
import { isOver, type PullFacts, type PullStep } from './pull-steps.ts';
import { readStates } from './reservation-states.ts';
import type { SyncDeps } from './settings.ts';

interface Suspect {
  readonly mapping: Mapping;
  /** Outlook said so itself; absence alone is only a reason to look. */
  readonly tombstoned: boolean;
}

/** Steps for suspects, with `planned` corrected where a vanished occurrence and a new one are the same rescheduled meeting. */
export async function findSuspects(
  deps: SyncDeps,
  observation: Observation,
  room: Room,
  given: PullFacts,
  planned: readonly PullStep[],
): Promise<readonly PullStep[]> {
  // A mapping whose meeting goes on under a new id is no suspect: its old event may go.
  const decided = new Set(planned.flatMap((step) => ('mapping' in step ? [step.mapping.id] : [])));
  const suspects = (await listSuspects(deps, observation, given)).filter(({ mapping }) => !decided.has(mapping.id));
  if (suspects.length === 0) return planned;
  const rows = suspects.map(({ mapping }) => mapping);
  const facts = { ...given, states: new Map([...given.states, ...(await readStates(deps, rows))]) };
  const presences = await checkPresence(
    deps,
    suspects.map(({ mapping }) => ({ calendar: room.calendar, eventId: mapping.eventId ?? '' })),
    await observation.room.limits(),
  );
  const intents = await listEchoing(deps, room.calendar);
  const steps = suspects.map((suspect, index) => planSuspect(suspect, presences[index] as Presence, intents, facts));
  return pairRescheduled([...planned, ...steps], facts);
}

async function listSuspects(deps: SyncDeps, observation: Observation, facts: PullFacts): Promise<readonly Suspect[]> {
  const { room, tombstones, known, series, full } = observation;
  const found = new Map<number, Suspect>();
  const add = (mapping: Mapping, tombstoned: boolean) => {
    if (mapping.eventId === null || mapping.status === 'cancelled' || facts.seen.has(mapping.eventId)) return;
    if (isOver(mapping, facts.window)) return;
    found.set(mapping.id, { mapping, tombstoned: tombstoned || (found.get(mapping.id)?.tombstoned ?? false) });
  };
  for (const id of tombstones) {
    const mapping = known.get(id);
    if (mapping !== undefined) add(mapping, true);
  }
  const strange = [...tombstones].filter((id) => !known.has(id));
  const masters = [...series.keys(), ...strange];
  const ofSeries = masters.length === 0 ? [] : await deps.store.mappings.findBySeries(room.calendar, masters);
  for (const mapping of ofSeries) {
    const master = mapping.seriesMasterId ?? '';
    const dead = tombstones.has(master) || series.get(master) === null;
    if (dead || isInside(mapping, facts)) add(mapping, dead);
  }
  // A write that found its event changed waits for the two to be merged; beyond the window no read would ever bring that event along.
  const live = full ? await deps.store.mappings.listLive(room.calendar, facts.window, 'pending') : [];
  for (const mapping of live) add(mapping, false);
  return [...found.values()];
}

function isInside(mapping: Mapping, { window }: PullFacts): boolean {
  return (
    mapping.startsAt !== null && mapping.endsAt !== null && mapping.startsAt < window.to && mapping.endsAt > window.from
  );
}

function planSuspect(
  { mapping, tombstoned }: Suspect,
  presence: Presence,
  intents: readonly Intent[],
  facts: PullFacts,
): PullStep {
  if (presence.kind === 'unknown') {
    // An event that exists but cannot be understood stays as it is; everything else is asked again in the next round.
    if (presence.error.kind === 'rejected') return { kind: 'none' };
    throw presence.error;
  }
  if (presence.kind === 'alive') return planKnown(presence.event, mapping, facts);
  // That it is missing is enough where we asked for it ourselves.
  if (isOwnDeletion(intents, mapping)) return { kind: 'touch', mapping, change: afterOwnDeletion(mapping) };
  // A waiting import is no reservation: that its calendar lacks it is enough to stop waiting for it.
  if (presence.by === 'view' && !tombstoned && mapping.reservationId !== null) return { kind: 'unproven', mapping };
  return { kind: 'gone', mapping, reason: 'Deleted in Outlook' };
}

/** How far a rescheduled occurrence may have moved to be recognised: a weekly series keeps its weeks apart. */
const NEAR_MS = 4 * 24 * 3_600_000;

/**
 * A rescheduled series gets new occurrence ids and leaves the old ones without trace: vanished and new occurrences of one series are
 * paired by nearness, so that they stay the same reservations.
 */
export function pairRescheduled(steps: readonly PullStep[], facts: PullFacts): readonly PullStep[] {
  const gone = steps.filter((step) => step.kind === 'gone' && step.mapping.seriesMasterId !== null);
  const arrivals = steps.filter((step) => step.kind === 'import' && step.event.seriesMasterId !== null);
  const pairs: { left: PullStep; arrival: PullStep; distance: number }[] = [];
  for (const left of gone) {
    if (left.kind !== 'gone' || left.mapping.startsAt === null) continue;
    const before = epochOf(toInstant(left.mapping.startsAt, facts.settings.zone).instant);
    for (const arrival of arrivals) {
      if (arrival.kind !== 'import' || arrival.event.seriesMasterId !== left.mapping.seriesMasterId) continue;
      const distance = Math.abs(epochOf(arrival.event.start) - before);
      if (distance <= NEAR_MS) pairs.push({ left, arrival, distance });
    }
  }
  const replaced = new Map<PullStep, PullStep | null>();
  for (const { left, arrival } of pairs.sort((a, b) => a.distance - b.distance)) {
    if (replaced.has(left) || replaced.has(arrival) || left.kind !== 'gone' || arrival.kind !== 'import') continue;
    replaced.set(left, null);
    replaced.set(arrival, planRelinked(arrival.event, left.mapping, facts));
  }
  return steps.flatMap((step) => {
    const other = replaced.get(step);
    return other === undefined ? [step] : other === null ? [] : [other];
  });
}
