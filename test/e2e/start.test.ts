import { run, runWith, serve, temporaryFolder } from './support.ts';

jest.setTimeout(30_000);

describe('npm start', () => {
  test('a newcomer looks around, pushes to Outlook, stops, and finds everything again', async () => {
    const folder = temporaryFolder();
    const first = await serve(folder, '--no-timers');
    for (const path of [
      '/health',
      '/sync/stats',
      '/sync/status',
      '/sync/pending-items',
      '/dashboard',
      '/sandbox',
      '/openapi.json',
    ]) {
      expect([path, (await first.call(`GET ${path}`)).status]).toEqual([path, 200]);
    }
    expect((await first.call('GET /nowhere')).status).toBe(404);
    expect((await first.call('POST /sync/to-outlook?limit=0')).json).toMatchObject({ success: false, field: 'limit' });

    const { created } = (await first.call('POST /sync/populate-mapping')).json;
    const pending = (await first.call('GET /sync/pending-items')).json.total;
    expect(created).toBeGreaterThan(pending);
    expect((await first.call('POST /sync/to-outlook?limit=1000')).json.results).toMatchObject({
      created: pending,
      errors: 0,
    });
    expect((await first.call('GET /sync/status')).json.statistics.summary).toMatchObject({
      pending: 0,
      synced: pending,
    });
    const roomsBefore = (await first.call('GET /sandbox/rooms')).json.rooms;

    const taken = await run(temporaryFolder(), '--port', String(first.port));
    expect([taken.code, taken.err]).toEqual([1, expect.stringContaining(`Port ${first.port} is taken`)]);
    const twice = await run(folder, '--port', '0');
    expect([twice.code, twice.err]).toEqual([1, expect.stringContaining('Another sandbox is running')]);
    expect(await first.stop()).toBe(0);

    const second = await serve(folder);
    expect((await second.call('GET /sandbox/rooms')).json.rooms).toEqual(roomsBefore);
    expect((await second.call('POST /sync/to-outlook')).json.results).toMatchObject({ processed: 0 });
    expect(await second.stop()).toBe(0);

    const fresh = await serve(folder, '--fresh', '--no-timers');
    expect((await fresh.call('GET /sync/stats')).json.statistics.total_mappings).toBe(0);
    expect(await fresh.stop()).toBe(0);
  });
});

describe('npm start -- --once --frozen', () => {
  test('prints the same computed numbers each time, as one JSON object', async () => {
    const runs = await Promise.all([1, 2].map(() => run(temporaryFolder(), '--once', '--frozen', '--json')));
    const [one, two] = runs.map(({ code, out, err }) => {
      expect([code, err, out.trim().split('\n').length]).toEqual([0, '', 1]);
      const { duration_ms, ...summary } = JSON.parse(out);
      expect(duration_ms).toBeGreaterThan(0);
      return summary;
    });
    expect(two).toEqual(one);
    expect(one).toMatchObject({
      ok: true,
      now: '2027-03-01T07:00:00.000Z',
      mappings: { total: 147, pending: 0, synced: 119, conflict: 26, error: 2, imported: 0 },
      conflicts: { suppressed: 25, overlap: 1, edited: 0 },
      new_events: 13,
      linked_imports: 14,
      second_cycle: { operations: 0 },
      mails: 0,
    });
    expect(one.steps[0].mappings).toMatchObject({ pending: 105, conflict: 25, error: 2 });
    const pushes = one.steps.filter(({ step }: { step: string }) => step === 'to-outlook');
    expect(pushes.map(({ answered }: { answered: { processed: number } }) => answered.processed)).toEqual([
      50, 50, 5, 0, 0,
    ]);
    expect(one.graph_requests).toBeGreaterThan(0);
    expect(one.sql_statements).toBeGreaterThan(0);
  });

  test('pack A alone is the booking side alone', async () => {
    const { code, out } = await run(temporaryFolder(), '--once', '--frozen', '--json', '--packs', 'A');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      mappings: { total: 132, synced: 105, conflict: 25, error: 2 },
      new_events: 0,
      second_cycle: { operations: 0 },
    });
  });

  test('LOG_LEVEL=debug shows each request to Graph', async () => {
    const quiet = await run(temporaryFolder(), '--once', '--frozen', '--packs', 'A');
    const loud = await runWith({ LOG_LEVEL: 'debug' }, temporaryFolder(), '--once', '--frozen', '--packs', 'A');
    expect([quiet.code, loud.code]).toEqual([0, 0]);
    expect(quiet.out).not.toContain('graph request');
    expect(loud.out).toContain('graph request');
  });

  test('prints a table for people, without colours into a pipe', async () => {
    const { code, out } = await run(temporaryFolder(), '--once', '--frozen', '--policy', 'overlap', '--packs', 'A');
    expect(code).toBe(0);
    expect(out).toContain('132 mappings: 77 synced, 2 error, 53 conflict');
    expect(out).toContain('The second cycle found nothing to do.');
    expect(out).not.toContain(String.fromCharCode(27));
  });
});

test('help and mistakes are answered at once; live mode names every setting it lacks', async () => {
  const folder = temporaryFolder();
  const runs = [run(folder, '--help'), run(folder, '--policy', 'some'), run(folder, '--live')];
  const [help, mistake, live] = await Promise.all(runs);
  expect(help).toMatchObject({ code: 0, err: '', out: expect.stringContaining('--window-days') });
  expect(mistake).toMatchObject({ code: 1, out: '', err: expect.stringContaining('--policy must be one of') });
  expect(live).toMatchObject({ code: 1, out: '' });
  const settings = ['SQL_SERVER', 'GRAPH_TENANT_ID', 'GRAPH_CLIENT_ID', 'GRAPH_CLIENT_SECRET'];
  for (const named of [...settings, 'local.settings.json']) expect(live?.err).toContain(named);
});
