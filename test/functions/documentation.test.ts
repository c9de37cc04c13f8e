import { readFileSync } from 'node:fs';
import { endpoints } from '../../functions/endpoints.ts';
import { listSettings, localSettingsExample, withSettings } from '../../src/config/document.ts';
import { loadConfig } from '../../src/config.ts';
import { apiMarkdown } from '../../src/http/api-markdown.ts';
import { openApiDocument, statusesOf } from '../../src/http/openapi.ts';
import { ROUTES } from './support/function-world.ts';

const read = (file: string) => readFileSync(file, 'utf8');

describe('what is made from the code is up to date (`npm run docs`)', () => {
  test('settings tables of the README', () => {
    const readme = read('README.md');
    expect(withSettings(readme)).toBe(readme);
  });

  test('docs/api.md', () => {
    expect(apiMarkdown(endpoints)).toBe(read('docs/api.md'));
  });

  test('local.settings.example.json', () => {
    expect(localSettingsExample()).toBe(read('local.settings.example.json'));
  });
});

describe('settings', () => {
  test('the example file is accepted as it is', () => {
    const { Values } = JSON.parse(read('local.settings.example.json')) as { Values: Record<string, string> };
    const config = loadConfig(Values);
    expect(config.database).toEqual({ kind: 'sqlite', file: 'booking.sqlite' });
  });

  test('no secret has a default or an example that could be taken for one', () => {
    const secrets = listSettings().filter((one) => one.secret === true);
    expect(secrets.map((one) => one.name)).toEqual(
      expect.arrayContaining(['SQL_PASSWORD', 'GRAPH_CLIENT_SECRET', 'API_KEY', 'WEBHOOK_CLIENT_SECRET']),
    );
    for (const { default: fallback } of secrets) expect(fallback).toBeUndefined();
  });

  test.each(listSettings())('$name says what it is', ({ name, description, example }) => {
    expect(description).toMatch(/^[A-Z`].{15,}\.$/);
    if (example !== undefined)
      expect(() => loadConfig({ SQLITE_FILE: ':memory:', [name]: example })).not.toThrow(
        /must be a|must have|may only/,
      );
  });
});

describe('the OpenAPI document', () => {
  const document = openApiDocument(endpoints) as unknown as {
    paths: Record<
      string,
      Record<string, { operationId: string; parameters: { name: string; in: string }[]; responses: object }>
    >;
  };

  test('lists every registered route and method once', () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(operations.sort()).toEqual(ROUTES.map(({ method, route }) => `${method} /${route}`).sort());
    expect(new Set(ROUTES.map(({ name }) => name)).size).toBe(ROUTES.length);
  });

  test.each(ROUTES)('describes every parameter in the path of /$route', ({ method, route }) => {
    const named = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const operation = document.paths[`/${route}`]?.[method.toLowerCase()];
    expect(operation?.parameters.filter((one) => one.in === 'path').map((one) => one.name)).toEqual(named);
  });

  test('needs no key for health and the dashboard, and for nothing else', () => {
    expect(endpoints.filter((one) => one.access === 'open').map((one) => one.route)).toEqual(['health', 'dashboard']);
    for (const endpoint of endpoints) expect(statusesOf(endpoint).includes(401)).toBe(endpoint.access === 'key');
  });
});
