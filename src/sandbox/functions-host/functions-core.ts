/**
 * The worker's side of `@azure/functions`: the library calls `require('@azure/functions-core')`, a module that exists inside the
 * Azure worker only, and registers functions and hooks there. This file is that module, so the registrations run unmodified.
 *
 * The answer is installed the way the worker does it (`setupCoreModule.ts`: `Module.prototype.require` is replaced), which
 * serves ES modules, CommonJS and the deployment bundle alike.
 */
import Module from 'node:module';
import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  LogCategory,
  LogLevel,
  ProgrammingModel,
  RegisteredFunction,
} from './core-api.ts';

export const CORE_MODULE_NAME = '@azure/functions-core';

const HOOKS = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'] as const;
export type HookName = (typeof HOOKS)[number];
type LogListener = (level: LogLevel, category: LogCategory, message: string) => void;

export interface FunctionsCore {
  /** What `require('@azure/functions-core')` answers. */
  readonly module: object;
  /** Data shared by all hooks of the app. */
  readonly appHookData: Record<string, unknown>;
  readonly appOnlyHookData: Record<string, unknown>;
  /** Imports function files; registering is refused outside of it, as on Azure ("only during app startup"). */
  load(entries: () => Promise<unknown>): Promise<void>;
  /** Every function registered in this process, in order of registration. */
  functions(): readonly RegisteredFunction[];
  /** The model `@azure/functions` set with its first registration; undefined when nothing was registered. */
  model(): ProgrammingModel | undefined;
  hooks(name: HookName): readonly HookCallback[];
  /** Listens to log lines written outside an invocation; returns how to stop. */
  onLog(listener: LogListener): () => void;
  /** Forgets every registration: for tests that register functions of their own one after another. */
  clear(): void;
}

/** A core nobody has installed yet. */
export function createFunctionsCore(): FunctionsCore {
  const functions = new Map<string, RegisteredFunction>();
  const hooks = new Map<string, HookCallback[]>(HOOKS.map((name) => [name, []]));
  const listeners = new Set<LogListener>();
  let model: ProgrammingModel | undefined;
  let loading = 0;

  class Disposable {
    readonly #dispose: () => void;
    constructor(dispose: () => void) {
      this.#dispose = dispose;
    }
    dispose(): void {
      this.#dispose();
    }
  }

  function registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
    if (loading === 0) throw systemError(Error, 'A function can only be registered during app startup.');
    const id = metadata.functionId ?? metadata.name;
    if (functions.has(id)) throw systemError(Error, `A function with id "${id}" has already been registered.`);
    functions.set(id, { metadata: { ...metadata, functionId: id }, callback });
    return new Disposable(() => functions.delete(id));
  }

  function registerHook(name: string, callback: HookCallback): Disposable {
    const callbacks = hooks.get(name);
    if (callbacks === undefined) throw systemError(RangeError, `Unrecognized hook "${name}"`);
    callbacks.push(callback);
    return new Disposable(() => {
      const index = callbacks.indexOf(callback);
      if (index >= 0) callbacks.splice(index, 1);
    });
  }

  return {
    module: {
      version: '3.0.0-sandbox',
      hostVersion: '4.0.0-sandbox',
      registerFunction,
      registerHook,
      setProgrammingModel: (next: ProgrammingModel) => {
        model = next;
      },
      getProgrammingModel: () => model,
      log: (...line: Parameters<LogListener>) => {
        for (const listener of listeners) listener(...line);
      },
      Disposable,
    },
    appHookData: {},
    appOnlyHookData: {},
    async load(entries) {
      loading += 1;
      try {
        await entries();
      } finally {
        loading -= 1;
      }
    },
    functions: () => [...functions.values()],
    model: () => model,
    hooks: (name) => [...(hooks.get(name) ?? [])],
    onLog(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    clear() {
      functions.clear();
      for (const callbacks of hooks.values()) callbacks.length = 0;
    },
  };
}

/** The library tells its own errors from the app's by this flag. */
function systemError(type: ErrorConstructor | RangeErrorConstructor, message: string): Error {
  return Object.assign(new type(message), { isAzureFunctionsSystemError: true });
}

let installed: FunctionsCore | undefined;

/**
 * The core of this process, made and installed at the first call. One per process and not a parameter, because the library
 * asks once, keeps the answer for good, and modules register themselves only the first time they are imported.
 */
export function installFunctionsCore(): FunctionsCore {
  if (installed === undefined) {
    const core = createFunctionsCore();
    const original = Module.prototype.require;
    Module.prototype.require = Object.assign(function requireOrCore(this: Module, id: string): unknown {
      return id === CORE_MODULE_NAME ? core.module : original.call(this, id);
    }, original) as typeof original;
    installed = core;
  }
  return installed;
}
