/** The bench with tiny sizes: its figures mean what they say. The budgets themselves are held by `npm run bench`. */
import { measureEditedBookings } from './rows/edited-bookings.ts';
import { measureInitialPush } from './rows/initial-push.ts';
import { measureNoChangePass } from './rows/no-change-pass.ts';
import { measurePlanning } from './rows/planning.ts';
import { measureStatistics } from './rows/statistics.ts';
import { atMost, type Check, exactly, information, ofIdeal } from './support/check.ts';
import { outcomeOf, type Report, reportMarkdown, rowText } from './support/report.ts';

/** Checks by their figure. */
function byMeasure(checks: readonly Check[]): Record<string, Check> {
  return Object.fromEntries(checks.map((check) => [check.measure, check]));
}

test('the initial push of 120 takes ten rounds of four per room after a first look; the usual way takes two requests each', async () => {
  const checks = byMeasure(await measureInitialPush({ rooms: 3, perRoom: 40 }));
  expect(checks['time']).toMatchObject({ ideal: 1500, measured: 1650, passed: true });
  expect(checks['time']?.usual).toEqual({ oneByOne: 120 * 2 * 150, fourPerMailbox: 10 * 2 * 150 });
  expect(checks['events created']).toMatchObject({ measured: 120, passed: true });
  expect(checks['throttled']).toMatchObject({ measured: 0, passed: true });
});

test('R5: a pass without changes takes one request per 20 rooms and writes no mapping; the usual way reads every event', async () => {
  const checks = byMeasure(await measureNoChangePass({ rooms: 40, perRoom: 3 }));
  expect(checks['HTTP requests']).toMatchObject({ measured: 2, ideal: 2, passed: true });
  expect(checks['HTTP requests']?.usual).toEqual({ oneByOne: 120, fourPerMailbox: 120 });
  expect(checks['mappings written']).toMatchObject({ measured: 0, passed: true });
});

test('edited bookings are written without reading any; the usual way reads all of them', async () => {
  const checks = await measureEditedBookings({ rooms: 2, perRoom: 10 });
  expect(outcomeOf(checks)).toBe('pass');
  expect(checks[0]).toMatchObject({ measured: 10, usual: { oneByOne: 10, fourPerMailbox: 10 } });
  expect(checks[1]).toMatchObject({ measured: 0, usual: { oneByOne: 20, fourPerMailbox: 20 } });
});

test('planning compares every reservation in a process of its own', async () => {
  const checks = byMeasure(await measurePlanning({ rooms: 2, perRoom: 10 }));
  expect(checks['reservations compared']).toMatchObject({ measured: 20, passed: true });
  expect(checks['changes planned']).toMatchObject({ measured: 0, passed: true });
});

test('S17: no change stays unseen in statistics for more than a minute', async () => {
  const checks = (await measureStatistics(100)).filter(({ measure }) => measure.includes('unseen'));
  expect(checks.map(({ passed }) => passed)).toEqual([true, true, true, true]);
});

describe('the report', () => {
  const checks = [
    atMost(60, { measure: 'requests', unit: 'requests', measured: 61, ideal: 50 }),
    ofIdeal(85, {
      measure: 'time',
      unit: 'ms',
      measured: 4000,
      ideal: 3750,
      usual: { oneByOne: 3e6, fourPerMailbox: 7500 },
    }),
    information({ measure: 'heap', unit: 'MB', measured: 34.6 }),
  ];
  const row = { name: 'push', what: 'A push', note: 'Mind this.', outcome: outcomeOf(checks), checks } as const;

  test('one budget that does not hold fails its row', () => {
    expect(row.outcome).toBe('fail');
    expect(outcomeOf(checks.slice(1))).toBe('pass');
    expect(exactly(0, { measure: 'throttled', unit: 'operations', measured: 1 }).passed).toBe(false);
    expect(ofIdeal(85, { measure: 'time', unit: 'ms', measured: 4500, ideal: 3750 }).passed).toBe(false);
  });

  test('a row says what was measured, allowed and possible, in the terminal and on the page', () => {
    expect(rowText(row)).toContain('FAIL  push: A push');
    const report: Report = { machine: { cpu: 'some', cores: 2, node: 'v24', load: 1 }, rows: [row] };
    const page = reportMarkdown(report);
    expect(page).toContain('| requests | <= 60 | 50 | 61 | 82 % | FAIL |  |  |');
    expect(page).toContain('| time | >= 85 % of the ideal | 3.75 s | 4 s | 94 % | pass | 3,000 s | 7.5 s |');
    expect(page).toContain('`push`: fail. Mind this.');
    expect(page).toContain('| heap |  |  | 35 MB |  |  |  |  |');
  });
});
