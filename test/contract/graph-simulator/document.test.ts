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
