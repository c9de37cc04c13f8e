import { createSlidingCount, type SlidingCount } from './throttling.ts';

const WINDOW = 600_000;
const SLOW = 3_000;
const VERY_SLOW = 10_000;
/** Answers needed before a host is judged; older versions of the page name it. */
const SAMPLE = 100;

/** How quickly notification hosts answer: Graph delays or drops notifications for those that do not. */
export interface EndpointHealth {
  record(url: string, now: number, tookMs: number): void;
  /** `slow`: new notifications are 10 min late. `dropping`: they are lost for 10 min. */
  state(url: string, now: number): 'good' | 'slow' | 'dropping';
}

interface HostCounts {
  readonly all: SlidingCount;
  readonly slow: SlidingCount;
  readonly verySlow: SlidingCount;
}

export function createEndpointHealth(): EndpointHealth {
  const hosts = new Map<string, HostCounts>();

  function countsOf(url: string): HostCounts {
    const { host } = new URL(url);
    let counts = hosts.get(host);
    if (!counts) {
      const create = (): SlidingCount => createSlidingCount(WINDOW);
      counts = { all: create(), slow: create(), verySlow: create() };
      hosts.set(host, counts);
    }
    return counts;
  }

  return {
    record(url, now, tookMs) {
      const counts = countsOf(url);
      counts.all.add(now, 1);
      if (tookMs >= SLOW) counts.slow.add(now, 1);
      if (tookMs >= VERY_SLOW) counts.verySlow.add(now, 1);
    },
    state(url, now) {
      const counts = countsOf(url);
      const all = counts.all.total(now);
      if (all < SAMPLE) return 'good';
      if (counts.verySlow.total(now) > 0.15 * all) return 'dropping';
      return counts.slow.total(now) > 0.1 * all ? 'slow' : 'good';
    },
  };
}
