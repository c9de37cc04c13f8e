/** A person's word on cancellations the brake holds (R4), as a run: recorded, and planned only on a dry run. */
import { SyncError } from '../domain/errors.ts';
import { decideParked, listParked, type ParkedRow } from './conflict-parked.ts';
import type { Operation } from './plan.ts';
import type { RunResult } from './results.ts';
import type { RunContext, SyncDeps } from './settings.ts';

export interface ParkedDecision extends RunResult {
  readonly decision: 'approved' | 'dismissed';
  /** Ids that were still undecided. */
  readonly decided: readonly number[];
}

export interface ParkedInput {
  readonly ids: readonly number[];
  readonly decision: ParkedDecision['decision'];
  /** What the caller calls the ids. */
  readonly field: string;
}

/** More than a brake ever parks at once. */
const EVERY = 100_000;

/** @throws SyncError `unknown` when none of them is parked. */
export async function decideOnParked(
  deps: SyncDeps,
  run: RunContext,
  { ids, decision, field }: ParkedInput,
): Promise<ParkedDecision> {
  const began = deps.clock.now();
  const base = { decision, errorDetails: [], queuedCalendars: [], stoppedEarly: false };
  const wanted = new Set(ids);
  const rows = (await listParked(deps, { limit: EVERY })).filter((row) => wanted.has(row.id));
  if (rows.length === 0)
    throw new SyncError('unknown', 'No cancellation that waits for a decision has this id.', { field });
  if (run.dryRun) {
    const plan = rows.map((row) => operationOf(row, decision));
    return { ...base, decided: [], plan, durationMs: deps.clock.now() - began };
  }
  const decided = await decideParked(deps, { ids, decision });
  return { ...base, decided, durationMs: deps.clock.now() - began };
}

function operationOf(row: ParkedRow, decision: ParkedDecision['decision']): Operation {
  const what =
    decision === 'approved'
      ? ({ side: row.operation === 'cancel-reservation' ? 'booking' : 'outlook', action: row.operation } as const)
      : ({ side: 'sync', action: 'set-status', status: 'dismissed' } as const);
  return {
    ...what,
    calendar: row.calendar,
    resourceId: row.mapping?.resourceId ?? 0,
    mappingId: row.mappingId,
    type: row.mapping?.type ?? null,
    reservationId: row.mapping?.reservationId ?? null,
    eventId: null,
    reason: row.reason,
    cause: row.cause,
  };
}
