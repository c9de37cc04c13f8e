/**
 * A Functions host in this process: imports function files, and serves what they registered with the unmodified
 * `@azure/functions` over HTTP routes, timers and storage queues. Time comes from the injected clock: `run()` follows it as it
 * passes, `advanceTo()` moves a virtual one and runs what falls due, in a fixed order.
 */
import type { Clock, Ids } from '../../sync/ports.ts';
import type { TypedValue } from './core-api.ts';
import { createExecutor, type Executor, type InvocationRecord } from './executor.ts';
import { type IndexedFunction, indexFunctions, type Settings } from './function-index.ts';
import { type FunctionsCore, installFunctionsCore } from './functions-core.ts';
import { readHostJson } from './host-json.ts';
import { createHttpFront, type HostKeys } from './http-front.ts';
import { type HttpServer, serveHttp } from './http-server.ts';
import { applyLogHooks, createInvoke, type HostLogLine, runHooks } from './invocation.ts';
import { createQueueListener } from './queue-listener.ts';
import { createQueueStorage, type QueueSnapshot, type QueueStorage } from './queue-storage.ts';
import { createTimer, type Timer, type TimerRecord } from './timers.ts';
import { createTriggerLoops } from './trigger-loops.ts';

export interface FunctionsHostOptions {
  /** Imports the function files. Everything registered in this process is served, whichever host imported it. */
  readonly entries: () => Promise<unknown>;
  /** Content of `host.json`. */
  readonly hostJson: unknown;
  /** App settings: `%NAMES%` in schedules and queue names, `AzureWebJobs.<name>.Disabled`. */
  readonly settings: Settings;
  readonly clock: Clock & { advanceTo?(epochMs: number): void };
  readonly ids: Ids;
  readonly log?: (line: HostLogLine) => void;
  /** Told of every finished invocation. */
  readonly onInvocation?: (record: InvocationRecord) => void;
  /** Keys that levels `function` and `admin` ask for; null: not enforced, as with the local Core Tools. */
  readonly keys?: HostKeys | null;
  /** What `snapshot()` of an earlier host gave: waiting messages and timer records. */
  readonly state?: HostSnapshot | undefined;
}

export interface HostSnapshot {
  readonly timers: Readonly<Record<string, TimerRecord>>;
  readonly queues: QueueSnapshot;
}

export interface FunctionsHost {
  functions(): readonly IndexedFunction[];
  /** Answers a request to a registered route; no socket involved. */
  fetch(request: Request): Promise<Response>;
  /** Serves `handle` (default: `fetch`) on loopback; port 0 takes a free one. Rejects with `EADDRINUSE` when it is taken. */
  listen(port: number, handle?: (request: Request) => Promise<Response>): Promise<HttpServer>;
  /** Lets timers and queues run as the clock passes, until `stop`. */
  run(): void;
  /** Virtual clock only: moves it to `epochMs` and runs every timer and message due on the way, one after another. */
  advanceTo(epochMs: number): Promise<void>;
  /** Runs messages and timers due now, without moving the clock. */
  settle(): Promise<void>;
  /** Objects are sent as JSON. */
  enqueue(queue: string, message: string | object, options?: { visibleInMs?: number }): void;
  readonly queues: QueueStorage;
  snapshot(): HostSnapshot;
  /** Takes nothing new, waits for what runs, then runs the `appTerminate` hooks; over within `graceMs` (default 5,000, as on Azure). */
  stop(graceMs?: number): Promise<void>;
}

