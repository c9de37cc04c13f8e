import { countsOf, newRun, outcomeOf, recordRun } from '../../src/app/runs.ts';
import { SyncError } from '../../src/domain/errors.ts';
import { loadPackA } from '../../src/sandbox/sample-data/pack-a.ts';
import { tick } from '../../src/sync/change-tick.ts';
import { journalEntry } from '../../src/sync/journal-entries.ts';
import type { Log } from '../../src/sync/ports.ts';
import type { RunResult } from '../../src/sync/results.ts';
import type { RunContext, SyncDeps } from '../../src/sync/settings.ts';
import type { RunReport } from '../../src/telemetry/telemetry.ts';
import { openedForEach } from '../support/lifetimes.ts';
import { openFunctionWorld } from './support/function-world.ts';

const DONE: RunResult & { created: number; errors: number } = {
  created: 2,
  errors: 0,
  durationMs: 5,
  stoppedEarly: false,
  errorDetails: [],
  queuedCalendars: [],
};

const SUBJECT = { id: 1, calendar: 'room', eventId: null, resourceId: 101, type: null, reservationId: null };

describe('what a run is called', () => {
  test.each([
    ['ok', DONE],
    ['partial', { ...DONE, errors: 1 }],
    ['partial', { ...DONE, errorDetails: [{ message: 'x' }] }],
    ['partial', { ...DONE, stoppedEarly: true }],
    ['partial', { ...DONE, queuedCalendars: ['room'] }],
  ])('%s', (outcome, result) => {
    expect(outcomeOf(result)).toBe(outcome);
  });

  test('counts are its numbers and the lengths of its lists', () => {
    const result = { ...DONE, queuedCalendars: ['a', 'b'], details: [{ title: 'x' }], plan: [] };
    expect(countsOf(result)).toEqual({ created: 2, errors: 0, queuedCalendars: 2 });
  });

  test('what is true counts as one: a cancellation by hand shows what it did', () => {
    const { created: _, ...none } = DONE;
    const result = { ...none, stoppedEarly: true, outlookDeleted: true, alreadyCancelled: false };
    expect(countsOf(result)).toEqual({ errors: 0, outlookDeleted: 1 });
  });

  test.each([
    ['created', { created: 1 }, 'ok'],
    ['unchanged', { unchanged: 1 }, 'ok'],
    ['error', { errors: 1 }, 'partial'],
  ])('a push of one that ended as %s counts as that', (action, counts, outcome) => {
    const { created: _, errors: __, ...none } = DONE;
    const result = { ...none, detail: { action } };
    expect([countsOf(result), outcomeOf(result)]).toEqual([counts, outcome]);
  });
});

