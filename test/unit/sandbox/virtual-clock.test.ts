import { createVirtualClock } from '../../../src/sandbox/virtual-clock.ts';

describe('virtual clock', () => {
  test('stands still while code runs', async () => {
    const clock = createVirtualClock(1_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.now()).toBe(1_000);
  });

  test('sleepers wake in the order of their time, each at its own', async () => {
    const clock = createVirtualClock(0);
    const woken: unknown[] = [];
    const sleep = async (name: string, ms: number) => {
      await clock.sleep(ms);
      woken.push([name, clock.now()]);
    };
    await Promise.all([sleep('day', 86_400_000), sleep('second', 1_000), sleep('nothing', 0), sleep('minute', 60_000)]);
    expect(woken).toEqual([
      ['nothing', 0],
      ['second', 1_000],
      ['minute', 60_000],
      ['day', 86_400_000],
    ]);
  });

  test('time does not pass while somebody still works', async () => {
    const clock = createVirtualClock(0);
    const work = async () => {
      for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
      return clock.now();
    };
    const [seen] = await Promise.all([work(), clock.sleep(5_000)]);
    expect(seen).toBe(0);
  });

  test('advancing wakes those due and leaves the others', async () => {
    const clock = createVirtualClock(0);
    const woken: string[] = [];
    void clock.sleep(1_000).then(() => woken.push('early'));
    const late = clock.sleep(9_000).then(() => woken.push('late'));
    clock.advanceTo(5_000);
    await Promise.resolve();
    expect([woken, clock.now()]).toEqual([['early'], 5_000]);
    await late;
    expect(clock.now()).toBe(9_000);
    expect(() => clock.advanceTo(1)).toThrow('does not go back');
  });

  test('a sleep can be given up', async () => {
    const clock = createVirtualClock(0);
    const giveUp = new AbortController();
    const sleep = clock.sleep(1_000, giveUp.signal);
    giveUp.abort(new Error('enough'));
    await expect(sleep).rejects.toThrow('enough');
    await expect(clock.sleep(1, giveUp.signal)).rejects.toThrow('enough');
    expect(clock.now()).toBe(0);
  });
});
