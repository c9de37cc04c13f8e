import { dashboardPage } from '../../src/http/dashboard/page.ts';
import { type FakePage, type FakeServer, openFakePage } from './support/fake-page.ts';
import { type FunctionWorld, openFunctionWorld } from './support/function-world.ts';

const html = String(dashboardPage().body);
let world: FunctionWorld;

afterEach(() => world.close());

/** The page in front of the real functions. */
async function open(settings: Record<string, string> = {}, language?: string): Promise<FakePage> {
  world = await openFunctionWorld({ settings });
  const serve: FakeServer = ({ method, path, headers }) => world.call(`${method} ${path}`, { headers });
  return openFakePage(html, serve, language);
}

test('S141: shows the statistics, and again every 30 s', async () => {
  const page = await open();
  expect(page.cells('status')).toEqual(expect.arrayContaining(['total', '0']));
  await world.call('POST /sync/populate-mapping');
  expect(page.interval.ms).toBe(30_000);
  await page.interval.run();
  expect(page.cells('status')).toEqual(expect.arrayContaining(['total', '132', 'pending', '105', 'conflict', '25']));
  expect(page.cells('jobs')).toEqual(expect.arrayContaining(['populate_mapping', 'ok']));
  expect(page.byId('problem').textContent).toBe('');
});

test('S142: a button calls its action, is disabled meanwhile, and the answer is shown', async () => {
  const page = await open();
  const button = page.button('/sync/to-outlook');
  const running = button.fire('click');
  expect([button.disabled, page.button('/bridges/sync-deletions').disabled]).toEqual([true, true]);
  expect(page.byId('result').textContent).toBe('Running ...');
  await running;
  expect(button.disabled).toBe(false);
  expect(JSON.parse(page.byId('result').textContent)).toMatchObject({ success: true, results: { created: 50 } });
  expect(page.cells('status')).toEqual(expect.arrayContaining(['synced', '50']));
});

test('a preview writes nothing', async () => {
  const page = await open();
  page.byId('preview').checked = true;
  await page.button('/sync/to-outlook').fire('click');
  expect(JSON.parse(page.byId('result').textContent)).toMatchObject({ dry_run: true });
  expect(await world.run('SELECT id FROM bridge_mappings')).toEqual([]);
});

test('S143: asks for the key when one is configured, and sends it from then on', async () => {
  const page = await open({ API_KEY: 'correct-horse' });
  expect(page.byId('key-form').hidden).toBe(false);
  expect(page.byId('problem').textContent).toContain('X-API-Key');
  page.byId('key').value = 'correct-horse';
  await page.byId('key-form').fire('submit');
  await page.settle();
  expect(page.byId('key-form').hidden).toBe(true);
  expect(page.requests.at(-1)?.headers).toMatchObject({ 'X-API-Key': 'correct-horse' });
  expect(page.cells('status')).toEqual(expect.arrayContaining(['total', '0']));
});

test('S143: what comes from the database is shown as text', async () => {
  const page = await open();
  await world.run(`INSERT INTO bridge_mappings (reservation_type, reservation_id, resource_id, outlook_item_id, sync_status, error_message)
    VALUES ('event', 1002, 103, 'ornen@fjordvik.example', 'error', '<script>alert(1)</script>')`);
  await page.interval.run();
  expect(page.cells('waiting')).toContain('<script>alert(1)</script>');
});

test('S145: speaks Norwegian to a Norwegian browser, and switches', async () => {
  const page = await open({}, 'nb-NO');
  expect(page.button('/sync/to-outlook').textContent).toBe('Synkroniser til Outlook');
  page.byId('language').value = 'en';
  await page.byId('language').fire('change');
  expect(page.button('/sync/to-outlook').textContent).toBe('Sync to Outlook');
});

test('says so when the service cannot be reached', async () => {
  world = await openFunctionWorld({ empty: true });
  const page = await openFakePage(html, () => Promise.reject(new Error('offline')));
  expect(page.byId('problem').textContent).toBe('The service cannot be reached');
});
