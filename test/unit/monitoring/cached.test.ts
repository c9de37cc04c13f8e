import { cached } from '../../../src/monitoring/cached.ts';

/** A figure that takes `cost` ms to make on a clock moved by hand, and counts how often it was made. */
function figure(cost: number) {
  const clock = { time: 0, now: () => clock.time };
  const made = { count: 0 };
  const one = cached(clock, async () => {
    made.count += 1;
    const value = made.count;
    clock.time += cost;
    return value;
  });
  return { clock, made, one };
}

test('a cheap figure is live', async () => {
  const { one, made } = figure(49);
  expect([await one.get(), await one.get(), await one.get()]).toEqual([1, 2, 3]);
  expect(made.count).toBe(3);
});

test('a dear figure is kept for a hundred times its cost', async () => {
  const { one, clock } = figure(100);
  expect(await one.get()).toBe(1);
  clock.time = 9_999;
  expect(await one.get()).toBe(1);
});

test('a due figure is handed out once more while the next is made', async () => {
  const { one, clock } = figure(100);
  await one.get();
  clock.time = 10_000;
  expect(await one.get()).toBe(1);
  expect(await one.get()).toBe(2);
});

test('who keeps asking never waits: a dear figure is made anew behind the answer after half a minute', async () => {
  const clock = { time: 0, now: () => clock.time };
  const finish: (() => void)[] = [];
  const one = cached(clock, () => {
    const value = finish.length + 1;
    return new Promise<number>((resolve) => finish.push(() => resolve(value)));
  });
  const first = one.get();
  clock.time = 5_000;
  finish[0]?.();
  expect(await first).toBe(1);
  clock.time = 29_999;
  expect(await one.get()).toBe(1);
  expect(finish).toHaveLength(1);
  clock.time = 30_000;
  expect([await one.get(), await one.get()]).toEqual([1, 1]);
  expect(finish).toHaveLength(2);
  clock.time = 34_000;
  finish[1]?.();
  await Promise.resolve();
  expect(await one.get()).toBe(2);
});

test('S6: a figure in the making when it is forgotten is not kept', async () => {
  const clock = { time: 0, now: () => clock.time };
  const finish: ((value: number) => void)[] = [];
  const one = cached(clock, () => new Promise<number>((resolve) => finish.push(resolve)));
  const before = one.get();
  one.forget();
  const after = one.get();
  clock.time = 1_000;
  finish[1]?.(2);
  expect(await after).toBe(2);
  finish[0]?.(1);
  expect(await before).toBe(1);
  expect(await one.get()).toBe(2);
});

test('S17: no figure is older than a minute, however dear', async () => {
  const { one, clock } = figure(5_000);
  await one.get();
  clock.time = 59_999;
  expect(await one.get()).toBe(1);
  clock.time = 60_000;
  expect(await one.get()).toBe(2);
});

test('S6: what was forgotten is made anew at once', async () => {
  const { one } = figure(5_000);
  await one.get();
  one.forget();
  expect(await one.get()).toBe(2);
});

test('callers that meet a figure in the making share it', async () => {
  const clock = { now: () => 0 };
  let made = 0;
  let finish: (value: number) => void = () => {};
  const one = cached(clock, () => {
    made += 1;
    return new Promise<number>((resolve) => {
      finish = resolve;
    });
  });
  const both = Promise.all([one.get(), one.get()]);
  finish(7);
  expect(await both).toEqual([7, 7]);
  expect(made).toBe(1);
});

test('a failure is told to who asked, and not kept', async () => {
  let attempts = 0;
  const one = cached({ now: () => 0 }, async () => {
    attempts += 1;
    if (attempts === 1) throw new Error('down');
    return attempts;
  });
  await expect(one.get()).rejects.toThrow('down');
  expect(await one.get()).toBe(2);
});
