import type { HttpRequest, InvocationContext } from '@azure/functions';
import { app } from '@azure/functions';
import { installFunctionsCore } from '../../../src/sandbox/functions-host/functions-core.ts';
import type { HostLogLine } from '../../../src/sandbox/functions-host/invocation.ts';
import { startTestHost, type TestHost } from '../../functions/support/host.ts';

/** Answers with everything the function was given. */
async function echo(request: HttpRequest, context: InvocationContext) {
  return {
    jsonBody: {
      function: context.functionName,
      method: request.method,
      url: request.url,
      params: request.params,
      query: Object.fromEntries(request.query),
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
    },
  };
}

const logged: HostLogLine[] = [];
let host: TestHost;

beforeAll(async () => {
  host = await startTestHost({
    hostJson: { version: '2.0', extensions: { http: { routePrefix: '' } } },
    settings: { 'AzureWebJobs.switchedOff.Disabled': 'true' },
    keys: { function: 'fk', master: 'mk' },
    log: (line) => logged.push(line),
    entries: async () => {
      app.http('item', { route: 'sync/item/{reservationType}/{id}', methods: ['GET', 'POST'], handler: echo });
      app.http('itemByNumber', { route: 'sync/item/event/{id:int}', methods: ['GET'], handler: echo });
      app.http('itemPending', { route: 'sync/item/event/pending', methods: ['GET'], handler: echo });
      app.http('outlookEvent', { route: 'cancel/outlook/{eventId?}', methods: ['POST'], handler: echo });
      app.http('files', { route: 'files/{*path}', methods: ['GET'], handler: echo });
      app.deleteRequest('remove', { route: 'cleanup', handler: echo });
      app.http('noRoute', { handler: echo });
      app.http('switchedOff', { route: 'off', handler: echo });
      app.http('locked', { route: 'locked', authLevel: 'function', handler: echo });
      app.http('adminOnly', { route: 'operator', authLevel: 'admin', handler: echo });
      app.http('throws', {
        route: 'throws',
        handler: () => {
          throw new Error('no luck');
        },
      });
      app.http('silent', { route: 'silent', handler: async () => undefined as never });
      app.http('noContent', { route: 'no-content', handler: async () => ({ status: 204, body: 'ignored' }) });
      app.http('cookies', {
        route: 'cookies',
        handler: async () => ({
          status: 302,
          headers: { location: '/dashboard' },
          cookies: [
            { name: 'a', value: '1', path: '/', httpOnly: true, sameSite: 'Strict' },
            { name: 'b', value: '2' },
          ],
        }),
      });
      app.http('bytes', { route: 'bytes', handler: async () => ({ body: new Uint8Array([0, 255, 128]) }) });
      app.http('logs', {
        route: 'logs',
        handler: async (_request, context) => {
          context.warn('room', 101, { calendar: 'x' });
          return {};
        },
      });
    },
  });
});

afterAll(() => host.stop());

describe('routes', () => {
  test.each([
    ['GET /sync/item/booking/3001', 'item', { reservationType: 'booking', id: '3001' }],
    ['GET /SYNC/Item/Booking/3001/', 'item', { reservationType: 'Booking', id: '3001' }],
    ['GET /sync/item/event/12', 'itemByNumber', { id: '12' }],
    ['GET /sync/item/event/abc', 'item', { reservationType: 'event', id: 'abc' }],
    ['GET /sync/item/event/pending', 'itemPending', {}],
    ['POST /cancel/outlook/AAMk-_%3D%2B', 'outlookEvent', { eventId: 'AAMk-_=+' }],
    ['POST /cancel/outlook/a%2Fb', 'outlookEvent', { eventId: 'a%2Fb' }],
    ['POST /cancel/outlook', 'outlookEvent', {}],
    ['GET /files/a/b.css', 'files', { path: 'a/b.css' }],
    ['GET /files', 'files', {}],
    ['GET /noRoute', 'noRoute', {}],
    ['DELETE /cleanup', 'remove', {}],
  ])('%s reaches %s', async (line, name, params) => {
    const answer = await host.call(line);
    expect(answer.json).toMatchObject({ function: name, params });
    expect(Object.keys(answer.json.params)).toEqual(Object.keys(params));
  });

  test.each([
    ['GET /nowhere'],
    ['GET /'],
    ['GET /sync/item/booking'],
    ['DELETE /sync/item/booking/1'],
    ['HEAD /noRoute'],
    ['GET /off'],
    ['GET /%E0%A4'],
  ])('%s is 404 without a body', async (line) => {
    expect(await host.call(line)).toMatchObject({ status: 404, text: '' });
  });

  test('an Outlook id of 400 characters fits in a path', async () => {
    const id = 'A'.repeat(400);
    expect((await host.call(`POST /cancel/outlook/${id}`)).json.params).toEqual({ eventId: id });
  });
});

