import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { at, createTenant, DELTA, eventUrl, PLAIN, ROOM } from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Delta: rounds and rows');
const summary = (rows: readonly { id: string; type: string; '@removed': unknown }[]) =>
  rows.map((row) => (row['@removed'] ? `removed ${row.id}` : `${row.type} ${row.id}`)).sort();

documented(
  {
    id: 'delta-01',
    behaviour:
      'A first round lists what overlaps the window and ends with a deltaLink; the next round lists the changes since',
    source: '3.2, L:event-delta (2025-07)',
    standing: 'confirmed',
  },
  async () => {
    const { create, patch, round } = createTenant();
    const one = await create();
    await create({ start: at('2030-01-01T10:00:00'), end: at('2030-01-01T11:00:00') });
    const first = await round(DELTA);
    expect(first.rows).toMatchObject([{ '@odata.type': '#microsoft.graph.event', id: one.id, subject: 'Korøvelse' }]);
    await patch(eventUrl(one.id), { subject: 'Renamed' });
    const two = await create();
    const next = await round(first.deltaLink);
    expect(summary(next.rows)).toEqual([`singleInstance ${one.id}`, `singleInstance ${two.id}`].sort());
    expect((await round(next.deltaLink)).rows).toEqual([]);
  },
);

documented(
  {
    id: 'delta-02',
    behaviour: 'A tombstone carries only @odata.type, id and @removed',
    source: '3.2, L:delta-query-events',
    standing: 'confirmed',
  },
  async () => {
    const { create, delete: remove, round } = createTenant();
    const { id } = await create();
    const { deltaLink } = await round(DELTA);
    await remove(eventUrl(id));
    expect((await round(deltaLink)).rows).toEqual([
      { '@odata.type': '#microsoft.graph.event', id, '@removed': { reason: 'deleted' } },
    ]);
  },
);

documented(
  {
    id: 'delta-03',
    behaviour: 'A first round never lists earlier deletions',
    source: '3.2, #mg-docs/11728, L:delta-query-overview',
    standing: 'confirmed',
  },
  async () => {
    const { create, delete: remove, round } = createTenant();
    await remove(eventUrl((await create()).id));
    expect((await round(DELTA)).rows).toEqual([]);
  },
);

documented(
  {
    id: 'delta-04',
    behaviour: 'An event that merely left the window is a tombstone, though it still exists',
    source: '3.2, L:event-delta, #mg-docs/6599',
    standing: 'confirmed',
  },
  async () => {
    const { create, patch, get, round } = createTenant();
    const { id } = await create();
    const { deltaLink } = await round(DELTA);
    await patch(eventUrl(id), { start: at('2030-01-01T10:00:00'), end: at('2030-01-01T11:00:00') });
    expect(summary((await round(deltaLink)).rows)).toEqual([`removed ${id}`]);
    expect((await get(eventUrl(id))).status).toBe(200);
  },
);

documented(
  {
    id: 'delta-05',
    behaviour: 'Tombstones come for events added, changed or deleted outside the window, too',
    source: '3.2, L:event-delta, #mg-docs/6599',
    standing: 'confirmed',
  },
  async () => {
    const { create, patch, delete: remove, round } = createTenant();
    const far = { start: at('2030-01-01T10:00:00'), end: at('2030-01-01T11:00:00') };
    const changed = await create(far);
    const deleted = await create(far);
    const { deltaLink } = await round(DELTA);
    const added = await create(far);
    await patch(eventUrl(changed.id), { subject: 'Renamed' });
    await remove(eventUrl(deleted.id));
    expect(summary((await round(deltaLink)).rows)).toEqual(
      [added, changed, deleted].map((each) => `removed ${each.id}`).sort(),
    );
  },
);

documented(
  {
    id: 'delta-06',
    behaviour: 'An event that moves into the window comes as a full row',
    source: '3.2, L:event-delta (2025-07); that the row is full is a guess',
    standing: 'unconfirmed',
  },
  async () => {
    const { create, patch, round } = createTenant();
    const { id } = await create({ start: at('2030-01-01T10:00:00'), end: at('2030-01-01T11:00:00') });
    const { deltaLink } = await round(DELTA);
    await patch(eventUrl(id), { start: at('2027-05-01T10:00:00'), end: at('2027-05-01T11:00:00') });
    expect((await round(deltaLink)).rows).toMatchObject([{ id, subject: 'Korøvelse' }]);
  },
);

documented(
  {
    id: 'delta-13',
    behaviour: 'Delta also works on a named calendar and reports an event moved away from it as removed',
    source: '3.2, C:event-delta.md (beta), #mg-docs/7632',
    standing: 'field report',
  },
  async () => {
    const { create, simulator, round } = createTenant();
    const { id } = await create();
    const own = await round(DELTA);
    simulator.actors.moveToCalendar(ROOM, id, 'archive');
    expect(summary((await round(own.deltaLink)).rows)).toEqual([`removed ${id}`]);
    const other = DELTA.replace('/calendarView', '/calendars/archive/calendarView');
    expect(summary((await round(other)).rows)).toEqual([`singleInstance ${id}`]);
  },
);

documented(
  {
    id: 'delta-14',
    behaviour:
      'An event moved to another calendar and back between two rounds is reported removed and never added again',
    source: '2, #mg-docs-c/72, #mg-docs/21752 (mail folders)',
    standing: 'unconfirmed',
  },
  async () => {
    const { create, simulator, round } = createTenant();
    const { id } = await create();
    const { deltaLink } = await round(DELTA);
    simulator.actors.moveToCalendar(ROOM, id, 'archive');
    simulator.actors.moveToCalendar(ROOM, id, 'default');
    const next = await round(deltaLink);
    expect(summary(next.rows)).toEqual([`removed ${id}`]);
    expect((await round(next.deltaLink)).rows).toEqual([]);
  },
);

documented(
  {
    id: 'delta-15',
    behaviour: 'Changes may surface late (setting lag): then a round shows nothing yet, and a later one shows them',
    source: '3.2, L:delta-query-overview',
    standing: 'confirmed',
  },
  async () => {
    const { create, clock, round } = createTenant({ settings: { ...PLAIN, delta: { ...PLAIN.delta, lag: 60_000 } } });
    const { deltaLink } = await round(DELTA);
    const { id } = await create();
    const early = await round(deltaLink);
    expect(early.rows).toEqual([]);
    clock.advanceTo(clock.now() + 61_000);
    expect(summary((await round(early.deltaLink)).rows)).toEqual([`singleInstance ${id}`]);
  },
);
