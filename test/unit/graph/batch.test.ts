import type { EventWrite } from '../../../src/sync/ports.ts';
import { type Answer, createTestGraph, NOON, refuse, scriptGraph, toResponse, wireEvent } from './scripted-graph.ts';

const ROOM = 'a101@contoso.no';
const LATER = { deadline: NOON + 3_600_000 };
const created = (id: string): Answer => ({ status: 201, body: wireEvent(id) });

function createOf(id: number): EventWrite {
  const time = { dateTime: '2027-03-01T18:00:00', timeZone: 'UTC' };
  return {
    kind: 'create',
    token: `token-${id}`,
    marker: { type: 'event', id, resourceId: 1, generation: 0 },
    content: {
      subject: `Reservation ${id}`,
      body: '',
      start: time,
      end: { ...time, dateTime: '2027-03-01T20:00:00' },
      isAllDay: false,
      location: null,
      sensitivity: 'private',
      showAs: 'busy',
    },
  };
}

const creates = (count: number) => Array.from({ length: count }, (_, index) => createOf(index + 1));
const tokenIn = (body: unknown) => (body as { transactionId: string }).transactionId;

describe('what is packed', () => {
  test('20 parts at most, each with its own headers; a write alone goes plain', async () => {
    const { transport, sizes, requests, operations } = scriptGraph(() => created('x'));
    const { graph } = createTestGraph(transport);
    await graph.calendars.write(ROOM, creates(41), LATER);
    expect(sizes).toEqual([20, 20, 1]);
    expect(requests[0]?.url).toBe('http://localhost:8083/v1.0/$batch');
    expect(requests[2]?.url).toBe('http://localhost:8083/v1.0/users/a101%40contoso.no/calendar/events');
    for (const { method, headers } of operations) {
      expect(method).toBe('POST');
      expect(headers['Prefer']).toContain('IdType="ImmutableId"');
      expect(headers['Prefer']).toContain('outlook.timezone="UTC"');
    }
    expect(operations[0]?.headers).toHaveProperty('Content-Type', 'application/json');
  });

  test('a create: content, token and marker, no reminder, nobody invited', async () => {
    const { transport, operations } = scriptGraph(() => created('x'));
    await createTestGraph(transport).graph.calendars.write(ROOM, [createOf(7)], LATER);
    expect(operations[0]?.body).toEqual({
      subject: 'Reservation 7',
      body: { contentType: 'text', content: '' },
      start: { dateTime: '2027-03-01T18:00:00', timeZone: 'UTC' },
      end: { dateTime: '2027-03-01T20:00:00', timeZone: 'UTC' },
      isAllDay: false,
      location: { displayName: '' },
      sensitivity: 'private',
      showAs: 'busy',
      isReminderOn: false,
      transactionId: 'token-7',
      singleValueExtendedProperties: [
        { id: 'String {b3e7d0c4-5f0a-4c55-9a39-6d2f7a1c8e41} Name BookingSync', value: 'event:7:1:0' },
      ],
    });
  });

  test('R12: updates and deletes name the version they were planned for, when one is known', async () => {
    const { transport, operations } = scriptGraph(({ method }) =>
      method === 'DELETE' ? { status: 204 } : created('x'),
    );
    const eventId = 'AAk/+=';
    const writes: EventWrite[] = [
      { kind: 'update', eventId, changeKey: 'key', content: { subject: 'Moved' } },
      { kind: 'delete', eventId, changeKey: 'key' },
      { kind: 'delete', eventId, changeKey: null },
    ];
    await createTestGraph(transport).graph.calendars.write(ROOM, writes, LATER);
    expect(operations.map(({ method, path, headers, body }) => [method, path, headers['If-Match'], body])).toEqual([
      ['PATCH', '/users/a101%40contoso.no/events/AAk%2F%2B%3D', 'W/"key"', { subject: 'Moved' }],
      ['DELETE', '/users/a101%40contoso.no/events/AAk%2F%2B%3D', 'W/"key"', undefined],
      ['DELETE', '/users/a101%40contoso.no/events/AAk%2F%2B%3D', undefined, undefined],
    ]);
  });
});

