import * as cancellation from '../../src/http/bodies/cancellation.ts';
import * as imports from '../../src/http/bodies/imports.ts';
import * as bodies from '../../src/http/bodies/outlook.ts';
import { openedForEach } from '../support/lifetimes.ts';
import { eventIdOf, eventRow, FINISHED } from './support/answers.ts';
import { meeting, ORNEN } from './support/calendar.ts';
import { openFunctionWorld } from './support/function-world.ts';

const KARI = { name: 'Kari Lunde', address: 'kari.lunde@fjordvik.example' };

const world = openedForEach(() => openFunctionWorld({ packC: true }));

const cancelPath = (id: string) => `POST /cancel/outlook/${encodeURIComponent(id)}`;

describe('GET /sync/outlook-events', () => {
  const list = async (query = '') => {
    const { status, body } = await world.call(`GET /sync/outlook-events${query}`);
    expect(status).toBe(200);
    return bodies.outlookEventsBody.parse(body);
  };

  test('S51: lists what has no mapping, our own and mapped ones left out, with the reason why something is not imported', async () => {
    await world.call('POST /sync/to-outlook?limit=1000');
    const { events, ...head } = await list();
    expect(head).toEqual({ success: true, count: 3, total: 3, error_details: [] });
    expect(events.map((event) => [event.subject, event.importable, event.reason])).toEqual(
      expect.arrayContaining([
        ['Kanskje idémyldring', false, 'tentative'],
        ['Åpen kontortid', false, 'free'],
      ]),
    );
    expect(events.map(({ subject }) => subject)).not.toContain('Etterlatt kopi');
  });

  test('S51: before anything was noted every importable event is listed, field by field', async () => {
    const { events, total } = await list('?limit=1000');
    expect(events.filter(({ importable }) => importable)).toHaveLength(14);
    expect(total).toBe(events.length);
    expect(events.find(({ subject }) => subject === 'Prosjektmøte')).toEqual({
      outlook_event_id: expect.any(String),
      resource_id: 103,
      resource_name: 'Møterom Ørnen',
      calendar_id: ORNEN,
      subject: 'Prosjektmøte',
      description: 'Agenda & saker\nKaffe',
      start_time: '2027-03-02 09:00:00',
      end_time: '2027-03-02 10:00:00',
      is_all_day: false,
      organizer: KARI.name,
      organizer_email: KARI.address,
      importable: true,
      reason: null,
    });
    const starts = events.map((event) => event.start_time);
    expect(starts).toEqual([...starts].sort());
  });

  test.each([
    ['?from_date=2027-03-19&to_date=2027-03-19', ['Ola Hansen', 'Øving til vårkonserten']],
    ['?from_date=2027-03-20T13:59&to_date=2027-03-20T15:00', ['Øving til vårkonserten']],
    ['?from_date=2027-03-20T14:00&to_date=2027-03-20T15:00', []],
    ['?from_date=2027-03-22&to_date=2027-03-22', ['Valgkomité']],
    ['?from_date=2027-03-23&to_date=2027-03-23', ['Morgenmøte', 'Åpen kontortid']],
  ])('S52: %s has what overlaps it, edges included', async (query, subjects) => {
    const { events } = await list(query);
    expect(events.map(({ subject }) => subject).sort()).toEqual(subjects);
  });

  test('S53: limit bounds the list, total counts the rest', async () => {
    const all = await list('?limit=1000');
    const { count, total, events } = await list('?limit=3');
    expect({ count, total, listed: events.length }).toEqual({ count: 3, total: all.total, listed: 3 });
  });

  test('a calendar that cannot be read is named; the others are listed', async () => {
    world.graph.setHealth(ORNEN, 'MailboxNotEnabledForRESTAPI');
    const { success, error_details, events } = await list('?limit=1000');
    expect({ success, error_details }).toMatchObject({ success: false, error_details: [{ calendar_id: ORNEN }] });
    expect(new Set(events.map(({ resource_id: id }) => id))).toEqual(new Set([101, 104]));
  });

  test('reads only', async () => {
    await list();
    expect(await world.run('SELECT * FROM bridge_mappings')).toEqual([]);
    expect(await world.run('SELECT * FROM bridge_runs')).toEqual([]);
  });
});

