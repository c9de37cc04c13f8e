/** Delta rounds of many rooms in mixed read batches: which one is due, what follows a dead link, and what an old window had left to tell (R7). */
import { isSyncError } from '../domain/errors.ts';
import { epochOf, type InstantSpan } from '../domain/time.ts';
import { padSpan, windowOf } from '../domain/window.ts';
import type { CallLimits, DeltaRound, ReadOutcome } from './ports.ts';
import type { HeldRoom } from './room-lease.ts';
import type { SyncDeps } from './settings.ts';

/** A frozen window is rolled forward once a day (design 6). */
const BASELINE_MS = 24 * 3_600_000;

/** What a room is asked for: a round from its delta link, or a first one over a window. */
export interface DeltaRequest {
  readonly room: HeldRoom;
  readonly link: string | null;
  readonly window: InstantSpan;
}

export interface RequestedRound {
  readonly request: DeltaRequest;
  readonly outcome: ReadOutcome<DeltaRound>;
}

/** The round that is due; `full` asks for a window read whatever the delta link says. */
export function deltaRequestOf(
  deps: SyncDeps,
  room: HeldRoom,
  horizonDays: number | null,
  full: boolean,
): DeltaRequest {
  const { state } = room.lease;
  const now = deps.clock.now();
  const { zone, windowPastDays, windowFutureDays } = deps.settings;
  const current = padSpan(windowOf(now, zone, windowPastDays, windowFutureDays, horizonDays).span);
  const fresh = state.lastBaselineAt !== null && now - epochOf(state.lastBaselineAt) < BASELINE_MS;
  if (full || !fresh || state.deltaLink === null || state.deltaFrom === null || state.deltaTo === null) {
    return { room, link: null, window: current };
  }
  return { room, link: state.deltaLink, window: { from: state.deltaFrom, to: state.deltaTo } };
}

/** One round per room; a dead link is followed by a first round over a new window. */
export async function readRounds(
  deps: SyncDeps,
  requests: readonly DeltaRequest[],
  limits: CallLimits,
): Promise<readonly RequestedRound[]> {
  const outcomes = await deps.calendars.readDelta(requests.map(portRequest), limits);
  const pairs = requests.map((request, index) => ({ request, outcome: outcomes[index] as ReadOutcome<DeltaRound> }));
  const dead = pairs.filter(({ outcome }) => !outcome.ok && isSyncError(outcome.error, 'resync-required'));
  if (dead.length === 0) return pairs;
  const again = dead.map(({ request }) => ({ ...request, link: null, window: request.window }));
  const second = await deps.calendars.readDelta(again.map(portRequest), limits);
  const replaced = new Map(
    again.map((request, index) => [
      request.room.calendar,
      { request, outcome: second[index] as ReadOutcome<DeltaRound> },
    ]),
  );
  return pairs.map((pair) => replaced.get(pair.request.room.calendar) ?? pair);
}

/**
 * A new window says nothing about what was deleted before it. So the old link is asked once more, after the first round over the new
 * window is complete: every deletion is in one of the two. A dead link has nothing to tell any more.
 */
export async function readLastRounds(
  deps: SyncDeps,
  rounds: readonly RequestedRound[],
  limits: CallLimits,
): Promise<ReadonlyMap<string, ReadOutcome<DeltaRound>>> {
  const left = rounds.flatMap(({ request: { room, link, window }, outcome }): DeltaRequest[] => {
    const old = room.lease.state.deltaLink;
    return link === null && old !== null && outcome.ok ? [{ room, link: old, window }] : [];
  });
  const outcomes = left.length === 0 ? [] : await deps.calendars.readDelta(left.map(portRequest), limits);
  const pairs = left.flatMap(({ room }, index): [string, ReadOutcome<DeltaRound>][] => {
    const outcome = outcomes[index];
    const dead = outcome === undefined || (!outcome.ok && isSyncError(outcome.error, 'resync-required'));
    return dead ? [] : [[room.calendar, outcome]];
  });
  return new Map(pairs);
}

function portRequest({ room, link, window }: DeltaRequest): {
  calendar: string;
  link: string | null;
  window: InstantSpan;
} {
  return { calendar: room.calendar, link, window };
}
