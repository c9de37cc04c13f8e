import * as bodies from '../../src/http/bodies/conflicts.ts';
import { eventRow, FINISHED } from './support/answers.ts';
import { ORNEN } from './support/calendar.ts';
import { type FunctionWorld, openFunctionWorld } from './support/function-world.ts';

let world: FunctionWorld;

async function open(options: Parameters<typeof openFunctionWorld>[0] = {}): Promise<void> {
  world = await openFunctionWorld(options);
}
afterEach(() => world.close());

const list = async () => bodies.conflictsBody.parse((await world.call('GET /conflicts')).body);
const resolve = (id: number, body: object, query = '') =>
  world.call(`POST /conflicts/${id}/resolve${query}`, { body: JSON.stringify(body) });
const journal = async (action: string) =>
  world.run<{ actor: string; action: string }>(`SELECT actor, action FROM bridge_journal WHERE action = '${action}'`);

describe('an import that overlaps an event', () => {
  let id = 0;

  beforeEach(async () => {
    await open({ packC: true });
    await world.call('POST /sync/to-outlook?limit=1000');
    await world.call('POST /polling/poll-changes');
    await world.call('POST /booking/process-imports');
    id = (await list()).conflicts[0]?.id ?? 0;
  });

  test('E51: is listed with both versions, the reason and what may be decided; suppressed rows are not', async () => {
    const version = { description: expect.any(String), is_public: true };
    expect(await list()).toEqual({
      success: true,
      count: 1,
      total: 1,
      conflicts: [
        {
          id: expect.any(Number),
          kind: 'overlap',
          calendar_id: ORNEN,
          resource_id: 103,
          reservation_type: null,
          reservation_id: null,
          outlook_event_id: expect.any(String),
          reason: 'Overlaps event:1002',
          since: '2027-03-01T07:00:00.000Z',
          booking: null,
          outlook: {
            ...version,
            title: 'Kollisjon',
            start_time: '2027-03-08 10:00:00',
            end_time: '2027-03-08 11:00:00',
          },
          others: [
            {
              ...version,
              reservation_type: 'event',
              reservation_id: 1002,
              title: 'Budsjettseminar',
              start_time: '2027-03-08 09:00:00',
              end_time: '2027-03-08 15:30:00',
            },
          ],
          twins: [],
          decisions: ['keep_booking', 'keep_outlook', 'keep_both', 'dismiss'],
        },
      ],
    });
  });

  test('keep_both makes a reservation beside the other', async () => {
    const { status, body } = await resolve(id, { decision: 'keep_both' });
    expect(status).toBe(200);
    expect(bodies.resolveBody.parse(body)).toEqual({
      success: true,
      message: 'The event is a reservation beside the others now.',
      result: { id, kind: 'overlap', decision: 'keep_both', reservation_id: 1046, warnings: [] },
      error_details: [],
      ...FINISHED,
      duration_ms: expect.any(Number),
    });
    expect([await eventRow(world, 1046), await eventRow(world, 1002)]).toMatchObject([
      { active: 1, name: 'Kollisjon' },
      { active: 1 },
    ]);
    expect(await list()).toMatchObject({ total: 0 });
  });

  test('keep_outlook cancels what stands in its place', async () => {
    const { body } = await resolve(id, { decision: 'keep_outlook' });
    expect(body.result).toMatchObject({ reservation_id: 1046 });
    expect([await eventRow(world, 1046), await eventRow(world, 1002)]).toMatchObject([{ active: 1 }, { active: 0 }]);
    expect((await journal('reservation-cancelled')).at(-1)).toMatchObject({ actor: 'operator' });
  });

  test.each(['keep_booking', 'dismiss'])('%s leaves both sides as they are, for good', async (decision) => {
    const { status } = await resolve(id, { decision });
    expect(status).toBe(200);
    await world.call('POST /polling/poll-changes');
    await world.call('POST /booking/process-imports');
    expect(await list()).toMatchObject({ total: 0 });
    expect(await eventRow(world, 1046)).toBeUndefined();
    expect(await journal('conflict-resolved')).toMatchObject([{ actor: 'operator' }]);
  });

  test('a decided conflict cannot be decided again', async () => {
    await resolve(id, { decision: 'keep_both' });
    const { status, body } = await resolve(id, { decision: 'dismiss' });
    expect({ status, ...body }).toMatchObject({ status: 409, success: false, code: 'not_allowed' });
  });

  test('with dry_run says what would follow and changes nothing', async () => {
    const { status, body } = await resolve(id, { decision: 'keep_outlook' }, '?dry_run=true');
    expect(status).toBe(200);
    expect(bodies.resolveBody.parse(body)).toMatchObject({ dry_run: true, plan: [{ mapping_id: id }] });
    expect(await list()).toMatchObject({ total: 1 });
    expect(await eventRow(world, 1002)).toMatchObject({ active: 1 });
  });

  test('a room in other hands answers 202, and the conflict stays', async () => {
    await world.app.store.calendars.claim([ORNEN], 'somebody', 600_000);
    const { status, body } = await resolve(id, { decision: 'keep_both' });
    expect({ status, ...body }).toMatchObject({ status: 202, queued: true });
    expect(await list()).toMatchObject({ total: 1 });
  });

  test.each([
    [{}, 400, 'decision'],
    [{ decision: 'keep-both' }, 400, 'decision'],
    [{ decision: 'keep_both', twin_id: 0 }, 400, 'twin_id'],
    [{ decision: 'keep_both', force: true }, 400, 'force'],
  ])('%j is refused with %i and the field name', async (body, status, field) => {
    const reply = await resolve(id, body);
    expect({ status: reply.status, ...reply.body }).toMatchObject({ status, success: false, field });
  });

  test.each([
    ['POST /conflicts/0/resolve', 400],
    ['POST /conflicts/abc/resolve', 400],
    ['POST /conflicts/999999/resolve', 404],
  ])('%s answers %i', async (line, status) => {
    const reply = await world.call(line, { body: '{"decision": "dismiss"}' });
    expect({ status: reply.status, ...reply.body }).toMatchObject({ status, success: false, field: 'id' });
  });
});