describe('requests', () => {
  test('query, headers and body arrive as sent', async () => {
    const answer = await host.call('POST /sync/item/event/1?limit=25&x=a%20b&x=c', '{"æ":1}', {
      'content-type': 'application/json',
      'x-forwarded-for': '10.0.0.1, 10.0.0.2',
      'X-API-Key': 'k',
    });
    expect(answer.json).toMatchObject({
      method: 'POST',
      query: { limit: '25', x: 'a b,c' },
      body: '{"æ":1}',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '10.0.0.1, 10.0.0.2', 'x-api-key': 'k' },
    });
  });

  test('a body of 1 MB arrives whole', async () => {
    const body = 'x'.repeat(1024 * 1024);
    expect((await host.call('POST /sync/item/event/1', body)).json.body).toHaveLength(body.length);
  });
});

describe('answers', () => {
  test.each([
    ['nothing returned', 'GET /silent', 204, ''],
    ['204 never has a body', 'GET /no-content', 204, ''],
    ['an error thrown is a bare 500', 'GET /throws', 500, ''],
  ])('%s', async (_, line, status, text) => {
    expect(await host.call(line)).toMatchObject({ status, text });
  });

  test('cookies and headers come through', async () => {
    const answer = await host.call('GET /cookies');
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe('/dashboard');
    expect(answer.headers.getSetCookie()).toEqual(['a=1; Path=/; HttpOnly; SameSite=Strict', 'b=2']);
  });

  test('bytes stay bytes', async () => {
    const response = await host.fetch(new Request('http://localhost/bytes'));
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 128]);
  });

  test('log lines carry function and invocation', async () => {
    logged.length = 0;
    await host.call('GET /logs');
    expect(logged).toEqual([
      expect.objectContaining({
        level: 'warning',
        category: 'user',
        functionName: 'logs',
        message: "room 101 { calendar: 'x' }",
        invocationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      }),
    ]);
  });

  test('what a function throws is logged with its name', async () => {
    logged.length = 0;
    await host.call('GET /throws');
    expect(logged).toEqual([
      expect.objectContaining({ level: 'error', functionName: 'throws', message: 'Function failed: no luck' }),
    ]);
  });
});

describe('keys', () => {
  test.each([
    ['GET /locked', {}, 401],
    ['GET /locked', { 'x-functions-key': 'wrong' }, 401],
    ['GET /locked', { 'x-functions-key': 'fk' }, 200],
    ['GET /locked?code=fk', {}, 200],
    ['GET /locked', { 'x-functions-key': 'mk' }, 200],
    ['GET /operator', { 'x-functions-key': 'fk' }, 401],
    ['GET /operator?code=mk', {}, 200],
    ['GET /noRoute', {}, 200],
  ])('%s with %j is %i', async (line, headers, status) => {
    expect((await host.call(line, undefined, headers as Record<string, string>)).status).toBe(status);
  });

  test('without keys none is asked for, as with the local Core Tools', async () => {
    const open = await startTestHost({ entries: async () => undefined });
    expect((await open.call('GET /locked')).status).toBe(200);
    await open.stop();
  });
});