describe('recordRun', () => {
  const world = openedForEach(() => openFunctionWorld({ empty: true }));
  let reports: RunReport[];
  let warnings: string[];
  let written: number;

  beforeEach(() => {
    reports = [];
    warnings = [];
    written = 0;
  });

  function recorder(deps = world.app.deps) {
    const log: Log = {
      debug() {},
      info() {},
      error() {},
      warn: (message) => void warnings.push(message),
      scope: () => log,
    };
    const onWritten = () => {
      written += 1;
    };
    const telemetry = { reportRun: (report: RunReport) => void reports.push(report), flush: async () => {} };
    return { deps: { ...deps, log }, telemetry, onWritten };
  }

  test('reports a run with its counts and duration', async () => {
    const run = newRun(world.app.deps, 'to-outlook', 'timer');
    await recordRun(recorder(), run, async ({ clock }) => {
      world.clock.advanceTo(clock.now() + 1_500);
      return DONE;
    });
    expect(reports).toEqual([
      {
        runId: run.runId,
        job: 'to-outlook',
        trigger: 'timer',
        outcome: 'ok',
        durationMs: 1_500,
        counts: { created: 2, errors: 0 },
        errorKind: null,
      },
    ]);
  });

  test.each<[string, unknown, string, string]>([
    [
      'a refusal by its own words',
      new SyncError('access-denied', 'Grant the permission.'),
      'access-denied',
      'Grant the permission.',
    ],
    [
      'anything else without its words',
      new Error("row 'Kari Nordmann'"),
      'bug',
      'Something went wrong here; the log has the details.',
    ],
  ])('keeps %s, and throws it on', async (_, error, kind, message) => {
    const run = newRun(world.app.deps, 'to-outlook', 'http');
    await expect(recordRun(recorder(), run, () => Promise.reject(error))).rejects.toBe(error);
    expect(await world.app.store.runs.list(1)).toMatchObject([{ outcome: 'failed', error: message }]);
    expect(reports).toMatchObject([{ outcome: 'failed', errorKind: kind }]);
  });

  test.each([
    ['unknown', 'skipped'],
    ['not-allowed', 'skipped'],
    ['busy', 'partial'],
    ['transient', 'failed'],
  ] as const)('an error of kind %s ends a run as %s', async (kind, outcome) => {
    const run = newRun(world.app.deps, 'sync-item', 'http');
    await expect(recordRun(recorder(), run, () => Promise.reject(new SyncError(kind, 'No.')))).rejects.toThrow('No.');
    expect(await world.app.store.runs.list(1)).toMatchObject([{ outcome, error: 'No.' }]);
  });

  test('work that is done stays done when its record cannot be finished', async () => {
    const { store } = world.app.deps;
    const finish = () => Promise.reject(new SyncError('database-unavailable', 'down'));
    const broken = { ...world.app.deps, store: { ...store, runs: { ...store.runs, finish } } };
    const run = newRun(world.app.deps, 'to-outlook', 'http');
    await expect(recordRun(recorder(broken), run, async () => DONE)).resolves.toBe(DONE);
    expect(warnings).toEqual(['the record of a run could not be finished']);
  });

  describe('figures that were kept are forgotten', () => {
    const job = (work: (deps: SyncDeps, run: RunContext) => Promise<RunResult>, deps = world.app.deps) =>
      recordRun(recorder(deps), newRun(deps, 'change-tick', 'timer'), work);

    test('after a tick that wrote, not after one that found nothing to do', async () => {
      await loadPackA(world.app.database, world.app.config.booking.schema);
      await job(tick);
      expect(written).toBe(1);
      await job(tick);
      await job(tick);
      expect(written).toBe(1);
    });

    test('after a write inside a transaction, be it one of the journal', async () => {
      await job(async ({ store }, run) => {
        const told = { action: 'ghost-listed', reason: 'A test' } as const;
        await store.transaction(({ journal }) => journal.append([journalEntry(run, SUBJECT, told)]));
        return DONE;
      });
      expect(written).toBe(1);
    });

    test('after a write whose answer was lost, as it may have taken effect', async () => {
      const lost = () => Promise.reject(new SyncError('transient', 'lost'));
      const { store } = world.app.deps;
      const broken = { ...world.app.deps, store: { ...store, mappings: { ...store.mappings, save: lost } } };
      const work = async ({ store: { mappings } }: SyncDeps) => {
        await mappings.save([]);
        return DONE;
      };
      await expect(job(work, broken)).rejects.toThrow('lost');
      expect(written).toBe(1);
    });
  });

  test('nothing is begun that could not be recorded', async () => {
    const { store } = world.app.deps;
    const start = () => Promise.reject(new SyncError('database-unavailable', 'down'));
    const broken = { ...world.app.deps, store: { ...store, runs: { ...store.runs, start } } };
    let worked = false;
    const work = async () => {
      worked = true;
      return DONE;
    };
    await expect(recordRun(recorder(broken), newRun(world.app.deps, 'to-outlook', 'http'), work)).rejects.toThrow(
      'down',
    );
    expect(worked).toBe(false);
  });
});
