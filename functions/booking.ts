import * as bodies from '../src/http/bodies/imports.ts';
import { reading, running } from '../src/http/endpoint.ts';
import { limit } from '../src/http/parameters.ts';
import {
  presentImports,
  presentPendingImports,
  presentProcessedImports,
  presentProcessingStats,
} from '../src/http/presenters/imports.ts';
import { processImports as importWaiting } from '../src/sync/import-reservations.ts';
import { listPendingImports, listProcessedImports } from '../src/sync/outlook-lists.ts';

const area = 'Imports';

export const processImports = running({
  name: 'processImports',
  method: 'POST',
  route: 'booking/process-imports',
  area,
  summary: 'Make reservations of the Outlook events that wait',
  description:
    'Each event is read again first; each meeting is one transaction over the five event tables. One that overlaps an event of the booking system waits as a conflict and is tried again by every call.',
  query: { limit: limit(1000) },
  response: bodies.processImportsBody,
  job: 'process-imports',
  needsGraph: true,
  work: (deps, run, { query }) => importWaiting(deps, run, query),
  present: presentImports,
});

export const pendingImports = reading({
  name: 'pendingImports',
  method: 'GET',
  route: 'booking/pending-imports',
  area,
  summary: 'Outlook events that wait for their reservation, oldest first',
  description: 'What the next processing would take, overlapping ones included.',
  query: { limit: limit(50) },
  response: bodies.pendingImportsBody,
  read: async ({ deps }, { query }) => presentPendingImports(await listPendingImports(deps, query)),
});

export const processedImports = reading({
  name: 'processedImports',
  method: 'GET',
  route: 'booking/processed-imports',
  area,
  summary: 'Outlook events that became reservations, newest first',
  query: { limit: limit(50) },
  response: bodies.processedImportsBody,
  async read({ deps, statistics }, { query }) {
    const list = await listProcessedImports(deps, query);
    return presentProcessedImports(list, await statistics.processedTimes(list.rows.map((row) => row.id)));
  },
});

export const processingStats = reading({
  name: 'processingStats',
  method: 'GET',
  route: 'booking/processing-stats',
  area,
  summary: 'How far the processing of Outlook events has come',
  response: bodies.processingStatsBody,
  read: async ({ statistics }) => presentProcessingStats(await statistics.imports()),
});

export const bookingEndpoints = [processImports, pendingImports, processedImports, processingStats];
