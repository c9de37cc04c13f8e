import { SyncError } from '../../../src/domain/errors.ts';
import { createLog, type LogLevel, type LogSink } from '../../../src/telemetry/log.ts';

function memory(): { sink: LogSink; lines: [LogLevel, Record<string, unknown>][] } {
  const lines: [LogLevel, Record<string, unknown>][] = [];
  const write = (level: LogLevel) => (line: string) => void lines.push([level, JSON.parse(line)]);
  return { sink: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }, lines };
}

test('a line is one JSON object with the properties of its scopes', () => {
  const { sink, lines } = memory();
  createLog(sink, 'info', { function: 'toOutlook' }).scope({ runId: 'r-1' }).info('run finished', { created: 3 });
  expect(lines).toEqual([
    ['info', { level: 'info', message: 'run finished', function: 'toOutlook', runId: 'r-1', created: 3 }],
  ]);
});

test('lines below the level are not written', () => {
  const { sink, lines } = memory();
  const log = createLog(sink, 'warn');
  log.debug('a');
  log.info('b');
  log.warn('c');
  log.error('d');
  expect(lines.map(([level]) => level)).toEqual(['warn', 'error']);
});

describe('R11: nothing people wrote gets into a log', () => {
  const subject = 'Bursdag – Åse & Øyvind';

  test.each<[string, Record<string, unknown>]>([
    ['under an unknown property', { subject }],
    ['under an unknown property, in one word', { title: 'Kommunestyremøte' }],
    ['under a property for ids', { eventId: subject }],
    ['in a list', { rows: [subject, subject] }],
    ['deep inside', { mapping: { before: { name: subject } } }],
    ['as the message of a foreign error', { error: new Error(`Cannot insert '${subject}'`) }],
    [
      'as the cause of an own error',
      { error: new SyncError('transient', 'SQL failed.', { cause: new Error(subject) }) },
    ],
    ['in a function', { callback: () => subject }],
  ])('%s', (_, properties) => {
    const { sink, lines } = memory();
    createLog(sink, 'debug').error('it failed', properties);
    const written = JSON.stringify(lines);
    expect(written).not.toMatch(/Bursdag|Åse|Øyvind|Kommunestyre/);
    expect(lines).toHaveLength(1);
  });
});

test('ids, codes and counts stay readable', () => {
  const { sink, lines } = memory();
  const properties = {
    calendar: 'storsalen@fjordvik.example',
    eventId: 'AAMk+/=',
    kind: 'transient',
    rows: 7,
    ok: true,
    none: undefined,
  };
  createLog(sink, 'debug').info('state', properties);
  expect(lines[0]?.[1]).toMatchObject({
    calendar: 'storsalen@fjordvik.example',
    eventId: 'AAMk+/=',
    kind: 'transient',
    rows: 7,
    ok: true,
    none: null,
  });
});

test('an error of ours keeps kind, code and message, and every error its place', () => {
  const { sink, lines } = memory();
  const error = new SyncError('access-denied', 'Grant Calendars.ReadWrite.', {
    code: 'ErrorAccessDenied',
    field: 'GRAPH_CLIENT_ID',
  });
  createLog(sink, 'debug').error('run failed', { error });
  expect(lines[0]?.[1]['error']).toMatchObject({
    name: 'SyncError',
    kind: 'access-denied',
    message: 'Grant Calendars.ReadWrite.',
    code: 'ErrorAccessDenied',
    field: 'GRAPH_CLIENT_ID',
    at: expect.arrayContaining([expect.stringContaining('log.test.ts')]),
  });
});

test('a long list is cut and counted', () => {
  const { sink, lines } = memory();
  createLog(sink, 'debug').info('many', { calendars: Array.from({ length: 300 }, (_, index) => `r${index}`) });
  const listed = lines.map(([, line]) => line['calendars']);
  expect(listed).toEqual([[...Array.from({ length: 20 }, (_, index) => `r${index}`), '[300 in all]']]);
});
