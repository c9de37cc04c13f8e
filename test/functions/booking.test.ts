import * as bodies from '../../src/http/bodies/imports.ts';
import { openedForEach } from '../support/lifetimes.ts';
import { FINISHED } from './support/answers.ts';
import { meeting, ORNEN } from './support/calendar.ts';
import { openFunctionWorld } from './support/function-world.ts';

const world = openedForEach(() => openFunctionWorld({ packC: true }));

const imports = async (query = '') =>
  bodies.processImportsBody.parse((await world.call(`POST /booking/process-imports${query}`)).body).results;
const stats = async () =>
  bodies.processingStatsBody.parse((await world.call('GET /booking/processing-stats')).body).statistics;
const summary = async () => (await world.call('GET /sync/stats')).body.statistics.summary;
const countRows = async (table: string) =>
  (await world.run<{ n: number }>(`SELECT COUNT(*) AS n FROM bb_${table}`))[0]?.n ?? 0;
const EVENT_TABLES = ['event', 'event_date', 'event_resource', 'event_agegroup', 'event_targetaudience'] as const;
const countAll = () => Promise.all(EVENT_TABLES.map(countRows));

/** A meeting in a quiet room, and nothing else that waits. */
async function oneWaiting(more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  await world.call('POST /polling/poll-changes');
  await world.call('POST /booking/process-imports');
  const id = world.graph.actors.createInRoom(ORNEN, meeting('Ledermøte', '02T12:00', '02T13:00', more));
  await world.call('POST /polling/poll-changes');
  return id;
}

describe('POST /booking/process-imports', () => {
  test('S3, S57: everything that waits becomes a reservation; overlapping ones are told apart', async () => {
    await world.call('POST /polling/poll-changes');
    expect(await summary()).toMatchObject({ imported: 15 });
    const { details, ...counts } = await imports();
    expect(counts).toEqual({
      processed: 13,
      successful: 13,
      errors: 0,
      skipped: 1,
      success_rate: '100%',
      reservation_ids: Array.from({ length: 13 }, (_, index) => 1033 + index),
      error_details: [],
    });
    expect(details.map(({ status }) => status).sort()).toEqual(['conflict', ...Array(13).fill('created')]);
    expect(details.find(({ status }) => status === 'conflict')).toMatchObject({
      title: 'Kollisjon',
      reservation_id: null,
      error: 'Overlaps event:1002',
    });
    expect(details.filter(({ linked_resources: rooms }) => rooms.length > 1)).toMatchObject([
      { title: 'Fellesmøte', linked_resources: [103, 104] },
    ]);
    expect(await summary()).toMatchObject({ imported: 0, conflict: 1, synced: 14 });
  });

  test('S8, S12, S19, S56: one import is one row in each of the five tables, linked by the new id, as plain text', async () => {
    const body = { contentType: 'html', content: '<p>A&amp;B<br>C</p><script>x</script>' };
    const id = await oneWaiting({ body });
    const before = await countAll();
    const { reservation_ids: ids, details } = await imports();
    expect(await countAll()).toEqual(before.map((count) => count + 1));
    expect(details).toContainEqual(
      expect.objectContaining({ status: 'created', outlook_event_id: id, calendar_id: ORNEN, warnings: [] }),
    );
    const [event] = await world.run(`SELECT id, id_string, name, description, active FROM bb_event WHERE id = ${ids}`);
    expect(event).toEqual({ id: ids[0], id_string: `${ids}`, name: 'Ledermøte', description: 'A&B\nC', active: 1 });
    for (const table of EVENT_TABLES.slice(1)) {
      expect([table, await world.run(`SELECT event_id FROM bb_${table} WHERE event_id = ${ids}`)]).toEqual([
        table,
        [{ event_id: ids[0] }],
      ]);
    }
  });

  test('the whole body is the one of the guide, with what the conventions add', async () => {
    const id = await oneWaiting();
    const { status, body } = await world.call('POST /booking/process-imports');
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      message: 'Import processing completed',
      results: {
        processed: 1,
        successful: 1,
        errors: 0,
        skipped: 1,
        success_rate: '100%',
        reservation_ids: [1046],
        details: [
          expect.objectContaining({ status: 'conflict' }),
          {
            outlook_item_id: id,
            outlook_event_id: id,
            calendar_id: ORNEN,
            mapping_id: expect.any(Number),
            reservation_id: 1046,
            title: 'Ledermøte',
            start_time: '2027-03-02 12:00:00',
            end_time: '2027-03-02 13:00:00',
            resource_id: 103,
            status: 'created',
            linked_resources: [103],
            warnings: [],
          },
        ],
        error_details: [],
      },
      ...FINISHED,
      duration_ms: expect.any(Number),
    });
  });

  test.each(EVENT_TABLES)(
    'S13, S99, S111, S117: a failure at %s leaves no row, is named, and is made up for',
    async (table) => {
      const step = table.replace(/^event_/, '');
      await oneWaiting();
      const before = await countAll();
      await world.run(
        `CREATE TRIGGER broken BEFORE INSERT ON bb_${table} BEGIN SELECT RAISE(ABORT, 'constraint failed'); END`,
      );
      const failed = await imports();
      expect(failed).toMatchObject({ processed: 1, successful: 0, errors: 1, success_rate: '0%', reservation_ids: [] });
      const message = expect.stringContaining(
        `Transaction failed during event creation, at the insert of the ${step}.`,
      );
      expect(failed.error_details).toEqual([expect.objectContaining({ message, resource_id: 103 })]);
      expect(failed.details).toContainEqual(
        expect.objectContaining({ status: 'error', reservation_id: null, error: message }),
      );
      expect(await countAll()).toEqual(before);
      expect(await stats()).toMatchObject({ pending: 1, errors: 1 });
      expect(Object.keys((await stats()).error_types)).toEqual([message]);

      await world.run('DROP TRIGGER broken');
      expect(await imports()).toMatchObject({ processed: 1, successful: 1, errors: 0, reservation_ids: [1046] });
      expect(await countAll()).toEqual(before.map((count) => count + 1));
      expect(await stats()).toMatchObject({ pending: 0, errors: 0, error_types: {} });
    },
  );

  test('limit bounds a call; remaining tells what is left', async () => {
    await world.call('POST /polling/poll-changes');
    const { body } = await world.call('POST /booking/process-imports?limit=3');
    expect(body.results.successful).toBe(3);
    expect(body.remaining).toBeGreaterThan(0);
    const rest = await world.call('POST /booking/process-imports');
    expect([rest.body.results.successful, rest.body.remaining]).toEqual([10, 0]);
  });

  test('S115: a refused app answers 502, and no row is blamed', async () => {
    await world.call('POST /polling/poll-changes');
    for (const room of ['storsalen', 'lillesalen', 'ornen', 'aere', 'halla', 'hallb']) {
      world.graph.setHealth(`${room}@fjordvik.example`, 'access-denied');
    }
    const { status, body } = await world.call('POST /booking/process-imports');
    expect({ status, ...body }).toMatchObject({ status: 502, success: false, code: 'access_denied' });
    expect(await stats()).toMatchObject({ pending: 15, errors: 0 });
  });

  test('with dry_run answers what would be made and writes nothing', async () => {
    await world.call('POST /polling/poll-changes');
    const before = await countAll();
    const { body } = await world.call('POST /booking/process-imports?dry_run=true');
    expect(bodies.processImportsBody.parse(body)).toMatchObject({ dry_run: true, results: { processed: 0 } });
    const actions = body.plan.map((step: { action: string }) => step.action);
    const count = (action: string) => actions.filter((one: string) => one === action).length;
    expect([count('create-reservation'), count('link-room'), count('set-status')]).toEqual([13, 1, 1]);
    expect(await countAll()).toEqual(before);
    expect(await summary()).toMatchObject({ imported: 15 });
  });
});

