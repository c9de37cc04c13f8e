import { z } from 'zod';
import { type Endpoint, reading } from '../src/http/endpoint.ts';
import { openApiDocument } from '../src/http/openapi.ts';
import { bookingEndpoints } from './booking.ts';
import { cancellationEndpoints } from './cancellation.ts';
import { conflictEndpoints } from './conflicts.ts';
import { dashboard } from './dashboard.ts';
import { monitoringEndpoints } from './monitoring.ts';
import { pollingEndpoints } from './polling.ts';
import { syncEndpoints } from './sync.ts';

const openApi = reading({
  name: 'openApi',
  method: 'GET',
  route: 'openapi.json',
  area: 'Monitoring',
  summary: 'This interface as an OpenAPI document',
  response: z.looseObject({ openapi: z.string() }),
  read: async () => openApiDocument(endpoints),
});

/** Every HTTP endpoint, in the order of the API document. */
export const endpoints: readonly Endpoint[] = [
  ...syncEndpoints,
  ...bookingEndpoints,
  ...cancellationEndpoints,
  ...pollingEndpoints,
  ...conflictEndpoints,
  ...monitoringEndpoints,
  dashboard,
  openApi,
];
