/** A virtual clock, on which waiting takes no time. */
import type { Clock } from '../sync/ports.ts';

export interface VirtualClock extends Clock {
  /** Moves time forward, waking sleepers in the order of their time. Going back throws. */
  advanceTo(epochMs: number): void;
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/**
 * A clock that stands still while code runs. Where everything in the process waits for it, it moves on to the first sleeper,
 * so a pause of a minute takes no time and order is the same in every run. "Everything waits" means that `IDLE_TURNS` turns of the event loop went
 * by without anybody coming or going; nothing but loopback I/O may take longer than that.
 */
export function createVirtualClock(startEpochMs: number): VirtualClock {
  const IDLE_TURNS = 4;
  let now = startEpochMs;
  let sleepers: Sleeper[] = [];
  let pumping = false;

  function wakeThrough(epochMs: number): void {
    for (;;) {
      const next = sleepers.reduce<Sleeper | null>((a, b) => (a !== null && a.due <= b.due ? a : b), null);
      if (next === null || next.due > epochMs) return;
      sleepers = sleepers.filter((sleeper) => sleeper !== next);
      now = Math.max(now, next.due);
      next.wake();
    }
  }

  function pump(turnsLeft: number, seen: readonly Sleeper[]): void {
    setImmediate(() => {
      if (sleepers.length === 0) {
        pumping = false;
      } else if (seen !== sleepers) {
        pump(IDLE_TURNS, sleepers);
      } else if (turnsLeft > 0) {
        pump(turnsLeft - 1, sleepers);
      } else {
        wakeThrough(Math.max(now, Math.min(...sleepers.map((sleeper) => sleeper.due))));
        pump(IDLE_TURNS, sleepers);
      }
    });
  }

  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal?.reason);
        };
        const wake = () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        };
        const sleeper: Sleeper = { due: now + Math.max(0, ms), wake };
        signal?.addEventListener('abort', onAbort, { once: true });
        sleepers = [...sleepers, sleeper];
        if (!pumping) {
          pumping = true;
          pump(IDLE_TURNS, sleepers);
        }
      }),
    advanceTo(epochMs) {
      if (epochMs < now) throw new Error('A clock does not go back');
      wakeThrough(epochMs);
      now = Math.max(now, epochMs);
    },
  };
}
