import { beforeDeadline, sleepUntil } from '../../../src/graph/deadline.ts';
import { createVirtualClock } from '../../../src/sandbox/virtual-clock.ts';
import type { Clock } from '../../../src/sync/ports.ts';

/** A virtual clock that knows how many are asleep on it. */
function createCountingClock(): Clock & { asleep: number } {
  const clock = createVirtualClock(0);
  const counting = {
    asleep: 0,
    now: clock.now,
    sleep: async (ms: number, signal?: AbortSignal) => {
      counting.asleep += 1;
      try {
        await clock.sleep(ms, signal);
      } finally {
        counting.asleep -= 1;
      }
    },
  };
  return counting;
}

test('answers what the work answers, and leaves no timer behind', async () => {
  const clock = createCountingClock();
  expect(await beforeDeadline(clock, 1_000, async () => 'done')).toBe('done');
  await Promise.resolve();
  expect([clock.asleep, clock.now()]).toEqual([0, 0]);
});

test('passes on what the work throws, and leaves no timer behind', async () => {
  const clock = createCountingClock();
  await expect(beforeDeadline(clock, 1_000, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await Promise.resolve();
  expect(clock.asleep).toBe(0);
});

test('R12: gives up at the deadline, telling the work, whatever the work does', async () => {
  const clock = createCountingClock();
  let signal: AbortSignal | undefined;
  const outcome = await beforeDeadline(clock, 1_000, (given) => {
    signal = given;
    return new Promise<string>(() => undefined);
  });
  expect([outcome, signal?.aborted, clock.now()]).toEqual([null, true, 1_000]);
});

test('does not begin after the deadline', async () => {
  const work = jest.fn(async () => 'done');
  expect(await beforeDeadline(createCountingClock(), 0, work)).toBeNull();
  expect(work).not.toHaveBeenCalled();
});

test('sleeps to a moment before the deadline, and not at all to a later one', async () => {
  const clock = createCountingClock();
  expect(await sleepUntil(clock, 500, 1_000)).toBe(true);
  expect(clock.now()).toBe(500);
  expect(await sleepUntil(clock, 1_000, 1_000)).toBe(false);
  expect(clock.now()).toBe(500);
});
