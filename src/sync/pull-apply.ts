/**
 * Makes a room's pull durable. Row bookkeeping, imports and proven removals go in one transaction; each edit and each restored event
 * touches the booking system and has a transaction of its own. Anything transient fails the room's round, so that its delta link
 * stays; an item that is refused for good is noted on its row and passed (R8).
 */
import { isSyncError, SyncError } from '../domain/errors.ts';
import type { Mapping, MappingChange } from '../domain/mapping.ts';
import type { Room } from '../domain/room.ts';
import { instantOf } from '../domain/time.ts';
import { applyEdit } from './edits.ts';
import { journalEntry } from './journal-entries.ts';
import type { Observation } from './observe-rooms.ts';
import type { Operation } from './plan.ts';
import type { JournalEntry, MappingSave } from './ports.ts';
import type { PullStep } from './pull-steps.ts';
import { applyRestored } from './restored.ts';
import type { ErrorDetail } from './results.ts';
import type { RunContext, SyncDeps } from './settings.ts';

export interface RoomPull {
  /** Changes that were not our own echoes. */
  readonly changes: number;
  readonly imports: number;
  /** Events of ours that got their mapping back. */
  readonly adopted: number;
  /** Waiting imports and known meetings that followed their event. */
  readonly refreshed: number;
  readonly updates: number;
  /** Proven removals, now waiting for `settleGone`. */
  readonly gone: number;
  readonly conflicts: number;
  /** Why events were left alone, with counts; `already-mapped`: nothing new about them. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly errors: readonly ErrorDetail[];
  readonly plan: readonly Operation[];
}

/** Applies planned steps in order. With `run.dryRun` nothing is written and `plan` says what would be. */
export async function applyPull(
  deps: SyncDeps,
  run: RunContext,
  observation: Observation,
  room: Room,
  steps: readonly PullStep[],
): Promise<RoomPull> {
  const plan = steps.flatMap((step) => operationOf(step, room));
  const counted = countSteps(steps);
  if (run.dryRun) return { ...counted, errors: [], plan };
  await applyRows(deps, run, observation, room, steps);
  const errors: ErrorDetail[] = [];
  let [updates, conflicts] = [0, 0];
  for (const step of steps) {
    try {
      if (step.kind === 'edit') {
        const { verdict } = await applyEdit(deps, run, observation.room, step);
        if (verdict === 'conflict') conflicts += 1;
        else updates += 1;
      }
      if (step.kind === 'restored') await applyRestored(deps, run, observation.room, step);
    } catch (error) {
      if (!isSyncError(error, 'rejected')) throw error;
      errors.push(await noteRejected(deps, observation, step, error));
    }
  }
  return { ...counted, updates, conflicts, errors, plan: [] };
}

/** Everything that concerns only the sync's own tables, set-based. */
async function applyRows(
  deps: SyncDeps,
  run: RunContext,
  observation: Observation,
  room: Room,
  steps: readonly PullStep[],
): Promise<void> {
  const now = instantOf(deps.clock.now());
  const lease = { calendar: room.calendar, token: observation.room.lease.token };
  const changes = steps.flatMap((step): { mapping: Mapping; change: MappingChange }[] => {
    if (step.kind === 'gone') {
      return step.mapping.goneSince === null ? [{ mapping: step.mapping, change: { goneSince: now } }] : [];
    }
    if (step.kind === 'touch' || step.kind === 'refresh' || step.kind === 'adopt' || step.kind === 'relink')
      return [step];
    return [];
  });
  // Oldest start first: imports are worked off in this order.
  const rows = steps
    .flatMap((step) => (step.kind === 'import' || step.kind === 'adopt-new' ? [step.row] : []))
    .sort((a, b) => ((a.startsAt ?? '') < (b.startsAt ?? '') ? -1 : 1));
  const replaced = steps.flatMap((step) =>
    (step.kind === 'adopt' || step.kind === 'adopt-new') && step.replaces !== null ? [step.replaces] : [],
  );
  if (changes.length > 0 || rows.length > 0) {
    await deps.store.transaction(async (store) => {
      // First, as the meeting they know is a unique key.
      if (replaced.length > 0) await store.mappings.remove(replaced);
      const saves = changes.map(
        ({ mapping, change }): MappingSave => ({ id: mapping.id, version: mapping.version, change, lease }),
      );
      const saved = new Set(saves.length === 0 ? [] : await store.mappings.save(saves));
      if (saved.size < saves.length) {
        throw new SyncError(
          'precondition-failed',
          'Mappings changed while the room was pulled; the next round sees it again.',
        );
      }
      if (rows.length > 0) await store.mappings.insert(rows);
      const entries = steps.flatMap((step) => entriesOf(run, step));
      if (entries.length > 0) await store.journal.append(entries);
    });
  }
  for (const step of steps) await raiseAlert(deps, room, step);
}

/** What only a person can settle, told once per event. */
async function raiseAlert(deps: SyncDeps, room: Room, step: PullStep): Promise<void> {
  const { calendar } = room;
  if (step.kind === 'ghost') {
    await deps.store.alerts.raise({
      kind: 'ghost',
      severity: 'warning',
      message:
        'An event marked as ours stands for nothing, or is a second one; delete it in Outlook, or re-enable its reservation if that is over.',
      properties: { calendar, eventId: step.event.id, reason: step.reason },
      episode: `ghost:${calendar}:${step.event.id}`,
    });
  }
  if (step.kind === 'unproven') {
    const { id, eventId } = step.mapping;
    await deps.store.alerts.raise({
      kind: 'unproven-removal',
      severity: 'warning',
      message:
        'An event is missing from its calendar without proof of a deletion; restore it in Outlook, or cancel it by its event id.',
      properties: { calendar, eventId, mappingId: id },
      episode: `unproven:${calendar}:${eventId}`,
    });
  }
}

function entriesOf(run: RunContext, step: PullStep): JournalEntry[] {
  if (step.kind === 'adopt' || step.kind === 'relink') {
    const reason =
      step.kind === 'adopt' ? 'An event of ours was found in Outlook' : 'The meeting continues under a new event id';
    return [journalEntry(run, step.mapping, { action: 'event-adopted', reason, eventId: step.event.id })];
  }
  return [];
}

async function noteRejected(
  deps: SyncDeps,
  observation: Observation,
  step: PullStep,
  error: SyncError,
): Promise<ErrorDetail> {
  if (step.kind !== 'edit' && step.kind !== 'restored') throw error;
  const { mapping } = step;
  const lease = { calendar: mapping.calendar, token: observation.room.lease.token };
  await deps.store.mappings.save([
    { id: mapping.id, version: mapping.version, change: { error: error.message }, lease },
  ]);
  return {
    message: error.message,
    mappingId: mapping.id,
    resourceId: mapping.resourceId,
    ...(error.step === undefined ? {} : { step: error.step }),
  };
}

function countSteps(steps: readonly PullStep[]): Omit<RoomPull, 'errors' | 'plan'> {
  const count = (...kinds: PullStep['kind'][]) => steps.filter((step) => kinds.includes(step.kind)).length;
  const skipped: Record<string, number> = {};
  for (const step of steps) if (step.kind === 'skip') skipped[step.reason] = (skipped[step.reason] ?? 0) + 1;
  const known = count('none', 'touch');
  if (known > 0) skipped['already-mapped'] = known;
  return {
    changes: steps.filter((step) => step.kind !== 'none' && step.kind !== 'touch' && step.kind !== 'unproven').length,
    imports: count('import'),
    adopted: count('adopt', 'adopt-new'),
    refreshed: count('refresh', 'relink'),
    updates: steps.filter((step) => step.kind === 'edit' && step.merge.verdict !== 'conflict').length,
    gone: count('gone'),
    conflicts: steps.filter((step) => step.kind === 'edit' && step.merge.verdict === 'conflict').length,
    skipped,
  };
}

function operationOf(step: PullStep, room: Room): Operation[] {
  if (step.kind === 'import') {
    return [
      {
        ...ofRoom(room),
        side: 'sync',
        action: 'set-status',
        mappingId: null,
        type: null,
        reservationId: null,
        eventId: step.event.id,
        reason: 'New in Outlook',
        cause: `import:${step.event.iCalUId ?? step.event.id}`,
        status: 'imported',
      },
    ];
  }
  if (step.kind === 'edit')
    return [
      {
        ...ofMapping(step.mapping),
        side: 'booking',
        action: 'update-reservation',
        reason: `Edited in Outlook: ${step.merge.verdict}`,
      },
    ];
  if (step.kind === 'gone')
    return [{ ...ofMapping(step.mapping), side: 'booking', action: 'cancel-reservation', reason: step.reason }];
  return [];
}

function ofRoom(room: Room): Pick<Operation, 'calendar' | 'resourceId'> {
  return { calendar: room.calendar, resourceId: room.resourceId };
}

function ofMapping(mapping: Mapping): Omit<Operation, 'side' | 'action' | 'reason'> {
  return {
    calendar: mapping.calendar,
    resourceId: mapping.resourceId,
    mappingId: mapping.id,
    type: mapping.type,
    reservationId: mapping.reservationId,
    eventId: mapping.eventId,
    cause: `pull:${mapping.id}`,
  };
}
