import { createProgress } from '../../../src/sandbox/progress.ts';
import { createTerminal } from '../../../src/sandbox/terminal.ts';

function progress({ json = false, details = false } = {}) {
  const lines: string[] = [];
  const out = { write: (text: string) => lines.push(text.trimEnd()) };
  const terminal = createTerminal({ out, err: out, json, env: {} });
  return { ...createProgress({ terminal, now: () => Date.parse('2027-03-01T07:00:00Z'), details }), lines };
}

const run = (trigger: string, counts: object, outcome = 'ok') => ({
  level: 'information' as const,
  category: 'user' as const,
  functionName: 'toOutlookTimer',
  message: JSON.stringify({ message: 'run finished', job: 'to-outlook', trigger, outcome, durationMs: 12, counts }),
});

test.each([
  [
    'a run that did something',
    run('timer', { created: 5, pendingResets: 1, errors: 0 }),
    ['07:00:00 ✓ to-outlook timer  created 5, pending resets 1  12 ms'],
  ],
  ['a timer with nothing to do is silent', run('timer', { created: 0 }), []],
  ['somebody who asked is answered', run('http', { created: 0 }), ['07:00:00 ✓ to-outlook http  nothing to do  12 ms']],
  ['a run that failed', run('http', {}, 'failed'), ['07:00:00 ✗ to-outlook http  failed  12 ms']],
  ['details are left out', { ...run('http', {}), message: 'just text' }, []],
  [
    'a warning is shown with its properties',
    { ...run('http', {}), level: 'warning' as const, message: '{"level":"warn","message":"slow","room":1}' },
    ['07:00:00 ! toOutlookTimer slow {"room":1}'],
  ],
  [
    'an error that is plain text',
    { ...run('http', {}), level: 'error' as const, message: 'Function failed: no luck' },
    ['07:00:00 ✗ toOutlookTimer Function failed: no luck'],
  ],
])('%s', (_, line, expected) => {
  const shown = progress();
  shown.log(line);
  expect(shown.lines).toEqual(expected);
});

test('an error is shown in words, without ids', () => {
  const shown = progress();
  const error = {
    name: 'SyncError',
    kind: 'database-unavailable',
    message: 'The database did not answer.',
    at: ['at x'],
  };
  const properties = { invocationId: 'i', runId: 'r', function: 'toOutlookTimer', error, status: 503 };
  const message = JSON.stringify({ level: 'error', message: 'run failed', ...properties });
  shown.log({ ...run('http', {}), level: 'error', message });
  shown.log({
    ...run('http', {}),
    level: 'error',
    message: '{"message":"run failed","error":{"name":"TypeError","at":["at y"]}}',
  });
  expect(shown.lines).toEqual([
    '07:00:00 ✗ toOutlookTimer run failed database-unavailable: The database did not answer. {"status":503}',
    '07:00:00 ✗ toOutlookTimer run failed TypeError: at y',
  ]);
});

test('with details every line of the service is shown, those of the library are not', () => {
  const shown = progress({ details: true });
  const line = { level: 'debug' as const, message: '{"level":"debug","message":"graph request","status":200}' };
  shown.log({ ...line, category: 'user' });
  shown.log({ ...line, category: 'system' });
  shown.log(run('timer', { created: 0 }));
  expect(shown.lines).toEqual(['07:00:00 · graph request {"status":200}']);
});

test('requests are shown with their status, timers by their runs', () => {
  const shown = progress();
  const record = { functionName: 'syncStats', reason: 'GET /sync/stats', durationMs: 3, error: null, status: 200 };
  shown.onInvocation({ ...record, trigger: 'http' });
  shown.onInvocation({ ...record, trigger: 'timer' });
  expect(shown.lines).toEqual(['07:00:00 200 GET /sync/stats  3 ms']);
});

test('programs read one JSON object per event', () => {
  const shown = progress({ json: true });
  shown.log(run('timer', { created: 5 }));
  expect(shown.lines.map((line) => JSON.parse(line))).toEqual([
    { event: 'run', job: 'to-outlook', trigger: 'timer', outcome: 'ok', durationMs: 12, counts: { created: 5 } },
  ]);
});
