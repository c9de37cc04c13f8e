import type { Clock } from '../sync/ports.ts';

/**
 * Runs `work` until `deadline` (epoch ms on `clock`); then aborts its signal and answers null at once, whether or not the work
 * obeys. What the work does afterwards is ignored. Uses the clock only, so virtual time works.
 */
export async function beforeDeadline<T extends object | string>(
  clock: Clock,
  deadline: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  const remaining = deadline - clock.now();
  if (remaining <= 0) return null;
  const abort = new AbortController();
  const alarm = new AbortController();
  // The sleep is rejected only by the `finally` below, when nobody listens any more.
  const expiry = clock.sleep(remaining, alarm.signal).then(nothing, nothing);
  const running = work(abort.signal);
  try {
    const outcome = await Promise.race([running, expiry]);
    if (outcome === null) {
      running.catch(nothing);
      abort.abort();
    }
    return outcome;
  } finally {
    alarm.abort(OVER);
  }
}

/** Sleeps until `until` but never past `deadline`; false when the deadline comes first (nothing is slept then). */
export async function sleepUntil(clock: Clock, until: number, deadline: number): Promise<boolean> {
  if (until >= deadline) return false;
  const wait = until - clock.now();
  if (wait > 0) await clock.sleep(wait);
  return true;
}

const nothing = (): null => null;

/** Why the alarm is switched off; given so that no `DOMException` with a stack is made for every request. */
const OVER = new Error('The work was over before its deadline.');
