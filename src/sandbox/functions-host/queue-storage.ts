/** Storage queues in memory: visibility, dequeue counts, pop receipts, expiry. At least once, unordered by contract. */
import type { Ids } from '../../sync/ports.ts';

export interface QueueMessage {
  readonly id: string;
  readonly text: string;
  /** Epoch milliseconds. */
  readonly insertedAt: number;
  readonly expiresAt: number;
  readonly visibleAt: number;
  readonly dequeueCount: number;
  readonly popReceipt: string;
}

export type QueueSnapshot = Readonly<Record<string, readonly QueueMessage[]>>;

export interface QueueStorage {
  enqueue(queue: string, text: string, options?: { visibleInMs?: number; ttlMs?: number }): void;
  /** Hides up to `count` visible messages for `hideMs` and returns them, oldest first. */
  receive(queue: string, count: number, hideMs: number): readonly QueueMessage[];
  /** Both do nothing when the receipt is not the last one given out. */
  remove(queue: string, message: QueueMessage): void;
  release(queue: string, message: QueueMessage, visibleInMs: number): void;
  /** When the next message becomes visible (in the past: one is); null when the queue is empty. */
  nextVisibleAt(queue: string): number | null;
  messages(queue: string): readonly QueueMessage[];
  snapshot(): QueueSnapshot;
  /** Called after each change with the queue's name; returns how to stop. */
  onChange(listener: (queue: string) => void): () => void;
}

const SEVEN_DAYS_MS = 7 * 24 * 3_600_000;
/** The service's limit, after base64. */
const MAX_MESSAGE_BYTES = 48 * 1024;
const QUEUE_NAME = /^[a-z0-9](?!.*--)[a-z0-9-]{1,61}[a-z0-9]$/;

export function createQueueStorage(now: () => number, ids: Ids, restored: QueueSnapshot = {}): QueueStorage {
  const queues = new Map<string, QueueMessage[]>(Object.entries(restored).map(([name, list]) => [name, [...list]]));
  const listeners = new Set<(queue: string) => void>();
  const changed = (queue: string) => {
    for (const listener of listeners) listener(queue);
  };

  function live(queue: string): QueueMessage[] {
    const messages = (queues.get(queue) ?? []).filter((message) => message.expiresAt > now());
    queues.set(queue, messages);
    return messages;
  }

  function replace(queue: string, message: QueueMessage, by: readonly QueueMessage[]): void {
    const messages = live(queue);
    const index = messages.findIndex(({ id, popReceipt }) => id === message.id && popReceipt === message.popReceipt);
    if (index < 0) return;
    messages.splice(index, 1, ...by);
    changed(queue);
  }

  return {
    enqueue(queue, text, { visibleInMs = 0, ttlMs = SEVEN_DAYS_MS } = {}) {
      if (!QUEUE_NAME.test(queue)) throw new Error(`"${queue}" is not a valid queue name`);
      if (Buffer.byteLength(text) > MAX_MESSAGE_BYTES) throw new Error(`A message to queue "${queue}" is above 48 KB`);
      const insertedAt = now();
      const [visibleAt, expiresAt] = [insertedAt + visibleInMs, insertedAt + ttlMs];
      live(queue).push({
        id: ids.uuid(),
        text,
        insertedAt,
        expiresAt,
        visibleAt,
        dequeueCount: 0,
        popReceipt: ids.uuid(),
      });
      changed(queue);
    },
    receive(queue, count, hideMs) {
      const messages = live(queue);
      const visible = messages.filter((message) => message.visibleAt <= now()).slice(0, count);
      return visible.map((message) => {
        const taken = {
          ...message,
          visibleAt: now() + hideMs,
          dequeueCount: message.dequeueCount + 1,
          popReceipt: ids.uuid(),
        };
        messages[messages.indexOf(message)] = taken;
        return taken;
      });
    },
    remove: (queue, message) => replace(queue, message, []),
    release: (queue, message, visibleInMs) =>
      replace(queue, message, [{ ...message, visibleAt: now() + visibleInMs, popReceipt: ids.uuid() }]),
    nextVisibleAt(queue) {
      const times = live(queue).map((message) => message.visibleAt);
      return times.length === 0 ? null : Math.min(...times);
    },
    messages: (queue) => [...live(queue)],
    snapshot: () => Object.fromEntries([...queues.keys()].map((name) => [name, live(name)] as const)),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
