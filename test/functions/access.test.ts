import { openedOnce } from '../support/lifetimes.ts';
import { openFunctionWorld, ROUTES } from './support/function-world.ts';

const KEY = 'correct-horse-battery';
const lineOf = ({ method, route }: (typeof ROUTES)[number]) =>
  `${method} /${route.replace('{reservationType}', 'event').replace(/\{\w+\}/g, '1002')}`;
const guarded = ROUTES.filter(({ endpoint }) => endpoint.access === 'key').map(lineOf);
const open = ROUTES.filter(({ endpoint }) => endpoint.access === 'open').map(lineOf);

describe('S25: with a configured key', () => {
  const world = openedOnce(() => openFunctionWorld({ settings: { API_KEY: KEY }, empty: true }));

  test.each(guarded)('%s asks for it, before it looks at anything else', async (line) => {
    for (const headers of [{}, { 'x-api-key': 'wrong' }, { api_key: `${KEY}x` }]) {
      const reply = await world.call(line, { headers, ...(line.startsWith('GET') ? {} : { body: '{"broken' }) });
      expect(reply.status).toBe(401);
      expect(reply.body).toEqual({
        success: false,
        error: 'A valid key is needed in the X-API-Key header.',
        code: 'unauthorized',
      });
    }
    expect(await world.run('SELECT * FROM bridge_runs')).toEqual([]);
  });

  test.each(guarded)('%s takes it under both names', async (line) => {
    for (const name of ['X-API-Key', 'api_key']) {
      const reply = await world.call(line, { headers: { [name]: KEY } });
      expect(reply.status).not.toBe(401);
    }
  });

  test.each(open)('%s is open all the same', async (line) => {
    expect((await world.call(line)).status).toBe(200);
  });
});

describe('S25: without a configured key', () => {
  const world = openedOnce(() => openFunctionWorld({ empty: true }));

  test.each([...guarded, ...open])('%s works without a header', async (line) => {
    // 400: a call that needs a body gets none here.
    expect([200, 400, 404, 409]).toContain((await world.call(line)).status);
  });
});

describe('S23: while Graph is not set up', () => {
  const world = openedOnce(() =>
    openFunctionWorld({ settings: { GRAPH_CREDENTIAL: '', GRAPH_CLIENT_ID: 'c', GRAPH_TENANT_ID: 't' } }),
  );

  test.each([
    'POST /sync/to-outlook',
    'POST /sync/item/event/1002/103',
    'POST /bridges/sync-deletions',
    'POST /cancel/booking/event/1002/103',
  ])('%s answers 503 with the name of the setting and writes nothing', async (line) => {
    const { status, body } = await world.call(line);
    expect({ status, ...body }).toMatchObject({
      status: 503,
      success: false,
      code: 'misconfigured',
      field: 'GRAPH_CLIENT_SECRET',
      error: expect.stringContaining('GRAPH_CLIENT_SECRET is not set'),
    });
    expect(await world.run('SELECT * FROM bridge_mappings')).toEqual([]);
    expect(await world.run('SELECT * FROM bridge_runs')).toEqual([]);
  });

  test('what needs no Graph works', async () => {
    expect((await world.call('POST /sync/populate-mapping')).body.created).toBe(132);
  });
});
