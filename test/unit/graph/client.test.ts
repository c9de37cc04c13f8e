import { SyncError } from '../../../src/domain/errors.ts';
import { createGraphClient, NOT_SENT, serialiseBody } from '../../../src/graph/client.ts';
import { createTokenSource } from '../../../src/graph/credentials.ts';
import { createGraphMetrics } from '../../../src/graph/metrics.ts';
import { DEFAULT_TUNING, findGraphProblems, type GraphSettings, resolveEndpoint } from '../../../src/graph/settings.ts';
import type { Transport, TransportRequest, TransportResponse } from '../../../src/graph/transport.ts';
import { createVirtualClock } from '../../../src/sandbox/virtual-clock.ts';
import { countedIds, LOOPBACK, NOON, recordLog, refuse, tokenOf, toResponse } from './scripted-graph.ts';

const CALL = { method: 'GET', path: '/users/a' } as const;
const OK = toResponse({ status: 200, body: { id: 'a' } });

function setUp(
  answers: readonly (TransportResponse | Error | 'silence')[],
  options: { settings?: Partial<GraphSettings>; getToken?: (claims?: string) => string } = {},
) {
  const settings: GraphSettings = { ...LOOPBACK, ...options.settings };
  const clock = createVirtualClock(NOON);
  const log = recordLog();
  const requests: TransportRequest[] = [];
  const transport: Transport = async (request) => {
    requests.push(request);
    const answer = answers[Math.min(requests.length, answers.length) - 1];
    if (answer === undefined || answer instanceof Error) throw answer;
    return answer === 'silence' ? new Promise(() => undefined) : answer;
  };
  const endpoint = resolveEndpoint(settings);
  const getToken = options.getToken;
  const credential = {
    getToken: async (_: unknown, { claims }: { claims?: string } = {}) => tokenOf(getToken?.(claims) ?? ''),
  };
  const tokens = createTokenSource(settings.credential, endpoint, { clock, log, ...(getToken ? { credential } : {}) });
  const deps = { clock, ids: countedIds(), log, transport, tokens, endpoint, tuning: DEFAULT_TUNING };
  const problems = findGraphProblems(settings);
  const client = createGraphClient({ ...deps, problems, metrics: createGraphMetrics() });
  return { client, clock, requests, log, deadline: NOON + 600_000 };
}

describe('what is sent', () => {
  test('goes to the configured origin with a token, an id for support and immutable ids, on loopback http too', async () => {
    const { client, requests, deadline } = setUp([OK]);
    const reply = await client.send(CALL, { deadline });
    expect(reply).toMatchObject({ status: 200, body: { id: 'a' }, lost: null });
    expect(requests[0]?.url).toBe('http://localhost:8083/v1.0/users/a');
    expect(requests[0]?.headers).toEqual({
      Authorization: 'Bearer loopback',
      'client-request-id': '00000001-0000-4000-8000-000000000000',
      Prefer: 'IdType="ImmutableId"',
    });
  });

  test.each([
    ['global', 'https://graph.microsoft.com'],
    ['usgov', 'https://graph.microsoft.us'],
    ['usgov-dod', 'https://dod-graph.microsoft.us'],
    ['china', 'https://microsoftgraph.chinacloudapi.cn'],
  ] as const)('of the %s cloud goes to %s with a token', async (cloud, origin) => {
    const credential = { kind: 'managed-identity', clientId: null } as const;
    const settings = { cloud, baseUrl: null, credential };
    const { client, requests, deadline } = setUp([OK], { settings, getToken: () => 'secret' });
    await client.send(CALL, { deadline });
    expect(requests[0]?.url).toBe(`${origin}/v1.0/users/a`);
    expect(requests[0]?.headers['Authorization']).toBe('Bearer secret');
  });

  test('keeps the query of a link byte for byte', async () => {
    const query = '?$deltatoken=a%2Bb+c&x=1&$skip=2&x=1&$top=3&flag&$deltatoken=a';
    const { client, requests, deadline } = setUp([OK]);
    await client.send({ method: 'GET', path: `/users/a/calendarView/delta${query}` }, { deadline });
    expect(requests[0]?.url).toBe(`http://localhost:8083/v1.0/users/a/calendarView/delta${query}`);
  });

  test('is JSON when there is a body, and no body otherwise', async () => {
    const { client, requests, deadline } = setUp([OK]);
    await client.send({ method: 'POST', path: '/x', body: { a: 'å' } }, { deadline });
    await client.send({ method: 'POST', path: '/x' }, { deadline });
    expect(requests[0]).toMatchObject({ method: 'POST', body: '{"a":"å"}' });
    expect(requests[0]?.headers['Content-Type']).toBe('application/json');
    expect(requests[1]).not.toHaveProperty('body');
  });

  test('R11: leaves neither token nor body in the log', async () => {
    const { client, log, deadline } = setUp([OK], { getToken: () => 'token-42' });
    await client.send({ method: 'PATCH', path: '/x', body: { subject: 'Secret dinner' } }, { deadline });
    expect(log.lines).toHaveLength(1);
    expect(JSON.stringify(log.lines)).not.toMatch(/token-42|Secret/);
  });
});

