import type { Log } from '../sync/ports.ts';
import { redact } from './redact.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where lines go: a Functions invocation, or the process's output outside of one. */
export type LogSink = Readonly<Record<LogLevel, (line: string) => void>>;

type Properties = Readonly<Record<string, unknown>>;

/**
 * A log that writes one JSON object per line: `message` (constant text), the scope's and the line's own properties, redacted.
 * The platform adds time and invocation.
 */
export function createLog(sink: LogSink, least: LogLevel, scope: Properties = {}): Log {
  const write =
    (level: LogLevel) =>
    (message: string, properties: Properties = {}) => {
      if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(least)) return;
      sink[level](JSON.stringify({ level, message, ...redact({ ...scope, ...properties }) }));
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    scope: (properties) => createLog(sink, least, { ...scope, ...properties }),
  };
}

/** Lines of the process itself, outside of any invocation. */
export function processSink(output: { write(text: string): unknown } = process.stdout): LogSink {
  const write = (line: string) => void output.write(`${line}\n`);
  return { debug: write, info: write, warn: write, error: write };
}

/** Lines of one invocation; must not be used after it returned. */
export function invocationSink(context: LogSink): LogSink {
  return {
    debug: (line) => context.debug(line),
    info: (line) => context.info(line),
    warn: (line) => context.warn(line),
    error: (line) => context.error(line),
  };
}
