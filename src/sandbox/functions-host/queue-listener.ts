/**
 * A storage-queue trigger as the Functions host runs it: up to `batchSize` messages are fetched whenever no more than
 * `newBatchThreshold` are running; a message whose function threw comes back after `visibilityTimeout`, and after
 * `maxDequeueCount` tries goes to `<queue>-poison` (docs: Azure Queue storage trigger).
 */
import type { TypedValue } from './core-api.ts';
import type { QueueOptions } from './host-json.ts';
import type { QueueMessage, QueueStorage } from './queue-storage.ts';

export interface QueueListener {
  readonly functionName: string;
  readonly queue: string;
  /** Starts what may start now. */
  fill(): void;
  /** When there will be something to start: null while the queue is empty or enough is running. */
  dueAt(): number | null;
  /** Fetches nothing any more. */
  stop(): void;
}

/** How long a running message stays hidden if the host dies. */
const HIDE_MS = 10 * 60_000;

export interface QueueListenerDeps {
  readonly storage: QueueStorage;
  readonly options: QueueOptions;
  /** Invokes the function, and rejects when it threw. */
  readonly run: (input: TypedValue, metadata: Record<string, TypedValue>) => Promise<void>;
  /** Told of the handling of each message, from fetching it to removing or releasing it. */
  readonly track: (handling: Promise<unknown>) => void;
}

export function createQueueListener(
  trigger: { readonly functionName: string; readonly queue: string },
  { storage, options, run, track }: QueueListenerDeps,
): QueueListener {
  let running = 0;
  let stopped = false;

  async function handle(message: QueueMessage): Promise<void> {
    const { queue } = trigger;
    try {
      await run({ string: message.text }, metadataOf(message));
      storage.remove(queue, message);
    } catch {
      if (message.dequeueCount < options.maxDequeueCount) {
        storage.release(queue, message, options.visibilityTimeoutMs);
      } else {
        storage.enqueue(`${queue}-poison`, message.text);
        storage.remove(queue, message);
      }
    } finally {
      running -= 1;
      fill();
    }
  }

  function fill(): void {
    while (!stopped && running <= options.newBatchThreshold) {
      const messages = storage.receive(trigger.queue, options.batchSize, HIDE_MS);
      if (messages.length === 0) return;
      running += messages.length;
      for (const message of messages) track(handle(message));
    }
  }

  return {
    ...trigger,
    fill,
    dueAt: () => (stopped || running > options.newBatchThreshold ? null : storage.nextVisibleAt(trigger.queue)),
    stop() {
      stopped = true;
    },
  };
}

/** What `context.triggerMetadata` shows, with its first letters lowered by the library. */
function metadataOf(message: QueueMessage): Record<string, TypedValue> {
  const time = (epochMs: number): TypedValue => ({ json: JSON.stringify(new Date(epochMs).toISOString()) });
  return {
    QueueTrigger: { string: message.text },
    Id: { string: message.id },
    DequeueCount: { int: message.dequeueCount },
    InsertionTime: time(message.insertedAt),
    ExpirationTime: time(message.expiresAt),
    NextVisibleTime: time(message.visibleAt),
    PopReceipt: { string: message.popReceipt },
  };
}
