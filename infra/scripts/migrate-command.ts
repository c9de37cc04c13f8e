/** Brings the sync's own tables up to date: a deployment step under an identity that may change the schema (design 4). */
import { databaseOptions } from '../../src/app/database-options.ts';
import { type Environment, loadConfig } from '../../src/config.ts';
import { isSyncError, SyncError } from '../../src/domain/errors.ts';
import type { BookingSchema, BookingTable } from '../../src/sql/booking-schema.ts';
import { type Database, openDatabase } from '../../src/sql/database.ts';
import { migrate } from '../../src/sql/migrations/migrate.ts';
import { SYNC_TABLES } from '../../src/sql/tables.ts';
import type { Clock } from '../../src/sync/ports.ts';

export interface CommandParts {
  readonly env: Environment;
  readonly clock: Clock;
  readonly print: (line: string) => void;
  /** Default: the database of the settings. */
  readonly open?: () => Promise<Database>;
}

const HELP = `Usage: npm run migrate [-- --help | --grants]

Creates or updates the sync's own tables (bridge_*) in the booking system's database. Safe to run again, and safe when two
start at once. The identity that runs it may create tables, indexes and triggers in schema dbo; the app's own may not and need not.

Settings (environment):
  SQL_SERVER, SQL_DATABASE    signs in as you, or as the pipeline's identity (Azure CLI, azd, environment, managed identity)
  SQL_USER, SQL_PASSWORD      with these two: a SQL login instead
  SQL_CONNECTION_STRING       or everything in one line, with a SQL login
  SQLITE_FILE                 the embedded engine; it also migrates itself when it is opened

  --grants                    prints what the app's database user needs as T-SQL, for you to run; changes nothing and needs
                              no setting, but BOOKING_SCHEMA or BOOKING_TABLE_PREFIX where your tables have other names

Plain SQL on these tables, for instance an INSERT into bridge_resource_mappings, needs QUOTED_IDENTIFIER ON, as they have
filtered indexes: call the older sqlcmd with -I.`;

/** A database user made a moment ago is not known everywhere at once. */
const LOGIN_TRIES = 12;
const LOGIN_WAIT_MS = 10_000;

/** Runs the command; the exit code. */
export async function migrateCommand(args: readonly string[], parts: CommandParts): Promise<number> {
  const { print } = parts;
  const unknown = args.find((arg) => !['--help', '-h', '--grants'].includes(arg));
  if (unknown !== undefined) {
    print(`Unknown option ${unknown}.\n\n${HELP}`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    print(HELP);
    return 0;
  }
  try {
    if (args.includes('--grants')) {
      for (const line of grants(bookingSchemaOf(parts.env))) print(line);
      return 0;
    }
    const config = loadConfig(databaseSettings(parts.env));
    await run(parts, async () => openDatabase(await databaseOptions(config.database, parts.clock)));
    return 0;
  } catch (error) {
    const what = args.includes('--grants') ? 'Nothing printed' : 'Not migrated';
    print(`${what}: ${error instanceof SyncError ? error.message : String(error)}`);
    return 1;
  }
}

/** What else is configured, rightly or wrongly, is no concern of a deployment step. */
function databaseSettings(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => /^(SQL|BOOKING_|AZURE_CLIENT_ID$)/.test(name)));
}

/** The names of the customer's tables alone: no database is opened, so none needs to be named. */
function bookingSchemaOf(env: Environment): BookingSchema {
  const names = Object.entries(env).filter(([name]) => name.startsWith('BOOKING_'));
  return loadConfig({ ...Object.fromEntries(names), SQLITE_FILE: ':memory:' }).booking.schema;
}

async function run({ clock, print, ...parts }: CommandParts, openConfigured: () => Promise<Database>): Promise<void> {
  const database = await signIn(clock, print, parts.open ?? openConfigured);
  try {
    const onApplied = ({ version, name }: { version: number; name: string }) => print(`Applied ${version} ${name}.`);
    const { applied, current } = await migrate(database, { onApplied });
    if (applied.length === 0) print(`Nothing to do: the tables are at version ${current}.`);
    else print(`The tables are at version ${current}. "npm run migrate -- --grants" prints what the app's user needs.`);
  } finally {
    await database.close();
  }
}

async function signIn(clock: Clock, print: CommandParts['print'], open: () => Promise<Database>): Promise<Database> {
  for (let left = LOGIN_TRIES; ; left -= 1) {
    try {
      return await open();
    } catch (error) {
      const refused = isSyncError(error, 'database-unavailable') && error.code === '18456';
      if (!refused || left === 1) throw error;
      print('The server does not know the login yet; trying again.');
      await clock.sleep(LOGIN_WAIT_MS);
    }
  }
}

/** What the app writes into the booking system; it reads every configured table. */
const BOOKING_WRITES: Partial<Readonly<Record<BookingTable, string>>> = {
  event: 'INSERT, UPDATE',
  event_date: 'INSERT, UPDATE, DELETE',
  event_resource: 'INSERT, DELETE',
  event_agegroup: 'INSERT',
  event_targetaudience: 'INSERT',
  booking: 'UPDATE',
  booking_resource: 'INSERT, DELETE',
  allocation: 'UPDATE',
  allocation_resource: 'INSERT, DELETE',
  activity: 'INSERT',
};

/** T-SQL that gives the app's user what it needs and nothing more. */
function grants({ tables, qualifier }: BookingSchema): string[] {
  const user = '[<name of the app>]';
  const own = SYNC_TABLES.map((table) => {
    const rights = table === 'bridge_schema_versions' ? 'SELECT' : 'SELECT, INSERT, UPDATE, DELETE';
    return `GRANT ${rights} ON dbo.${table} TO ${user};`;
  });
  const booking = (Object.entries(tables) as [BookingTable, string | null][]).flatMap(([table, name]) => {
    const rights = ['SELECT', BOOKING_WRITES[table]].filter((right) => right !== undefined).join(', ');
    return name === null ? [] : [`GRANT ${rights} ON ${quoted(qualifier ?? 'dbo')}.${quoted(name)} TO ${user};`];
  });
  return [...own, ...booking];
}

function quoted(name: string): string {
  return `[${name.replaceAll(']', ']]')}]`;
}