describe('what is unpacked', () => {
  test('answers are matched by id, in whatever order they come', async () => {
    const { transport } = scriptGraph(({ body }) => created(`event of ${tokenIn(body)}`));
    const outcomes = await createTestGraph(transport).graph.calendars.write(ROOM, creates(20), LATER);
    expect(outcomes.map((outcome) => outcome.kind === 'written' && outcome.event.id)).toEqual(
      creates(20).map((_, index) => `event of token-${index + 1}`),
    );
  });

  test('a part without an answer is unknown, the others are not', async () => {
    const responses = [0, 2].map((id) => ({ id: String(id), status: 201, body: wireEvent(`e${id}`) }));
    const { graph } = createTestGraph(async () => toResponse({ status: 200, body: { responses } }));
    const outcomes = await graph.calendars.write(ROOM, creates(3), LATER);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['written', 'unknown', 'written']);
  });

  test.each([
    ['no responses', {}],
    ['no object', 'x'],
    ['parts of nonsense', { responses: [null, 7, { id: '0' }, { id: '99', status: 201 }, { status: 201 }] }],
  ])('an answer with %s leaves every part unknown', async (_, body) => {
    const { graph } = createTestGraph(async () => toResponse({ status: 200, body }));
    const outcomes = await graph.calendars.write(ROOM, creates(3), LATER);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['unknown', 'unknown', 'unknown']);
  });

  test('a 2xx that holds no event is unknown: it may have been written', async () => {
    const { transport } = scriptGraph(
      (_, index) => [created('a'), { status: 201, body: 'PGh0bWw+' }, { status: 201 }][index] ?? created('x'),
    );
    const outcomes = await createTestGraph(transport).graph.calendars.write(ROOM, creates(3), LATER);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['written', 'unknown', 'unknown']);
  });

  test.each(['Retry-After', 'retry-after', 'RETRY-AFTER'])(
    'a 429 inside a 200 is waited for, alone, by its own %s',
    async (name) => {
      const seen: string[] = [];
      const { transport, sizes } = scriptGraph(({ body }) => {
        const token = tokenIn(body);
        seen.push(token);
        const isFirst = seen.filter((each) => each === token).length === 1;
        return token === 'token-2' && isFirst ? refuse(429, 'TooManyRequests', { [name]: '9' }) : created(token);
      });
      const { graph, clock } = createTestGraph(transport);
      const outcomes = await graph.calendars.write(ROOM, creates(3), LATER);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['written', 'written', 'written']);
      expect(sizes).toEqual([3, 1]);
      expect(clock.now() - NOON).toBe(9_000);
      expect(graph.metrics()).toMatchObject({ requests: 2, writes: 4, throttled: 1, repeated: 1 });
    },
  );

  test('a write that is throttled again and again is handed back in the end', async () => {
    const { transport, requests } = scriptGraph(() => refuse(429, 'TooManyRequests', { 'Retry-After': '3' }));
    const outcomes = await createTestGraph(transport).graph.calendars.write(ROOM, creates(1), LATER);
    expect(outcomes).toEqual([{ kind: 'throttled', retryAfterMs: 3_000 }]);
    expect(requests).toHaveLength(5);
  });
});

describe('a batch refused as a whole', () => {
  test('as malformed is taken apart until the bad part stands alone', async () => {
    const { transport: parts } = scriptGraph(({ body }) => created(tokenIn(body)));
    const isBad = (body: string | undefined) => body?.includes('"token-13"') === true;
    const { graph } = createTestGraph(async (request) =>
      isBad(request.body) ? toResponse(refuse(400, 'BadRequest')) : parts(request),
    );
    const outcomes = await graph.calendars.write(ROOM, creates(20), LATER);
    expect(outcomes.map(({ kind }, index) => kind === (index === 12 ? 'rejected' : 'written'))).not.toContain(false);
    expect(graph.metrics().requests).toBeLessThanOrEqual(12);
  });

  test.each([
    [500, 'unknown'],
    [503, 'unknown'],
    [504, 'unknown'],
    [401, 'access-denied'],
    [403, 'access-denied'],
  ])('with %s is %s for every part', async (status, kind) => {
    const { graph } = createTestGraph(async () => toResponse({ status }));
    const outcomes = await graph.calendars.write(ROOM, creates(20), LATER);
    expect(new Set(outcomes.map((outcome) => outcome.kind))).toEqual(new Set([kind]));
  });

  test('with 429 is sent again as a whole: nothing of it was carried out', async () => {
    const { transport } = scriptGraph(() => created('x'));
    let count = 0;
    const { graph, clock } = createTestGraph(async (request) => {
      count += 1;
      return count === 1 ? toResponse({ status: 429, headers: { 'retry-after': '5' } }) : transport(request);
    });
    const outcomes = await graph.calendars.write(ROOM, creates(20), LATER);
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['written']));
    expect([count, clock.now() - NOON]).toEqual([2, 5_000]);
  });
});

describe('a token that cannot be had', () => {
  const attempt = async (error: Error) => {
    const { transport, requests } = scriptGraph(() => created('x'));
    const { createGraph } = await import('../../../src/graph/graph.ts');
    const { clock, log } = createTestGraph(transport);
    const credential = { getToken: () => Promise.reject(error) };
    const settings = { credential: { kind: 'missing', settings: [] }, cloud: 'global', baseUrl: null } as const;
    const graph = createGraph(settings, { clock, ids: { uuid: () => 'u' }, log, transport, credential });
    const outcomes = await graph.calendars.write(ROOM, creates(50), LATER);
    expect(requests).toHaveLength(0);
    return new Set(outcomes.map(({ kind }) => kind));
  };

  test('S115: because sign-in is refused means access denied, and nothing was sent', async () => {
    const refused = Object.assign(new Error('AADSTS7000215: Invalid'), {
      name: 'AuthenticationError',
      statusCode: 401,
    });
    expect(await attempt(refused)).toEqual(new Set(['access-denied']));
  });

  test('because the sign-in service is down means nothing was carried out', async () => {
    expect(await attempt(new Error('ENOTFOUND'))).toEqual(new Set(['throttled']));
  });
});

test('costs well under 0.3 ms of processor time per write', async () => {
  const responses = Array.from({ length: 20 }, (_, id) => ({ id: String(id), status: 201, body: wireEvent(`e${id}`) }));
  const answer = toResponse({ status: 200, body: { responses } });
  const { graph } = createTestGraph(async () => answer);
  await graph.calendars.write(ROOM, creates(1_000), LATER);
  const before = process.cpuUsage();
  await graph.calendars.write(ROOM, creates(4_000), LATER);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000 / 4_000).toBeLessThan(0.3);
});