describe('POST /sync/from-outlook', () => {
  test('S54: notes what is importable, tells why the rest is not, and creates nothing new when repeated', async () => {
    const { status, body } = await world.call('POST /sync/from-outlook');
    expect(status).toBe(200);
    expect(bodies.fromOutlookBody.parse(body)).toEqual({
      success: true,
      message: 'Outlook events noted for import',
      created: 14,
      updated: 0,
      skipped: 3,
      skipped_reasons: { tentative: 1, free: 1, cancelled: 1 },
      calendars_checked: 6,
      errors: 0,
      error_details: [],
      ...FINISHED,
    });
    const again = await world.call('POST /sync/from-outlook');
    expect(again.body).toMatchObject({ created: 0, updated: 0 });
    expect(await world.run("SELECT COUNT(*) AS n FROM bridge_mappings WHERE sync_status = 'imported'")).toEqual([
      { n: 14 },
    ]);
  });

  test('S55: honours the range', async () => {
    const { body } = await world.call('POST /sync/from-outlook?from_date=2027-03-16&to_date=2027-03-17');
    expect(body).toMatchObject({ created: 4 });
    expect(await world.run('SELECT DISTINCT subject FROM bridge_mappings ORDER BY starts_at, subject')).toEqual(
      expect.arrayContaining([{ subject: 'Fellesmøte' }, { subject: 'Morgenmøte' }]),
    );
  });

  test('S55: reads all pages', async () => {
    const at = (minutes: number) => new Date(minutes * 60_000).toISOString().slice(11, 16);
    const room = 'hallb@fjordvik.example';
    for (let slot = 0; slot < 230; slot += 1) {
      const event = meeting(`Vakt ${slot}`, `26T${at(slot * 5)}`, `26T${at(slot * 5 + 5)}`);
      world.graph.actors.createInRoom(room, event);
    }
    const { body } = await world.call('POST /sync/from-outlook?from_date=2027-03-26&to_date=2027-03-26');
    expect(body).toMatchObject({ created: 230 });
    expect(world.graph.metrics.requests).toBeGreaterThan(1);
  });

  test('S54: with dry_run answers the plan and notes nothing', async () => {
    const { body } = await world.call('POST /sync/from-outlook?dry_run=true');
    expect(bodies.fromOutlookBody.parse(body)).toMatchObject({ dry_run: true });
    expect(body.plan.length).toBeGreaterThanOrEqual(14);
    expect(await world.run('SELECT * FROM bridge_mappings')).toEqual([]);
  });
});

describe('the lists of imports', () => {
  test('S58: pending-imports lists what process-imports would take, with count', async () => {
    await world.call('POST /polling/poll-changes');
    const { body } = await world.call('GET /booking/pending-imports?limit=2');
    const { pending_imports: rows, ...head } = imports.pendingImportsBody.parse(body);
    expect(head).toEqual({ success: true, count: 2, total: 15 });
    expect(rows[0]).toEqual({
      id: expect.any(Number),
      outlook_event_id: expect.any(String),
      outlook_item_id: expect.stringContaining('@fjordvik.example'),
      resource_id: expect.any(Number),
      resource_name: expect.any(String),
      subject: expect.any(String),
      start_time: expect.stringMatching(/^2027-0[23]-/),
      end_time: expect.any(String),
      organizer: expect.any(String),
      sync_status: 'imported',
      sync_direction: 'outlook_to_booking',
      error_message: null,
      retry_count: 0,
      created_at: '2027-03-01T07:00:00.000Z',
    });

    await world.call('POST /booking/process-imports');
    const after = imports.pendingImportsBody.parse((await world.call('GET /booking/pending-imports')).body);
    expect(after).toMatchObject({
      count: 1,
      total: 1,
      pending_imports: [
        { subject: 'Kollisjon', sync_status: 'conflict', error_message: 'Overlaps event:1002', resource_id: 103 },
      ],
    });
  });

  test('S59: processed-imports lists converted ones with reservation ids, newest first', async () => {
    await world.call('POST /polling/poll-changes');
    await world.call('POST /booking/process-imports');
    await world.wait(60_000);
    const id = world.graph.actors.createInRoom(ORNEN, meeting('Ledermøte', '02T12:00', '02T13:00'));
    await world.call('POST /polling/poll-changes');
    await world.wait(60_000);
    await world.call('POST /booking/process-imports');
    const { body } = await world.call('GET /booking/processed-imports?limit=5');
    const { processed_imports: rows, ...head } = imports.processedImportsBody.parse(body);
    expect(head).toEqual({ success: true, count: 5, total: 15 });
    expect(rows[0]).toEqual({
      id: expect.any(Number),
      outlook_event_id: id,
      resource_id: 103,
      resource_name: 'Møterom Ørnen',
      reservation_type: 'event',
      reservation_id: 1046,
      sync_status: 'synced',
      sync_direction: 'outlook_to_booking',
      created_at: expect.stringContaining('2027-03-01T07:01:0'),
      updated_at: expect.stringContaining('2027-03-01T07:02:0'),
      processed_at: expect.stringContaining('2027-03-01T07:02:0'),
    });
    expect(rows.every((row) => row.reservation_id !== null && row.processed_at !== null)).toBe(true);
  });
});

