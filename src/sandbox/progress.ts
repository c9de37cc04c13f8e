/** Turns what the host reports into a line per thing that happened. */
import type { InvocationRecord } from './functions-host/executor.ts';
import type { HostLogLine } from './functions-host/invocation.ts';
import type { Terminal } from './terminal.ts';

export interface Progress {
  readonly log: (line: HostLogLine) => void;
  readonly onInvocation: (record: InvocationRecord) => void;
}

/** A run's closing line as the service logs it. */
interface RunLine {
  readonly job: string;
  readonly trigger: string;
  readonly outcome: string;
  readonly durationMs: number;
  readonly counts: Readonly<Record<string, number>>;
}

export interface ProgressOptions {
  readonly terminal: Terminal;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Also every other line the service writes, as `LOG_LEVEL=debug` asks for. */
  readonly details: boolean;
}

/** Runs of timers and queues are shown when they did something; HTTP calls always; warnings and errors always. */
export function createProgress({ terminal, now, details }: ProgressOptions): Progress {
  const { paint } = terminal;
  const clock = () => paint.dim(new Date(now()).toISOString().slice(11, 19));

  function showRun(run: RunLine): void {
    const counts = Object.entries(run.counts).filter(([, count]) => count > 0);
    if (counts.length === 0 && run.trigger !== 'http') return;
    const mark =
      run.outcome === 'ok' ? paint.green('✓') : run.outcome === 'failed' ? paint.red('✗') : paint.yellow('!');
    const done = counts.map(([name, count]) => `${spaced(name)} ${paint.bold(count)}`).join(', ');
    const fields = {
      job: run.job,
      trigger: run.trigger,
      outcome: run.outcome,
      durationMs: run.durationMs,
      counts: run.counts,
    };
    const text = `${clock()} ${mark} ${run.job} ${paint.dim(run.trigger)}  ${done || (run.outcome === 'failed' ? 'failed' : 'nothing to do')}  ${paint.dim(`${run.durationMs} ms`)}`;
    terminal.event('run', fields, text);
  }

  /** Null: the line is not shown. */
  function markOf({ level, category }: HostLogLine): string | null {
    if (level === 'warning') return paint.yellow('!');
    if (level === 'error' || level === 'critical') return paint.red('✗');
    return details && category === 'user' ? paint.dim('·') : null;
  }

  return {
    log(line) {
      const parsed = parseLine(line.message);
      if (isRunLine(parsed)) return showRun(parsed);
      const mark = markOf(line);
      if (mark === null) return;
      const { message = line.message, level: _, ...properties } = parsed ?? {};
      const fields = { level: line.level, message, function: line.functionName, ...properties };
      const parts = [clock(), mark, line.functionName, String(message), paint.dim(detailsOf(properties))];
      terminal.event('log', fields, parts.filter((part) => part !== undefined && part !== '').join(' '));
    },
    onInvocation({ functionName, trigger, reason, durationMs, status, error }) {
      if (trigger !== 'http') return;
      const code = status ?? 0;
      const color = code >= 500 ? paint.red : code >= 400 ? paint.yellow : paint.green;
      const fields = { function: functionName, request: reason, status, durationMs, failed: error !== null };
      const text = `${clock()} ${color(String(code))} ${reason}  ${paint.dim(`${durationMs} ms`)}`;
      terminal.event('request', fields, text);
    },
  };
}

function parseLine(message: string): Readonly<Record<string, unknown>> | null {
  if (!message.startsWith('{')) return null;
  try {
    return JSON.parse(message);
  } catch {
    return null;
  }
}

/** What a person wants to know of a line's properties: the error in words and where it came from, not ids of invocations. */
function detailsOf({
  error,
  invocationId: _,
  function: __,
  runId: ___,
  ...others
}: Readonly<Record<string, unknown>>): string {
  const { kind, name, message, at } = (error ?? {}) as {
    kind?: string;
    name?: string;
    message?: string;
    at?: string[];
  };
  const what = [kind ?? name, message, message === undefined ? at?.[0] : undefined].filter(
    (part) => part !== undefined,
  );
  const rest = Object.keys(others).length > 0 ? [JSON.stringify(others)] : [];
  return [...(error === undefined ? [] : [what.join(': ')]), ...rest].join(' ');
}

function isRunLine(
  line: Readonly<Record<string, unknown>> | null,
): line is Readonly<Record<string, unknown>> & RunLine {
  return line?.['message'] === 'run finished' && typeof line['counts'] === 'object' && line['counts'] !== null;
}

/** `pendingResets` as people read it. */
function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
