/** What `npm start` may be told. */
import { parseArgs } from 'node:util';
import { CONFLICT_POLICIES, type ConflictPolicy } from '../domain/occupancy.ts';

/** Pack A: the municipality and its reservations. Pack C: what people had in the room calendars before the first import. */
export const PACKS = ['A', 'A+C'] as const;

export const SCHEMAS = ['default', 'second'] as const;

export interface SandboxOptions {
  /** `serve` keeps running; `once` runs one complete cycle in memory; `live` serves a real SQL Server and Microsoft Graph. */
  readonly mode: 'serve' | 'once' | 'live';
  readonly port: number;
  readonly fresh: boolean;
  readonly frozen: boolean;
  readonly json: boolean;
  readonly timers: boolean;
  /** Null: the service's default. */
  readonly policy: ConflictPolicy | null;
  readonly windowDays: number | null;
  readonly schema: (typeof SCHEMAS)[number];
  readonly packs: (typeof PACKS)[number];
}

export const HELP = `Usage: npm start -- [options]

  (nothing)            serve the functions with a sample municipality and a simulated Outlook; state is kept in .sandbox/
  --port <n>           port to serve on (default 8082; 0 takes a free one)
  --fresh              forget what earlier runs left and start over
  --no-timers          leave the timers off; call the endpoints yourself
  --once               run one complete cycle in memory, print a summary and end
  --frozen             with --once: stop the clock at Monday 2027-03-01 08:00 in Oslo, so that every run prints the same
  --live               serve with the SQL Server and Microsoft Graph that the settings name (environment, local.settings.json)
  --policy <name>      conflicts inside the booking system: ${CONFLICT_POLICIES.join(', ')}
  --window-days <n>    days ahead that are kept in Outlook
  --packs <A|A+C>      sample data: A is the municipality with its reservations, C what people had in the calendars (default A+C)
  --schema <name>      names of the booking tables: ${SCHEMAS.join(', ')}
  --json               print JSON: one summary with --once, else one line per event (npm start -s -- ... adds nothing to it)
  --help               this text
`;

/** Reads the command line; null means that help was asked for. Throws an Error with a sentence for the user. */
export function readOptions(args: readonly string[]): SandboxOptions | null {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    allowNegative: true,
    options: {
      port: { type: 'string', default: '8082' },
      fresh: { type: 'boolean', default: false },
      timers: { type: 'boolean', default: true },
      once: { type: 'boolean', default: false },
      frozen: { type: 'boolean', default: false },
      live: { type: 'boolean', default: false },
      policy: { type: 'string' },
      'window-days': { type: 'string' },
      schema: { type: 'string', default: 'default' },
      packs: { type: 'string', default: 'A+C' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  if (values.once && values.live) throw new Error('--once and --live exclude each other');
  if (values.frozen && !values.once) throw new Error('--frozen goes with --once');
  const windowDays = values['window-days'];
  return {
    mode: values.once ? 'once' : values.live ? 'live' : 'serve',
    port: whole('--port', values.port, 0, 65_535),
    fresh: values.fresh,
    frozen: values.frozen,
    json: values.json,
    timers: values.timers,
    policy: values.policy === undefined ? null : oneOf('--policy', values.policy, CONFLICT_POLICIES),
    windowDays: windowDays === undefined ? null : whole('--window-days', windowDays, 1, 1_825),
    schema: oneOf('--schema', values.schema, SCHEMAS),
    packs: oneOf('--packs', values.packs.toUpperCase(), PACKS),
  };
}

function whole(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new Error(`${option} must be a whole number from ${min} to ${max}, not "${text}"`);
  }
  return value;
}

function oneOf<const T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === text);
  if (found === undefined) throw new Error(`${option} must be one of ${allowed.join(', ')}, not "${text}"`);
  return found;
}
