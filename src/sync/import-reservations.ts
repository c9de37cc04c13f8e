/**
 * Outlook to booking, second half: events waiting as `imported` become reservations (S3, S8, S56). Each is read again, each meeting is one
 * transaction over the five tables; overlapping ones wait as conflicts and are tried again each time (E51).
 */
import type { HtmlConverter } from '../domain/content.ts';
import { isSyncError } from '../domain/errors.ts';
import type { Mapping, MappingChange } from '../domain/mapping.ts';
import { toCancelled, toHollow, toImportFailed } from '../domain/mapping-states.ts';
import { reservationLabel } from '../domain/reservation.ts';
import type { Room } from '../domain/room.ts';
import { type Instant, instantOf } from '../domain/time.ts';
import { causeOf } from './import-link.ts';
import { type Candidate, groupByMeeting, type ImportLook, lookAtImports } from './import-look.ts';
import { importMeeting, type MeetingOutcome } from './import-meeting.ts';
import { planImports } from './import-preview.ts';
import { countImports, detailOfLook, detailOfMeeting, detailOfRow } from './import-report.ts';
import { journalEntry } from './journal-entries.ts';
import { throwIfNothingWorked } from './outage.ts';
import type { Operation } from './plan.ts';
import type { MappingSave } from './ports.ts';
import type { ErrorDetail, ImportDetail, ImportsResult } from './results.ts';
import { type HeldRoom, type RoomOutcome, withShards } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';
import { stampMarkers } from './stamp.ts';

export interface ImportsInput {
  /** Rows picked, oldest first; copies of their meetings in other rooms come along. */
  readonly limit: number;
  /** Only these room calendars. */
  readonly calendars?: readonly string[];
  /** Instead of the built-in conversion of HTML bodies. */
  readonly converter?: HtmlConverter;
}

/** One room's share. */
interface RoomImports {
  readonly details: readonly ImportDetail[];
  readonly errors: readonly ErrorDetail[];
  readonly plan: readonly Operation[];
}

/**
 * Imports what waits. One meeting's failure is that meeting's (T13), one room's is that room's (R8). With `run.dryRun` nothing is
 * written and `plan` says what would be.
 * @throws SyncError the rooms' own error when not one of them could be read; then no row was touched (E39).
 */
export async function processImports(deps: SyncDeps, run: RunContext, input: ImportsInput): Promise<ImportsResult> {
  const began = deps.clock.now();
  const rows = await pickRows(deps, run, input);
  const rooms = new Map((await deps.store.rooms.listActive()).map((room) => [room.calendar, room]));
  await deps.store.calendars.ensure();
  const calendars = [...new Set(rows.map((row) => row.calendar))];
  const outcome = await withShards(deps, run, calendars, (held) =>
    importShard(deps, run, held, { rooms, rows, input }),
  );
  await throwIfNothingWorked(deps, outcome);
  const shares = outcome.done.flatMap(({ result }) => (result.ok ? [result.value] : []));
  const details = shares.flatMap((share) => share.details).sort((a, b) => a.mappingId - b.mappingId);
  const failures = outcome.done.flatMap(({ calendar, result }): ErrorDetail[] =>
    result.ok ? [] : [{ message: result.error.message, calendar }],
  );
  const { total: remaining } = await deps.store.mappings.list({
    statuses: ['imported'],
    hasReservation: false,
    orderBy: 'createdAt',
    limit: 1,
  });
  return {
    ...countImports(details),
    remaining,
    details,
    errorDetails: [...shares.flatMap((share) => share.errors), ...failures],
    queuedCalendars: outcome.busy,
    durationMs: deps.clock.now() - began,
    stoppedEarly: deps.clock.now() >= run.deadline && remaining > 0,
    ...(run.dryRun ? { plan: shares.flatMap((share) => share.plan) } : {}),
  };
}

/** Waiting rows, with the copies of their meetings in other rooms; those proven gone are decided elsewhere. */
async function pickRows(deps: SyncDeps, run: RunContext, input: ImportsInput): Promise<readonly Mapping[]> {
  const picked = await deps.store.mappings.pickImports({
    limit: input.limit,
    ...(input.calendars === undefined ? {} : { calendars: input.calendars }),
    ...(run.trigger === 'http' || run.trigger === 'sandbox' ? {} : { dueAt: instantOf(deps.clock.now()) }),
  });
  const meetings = picked.flatMap(({ iCalUId, originalStart }) =>
    iCalUId === null ? [] : [{ iCalUId, originalStart }],
  );
  const copies = meetings.length === 0 ? [] : await deps.store.mappings.findByMeetings(meetings);
  const waiting = copies.filter((row) => row.status === 'imported' || row.conflictKind === 'overlap');
  const all = new Map([...picked, ...waiting].map((row) => [row.id, row]));
  return [...all.values()].filter((row) => row.reservationId === null && row.goneSince === null);
}

interface Shard {
  readonly rooms: ReadonlyMap<string, Room>;
  readonly rows: readonly Mapping[];
  readonly input: ImportsInput;
}

async function importShard(
  deps: SyncDeps,
  run: RunContext,
  held: readonly HeldRoom[],
  { rooms, rows, input }: Shard,
): Promise<readonly RoomOutcome<RoomImports>[]> {
  const here = new Set(held.map((room) => room.calendar));
  const mine = rows.filter((row) => here.has(row.calendar));
  const { blocked, open } = await splitBlocked(deps, mine);
  const { looks, failures } = await lookAtImports(deps, held, rooms, open);
  const meetings = groupByMeeting(looks.flatMap((look) => (look.kind === 'importable' ? [look.candidate] : [])));
  const plan = run.dryRun ? await planImports(deps, meetings) : [];
  const details = run.dryRun ? [] : [...blocked, ...(await endImports(deps, run, looks))];
  if (!run.dryRun) details.push(...(await importAll(deps, run, meetings, input)));
  return held.map(({ calendar }): RoomOutcome<RoomImports> => {
    const failure = failures.get(calendar);
    if (failure !== undefined) return { calendar, result: { ok: false, error: failure } };
    const isHere = (one: { readonly calendar: string }) => one.calendar === calendar;
    const own = details.filter(isHere);
    return {
      calendar,
      result: { ok: true, value: { details: own, errors: errorsOf(own), plan: plan.filter(isHere) } },
    };
  });
}

