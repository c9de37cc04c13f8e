import { CORE_MODULE_NAME, installFunctionsCore } from '../../../src/sandbox/functions-host/functions-core.ts';
import { readOptions } from '../../../src/sandbox/options.ts';
import { SAMPLE_NOW } from '../../../src/sandbox/sample-data/dates.ts';
import { openSandbox, type Sandbox } from '../../../src/sandbox/sandbox.ts';
import { sandboxSettings } from '../../../src/sandbox/sandbox-settings.ts';
import { createSeededIds } from '../../../src/sandbox/seeded-ids.ts';
import { createVirtualClock, type VirtualClock } from '../../../src/sandbox/virtual-clock.ts';

export interface TestSandbox extends Sandbox {
  readonly clock: VirtualClock;
}

/** The whole service on the sample municipality, in memory, at its frozen Monday. `options` as on the command line. */
export async function openTestSandbox(options = '', outlook: 'empty' | 'sample' = 'empty'): Promise<TestSandbox> {
  const core = installFunctionsCore();
  jest.doMock(CORE_MODULE_NAME, () => core.module, { virtual: true });
  const read = readOptions(options.split(' ').filter((word) => word !== ''));
  if (read === null) throw new Error('--help opens no sandbox');
  const clock = createVirtualClock(Date.parse(SAMPLE_NOW));
  const ids = createSeededIds('test');
  const sandbox = await openSandbox({ settings: sandboxSettings(read, ':memory:'), clock, ids, shift: {}, outlook });
  return { ...sandbox, clock };
}
