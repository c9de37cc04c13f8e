import { type Environment, type LoadOptions, loadConfig, readAuthLevel, readJob } from '../../../src/config.ts';
import { SyncError } from '../../../src/domain/errors.ts';

const MINIMAL = { SQLITE_FILE: ':memory:' };

/** The problem list of settings that are refused, without the introduction. */
function problemsOf(env: Environment, options?: LoadOptions): readonly string[] {
  try {
    loadConfig(env, options);
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    expect(error.kind).toBe('misconfigured');
    return error.message.replace(/^.*? wrong: /, '').split('; ');
  }
  throw new Error('the settings were accepted');
}

describe('loadConfig', () => {
  test('gives every default when only the database is named', () => {
    const config = loadConfig(MINIMAL);
    expect(config.database).toEqual({ kind: 'sqlite', file: ':memory:' });
    expect(config.sync).toMatchObject({
      zone: 'Europe/Oslo',
      windowPastDays: 1,
      windowFutureDays: 365,
      conflictPolicy: 'covered',
      outlookEditPolicy: 'merge',
      outlookDeletePolicy: 'cancel',
      brakeCount: 10,
      brakePercent: 20,
      leaseMs: 60_000,
      runMs: 200_000,
      backoffMinutes: [1, 5, 15, 60, 240],
    });
    expect(config.sync.content.subject).toEqual({
      event: '{name}',
      booking: 'Booking - {group}',
      allocation: 'Allocation - {organization}',
    });
    expect(config.http).toEqual({ authLevel: 'function', apiKey: null });
    expect(config.booking.schema.tables.event).toBe('bb_event');
  });

  test('cannot be changed afterwards', () => {
    const config = loadConfig(MINIMAL);
    expect(() => Object.assign(config.sync, { zone: 'UTC' })).toThrow(TypeError);
    expect(() => Object.assign(config.jobs['to-outlook'], { enabled: false })).toThrow(TypeError);
  });

  test('reports all problems at once, each with its name', () => {
    const problems = problemsOf({
      SQL_USER: 'sync',
      LEASE_SECONDS: 'soon',
      TIME_ZONE: 'Mars/Olympus',
      CONFLICT_POLICY: 'maybe',
      JOB_TO_OUTLOOK_SCHEDULE: '0 61 * * * *',
    });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'TIME_ZONE',
      'CONFLICT_POLICY',
      'LEASE_SECONDS',
      'JOB_TO_OUTLOOK_SCHEDULE',
      'SQL_SERVER',
      'SQL_PASSWORD',
    ]);
  });

  test('never repeats a value, which may be a secret', () => {
    const [problem] = problemsOf({ ...MINIMAL, API_KEY: 'hunter2' });
    expect(problem).toBe('API_KEY must have at least 8 characters');
  });

  test.each([
    ['LEASE_SECONDS', '14', 'must be a whole number from 15 to 600'],
    ['LEASE_SECONDS', '-60', 'must be a whole number from 15 to 600'],
    ['RUN_SECONDS', '226', 'must be a whole number from 10 to 225'],
    ['BRAKE_PERCENT', '20.5', 'must be a whole number from 0 to 100'],
    ['IMPORT_FREE', 'sometimes', 'must be true or false'],
    ['OUTLOOK_DELETE_POLICY', 'Cancel', 'must be one of cancel, recreate'],
    ['TIME_ZONE', '+01:00', 'must be an IANA time zone name such as Europe/Oslo'],
    [
      'SUBJECT_EVENT',
      '{name} {title}',
      'may only hold the placeholders {name} {description} {group} {organization} {resource} {building}',
    ],
    [
      'EVENT_DATES_MODE',
      'dates',
      "must be main: 'dates' would need one mapping per date row, which the mapping key (type, id, room) cannot hold",
    ],
    ['BOOKING_TABLE_PREFIX', 'bb-', 'must be letters, digits and underscores'],
    ['BOOKING_SCHEMA', '[]', 'must be a JSON object of table and column names'],
    ['BOOKING_SCHEMA', '{"tables":', 'must be a JSON object of table and column names'],
    ['BOOKING_SCHEMA', '{"tables":{"evnt":"x"}}', 'is wrong: tables.evnt is not a name this service uses'],
    ['ALERT_WEBHOOK_URL', 'http://hooks.example.org', 'must begin with https:// (http:// only for localhost)'],
    ['KEY_VAULT_URL', 'kv-booking', 'must be a complete URL such as https://example.org'],
    [
      'WEBHOOK_BASE_URL',
      'http://localhost:8082',
      'must begin with https://; http:// works only while GRAPH_BASE_URL is an address on localhost too',
    ],
    [
      'GRAPH_CREDENTIAL',
      'none',
      'is none, which is for a Graph on this machine: GRAPH_BASE_URL must be an address on localhost',
    ],
    ['GRAPH_CLIENT_SECRET_NAME', 'secret-name', 'must be set because GRAPH_CLIENT_SECRET_NAME is'],
    ['JOB_TO_OUTLOK_ENABLED', 'false', 'is not a setting'],
    ['SQL_SERVER', 'sql.example.org', 'cannot be combined with SQLITE_FILE'],
  ])('refuses %s=%s', (setting, value, message) => {
    expect(problemsOf({ ...MINIMAL, [setting]: value }).join('; ')).toContain(message);
  });

  test('asks for a database when none is named', () => {
    expect(problemsOf({})).toEqual(
      [
        'SQL_SERVER is not set, and no other database is: set SQL_SERVER and SQL_DATABASE, or SQL_CONNECTION_STRING, or SQLITE_FILE for the embedded engine',
      ].flatMap((text) => text.split('; ')),
    );
  });

  test('signs in to SQL Server with the managed identity when no login is given', () => {
    const config = loadConfig({ SQL_SERVER: 'sql.example.org', SQL_DATABASE: 'booking', AZURE_CLIENT_ID: 'id-1' });
    expect(config.database).toEqual({
      kind: 'server',
      server: 'sql.example.org',
      database: 'booking',
      poolMax: 4,
      login: null,
      clientId: 'id-1',
    });
  });

  test('explains that a connection string cannot sign in with an identity', () => {
    const text = 'Server=sql.example.org;Database=booking;Authentication=Active Directory Default';
    expect(problemsOf({ SQL_CONNECTION_STRING: text })[0]).toContain(
      'SQL_CONNECTION_STRING does not take an Active Directory',
    );
  });

  test('says that a Key Vault reference was not resolved instead of using it as the secret', () => {
    const reference = '@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/key)';
    expect(problemsOf({ ...MINIMAL, WEBHOOK_CLIENT_SECRET: reference }).join('; ')).toBe(
      'WEBHOOK_CLIENT_SECRET is a Key Vault reference that Azure could not read; check the secret, and that the identity may read it',
    );
  });

  test('takes empty values as not set, as copied from the example file', () => {
    expect(loadConfig({ ...MINIMAL, API_KEY: '', SQL_SERVER: ' ', LEASE_SECONDS: '' }).sync.leaseMs).toBe(60_000);
  });

  test.each([
    [{}, { kind: 'missing', settings: ['GRAPH_TENANT_ID', 'GRAPH_CLIENT_ID', 'GRAPH_CLIENT_SECRET'] }],
    [
      { GRAPH_CLIENT_ID: 'c', GRAPH_TENANT_ID: 't' },
      { kind: 'missing', settings: ['GRAPH_CLIENT_SECRET'] },
    ],
    [
      { GRAPH_CLIENT_ID: 'c', GRAPH_TENANT_ID: 't', GRAPH_CLIENT_SECRET: 's' },
      { kind: 'client-secret', tenantId: 't', clientId: 'c', secret: { value: 's' } },
    ],
    [
      {
        GRAPH_CLIENT_ID: 'c',
        GRAPH_TENANT_ID: 't',
        GRAPH_CLIENT_SECRET_NAME: 'n',
        KEY_VAULT_URL: 'https://kv.example.org',
      },
      {
        kind: 'client-secret',
        tenantId: 't',
        clientId: 'c',
        secret: { vaultUrl: 'https://kv.example.org', name: 'n' },
      },
    ],
    [
      { IDENTITY_ENDPOINT: 'http://169.254.0.1', AZURE_CLIENT_ID: 'i' },
      { kind: 'managed-identity', clientId: 'i' },
    ],
    [{ GRAPH_CREDENTIAL: 'developer' }, { kind: 'developer', tenantId: null }],
  ])('S23: chooses the Graph credential from what is set, or knows what is missing: %j', (env, credential) => {
    expect(loadConfig({ ...MINIMAL, ...env }).graph.credential).toEqual(credential);
  });

  test.each([
    [{}, ['GRAPH_TENANT_ID is not set', 'GRAPH_CLIENT_ID is not set', 'GRAPH_CLIENT_SECRET is not set']],
    [
      { GRAPH_CLIENT_ID: 'c', GRAPH_TENANT_ID: 't', GRAPH_CLIENT_SECRET_NAME: 'n' },
      ['KEY_VAULT_URL must be set because GRAPH_CLIENT_SECRET_NAME is'],
    ],
  ])('S23: a start that needs Graph is told what signing in lacks, and everything else: %j', (env, problems) => {
    expect(problemsOf({ ...MINIMAL, ...env }, { needsGraph: true })).toEqual(problems);
    expect(problemsOf({ ...env, LOG_LEVEL: 'loud' }, { needsGraph: true })).toHaveLength(problems.length + 2);
    expect(loadConfig({ ...MINIMAL, GRAPH_CREDENTIAL: 'developer' }, { needsGraph: true })).toBeDefined();
  });

  test('names every missing table and column rule of a customer schema through BOOKING_SCHEMA', () => {
    const config = loadConfig({
      ...MINIMAL,
      BOOKING_SCHEMA: '{"tables":{"event":"your_event_table"}}',
      BOOKING_TABLE_PREFIX: 'your_',
    });
    expect(config.booking.schema.tables).toMatchObject({
      event: 'your_event_table',
      event_date: 'your_event_table_date',
      booking: 'your_booking',
    });
  });
});

