import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ListedBehaviour } from '../../support/graph-behaviours.ts';
import { loadBehaviours, renderDocument } from '../../support/graph-document.ts';

let behaviours: readonly ListedBehaviour[] = [];

beforeAll(async () => {
  behaviours = await loadBehaviours(join(__dirname, 'behaviours'));
});

test('docs/simulated-graph.md is what the behaviour tests declare (npm run docs:graph writes it)', () => {
  const written = readFileSync(join(__dirname, '../../../docs/simulated-graph.md'), 'utf8');
  expect(written).toBe(renderDocument(behaviours));
});

test('every behaviour has an id of its own and a source', () => {
  expect(behaviours.length).toBeGreaterThan(200);
  expect(new Set(behaviours.map((each) => each.id)).size).toBe(behaviours.length);
  expect(behaviours.filter((each) => !/^\d/.test(each.source))).toEqual([]);
});

const PUBLISHED = /\b(L|C|EXO):|\bCSDL\b|\bJS\b/;
const REPORTED = /#[\w./-]+\/\d+|\bFIELD-\d|\bJS-run\b|learn Q&A|reported/;

test('what is confirmed names a page of Microsoft, what was reported names the report', () => {
  const unfounded = behaviours.filter(({ standing, source }) => {
    if (standing === 'confirmed') return !PUBLISHED.test(source);
    return standing === 'field report' && !REPORTED.test(source) && !PUBLISHED.test(source);
  });
  expect(unfounded.map(({ id, source }) => [id, source])).toEqual([]);
});
