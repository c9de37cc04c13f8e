/** What Graph's limits allow at best, from the settings the simulator runs with. */
import type { SimulatorSettings } from '../../../src/sandbox/graph-simulator/settings.ts';

type Limits = Pick<SimulatorSettings, 'limits' | 'batch' | 'latency'>;

/** Milliseconds for `operations` spread evenly over `mailboxes`: so many at a time in each mailbox, so long each. */
export function idealMs(operations: number, mailboxes: number, { limits, latency }: Limits): number {
  const perMailbox = Math.ceil(operations / mailboxes);
  if (perMailbox > limits.requests) throw new Error('More operations than a mailbox takes in one window.');
  if (typeof latency !== 'number') throw new Error('The ideal is computed for one latency.');
  return Math.ceil(perMailbox / limits.concurrency) * latency;
}

/** HTTP requests for `operations` of any mailboxes: full batches. */
export function idealRequests(operations: number, { batch }: Limits): number {
  return Math.ceil(operations / batch.maxParts);
}
