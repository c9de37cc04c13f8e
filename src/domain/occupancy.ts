/** Which reservations of one room stay out of Outlook because better ones take their place. */
import { PRIORITY, RESERVATION_TYPES, type ReservationKey, reservationLabel } from './reservation.ts';
import type { WallClock } from './time.ts';
import { addDays, isAllDaySpan, isValidSpan } from './wall-clock.ts';

/**
 * - `none`: everything is shown.
 * - `exact`: hidden when a better one has the identical slot.
 * - `covered`: hidden when better ones together fill the whole slot; partly covered stays, whole.
 * - `overlap`: hidden when a better one touches it at all.
 */
export const CONFLICT_POLICIES = ['none', 'exact', 'covered', 'overlap'] as const;
export type ConflictPolicy = (typeof CONFLICT_POLICIES)[number];

/** An active reservation on the room. */
export interface Occupant extends ReservationKey {
  readonly start: WallClock;
  readonly end: WallClock;
}

/** `Suppressed by event:1005, booking:3042` */
export function suppressedMessage(coverers: readonly string[]): string {
  return `Suppressed by ${coverers.join(', ')}`;
}

/**
 * Suppressed reservations of one room by label, each with the labels of the better ones in its slot, sorted by priority, then
 * id. Coverers count even when they are suppressed themselves, since they occupy the room all the same; reservations of the same
 * type never suppress each other; those that end before they start neither suppress nor are suppressed. O(n log n + answers).
 */
export function findSuppressed(
  occupants: readonly Occupant[],
  policy: ConflictPolicy,
): ReadonlyMap<string, readonly string[]> {
  const suppressed = new Map<string, readonly string[]>();
  if (policy === 'none') return suppressed;
  const spans = occupants.filter(({ start, end }) => isValidSpan(start, end)).map(toSpan);
  let better: readonly Span[] = [];
  for (const type of RESERVATION_TYPES) {
    const candidates = spans.filter((span) => span.type === type);
    if (better.length > 0 && candidates.length > 0) {
      const index = createOverlapIndex(better);
      for (const candidate of candidates) {
        const coverers = findCoverers(candidate, index, policy);
        if (coverers.length > 0)
          suppressed.set(reservationLabel(candidate), coverers.sort(byPriority).map(reservationLabel));
      }
    }
    better = better.concat(candidates);
  }
  return suppressed;
}

interface Span extends ReservationKey {
  readonly from: WallClock;
  readonly to: WallClock;
}

/** 00:00-23:59 fills the day like 00:00-24:00 (E4). */
function toSpan({ type, id, start, end }: Occupant): Span {
  const untilMidnight = end.startsWith('23:59', 11) && isAllDaySpan(start, end);
  return { type, id, from: start, to: untilMidnight ? `${addDays(end, 1).slice(0, 10)} 00:00:00` : end };
}

function findCoverers(candidate: Span, index: OverlapIndex, policy: ConflictPolicy): Span[] {
  switch (policy) {
    case 'none':
      return [];
    case 'exact':
      return index.overlapping(candidate).filter(({ from, to }) => from === candidate.from && to === candidate.to);
    case 'covered':
      return index.covers(candidate) ? index.overlapping(candidate) : [];
    case 'overlap':
      return index.overlapping(candidate);
  }
}

function byPriority(a: ReservationKey, b: ReservationKey): number {
  return PRIORITY[a.type] - PRIORITY[b.type] || a.id - b.id;
}

interface OverlapIndex {
  overlapping(span: Span): Span[];
  /** Whether the union of all spans contains `span`. */
  covers(span: Span): boolean;
}

/**
 * Spans sorted by start under a binary tree of latest ends: branches that end too early are skipped whole, so that one
 * year-long closure does not make every look-up a walk through the year.
 */
function createOverlapIndex(unsorted: readonly Span[]): OverlapIndex {
  const spans = unsorted.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const leaves = 2 ** Math.ceil(Math.log2(spans.length));
  const latestEnd: WallClock[] = new Array(2 * leaves).fill('');
  for (const [at, { to }] of spans.entries()) latestEnd[leaves + at] = to;
  for (let node = leaves - 1; node > 0; node--) {
    latestEnd[node] = laterOf(latestEnd[2 * node] ?? '', latestEnd[2 * node + 1] ?? '');
  }
  const union = mergeSpans(spans);

  function collect(node: number, span: Span, limit: number, found: Span[]): void {
    if ((latestEnd[node] ?? '') <= span.from) return;
    if (node >= leaves) {
      const hit = spans[node - leaves];
      if (hit !== undefined && node - leaves < limit) found.push(hit);
      return;
    }
    collect(2 * node, span, limit, found);
    if (firstLeaf(2 * node + 1, leaves) < limit) collect(2 * node + 1, span, limit, found);
  }

  return {
    overlapping(span) {
      const found: Span[] = [];
      collect(
        1,
        span,
        countLeading(spans, ({ from }) => from < span.to),
        found,
      );
      return found;
    },
    covers(span) {
      const candidate = union[countLeading(union, ({ from }) => from <= span.from) - 1];
      return candidate !== undefined && candidate.to >= span.to;
    },
  };
}

function laterOf(a: WallClock, b: WallClock): WallClock {
  if (a > b) return a;
  return b;
}

/** Position of the first leaf below `node`. */
function firstLeaf(node: number, leaves: number): number {
  let first = node;
  while (first < leaves) first *= 2;
  return first - leaves;
}

/** Disjoint union of spans sorted by start; neighbours that touch become one. */
function mergeSpans(spans: readonly Span[]): { from: WallClock; to: WallClock }[] {
  const union: { from: WallClock; to: WallClock }[] = [];
  for (const { from, to } of spans) {
    const last = union.at(-1);
    if (last === undefined || from > last.to) union.push({ from, to });
    else if (to > last.to) last.to = to;
  }
  return union;
}

/** How many of the sorted spans, from the first on, are `early`. */
function countLeading<T>(sorted: readonly T[], early: (span: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (early(sorted[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}
