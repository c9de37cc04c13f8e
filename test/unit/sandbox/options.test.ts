import { HELP, readOptions } from '../../../src/sandbox/options.ts';

test('nothing said serves on 8082 with timers and keeps its state', () => {
  expect(readOptions([])).toEqual({
    mode: 'serve',
    port: 8082,
    fresh: false,
    frozen: false,
    json: false,
    timers: true,
    policy: null,
    windowDays: null,
    schema: 'default',
    packs: 'A+C',
  });
});

test.each([
  ['--once', { mode: 'once' }],
  ['--once --frozen --json', { mode: 'once', frozen: true, json: true }],
  ['--live --port 0', { mode: 'live', port: 0 }],
  ['--once --packs a', { packs: 'A' }],
  ['--port=9000 --fresh --no-timers', { port: 9000, fresh: true, timers: false }],
  [
    '--once --policy overlap --window-days 180 --schema second',
    { policy: 'overlap', windowDays: 180, schema: 'second' },
  ],
])('%s', (line, expected) => {
  expect(readOptions(line.split(' '))).toMatchObject(expected);
});

test.each([
  ['--port abc', '--port must be a whole number from 0 to 65535, not "abc"'],
  ['--port 70000', '--port must be'],
  ['--policy some', '--policy must be one of'],
  ['--window-days 0', '--window-days must be'],
  ['--packs B', '--packs must be one of A, A+C, not "B"'],
  ['--schema third', '--schema must be one of default, second'],
  ['--once --live', 'exclude each other'],
  ['--frozen', '--frozen goes with --once'],
  ['--unknown', '--unknown'],
  ['stray', 'stray'],
])('%s is refused by name', (line, message) => {
  expect(() => readOptions(line.split(' '))).toThrow(message);
});

test('help names every option', () => {
  expect(readOptions(['--port', '1', '--help'])).toBeNull();
  for (const option of [
    '--port',
    '--fresh',
    '--no-timers',
    '--once',
    '--frozen',
    '--live',
    '--policy',
    '--window-days',
    '--packs',
    '--schema',
    '--json',
  ]) {
    expect(HELP).toContain(option);
  }
});
