/** Longest age of a figure (S17). */
const MAX_AGE_MS = 60_000;
/** What is made faster than this is never kept. */
const CHEAP_MS = 50;
/** A dearer figure is good for this many times as long as it took to make: making it costs at most 1 % of the time. */
const AGE_PER_COST = 100;

export interface Cached<T> {
  get(): Promise<T>;
  /** The next `get` makes the figure anew. */
  forget(): void;
}

interface Entry<T> {
  readonly figure: Promise<T>;
  readonly madeAt: number;
  /** Unknown while the figure is in the making. */
  cost: number | null;
}

/**
 * Keeps what `make` gave for as long as it was expensive: on a small database figures are live, on a million rows they cost next to
 * nothing. A kept figure that is due is handed out once more while the next is made; none is older than a minute. Calls that meet a figure
 * in the making share it; a failure is not kept.
 */
export function cached<T>(clock: { now(): number }, make: () => Promise<T>): Cached<T> {
  let current: Entry<T> | null = null;

  function renew(): Promise<T> {
    const madeAt = clock.now();
    const entry: Entry<T> = { figure: make(), madeAt, cost: null };
    entry.figure.then(
      () => {
        entry.cost = clock.now() - madeAt;
      },
      () => {
        if (current === entry) current = null;
      },
    );
    current = entry;
    return entry.figure;
  }

  return {
    async get() {
      if (current === null) return renew();
      const { figure, cost, madeAt } = current;
      if (cost === null) return figure;
      const age = clock.now() - madeAt;
      if (cost < CHEAP_MS || age >= MAX_AGE_MS) return renew();
      if (age >= cost * AGE_PER_COST) renew().catch(() => undefined);
      return figure;
    },
    forget() {
      current = null;
    },
  };
}
