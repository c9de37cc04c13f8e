import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTestHost } from '../functions/support/host.ts';
import { NODE, ROOT, temporaryFolder } from './support.ts';

jest.setTimeout(30_000);
const execute = promisify(execFile);

test('the deployment bundle registers every function and answers', async () => {
  const folder = join(temporaryFolder(), 'dist');
  await execute(NODE, ['esbuild.config.mjs', folder], { cwd: ROOT });
  expect(readdirSync(folder).sort()).toEqual(['applicationinsights.cjs', 'index.cjs']);

  const env = { SQLITE_FILE: ':memory:', GRAPH_CREDENTIAL: 'none', GRAPH_BASE_URL: 'http://localhost:1' };
  const script = ['--disable-warning=ExperimentalWarning', 'test/e2e/load-bundle.ts', join(folder, 'index.cjs')];
  const { stdout } = await execute(NODE, script, { cwd: ROOT, env });
  const source = await startTestHost({ entries: () => import('../../functions/index.ts') });
  expect(JSON.parse(stdout)).toEqual({ names: source.functions().map(({ name }) => name), health: 200 });
  await source.stop();
});
