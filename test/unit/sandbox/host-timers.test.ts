import { app, type Timer } from '@azure/functions';
import { installFunctionsCore } from '../../../src/sandbox/functions-host/functions-core.ts';
import type { FunctionsHostOptions } from '../../../src/sandbox/functions-host/host.ts';
import { createVirtualClock } from '../../../src/sandbox/virtual-clock.ts';
import { MONDAY, startTestHost } from '../../functions/support/host.ts';

const at = (time: string) => Date.parse(`2027-03-01T${time}Z`);

beforeEach(() => installFunctionsCore().clear());

/** A host whose timer `tick` notes when it ran and with what. */
async function hostWith(
  schedule: string,
  options: Partial<Omit<FunctionsHostOptions, 'clock'>> & { from?: string; takesMs?: number } = {},
) {
  const clock = createVirtualClock(options.from === undefined ? MONDAY : at(options.from));
  const runs: { at: string; timer: Timer }[] = [];
  const host = await startTestHost({
    ...options,
    clock,
    entries: async () => {
      app.timer('tick', {
        schedule,
        handler: async (timer) => {
          runs.push({ at: new Date(clock.now()).toISOString().slice(11, 19), timer });
          if (options.takesMs !== undefined) await clock.sleep(options.takesMs);
        },
      });
    },
  });
  return { host, runs, clock, times: () => runs.map((run) => run.at) };
}

test('fires at each tick passed, and no other time', async () => {
  const { host, times } = await hostWith('0 */15 * * * *');
  await host.advanceTo(at('07:14:59'));
  expect(times()).toEqual([]);
  await host.advanceTo(at('07:50:00'));
  expect(times()).toEqual(['07:15:00', '07:30:00', '07:45:00']);
});

test('the handler sees past-due flag and schedule status', async () => {
  const { host, runs } = await hostWith('0 */15 * * * *');
  await host.advanceTo(at('07:30:00'));
  expect(runs.map(({ timer }) => timer)).toEqual([
    {
      isPastDue: false,
      schedule: { adjustForDST: true },
      scheduleStatus: {
        last: '0001-01-01T00:00:00',
        next: '2027-03-01T07:15:00.000Z',
        lastUpdated: '2027-03-01T07:00:00.000Z',
      },
    },
    {
      isPastDue: false,
      schedule: { adjustForDST: true },
      scheduleStatus: {
        last: '2027-03-01T07:15:00.000Z',
        next: '2027-03-01T07:30:00.000Z',
        lastUpdated: '2027-03-01T07:15:00.000Z',
      },
    },
  ]);
});

test('a long run is never overlapped; the ticks it missed become one run right after it', async () => {
  const { host, times } = await hostWith('0 */15 * * * *', { takesMs: 40 * 60_000 });
  await host.advanceTo(at('07:59:00'));
  expect(times()).toEqual(['07:15:00', '07:55:00']);
});

test('a run that throws is logged and does not stop the schedule', async () => {
  const failures: unknown[] = [];
  const { host, runs } = await hostWith('0 * * * * *', {
    onInvocation: ({ functionName, reason, error }) => failures.push([functionName, reason, String(error)]),
  });
  const original = runs.push.bind(runs);
  runs.push = (run) => {
    original(run);
    throw new Error('no luck');
  };
  await host.advanceTo(at('07:02:00'));
  expect(failures).toEqual([
    ['tick', 'schedule', 'Error: no luck'],
    ['tick', 'schedule', 'Error: no luck'],
  ]);
});

test('a schedule may name a setting', async () => {
  const { host, times } = await hostWith('%TICK_SCHEDULE%', { settings: { TICK_SCHEDULE: '30 0 * * * *' } });
  await host.advanceTo(at('09:00:00'));
  expect(times()).toEqual(['07:00:30', '08:00:30']);
});

test('a missing setting stops the start with its name', async () => {
  await expect(hostWith('%TICK_SCHEDULE%')).rejects.toThrow('Function "tick": it needs the setting TICK_SCHEDULE');
});

test('a malformed schedule stops the start with the field', async () => {
  await expect(hostWith('0 0 25 * * *')).rejects.toThrow('Function "tick": 25 is outside 0-23 in the hour field');
});

