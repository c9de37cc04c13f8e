import type { StoredEvent } from './model.ts';

/** Single events of one calendar ordered by start, for window queries over many thousand events. */
export interface Timeline {
  insert(event: StoredEvent): void;
  remove(event: StoredEvent): void;
  /** Events overlapping `from <= t < to`, by start; an event without length counts while its start is inside. */
  overlapping(from: number, to: number): StoredEvent[];
  all(): readonly StoredEvent[];
}

/** Whether a span overlaps a window: the rule of calendarView. */
export function overlaps(start: number, end: number, from: number, to: number): boolean {
  return start < to && (end > from || (end === start && start >= from));
}

export function createTimeline(): Timeline {
  const ordered: StoredEvent[] = [];
  let longest = 0;

  /** First position whose event comes at or after (start, number). */
  function position(start: number, number: number): number {
    let low = 0;
    let high = ordered.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const event = ordered[middle] as StoredEvent;
      if (event.start < start || (event.start === start && event.number < number)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    insert(event) {
      longest = Math.max(longest, event.end - event.start);
      const last = ordered.at(-1);
      if (!last || last.start < event.start) ordered.push(event);
      else ordered.splice(position(event.start, event.number), 0, event);
    },
    remove(event) {
      const at = position(event.start, event.number);
      if (ordered[at] === event) ordered.splice(at, 1);
    },
    overlapping(from, to) {
      const found: StoredEvent[] = [];
      for (let at = position(from - longest, -1); at < ordered.length; at++) {
        const event = ordered[at] as StoredEvent;
        if (event.start >= to) break;
        if (overlaps(event.start, event.end, from, to)) found.push(event);
      }
      return found;
    },
    all: () => ordered,
  };
}
