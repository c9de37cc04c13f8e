/**
 * Acts that lie in wait for a moment inside a worker's run: races between what it has read and what it is about to do are met often instead
 * of by luck. `plots.ts` says who waits for whom.
 */
import type { SyncStore } from '../../../src/sync/ports.ts';
import type { SyncDeps } from '../../../src/sync/settings.ts';
import type { Process } from './scheduler.ts';

/** Just before a worker asks for leases, begins a transaction, or lets a calendar write leave. */
export type Moment = 'claim' | 'transaction' | 'write';

export const MOMENTS: readonly Moment[] = ['claim', 'transaction', 'write'];

export interface Ambush {
  readonly moment: Moment;
  /** Moments of that kind let pass first. */
  readonly skip: number;
  /** Ends before the worker goes on. */
  readonly act: (worker: Process) => Promise<void>;
}

export interface AmbushBox {
  arm(ambush: Ambush): void;
  /** The ports as a worker uses them. */
  watch(worker: Process, deps: SyncDeps): SyncDeps;
  /** A worker comes to such a moment; holds no lock of the database. */
  meet(moment: Moment, worker: Process): Promise<void>;
  clear(): void;
}

export function createAmbushBox(): AmbushBox {
  let waiting: Ambush[] = [];

  async function meet(moment: Moment, worker: Process): Promise<void> {
    const next = waiting.find((one) => one.moment === moment);
    if (next === undefined) return;
    waiting = waiting.filter((one) => one !== next);
    if (next.skip > 0) waiting.unshift({ ...next, skip: next.skip - 1 });
    else await next.act(worker);
  }

  function watchStore(store: SyncStore, worker: Process): SyncStore {
    const { calendars } = store;
    return {
      ...store,
      calendars: {
        ...calendars,
        async claim(...asked) {
          await meet('claim', worker);
          return calendars.claim(...asked);
        },
      },
      async transaction(work) {
        await meet('transaction', worker);
        return store.transaction(work);
      },
      now: () => store.now(),
    };
  }

  return {
    arm(ambush) {
      waiting.push(ambush);
    },
    watch: (worker, deps) => ({ ...deps, store: watchStore(deps.store, worker) }),
    meet,
    clear() {
      waiting = [];
    },
  };
}
