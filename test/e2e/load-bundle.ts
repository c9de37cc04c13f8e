/** Loads a deployment bundle into the host, as the Azure worker would, and prints what it registered and how it answers. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { systemClock } from '../../src/app/system.ts';
import { createFunctionsHost } from '../../src/sandbox/functions-host/host.ts';

const [, , bundle = ''] = process.argv;
const host = await createFunctionsHost({
  entries: () => import(bundle),
  hostJson: JSON.parse(readFileSync('host.json', 'utf8')),
  settings: process.env,
  clock: systemClock,
  ids: { uuid: randomUUID },
});
const health = await host.fetch(new Request('http://localhost/health'));
console.log(JSON.stringify({ names: host.functions().map(({ name }) => name), health: health.status }));
await host.stop();
