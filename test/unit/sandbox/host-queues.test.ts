import { app, type InvocationContext, output } from '@azure/functions';
import { installFunctionsCore } from '../../../src/sandbox/functions-host/functions-core.ts';
import type { FunctionsHostOptions } from '../../../src/sandbox/functions-host/host.ts';
import { createVirtualClock } from '../../../src/sandbox/virtual-clock.ts';
import { MONDAY, startTestHost } from '../../functions/support/host.ts';

const queues = { batchSize: 4, newBatchThreshold: 2, maxDequeueCount: 5, visibilityTimeout: '00:00:30' };
const hostJson = { version: '2.0', extensions: { queues } };
const SECOND = 1_000;

beforeEach(() => installFunctionsCore().clear());

async function hostWith(
  handler: (message: unknown, context: InvocationContext) => unknown,
  options: Partial<Omit<FunctionsHostOptions, 'clock'>> = {},
) {
  const clock = createVirtualClock(MONDAY);
  const host = await startTestHost({
    hostJson,
    clock,
    ...options,
    entries: async () =>
      app.storageQueue('worker', {
        queueName: 'rooms',
        connection: 'AzureWebJobsStorage',
        handler: async (m, c) => handler(m, c),
      }),
  });
  return { host, clock };
}

test('a message is handled once and gone', async () => {
  const seen: unknown[] = [];
  const { host } = await hostWith((message) => seen.push(message));
  host.enqueue('rooms', { calendar: 'room1' });
  host.enqueue('rooms', 'plain text');
  await host.settle();
  await host.settle();
  expect(seen).toEqual([{ calendar: 'room1' }, 'plain text']);
  expect(host.queues.messages('rooms')).toEqual([]);
});

test('the trigger metadata is that of the storage service', async () => {
  const seen: unknown[] = [];
  const { host } = await hostWith((_, context) => seen.push(context.triggerMetadata));
  host.enqueue('rooms', { calendar: 'room1' });
  await host.settle();
  expect(seen).toEqual([
    {
      queueTrigger: { calendar: 'room1' },
      id: expect.any(String),
      popReceipt: expect.any(String),
      dequeueCount: 1,
      insertionTime: '2027-03-01T07:00:00.000Z',
      expirationTime: '2027-03-08T07:00:00.000Z',
      nextVisibleTime: '2027-03-01T07:10:00.000Z',
    },
  ]);
});

test('a failing message comes back after the visibility timeout, five tries in all, then is poison', async () => {
  const tries: unknown[] = [];
  const { host, clock } = await hostWith((_, context) => {
    tries.push([context.triggerMetadata?.['dequeueCount'], (clock.now() - MONDAY) / SECOND]);
    throw new Error('no luck');
  });
  host.enqueue('rooms', 'x');
  await host.advanceTo(MONDAY + 29 * SECOND);
  expect(tries).toEqual([[1, 0]]);
  await host.advanceTo(MONDAY + 600 * SECOND);
  expect(tries).toEqual([
    [1, 0],
    [2, 30],
    [3, 60],
    [4, 90],
    [5, 120],
  ]);
  expect(host.queues.messages('rooms')).toEqual([]);
  expect(host.queues.messages('rooms-poison')).toEqual([expect.objectContaining({ text: 'x', dequeueCount: 0 })]);
});

