/** Takes what stands in room calendars in a range of days over for import (S54, S55). */
import { importTextOf } from '../domain/content.ts';
import type { Room } from '../domain/room.ts';
import type { RoomEvent } from '../domain/room-event.ts';
import type { WallSpan } from '../domain/time.ts';
import { overlaps } from '../domain/wall-clock.ts';
import { settleGone } from './gone.ts';
import { observeSpans, readSpanOf } from './observe-spans.ts';
import { throwIfNothingWorked } from './outage.ts';
import { type PulledRoom, pullRoom } from './pull.ts';
import type { ErrorDetail, FromOutlookResult } from './results.ts';
import { eachRoom, type HeldRoom, type RoomOutcome, type RoomsOutcome, withShards } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

export interface FromOutlookInput {
  /** Days in local wall clock, half-open; an event that touches them belongs to them (S52). */
  readonly range: WallSpan;
}

/**
 * Takes events of a range over as `imported` rows and re-links known meetings; nothing is concluded from what is missing. Repeating it
 * creates nothing new (S54). With `run.dryRun` nothing is written.
 * @throws SyncError the rooms' own error when not one of them could be read.
 */
export async function importFromOutlook(
  deps: SyncDeps,
  run: RunContext,
  { range }: FromOutlookInput,
): Promise<FromOutlookResult> {
  const began = deps.clock.now();
  const active = await deps.store.rooms.listActive();
  await deps.store.calendars.ensure();
  const rooms = new Map(active.map((room) => [room.calendar, room]));
  const outcome = await withShards(deps, run, [...rooms.keys()], (held) => readShard(deps, run, held, rooms, range));
  await throwIfNothingWorked(deps, outcome);
  // The other half of a move may lie outside the range.
  const gone = await settleGone(deps, run, { allRoomsSeen: false });
  const errorDetails = [...errorsOf(outcome), ...gone.errors];
  const pulled = outcome.done.flatMap(({ result }) => (result.ok ? [result.value] : []));
  const skippedReasons = sumReasons(pulled.map((room) => room.skipped));
  return {
    created: pulled.reduce((all, room) => all + room.imports + room.adopted, 0),
    updated: pulled.reduce((all, room) => all + room.refreshed + room.updates, 0),
    skipped: Object.values(skippedReasons).reduce((all, count) => all + count, 0),
    skippedReasons,
    calendarsChecked: pulled.length,
    errors: errorDetails.length,
    errorDetails,
    queuedCalendars: outcome.busy,
    durationMs: deps.clock.now() - began,
    stoppedEarly: outcome.busy.length > 0 && deps.clock.now() >= run.deadline,
    ...(run.dryRun ? { plan: pulled.flatMap((room) => room.plan) } : {}),
  };
}

async function readShard(
  deps: SyncDeps,
  run: RunContext,
  held: readonly HeldRoom[],
  rooms: ReadonlyMap<string, Room>,
  range: WallSpan,
): Promise<readonly RoomOutcome<PulledRoom>[]> {
  const span = readSpanOf(range, deps.settings.zone);
  const observed = await observeSpans(deps, held, () => span);
  const failed = observed.flatMap((one): RoomOutcome<PulledRoom>[] =>
    one.ok ? [] : [{ calendar: one.room.calendar, result: { ok: false, error: one.error } }],
  );
  const good = new Map(observed.flatMap((one) => (one.ok ? [[one.room.calendar, one.observation] as const] : [])));
  const readable = held.filter((room) => good.has(room.calendar));
  const done = await eachRoom(deps, readable, async ({ calendar }) => {
    const observation = good.get(calendar);
    const room = rooms.get(calendar);
    if (observation === undefined || room === undefined) throw new Error('a room that was not asked for');
    const events = observation.events.filter((event) => touches(deps, event, range));
    return pullRoom(deps, run, { ...observation, events }, room);
  });
  return [...done, ...failed];
}

function touches(deps: SyncDeps, event: RoomEvent, range: WallSpan): boolean {
  const { start, end } = importTextOf(event, deps.settings);
  return overlaps({ from: start, to: end }, range);
}

function sumReasons(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const part of parts) for (const [key, count] of Object.entries(part)) total[key] = (total[key] ?? 0) + count;
  return total;
}

function errorsOf(outcome: RoomsOutcome<PulledRoom>): readonly ErrorDetail[] {
  return outcome.done.flatMap(({ calendar, result }): readonly ErrorDetail[] =>
    result.ok ? result.value.errors : [{ message: result.error.message, calendar }],
  );
}