describe('POST /cancel/outlook', () => {
  test('S75: deactivates the reservation with the note, deletes our event, and is idempotent', async () => {
    await world.call('POST /sync/item/event/1008/104');
    const id = await eventIdOf(world, 1008);
    const { status, body } = await world.call(cancelPath(id));
    expect(status).toBe(200);
    expect(cancellation.cancelOutlookBody.parse(body)).toEqual({
      success: true,
      message: 'Outlook cancellation processed',
      results: {
        booking_cancelled: true,
        mapping_updated: true,
        outlook_deleted: true,
        reservation_type: 'event',
        reservation_id: 1008,
        warnings: [],
        errors: 0,
        error_details: [],
      },
      ...FINISHED,
      duration_ms: expect.any(Number),
    });
    const cancelled = { active: 0, description: expect.stringMatching(/\n\n--- Cancelled from Outlook ---$/) };
    expect(await eventRow(world, 1008)).toMatchObject(cancelled);

    const again = await world.call(cancelPath(id));
    expect(again).toMatchObject({
      status: 200,
      body: {
        message: 'The event was already cancelled; nothing was done',
        results: { booking_cancelled: false, mapping_updated: false, outlook_deleted: false },
      },
    });
    expect((await eventRow(world, 1008))?.description.match(/Cancelled from Outlook/g)).toHaveLength(1);
    const { body: list } = await world.call('GET /cancel/cancelled-reservations');
    expect(list.cancelled_reservations).toMatchObject([{ reservation_id: 1008, cancelled_by: 'operator' }]);
  });

  test('S75: an event that is gone from Outlook already cancels its reservation', async () => {
    await world.call('POST /sync/item/event/1008/104');
    const id = await eventIdOf(world, 1008);
    world.graph.actors.deleteInRoom('aere@fjordvik.example', id);
    const { body } = await world.call(cancelPath(id));
    expect(body.results).toMatchObject({ booking_cancelled: true, mapping_updated: true, outlook_deleted: false });
    expect(await eventRow(world, 1008)).toMatchObject({ active: 0 });
  });

  test.each([
    ['in the path, encoded', (id: string) => world.call(cancelPath(id))],
    [
      'in the path, its slash left encoded by the host',
      (id: string) => world.call(`POST /cancel/outlook/${encodeURIComponent(id).replace('%2F', '%252F')}`),
    ],
    [
      'in the path of the old DELETE (I10)',
      (id: string) => world.call(`DELETE /cancel/outlook-event/${encodeURIComponent(id)}`),
    ],
    [
      'in the body',
      (id: string) => world.call('POST /cancel/outlook', { body: JSON.stringify({ outlook_event_id: id }) }),
    ],
  ])('S75: ids with /, + and = work %s', async (_, cancel) => {
    const id = 'AAMkAG/Ux+ZWM3YWY2==';
    await world.run(`INSERT INTO bridge_mappings
      (reservation_type, reservation_id, resource_id, outlook_item_id, outlook_event_id, sync_status, sync_direction, origin)
      VALUES ('event', 1011, 103, '${ORNEN}', '${id}', 'synced', 'booking_to_outlook', 'booking')`);
    const { status, body } = await cancel(id);
    expect({ status, results: body.results }).toMatchObject({
      status: 200,
      results: { booking_cancelled: true, reservation_id: 1011 },
    });
    expect(await eventRow(world, 1011)).toMatchObject({ active: 0 });
  });

  test('an unknown id answers 404', async () => {
    const { status, body } = await world.call(cancelPath('AAMkAGnowhere='));
    expect({ status, ...body }).toMatchObject({
      status: 404,
      success: false,
      code: 'unknown',
      field: 'outlookEventId',
    });
    const inBody = JSON.stringify({ outlook_event_id: 'AAMkAGnowhere=' });
    expect((await world.call('POST /cancel/outlook', { body: inBody })).body).toMatchObject({
      code: 'unknown',
      field: 'outlook_event_id',
    });
  });

  test('a room in other hands answers 202, and the reservation is left alone', async () => {
    await world.call('POST /sync/item/event/1008/104');
    await world.app.store.calendars.claim(['aere@fjordvik.example'], 'somebody', 600_000);
    const { status, body } = await world.call(cancelPath(await eventIdOf(world, 1008)));
    expect({ status, ...body }).toMatchObject({ status: 202, queued: true, code: 'busy' });
    expect(await eventRow(world, 1008)).toMatchObject({ active: 1 });
  });

  test('with dry_run answers the plan and cancels nothing', async () => {
    await world.call('POST /sync/item/event/1008/104');
    const { body } = await world.call(`${cancelPath(await eventIdOf(world, 1008))}?dry_run=true`);
    expect(cancellation.cancelOutlookBody.parse(body)).toMatchObject({
      dry_run: true,
      message: 'Dry run: nothing was written',
      results: { booking_cancelled: false, mapping_updated: false },
      plan: [{ action: 'cancel-reservation', reservation_id: 1008 }],
    });
    expect(await eventRow(world, 1008)).toMatchObject({ active: 1 });
  });
});

