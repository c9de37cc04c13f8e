import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { createTenant, eventUrl, PLAIN, plainEvent, ROOM, ROOM_B, START } from '../../../support/graph-tenant.ts';

const documented = behavioursOf('JSON batching');
const headers = { 'Content-Type': 'application/json', Prefer: 'IdType="ImmutableId"' };
const creates = (count: number, room = ROOM, more: (n: number) => object = () => ({})) =>
  Array.from({ length: count }, (_, n) => ({
    id: String(n + 1),
    method: 'POST',
    url: `/users/${room}/calendar/events`,
    headers,
    body: plainEvent({ subject: String(n + 1) }),
    ...more(n),
  }));

documented(
  {
    id: 'batch-01',
    behaviour: 'The outer status is 200 even when parts failed; each part has its own status, headers and body',
    source: '5, C:json-batching.md, #mg-docs-c/8883',
    standing: 'confirmed',
  },
  async () => {
    const { batch } = createTenant();
    const [good] = creates(1);
    const { status, json } = await batch([good, { id: 'b', method: 'GET', url: `/users/${ROOM}/events/rubbish` }]);
    expect(status).toBe(200);
    expect(json.responses.map((each) => [each.id, each.status])).toEqual([
      ['1', 201],
      ['b', 400],
    ]);
    expect(json.responses[0]?.headers['Content-Type']).toBe('application/json');
    expect(json.responses[0]?.body.subject).toBe('1');
  },
);

documented(
  {
    id: 'batch-02',
    behaviour: 'Responses come in any order',
    source: '5, C:json-batching.md',
    standing: 'confirmed',
  },
  async () => {
    const { batch } = createTenant({ settings: { ...PLAIN, batch: { shuffleResponses: true } } });
    const ids = (await batch(creates(20))).json.responses.map((each) => Number(each.id));
    expect(ids).not.toEqual([...ids].sort((a, b) => a - b));
    expect(new Set(ids).size).toBe(20);
  },
);

documented(
  {
    id: 'batch-03',
    behaviour:
      'Malformed batches answer 400: more than 20 parts, none, the same id twice in whatever case, no id, an absolute url',
    source: '5, C:concepts/json-batching.md (2025-02)',
    standing: 'confirmed',
  },
  async () => {
    const { batch, get } = createTenant();
    const [part] = creates(1);
    for (const requests of [
      creates(21),
      [],
      [
        { ...part, id: 'a' },
        { ...part, id: 'A' },
      ],
      [{ ...part, id: undefined }],
      [{ ...part, url: `https://graph.microsoft.com/v1.0/users/${ROOM}/events` }],
    ]) {
      expect((await batch(requests)).status).toBe(400);
    }
    expect((await get(`/users/${ROOM}/events`)).json.value).toEqual([]);
  },
);

documented(
  {
    id: 'batch-04',
    behaviour: 'A part with a body needs a Content-Type header',
    source: '5, C:concepts/json-batching.md; that the whole batch is refused is a guess',
    standing: 'unconfirmed',
  },
  async () => {
    const [part] = creates(1);
    expect((await createTenant().batch([{ ...part, headers: {} }])).status).toBe(400);
  },
);

documented(
  {
    id: 'batch-05',
    behaviour:
      'url is relative without version: a part on /v1.0/… answers 400 "Resource not found for the segment \'v1.0\'"',
    source: '5, 12, #js/1178, #js/1998',
    standing: 'field report',
  },
  async () => {
    const { json } = await createTenant().batch([{ id: '1', method: 'GET', url: `/v1.0/users/${ROOM}/events` }]);
    expect(json.responses[0]).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining("'v1.0'") } },
    });
  },
);

