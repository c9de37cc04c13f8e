import { readFileSync } from 'node:fs';
import { renderRules } from '../../support/rules/rule-table.ts';
import { ruleTables } from '../../support/rules/rule-tables.ts';

const document = () => readFileSync('docs/sync-rules.md', 'utf8');

test('docs/sync-rules.md shows the rows the unit tests run', () => {
  expect(document()).toBe(renderRules(document(), ruleTables));
});

test('a table without a place in the document, or a place without a table, is refused', () => {
  expect(() => renderRules(document(), [...ruleTables, { name: 'lost', headings: [], rows: [] }])).toThrow('lost');
  expect(() => renderRules(document(), ruleTables.slice(1))).toThrow("asks for 'transitions'");
});
