import { scheduleProblem } from '../../../src/config/ncrontab.ts';
import { JOB_NAMES, JOBS } from '../../../src/config.ts';

test.each([
  '0 */15 * * * *',
  '0 7-59/15 * * * *',
  '0 0 2 * * 1-5',
  '0 0 3 * * SUN',
  '0 0 8 1,15 JAN-mar *',
  '*/30 * * * * *',
])('takes %s', (schedule) => {
  expect(scheduleProblem(schedule)).toBeNull();
});

test.each([
  ['*/15 * * * *', 'must have six fields "second minute hour day month weekday", it has 5'],
  ['0 60 * * * *', 'the minute field is not valid (0 to 59)'],
  ['0 0 24 * * *', 'the hour field is not valid (0 to 23)'],
  ['0 0 0 0 * *', 'the day field is not valid (1 to 31)'],
  ['0 0 0 * 13 *', 'the month field is not valid (1 to 12)'],
  ['0 0 0 * * 7', 'the day of week field is not valid (0 to 6)'],
  ['0 */0 * * * *', 'the minute field is not valid (0 to 59)'],
  ['0 30-10 * * * *', 'the minute field is not valid (0 to 59)'],
  ['0 *-5 * * * *', 'the minute field is not valid (0 to 59)'],
  ['0 x * * * *', 'the minute field is not valid (0 to 59)'],
])('refuses %s', (schedule, problem) => {
  expect(scheduleProblem(schedule)).toBe(problem);
});

test.each(JOB_NAMES)('the default schedule of %s is valid', (job) => {
  expect(scheduleProblem(JOBS[job].schedule)).toBeNull();
});
