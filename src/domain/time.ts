/**
 * Time as it is written in this project.
 *
 * - `Instant`: a moment, as ISO 8601 in UTC with milliseconds, `2027-03-01T07:00:00.000Z`. Instants compare as text.
 * - `WallClock`: what a clock on the wall of the building shows, `2027-03-01 08:00:00`, no offset; it means something only
 *   together with the configured zone. Wall-clock values compare as text too.
 * - `LocalDate`: a calendar day, `2027-03-01`.
 */
export type Instant = string;
export type WallClock = string;
export type LocalDate = string;

/** Half-open span of moments, `from <= t < to`. */
export interface InstantSpan {
  readonly from: Instant;
  readonly to: Instant;
}

/** Half-open span of wall-clock times, `from <= t < to`. */
export interface WallSpan {
  readonly from: WallClock;
  readonly to: WallClock;
}

/** Milliseconds since 1970 (UTC) to an `Instant`. */
export function instantOf(epochMs: number): Instant {
  return new Date(epochMs).toISOString();
}

/** `Instant` to milliseconds since 1970 (UTC). */
export function epochOf(instant: Instant): number {
  return Date.parse(instant);
}
