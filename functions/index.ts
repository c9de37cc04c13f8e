/** Entry of the app: registers every endpoint and timer. Reads no settings beyond tolerant ones and connects to nothing. */
import { app } from '@azure/functions';
import { closeApp } from '../src/app.ts';
import { readAuthLevel, readJob } from '../src/config.ts';
import { handlerOf } from '../src/http/handler.ts';
import { endpoints } from './endpoints.ts';
import { timers } from './timers.ts';

const authLevel = readAuthLevel();

for (const endpoint of endpoints) {
  const handler = handlerOf(endpoint);
  for (const { name, method, route } of [endpoint, ...endpoint.aliases]) {
    app.http(name, {
      methods: [method],
      route,
      authLevel: endpoint.access === 'open' ? 'anonymous' : authLevel,
      handler,
    });
  }
}

for (const { name, job, handler } of timers) {
  const { schedule, enabled } = readJob(job);
  if (enabled) app.timer(name, { schedule, handler });
}

app.hook.appTerminate(closeApp);
