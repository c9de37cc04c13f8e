import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KeptState, openStateFolder } from '../../../src/sandbox/state-folder.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'state-')), '.sandbox');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const state = {
  schema: 'default',
  shiftWeeks: 3,
  host: { timers: {}, queues: {} },
  outlook: {},
} as unknown as KeptState;

test('what was saved is there at the next start, the database with it', () => {
  const first = openStateFolder(folder, false, process.pid);
  expect(first.kept).toBeNull();
  writeFileSync(first.databaseFile, 'rows');
  first.save(state);
  first.release();
  const second = openStateFolder(folder, false, process.pid);
  expect(second.kept).toEqual(state);
  expect(readFileSync(second.databaseFile, 'utf8')).toBe('rows');
});

test.each([
  ['--fresh', true, JSON.stringify({ schema: 'default' })],
  ['a state that cannot be read', false, '{"schema":'],
])('%s begins without the old database', (_, fresh, content) => {
  const { databaseFile } = openStateFolder(folder, false, process.pid);
  writeFileSync(databaseFile, 'rows');
  writeFileSync(`${databaseFile}-wal`, 'more');
  writeFileSync(join(folder, 'state.json'), content);
  expect(openStateFolder(folder, fresh, process.pid).kept).toBeNull();
  expect(existsSync(databaseFile) || existsSync(`${databaseFile}-wal`)).toBe(false);
});

test('two sandboxes cannot share a folder; one that was killed does not stand in the way', () => {
  openStateFolder(folder, false, process.pid);
  expect(() => openStateFolder(folder, false, process.pid + 1)).toThrow('Another sandbox is running');
  writeFileSync(join(folder, 'running'), '999999999');
  expect(openStateFolder(folder, false, process.pid).kept).toBeNull();
});
