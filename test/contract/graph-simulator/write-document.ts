/** Writes docs/simulated-graph.md from the behaviour tests: `npm run docs:graph`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBehaviours, renderDocument } from '../../support/graph-document.ts';

const root = process.cwd();
const behaviours = await loadBehaviours(join(root, 'test/contract/graph-simulator/behaviours'));
writeFileSync(join(root, 'docs/simulated-graph.md'), renderDocument(behaviours));
console.log(`docs/simulated-graph.md: ${behaviours.length} behaviours`);
