/** Lets timers and queues run: as the clock passes, or driven step by step on a virtual clock. */
import type { Clock } from '../../sync/ports.ts';
import type { QueueListener } from './queue-listener.ts';
import type { QueueStorage } from './queue-storage.ts';
import type { Timer } from './timers.ts';

export interface TriggerLoopsDeps {
  readonly clock: Clock & { advanceTo?(epochMs: number): void };
  readonly timers: readonly Timer[];
  readonly listeners: readonly QueueListener[];
  readonly storage: QueueStorage;
  /** Resolves when no invocation is under way. */
  readonly allDone: () => Promise<void>;
}

export interface TriggerLoops {
  start(): void;
  stop(): Promise<void>;
  advanceTo(epochMs: number): Promise<void>;
}

/** Nothing sleeps longer than this in one go, so that a machine that was suspended is late by at most as much. */
const LONGEST_NAP_MS = 60_000;

export function createTriggerLoops({ clock, timers, listeners, storage, allDone }: TriggerLoopsDeps): TriggerLoops {
  const stop = new AbortController();
  const loops: Promise<void>[] = [];

  /** Sleeps until `due`, or a change of the queue, whichever is first; false once stopped. */
  async function nap(due: number | null, queue?: string): Promise<boolean> {
    const woken = new AbortController();
    const unsubscribe = storage.onChange((name) => {
      if (name === queue) woken.abort();
    });
    const ms = Math.min(LONGEST_NAP_MS, due === null ? LONGEST_NAP_MS : Math.max(0, due - clock.now()));
    await clock.sleep(ms, AbortSignal.any([stop.signal, woken.signal])).catch(() => undefined);
    unsubscribe();
    return !stop.signal.aborted;
  }

  async function runTimer(timer: Timer): Promise<void> {
    while (await nap(timer.dueAt())) {
      const due = timer.dueAt();
      if (due !== null && due <= clock.now()) await timer.fire();
    }
  }

  async function runQueue(listener: QueueListener): Promise<void> {
    listener.fill();
    while (await nap(listener.dueAt(), listener.queue)) listener.fill();
  }

  /** The first thing due by `epochMs`: earliest first, then by name. */
  function firstDue(epochMs: number): { readonly at: number; readonly run: () => Promise<void> } | null {
    const steps = [
      ...timers.map((timer) => ({ at: timer.dueAt(), name: timer.functionName, run: () => timer.fire() })),
      ...listeners.map((listener) => ({
        at: listener.dueAt(),
        name: listener.functionName,
        run: async () => listener.fill(),
      })),
    ];
    const due = steps.flatMap(({ at, ...step }) => (at !== null && at <= epochMs ? [{ at, ...step }] : []));
    due.sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
    return due[0] ?? null;
  }

  return {
    start() {
      loops.push(...timers.map(runTimer), ...listeners.map(runQueue));
    },
    async stop() {
      stop.abort();
      for (const listener of listeners) listener.stop();
      await Promise.all(loops);
    },
    async advanceTo(epochMs) {
      await allDone();
      for (let step = firstDue(epochMs); step !== null; step = firstDue(epochMs)) {
        if (step.at > clock.now()) move(clock, step.at);
        await step.run();
        await allDone();
      }
      if (epochMs > clock.now()) move(clock, epochMs);
    },
  };
}

function move(clock: TriggerLoopsDeps['clock'], epochMs: number): void {
  if (clock.advanceTo === undefined) throw new Error('advanceTo needs a virtual clock');
  clock.advanceTo(epochMs);
}
