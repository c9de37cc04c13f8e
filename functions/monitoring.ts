import * as bodies from '../src/http/bodies/monitoring.ts';
import { reading } from '../src/http/endpoint.ts';
import { presentHealth, presentStats } from '../src/http/presenters/monitoring.ts';
import { checkHealth } from '../src/monitoring/health.ts';

const area = 'Monitoring';

export const syncStats = reading({
  name: 'syncStats',
  method: 'GET',
  route: 'sync/stats',
  aliases: [{ name: 'syncStatus', method: 'GET', route: 'sync/status' }],
  area,
  summary: 'Mappings by status, type and direction, and the latest run of each job',
  description: 'From live rows, at most a minute old.',
  response: bodies.statsBody,
  read: async ({ statistics }) => presentStats(await statistics.sync()),
});

export const health = reading({
  name: 'health',
  method: 'GET',
  route: 'health',
  area,
  access: 'open',
  summary: 'Quick check: does the database answer, is Graph set up',
  description: '200, or 503 when the database does not answer within 5 s. Needs no key.',
  response: bodies.healthBody,
  read: async (app) => presentHealth(await checkHealth({ ...app.deps, graph: app.config.graph })),
  status: ({ success }) => (success ? 200 : 503),
});

export const monitoringEndpoints = [syncStats, health];