describe('R9: attendees', () => {
  test.each([
    { attendees: [] },
    { subject: 'x', Attendees: [{ emailAddress: { address: 'a@b' } }] },
    { requests: [{ id: '1', body: { subject: 'x', attendees: [] } }] },
  ])('are refused on the wire: %j', async (body) => {
    const { client, requests, deadline } = setUp([OK]);
    await expect(client.send({ method: 'POST', path: '/x', body }, { deadline })).rejects.toMatchObject({
      kind: 'bug',
    });
    expect(requests).toHaveLength(0);
  });

  test.each([
    { subject: '"attendees": [] and {"attendees":[]}' },
    { body: { content: 'the attendees: many' } },
    { subject: '\\', body: ',"attendees":' },
  ])('may be talked about in a text: %j', (body) => {
    expect(JSON.parse(serialiseBody(body))).toEqual(body);
  });
});

describe('a GET', () => {
  test.each([429, 500, 502, 503, 504])('is repeated after %s, waiting as long as asked', async (status) => {
    const busy = toResponse({ status, headers: { 'retry-after': '7' } });
    const { client, clock, requests, deadline } = setUp([busy, OK]);
    expect((await client.send(CALL, { deadline, retries: 3 })).status).toBe(200);
    expect(requests).toHaveLength(2);
    expect(clock.now() - NOON).toBe(7_000);
  });

  test('is repeated after a reset connection and an unreadable answer, with growing waits', async () => {
    const reset = new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
    const html = { status: 200, headers: {}, body: '<html>' };
    const { client, clock, requests, deadline } = setUp([reset, html, OK]);
    expect((await client.send(CALL, { deadline, retries: 3 })).status).toBe(200);
    expect(requests).toHaveLength(3);
    expect(clock.now() - NOON).toBeGreaterThan(1_500);
  });

  test('is given up after the retries allowed', async () => {
    const { client, requests, deadline } = setUp([toResponse({ status: 503 })]);
    expect((await client.send(CALL, { deadline, retries: 2 })).status).toBe(503);
    expect(requests).toHaveLength(3);
  });

  test('is not repeated when the wait is longer than a call may wait, or passes the deadline', async () => {
    const busy = toResponse({ status: 429, headers: { 'retry-after': '21' } });
    const first = setUp([busy, OK]);
    expect((await first.client.send(CALL, { deadline: first.deadline, retries: 3 })).status).toBe(429);
    const second = setUp([toResponse({ status: 429, headers: { 'retry-after': '7' } }), OK]);
    expect((await second.client.send(CALL, { deadline: NOON + 7_000, retries: 3 })).status).toBe(429);
    expect([first.requests.length, second.requests.length]).toEqual([1, 1]);
  });

  test('is not repeated after an answer that would stay the same', async () => {
    const { client, requests, deadline } = setUp([toResponse(refuse(404, 'ErrorItemNotFound'))]);
    await client.send(CALL, { deadline, retries: 3 });
    expect(requests).toHaveLength(1);
  });
});

test.each(['POST', 'PATCH', 'DELETE'] as const)('a %s is never repeated, whatever is answered', async (method) => {
  const answers = [429, 500, 503, 504].map((status) => toResponse({ status, headers: { 'retry-after': '1' } }));
  for (const answer of [...answers, new TypeError('fetch failed')]) {
    const { client, requests, deadline } = setUp([answer]);
    await client.send({ method, path: '/x' }, { deadline, retries: 3 });
    expect(requests).toHaveLength(1);
  }
});

