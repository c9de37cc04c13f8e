/** Mutants are texts of the source: they have to follow when it moves, and loudly. `npm run simulate:mutants` judges them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Mutant {
  readonly name: string;
  readonly story: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const ROOT = join(__dirname, '../..');
const FOLDER = join(__dirname, 'mutants');
const FILES = readdirSync(FOLDER);

test.each(FILES)('the text that %s replaces occurs exactly once in its file', (file) => {
  const { name, story, file: source, find, replace } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Mutant;
  expect(`${name}.json`).toBe(file);
  expect(story).not.toBe('');
  expect(replace).not.toBe(find);
  expect(readFileSync(join(ROOT, source), 'utf8').split(find)).toHaveLength(2);
});

test('no two mutants are the same bug', () => {
  const bugs = FILES.map((file) => {
    const { file: source, find, replace } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Mutant;
    return JSON.stringify([source, find, replace]);
  });
  expect(new Set(bugs).size).toBe(FILES.length);
});