/** Imports the functions and makes their host; throws an Error naming the function when one cannot be served. */
export async function createFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const { clock, ids, settings, log = ignore } = options;
  const { routePrefix, queues: queueOptions } = readHostJson(options.hostJson);
  const core = installFunctionsCore();
  const stopLogging = core.onLog((level, category, message) => log(applyLogHooks(core, { level, category, message })));
  await startApp(core, options.entries);

  const functions = indexFunctions(core.functions(), settings, routePrefix);
  if (functions.length === 0) {
    throw new Error('No function was registered: import the function files inside `entries`, not before');
  }
  const storage = createQueueStorage(() => clock.now(), ids, options.state?.queues);
  const invoke = createInvoke({ core, ids, log });
  const onInvocation = options.onInvocation ?? ignore;
  const executor = createExecutor({ clock, settings, storage, invoke, log, onInvocation });

  const timers = timersOf(functions, clock, executor, options.state);
  const listeners = functions.flatMap((one) => {
    if (one.kind !== 'queue' || one.disabled) return [];
    const run = async (input: TypedValue, metadata: Record<string, TypedValue>) => {
      await executor.execute(one, one.queue, { input, metadata });
    };
    const trigger = { functionName: one.name, queue: one.queue };
    return [createQueueListener(trigger, { storage, options: queueOptions, run, track: executor.track })];
  });
  const loops = createTriggerLoops({ clock, timers, listeners, storage, allDone: executor.allDone });
  const front = createHttpFront({ functions, keys: options.keys ?? null, execute: executor.execute });
  const servers: HttpServer[] = [];
  let stopping = false;

  async function terminate(): Promise<void> {
    await Promise.all([loops.stop(), ...servers.map((server) => server.close())]);
    await executor.allDone();
    await runHooks(core, 'appTerminate', { hookData: core.appOnlyHookData, appHookData: core.appHookData });
  }

  const host: FunctionsHost = {
    functions: () => functions,
    fetch: async (request) => (stopping ? new Response(null, { status: 503 }) : front(request)),
    async listen(port, handle = host.fetch) {
      const server = await serveHttp(handle, port);
      servers.push(server);
      return server;
    },
    run: () => loops.start(),
    advanceTo: (epochMs) => loops.advanceTo(epochMs),
    settle: () => loops.advanceTo(clock.now()),
    enqueue: (queue, message, how) =>
      storage.enqueue(queue, typeof message === 'string' ? message : JSON.stringify(message), how),
    queues: storage,
    snapshot: () => ({ timers: recordsOf(timers), queues: storage.snapshot() }),
    async stop(graceMs = 5_000) {
      if (stopping) return;
      stopping = true;
      const stopped = terminate().catch((error: unknown) =>
        log({ level: 'error', category: 'system', message: `The app did not end cleanly: ${String(error)}` }),
      );
      await withinGrace(stopped, clock, graceMs);
      for (const server of servers) server.destroy();
      stopLogging();
    },
  };
  return host;
}

async function startApp(core: FunctionsCore, entries: () => Promise<unknown>): Promise<void> {
  await core.load(entries);
  await core.model()?.getCapabilities?.({});
  const context = {
    hookData: core.appOnlyHookData,
    appHookData: core.appHookData,
    functionAppDirectory: process.cwd(),
  };
  await runHooks(core, 'appStart', context);
}

function timersOf(
  functions: readonly IndexedFunction[],
  clock: Clock,
  executor: Executor,
  state: HostSnapshot | undefined,
): readonly Timer[] {
  return functions.flatMap((one) => {
    if (one.kind !== 'timer' || one.disabled) return [];
    const run = (input: TypedValue, reason: string) => executor.execute(one, reason, { input }).then(ignore, ignore);
    return [createTimer({ ...one, functionName: one.name, record: state?.timers[one.name] }, () => clock.now(), run)];
  });
}

function recordsOf(timers: readonly Timer[]): Record<string, TimerRecord> {
  const entries = timers.map((timer) => [timer.functionName, timer.record()] as const);
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, TimerRecord] => entry[1] !== undefined));
}

async function withinGrace(work: Promise<void>, clock: Clock, graceMs: number): Promise<void> {
  const over = new AbortController();
  await Promise.race([work, clock.sleep(graceMs, over.signal).catch(ignore)]);
  over.abort();
}

function ignore(): void {}