describe('GET /booking/processing-stats', () => {
  test('S60: has totals, success rate, error counts, id range and times', async () => {
    expect(await stats()).toEqual({
      total_imported: 0,
      processed: 0,
      pending: 0,
      conflicts: 0,
      cancelled: 0,
      errors: 0,
      success_rate: '100%',
      error_types: {},
      reservations: 0,
      reservation_id_range: { min: null, max: null },
      first_processed_at: null,
      last_processed_at: null,
    });
    await oneWaiting();
    await world.wait(60_000);
    await imports();
    expect(await stats()).toEqual({
      total_imported: 16,
      processed: 15,
      pending: 0,
      conflicts: 1,
      cancelled: 0,
      errors: 0,
      success_rate: '100%',
      error_types: {},
      reservations: 14,
      reservation_id_range: { min: 1033, max: 1046 },
      first_processed_at: '2027-03-01T07:00:00.000Z',
      last_processed_at: '2027-03-01T07:01:00.000Z',
    });
  });

  test('E50: an event that left Outlook before it was processed counts as cancelled', async () => {
    world.graph.actors.deleteInRoom(ORNEN, await oneWaiting());
    expect(await imports()).toMatchObject({ processed: 0, errors: 0 });
    expect(await stats()).toMatchObject({ cancelled: 1, pending: 0 });
  });
});

describe('bad input', () => {
  test.each([
    ['POST /booking/process-imports?limit=0', 'limit'],
    ['POST /booking/process-imports?limit=-1', 'limit'],
    ['POST /booking/process-imports?limit=abc', 'limit'],
    ['POST /booking/process-imports?limit=1001', 'limit'],
    ['POST /booking/process-imports?dryrun=true', 'dryrun'],
  ])('%s is refused with the field name', async (line, field) => {
    const { status, body } = await world.call(line);
    expect({ status, ...body }).toMatchObject({ status: 400, success: false, code: 'invalid_request', field });
  });

  test('a body is refused: parameters go into the query', async () => {
    const { status, body } = await world.call('POST /booking/process-imports', { body: '{"limit": 5}' });
    expect({ status, ...body }).toMatchObject({ status: 400, field: 'limit', code: 'invalid_request' });
  });
});
