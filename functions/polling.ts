import { instantOf } from '../src/domain/time.ts';
import * as bodies from '../src/http/bodies/polling.ts';
import { reading, running } from '../src/http/endpoint.ts';
import { flag, optionalLimit } from '../src/http/parameters.ts';
import { presentInitialize, presentMissing, presentPoll, presentPollingStats } from '../src/http/presenters/polling.ts';
import { initializePolling, pollChanges as pollAll } from '../src/sync/poll.ts';
import { readPollingStats } from '../src/sync/polling-stats.ts';
import { detectMissing } from '../src/sync/verify-missing.ts';

const area = 'Polling';
const confirm = flag(false, 'Let the cancellations of this call pass the brake.');

export const initialize = running({
  name: 'pollingInitialize',
  method: 'POST',
  route: 'polling/initialize',
  area,
  summary: 'Give every room calendar its delta token',
  description: 'A calendar that has one is polled. One room that fails does not stop the others.',
  response: bodies.initializeBody,
  job: 'polling-initialize',
  needsGraph: true,
  work: (deps, run) => initializePolling(deps, run),
  present: presentInitialize,
});

export const pollChanges = running({
  name: 'pollChanges',
  method: 'POST',
  route: 'polling/poll-changes',
  area,
  summary: 'Read what changed in every room calendar and carry it into the booking system',
  description:
    'Transfers only changes. New events are noted for import, edits are merged, proven deletions cancel their reservation. `success` is false when a calendar failed; when all failed the answer is 502.',
  query: { confirm },
  response: bodies.pollBody,
  job: 'poll-changes',
  needsGraph: true,
  work: (deps, run, { query }) => pollAll(deps, run, { confirm: query.confirm }),
  present: presentPoll,
});

export const detectMissingEvents = running({
  name: 'detectMissingEvents',
  method: 'POST',
  route: 'polling/detect-missing-events',
  area,
  summary: 'Ask for every synced event by its id and cancel what is provably gone',
  description: 'Only a definite not-found in a calendar that answers counts; an outage changes nothing.',
  query: { limit: optionalLimit, confirm },
  response: bodies.missingBody,
  job: 'detect-missing-events',
  needsGraph: true,
  work: (deps, run, { query: { limit, ...rest } }) =>
    detectMissing(deps, run, { confirm: rest.confirm, ...(limit !== undefined && { limit }) }),
  present: presentMissing,
});

export const pollingStats = reading({
  name: 'pollingStats',
  method: 'GET',
  route: 'polling/stats',
  area,
  summary: 'When each room calendar was polled, and how polling is doing',
  response: bodies.pollingStatsBody,
  read: async ({ deps }) => presentPollingStats(await readPollingStats(deps), instantOf(deps.clock.now())),
});

export const pollingEndpoints = [initialize, pollChanges, detectMissingEvents, pollingStats];
