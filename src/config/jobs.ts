/** The timers. Schedules are NCRONTAB in UTC; each has `JOB_<NAME>_SCHEDULE` and `JOB_<NAME>_ENABLED`. */
export const JOBS = {
  'to-outlook': {
    schedule: '0 */15 * * * *',
    does: 'discovers new and changed reservations and writes them to Outlook',
  },
  'from-outlook': { schedule: '0 0 * * * *', does: 'notes new Outlook events for import' },
  'process-imports': {
    schedule: '0 */30 * * * *',
    does: 'makes reservations of noted Outlook events',
  },
  'sync-deletions': { schedule: '0 */10 * * * *', does: 'carries out cancellations and re-enables' },
  'cleanup-orphaned': { schedule: '0 0 2 * * *', does: 'removes mappings whose reservation row is gone' },
  'health-check': { schedule: '0 */5 * * * *', does: 'checks thresholds and raises alerts' },
  'daily-report': { schedule: '0 0 8 * * *', does: 'writes the daily summary' },
  'to-outlook-batch': { schedule: '0 0 1 * * *', does: 'the same as to-outlook, at night, for what is left' },
  'process-imports-batch': { schedule: '0 0 2 * * *', does: 'the same as process-imports, at night, for what is left' },
  'poll-changes': { schedule: '0 7-59/15 * * * *', does: 'reads the changes of every room calendar' },
  'detect-missing-events': { schedule: '0 0 3 * * 0', does: 'checks once a week that synced events still exist' },
  'renew-subscriptions': { schedule: '0 20 * * * *', does: 'renews and re-creates Graph subscriptions' },
  'change-tick': { schedule: '30 * * * * *', does: 'finds what plain SQL changed in the booking system' },
  heartbeat: { schedule: '15 */5 * * * *', does: 'leaves a sign of life for the missing-heartbeat alert' },
} as const satisfies Readonly<Record<string, JobDefaults>>;

interface JobDefaults {
  readonly schedule: string;
  readonly does: string;
}

export type JobName = keyof typeof JOBS;

export interface JobSettings {
  readonly schedule: string;
  readonly enabled: boolean;
}

export const JOB_NAMES = Object.keys(JOBS) as readonly JobName[];

/** `to-outlook` and `SCHEDULE` give `JOB_TO_OUTLOOK_SCHEDULE`. */
export function jobSetting<K extends 'SCHEDULE' | 'ENABLED'>(job: JobName, kind: K): `JOB_${string}_${K}` {
  return `JOB_${job.toUpperCase().replaceAll('-', '_')}_${kind}`;
}
