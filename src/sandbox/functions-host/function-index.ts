/** Reads registrations: which functions there are, what triggers them, what the settings make of their `%NAMES%`. */
import type { Binding, RegisteredFunction } from './core-api.ts';
import { parseNcrontab, type Schedule } from './ncrontab.ts';

export type Settings = Readonly<Record<string, string | undefined>>;
export type AuthLevel = 'anonymous' | 'function' | 'admin';

interface Common {
  readonly name: string;
  /** Name of the trigger binding. */
  readonly binding: string;
  readonly registered: RegisteredFunction;
  /** `AzureWebJobs.<name>.Disabled` is set: no route, no timer, no messages. */
  readonly disabled: boolean;
}

export interface HttpFunction extends Common {
  readonly kind: 'http';
  readonly route: string;
  readonly methods: readonly string[];
  readonly authLevel: AuthLevel;
}

export interface TimerFunction extends Common {
  readonly kind: 'timer';
  readonly expression: string;
  readonly schedule: Schedule;
  readonly runOnStartup: boolean;
  readonly useMonitor: boolean;
}

export interface QueueFunction extends Common {
  readonly kind: 'queue';
  readonly queue: string;
}

export type IndexedFunction = HttpFunction | TimerFunction | QueueFunction;

/** Indexes what was registered; throws an Error naming the function when the sandbox cannot run it. */
export function indexFunctions(
  registered: readonly RegisteredFunction[],
  settings: Settings,
  routePrefix: string,
): readonly IndexedFunction[] {
  return registered.map((one) => {
    const { name } = one.metadata;
    try {
      return indexFunction(one, settings, routePrefix);
    } catch (error) {
      throw new Error(`Function "${name}": ${(error as Error).message}`, { cause: error });
    }
  });
}

function indexFunction(registered: RegisteredFunction, settings: Settings, routePrefix: string): IndexedFunction {
  const { name, bindings, retryOptions } = registered.metadata;
  if (retryOptions !== undefined) throw new Error('the sandbox has no retry policies');
  const [binding, trigger] = Object.entries(bindings).find(([, { type }]) => type.endsWith('Trigger')) ?? [];
  if (binding === undefined || trigger === undefined) throw new Error('it has no trigger');
  const disabled = /^(1|true)$/i.test(settings[`AzureWebJobs.${name}.Disabled`] ?? '');
  const common = { name, binding, registered, disabled };
  switch (trigger.type) {
    case 'httpTrigger':
      return { ...common, kind: 'http', ...httpOptions(name, trigger, routePrefix) };
    case 'timerTrigger': {
      const expression = resolveSettings(textOption(trigger, 'schedule'), settings);
      const schedule = parseNcrontab(expression);
      const { runOnStartup, useMonitor } = trigger;
      return {
        ...common,
        kind: 'timer',
        expression,
        schedule,
        runOnStartup: runOnStartup === true,
        useMonitor: useMonitor !== false,
      };
    }
    case 'queueTrigger':
      return { ...common, kind: 'queue', queue: resolveSettings(textOption(trigger, 'queueName'), settings) };
    default:
      throw new Error(`the sandbox has no ${trigger.type}`);
  }
}

function httpOptions(name: string, trigger: Binding, routePrefix: string) {
  const route = typeof trigger['route'] === 'string' && trigger['route'] !== '' ? trigger['route'] : name;
  const template = [routePrefix, route.replace(/^\/+|\/+$/g, '')].filter((part) => part !== '').join('/');
  const methods = Array.isArray(trigger['methods']) ? trigger['methods'].map(String) : ['GET', 'POST'];
  const level = trigger['authLevel'];
  const authLevel: AuthLevel = level === 'function' || level === 'admin' ? level : 'anonymous';
  return { route: template, methods, authLevel };
}

/** Replaces `%NAME%` by the setting of that name, as the host's name resolver does. */
export function resolveSettings(text: string, settings: Settings): string {
  return text.replace(/%([^%]+)%/g, (_, name: string) => {
    const value = settings[name];
    if (value === undefined || value === '') throw new Error(`it needs the setting ${name}, which is not set`);
    return value;
  });
}

function textOption(binding: Binding, option: string): string {
  const value = binding[option];
  if (typeof value !== 'string' || value === '') throw new Error(`its trigger has no ${option}`);
  return value;
}
