import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT, serve, temporaryFolder } from './support.ts';

jest.setTimeout(30_000);

const run = promisify(execFile);
const SCRIPT = join(ROOT, 'infra/scripts/full-sync.sh');

test('S105: the five-part workflow is one script that leaves nothing pending, and may be repeated', async () => {
  const sandbox = await serve(temporaryFolder(), '--no-timers');
  const env = { PATH: process.env['PATH'], SYNC_URL: sandbox.url };
  const { stdout, stderr } = await run('bash', [SCRIPT], { env });
  expect(stderr).toBe('');
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('Nothing is pending.');
  const { summary } = (await sandbox.call('GET /sync/stats')).json.statistics;
  expect(summary).toMatchObject({ pending: 0, imported: 0 });
  expect(summary.outlook_to_booking).toBeGreaterThan(0);
  expect(summary.booking_to_outlook).toBeGreaterThan(0);
  expect((await sandbox.call('GET /sync/pending-items')).json.total).toBe(0);

  await run('bash', [SCRIPT], { env });
  expect((await sandbox.call('GET /sync/stats')).json.statistics.summary).toEqual(summary);
  expect(await sandbox.stop()).toBe(0);
});

test('S105: the script says what went wrong and ends with 1', async () => {
  const sandbox = await serve(temporaryFolder(), '--no-timers');
  await sandbox.stop();
  const env = { PATH: process.env['PATH'], SYNC_URL: sandbox.url };
  await expect(run('bash', [SCRIPT], { env })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('POST /sync/populate-mapping could not be reached'),
  });
});
