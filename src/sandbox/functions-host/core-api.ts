/**
 * The part of the worker's built-in module `@azure/functions-core` that the programming model v4 uses. The module exists
 * inside the Azure worker only and has no package of its own, so its shapes are written down here, after the type file of
 * Azure/azure-functions-nodejs-worker (`types-core/index.d.ts`).
 */
export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';
export type LogCategory = 'user' | 'system' | 'customMetric';

/** A value on its way between host and worker: exactly one of the fields is set. */
export interface TypedValue {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly int?: number;
  readonly double?: number;
  readonly http?: HttpMessage;
}

type NullableText = Readonly<Record<string, { readonly value?: string }>>;

/** Request and response in one shape, as in the worker's protocol. The host fills the `nullable` maps of a request. */
export interface HttpMessage {
  readonly method?: string;
  readonly url?: string;
  readonly nullableHeaders?: NullableText;
  readonly nullableParams?: NullableText;
  readonly nullableQuery?: NullableText;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: TypedValue | null | undefined;
  readonly statusCode?: string;
  readonly cookies?: readonly HttpCookie[];
}

interface Nullable<T> {
  readonly value?: T;
}

export interface HttpCookie {
  readonly name: string;
  readonly value: string;
  readonly domain?: Nullable<string>;
  readonly path?: Nullable<string>;
  readonly expires?: Nullable<{ readonly seconds?: number | null; readonly nanos?: number | null }>;
  readonly secure?: Nullable<boolean>;
  readonly httpOnly?: Nullable<boolean>;
  readonly sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone';
  readonly maxAge?: Nullable<number>;
}

/** A trigger, input or output as registered; `type` says which options exist beside it. */
export interface Binding {
  readonly type: string;
  readonly direction: 'in' | 'out' | 'inout';
  readonly [option: string]: unknown;
}

export interface FunctionMetadata {
  readonly name: string;
  readonly functionId?: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: unknown;
}

export type FunctionCallback = (...args: unknown[]) => unknown;
export type HookCallback = (context: object) => unknown;

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

export interface InvocationRequest {
  readonly invocationId: string;
  readonly functionId: string;
  readonly inputData: readonly { readonly name: string; readonly data: TypedValue }[];
  readonly triggerMetadata: Readonly<Record<string, TypedValue>>;
  readonly traceContext: { readonly traceParent: string; readonly traceState: string };
}

export interface InvocationResponse {
  readonly outputData?: readonly { readonly name: string; readonly data: TypedValue }[];
  readonly returnValue?: TypedValue | null;
}

export interface CoreInvocationContext {
  readonly invocationId: string;
  readonly request: InvocationRequest;
  readonly metadata: FunctionMetadata;
  state: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined;
  log(level: LogLevel, category: LogCategory, message: string): void;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>;
  getCapabilities?(defaults: Record<string, string>): Promise<Record<string, string>>;
}
