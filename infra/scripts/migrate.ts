/** `npm run migrate`: see `migrate-command.ts`. */
import { systemClock } from '../../src/app/system.ts';
import { migrateCommand } from './migrate-command.ts';

process.exitCode = await migrateCommand(process.argv.slice(2), {
  env: process.env,
  clock: systemClock,
  print: (line) => console.log(line),
});
