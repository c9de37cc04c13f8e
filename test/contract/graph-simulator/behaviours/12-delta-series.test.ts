import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { at, createTenant, DELTA, eventUrl, PLAIN, weekly } from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Delta: series');
documented(
  {
    id: 'delta-07',
    behaviour: 'A master comes with full properties and the start of its first occurrence; occurrences have seven keys',
    source: '3.2, #mg-docs/7632, #mg-docs-c/34, #mg-docs/22197, #keeper/409',
    standing: 'field report',
  },
  async () => {
    const { create, round } = createTenant();
    const master = await create(weekly());
    const { rows } = await round(DELTA);
    expect(rows.filter((row) => row.type === 'seriesMaster')).toMatchObject([
      { id: master.id, subject: 'Morgenmøte', start: master.start },
    ]);
    const thin = rows.filter((row) => row.type === 'occurrence');
    expect(thin).toHaveLength(4);
    const keys = ['@odata.etag', '@odata.type', 'end', 'id', 'seriesMasterId', 'start', 'type'];
    for (const row of thin) expect(Object.keys(row).sort()).toEqual(keys);
  },
);

documented(
  {
    id: 'delta-08',
    behaviour: 'Only occurrences inside the window are listed, under a master that may have begun long before it',
    source: '3.2, 13.25, #keeper/409',
    standing: 'field report',
  },
  async () => {
    const { create, round } = createTenant();
    const long = { type: 'numbered', startDate: '2027-01-05', numberOfOccurrences: 12 };
    const recurrence = { pattern: { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'] }, range: long };
    await create(weekly({ start: at('2027-01-05T08:30:00'), end: at('2027-01-05T09:00:00'), recurrence }));
    const { rows } = await round(DELTA);
    const dates = rows.map((row) => `${row.type} ${row.start.dateTime.slice(0, 10)}`).sort();
    expect(dates).toEqual([
      ...['occurrence 2027-03-02', 'occurrence 2027-03-09', 'occurrence 2027-03-16', 'occurrence 2027-03-23'],
      'seriesMaster 2027-01-05',
    ]);
  },
);

documented(
  {
    id: 'delta-09',
    behaviour: 'A changed occurrence comes as a full exception row',
    source: '3.2, #mg-docs/7632',
    standing: 'field report',
  },
  async () => {
    const { create, patch, round } = createTenant();
    await create(weekly());
    const first = await round(DELTA);
    const occurrence = first.rows.find((row) => row.type === 'occurrence')?.id ?? '';
    await patch(eventUrl(occurrence), { subject: 'Changed' });
    expect((await round(first.deltaLink)).rows).toMatchObject([
      { id: occurrence, type: 'exception', subject: 'Changed' },
    ]);
  },
);

documented(
  {
    id: 'delta-10',
    behaviour: 'Deleting one occurrence produces no row; by setting the master is at best sent again',
    source: '3.2, #mg-docs/4501, #mg-docs/2963, #mg-docs-c/7345',
    standing: 'field report',
  },
  async () => {
    for (const masterAfterOccurrenceDelete of [false, true]) {
      const {
        create,
        delete: remove,
        round,
      } = createTenant({
        settings: { ...PLAIN, delta: { ...PLAIN.delta, masterAfterOccurrenceDelete } },
      });
      const master = await create(weekly());
      const first = await round(DELTA);
      const occurrence = first.rows.find((row) => row.type === 'occurrence')?.id ?? '';
      await remove(eventUrl(occurrence));
      const { rows } = await round(first.deltaLink);
      expect(rows.map((row) => row.id)).not.toContain(occurrence);
      expect(rows.some((row) => row.id === master.id)).toBe(masterAfterOccurrenceDelete);
      expect(rows.length).toBe(masterAfterOccurrenceDelete ? 4 : 0);
    }
  },
);

documented(
  {
    id: 'delta-11',
    behaviour: 'A rescheduled series comes with new occurrence ids; the old ones get no tombstone',
    source: '8, #AvengeMedia/dankcalendar/95',
    standing: 'field report',
  },
  async () => {
    const { create, patch, round } = createTenant();
    const master = await create(weekly());
    const first = await round(DELTA);
    await patch(eventUrl(master.id), { start: at('2027-03-02T12:00:00'), end: at('2027-03-02T12:30:00') });
    const { rows } = await round(first.deltaLink);
    const before = first.rows.filter((row) => row.type === 'occurrence').map((row) => row.id);
    expect(rows).toHaveLength(5);
    expect(rows.filter((row) => before.includes(row.id))).toEqual([]);
    expect(rows.some((row) => row['@removed'])).toBe(false);
  },
);

documented(
  {
    id: 'delta-12',
    behaviour: 'A deleted series is one tombstone with the master’s id; by setting each occurrence has one, too',
    source: '3.2, FIELD-2; tombstones have no type',
    standing: 'unconfirmed',
  },
  async () => {
    for (const tombstonePerOccurrence of [false, true]) {
      const {
        create,
        delete: remove,
        round,
      } = createTenant({
        settings: { ...PLAIN, delta: { ...PLAIN.delta, tombstonePerOccurrence } },
      });
      const master = await create(weekly());
      const { deltaLink } = await round(DELTA);
      await remove(eventUrl(master.id));
      const { rows } = await round(deltaLink);
      expect(rows).toHaveLength(tombstonePerOccurrence ? 5 : 1);
      expect(rows.map((row) => row.id)).toContain(master.id);
    }
  },
);

documented(
  {
    id: 'delta-16',
    behaviour: 'An occurrence moved out of the window is a tombstone with its own id',
    source: '3.2, #mg-docs/6599',
    standing: 'unconfirmed',
  },
  async () => {
    const { create, patch, round } = createTenant();
    await create(weekly());
    const narrow = DELTA.replace('2028-02-28', '2027-03-24');
    const first = await round(narrow);
    const last = first.rows.find((row) => row.start.dateTime.startsWith('2027-03-23'))?.id ?? '';
    await patch(eventUrl(last), { start: at('2027-03-29T08:30:00'), end: at('2027-03-29T09:00:00') });
    expect((await round(first.deltaLink)).rows).toMatchObject([{ id: last, '@removed': { reason: 'deleted' } }]);
  },
);
