/**
 * The only reader of the environment. `loadConfig` checks every setting and reports all problems at once; the two small readers
 * below it are for registration, which happens while modules load and must never throw.
 */
import type { AuthLevel, Config } from './config/config.ts';
import { configOf } from './config/config-of.ts';
import { credentialOf } from './config/credential.ts';
import { JOBS, type JobName, type JobSettings, jobSetting } from './config/jobs.ts';
import { scheduleProblem } from './config/ncrontab.ts';
import { crossProblems, type GivenSettings, type SettingProblem } from './config/rules.ts';
import { allRules, scheduleRules, settingRules, switchRules } from './config/schema.ts';
import { SyncError } from './domain/errors.ts';

export type { Config } from './config/config.ts';
export { JOB_NAMES, JOBS, type JobName } from './config/jobs.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const VAULT_REFERENCE = '@Microsoft.KeyVault(';

export interface LoadOptions {
  /** Also name what signing in to Graph lacks, which otherwise is told when Graph is first needed (S23). */
  readonly needsGraph?: boolean;
}

/** Checks `env` (default: the process's environment). Throws `misconfigured` naming every setting that is wrong. */
export function loadConfig(env: Environment = process.env, { needsGraph = false }: LoadOptions = {}): Config {
  const given = givenSettings(env);
  const hasPlatformIdentity = (env['IDENTITY_ENDPOINT'] ?? '') !== '';
  const settings = settingRules.safeParse(given);
  const schedules = scheduleRules.safeParse(given);
  const switches = switchRules.safeParse(given);
  const problems = onePerSetting([
    ...vaultProblems(given),
    ...[settings, schedules, switches].flatMap((parsed) => parsed.error?.issues ?? []).map(problemOf),
    ...unknownProblems(given),
    ...crossProblems(given),
    ...(needsGraph ? credentialProblems(given, hasPlatformIdentity) : []),
  ]);
  if (problems.length > 0 || !settings.success || !schedules.success || !switches.success)
    throw misconfigured(problems);
  return deepFreeze(
    configOf(settings.data, { schedules: schedules.data, switches: switches.data, hasPlatformIdentity }),
  );
}

/** Auth level functions are registered with. Anything but `anonymous` gives the stricter one; `loadConfig` complains later. */
export function readAuthLevel(env: Environment = process.env): AuthLevel {
  return env['HTTP_AUTH_LEVEL']?.trim() === 'anonymous' ? 'anonymous' : 'function';
}

/** Schedule and switch a timer is registered with. A malformed schedule gives the default; `loadConfig` complains later. */
export function readJob(job: JobName, env: Environment = process.env): JobSettings {
  const schedule = env[jobSetting(job, 'SCHEDULE')]?.trim() ?? '';
  const enabled = env[jobSetting(job, 'ENABLED')]?.trim().toLowerCase() ?? '';
  return {
    schedule: scheduleProblem(schedule) === null ? schedule : JOBS[job].schedule,
    enabled: !['false', '0', 'no'].includes(enabled),
  };
}

const KNOWN = new Set(Object.keys(allRules));

/** What concerns us: known settings, and names that look like a timer's. App settings cannot be unset, so empty is absent. */
function givenSettings(env: Environment): GivenSettings {
  const entries = Object.entries(env).flatMap(([name, value]) => {
    const isOurs = KNOWN.has(name) || /^JOB_.+_(SCHEDULE|ENABLED)$/.test(name);
    const trimmed = value?.trim() ?? '';
    return isOurs && trimmed !== '' ? [[name, trimmed] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** The platform leaves the reference itself where it cannot read the vault. */
function vaultProblems(given: GivenSettings): readonly SettingProblem[] {
  return Object.entries(given)
    .filter(([, value]) => value.startsWith(VAULT_REFERENCE))
    .map(([setting]) => ({
      setting,
      message:
        'is a Key Vault reference that Azure could not read; check the secret, and that the identity may read it',
    }));
}

/** A misspelt timer switch would silently leave the timer on. */
function unknownProblems(given: GivenSettings): readonly SettingProblem[] {
  return Object.keys(given)
    .filter((name) => !KNOWN.has(name))
    .map((setting) => ({ setting, message: 'is not a setting; the timers are listed in the README' }));
}

function credentialProblems(given: GivenSettings, hasPlatformIdentity: boolean): readonly SettingProblem[] {
  const credential = credentialOf(given, hasPlatformIdentity);
  if (credential.kind !== 'missing') return [];
  return credential.settings.map((setting) => ({ setting, message: 'is not set' }));
}

function onePerSetting(problems: readonly SettingProblem[]): readonly SettingProblem[] {
  return problems.filter(({ setting }, index) => problems.findIndex((one) => one.setting === setting) === index);
}

function problemOf(issue: { readonly path: readonly PropertyKey[]; readonly message: string }): SettingProblem {
  return { setting: String(issue.path[0] ?? 'settings'), message: issue.message };
}

function misconfigured(problems: readonly SettingProblem[]): SyncError {
  const count = problems.length === 1 ? '1 setting is' : `${problems.length} settings are`;
  const list = problems.map(({ setting, message }) => `${setting} ${message}`).join('; ');
  return new SyncError('misconfigured', `${count} wrong: ${list}`, { field: problems[0]?.setting ?? 'settings' });
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part);
  return Object.freeze(value);
}
