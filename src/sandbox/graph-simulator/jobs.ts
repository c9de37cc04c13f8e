/** Things that happen later on the simulator's clock: a heap of plain records, so that it can be saved. */
export interface Job<P> {
  readonly due: number;
  /** Order among jobs due at the same moment. */
  readonly order: number;
  readonly payload: P;
}

export interface JobQueue<P> {
  add(due: number, payload: P): void;
  /** Takes the earliest job that is due at `now`, or undefined. */
  takeDue(now: number): Job<P> | undefined;
  nextDue(): number | null;
  all(): readonly Job<P>[];
  load(jobs: readonly Job<P>[]): void;
}

const before = (a: { due: number; order: number }, b: { due: number; order: number }): boolean =>
  a.due < b.due || (a.due === b.due && a.order < b.order);

export function createJobQueue<P>(): JobQueue<P> {
  let heap: Job<P>[] = [];
  let order = 0;

  const at = (index: number): Job<P> => heap[index] as Job<P>;
  const swap = (i: number, j: number): void => {
    const kept = at(i);
    heap[i] = at(j);
    heap[j] = kept;
  };

  function push(job: Job<P>): void {
    heap.push(job);
    let index = heap.length - 1;
    while (index > 0 && before(at(index), at((index - 1) >> 1))) {
      swap(index, (index - 1) >> 1);
      index = (index - 1) >> 1;
    }
  }

  function pop(): Job<P> | undefined {
    const top = heap[0];
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return top;
    heap[0] = last;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      let least = index;
      if (left < heap.length && before(at(left), at(least))) least = left;
      if (right < heap.length && before(at(right), at(least))) least = right;
      if (least === index) return top;
      swap(index, least);
      index = least;
    }
  }

  function load(jobs: readonly Job<P>[]): void {
    heap = [];
    for (const job of jobs) {
      order = Math.max(order, job.order);
      push(job);
    }
  }

  return {
    add: (due, payload) => push({ due, order: ++order, payload }),
    takeDue: (now) => (heap[0] && heap[0].due <= now ? pop() : undefined),
    nextDue: () => heap[0]?.due ?? null,
    all: () => heap,
    load,
  };
}
