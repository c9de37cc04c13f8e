import { readFileSync } from 'node:fs';
import { collectProofs, numbersOf, unproven, withProofs } from '../support/requirements.ts';

const page = readFileSync('docs/requirements.md', 'utf8');

test('docs/requirements.md names the tests that prove each criterion (npm run docs writes it)', () => {
  expect(page).toBe(withProofs(page, collectProofs()));
});

test('every criterion S1-S145 and every edge case E1-E68 is listed once', () => {
  const listed = [...page.matchAll(/^\| ([SE]\d+) \|/gm)].map(([, id]) => id);
  const numbers = (kind: string, last: number) => Array.from({ length: last }, (_, index) => `${kind}${index + 1}`);
  expect(listed).toEqual([...numbers('S', 145), ...numbers('E', 68)]);
});

test.each([
  ['S46: a limit', ['S46']],
  ['S1, S43: one mapping', ['S1', 'S43']],
  ['S61-S63, E19: gone', ['S61', 'S62', 'S63', 'E19']],
  ['speaks of S3 in its sentence', []],
  ['says nothing: S9 is behind the colon', []],
])('%s', (title, numbers) => {
  expect(numbersOf(title)).toEqual(numbers);
});

test('a criterion without a test is told', () => {
  expect(unproven('| S1 | a | |\n| S2 | b | |', new Map([['S1', []]]))).toEqual(['S2']);
});
