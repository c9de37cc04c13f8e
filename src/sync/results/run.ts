/** Common to all use cases. */
import type { ReservationType } from '../../domain/reservation.ts';
import type { Operation } from '../plan.ts';

/** One failed part of a run. `message` is a plain sentence without names or subjects. */
export interface ErrorDetail {
  readonly message: string;
  readonly code?: string;
  readonly field?: string;
  readonly calendar?: string;
  readonly resourceId?: number;
  readonly mappingId?: number;
  readonly type?: ReservationType | null;
  readonly reservationId?: number | null;
  readonly step?: string;
}

/** Common to every mutating use case. `plan` only on dry runs: exactly what would be done. */
export interface RunResult {
  readonly durationMs: number;
  readonly stoppedEarly: boolean;
  readonly errorDetails: readonly ErrorDetail[];
  /** Rooms another worker held; their work was signalled (202, `queued`). */
  readonly queuedCalendars: readonly string[];
  readonly plan?: readonly Operation[];
}
