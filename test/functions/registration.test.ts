import { useApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { ROUTES } from './support/function-world.ts';
import { startTestHost, type TestHost } from './support/host.ts';

/** What Azure would see with these settings; function files read them while they are imported. */
async function register(settings: Readonly<Record<string, string>>): Promise<TestHost> {
  const before = { ...process.env };
  Object.assign(process.env, settings);
  try {
    return await startTestHost({ entries: () => import('../../functions/index.ts'), settings });
  } finally {
    process.env = before;
  }
}

describe('functions/index.ts', () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await register({
      HTTP_AUTH_LEVEL: 'function',
      JOB_TO_OUTLOOK_SCHEDULE: 'not a schedule',
      JOB_SYNC_DELETIONS_SCHEDULE: '0 */3 * * * *',
      JOB_CLEANUP_ORPHANED_ENABLED: 'false',
      SQL_SERVER: '@Microsoft.KeyVault(SecretUri=https://kv.example.org/secrets/x)',
    });
  });
  afterAll(() => host.stop());

  test('S18: registers every method and route as a function of its own, whatever the settings', () => {
    const registered = host.functions().flatMap((one) => (one.kind === 'http' ? [`${one.methods} ${one.route}`] : []));
    expect(registered.sort()).toEqual(ROUTES.map(({ method, route }) => `${method} ${route}`).sort());
  });

  test('asks for a function key everywhere but at health and the dashboard', () => {
    const anonymous = host.functions().filter((one) => one.kind === 'http' && one.authLevel === 'anonymous');
    expect(anonymous.map((one) => one.name)).toEqual(['health', 'dashboard']);
  });

  test('S124: timers have their setting, the default instead of a malformed one, and can be left out', () => {
    const schedules = host.functions().flatMap((one) => (one.kind === 'timer' ? [[one.name, one.expression]] : []));
    expect(Object.fromEntries(schedules)).toEqual({
      toOutlookTimer: '0 */15 * * * *',
      fromOutlookTimer: '0 0 * * * *',
      processImportsTimer: '0 */30 * * * *',
      syncDeletionsTimer: '0 */3 * * * *',
      toOutlookBatchTimer: '0 0 1 * * *',
      processImportsBatchTimer: '0 0 2 * * *',
      pollChangesTimer: '0 7-59/15 * * * *',
      detectMissingEventsTimer: '0 0 3 * * 0',
      changeTickTimer: '30 * * * * *',
    });
  });

  test('settings that are wrong show at the first call: 503, all of them, by name', async () => {
    useApp(async () => {
      throw loadProblem();
    });
    const { status, json } = await host.call('GET /sync/stats');
    expect(status).toBe(503);
    expect(json).toEqual({
      success: false,
      code: 'misconfigured',
      field: 'TIME_ZONE',
      error: expect.stringMatching(/^2 settings are wrong: TIME_ZONE .*; LEASE_SECONDS /),
    });
  });
});

function loadProblem(): unknown {
  try {
    return loadConfig({ SQLITE_FILE: ':memory:', TIME_ZONE: 'Mars', LEASE_SECONDS: 'x' });
  } catch (error) {
    return error;
  }
}
