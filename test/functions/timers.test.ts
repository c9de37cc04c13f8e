import { InvocationContext, type Timer } from '@azure/functions';
import { timers } from '../../functions/timers.ts';
import { type App, closeApp, getApp, useApp } from '../../src/app.ts';
import { SyncError } from '../../src/domain/errors.ts';
import { countByStatus } from '../support/mapping-statuses.ts';
import { meeting, ORNEN } from './support/calendar.ts';
import { type FunctionWorld, openFunctionWorld } from './support/function-world.ts';

const TIMER = {
  isPastDue: false,
  schedule: { adjustForDST: true },
  scheduleStatus: { last: '', next: '', lastUpdated: '' },
};

let world: FunctionWorld;
let lines: Record<string, unknown>[];

async function open(settings: Record<string, string> = {}, packC = false): Promise<void> {
  world = await openFunctionWorld({ settings, packC });
  useApp(async () => world.app);
  lines = [];
}

afterEach(async () => {
  await closeApp();
  await world.close();
});

/** Lets the timer of a job fire once. */
async function fire(job: string, timer: Timer = TIMER): Promise<void> {
  const found = timers.find((one) => one.job === job);
  if (found === undefined) throw new Error(`no timer for ${job}`);
  const logHandler = (_: unknown, ...args: unknown[]) => void lines.push(JSON.parse(String(args[0])));
  await found.handler(timer, new InvocationContext({ functionName: found.name, logHandler }));
}

const statuses = () => countByStatus(world.run<{ s: string; n: number }>);

test('S124: J1 to J5, J8, J9, J14, J15 and the change tick are timers', async () => {
  await open();
  expect(timers.map((timer) => timer.job)).toEqual([
    'to-outlook',
    'from-outlook',
    'process-imports',
    'sync-deletions',
    'cleanup-orphaned',
    'to-outlook-batch',
    'process-imports-batch',
    'poll-changes',
    'detect-missing-events',
    'change-tick',
  ]);
  expect(new Set(timers.map((timer) => timer.name)).size).toBe(timers.length);
});

test.each(['to-outlook', 'to-outlook-batch'])(
  '%s goes on until nothing is left, whatever the number of rows',
  async (job) => {
    await open();
    await fire(job);
    expect(await statuses()).toEqual({ synced: 105, conflict: 25, error: 2 });
    const [run] = await world.app.store.runs.list(5);
    expect(run).toMatchObject({
      job,
      trigger: 'timer',
      outcome: 'ok',
      error: null,
      counts: { created: 105, remaining: 0 },
    });
    expect(run?.finishedAt).not.toBeNull();
  },
);

test('S9, S133: the timers alone carry out what the booking system changed meanwhile', async () => {
  await open();
  await fire('to-outlook');
  await world.run('UPDATE bb_event SET active = 0 WHERE id = 1008');
  await world.run("UPDATE bb_event SET name = 'Nytt navn på møtet' WHERE id = 1002");
  await fire('sync-deletions');
  await fire('to-outlook');
  const rows = await world.run<{ reservation_id: number; sync_status: string; subject: string }>(
    "SELECT reservation_id, sync_status, subject FROM bridge_mappings WHERE reservation_type = 'event' AND reservation_id IN (1002, 1008)",
  );
  expect(rows).toEqual([
    { reservation_id: 1002, sync_status: 'synced', subject: 'Nytt navn på møtet' },
    { reservation_id: 1008, sync_status: 'cancelled', subject: expect.any(String) },
  ]);
});

async function fireNextMinute(job: string): Promise<void> {
  await world.wait(60_000);
  await fire(job);
}

test('S2, S5, S10: the change tick alone carries both sides over: new, edited and deleted, without any subscription', async () => {
  await open();
  await fireNextMinute('change-tick');
  expect(await statuses()).toEqual({ synced: 105, conflict: 25, error: 2 });

  const id = world.graph.actors.createInRoom(ORNEN, meeting('Ledermøte', '02T12:00', '02T13:00'));
  await fireNextMinute('change-tick');
  const events = () =>
    world.run('SELECT e.name, e.from_, e.active, e.description FROM bb_event e WHERE e.id > 1032 ORDER BY e.id');
  expect(await events()).toEqual([{ name: 'Ledermøte', from_: '2027-03-02 12:00:00', active: 1, description: '' }]);

  world.graph.actors.editInRoom(ORNEN, id, meeting('Ledermøte', '02T14:00', '02T15:00'));
  await fireNextMinute('change-tick');
  expect(await events()).toMatchObject([{ from_: '2027-03-02 14:00:00', active: 1 }]);

  world.graph.actors.deleteInRoom(ORNEN, id);
  await fireNextMinute('change-tick');
  expect(await events()).toMatchObject([{ active: 0, description: expect.stringContaining('Cancelled from Outlook') }]);

  const [run] = await world.app.store.runs.list(1);
  expect(run).toMatchObject({
    job: 'change-tick',
    trigger: 'timer',
    outcome: 'ok',
    counts: { cancelledFromOutlook: 1 },
  });
});

