/** One invocation, step by step as the worker's `InvocationHandler.ts`: model, hooks before, the function, hooks after, response. */
import type { Ids } from '../../sync/ports.ts';
import type {
  CoreInvocationContext,
  InvocationResponse,
  LogCategory,
  LogLevel,
  RegisteredFunction,
  TypedValue,
} from './core-api.ts';
import type { FunctionsCore } from './functions-core.ts';

/** A line the functions or the library logged. */
export interface HostLogLine {
  readonly level: LogLevel;
  readonly category: LogCategory;
  readonly message: string;
  readonly functionName?: string;
  readonly invocationId?: string;
}

export interface Trigger {
  /** Name of the trigger binding. */
  readonly binding: string;
  readonly input: TypedValue;
  readonly metadata?: Readonly<Record<string, TypedValue>>;
  /** W3C `traceparent` of the caller; its trace is continued. */
  readonly traceParent?: string | null;
}

export type Invoke = (registered: RegisteredFunction, trigger: Trigger) => Promise<InvocationResponse>;

export interface InvocationDeps {
  readonly core: FunctionsCore;
  readonly ids: Ids;
  readonly log: (line: HostLogLine) => void;
}

/** Makes the function that runs invocations; what the function throws comes out of it. */
export function createInvoke({ core, ids, log }: InvocationDeps): Invoke {
  return async ({ metadata, callback }, trigger) => {
    const model = core.model();
    if (model === undefined) throw new Error('No programming model was set: register functions with @azure/functions');
    const invocationId = ids.uuid();
    let context: unknown;
    const coreContext: CoreInvocationContext = {
      invocationId,
      request: {
        invocationId,
        functionId: metadata.functionId ?? metadata.name,
        inputData: [{ name: trigger.binding, data: trigger.input }],
        triggerMetadata: trigger.metadata ?? {},
        traceContext: { traceParent: continueTrace(trigger.traceParent, ids), traceState: '' },
      },
      metadata,
      state: undefined,
      log: (level, category, message) => {
        const line = { level, category, message, functionName: metadata.name, invocationId };
        log(applyLogHooks(core, line, context));
      },
    };

    const invocation = await model.getInvocationModel(coreContext);
    const prepared = await invocation.getArguments();
    context = prepared.context;
    const shared = { hookData: {}, appHookData: core.appHookData, invocationContext: context };

    const before = { ...shared, inputs: prepared.inputs, functionCallback: callback };
    await inState(coreContext, 'preInvocationHooks', () => runHooks(core, 'preInvocation', before));

    const after = { ...shared, inputs: before.inputs, result: null as unknown, error: null as unknown };
    await inState(coreContext, 'invocation', async () => {
      try {
        after.result = await invocation.invokeFunction(context, before.inputs, before.functionCallback);
      } catch (error) {
        after.error = error ?? new Error('The function threw nothing');
      }
    });
    await inState(coreContext, 'postInvocationHooks', () => runHooks(core, 'postInvocation', after));

    if (after.error !== null && after.error !== undefined) throw after.error;
    return await invocation.getResponse(context, after.result);
  };
}

/** Runs the hooks of one kind in order of registration; the first that throws ends it. */
export async function runHooks(
  core: FunctionsCore,
  name: 'appStart' | 'appTerminate' | 'preInvocation' | 'postInvocation',
  context: object,
): Promise<void> {
  for (const hook of core.hooks(name)) await hook(context);
}

/** Log hooks may change level and message of lines the app wrote itself. */
export function applyLogHooks(core: FunctionsCore, line: HostLogLine, invocationContext?: unknown): HostLogLine {
  const { level, category, message } = line;
  const changed = { level, category, message, invocationContext, hookData: {}, appHookData: core.appHookData };
  for (const hook of core.hooks('log')) hook(changed);
  return category === 'user' ? { ...line, level: changed.level, message: changed.message } : line;
}

async function inState(
  context: CoreInvocationContext,
  state: NonNullable<CoreInvocationContext['state']>,
  work: () => Promise<void>,
): Promise<void> {
  context.state = state;
  try {
    await work();
  } finally {
    context.state = undefined;
  }
}

function continueTrace(parent: string | null | undefined, ids: Ids): string {
  const hex = () => ids.uuid().replaceAll('-', '');
  const trace = /^00-([0-9a-f]{32})-[0-9a-f]{16}-/.exec(parent ?? '')?.[1];
  return `00-${trace ?? hex()}-${hex().slice(0, 16)}-01`;
}
