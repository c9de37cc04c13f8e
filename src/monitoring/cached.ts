/** Longest age of a figure (S17). */
const MAX_AGE_MS = 60_000;
/** A kept figure of this age is made anew behind the answer, so that nobody who keeps asking ever waits for it. */
const RENEW_AGE_MS = MAX_AGE_MS / 2;
/** What is made faster than this is never kept. */
const CHEAP_MS = 50;
/** A dear figure is good for this many times as long as it took to make, up to `RENEW_AGE_MS`. */
const AGE_PER_COST = 100;

export interface Cached<T> {
  get(): Promise<T>;
  /** The next `get` makes the figure anew. */
  forget(): void;
}

interface Kept<T> {
  readonly figure: T;
  /** When its making began: what happened later may be missing from it. */
  readonly madeAt: number;
  readonly cost: number;
}

/**
 * Keeps what `make` gave for as long as it was expensive: on a small database figures are live, on a million rows they cost next to
 * nothing. A kept figure that is due goes on being handed out while the next is made; none is older than a minute. Calls that have to wait
 * for a figure in the making share it; a failure is not kept.
 */
export function cached<T>(clock: { now(): number }, make: () => Promise<T>): Cached<T> {
  let kept: Kept<T> | null = null;
  let making: Promise<T> | null = null;

  function renew(): Promise<T> {
    const madeAt = clock.now();
    const mine = make().then(
      (figure) => {
        if (making === mine) [kept, making] = [{ figure, madeAt, cost: clock.now() - madeAt }, null];
        return figure;
      },
      (error) => {
        if (making === mine) making = null;
        throw error;
      },
    );
    making = mine;
    return mine;
  }

  return {
    async get() {
      const age = kept === null ? 0 : clock.now() - kept.madeAt;
      if (kept === null || kept.cost < CHEAP_MS || age >= MAX_AGE_MS) return making ?? renew();
      const isDue = age >= Math.min(kept.cost * AGE_PER_COST, RENEW_AGE_MS);
      if (isDue && making === null) renew().catch(() => undefined);
      return kept.figure;
    },
    forget() {
      kept = null;
      making = null;
    },
  };
}