describe('a reservation edited on both sides under the policy manual', () => {
  test('E10: waits with both versions, and the version that was chosen wins', async () => {
    await open({ settings: { OUTLOOK_EDIT_POLICY: 'manual' } });
    await world.call('POST /sync/to-outlook?limit=1000');
    await world.call('POST /polling/poll-changes');
    const [row] = await world.run<{ id: string }>(
      "SELECT outlook_event_id AS id FROM bridge_mappings WHERE reservation_type = 'event' AND reservation_id = 1008",
    );
    const room = 'aere@fjordvik.example';
    world.graph.actors.editInRoom(room, row?.id ?? '', { subject: 'Årsmøte, utsatt' });
    await world.run("UPDATE bb_event SET name = 'Årsmøte, flyttet' WHERE id = 1008");
    await world.call('POST /polling/poll-changes');
    const [conflict] = (await list()).conflicts;
    expect(conflict).toMatchObject({
      kind: 'edited',
      reservation_type: 'event',
      reservation_id: 1008,
      booking: { title: 'Årsmøte, flyttet' },
      outlook: { title: 'Årsmøte, utsatt' },
      decisions: ['keep_booking', 'keep_outlook', 'keep_both', 'dismiss'],
    });
    await resolve(conflict?.id ?? 0, { decision: 'keep_outlook' });
    expect(await eventRow(world, 1008)).toMatchObject({ name: 'Årsmøte, utsatt' });
    expect(await list()).toMatchObject({ total: 0 });
    await world.call('POST /sync/to-outlook');
    const seen = world.graph.actors.view(room, Date.parse('2027-03-10'), Date.parse('2027-03-11'));
    expect(seen.map(({ subject }) => subject)).toContain('Årsmøte, utsatt');
  });
});