documented(
  {
    id: 'batch-06',
    behaviour: 'Of an unordered batch at most four parts are forwarded at a time, whatever the mailboxes',
    source: '5, L:throttling-limits (2026-02)',
    standing: 'confirmed',
  },
  async () => {
    const { batch, clock, simulator } = createTenant({ settings: { ...PLAIN, latency: 100 } });
    const parts = [...creates(10), ...creates(10, ROOM_B, (n) => ({ id: `b${n}` }))];
    const { json } = await batch(parts);
    expect(json.responses.every((each) => each.status === 201)).toBe(true);
    expect(clock.now() - START).toBe(500);
    expect(simulator.metrics.peakConcurrency).toBe(4);
  },
);

documented(
  {
    id: 'batch-07',
    behaviour: 'A dependsOn chain is forwarded one at a time, in its order; after a failure the rest answer 424',
    source: '5, C:concepts/json-batching.md',
    standing: 'confirmed',
  },
  async () => {
    const { batch, clock } = createTenant({ settings: { ...PLAIN, latency: 100 } });
    const chain = creates(4, ROOM, (n) => (n === 0 ? {} : { dependsOn: [String(n)] }));
    Object.assign(chain[1] as object, { url: `/users/${ROOM}/calendar/nothing` });
    const statuses = (await batch(chain)).json.responses.map((each) => each.status);
    expect(statuses[0]).toBe(201);
    expect(statuses[1]).toBeGreaterThanOrEqual(400);
    expect(statuses.slice(2)).toEqual([424, 424]);
    expect(clock.now()).toBeGreaterThan(START);
  },
);

documented(
  {
    id: 'batch-08',
    behaviour: 'Parts are throttled on their own: 429 with Retry-After inside a 200, the others done',
    source: '5, C:json-batching.md, #mg-docs/8760',
    standing: 'confirmed',
  },
  async () => {
    const { batch, simulator } = createTenant({ settings: { ...PLAIN, latency: 100 } });
    const [one, two] = await Promise.all([batch(creates(20)), batch(creates(20, ROOM, (n) => ({ id: `b${n}` })))]);
    const all = [...one.json.responses, ...two.json.responses];
    const throttled = all.filter((each) => each.status === 429);
    expect(throttled.length).toBeGreaterThan(0);
    expect(throttled[0]).toMatchObject({
      headers: { 'Retry-After': '7', 'Content-Type': 'application/json' },
      body: { error: { code: 'ApplicationThrottled' } },
    });
    expect(all.filter((each) => each.status === 201)).toHaveLength(40 - throttled.length);
    expect(simulator.metrics.throttled).toBe(throttled.length);
  },
);

documented(
  {
    id: 'batch-09',
    behaviour: 'Each part counts as a request of its mailbox: a batch saves round trips, not quota',
    source: '5, L:throttling-limits',
    standing: 'confirmed',
  },
  async () => {
    const { batch, simulator } = createTenant();
    await batch(creates(20));
    expect(simulator.metrics).toMatchObject({ requests: 1, batches: 1, parts: 20, operations: { 'create-event': 20 } });
    expect(simulator.metrics.operationsByMailbox.get(simulator.mailbox(ROOM).id)).toBe(20);
  },
);

documented(
  {
    id: 'batch-10',
    behaviour: 'A part without content answers a status and no body; by setting header names inside vary in case',
    source: '5, 12, JS-run',
    standing: 'field report',
  },
  async () => {
    const { batch, create } = createTenant({
      settings: { ...PLAIN, batch: { headerCasing: 'mixed', shuffleResponses: false } },
    });
    const { id } = await create();
    const remove = { id: '0', method: 'DELETE', url: eventUrl(id), headers: { Prefer: 'IdType="ImmutableId"' } };
    const { responses } = (await batch([remove, ...creates(19)])).json;
    expect(responses[0]).toEqual({ id: '0', status: 204, headers: expect.anything() });
    const names = new Set(
      responses.flatMap((each) => Object.keys(each.headers)).filter((name) => /^content-type$/i.test(name)),
    );
    expect([...names].sort()).toEqual(['Content-Type', 'content-type']);
  },
);
