/** What to open and what to try, printed once the host listens. */
import type { FunctionsHost } from './functions-host/host.ts';
import type { Terminal } from './terminal.ts';

export interface BannerFacts {
  readonly title: string;
  readonly url: string;
  readonly host: FunctionsHost;
  readonly timersRun: boolean;
  /** The `/sandbox` endpoints are served. */
  readonly hasDesk: boolean;
}

const PAGES = [
  ['dashboard', 'what the sync is doing'],
  ['sync/stats', 'the same as figures'],
  ['openapi.json', 'every endpoint'],
] as const;

const CALLS = [
  ['POST', 'sync/populate-mapping', 'find every reservation'],
  ['GET', 'sync/pending-items', 'see what waits'],
  ['POST', 'sync/to-outlook', 'write it to Outlook'],
  ['POST', 'bridges/sync-deletions', 'carry out cancellations'],
  ['POST', 'sync/from-outlook', 'note new Outlook events'],
  ['POST', 'booking/process-imports', 'make reservations of them'],
  ['GET', 'conflicts', 'see what a person has to decide'],
  ['GET', 'sync/status', 'see where everything stands'],
] as const;

/** Names only what is really registered. */
export function printBanner(terminal: Terminal, { title, url, host, timersRun, hasDesk }: BannerFacts): void {
  const { paint } = terminal;
  const functions = host.functions();
  const routes = new Set(functions.flatMap((one) => (one.kind === 'http' && !one.disabled ? one.route : [])));
  const timers = functions.filter((one) => one.kind === 'timer' && !one.disabled);
  const link = (path: string) => paint.cyan(`${url}/${path}`);

  terminal.event(
    'ready',
    { url, functions: functions.length, timers: timersRun ? timers.length : 0 },
    `${paint.bold(title)}  ${paint.cyan(url)}`,
  );
  if (hasDesk) terminal.say(paint.dim('A sample municipality and a simulated Outlook; nothing leaves this machine.'));
  terminal.say();
  terminal.say(paint.bold('Open'));
  terminal.table([
    ...PAGES.filter(([path]) => routes.has(path)).map(([path, what]) => [link(path), paint.dim(what)]),
    ...(hasDesk ? [[link('sandbox'), paint.dim('play Outlook user and clerk')]] : []),
  ]);
  terminal.say();
  terminal.say(paint.bold('Try'));
  terminal.table(
    CALLS.filter(([, path]) => routes.has(path)).map(([method, path, what]) => [
      `curl ${method === 'GET' ? '' : `-X ${method} `}"${url}/${path}"`,
      paint.dim(what),
    ]),
  );
  terminal.say();
  terminal.say(timersRun ? `${timers.length} timers run (UTC). Ctrl-C stops.` : 'The timers are off. Ctrl-C stops.');
  terminal.say();
}
