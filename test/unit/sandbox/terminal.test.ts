import { alignColumns, createTerminal } from '../../../src/sandbox/terminal.ts';

function terminal(options: { json?: boolean; tty?: boolean; env?: Record<string, string> } = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const made = createTerminal({
    out: { isTTY: options.tty ?? false, write: (text) => out.push(text) },
    err: { write: (text) => err.push(text) },
    json: options.json ?? false,
    env: options.env ?? {},
  });
  return { ...made, out: () => out.join(''), err: () => err.join('') };
}

const ESCAPE = String.fromCharCode(27);

test.each([
  ['a terminal has colours', { tty: true }, true],
  ['a pipe has none', { tty: false }, false],
  ['NO_COLOR takes them away', { tty: true, env: { NO_COLOR: '1' } }, false],
  ['an empty NO_COLOR does not', { tty: true, env: { NO_COLOR: '' } }, true],
  ['FORCE_COLOR gives them to a pipe', { env: { FORCE_COLOR: '1' } }, true],
  ['JSON never has any', { tty: true, json: true }, false],
])('%s', (_, options, colored) => {
  expect(terminal(options).paint.red('x').includes(ESCAPE)).toBe(colored);
});

test('people read lines, programs read events', () => {
  const people = terminal();
  people.say('hello');
  people.event('ready', { port: 1 }, 'ready on 1');
  people.result({ a: 1 }, () => people.say('one'));
  expect(people.out()).toBe('hello\nready on 1\none\n');
  const program = terminal({ json: true });
  program.say('hello');
  program.event('ready', { port: 1 }, 'ready on 1');
  program.table([['a', 1]]);
  program.result({ a: 1 }, () => program.say('one'));
  expect(program.out()).toBe('{"event":"ready","port":1}\n{"a":1}\n');
});

test('failures go to the error output', () => {
  const shown = terminal();
  shown.fail('no luck');
  expect([shown.out(), shown.err()]).toEqual(['', '✗ no luck\n']);
});

test('columns are aligned, numbers to the right, colours not counted', () => {
  const { paint } = terminal({ tty: true });
  expect(
    alignColumns([
      [paint.green('ok'), 5, 'x'],
      ['failed', 120],
    ]),
  ).toEqual([`${paint.green('ok')}        5  x`, 'failed  120']);
});
