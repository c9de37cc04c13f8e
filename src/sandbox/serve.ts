/** `npm start`: serves the sandbox until it is stopped, and keeps its state. */
import { systemClock, systemIds } from '../app/system.ts';
import { SyncError } from '../domain/errors.ts';
import { printBanner } from './banner.ts';
import { createDesk } from './desk/desk.ts';
import type { HttpServer } from './functions-host/http-server.ts';
import { listenOn } from './listen-on.ts';
import type { SandboxOptions } from './options.ts';
import { createProgress } from './progress.ts';
import { weeksToCurrentMonday } from './sample-data/dates.ts';
import { openSandbox, type Sandbox } from './sandbox.ts';
import { sandboxSettings } from './sandbox-settings.ts';
import { openStateFolder, type StateFolder } from './state-folder.ts';
import type { Terminal } from './terminal.ts';
import { untilStopped } from './until-stopped.ts';

const FOLDER = '.sandbox';
/** Sample data older than this many weeks has little left in the future. */
const STALE_WEEKS = 4;
/** Changes are saved this often at most. */
const SAVE_EVERY_MS = 1_000;

/** Serves until SIGINT or SIGTERM; returns the exit code. */
export async function serve(options: SandboxOptions, terminal: Terminal): Promise<number> {
  const folder = openStateFolder(FOLDER, options.fresh, process.pid);
  try {
    return await serveFrom(folder, options, terminal);
  } finally {
    folder.release();
  }
}

async function serveFrom(folder: StateFolder, options: SandboxOptions, terminal: Terminal): Promise<number> {
  const { kept } = folder;
  if (kept !== null && kept.schema !== options.schema) {
    const message = `The sandbox was made with --schema ${kept.schema}. Start it so, or begin anew with --fresh.`;
    throw new SyncError('not-allowed', message);
  }
  const thisWeek = weeksToCurrentMonday(systemClock.now());
  const shiftWeeks = kept?.shiftWeeks ?? thisWeek;
  const settings = sandboxSettings(options, folder.databaseFile, process.env);
  const details = settings['LOG_LEVEL'] === 'debug';
  const progress = createProgress({ terminal, now: systemClock.now, details });
  let changed = false;
  const sandbox = await openSandbox({
    settings,
    clock: systemClock,
    ids: systemIds,
    shift: { shiftWeeks },
    outlook: options.packs === 'A' ? 'empty' : 'sample',
    log: progress.log,
    onInvocation: (record) => {
      changed = true;
      progress.onInvocation(record);
    },
    state: kept ?? undefined,
  });
  const save = () => {
    changed = false;
    folder.save({
      schema: options.schema,
      shiftWeeks,
      host: sandbox.host.snapshot(),
      outlook: sandbox.graph.saveState(),
    });
  };
  const stopped = new AbortController();
  try {
    const server = await listen(sandbox, options.port, () => {
      changed = true;
    });
    save();
    if (options.timers) sandbox.host.run();
    const outlook = sandbox.graph.run(stopped.signal);
    const { url } = server;
    printBanner(terminal, {
      title: 'Fjordvik kommune',
      url,
      host: sandbox.host,
      timersRun: options.timers,
      hasDesk: true,
    });
    if (thisWeek - shiftWeeks >= STALE_WEEKS) {
      terminal.say(
        terminal.paint.yellow(`The sample data is ${thisWeek - shiftWeeks} weeks old: --fresh brings it up to date.`),
      );
    }
    const saving = setInterval(() => changed && save(), SAVE_EVERY_MS);
    await untilStopped();
    clearInterval(saving);
    terminal.event('stopping', {}, '\nStopping …');
    stopped.abort();
    await Promise.all([outlook, sandbox.host.stop()]);
    save();
    return 0;
  } finally {
    await sandbox.close();
  }
}

async function listen(sandbox: Sandbox, port: number, onDesk: () => void): Promise<HttpServer> {
  const desk = createDesk(sandbox);
  return listenOn(sandbox.host, port, async (request) => {
    const answer = await desk(request);
    if (answer === null) return sandbox.host.fetch(request);
    onDesk();
    return answer;
  });
}
