/** The OpenAPI 3.1 document, made from the schemas that check requests and describe answers. */
import { z } from 'zod';
import { failureBody, queuedBody } from './bodies/common.ts';
import { AREAS, type Endpoint } from './endpoint.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface OpenApi {
  readonly openapi: '3.1.0';
  readonly [key: string]: unknown;
}

const STATUS_TEXT: Readonly<Record<number, string>> = {
  200: 'Done',
  202: 'A room was in other hands; its part was queued',
  400: 'A parameter is wrong; `field` names it',
  401: 'The key is missing or wrong',
  404: 'What the call names does not exist',
  409: 'Not allowed in this state',
  500: 'A fault of this service',
  502: 'Microsoft Graph could not be reached, or refused the app',
  503: 'The database is down, or a setting is missing; `field` names it',
};

/** Statuses the answers of an endpoint may have, ascending. */
export function statusesOf(endpoint: Endpoint): readonly number[] {
  const common = endpoint.access === 'open' ? [200, 500, 503] : [200, 400, 401, 500, 503];
  return [...new Set([...common, ...endpoint.statuses])].sort((a, b) => a - b);
}

export function openApiDocument(endpoints: readonly Endpoint[]): OpenApi {
  const routes = endpoints.flatMap((endpoint) => [
    { ...endpoint, endpoint, deprecated: false },
    ...endpoint.aliases.map((alias) => ({ ...alias, endpoint, deprecated: true })),
  ]);
  const byPath = Map.groupBy(routes, ({ route }) => `/${route}`);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Outlook booking sync',
      version: '1.0.0',
      description: 'Keeps reservations of a booking system and Microsoft 365 room calendars equal.',
    },
    tags: AREAS.map((name) => ({ name })),
    paths: Object.fromEntries(
      [...byPath].map(([path, methods]) => [
        path,
        Object.fromEntries(methods.map((one) => [one.method.toLowerCase(), operationOf(one, one.endpoint)])),
      ]),
    ),
    components: {
      schemas: { Failure: schemaOf(failureBody), Queued: schemaOf(queuedBody) },
      securitySchemes: { apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' } },
    },
  };
}

function operationOf(route: { readonly name: string; readonly deprecated: boolean }, endpoint: Endpoint): JsonSchema {
  return {
    operationId: route.name,
    tags: [endpoint.area],
    summary: endpoint.summary,
    ...(endpoint.description !== '' && { description: endpoint.description }),
    ...(route.deprecated && { deprecated: true }),
    parameters: [...parametersOf(endpoint.path, 'path'), ...parametersOf(endpoint.query, 'query')],
    ...(endpoint.body !== null && {
      requestBody: { content: { 'application/json': { schema: schemaOf(endpoint.body) } } },
    }),
    responses: Object.fromEntries(statusesOf(endpoint).map((status) => [status, responseOf(status, endpoint)])),
    security: endpoint.access === 'open' ? [] : [{ apiKey: [] }, {}],
  };
}

function responseOf(status: number, endpoint: Endpoint): JsonSchema {
  const description = STATUS_TEXT[status] ?? 'Answer';
  if (status === 200 && endpoint.response === null) {
    return { description, content: { 'text/html': { schema: { type: 'string' } } } };
  }
  return { description, content: { 'application/json': { schema: bodyOf(status, endpoint) } } };
}

function bodyOf(status: number, { response }: Endpoint): JsonSchema {
  if (status === 200) return schemaOf(response ?? z.string());
  if (status === 202) return { anyOf: [schemaOf(response ?? z.string()), { $ref: '#/components/schemas/Queued' }] };
  return { $ref: '#/components/schemas/Failure' };
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'body';
  readonly required: boolean;
  readonly description: string;
  readonly schema: JsonSchema;
}

/** The parameters of a path, query or body, as values rather than as the text they are written in. */
export function parametersOf(shape: z.ZodObject, place: Parameter['in']): readonly Parameter[] {
  return Object.entries(shape.shape).map(([name, rule]) => {
    const { description = '', ...schema } = schemaOf(rule as z.ZodType);
    return {
      name,
      in: place,
      required: place === 'path' || (place === 'body' && !(rule as z.ZodType).isOptional()),
      description: String(description),
      schema,
    };
  });
}

function schemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'output' });
  return rest;
}
