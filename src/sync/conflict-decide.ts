/** The conflict desk: a person decides. Whatever loses stays in the journal. */
import { SyncError } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { Decided, Deciding } from './conflict-deciding.ts';
import { decideEdited } from './conflict-edited.ts';
import { decideDoubtful, decideOverlap } from './conflict-import.ts';
import { decideRestored } from './conflict-restored.ts';
import { conflictKindOf, decisionsFor, OUTCOMES } from './conflict-rules.ts';
import type { Operation } from './plan.ts';
import type { ConflictDecision, ConflictKind, ConflictResolution } from './results.ts';
import { type HeldRoom, withRooms } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

export interface DecideInput {
  readonly mappingId: number;
  readonly decision: ConflictDecision;
  /** `doubtful`, where several imports may be meant: the one. */
  readonly twinId?: number;
}

const DECIDE: Readonly<Record<ConflictKind, (deciding: Deciding) => Promise<Decided>>> = {
  edited: decideEdited,
  overlap: decideOverlap,
  doubtful: decideDoubtful,
  restored: decideRestored,
};

/**
 * Carries a decision out at once. With `run.dryRun` only says what would follow.
 * @throws SyncError `unknown` (no such mapping), `not-allowed` (no conflict any more, or this decision is not possible), `busy`.
 */
export async function resolveConflict(
  deps: SyncDeps,
  run: RunContext,
  input: DecideInput,
): Promise<ConflictResolution> {
  const began = deps.clock.now();
  const [seen] = await deps.store.mappings.findByIds([input.mappingId]);
  if (seen === undefined) throw new SyncError('unknown', `There is no mapping ${input.mappingId}.`, { field: 'id' });
  const kind = checkAllowed(seen, input.decision);
  const base = {
    mappingId: seen.id,
    kind,
    decision: input.decision,
    outcome: OUTCOMES[kind][input.decision],
    errorDetails: [],
    queuedCalendars: [],
    stoppedEarly: false,
  };
  if (run.dryRun) {
    const plan = [operationOf(seen, base.outcome)];
    return { ...base, reservationId: seen.reservationId, warnings: [], durationMs: deps.clock.now() - began, plan };
  }
  await deps.store.calendars.ensure();
  const outcome = await withRooms(deps, run, [seen.calendar], (held) => decideHeld(deps, run, held, input));
  const [room] = outcome.done;
  if (room === undefined) throw new SyncError('busy', 'Another worker holds the room; try again in a moment.');
  if (!room.result.ok) throw room.result.error;
  return { ...base, ...room.result.value, durationMs: deps.clock.now() - began };
}

async function decideHeld(deps: SyncDeps, run: RunContext, held: HeldRoom, input: DecideInput): Promise<Decided> {
  const [row] = await deps.store.mappings.findByIds([input.mappingId]);
  if (row === undefined) throw new SyncError('unknown', `There is no mapping ${input.mappingId}.`, { field: 'id' });
  const kind = checkAllowed(row, input.decision);
  return DECIDE[kind]({ deps, run, held, row, decision: input.decision, twinId: input.twinId });
}

function checkAllowed(row: Mapping, decision: ConflictDecision): ConflictKind {
  const kind = conflictKindOf(row);
  if (kind === null) throw new SyncError('not-allowed', `Mapping ${row.id} is in no conflict that needs a decision.`);
  const allowed = decisionsFor(kind, row);
  if (!allowed.includes(decision)) {
    throw new SyncError('not-allowed', `This conflict can be decided by ${allowed.join(', ')}.`, { field: 'decision' });
  }
  return kind;
}

function operationOf(row: Mapping, reason: string): Operation {
  const { calendar, resourceId, id: mappingId, type, reservationId, eventId } = row;
  const cause = `conflict:${mappingId}`;
  return {
    side: 'sync',
    action: 'set-status',
    calendar,
    resourceId,
    mappingId,
    type,
    reservationId,
    eventId,
    reason,
    cause,
  };
}
