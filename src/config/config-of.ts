import type { z } from 'zod';
import type { ContentSettings } from '../domain/content-settings.ts';
import { parseBookingSchema } from '../sql/booking-schema.ts';
import type { SyncSettings } from '../sync/settings.ts';
import type { Config, DatabaseSettings } from './config.ts';
import { credentialOf } from './credential.ts';
import { JOB_NAMES, jobSetting } from './jobs.ts';
import type { scheduleRules, settingRules, switchRules } from './schema.ts';

type Values = z.output<typeof settingRules>;

interface Rest {
  readonly schedules: z.output<typeof scheduleRules>;
  readonly switches: z.output<typeof switchRules>;
  /** Whether the platform offers a managed identity. */
  readonly hasPlatformIdentity: boolean;
}

/** Parsed settings to the shape the parts of the app ask for. Seconds and days become milliseconds where they say so. */
export function configOf(values: Values, rest: Rest): Config {
  const jobs = JOB_NAMES.map((job) => [
    job,
    {
      schedule: rest.schedules[jobSetting(job, 'SCHEDULE')],
      enabled: rest.switches[jobSetting(job, 'ENABLED')],
    },
  ]);
  return {
    database: databaseOf(values),
    booking: {
      schema: parseBookingSchema(values.BOOKING_SCHEMA, values.BOOKING_TABLE_PREFIX),
      zone: values.TIME_ZONE,
      seasonFilter: values.SEASON_FILTER,
    },
    sync: syncOf(values),
    graph: {
      credential: credentialOf(values, rest.hasPlatformIdentity),
      cloud: values.GRAPH_CLOUD,
      baseUrl: values.GRAPH_BASE_URL ?? null,
    },
    webhook: { baseUrl: values.WEBHOOK_BASE_URL ?? null, clientSecret: values.WEBHOOK_CLIENT_SECRET ?? null },
    http: { authLevel: values.HTTP_AUTH_LEVEL, apiKey: values.API_KEY ?? null },
    monitoring: {
      logLevel: values.LOG_LEVEL,
      alertWebhookUrl: values.ALERT_WEBHOOK_URL ?? null,
      applicationInsights: values.APPLICATIONINSIGHTS_CONNECTION_STRING ?? null,
    },
    jobs: Object.fromEntries(jobs),
  };
}

function databaseOf(values: Values): DatabaseSettings {
  const { SQLITE_FILE, SQL_CONNECTION_STRING, SQL_SERVER = '', SQL_DATABASE = '', SQL_USER, SQL_PASSWORD } = values;
  if (SQLITE_FILE !== undefined) return { kind: 'sqlite', file: SQLITE_FILE };
  const poolMax = values.SQL_POOL_MAX;
  if (SQL_CONNECTION_STRING !== undefined) {
    return { kind: 'connection-string', connectionString: SQL_CONNECTION_STRING, poolMax };
  }
  const hasLogin = SQL_USER !== undefined && SQL_PASSWORD !== undefined;
  return {
    kind: 'server',
    server: SQL_SERVER,
    database: SQL_DATABASE,
    poolMax,
    login: hasLogin ? { user: SQL_USER, password: SQL_PASSWORD } : null,
    clientId: values.AZURE_CLIENT_ID ?? null,
  };
}

/** How long an HTTP call waits for a leased room before it leaves a signal and answers 202 (design 6). */
const LEASE_WAIT_MS = 10_000;
/** Rooms read together by one set-based statement (design 7). */
const SHARD_SIZE = 100;
/** Waiting time of a failed row by attempt. */
const BACKOFF_MINUTES = [1, 5, 15, 60, 240];

function syncOf(values: Values): SyncSettings {
  return {
    zone: values.TIME_ZONE,
    windowPastDays: values.WINDOW_PAST_DAYS,
    windowFutureDays: values.WINDOW_FUTURE_DAYS,
    conflictPolicy: values.CONFLICT_POLICY,
    outlookEditPolicy: values.OUTLOOK_EDIT_POLICY,
    outlookDeletePolicy: values.OUTLOOK_DELETE_POLICY,
    importOnOverlap: values.IMPORT_ON_OVERLAP,
    importTentative: values.IMPORT_TENTATIVE,
    importFree: values.IMPORT_FREE,
    declineRoomCopies: values.DECLINE_ROOM_COPIES,
    privateImportTitle: values.PRIVATE_IMPORT_TITLE ?? null,
    defaultActivityId: values.DEFAULT_ACTIVITY_ID ?? null,
    defaultAgegroupId: values.DEFAULT_AGEGROUP_ID ?? null,
    defaultAudienceId: values.DEFAULT_AUDIENCE_ID ?? null,
    content: contentOf(values),
    brakeCount: values.BRAKE_COUNT,
    brakePercent: values.BRAKE_PERCENT,
    leaseMs: values.LEASE_SECONDS * 1000,
    leaseWaitMs: LEASE_WAIT_MS,
    roomConcurrency: values.ROOM_CONCURRENCY,
    shardSize: SHARD_SIZE,
    runMs: values.RUN_SECONDS * 1000,
    backoffMinutes: BACKOFF_MINUTES,
    journalRetentionDays: values.JOURNAL_RETENTION_DAYS,
  };
}

function contentOf(values: Values): ContentSettings {
  return {
    subject: { event: values.SUBJECT_EVENT, booking: values.SUBJECT_BOOKING, allocation: values.SUBJECT_ALLOCATION },
    body: { event: values.BODY_EVENT, booking: values.BODY_BOOKING, allocation: values.BODY_ALLOCATION },
    includeContact: values.INCLUDE_CONTACT,
    privateTitle: values.PRIVATE_TITLE ?? null,
    bodyLimit: values.BODY_LIMIT,
    location: values.INCLUDE_LOCATION,
    allDayEnd: values.ALL_DAY_END,
    importPrivateBody: values.IMPORT_PRIVATE_BODY,
  };
}