test.each(['true', '1', 'True'])('a function disabled by "%s" does not run', async (value) => {
  const { host, times } = await hostWith('0 * * * * *', { settings: { 'AzureWebJobs.tick.Disabled': value } });
  await host.advanceTo(at('08:00:00'));
  expect(times()).toEqual([]);
});

describe('a host that was down', () => {
  async function stateAt(schedule: string) {
    const { host } = await hostWith(schedule);
    await host.advanceTo(at('07:20:00'));
    const state = host.snapshot();
    installFunctionsCore().clear();
    return state;
  }

  test('makes up for missed ticks once, past due', async () => {
    const { host, runs, times } = await hostWith('0 */15 * * * *', {
      from: '08:10:00',
      state: await stateAt('0 */15 * * * *'),
    });
    await host.settle();
    expect(times()).toEqual(['08:10:00']);
    expect(runs[0]?.timer.isPastDue).toBe(true);
    await host.advanceTo(at('08:15:00'));
    expect(runs.map(({ timer }) => timer.isPastDue)).toEqual([true, false]);
  });

  test('has nothing to make up for before the next tick', async () => {
    const { host, times } = await hostWith('0 */15 * * * *', {
      from: '07:25:00',
      state: await stateAt('0 */15 * * * *'),
    });
    await host.settle();
    expect(times()).toEqual([]);
  });

  test('does not count ticks of a schedule that is new', async () => {
    const { host, times } = await hostWith('0 */10 * * * *', {
      from: '08:05:00',
      state: await stateAt('0 */15 * * * *'),
    });
    await host.settle();
    expect(times()).toEqual([]);
    await host.advanceTo(at('08:10:00'));
    expect(times()).toEqual(['08:10:00']);
  });

  test('keeps no record of a schedule below a minute', async () => {
    const state = await stateAt('*/20 * * * * *');
    expect(state.timers).toEqual({});
    const { host, times } = await hostWith('*/20 * * * * *', { from: '08:05:01', state });
    await host.settle();
    expect(times()).toEqual([]);
  });
});

test('timers due at the same moment run in the order of their names', async () => {
  const order: string[] = [];
  const host = await startTestHost({
    entries: async () => {
      for (const name of ['b', 'c', 'a'])
        app.timer(name, { schedule: '0 0 * * * *', handler: () => void order.push(name) });
    },
  });
  await host.advanceTo(at('09:00:00'));
  expect(order).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
});

test('an operator can run a timer by hand, and is answered at once', async () => {
  const { host, times } = await hostWith('0 0 0 1 1 *', { keys: { function: 'fk', master: 'mk' } });
  expect((await host.call('POST /admin/functions/tick', {})).status).toBe(401);
  expect((await host.call('POST /admin/functions/nobody?code=mk', {})).status).toBe(404);
  expect((await host.call('POST /admin/functions/tick', {}, { 'x-functions-key': 'mk' })).status).toBe(202);
  await host.settle();
  expect(times()).toEqual(['07:00:00']);
});

test('stops within its grace: waits for what runs, then runs the end hooks', async () => {
  const order: string[] = [];
  const clock = createVirtualClock(MONDAY);
  const host = await startTestHost({
    clock,
    entries: async () => {
      app.hook.appTerminate(() => void order.push('hook'));
      app.timer('slow', {
        schedule: '0 * * * * *',
        runOnStartup: true,
        handler: async () => {
          order.push('begin');
          await clock.sleep(3_000);
          order.push('end');
        },
      });
    },
  });
  host.run();
  while (order.length === 0) await clock.sleep(1);
  await host.stop();
  expect(order).toEqual(['begin', 'end', 'hook']);
  expect(clock.now() - MONDAY).toBeLessThan(5_000);
});

test('a run that outlasts the grace is left behind', async () => {
  const clock = createVirtualClock(MONDAY);
  let started = false;
  const host = await startTestHost({
    clock,
    entries: async () =>
      app.timer('endless', {
        schedule: '0 * * * * *',
        runOnStartup: true,
        handler: async () => {
          started = true;
          await clock.sleep(60_000);
        },
      }),
  });
  host.run();
  while (!started) await clock.sleep(1);
  const from = clock.now();
  await host.stop(5_000);
  expect(clock.now() - from).toBe(5_000);
});
