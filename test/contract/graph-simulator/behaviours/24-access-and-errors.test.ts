import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { codeOf, createTenant, PLAIN, plainEvent, ROOM, ROOM_B, VIEW } from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Access, errors and lost answers');
const EVENTS = `/users/${ROOM}/calendar/events`;

documented(
  {
    id: 'access-01',
    behaviour: 'Without a bearer token, or with one that is not known: 401 InvalidAuthenticationToken',
    source: '11, C:concepts/errors.md',
    standing: 'confirmed',
  },
  async () => {
    const { get } = createTenant({ settings: { ...PLAIN, tokens: { good: 'app' } } });
    for (const authorization of ['', 'Basic x', 'Bearer bad']) {
      const reply = await get(VIEW, { authorization });
      expect([reply.status, codeOf(reply)]).toEqual([401, 'InvalidAuthenticationToken']);
    }
    expect((await get(VIEW, { authorization: 'Bearer good' })).status).toBe(200);
  },
);

documented(
  {
    id: 'access-02',
    behaviour: 'A mailbox outside the app’s policy: 403 ErrorAccessDenied "Access to OData is disabled"; others go on',
    source: '9, C:concepts/auth-limit-mailbox-access.md',
    standing: 'confirmed',
  },
  async () => {
    const { get, simulator } = createTenant();
    simulator.setHealth(ROOM, 'access-denied');
    const reply = await get(VIEW);
    expect([reply.status, codeOf(reply)]).toEqual([403, 'ErrorAccessDenied']);
    expect(reply.json.error.message).toContain('Access to OData is disabled');
    expect((await get(VIEW.replace(ROOM, ROOM_B))).status).toBe(200);
    simulator.setHealth(ROOM, 'ok');
    expect((await get(VIEW)).status).toBe(200);
  },
);

documented(
  {
    id: 'access-03',
    behaviour: 'An unknown user: 404 ErrorInvalidUser',
    source: '11, C:concepts/errors.md, FIELD-1, FIELD-2',
    standing: 'field report',
  },
  async () => {
    const reply = await createTenant().get('/users/nobody@fjordvik.example/events');
    expect([reply.status, codeOf(reply)]).toEqual([404, 'ErrorInvalidUser']);
  },
);

documented(
  {
    id: 'access-04',
    behaviour:
      'Mailboxes without licence, gone or on-premises: 404 MailboxNotEnabledForRESTAPI, ErrorNonExistentMailbox, Request_ResourceNotFound; extensionError; 507 when full',
    source: '11, C:concepts/errors.md, FIELD-1, FIELD-2',
    standing: 'field report',
  },
  async () => {
    const { get, simulator } = createTenant();
    const expected = {
      MailboxNotEnabledForRESTAPI: 404,
      ErrorNonExistentMailbox: 404,
      Request_ResourceNotFound: 404,
      extensionError: 403,
      ErrorQuotaExceeded: 507,
    } as const;
    for (const [health, status] of Object.entries(expected)) {
      simulator.setHealth(ROOM, health as keyof typeof expected);
      const reply = await get(VIEW);
      expect([reply.status, codeOf(reply)]).toEqual([status, health]);
    }
  },
);

documented(
  {
    id: 'error-01',
    behaviour:
      'Errors are { error: { code, message, innerError: { date, request-id, client-request-id } } }; innerError is also spelled innererror',
    source: '11, C:concepts/errors.md',
    standing: 'confirmed',
  },
  async () => {
    const { get } = createTenant();
    const spellings = new Set<string>();
    for (let n = 0; n < 2; n++) {
      const { json, headers } = await get(`/users/${ROOM}/events/bad`, { 'client-request-id': 'mine' });
      const name = 'innerError' in json.error ? 'innerError' : 'innererror';
      spellings.add(name);
      expect(json.error[name]).toMatchObject({ 'request-id': headers['request-id'], 'client-request-id': 'mine' });
    }
    expect([...spellings].sort()).toEqual(['innerError', 'innererror']);
  },
);

documented(
  {
    id: 'error-02',
    behaviour: 'Every answer has a request-id of its own and returns the client-request-id',
    source: '0; general practice',
    standing: 'unconfirmed',
  },
  async () => {
    const { get } = createTenant();
    const [one, two] = [await get(VIEW, { 'client-request-id': 'mine' }), await get(VIEW)];
    expect(one.headers['client-request-id']).toBe('mine');
    expect(one.headers['request-id']).not.toBe(two.headers['request-id']);
  },
);

documented(
  {
    id: 'error-03',
    behaviour: 'An unknown path answers 400 "Resource not found for the segment", an unknown method 405',
    source: '11, 12, #js/1178, #js/1998',
    standing: 'field report',
  },
  async () => {
    const { get, send } = createTenant();
    const reply = await get('/wonders');
    expect([reply.status, reply.json.error.message]).toEqual([400, "Resource not found for the segment 'wonders'."]);
    expect((await send('PUT', EVENTS, {})).status).toBe(405);
  },
);

