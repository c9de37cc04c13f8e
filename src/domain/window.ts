/** The part of time that is kept in step; leaving it is not a deletion (E28-E30). */
import { epochOf, type InstantSpan, instantOf, type WallSpan } from './time.ts';
import { addDays, toInstant, wallNow } from './wall-clock.ts';

const DAY_MS = 86_400_000;

export interface SyncWindow {
  /** For the booking system. */
  readonly wall: WallSpan;
  /** The same span for Graph. */
  readonly span: InstantSpan;
}

/**
 * From `pastDays` before to `futureDays` after `nowMs` (milliseconds since 1970, UTC), counted in calendar days of `zone`, so that
 * a DST night inside it does not move its edges. `horizonDays`: the room's own days ahead, null = `futureDays`.
 */
export function windowOf(
  nowMs: number,
  zone: string,
  pastDays: number,
  futureDays: number,
  horizonDays: number | null,
): SyncWindow {
  const now = wallNow(nowMs, zone);
  const wall = { from: addDays(now, -pastDays), to: addDays(now, horizonDays ?? futureDays) };
  return { wall, span: { from: toInstant(wall.from, zone).instant, to: toInstant(wall.to, zone).instant } };
}

/**
 * `span` widened by a day on both sides: Graph matches all-day events by UTC midnights, so a read must ask for more and sort out
 * by date.
 */
export function padSpan({ from, to }: InstantSpan): InstantSpan {
  return { from: instantOf(epochOf(from) - DAY_MS), to: instantOf(epochOf(to) + DAY_MS) };
}
