/** Use-case results as the bodies of the conflict desk. */
import type { z } from 'zod';
import type { ParkedRow } from '../../sync/conflict-parked.ts';
import type { ParkedDecision } from '../../sync/decide-parked.ts';
import type { ConflictList, ConflictResolution, ConflictVersion } from '../../sync/results.ts';
import type { RunContext } from '../../sync/settings.ts';
import type { conflictsBody, decidedBody, parkedBody, resolveBody } from '../bodies/conflicts.ts';
import { messageOf, presentErrors, presentRun } from './common.ts';

export function presentConflicts({ conflicts, total }: ConflictList): z.output<typeof conflictsBody> {
  return {
    success: true,
    count: conflicts.length,
    total,
    conflicts: conflicts.map((conflict) => ({
      id: conflict.mappingId,
      kind: conflict.kind,
      calendar_id: conflict.calendar,
      resource_id: conflict.resourceId,
      reservation_type: conflict.type,
      reservation_id: conflict.reservationId,
      outlook_event_id: conflict.eventId,
      reason: conflict.reason,
      since: conflict.since,
      booking: conflict.booking && presentVersion(conflict.booking),
      outlook: conflict.outlook && presentVersion(conflict.outlook),
      others: conflict.others.map((other) => ({
        reservation_type: other.type,
        reservation_id: other.id,
        ...presentVersion(other),
      })),
      twins: conflict.twins.map((twin) => ({ id: twin.mappingId, ...presentVersion(twin) })),
      decisions: [...conflict.decisions],
    })),
  };
}

function presentVersion(version: ConflictVersion) {
  return {
    title: version.title,
    description: version.description,
    start_time: version.start,
    end_time: version.end,
    is_public: version.isPublic,
  };
}

export function presentResolution(result: ConflictResolution, run: RunContext): z.output<typeof resolveBody> {
  return {
    success: true,
    message: result.outcome,
    result: {
      id: result.mappingId,
      kind: result.kind,
      decision: result.decision,
      reservation_id: result.reservationId,
      warnings: [...result.warnings],
    },
    error_details: presentErrors(result.errorDetails),
    ...presentRun(result, run),
  };
}

export function presentParked(rows: readonly ParkedRow[]): z.output<typeof parkedBody> {
  return {
    success: true,
    count: rows.length,
    parked: rows.map((row) => ({
      id: row.id,
      operation: row.operation,
      calendar_id: row.calendar,
      mapping_id: row.mappingId,
      resource_id: row.mapping?.resourceId ?? null,
      reservation_type: row.mapping?.type ?? null,
      reservation_id: row.mapping?.reservationId ?? null,
      title: row.mapping?.subject ?? null,
      start_time: row.mapping?.startsAt ?? null,
      end_time: row.mapping?.endsAt ?? null,
      reason: row.reason,
      cause: row.cause,
      created_at: row.createdAt,
    })),
  };
}

export function presentDecided(result: ParkedDecision, run: RunContext): z.output<typeof decidedBody> {
  const done =
    result.decision === 'approved'
      ? 'Approved; the next run of these rooms carries them out'
      : 'Dismissed; nothing is cancelled for them';
  return {
    success: true,
    message: messageOf(run, done),
    decided: [...result.decided],
    error_details: presentErrors(result.errorDetails),
    ...presentRun(result, run),
  };
}