documented(
  {
    id: 'error-04',
    behaviour: 'Injected errors come with their Retry-After; gateways answer HTML or nothing at all',
    source: '6, 11, L:throttling, C:concepts/errors.md',
    standing: 'confirmed',
  },
  async () => {
    const { get, simulator } = createTenant();
    simulator.faults.add({ fault: { status: 503, code: 'serviceNotAvailable', retryAfter: 12 } });
    const plain = await get(VIEW);
    expect([plain.status, codeOf(plain), plain.headers['retry-after']]).toEqual([503, 'serviceNotAvailable', '12']);
    simulator.faults.add({ fault: { status: 502, code: 'BadGateway', body: 'html' } });
    const html = await get(VIEW);
    expect([html.status, html.headers['content-type']]).toEqual([502, 'text/html']);
    simulator.faults.add({ fault: { status: 503, code: 'x', body: 'empty' } });
    expect(await get(VIEW)).toMatchObject({ status: 503, text: undefined });
    expect((await get(VIEW)).status).toBe(200);
  },
);

documented(
  {
    id: 'error-05',
    behaviour: '412 ErrorIrresolvableConflict also comes out of the blue, without If-Match, even on GETs (injected)',
    source: '1.3, learn Q&A 271870, #analogdotnow/Analog/475',
    standing: 'field report',
  },
  async () => {
    const { get, simulator } = createTenant();
    simulator.faults.add({
      match: { kind: 'calendar-view' },
      fault: { status: 412, code: 'ErrorIrresolvableConflict' },
    });
    expect([(await get(VIEW)).status, (await get(VIEW)).status]).toEqual([412, 200]);
  },
);

documented(
  {
    id: 'lost-01',
    behaviour: 'A create whose answer is lost has happened all the same: dropped, reset, or 504 afterwards',
    source: '6, 13.17, #odoo/odoo/229646, #rlrghb/olkcli/75',
    standing: 'field report',
  },
  async () => {
    for (const fault of ['drop-after', 'reset', '504-after'] as const) {
      const { post, get, simulator } = createTenant();
      simulator.faults.add({ match: { kind: 'create-event' }, fault });
      const outcome = await post(EVENTS, plainEvent({ transactionId: 'token' })).then(
        (reply) => reply.status,
        (error: Error) => error.message,
      );
      expect(outcome).toBe(fault === '504-after' ? 504 : 'fetch failed');
      expect((await get(VIEW)).json.value).toHaveLength(1);
      expect((await post(EVENTS, plainEvent({ transactionId: 'token' }))).status).toBe(201);
      expect((await get(VIEW)).json.value).toHaveLength(1);
    }
  },
);

documented(
  {
    id: 'lost-02',
    behaviour: 'A request that never arrived has no effect, though the client sees the same',
    source: '6, 12 (#js/330)',
    standing: 'field report',
  },
  async () => {
    for (const fault of ['drop-before', 'reset-before'] as const) {
      const { post, get, simulator } = createTenant();
      simulator.faults.add({ match: { kind: 'create-event' }, fault });
      await expect(post(EVENTS, plainEvent())).rejects.toThrow('fetch failed');
      expect((await get(VIEW)).json.value).toEqual([]);
    }
  },
);

documented(
  {
    id: 'lost-03',
    behaviour: 'A page can break off in the middle of its JSON (cut)',
    source: '11; network practice',
    standing: 'unconfirmed',
  },
  async () => {
    const { create, simulator } = createTenant();
    await create();
    simulator.faults.add({ match: { kind: 'calendar-view' }, fault: 'cut' });
    const headers = { authorization: 'Bearer t' };
    const { status, body } = await simulator.handle({ method: 'GET', url: VIEW, headers });
    expect(status).toBe(200);
    expect(() => JSON.parse(body ?? '')).toThrow();
  },
);

documented(
  {
    id: 'lost-04',
    behaviour:
      'The answer to a whole batch can be lost after its parts were done; a part that times out inside is 504 there',
    source: '5, 6',
    standing: 'unconfirmed',
  },
  async () => {
    const { batch, get, simulator } = createTenant();
    const headers = { 'Content-Type': 'application/json' };
    const part = { id: '1', method: 'POST', url: EVENTS, headers, body: plainEvent() };
    simulator.faults.add({ match: { kind: 'batch' }, fault: 'reset' });
    await expect(batch([part])).rejects.toThrow('fetch failed');
    simulator.faults.add({ match: { kind: 'create-event', part: true }, fault: 'drop-after' });
    expect((await batch([part])).json.responses).toMatchObject([{ id: '1', status: 504 }]);
    expect((await get(VIEW)).json.value).toHaveLength(2);
    expect(simulator.metrics.faults).toEqual({ reset: 1, 'drop-after': 1 });
  },
);
