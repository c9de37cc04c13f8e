import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBehaviours, renderDocument } from '../../support/graph-document.ts';

const behaviours = loadBehaviours(join(__dirname, 'behaviours'));

test('docs/simulated-graph.md is what the behaviour tests declare (npm run docs:graph writes it)', async () => {
  const written = readFileSync(join(__dirname, '../../../docs/simulated-graph.md'), 'utf8');
  expect(written).toBe(renderDocument(await behaviours));
});

test('every behaviour has an id of its own and a source', async () => {
  const rows = await behaviours;
  expect(rows.length).toBeGreaterThan(100);
  expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
  expect(rows.filter((row) => !/^\d/.test(row.source))).toEqual([]);
});
