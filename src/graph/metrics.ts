import type { Transport } from './transport.ts';

/** What the gateway did since it was made. */
export interface GraphCounts {
  /** HTTP requests. */
  requests: number;
  /** Operations inside them: a batch of 20 counts 20. */
  reads: number;
  writes: number;
  /** Operations sent again. */
  repeated: number;
  /** Operations answered with a throttling error. */
  throttled: number;
  /** HTTP requests or operations whose answer never came or could not be read. */
  lost: number;
  /** Rows of a page that could not be understood. */
  unreadableRows: number;
  /** Operations not sent because their mailbox's circuit was open. */
  shortCircuited: number;
}

export interface GraphMetrics {
  add(name: keyof GraphCounts, by?: number): void;
  snapshot(): Readonly<GraphCounts>;
  /** The same transport, counting. */
  countRequests(transport: Transport): Transport;
}

export function createGraphMetrics(): GraphMetrics {
  const counts: GraphCounts = {
    requests: 0,
    reads: 0,
    writes: 0,
    repeated: 0,
    throttled: 0,
    lost: 0,
    unreadableRows: 0,
    shortCircuited: 0,
  };
  const add = (name: keyof GraphCounts, by = 1) => {
    counts[name] += by;
  };
  return {
    add,
    snapshot: () => ({ ...counts }),
    countRequests: (transport) => (request) => {
      add('requests');
      return transport(request);
    },
  };
}
