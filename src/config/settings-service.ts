import { z } from 'zod';
import { flag, oneOf, optionalSetting, setting, text, webUrl } from './fields.ts';
import { JOB_NAMES, JOBS, type JobName, jobSetting } from './jobs.ts';
import { schedule } from './ncrontab.ts';

export const graph = {
  GRAPH_CREDENTIAL: optionalSetting(oneOf(['managed-identity', 'client-secret', 'developer', 'none']), {
    section: 'Microsoft Graph',
    description:
      'How the app signs in. Without it: `client-secret` when `GRAPH_CLIENT_ID` is set, else `managed-identity` where the platform offers one. `developer` = the login of az or azd; `none` only with a Graph on this machine.',
    example: 'managed-identity',
  }),
  GRAPH_TENANT_ID: optionalSetting(text, {
    section: 'Microsoft Graph',
    description: 'Directory (tenant) id.',
    example: '00000000-0000-0000-0000-000000000000',
  }),
  GRAPH_CLIENT_ID: optionalSetting(text, {
    section: 'Microsoft Graph',
    description: 'Application (client) id.',
    example: '00000000-0000-0000-0000-000000000000',
  }),
  AZURE_CLIENT_ID: optionalSetting(text, {
    section: 'Microsoft Graph',
    description: 'Client id of a user-assigned managed identity, used for Graph, SQL and the vault.',
    example: '00000000-0000-0000-0000-000000000000',
  }),
  GRAPH_CLIENT_SECRET: optionalSetting(text, {
    section: 'Microsoft Graph',
    description: 'Client secret of the application; better kept in a vault (next two).',
    secret: true,
  }),
  GRAPH_CLIENT_SECRET_NAME: optionalSetting(text, {
    section: 'Microsoft Graph',
    description: 'Name of the secret in the vault `KEY_VAULT_URL` that holds the client secret.',
    example: 'graph-client-secret',
  }),
  KEY_VAULT_URL: optionalSetting(webUrl, {
    section: 'Microsoft Graph',
    description: 'Key vault the client secret is read from.',
    example: 'https://kv-booking.vault.azure.net',
  }),
  GRAPH_CLOUD: setting(oneOf(['global', 'usgov', 'usgov-dod', 'china']), {
    section: 'Microsoft Graph',
    description: 'Cloud the tenant lives in.',
    default: 'global',
  }),
  GRAPH_BASE_URL: optionalSetting(webUrl, {
    section: 'Microsoft Graph',
    description: 'Another address of Graph than the cloud has, for a simulator.',
    example: 'http://localhost:8083',
  }),
  WEBHOOK_BASE_URL: optionalSetting(webUrl, {
    section: 'Microsoft Graph',
    description:
      'Public address of this app; Graph sends notifications to `<this>/webhook/outlook-notifications`. Without it rooms are polled.',
    example: 'https://your-domain.com',
  }),
  WEBHOOK_CLIENT_SECRET: optionalSetting(z.string().min(16, 'must have at least 16 characters'), {
    section: 'Microsoft Graph',
    description: 'Key that signs the client state of notifications.',
    secret: true,
  }),
};

export const http = {
  HTTP_AUTH_LEVEL: setting(oneOf(['anonymous', 'function']), {
    section: 'HTTP and monitoring',
    description:
      'Whether Azure asks callers for a function key. Notifications, quick health and the dashboard page never need one.',
    default: 'function',
  }),
  API_KEY: optionalSetting(z.string().min(8, 'must have at least 8 characters'), {
    section: 'HTTP and monitoring',
    description: 'Key callers send as `X-API-Key` (or `api_key`); without it none is asked for.',
    secret: true,
  }),
  ALERT_WEBHOOK_URL: optionalSetting(webUrl, {
    section: 'HTTP and monitoring',
    description: 'Address alerts are posted to.',
    example: 'https://hooks.example.org/booking',
    secret: true,
  }),
  APPLICATIONINSIGHTS_CONNECTION_STRING: optionalSetting(text, {
    section: 'HTTP and monitoring',
    description: 'Application Insights resource that receives one event per run.',
    secret: true,
  }),
  LOG_LEVEL: setting(oneOf(['debug', 'info', 'warn', 'error']), {
    section: 'HTTP and monitoring',
    description: 'Least important kind of line that is logged.',
    default: 'info',
  }),
};

/** `JOB_<NAME>_SCHEDULE` of every timer. */
export const jobSchedules = jobRecord('SCHEDULE', (job) =>
  setting(schedule, {
    section: 'Timers',
    description: `When \`${job}\` runs (seconds first, UTC): ${JOBS[job].does}.`,
    default: JOBS[job].schedule,
  }),
);

/** `JOB_<NAME>_ENABLED` of every timer. */
export const jobSwitches = jobRecord('ENABLED', (job) =>
  setting(flag, { section: 'Timers', description: `Whether \`${job}\` runs on its schedule.`, default: 'true' }),
);

function jobRecord<R>(kind: 'SCHEDULE' | 'ENABLED', rule: (job: JobName) => R): Readonly<Record<string, R>> {
  return Object.fromEntries(JOB_NAMES.map((job) => [jobSetting(job, kind), rule(job)]));
}
