/**
 * The weekly backstop (S86): mapped events are asked for by id, one request per 20. Only R3's proof counts: 404 for the event while the
 * same calendar answers 200 in this run. A 200 says nothing more is needed here; anything else says nothing at all, so that an outage
 * changes no reservation.
 */
import { isSyncError } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { Room } from '../domain/room.ts';
import { instantOf } from '../domain/time.ts';
import { windowOf } from '../domain/window.ts';
import { settleGone } from './gone.ts';
import { throwIfNothingWorked } from './outage.ts';
import { afterOwnDeletion, isOwnDeletion, listEchoing } from './own-deletions.ts';
import type { CallLimits, MappingSave } from './ports.ts';
import { isDeltaHealthy } from './pull.ts';
import type { ErrorDetail, MissingDetail, MissingResult } from './results.ts';
import { allEnded, commonLimits, type HeldRoom, type RoomOutcome, withShards } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

const DAY = 24 * 3_600_000;
const HOUR = 3_600_000;

export interface MissingInput {
  /** Events asked for at most; absent: all. */
  readonly limit?: number;
  /** Also rooms whose delta is proven to work; default: when a person asks. */
  readonly force?: boolean;
  readonly confirm?: boolean;
}

interface RoomCheck {
  readonly checked: number;
  readonly missing: readonly Mapping[];
  readonly skipped: number;
}

/**
 * Looks for mapped events that are gone and carries proven removals on. With `run.dryRun` the removals are only listed as `plan`.
 * @throws SyncError the rooms' own error when not one of them could be asked; then nothing was changed (E39).
 */
export async function detectMissing(deps: SyncDeps, run: RunContext, input: MissingInput = {}): Promise<MissingResult> {
  const began = deps.clock.now();
  const active = await deps.store.rooms.listActive();
  await deps.store.calendars.ensure();
  const rooms = new Map(active.map((room) => [room.calendar, room]));
  const budget = { left: input.limit ?? Number.POSITIVE_INFINITY };
  const force = input.force ?? run.trigger === 'http';
  const outcome = await withShards(deps, run, [...rooms.keys()], (held) =>
    checkShard(deps, run, held, { rooms, budget, force }),
  );
  await throwIfNothingWorked(deps, outcome);
  const checks = outcome.done.flatMap(({ result }) => (result.ok ? [result.value] : []));
  const missing = checks.flatMap((check) => check.missing);
  const gone = await settleGone(deps, run, {
    allRoomsSeen: true,
    confirm: input.confirm === true,
    mappingIds: missing.map((row) => row.id),
  });
  const verdicts = new Map(gone.verdicts.map(({ mapping, kind }) => [mapping.id, kind]));
  const details = missing.map((row) => detailOf(row, verdicts.get(row.id) ?? (run.dryRun ? 'later' : 'parked')));
  const failures = outcome.done.flatMap(({ calendar, result }): ErrorDetail[] =>
    result.ok ? [] : [{ message: result.error.message, calendar }],
  );
  return {
    checked: checks.reduce((all, check) => all + check.checked, 0),
    missingEventsDetected: missing.length,
    cancellationsProcessed: [...gone.cancelled.values()].reduce((all, count) => all + count, 0),
    parked: gone.parked,
    skipped: checks.reduce((all, check) => all + check.skipped, 0),
    details,
    errorDetails: [...failures, ...gone.errors],
    queuedCalendars: outcome.busy,
    durationMs: deps.clock.now() - began,
    stoppedEarly: budget.left === 0 || (outcome.busy.length > 0 && deps.clock.now() >= run.deadline),
    ...(run.dryRun ? { plan: missing.map(operationOf) } : {}),
  };
}

interface Shard {
  readonly rooms: ReadonlyMap<string, Room>;
  /** Events that may still be asked for. */
  readonly budget: { left: number };
  readonly force: boolean;
}

