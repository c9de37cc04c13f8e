/** `npm start -- --live`: the same host with the SQL Server and Microsoft Graph that the settings name. */
import { existsSync, readFileSync } from 'node:fs';
import hostJson from '../../host.json' with { type: 'json' };
import { systemClock, systemIds } from '../app/system.ts';
import { type Config, loadConfig } from '../config.ts';
import { isSyncError, SyncError } from '../domain/errors.ts';
import { printBanner } from './banner.ts';
import { createFunctionsHost } from './functions-host/host.ts';
import { listenOn } from './listen-on.ts';
import type { SandboxOptions } from './options.ts';
import { createProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';
import { untilStopped } from './until-stopped.ts';

const LOCAL_SETTINGS = 'local.settings.json';

/** Serves until SIGINT or SIGTERM; returns the exit code. Throws `misconfigured` naming every setting that is wrong. */
export async function serveLive(options: SandboxOptions, terminal: Terminal): Promise<number> {
  // As the Functions tools do: what is in the environment already stays.
  for (const [name, value] of Object.entries(readLocalSettings(LOCAL_SETTINGS))) process.env[name] ??= value;
  process.env['HTTP_AUTH_LEVEL'] ??= 'anonymous';
  if (options.policy !== null) process.env['CONFLICT_POLICY'] = options.policy;
  if (options.windowDays !== null) process.env['WINDOW_FUTURE_DAYS'] = String(options.windowDays);
  const { logLevel } = checkSettings().monitoring;

  const progress = createProgress({ terminal, now: systemClock.now, details: logLevel === 'debug' });
  const host = await createFunctionsHost({
    entries: () => import('../../functions/index.ts'),
    hostJson,
    settings: process.env,
    clock: systemClock,
    ids: systemIds,
    ...progress,
  });
  try {
    const { url } = await listenOn(host, options.port);
    if (options.timers) host.run();
    printBanner(terminal, { title: 'Booking sync, live', url, host, timersRun: options.timers, hasDesk: false });
    await untilStopped();
    terminal.event('stopping', {}, '\nStopping …');
    return 0;
  } finally {
    await host.stop();
  }
}

/** Where settings come from, and which way of signing in needs the fewest. */
const NEXT_STEP = `Set them in the environment or in ${LOCAL_SETTINGS} (local.settings.example.json has all of them); \
GRAPH_CREDENTIAL=developer signs in to Graph as the Azure CLI does and needs no other. Without --live nothing is needed.`;

/** Database and Graph at once, before anything is served. */
function checkSettings(): Config {
  try {
    return loadConfig(process.env, { needsGraph: true });
  } catch (error) {
    if (!isSyncError(error, 'misconfigured')) throw error;
    throw new SyncError('misconfigured', `${error.message}.\n${NEXT_STEP}`, { cause: error });
  }
}

/** `Values` of the file the Functions tools read; none when there is no file. Throws `misconfigured` when it is no such file. */
function readLocalSettings(file: string): Readonly<Record<string, string>> {
  if (!existsSync(file)) return {};
  try {
    const { Values = {} } = JSON.parse(readFileSync(file, 'utf8')) as { Values?: Record<string, string> };
    return Values;
  } catch (error) {
    throw new SyncError('misconfigured', `${file} is not valid JSON: ${(error as Error).message}`, { cause: error });
  }
}
