import { successRate } from '../../../src/http/presenters/common.ts';

test.each([
  [0, 0, 0, '100%'],
  [0, 0, 1, '0%'],
  [4, 4, 0, '100%'],
  [11, 11, 0, '100%'],
  [2, 3, 0, '66%'],
  [999, 1000, 1, '99%'],
  [4, 4, 1, '99%'],
  [0, 5, 5, '0%'],
])('%i of %i with %i errors is %s', (successful, total, errors, rate) => {
  expect(successRate(successful, total, errors)).toBe(rate);
});