describe('what registration reads', () => {
  test.each([
    [undefined, 'function'],
    ['anonymous', 'anonymous'],
    ['Anonymus', 'function'],
    ['admin', 'function'],
  ])('HTTP_AUTH_LEVEL=%s registers %s and never throws', (value, level) => {
    expect(readAuthLevel({ HTTP_AUTH_LEVEL: value })).toBe(level);
  });

  test('S124: a timer keeps the schedule of the guide unless another valid one is set, and can be switched off', () => {
    expect(readJob('to-outlook', {})).toEqual({ schedule: '0 */15 * * * *', enabled: true });
    expect(readJob('to-outlook', { JOB_TO_OUTLOOK_SCHEDULE: '30 5 * * * *', JOB_TO_OUTLOOK_ENABLED: 'FALSE' })).toEqual(
      {
        schedule: '30 5 * * * *',
        enabled: false,
      },
    );
    expect(readJob('to-outlook', { JOB_TO_OUTLOOK_SCHEDULE: 'hourly' }).schedule).toBe('0 */15 * * * *');
  });

  test('S124: defaults of J1 to J5 are the schedules of the guide', () => {
    const schedules = (
      ['to-outlook', 'from-outlook', 'process-imports', 'sync-deletions', 'cleanup-orphaned'] as const
    ).map((job) => readJob(job, {}).schedule);
    expect(schedules).toEqual(['0 */15 * * * *', '0 0 * * * *', '0 */30 * * * *', '0 */10 * * * *', '0 0 2 * * *']);
  });
});