describe('cancellations held by the brake', () => {
  const events = (where: string) =>
    world.run<{ id: string; reservation: number }>(
      `SELECT outlook_event_id AS id, reservation_id AS reservation FROM bridge_mappings
       WHERE resource_id = 103 AND reservation_type = 'event' AND outlook_event_id IS NOT NULL AND ${where} ORDER BY id`,
    );
  const parked = async () => bodies.parkedBody.parse((await world.call('GET /parked')).body);
  const decide = (path: string, ids: readonly number[]) =>
    world.call(`POST /parked/${path}`, { body: JSON.stringify({ ids }) });

  beforeEach(async () => {
    await open({ settings: { BRAKE_COUNT: '1', BRAKE_PERCENT: '1' } });
    await world.call('POST /sync/to-outlook?limit=1000');
    await world.call('POST /polling/poll-changes');
    for (const { id } of (await events('1 = 1')).slice(0, 4)) world.graph.actors.deleteInRoom(ORNEN, id);
    const { body } = await world.call('POST /polling/poll-changes');
    expect(body.parked).toBeGreaterThan(0);
  });

  const active = async () =>
    (await world.run<{ n: number }>('SELECT COUNT(*) AS n FROM bb_event WHERE active = 1'))[0]?.n ?? 0;

  test('E40: are listed with what they concern', async () => {
    const { count, parked: rows } = await parked();
    expect(count).toBe(rows.length);
    expect(rows[0]).toEqual({
      id: expect.any(Number),
      operation: 'cancel-reservation',
      calendar_id: ORNEN,
      mapping_id: expect.any(Number),
      resource_id: 103,
      reservation_type: 'event',
      reservation_id: expect.any(Number),
      title: expect.any(String),
      start_time: expect.stringMatching(/^2027-03-/),
      end_time: expect.stringMatching(/^2027-03-/),
      reason: expect.any(String),
      cause: expect.any(String),
      created_at: '2027-03-01T07:00:00.000Z',
    });
  });

  test('approved ones happen with the next run', async () => {
    const before = await active();
    const ids = (await parked()).parked.map((row) => row.id);
    const { status, body } = await decide('approve', ids);
    expect(status).toBe(200);
    expect(bodies.decidedBody.parse(body)).toMatchObject({
      success: true,
      message: 'Approved; the next run of these rooms carries them out',
      decided: ids,
    });
    await world.call('POST /polling/poll-changes');
    expect(await active()).toBe(before - ids.length);
    expect(await parked()).toMatchObject({ count: 0 });
  });

  test('dismissed ones never happen', async () => {
    const before = await active();
    for (const { id } of (await parked()).parked) {
      const { status, body } = await world.call(`POST /parked/${id}/dismiss`);
      expect({ status, ...body }).toMatchObject({ status: 200, decided: [id] });
    }
    await world.call('POST /polling/poll-changes');
    await world.call('POST /polling/poll-changes');
    expect(await active()).toBe(before);
    expect(await parked()).toMatchObject({ count: 0 });
  });

  test('with dry_run answers what would happen and decides nothing', async () => {
    const [first] = (await parked()).parked;
    const { body } = await world.call(`POST /parked/${first?.id}/approve?dry_run=true`);
    expect(bodies.decidedBody.parse(body)).toMatchObject({
      dry_run: true,
      decided: [],
      plan: [{ action: 'cancel-reservation', reservation_id: first?.reservation_id }],
    });
    expect((await parked()).parked).toContainEqual(first);
  });

  test.each([
    ['POST /parked/0/approve', undefined, 400, 'id'],
    ['POST /parked/abc/dismiss', undefined, 400, 'id'],
    ['POST /parked/999999/approve', undefined, 404, 'id'],
    ['POST /parked/approve', '{}', 400, 'ids'],
    ['POST /parked/approve', '{"ids": []}', 400, 'ids'],
    ['POST /parked/approve', '{"ids": ["x"]}', 400, 'ids.0'],
    ['POST /parked/dismiss', '{"ids": [999999]}', 404, 'ids'],
    ['GET /parked?limit=0', undefined, 400, 'limit'],
    ['GET /conflicts?limit=abc', undefined, 400, 'limit'],
  ])('%s with %s answers %i and names %s', async (line, body, status, field) => {
    const reply = await world.call(line, body === undefined ? {} : { body });
    expect({ status: reply.status, ...reply.body }).toMatchObject({ status, success: false, field });
  });
});

test('nothing waits in a fresh world', async () => {
  await open();
  expect(await list()).toEqual({ success: true, count: 0, total: 0, conflicts: [] });
  expect((await world.call('GET /parked')).body).toEqual({ success: true, count: 0, parked: [] });
});
