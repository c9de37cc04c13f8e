/** Writes the tables of docs/sync-rules.md from the rows the unit tests run: `node test/support/rules/write-sync-rules.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { renderRules } from './rule-table.ts';
import { ruleTables } from './rule-tables.ts';

const path = 'docs/sync-rules.md';
writeFileSync(path, renderRules(readFileSync(path, 'utf8'), ruleTables));