test('a change tick over a quiet world writes nothing but its record', async () => {
  await open();
  await fireNextMinute('change-tick');
  await fireNextMinute('change-tick');
  const before = await world.run('SELECT id, version FROM bridge_mappings');
  const requests = world.graph.metrics.requests;
  await fireNextMinute('change-tick');
  expect(await world.run('SELECT id, version FROM bridge_mappings')).toEqual(before);
  expect(world.graph.metrics.requests - requests).toBe(1);
  const [run] = await world.app.store.runs.list(1);
  expect(Object.values(run?.counts ?? {}).filter((count) => count > 0)).toEqual([]);
});

test('S39, S88: polling every 15 minutes and the weekly check are timers, and find what was deleted', async () => {
  await open();
  await fire('to-outlook');
  await fire('poll-changes');
  const [{ id }] = (await world.run(
    'SELECT outlook_event_id AS id FROM bridge_mappings WHERE reservation_id = 1002',
  )) as [{ id: string }];
  world.graph.actors.deleteInRoom(ORNEN, id);
  await fire('poll-changes');
  expect(await world.run('SELECT active FROM bb_event WHERE id = 1002')).toEqual([{ active: 0 }]);
  await fire('detect-missing-events');
  const runs = await world.app.store.runs.latestByJob();
  expect(runs.map(({ job, outcome }) => [job, outcome])).toEqual(
    expect.arrayContaining([
      ['poll-changes', 'ok'],
      ['detect-missing-events', 'ok'],
    ]),
  );
});

test.each(['process-imports', 'process-imports-batch'])('%s imports everything that waits', async (job) => {
  await open({}, true);
  await fire('poll-changes');
  expect(await statuses()).toEqual({ imported: 15 });
  await fire(job);
  expect(await statuses()).toEqual({ synced: 14, conflict: 1 });
  const run = (await world.app.store.runs.latestByJob()).find((one) => one.job === job);
  expect(run).toMatchObject({
    job,
    outcome: 'ok',
    counts: { successful: 13, errors: 0, remaining: 0, reservationIds: 13 },
  });
});

test('a job that another worker has is skipped and leaves its record alone', async () => {
  await open();
  await world.app.store.runs.lockJob('to-outlook', 'another worker', 60_000);
  await fire('to-outlook');
  expect(await statuses()).toEqual({});
  expect(await world.app.store.runs.list(5)).toEqual([]);
  expect(lines).toContainEqual(
    expect.objectContaining({ message: 'job skipped: it is already running', job: 'to-outlook' }),
  );
});

test('the lock is given back, also after a failure', async () => {
  await open();
  const broken: App = {
    ...world.app,
    runJob: (job, _work, log) =>
      world.app.runJob(job, () => Promise.reject(new SyncError('access-denied', 'Grant Calendars.ReadWrite.')), log),
  };
  useApp(async () => broken);
  await expect(fire('to-outlook')).rejects.toThrow('Grant Calendars.ReadWrite.');
  const [run] = await world.app.store.runs.list(5);
  expect(run).toMatchObject({ outcome: 'failed', error: 'Grant Calendars.ReadWrite.' });
  expect(await world.app.store.runs.lockJob('to-outlook', 'next', 1_000)).toBe(true);
});

test('a lock left by a crash ends by itself', async () => {
  await open();
  await world.app.store.runs.lockJob('to-outlook', 'crashed', world.app.config.sync.runMs + 60_000);
  world.clock.advanceTo(world.clock.now() + world.app.config.sync.runMs + 60_000);
  await fire('to-outlook');
  expect((await statuses())['synced']).toBe(105);
});

test('S124: a job that is switched off does nothing', async () => {
  await open({ JOB_TO_OUTLOOK_ENABLED: 'false' });
  await fire('to-outlook');
  expect(await statuses()).toEqual({});
  expect(lines).toContainEqual(expect.objectContaining({ message: 'job skipped: it is switched off' }));
});

test('a run leaves one line with its counts, and no subject in any line', async () => {
  await open({ LOG_LEVEL: 'debug' });
  await fire('to-outlook');
  expect(lines).toContainEqual(
    expect.objectContaining({
      message: 'run finished',
      job: 'to-outlook',
      trigger: 'timer',
      outcome: 'ok',
      runId: expect.any(String),
      function: 'toOutlookTimer',
      counts: expect.objectContaining({ created: 105 }),
    }),
  );
  expect(JSON.stringify(lines)).not.toMatch(/Kommunestyre|Vårmarked|Bursdag|Frivillig/);
});

describe('the app of a worker', () => {
  test('is made once, by whoever asks first', async () => {
    await open();
    let made = 0;
    useApp(async () => {
      made += 1;
      return world.app;
    });
    await Promise.all([getApp(), getApp()]);
    expect(await getApp()).toBe(world.app);
    expect(made).toBe(1);
  });

  test('a start that failed is tried again by the next call', async () => {
    await open();
    let attempts = 0;
    useApp(async () => {
      attempts += 1;
      if (attempts === 1) throw new SyncError('database-unavailable', 'The server does not answer.');
      return world.app;
    });
    await expect(getApp()).rejects.toThrow('The server does not answer.');
    expect(await getApp()).toBe(world.app);
  });
});