describe('bad input', () => {
  test.each([
    ['GET /sync/outlook-events?limit=0', 'limit'],
    ['GET /sync/outlook-events?limit=abc', 'limit'],
    ['GET /sync/outlook-events?limit=1001', 'limit'],
    ['GET /sync/outlook-events?from_date=soon', 'from_date'],
    ['GET /sync/outlook-events?from_date=2027-02-30', 'from_date'],
    ['GET /sync/outlook-events?from_date=2027-03-02&to_date=2027-03-01', 'to_date'],
    ['POST /sync/from-outlook?to_date=01.03.2027', 'to_date'],
    ['POST /sync/from-outlook?from_date=2027-03-02&to_date=2027-03-01', 'to_date'],
    ['POST /sync/from-outlook?from=2027-03-02', 'from'],
    ['POST /sync/from-outlook?dry_run=perhaps', 'dry_run'],
    ['GET /booking/pending-imports?limit=-1', 'limit'],
    ['GET /booking/processed-imports?limit=0', 'limit'],
    ['POST /cancel/outlook/not%20an%20id', 'outlookEventId'],
    ['POST /cancel/outlook', 'outlook_event_id'],
  ])('%s is refused with the field name', async (line, field) => {
    const { status, body } = await world.call(line);
    expect({ status, ...body }).toMatchObject({ status: 400, success: false, code: 'invalid_request', field });
    expect(world.graph.metrics.requests).toBe(0);
  });

  test.each([
    ['{"outlook_event_id": 5}', 'outlook_event_id'],
    ['{"outlook_event_id": "x", "force": true}', 'force'],
    ['{"outlook_event_id"', 'body'],
  ])('POST /cancel/outlook with %s is refused with the field name', async (sent, field) => {
    const { status, body } = await world.call('POST /cancel/outlook', { body: sent });
    expect({ status, ...body }).toMatchObject({ status: 400, success: false, field });
  });
});
