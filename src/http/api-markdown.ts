/** `docs/api.md`: the OpenAPI document's content for people, made from the same endpoints. */

import { z } from 'zod';
import { AREAS, type Endpoint } from './endpoint.ts';
import { type JsonSchema, parametersOf, statusesOf } from './openapi.ts';

const INTRODUCTION = `# HTTP interface

Made from the code by \`npm run docs\`; the running app serves the same as \`/openapi.json\`.

- Answers are JSON with \`success\`. Failures are \`{"success": false, "error": "...", "code": "..."}\`, with \`field\` where a parameter or setting is at fault.
- What fails for single reservations keeps status 200: \`errors\` counts, \`error_details\` lists.
- Times are ISO 8601 with offset; \`start_time\` and \`end_time\` of reservations are local, \`YYYY-MM-DD HH:MM:SS\`.
- A configured \`API_KEY\` is sent as \`X-API-Key\` (or \`api_key\`); with \`HTTP_AUTH_LEVEL=function\` Azure asks for a function key too (\`x-functions-key\` or \`?code=\`).
- Calls that write take \`dry_run=true\`: they answer with \`plan\` and write nothing. They stop before Azure's limit of 230 s with \`stopped_early\`; \`remaining\` is left for the next call. Unknown parameters are refused, so that a misspelt \`dry_run\` is no real run.
- 202 says that another worker held a room: its part was queued, nothing is lost.`;

export function apiMarkdown(endpoints: readonly Endpoint[]): string {
  const areas = AREAS.map((area) => {
    const sections = endpoints.filter((endpoint) => endpoint.area === area).map(sectionOf);
    return sections.length === 0 ? [] : [`## ${area}`, ...sections];
  });
  return `${[INTRODUCTION, ...areas.flat()].join('\n\n')}\n`;
}

function sectionOf(endpoint: Endpoint): string {
  const aliases = endpoint.aliases.map(({ method, route }) => `\`${method} /${route}\``).join(', ');
  const parameters = [
    ...parametersOf(endpoint.path, 'path'),
    ...parametersOf(endpoint.query, 'query'),
    ...(endpoint.body instanceof z.ZodObject ? parametersOf(endpoint.body, 'body') : []),
  ];
  return [
    `### ${endpoint.method} /${endpoint.route}`,
    `${endpoint.summary}.${endpoint.description === '' ? '' : ` ${endpoint.description}`}`,
    ...(aliases === '' ? [] : [`Also: ${aliases}.`]),
    ...(parameters.length === 0 ? [] : [table(parameters)]),
    `Statuses: ${statusesOf(endpoint).join(', ')}.${endpoint.access === 'open' ? ' Needs no key.' : ''}`,
    ...(endpoint.response === null
      ? []
      : [['```text', ...linesOf(z.toJSONSchema(endpoint.response, { io: 'output' }), ''), '```'].join('\n')]),
  ].join('\n\n');
}

function table(parameters: ReturnType<typeof parametersOf>): string {
  const rows = parameters.map(({ name, in: place, schema, description }) => {
    const fallback = 'default' in schema ? `\`${String(schema['default'])}\`` : '';
    return `| \`${name}\` | ${place} | ${typeOf(schema)} | ${fallback} | ${description} |`;
  });
  return ['| parameter | in | type | default | meaning |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** The fields of a body, one line each, nested ones indented. */
function linesOf(schema: JsonSchema, indent: string): readonly string[] {
  return Object.entries(record(schema['properties'])).flatMap(([name, value]) => {
    const field = record(value);
    const inner = record(field['items'] ?? field);
    const note = typeof field['description'] === 'string' ? `  ${field['description']}` : '';
    const required = Array.isArray(schema['required']) && schema['required'].includes(name);
    return [`${indent}${name}${required ? '' : '?'}: ${typeOf(field)}${note}`, ...linesOf(inner, `${indent}  `)];
  });
}

function typeOf(schema: JsonSchema): string {
  if (Array.isArray(schema['anyOf'])) return schema['anyOf'].map((one) => typeOf(record(one))).join(' | ');
  if (Array.isArray(schema['enum'])) return schema['enum'].join(' | ');
  if ('const' in schema) return String(schema['const']);
  if (schema['type'] === 'array') return `${typeOf(record(schema['items']))}[]`;
  const types = Array.isArray(schema['type']) ? schema['type'] : [schema['type'] ?? 'any'];
  return types.join(' | ');
}

function record(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