async function checkShard(
  deps: SyncDeps,
  run: RunContext,
  held: readonly HeldRoom[],
  { rooms, budget, force }: Shard,
): Promise<readonly RoomOutcome<RoomCheck>[]> {
  const limits = await commonLimits(held);
  const listed: { room: HeldRoom; rows: readonly Mapping[]; skipped: number }[] = [];
  for (const room of held) {
    const live = await listSynced(deps, room, rooms);
    const isProven = !force && isHealthy(deps, room);
    const rows = isProven ? [] : live.slice(0, budget.left);
    budget.left -= rows.length;
    listed.push({ room, rows, skipped: isProven ? live.length : 0 });
  }
  const wanted = listed.flatMap(({ rows }) => rows);
  const found = await deps.calendars.getEvents(
    wanted.map((row) => ({ calendar: row.calendar, eventId: row.eventId ?? '' })),
    limits,
  );
  const seen = new Map(wanted.map((row, index) => [row.id, found[index]]));
  const answering = await findAnswering(deps, wanted, seen, limits);
  return allEnded(
    listed.map(async ({ room, rows, skipped }): Promise<RoomOutcome<RoomCheck>> => {
      const { calendar } = room;
      const lost = rows.filter((row) => isNotFound(seen.get(row.id)) && answering.has(calendar));
      const told = rows.filter((row) => seen.get(row.id)?.ok === true || lost.includes(row)).length;
      const error = rows.map((row) => seen.get(row.id)).find((one) => one?.ok === false && !isNotFound(one));
      if (error?.ok === false && told === 0) return { calendar, result: { ok: false, error: error.error } };
      const intents = lost.length === 0 ? [] : await listEchoing(deps, calendar);
      const missing = lost.filter((row) => !isOwnDeletion(intents, row));
      if (!run.dryRun) await markLost(deps, room, lost, missing);
      return { calendar, result: { ok: true, value: { checked: told, missing, skipped } } };
    }),
  );
}

type Answer = Awaited<ReturnType<SyncDeps['calendars']['getEvents']>>[number];

function isNotFound(answer: Answer | undefined): boolean {
  return answer?.ok === false && isSyncError(answer.error, 'not-found');
}

/** Synced mappings inside the window: what left it is not looked for (E30). */
async function listSynced(
  deps: SyncDeps,
  room: HeldRoom,
  rooms: ReadonlyMap<string, Room>,
): Promise<readonly Mapping[]> {
  const { zone, windowPastDays, windowFutureDays } = deps.settings;
  const horizon = rooms.get(room.calendar)?.horizonDays ?? null;
  const { wall } = windowOf(deps.clock.now(), zone, windowPastDays, windowFutureDays, horizon);
  const live = await deps.store.mappings.listLive(room.calendar, wall);
  return live.filter((row) => row.status === 'synced' && row.goneSince === null);
}

function isHealthy(deps: SyncDeps, { lease }: HeldRoom): boolean {
  const { lastSuccessAt, errorCount, deltaLink } = lease.state;
  return deltaLink !== null && isDeltaHealthy(lastSuccessAt, errorCount, deps.clock.now(), DAY);
}

/** Calendars that answered 200 in this run; those with 404s alone are asked for the next hour of their view. */
async function findAnswering(
  deps: SyncDeps,
  wanted: readonly Mapping[],
  seen: ReadonlyMap<number, Answer | undefined>,
  limits: CallLimits,
): Promise<ReadonlySet<string>> {
  const answering = new Set(wanted.filter((row) => seen.get(row.id)?.ok === true).map((row) => row.calendar));
  const silent = new Set(
    wanted.filter((row) => isNotFound(seen.get(row.id)) && !answering.has(row.calendar)).map((row) => row.calendar),
  );
  if (silent.size === 0) return answering;
  const now = deps.clock.now();
  const span = { from: instantOf(now), to: instantOf(now + HOUR) };
  const views = await deps.calendars.readWindows(
    [...silent].map((calendar) => ({ calendar, span })),
    limits,
  );
  for (const [index, calendar] of [...silent].entries()) if (views[index]?.ok === true) answering.add(calendar);
  return answering;
}

/** What is `missing` was removed by somebody else; the others we deleted ourselves, and Exchange took its time (R6). */
async function markLost(
  deps: SyncDeps,
  room: HeldRoom,
  lost: readonly Mapping[],
  missing: readonly Mapping[],
): Promise<void> {
  if (lost.length === 0) return;
  const goneSince = instantOf(deps.clock.now());
  const lease = { calendar: room.calendar, token: room.lease.token };
  await deps.store.mappings.save(
    lost.map((row): MappingSave => {
      const change = missing.includes(row) ? { goneSince } : afterOwnDeletion(row);
      return { id: row.id, version: row.version, change, lease };
    }),
  );
}

function detailOf(row: Mapping, outcome: MissingDetail['outcome']): MissingDetail {
  const { id: mappingId, calendar, resourceId, type, reservationId, eventId } = row;
  return { mappingId, calendar, resourceId, type, reservationId, eventId, outcome };
}

function operationOf(row: Mapping) {
  const { id: mappingId, calendar, resourceId, type, reservationId, eventId } = row;
  return {
    side: 'booking' as const,
    action: 'cancel-reservation' as const,
    mappingId,
    calendar,
    resourceId,
    type,
    reservationId,
    eventId,
    reason: 'Deleted in Outlook',
    cause: `cancelled:${type}:${reservationId}`,
  };
}
