import { hasValidKey } from '../../../src/http/api-key.ts';

const KEY = 'correct-horse';

test.each([
  ['no key configured, none sent', null, {}, true],
  ['no key configured, some sent', null, { 'x-api-key': 'anything' }, true],
  ['right key', KEY, { 'x-api-key': KEY }, true],
  ['right key under the old name', KEY, { api_key: KEY }, true],
  ['right key under the old name, wrong one under the new', KEY, { 'x-api-key': 'wrong', api_key: KEY }, true],
  ['none sent', KEY, {}, false],
  ['empty key', KEY, { 'x-api-key': '' }, false],
  ['wrong key', KEY, { 'x-api-key': 'correct-horsf' }, false],
  ['beginning of the key', KEY, { 'x-api-key': 'correct' }, false],
  ['longer than the key', KEY, { 'x-api-key': `${KEY}!` }, false],
  ['other case', KEY, { 'x-api-key': KEY.toUpperCase() }, false],
])('S25: %s', (_, configured, headers, expected) => {
  expect(hasValidKey(configured, new Headers(headers as Record<string, string>))).toBe(expected);
});
