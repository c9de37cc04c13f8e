/** Measures one row in a process of its own, so that none inherits heap or compiled code of another. Started by `bench.ts`. */
import { ROWS } from './rows/rows.ts';
import { answerParent } from './support/measure-apart.ts';

answerParent(async () => {
  const measure = ROWS.find(({ name }) => name === process.argv[2])?.measure;
  if (!measure) throw new Error(`There is no row '${process.argv[2]}' that can be measured.`);
  return measure();
});
