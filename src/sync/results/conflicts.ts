/** What waits for a person. */
import type { ReservationType } from '../../domain/reservation.ts';
import type { RunResult } from './run.ts';

/**
 * What waits for a person. `overlap`: an import in whose place events of the booking system are (E51). `edited`: both sides changed it, or
 * a clerk changed a person's meeting (E10, E47). `doubtful`: a reservation that may stand in Outlook already. `restored`: an event came
 * back whose slot is taken (E66).
 */
export type ConflictKind = 'overlap' | 'edited' | 'doubtful' | 'restored';

export type ConflictDecision = 'keep_booking' | 'keep_outlook' | 'keep_both' | 'dismiss';

/** One side's version, for a person's eyes only. */
export interface ConflictVersion {
  readonly title: string | null;
  readonly description: string | null;
  /** Local wall clock. */
  readonly start: string | null;
  readonly end: string | null;
  readonly isPublic: boolean | null;
}

export interface Conflict {
  readonly mappingId: number;
  readonly kind: ConflictKind;
  readonly calendar: string;
  readonly resourceId: number;
  readonly type: ReservationType | null;
  readonly reservationId: number | null;
  readonly eventId: string | null;
  readonly reason: string;
  /** When it last changed. */
  readonly since: string;
  readonly booking: ConflictVersion | null;
  readonly outlook: ConflictVersion | null;
  /** Reservations of the booking system in its place. */
  readonly others: readonly ({ readonly type: ReservationType; readonly id: number } & ConflictVersion)[];
  /** `doubtful`: waiting imports it may be one with. */
  readonly twins: readonly ({ readonly mappingId: number } & ConflictVersion)[];
  /** What may be decided about it. */
  readonly decisions: readonly ConflictDecision[];
}

/** `conflicts.ts`: `listConflicts(deps, { limit })`. */
export interface ConflictList {
  readonly conflicts: readonly Conflict[];
  readonly total: number;
}

/** `conflict-decide.ts`: `resolveConflict(deps, run, { mappingId, decision })`. */
export interface ConflictResolution extends RunResult {
  readonly mappingId: number;
  readonly kind: ConflictKind;
  readonly decision: ConflictDecision;
  /** What follows, in words. */
  readonly outcome: string;
  readonly reservationId: number | null;
  readonly warnings: readonly string[];
}