/** Conflicts whose reason still stands cost no request to Graph (R5). */
async function splitBlocked(
  deps: SyncDeps,
  rows: readonly Mapping[],
): Promise<{ blocked: readonly ImportDetail[]; open: readonly Mapping[] }> {
  const blocked: ImportDetail[] = [];
  const open: Mapping[] = [];
  for (const row of rows) {
    const still =
      row.status === 'conflict' && deps.settings.importOnOverlap === 'conflict' && (await isInTheWay(deps, row));
    if (still) blocked.push(detailOfRow(row, 'conflict', row.error ?? undefined));
    else open.push(row);
  }
  return { blocked, open };
}

async function isInTheWay(deps: SyncDeps, row: Mapping): Promise<boolean> {
  if (row.startsAt === null || row.endsAt === null) return false;
  const span = { from: row.startsAt, to: row.endsAt };
  const others = await deps.store.booking.findOverlappingEvents(row.resourceId, span);
  const labels = others.map(({ id }) => reservationLabel({ type: 'event', id }));
  return labels.length > 0 && labels.every((label) => row.error?.split(/[ ,]+/).includes(label));
}

/** Rows whose event is not to be imported: dropped when it is gone (E50), given back when it is ours (E36), noted once otherwise. */
async function endImports(deps: SyncDeps, run: RunContext, looks: readonly ImportLook[]): Promise<ImportDetail[]> {
  const ends = looks.flatMap((look) => (look.kind === 'importable' ? [] : [look]));
  const now = instantOf(deps.clock.now());
  const saves = ends.flatMap(({ kind, row, held, reason }): MappingSave[] => {
    if (kind === 'skipped' && row.error === reason) return [];
    const lease = { calendar: held.calendar, token: held.lease.token };
    return [{ id: row.id, version: row.version, change: endOf(kind, reason, now), lease }];
  });
  if (saves.length > 0) {
    await deps.store.transaction(async (store) => {
      const saved = new Set(await store.mappings.save(saves));
      const gone = ends.filter(({ kind, row }) => kind === 'gone' && saved.has(row.id));
      await store.journal.append(
        gone.map(({ row, reason }) =>
          journalEntry(run, row, { action: 'mapping-cancelled', reason, cause: causeOf(row) }),
        ),
      );
    });
  }
  return ends.map(detailOfLook);
}

function endOf(kind: Exclude<ImportLook['kind'], 'importable'>, reason: string, now: Instant): MappingChange {
  if (kind === 'ours') return toHollow();
  // Without the version it had, an event that was only out of sight is recognised as back, not as known.
  return kind === 'gone' ? { ...toCancelled('outlook', now), changeKey: null } : { error: reason };
}

async function importAll(
  deps: SyncDeps,
  run: RunContext,
  meetings: readonly (readonly Candidate[])[],
  input: ImportsInput,
): Promise<readonly ImportDetail[]> {
  const details: ImportDetail[] = [];
  const linked = new Map<HeldRoom, number[]>();
  for (const meeting of meetings) {
    if (deps.clock.now() >= run.deadline) break;
    for (const { held } of meeting) await held.limits();
    const outcome = await importOne(deps, run, meeting, input);
    details.push('status' in outcome ? outcome : detailOfMeeting(meeting, outcome, deps.settings));
    if (!('linked' in outcome)) continue;
    for (const { resourceId, mappingId } of outcome.linked) {
      const held = meeting.find(({ row }) => row.resourceId === resourceId)?.held;
      if (held !== undefined) linked.set(held, [...(linked.get(held) ?? []), mappingId]);
    }
  }
  for (const [held, mappingIds] of linked) await stampMarkers(deps, run, held, mappingIds);
  return details;
}

/** One meeting; a refusal or a failing statement costs that meeting an attempt (T13, S99, S111), and is rolled back whole. */
async function importOne(
  deps: SyncDeps,
  run: RunContext,
  meeting: readonly Candidate[],
  input: ImportsInput,
): Promise<MeetingOutcome | ImportDetail> {
  try {
    return await importMeeting(deps, run, meeting, {
      onOverlap: deps.settings.importOnOverlap,
      converter: input.converter,
    });
  } catch (error) {
    if (isSyncError(error, 'precondition-failed')) return { kind: 'later' };
    if (!isSyncError(error, 'rejected', 'transient')) throw error;
    const message = error.step === undefined ? `${FAILED}: ${error.message}` : error.message;
    const now = instantOf(deps.clock.now());
    await deps.store.mappings.save(
      meeting.map(({ row, held }) => ({
        id: row.id,
        version: row.version,
        change: toImportFailed(message, row.retryCount + 1, now, deps.settings.backoffMinutes),
        lease: { calendar: held.calendar, token: held.lease.token },
      })),
    );
    return detailOfRow((meeting[0] as Candidate).row, 'error', message);
  }
}

/** S111. */
const FAILED = 'Transaction failed during event creation';

function errorsOf(details: readonly ImportDetail[]): readonly ErrorDetail[] {
  return details.flatMap(({ status, error, calendar, resourceId, mappingId }) =>
    status === 'error' && error !== undefined ? [{ message: error, calendar, resourceId, mappingId }] : [],
  );
}