describe('registration', () => {
  test('the route prefix is "api" unless host.json empties it', async () => {
    const prefixed = await startTestHost({ hostJson: { version: '2.0' }, entries: async () => undefined });
    expect((await prefixed.call('GET /noRoute')).status).toBe(404);
    expect((await prefixed.call('GET /api/noRoute')).status).toBe(200);
    await prefixed.stop();
  });

  test('a function cannot be registered after startup', () => {
    expect(() => app.http('late', { handler: echo })).toThrow('only be registered during app startup');
  });

  test('hooks see and may change an invocation', async () => {
    const seen: string[] = [];
    const hooked = await startTestHost({
      entries: async () => {
        app.hook.preInvocation((context) => {
          seen.push(`before ${context.invocationContext.functionName}`);
          context.hookData['at'] = 'pre';
        });
        app.hook.postInvocation((context) => {
          seen.push(`after ${String(context.hookData['at'])}`);
          if (context.error !== null) context.result = { status: 418 };
          context.error = null;
        });
        app.hook.log((context) => {
          context.message = context.message.replace('101', 'R');
        });
      },
    });
    expect((await hooked.call('GET /throws')).status).toBe(418);
    expect(seen).toEqual(['before throws', 'after pre']);
    logged.length = 0;
    await host.call('GET /logs');
    expect(logged[0]?.message).toContain('room R');
    await hooked.stop();
  });
});

describe('over a socket', () => {
  test('serves on loopback, and refuses a port that is taken', async () => {
    const served = await startTestHost({ entries: async () => undefined });
    const server = await served.listen(0);
    const url = `http://127.0.0.1:${server.port}`;
    const answer = await fetch(`${url}/sync/item/event/7?limit=1`, { method: 'POST', body: 'hi' });
    expect(await answer.json()).toMatchObject({ body: 'hi', params: { id: '7' }, query: { limit: '1' } });
    expect((await fetch(`${url}/cookies`, { redirect: 'manual' })).headers.getSetCookie()).toHaveLength(2);
    await expect(host.listen(server.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await served.stop();
    await expect(fetch(url)).rejects.toThrow();
  });

  test('a stopped host answers 503', async () => {
    const stopped = await startTestHost({ entries: async () => undefined });
    await stopped.stop();
    expect((await stopped.call('GET /noRoute')).status).toBe(503);
  });
});

describe('what cannot be served stops the start with the reason', () => {
  beforeEach(() => installFunctionsCore().clear());

  test.each([
    ['no function', () => undefined, 'No function was registered'],
    ['one name twice', () => [register('a'), register('a')], '"a" has already been registered'],
    [
      'two functions on one route',
      () => [register('a', 'same'), register('b', 'same')],
      'Function "b": the route "same"',
    ],
    [
      'a retry policy',
      () =>
        app.timer('a', {
          schedule: '0 * * * * *',
          retry: { strategy: 'fixedDelay', maxRetryCount: 1, delayInterval: 1 },
          handler: echoNothing,
        }),
      'no retry policies',
    ],
    ['an unknown constraint', () => register('a', 'x/{id:range(1,9)}'), 'constraint "range(1,9)"'],
    ['a parameter inside a segment', () => register('a', 'x-{id}'), 'a parameter must be a whole segment'],
    [
      'another trigger',
      () => app.storageBlob('a', { path: 'p', connection: 'c', handler: echoNothing }),
      'no blobTrigger',
    ],
  ])('%s', async (_, entries, message) => {
    await expect(startTestHost({ entries: async () => entries() })).rejects.toThrow(message);
  });

  test('host.json with a mistake', async () => {
    const hostJson = { version: '2.0', extensions: { queues: { batchSize: 33 } } };
    await expect(startTestHost({ hostJson, entries: async () => register('a') })).rejects.toThrow(
      'host.json: extensions.queues.batchSize',
    );
  });
});

function register(name: string, route = name): void {
  app.http(name, { route, handler: echo });
}

function echoNothing(): void {}
