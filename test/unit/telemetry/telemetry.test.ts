import type { Log } from '../../../src/sync/ports.ts';
import { createTelemetry, type EventClient, type RunReport } from '../../../src/telemetry/telemetry.ts';

const REPORT: RunReport = {
  runId: 'r-1',
  job: 'to-outlook',
  trigger: 'timer',
  outcome: 'partial',
  durationMs: 1200,
  counts: { created: 3, errors: 1 },
  errorKind: null,
};

function silentLog(): { log: Log; warnings: string[] } {
  const warnings: string[] = [];
  const log: Log = {
    debug: () => {},
    info: () => {},
    warn: (message) => void warnings.push(message),
    error: () => {},
    scope: () => log,
  };
  return { log, warnings };
}

test('without a connection string nothing is loaded and nothing is sent', async () => {
  const telemetry = createTelemetry(null, silentLog().log);
  telemetry.reportRun(REPORT);
  await expect(telemetry.flush()).resolves.toBeUndefined();
});

test('a run is one event: words as properties, numbers as measurements', async () => {
  const events: Parameters<EventClient['trackEvent']>[0][] = [];
  let loads = 0;
  let flushed = 0;
  const telemetry = createTelemetry(async () => {
    loads += 1;
    return {
      trackEvent: (event) => void events.push(event),
      flush: async () => {
        flushed += 1;
      },
    };
  }, silentLog().log);
  expect(loads).toBe(0);
  telemetry.reportRun(REPORT);
  telemetry.reportRun({ ...REPORT, runId: 'r-2' });
  await telemetry.flush();
  expect({ loads, flushed }).toEqual({ loads: 1, flushed: 1 });
  expect(events[0]).toEqual({
    name: 'sync-run',
    properties: { runId: 'r-1', job: 'to-outlook', trigger: 'timer', outcome: 'partial', errorKind: '' },
    measurements: { created: 3, errors: 1, durationMs: 1200 },
  });
  expect(events.map((event) => event.properties['runId'])).toEqual(['r-1', 'r-2']);
});

test.each<[string, () => Promise<EventClient>]>([
  ['cannot be loaded', () => Promise.reject(new Error('no such package'))],
  [
    'throws',
    async () => ({
      trackEvent: () => {
        throw new Error('bad');
      },
      flush: async () => {},
    }),
  ],
  ['cannot be flushed', async () => ({ trackEvent: () => {}, flush: () => Promise.reject(new Error('offline')) })],
])('telemetry that %s is logged and harms nobody', async (_, load) => {
  const { log, warnings } = silentLog();
  const telemetry = createTelemetry(load, log);
  telemetry.reportRun(REPORT);
  await expect(telemetry.flush()).resolves.toBeUndefined();
  expect(warnings).toHaveLength(1);
});
