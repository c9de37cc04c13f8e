import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { createTenant, DELTA, eventUrl, PLAIN, type Tenant, weekly } from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Delta: pages');
const paged = (size: number) => ({ prefer: `IdType="ImmutableId", odata.maxpagesize=${size}` });

async function fill({ create }: Tenant, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push((await create({ subject: String(n) })).id);
  return ids;
}

documented(
  {
    id: 'page-01',
    behaviour: 'odata.maxpagesize sets the page size; a page has a nextLink or a deltaLink, never both',
    source: '3.2, L:delta-query-overview, #mg-docs/2839',
    standing: 'confirmed',
  },
  async () => {
    const tenant = createTenant();
    await fill(tenant, 7);
    const { pages } = await tenant.round(DELTA, paged(3));
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    const first = (await tenant.get(DELTA, paged(3))).json;
    expect([typeof first['@odata.nextLink'], first['@odata.deltaLink']]).toEqual(['string', undefined]);
  },
);

documented(
  {
    id: 'page-02',
    behaviour: 'A page may be empty and still have a nextLink',
    source: '3.2, L:delta-query-overview, #mg-docs/2839',
    standing: 'confirmed',
  },
  async () => {
    const tenant = createTenant({ settings: { ...PLAIN, delta: { ...PLAIN.delta, emptyPages: 1 } } });
    const ids = await fill(tenant, 4);
    const { pages, rows } = await tenant.round(DELTA, paged(2));
    expect(pages.slice(0, -1).some((page) => page.length === 0)).toBe(true);
    expect(rows.map((row) => row.id).sort()).toEqual(ids.sort());
  },
);

documented(
  {
    id: 'page-03',
    behaviour: 'The same id can come several times in one round',
    source: '3.2, L:delta-query-overview, #mg-docs-c/7691',
    standing: 'confirmed',
  },
  async () => {
    const tenant = createTenant({ settings: { ...PLAIN, delta: { ...PLAIN.delta, repeats: 1 } } });
    const ids = await fill(tenant, 4);
    const { rows } = await tenant.round(DELTA, paged(3));
    expect(rows).toHaveLength(8);
    expect(new Set(rows.map((row) => row.id))).toEqual(new Set(ids));
  },
);

documented(
  {
    id: 'page-04',
    behaviour: 'Rows have no order, but a series is not split over pages',
    source: '3.2, L:delta-query-overview, #mg-docs/4501 (2019)',
    standing: 'field report',
  },
  async () => {
    const tenant = createTenant({ settings: { ...PLAIN, delta: { ...PLAIN.delta, shuffle: true } } });
    const ids = await fill(tenant, 12);
    await tenant.create(weekly());
    const { pages, rows } = await tenant.round(DELTA, paged(3));
    const singles = rows.filter((row) => row.type === 'singleInstance').map((row) => row.id);
    expect(singles).not.toEqual(ids);
    expect([...singles].sort()).toEqual([...ids].sort());
    const withSeries = pages.filter((page) => page.some((row) => row.type !== 'singleInstance'));
    expect(withSeries.map((page) => page.filter((row) => row.type !== 'singleInstance').length)).toEqual([5]);
  },
);

documented(
  {
    id: 'page-05',
    behaviour:
      'What changes while a round is read comes again on its last pages, as it is then, and once more in the next round',
    source: '3.2, 13.20, #mustang-im/mustang/1399',
    standing: 'field report',
  },
  async () => {
    const tenant = createTenant();
    const [id = ''] = await fill(tenant, 6);
    const first = (await tenant.get(DELTA, paged(2))).json;
    expect(first.value[0]).toMatchObject({ id, subject: '0' });
    await tenant.patch(eventUrl(id), { subject: 'Changed meanwhile' });
    const rest = await tenant.round(first['@odata.nextLink'] ?? '', paged(2));
    expect(rest.rows.at(-1)).toMatchObject({ id, subject: 'Changed meanwhile' });
    expect((await tenant.round(rest.deltaLink)).rows).toMatchObject([{ id, subject: 'Changed meanwhile' }]);
  },
);

documented(
  {
    id: 'page-06',
    behaviour: 'A page asked for again is answered again with the same events',
    source: '3.2; replays happen',
    standing: 'unconfirmed',
  },
  async () => {
    const tenant = createTenant();
    await fill(tenant, 5);
    const next = (await tenant.get(DELTA, paged(2))).json['@odata.nextLink'] ?? '';
    const ids = async () => (await tenant.get(next, paged(2))).json.value.map((row) => row.id);
    expect(await ids()).toEqual(await ids());
  },
);

documented(
  {
    id: 'page-07',
    behaviour:
      'Links are whole URLs with opaque tokens and a normalised path; answers carry Preference-Applied: odata.track-changes',
    source: '3.2, L:event-delta, #mg-docs-c/7691',
    standing: 'confirmed',
  },
  async () => {
    const { get } = createTenant();
    const { json, headers } = await get(DELTA);
    expect(json['@odata.deltaLink']).toMatch(
      /^https:\/\/graph\.microsoft\.com\/v1\.0\/users\/[0-9a-f-]{36}\/calendar\/calendarView\/delta\?\$deltatoken=[\w-]+$/,
    );
    expect(headers['preference-applied']).toContain('odata.track-changes');
  },
);

documented(
  {
    id: 'page-08',
    behaviour: 'The form of ids follows the header of each request, not the token',
    source: '2, L:outlook-immutable-id',
    standing: 'confirmed',
  },
  async () => {
    const tenant = createTenant();
    await fill(tenant, 2);
    const first = (await tenant.get(DELTA, { prefer: 'odata.maxpagesize=1' })).json;
    const second = (await tenant.get(first['@odata.nextLink'] ?? '')).json;
    expect([first.value[0]?.id.slice(0, 4), second.value[0]?.id.slice(0, 8)]).toEqual(['AAMk', 'AAkALgAA']);
  },
);