test('one failing message does not hold up the others', async () => {
  const done: unknown[] = [];
  const { host } = await hostWith((message) => {
    if (message === 'bad') throw new Error('no luck');
    done.push(message);
  });
  for (const message of ['a', 'bad', 'b', 'c', 'd', 'e']) host.enqueue('rooms', message);
  await host.settle();
  expect(done).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('runs at most batchSize + newBatchThreshold messages side by side', async () => {
  let running = 0;
  let most = 0;
  const { host, clock } = await hostWith(async () => {
    running += 1;
    most = Math.max(most, running);
    await clock.sleep(100 + most);
    running -= 1;
  });
  for (let i = 0; i < 40; i++) host.enqueue('rooms', `${i}`);
  await host.settle();
  expect(host.queues.messages('rooms')).toEqual([]);
  expect(most).toBe(6);
});

test('a delayed message waits', async () => {
  const seen: unknown[] = [];
  const { host, clock } = await hostWith(() => seen.push(clock.now() - MONDAY));
  host.enqueue('rooms', 'later', { visibleInMs: 45 * SECOND });
  await host.advanceTo(MONDAY + 44 * SECOND);
  expect(seen).toEqual([]);
  await host.advanceTo(MONDAY + 60 * SECOND);
  expect(seen).toEqual([45 * SECOND]);
});

test('output bindings enqueue after success only; an array is one message per entry', async () => {
  const many = output.storageQueue({ queueName: '%NEXT_QUEUE%', connection: 'AzureWebJobsStorage' });
  const host = await startTestHost({
    hostJson,
    settings: { NEXT_QUEUE: 'next' },
    entries: async () => {
      app.storageQueue('first', {
        queueName: 'first',
        connection: 'AzureWebJobsStorage',
        return: output.storageQueue({ queueName: 'returned', connection: 'AzureWebJobsStorage' }),
        extraOutputs: [many],
        handler: async (message, context) => {
          context.extraOutputs.set(many, [{ n: 1 }, 'two']);
          if (message === 'fail') throw new Error('no luck');
          return { got: message };
        },
      });
    },
  });
  host.enqueue('first', 'fail');
  await host.settle();
  expect(host.queues.messages('next')).toEqual([]);
  host.enqueue('first', 'fine');
  await host.settle();
  expect(host.queues.messages('next').map(({ text }) => text)).toEqual(['{"n":1}', 'two']);
  expect(host.queues.messages('returned').map(({ text }) => text)).toEqual(['{"got":"fine"}']);
});

test('an HTTP function can leave work for a queue function', async () => {
  const seen: unknown[] = [];
  const wake = output.storageQueue({ queueName: 'rooms', connection: 'AzureWebJobsStorage' });
  const host = await startTestHost({
    entries: async () => {
      app.http('accept', {
        methods: ['POST'],
        extraOutputs: [wake],
        handler: async (_request, context) => {
          context.extraOutputs.set(wake, { calendar: 'room1' });
          return { status: 202 };
        },
      });
      app.storageQueue('worker', {
        queueName: 'rooms',
        connection: 'x',
        handler: async (message) => void seen.push(message),
      });
    },
  });
  expect((await host.call('POST /accept')).status).toBe(202);
  await host.settle();
  expect(seen).toEqual([{ calendar: 'room1' }]);
});

test('waiting messages survive a restart', async () => {
  const first = await hostWith(() => undefined);
  first.host.enqueue('rooms', 'kept');
  const state = first.host.snapshot();
  await first.host.stop();
  installFunctionsCore().clear();
  const seen: unknown[] = [];
  const second = await hostWith((message) => seen.push(message), { state });
  await second.host.settle();
  expect(seen).toEqual(['kept']);
});

test('as the clock passes, a message is taken at once and a retry in its time', async () => {
  const seen: unknown[] = [];
  const { host, clock } = await hostWith((_, context) => {
    seen.push([(clock.now() - MONDAY) / SECOND, context.triggerMetadata?.['dequeueCount']]);
    if (seen.length === 1) throw new Error('no luck');
  });
  host.run();
  await clock.sleep(5 * SECOND);
  host.enqueue('rooms', 'x');
  await clock.sleep(40 * SECOND);
  expect(seen).toEqual([
    [5, 1],
    [35, 2],
  ]);
  await host.stop();
});

test('messages over 48 KB and malformed queue names are refused', async () => {
  const { host } = await hostWith(() => undefined);
  expect(() => host.enqueue('rooms', 'x'.repeat(48 * 1024 + 1))).toThrow('48 KB');
  expect(() => host.enqueue('Rooms', 'x')).toThrow('not a valid queue name');
});
