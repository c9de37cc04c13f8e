/** The settings the sandbox gives the service, in the words of the environment. */
import type { SandboxOptions } from './options.ts';
import { SECOND_SCHEMA, SECOND_ZONE } from './second-schema.ts';

export type SettingValues = Readonly<Record<string, string>>;

/** An address on this machine where nobody listens: requests are handed to the simulator instead of a socket. */
const SIMULATED_GRAPH = 'http://localhost:1';

/** Signs the client state of simulated notifications; no secret, as nothing leaves the machine. */
const CLIENT_SECRET = 'sandbox-client-secret';

/** `databaseFile` may be `:memory:`. `given`: what the user's environment says; timers and log level are taken from it. */
export function sandboxSettings(
  options: Pick<SandboxOptions, 'policy' | 'windowDays' | 'schema' | 'port'>,
  databaseFile: string,
  given: Readonly<Record<string, string | undefined>> = {},
): SettingValues {
  const own = Object.entries(given).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && /^(JOB_|LOG_LEVEL$)/.test(entry[0]),
  );
  return {
    ...Object.fromEntries(own),
    SQLITE_FILE: databaseFile,
    GRAPH_CREDENTIAL: 'none',
    GRAPH_BASE_URL: SIMULATED_GRAPH,
    WEBHOOK_BASE_URL: `http://localhost:${options.port}`,
    WEBHOOK_CLIENT_SECRET: CLIENT_SECRET,
    HTTP_AUTH_LEVEL: 'anonymous',
    ...(options.policy !== null && { CONFLICT_POLICY: options.policy }),
    ...(options.windowDays !== null && { WINDOW_FUTURE_DAYS: String(options.windowDays) }),
    ...(options.schema === 'second' && { BOOKING_SCHEMA: JSON.stringify(SECOND_SCHEMA), TIME_ZONE: SECOND_ZONE }),
  };
}
