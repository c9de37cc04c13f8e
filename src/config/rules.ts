import { SyncError } from '../domain/errors.ts';
import { isLoopback } from '../graph/settings.ts';
import { parseBookingSchema } from '../sql/booking-schema.ts';

/** One thing wrong with one setting. The message never repeats the value, which may be a secret. */
export interface SettingProblem {
  readonly setting: string;
  readonly message: string;
}

/** Settings that were given: trimmed, empty ones left out. */
export type GivenSettings = Readonly<Record<string, string>>;

/** Rules over several settings. They look at what was given, so that they speak even when a value is malformed. */
export function crossProblems(given: GivenSettings): readonly SettingProblem[] {
  return [...databaseProblems(given), ...schemaProblems(given), ...graphProblems(given), ...webhookProblems(given)];
}

function databaseProblems(given: GivenSettings): readonly SettingProblem[] {
  const ways = ['SQLITE_FILE', 'SQL_CONNECTION_STRING', 'SQL_SERVER'].filter((name) => given[name] !== undefined);
  const problems: SettingProblem[] = [];
  if (ways.length === 0) {
    const message =
      'is not set, and no other database is: set SQL_SERVER and SQL_DATABASE, or SQL_CONNECTION_STRING, or SQLITE_FILE for the embedded engine';
    problems.push({ setting: 'SQL_SERVER', message });
  }
  for (const way of ways.slice(1)) problems.push({ setting: way, message: `cannot be combined with ${ways[0]}` });
  const pairs = [
    ['SQL_SERVER', 'SQL_DATABASE'],
    ['SQL_DATABASE', 'SQL_SERVER'],
    ['SQL_USER', 'SQL_PASSWORD'],
    ['SQL_PASSWORD', 'SQL_USER'],
    ['SQL_USER', 'SQL_SERVER'],
  ] as const;
  for (const [one, other] of pairs) {
    if (given[one] !== undefined && given[other] === undefined) {
      problems.push({ setting: other, message: `must be set because ${one} is` });
    }
  }
  return problems;
}

/** Names of tables and columns; the adapter's own check, so that both say the same. */
function schemaProblems(given: GivenSettings): readonly SettingProblem[] {
  try {
    parseBookingSchema(JSON.parse(given['BOOKING_SCHEMA'] ?? '{}'), given['BOOKING_TABLE_PREFIX']);
    return [];
  } catch (error) {
    // Malformed JSON and prefixes are reported by the setting's own rule.
    return error instanceof SyncError ? [{ setting: 'BOOKING_SCHEMA', message: sentenceOf(error) }] : [];
  }
}

/** The adapter's message without the setting's name, which is put in front of every problem. */
function sentenceOf(error: SyncError): string {
  return error.message.replace(/^BOOKING_SCHEMA /, '').replace(/\.$/, '');
}

/** Contradictions only: what is merely missing is told when Graph is first needed (S23). */
function graphProblems(given: GivenSettings): readonly SettingProblem[] {
  const problems: SettingProblem[] = [];
  if (given['GRAPH_CREDENTIAL'] === 'none' && !isLoopback(given['GRAPH_BASE_URL'] ?? '')) {
    const message = 'is none, which is for a Graph on this machine: GRAPH_BASE_URL must be an address on localhost';
    problems.push({ setting: 'GRAPH_CREDENTIAL', message });
  }
  if (given['GRAPH_CLIENT_SECRET'] !== undefined && given['GRAPH_CLIENT_SECRET_NAME'] !== undefined) {
    problems.push({ setting: 'GRAPH_CLIENT_SECRET_NAME', message: 'cannot be combined with GRAPH_CLIENT_SECRET' });
  }
  if (given['GRAPH_CLIENT_SECRET_NAME'] !== undefined && given['KEY_VAULT_URL'] === undefined) {
    problems.push({ setting: 'KEY_VAULT_URL', message: 'must be set because GRAPH_CLIENT_SECRET_NAME is' });
  }
  return problems;
}

function webhookProblems(given: GivenSettings): readonly SettingProblem[] {
  const isPlain = given['WEBHOOK_BASE_URL']?.startsWith('http://') ?? false;
  if (!isPlain || isLoopback(given['GRAPH_BASE_URL'] ?? '')) return [];
  const message = 'must begin with https://; http:// works only while GRAPH_BASE_URL is an address on localhost too';
  return [{ setting: 'WEBHOOK_BASE_URL', message }];
}