describe('a 401', () => {
  const refused = toResponse(refuse(401, 'InvalidAuthenticationToken'));

  test('is answered with one new token, for writes too since nothing was carried out', async () => {
    const tokens = ['old', 'new'];
    const { client, requests, deadline } = setUp([refused, OK], { getToken: () => tokens.shift() ?? 'none' });
    expect((await client.send({ method: 'POST', path: '/x', body: {} }, { deadline })).status).toBe(200);
    expect(requests.map(({ headers }) => headers['Authorization'])).toEqual(['Bearer old', 'Bearer new']);
  });

  test('is final when the new token is the same', async () => {
    const { client, requests, deadline } = setUp([refused], { getToken: () => 'same' });
    expect((await client.send(CALL, { deadline, retries: 3 })).status).toBe(401);
    expect(requests).toHaveLength(1);
  });

  test('is final the second time', async () => {
    let count = 0;
    const { client, requests, deadline } = setUp([refused], { getToken: () => String(count++) });
    expect((await client.send(CALL, { deadline, retries: 3 })).status).toBe(401);
    expect(requests).toHaveLength(2);
  });

  test('that asks for claims is answered with a token for these claims', async () => {
    const claims = '{"access_token":{"nbf":{"essential":true}}}';
    const challenge = `Bearer error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
    const asked: (string | undefined)[] = [];
    const answers = [toResponse({ status: 401, headers: { 'www-authenticate': challenge } }), OK];
    const { client, deadline } = setUp(answers, { getToken: (given) => String(asked.push(given)) });
    expect((await client.send(CALL, { deadline })).status).toBe(200);
    expect(asked).toEqual([undefined, claims]);
  });
});

describe('time', () => {
  test('R12: a request still out at the deadline is aborted then, and its answer counts as lost', async () => {
    const { client, clock, requests } = setUp(['silence']);
    const reply = await client.send({ method: 'POST', path: '/x' }, { deadline: NOON + 9_000 });
    expect(reply).toMatchObject({ status: 0, lost: 'timeout' });
    expect(clock.now()).toBe(NOON + 9_000);
    expect(requests[0]?.signal?.aborted).toBe(true);
  });

  test('a request gets no more than its own timeout', async () => {
    const { client, clock, deadline } = setUp(['silence']);
    await client.send({ method: 'POST', path: '/x' }, { deadline });
    expect(clock.now()).toBe(NOON + DEFAULT_TUNING.requestTimeoutMs);
  });

  test('nothing is sent once the deadline has come', async () => {
    const { client, requests } = setUp([OK]);
    const attempt = client.send(CALL, { deadline: NOON });
    await expect(attempt).rejects.toMatchObject({ kind: 'transient', code: NOT_SENT });
    expect(requests).toHaveLength(0);
  });
});

describe('S23: settings that are missing or wrong', () => {
  const attempt = async (settings: Partial<GraphSettings>) => {
    const { client, requests, deadline } = setUp([OK], { settings });
    const error = await client.send(CALL, { deadline }).catch((thrown: unknown) => thrown);
    expect(requests).toHaveLength(0);
    if (!(error instanceof SyncError)) throw new Error('expected a SyncError');
    return error;
  };

  test('are named, each of them, and nothing is sent', async () => {
    const settings = ['GRAPH_TENANT_ID', 'GRAPH_CLIENT_ID', 'GRAPH_CLIENT_SECRET'];
    const error = await attempt({ credential: { kind: 'missing', settings } });
    expect(error).toMatchObject({ kind: 'misconfigured', field: 'GRAPH_TENANT_ID' });
    for (const setting of settings) expect(error.message).toContain(setting);
  });

  test('plain http is refused beyond this machine', async () => {
    for (const baseUrl of ['http://graph.microsoft.com', 'http://localhost.evil.no', 'http://128.0.0.1', 'nowhere']) {
      expect(await attempt({ baseUrl })).toMatchObject({ kind: 'misconfigured', field: 'GRAPH_BASE_URL' });
    }
  });

  test('no credential is refused beyond this machine', async () => {
    const error = await attempt({ baseUrl: 'https://graph.example.no' });
    expect(error).toMatchObject({ kind: 'misconfigured', field: 'GRAPH_CREDENTIAL' });
  });

  test('a Key Vault reference that was handed over unresolved is recognised', async () => {
    const secret = { value: '@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/s)' };
    const credential = { kind: 'client-secret', tenantId: 't', clientId: 'c', secret } as const;
    const error = await attempt({ credential });
    expect(error).toMatchObject({ kind: 'misconfigured', field: 'GRAPH_CLIENT_SECRET' });
    expect(error.message).toContain('Key Vault Secrets User');
  });
});
