/** Runs indexed functions: invokes, carries output bindings out, reports, and knows what is under way. */
import type { Clock } from '../../sync/ports.ts';
import type { InvocationResponse, TypedValue } from './core-api.ts';
import { type IndexedFunction, resolveSettings, type Settings } from './function-index.ts';
import type { HostLogLine, Invoke, Trigger } from './invocation.ts';
import type { QueueStorage } from './queue-storage.ts';

export interface InvocationRecord {
  readonly functionName: string;
  readonly trigger: IndexedFunction['kind'];
  /** HTTP method and path, `schedule`, `past-due`, `startup`, `manual`, or the queue's name. */
  readonly reason: string;
  readonly durationMs: number;
  /** What the function threw. */
  readonly error: unknown;
  /** HTTP status answered. */
  readonly status?: number;
}

export type Execute = (
  one: IndexedFunction,
  reason: string,
  trigger: Omit<Trigger, 'binding'>,
) => Promise<InvocationResponse>;

export interface ExecutorDeps {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly storage: QueueStorage;
  readonly invoke: Invoke;
  readonly log: (line: HostLogLine) => void;
  readonly onInvocation: (record: InvocationRecord) => void;
}

export interface Executor {
  /** Rejects with what the function threw, after it was logged and reported. */
  readonly execute: Execute;
  /** Counts `work`, which must not reject, as under way. */
  track(work: Promise<unknown>): void;
  /** Resolves when nothing is under way. */
  allDone(): Promise<void>;
}

export function createExecutor({ clock, settings, storage, invoke, log, onInvocation }: ExecutorDeps): Executor {
  const running = new Set<Promise<unknown>>();

  function track(work: Promise<unknown>): void {
    running.add(work);
    void work.then(() => running.delete(work));
  }

  async function attempt(one: IndexedFunction, trigger: Omit<Trigger, 'binding'>): Promise<InvocationResponse> {
    const response = await invoke(one.registered, { binding: one.binding, ...trigger });
    sendOutputs(one, response, settings, storage);
    return response;
  }

  return {
    async execute(one, reason, trigger) {
      const startedAt = clock.now();
      const work = attempt(one, trigger);
      track(work.catch(() => undefined));
      const report = (error: unknown, status: number) => {
        const record = {
          functionName: one.name,
          trigger: one.kind,
          reason,
          durationMs: clock.now() - startedAt,
          error,
        };
        onInvocation(one.kind === 'http' ? { ...record, status } : record);
      };
      try {
        const response = await work;
        report(null, Number(response.returnValue?.http?.statusCode ?? 204));
        return response;
      } catch (error) {
        const message = `Function failed: ${error instanceof Error ? error.message : String(error)}`;
        log({ level: 'error', category: 'system', message, functionName: one.name });
        report(error, 500);
        throw error;
      }
    },
    track,
    async allDone() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

/** Queue outputs are written only after the function returned; an array is one message per entry. */
function sendOutputs(
  one: IndexedFunction,
  response: InvocationResponse,
  settings: Settings,
  storage: QueueStorage,
): void {
  const outputs = [...(response.outputData ?? []), { name: '$return', data: response.returnValue ?? {} }];
  for (const { name, data } of outputs) {
    const binding = one.registered.metadata.bindings[name];
    if (binding?.type !== 'queue') continue;
    const queue = resolveSettings(String(binding['queueName']), settings);
    for (const text of messagesOf(data)) storage.enqueue(queue, text);
  }
}

function messagesOf({ string, json, bytes, int, double }: TypedValue): readonly string[] {
  const text = string ?? json ?? (bytes && Buffer.from(bytes).toString()) ?? (int ?? double)?.toString();
  if (text === undefined) return [];
  if (!text.trimStart().startsWith('[')) return [text];
  try {
    const entries: unknown[] = JSON.parse(text);
    return entries.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry)));
  } catch {
    return [text];
  }
}
