import { type Answer, createTestGraph, NOON, refuse, type Script, scriptGraph } from './scripted-graph.ts';

const LATER = { deadline: NOON + 3_600_000 };
const WANTED = {
  mailboxId: '1f0e0000-0000-4000-8000-00000000aaaa',
  notificationUrl: 'https://sync.contoso.no/webhook',
  lifecycleNotificationUrl: 'https://sync.contoso.no/lifecycle',
  clientState: 'room.nonce.mac',
  expiresAt: '2027-03-07T12:00:00.000Z',
};

const wire = (id: string, fields: Record<string, unknown> = {}) => ({
  id,
  resource: `/users/${WANTED.mailboxId}/events`,
  changeType: 'created,updated,deleted',
  notificationUrl: WANTED.notificationUrl,
  lifecycleNotificationUrl: WANTED.lifecycleNotificationUrl,
  expirationDateTime: '2027-03-07T12:00:00Z',
  clientState: null,
  ...fields,
});

function setUp(script: Script) {
  const { transport, operations } = scriptGraph(script);
  const { graph } = createTestGraph(transport);
  return { subscriptions: graph.subscriptions, operations };
}

const calls = (operations: readonly { method: string; path: string }[]) =>
  operations.map(({ method, path }) => `${method} ${path}`);

test('creates one with both addresses, immutable ids and the client state', async () => {
  const { subscriptions, operations } = setUp(() => ({ status: 201, body: wire('s1') }));
  expect(await subscriptions.create(WANTED, LATER)).toEqual({
    adopted: false,
    subscription: {
      id: 's1',
      resource: `/users/${WANTED.mailboxId}/events`,
      notificationUrl: WANTED.notificationUrl,
      lifecycleNotificationUrl: WANTED.lifecycleNotificationUrl,
      expiresAt: '2027-03-07T12:00:00.000Z',
    },
  });
  expect(operations[0]?.headers['Prefer']).toContain('IdType="ImmutableId"');
  expect(operations[0]?.body).toEqual({
    changeType: 'created,updated,deleted',
    resource: `/users/${WANTED.mailboxId}/events`,
    notificationUrl: WANTED.notificationUrl,
    lifecycleNotificationUrl: WANTED.lifecycleNotificationUrl,
    expirationDateTime: '2027-03-07T12:00:00.000Z',
    clientState: 'room.nonce.mac',
    latestSupportedTlsVersion: 'v1_2',
  });
});

test('asks for no more than the longest life Graph grants', async () => {
  const { subscriptions, operations } = setUp(() => ({ status: 201, body: wire('s1') }));
  await subscriptions.create({ ...WANTED, expiresAt: '2028-01-01T00:00:00.000Z' }, LATER);
  await subscriptions.renew('s1', '2028-01-01T00:00:00.000Z', LATER);
  for (const { body } of operations) {
    expect(body).toMatchObject({ expirationDateTime: '2027-03-08T12:00:00.000Z' });
  }
});

describe('when Graph has one already (409)', () => {
  const conflict = refuse(409, 'ExtensionError');

  /** Answers the first POST with 409 and lists `existing`. */
  const withExisting = (...existing: unknown[]): Script => {
    let posts = 0;
    return ({ method }): Answer => {
      if (method === 'GET') return { status: 200, body: { value: existing } };
      if (method === 'DELETE') return { status: 204 };
      if (method === 'PATCH') return { status: 200, body: wire('old', { expirationDateTime: '2027-03-07T13:00:00Z' }) };
      posts += 1;
      return posts === 1 ? conflict : { status: 201, body: wire('new') };
    };
  };

  test('that reports to the same addresses, it is renewed and taken over', async () => {
    const other = wire('other', { resource: '/users/somebody/events' });
    const { subscriptions, operations } = setUp(
      withExisting(other, wire('old', { resource: `Users/${WANTED.mailboxId}/Events` })),
    );
    const { adopted, subscription } = await subscriptions.create(WANTED, LATER);
    expect([adopted, subscription.id, subscription.expiresAt]).toEqual([true, 'old', '2027-03-07T13:00:00.000Z']);
    expect(calls(operations)).toEqual(['POST /subscriptions', 'GET /subscriptions', 'PATCH /subscriptions/old']);
  });

  test.each([
    ['another address', { notificationUrl: 'https://old.contoso.no/webhook' }],
    ['no lifecycle address, which cannot be added later', { lifecycleNotificationUrl: null }],
  ])('that has %s, it is replaced', async (_, fields) => {
    const { subscriptions, operations } = setUp(withExisting(wire('old', fields)));
    const { adopted, subscription } = await subscriptions.create(WANTED, LATER);
    expect([adopted, subscription.id]).toEqual([false, 'new']);
    expect(calls(operations).slice(2)).toEqual(['DELETE /subscriptions/old', 'POST /subscriptions']);
  });

  test('that it does not list, the caller is told to come back', async () => {
    const { subscriptions } = setUp(({ method }) =>
      method === 'GET' ? { status: 200, body: { value: [] } } : conflict,
    );
    await expect(subscriptions.create(WANTED, LATER)).rejects.toMatchObject({ kind: 'transient' });
  });
});

test.each([
  [400, 'InvalidRequest', 'transient'],
  [403, 'Forbidden', 'rejected'],
  [403, 'Authorization_RequestDenied', 'access-denied'],
  [429, 'TooManyRequests', 'throttled'],
  [503, 'serviceNotAvailable', 'transient'],
])('a create answered %s %s is %s, and is not repeated', async (status, code, kind) => {
  const { subscriptions, operations } = setUp(() => refuse(status, code, { 'retry-after': '1' }));
  await expect(subscriptions.create(WANTED, LATER)).rejects.toMatchObject({ kind });
  expect(operations).toHaveLength(1);
});

test('lists all pages, leaving out what is not a subscription', async () => {
  const { subscriptions } = setUp(({ path }) => ({
    status: 200,
    body: path.includes('skip')
      ? { value: [wire('s2')] }
      : {
          value: [wire('s1'), { id: '' }],
          '@odata.nextLink': 'https://graph.microsoft.com/v1.0/subscriptions?$skip=1',
        },
  }));
  expect((await subscriptions.list(LATER)).map(({ id }) => id)).toEqual(['s1', 's2']);
});

test('repeats a list that was throttled', async () => {
  const { subscriptions, operations } = setUp((_, index) =>
    index === 0 ? refuse(429, 'TooManyRequests', { 'retry-after': '2' }) : { status: 200, body: { value: [] } },
  );
  expect(await subscriptions.list(LATER)).toEqual([]);
  expect(operations).toHaveLength(2);
});

test('renewing one that has expired is not-found', async () => {
  const { subscriptions } = setUp(() => refuse(404, 'ResourceNotFound'));
  await expect(subscriptions.renew('s1', WANTED.expiresAt, LATER)).rejects.toMatchObject({ kind: 'not-found' });
});

test('reauthorises without a body', async () => {
  const { subscriptions, operations } = setUp(() => ({ status: 204 }));
  await subscriptions.reauthorize('s1', LATER);
  expect(operations).toMatchObject([{ method: 'POST', path: '/subscriptions/s1/reauthorize', body: undefined }]);
});

test('removing says whether there was one', async () => {
  const { subscriptions } = setUp(({ path }) =>
    path.endsWith('gone') ? refuse(404, 'ResourceNotFound') : { status: 204 },
  );
  expect(await subscriptions.remove('s1', LATER)).toBe(true);
  expect(await subscriptions.remove('gone', LATER)).toBe(false);
});
