/** What the simulator measured itself; the budgets are judged by these figures, never by the client's own. */
export interface RequestEntry {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly kind: string;
  /** Object id of the mailbox; null where none is touched. */
  readonly mailbox: string | null;
  readonly status: number;
  /** Part of a `$batch`. */
  readonly part: boolean;
}

export interface Metrics {
  /** HTTP requests received; a `$batch` is one. */
  readonly requests: number;
  readonly batches: number;
  /** Operations inside batches. */
  readonly parts: number;
  /** Single requests and parts by kind (`create-event`, `delta`, …). */
  readonly operations: Readonly<Record<string, number>>;
  readonly operationsByMailbox: ReadonlyMap<string, number>;
  readonly throttled: number;
  readonly throttledByMailbox: ReadonlyMap<string, number>;
  /** Most operations under way at once, by mailbox and over all mailboxes' maxima. */
  readonly peakByMailbox: ReadonlyMap<string, number>;
  readonly peakConcurrency: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly log: readonly RequestEntry[];
  reset(): void;
}

export interface MetricsRecorder extends Metrics {
  request(): void;
  batch(parts: number): void;
  operation(entry: RequestEntry): void;
  underWay(mailbox: string, count: number): void;
  fault(kind: string): void;
}

const raise = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

function empty() {
  return {
    requests: 0,
    batches: 0,
    parts: 0,
    throttled: 0,
    peakConcurrency: 0,
    operations: {} as Record<string, number>,
    faults: {} as Record<string, number>,
    operationsByMailbox: new Map<string, number>(),
    throttledByMailbox: new Map<string, number>(),
    peakByMailbox: new Map<string, number>(),
    log: [] as RequestEntry[],
  };
}

/** @param logEntries entries kept in the log; 0 keeps none */
export function createMetrics(logEntries: number): MetricsRecorder {
  const figures = empty();

  return Object.assign(figures, {
    request() {
      figures.requests++;
    },
    batch(parts: number) {
      figures.batches++;
      figures.parts += parts;
    },
    operation(entry: RequestEntry) {
      figures.operations[entry.kind] = (figures.operations[entry.kind] ?? 0) + 1;
      if (entry.mailbox !== null) raise(figures.operationsByMailbox, entry.mailbox);
      if (entry.status === 429) {
        figures.throttled++;
        raise(figures.throttledByMailbox, entry.mailbox ?? '');
      }
      if (logEntries === 0) return;
      figures.log.push(entry);
      // Cutting the log only now and then keeps an entry at constant cost.
      if (figures.log.length > 2 * logEntries) figures.log.splice(0, logEntries);
    },
    underWay(mailbox: string, count: number) {
      if (count > (figures.peakByMailbox.get(mailbox) ?? 0)) figures.peakByMailbox.set(mailbox, count);
      if (count > figures.peakConcurrency) figures.peakConcurrency = count;
    },
    fault(kind: string) {
      figures.faults[kind] = (figures.faults[kind] ?? 0) + 1;
    },
    reset() {
      Object.assign(figures, empty());
    },
  });
}
