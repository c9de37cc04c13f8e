/** Outlook events become reservations: what is made, from what, and what is left alone. */
import { SyncError } from '../../../src/domain/errors.ts';
import { processImports } from '../../../src/sync/import-reservations.ts';
import { passRooms } from '../../../src/sync/run.ts';
import { type Engine, eventRows, MINUTE, meeting, openEngine, weekly } from '../../support/engine.ts';
import { AERE, imports, inRoom, ORNEN, poll, push } from '../../support/engine-jobs.ts';
import { invite } from '../../support/outlook.ts';

const ROOM = 103;

/** A server that answers HTML whatever it was asked for. */
function readingHtml(calendars: Engine['deps']['calendars']): Engine['deps']['calendars'] {
  return {
    ...calendars,
    getEvents: async (requests, limits) =>
      (await calendars.getEvents(requests, limits)).map((outcome) =>
        outcome.ok ? { ...outcome, value: { ...outcome.value, bodyType: 'html', body: '<p>Sak 1</p>' } } : outcome,
      ),
  };
}

describe('pack C', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ packC: true });
    await passRooms(engine.deps, engine.run(), { pull: true });
  });
  afterAll(() => engine.close());

  test('S108, S21: 13 new events, 14 linked mappings, 1 conflict; the 25 suppressions stay', async () => {
    const result = await imports(engine);
    expect(result).toMatchObject({ processed: 13, successful: 13, errors: 0, skipped: 1, remaining: 0 });
    expect(result.reservationIds).toHaveLength(13);
    expect(result.reservationIds).toEqual([...result.reservationIds].sort((a, b) => a - b));
    const counts = await engine.sql(`SELECT sync_status, conflict_kind, origin, COUNT(*) AS n FROM bridge_mappings
      GROUP BY sync_status, conflict_kind, origin ORDER BY 1, 2, 3`);
    expect(counts).toEqual([
      { sync_status: 'conflict', conflict_kind: 'overlap', origin: 'outlook', n: 1 },
      { sync_status: 'conflict', conflict_kind: 'suppressed', origin: 'booking', n: 25 },
      { sync_status: 'error', conflict_kind: null, origin: 'booking', n: 2 },
      { sync_status: 'synced', conflict_kind: null, origin: 'booking', n: 105 },
      { sync_status: 'synced', conflict_kind: null, origin: 'outlook', n: 14 },
    ]);
  });

  // biome-ignore format: one row per event of pack C
  const EXPECTED = [
    { id: 'O1', name: 'Prosjektmøte', from_: '2027-03-02 09:00:00', to_: '2027-03-02 10:00:00', is_public: 1, rooms: [103], description: 'Agenda & saker\nKaffe' },
    { id: 'O3 (E4)', name: 'Valgkomité', from_: '2027-03-22 00:00:00', to_: '2027-03-22 23:59:00', is_public: 1, rooms: [103], description: '' },
    { id: 'O4 (E5)', name: 'Øving til vårkonserten', from_: '2027-03-18 12:00:00', to_: '2027-03-20 14:00:00', is_public: 1, rooms: [101], description: '' },
    { id: 'O5 (E8)', name: 'Medarbeidersamtale', from_: '2027-03-09 13:00:00', to_: '2027-03-09 14:00:00', is_public: 0, rooms: [104], description: '' },
    { id: 'O8 (E18)', name: 'Fellesmøte', from_: '2027-03-16 09:00:00', to_: '2027-03-16 11:00:00', is_public: 1, rooms: [103, 104], description: '' },
    { id: 'O10 (E27)', name: 'Ola Hansen', from_: '2027-03-19 09:00:00', to_: '2027-03-19 10:00:00', is_public: 1, rooms: [104], description: '' },
    { id: 'O11 (E29)', name: 'Rigging', from_: '2027-02-27 22:00:00', to_: '2027-02-28 10:00:00', is_public: 1, rooms: [101], description: '' },
    { id: 'O13 (E52)', name: 'Lydprøve', from_: '2027-03-09 19:30:00', to_: '2027-03-09 20:30:00', is_public: 1, rooms: [101], description: '' },
  ];

  test.each(EXPECTED)('S90, S91: $id is imported as $name', async ({ id: _, ...expected }) => {
    const rows = await eventRows(engine, `name = '${expected.name}'`);
    expect(rows).toEqual([expect.objectContaining({ active: 1, ...expected })]);
  });

  test('E6: O2, a weekly series, becomes one reservation per occurrence', async () => {
    const rows = await eventRows(engine, "name = 'Morgenmøte'");
    expect(rows.map((row) => row.from_)).toEqual([
      '2027-03-02 08:30:00',
      '2027-03-09 08:30:00',
      '2027-03-16 08:30:00',
      '2027-03-23 08:30:00',
    ]);
    const mapped = await engine.mappings("subject = 'Morgenmøte'");
    expect(mapped.map((row) => row.reservation_id)).toEqual(rows.map((row) => row.id));
  });

  test('E24: O9, 300 characters, is cut to 255', async () => {
    const [row] = await eventRows(engine, "name LIKE 'Gjennomgang%'");
    expect(Array.from(row?.name ?? '').length).toBeLessThanOrEqual(255);
    expect(row?.name.length).toBeGreaterThan(250);
  });

  test('E51: O12 waits as a conflict that names event 1002', async () => {
    const [row] = await engine.mappings("sync_status = 'conflict' AND conflict_kind = 'overlap'");
    expect(row).toMatchObject({ error_message: 'Overlaps event:1002', reservation_id: null, resource_id: 103 });
  });

  test('E31, E32, E33: cancelled, tentative and free events are left alone; a ghost is listed', async () => {
    const names = await engine.sql(
      "SELECT name FROM bb_event WHERE name LIKE 'Kanskje%' OR name LIKE 'Canceled%' OR name LIKE 'Åpen kontor%' OR name LIKE 'Etterlatt%'",
    );
    expect(names).toEqual([]);
    const alerts = await engine.sql("SELECT properties FROM bridge_alerts WHERE kind = 'ghost'");
    expect(alerts).toEqual([{ properties: expect.stringContaining('event:9998') }]);
  });

  test('S16: ten more alternating cycles write nothing on either side', async () => {
    const before = await engine.sql('SELECT id, version FROM bridge_mappings ORDER BY id');
    const events = JSON.stringify([101, 102, 103, 104, 201, 202].map((room) => engine.events(room)));
    const rows = JSON.stringify(await engine.sql('SELECT * FROM bb_event ORDER BY id'));
    for (let cycle = 0; cycle < 10; cycle += 1) {
      engine.wait(15 * MINUTE);
      await push(engine);
      await poll(engine);
      await imports(engine);
    }
    expect(await engine.sql('SELECT id, version FROM bridge_mappings ORDER BY id')).toEqual(before);
    expect(JSON.stringify([101, 102, 103, 104, 201, 202].map((room) => engine.events(room)))).toBe(events);
    expect(JSON.stringify(await engine.sql('SELECT * FROM bb_event ORDER BY id'))).toBe(rows);
    expect(engine.graph.mails).toEqual([]);
  });
});

describe('one import', () => {
  test('S3, S8, S19: adds one event row, one date row, its room, one age group and one audience', () =>
    inRoom(async (engine) => {
      engine.people.createInRoom(ORNEN, meeting('Styremøte', '2027-03-02 09:00', '2027-03-02 10:00'));
      await poll(engine);
      expect(await engine.mappings()).toMatchObject([{ sync_status: 'imported', reservation_id: null }]);
      const { reservationIds } = await imports(engine);
      const id = reservationIds[0];
      expect(
        await engine.row(`SELECT active, name, organizer, cost, reminder, customer_internal, completed, contact_phone, building_id,
          building_name, id_string, LENGTH(secret) AS secret FROM bb_event`),
      ).toEqual({
        active: 1,
        name: 'Styremøte',
        organizer: 'Møterom Ørnen',
        cost: 0,
        reminder: 0,
        customer_internal: 0,
        completed: 0,
        contact_phone: '',
        building_id: 1,
        building_name: 'Fjordvik kulturhus',
        id_string: String(id),
        secret: 32,
      });
      expect(await engine.sql('SELECT event_id, from_, to_ FROM bb_event_date')).toEqual([
        { event_id: id, from_: '2027-03-02 09:00:00', to_: '2027-03-02 10:00:00' },
      ]);
      expect(await engine.sql('SELECT event_id, resource_id FROM bb_event_resource')).toEqual([
        { event_id: id, resource_id: ROOM },
      ]);
      expect(await engine.sql('SELECT event_id FROM bb_event_agegroup')).toEqual([{ event_id: id }]);
      expect(await engine.sql('SELECT event_id FROM bb_event_targetaudience')).toEqual([{ event_id: id }]);
      expect(await engine.mappings()).toMatchObject([
        {
          sync_status: 'synced',
          reservation_type: 'event',
          reservation_id: id,
          sync_direction: 'outlook_to_booking',
          origin: 'outlook',
        },
      ]);
    }));

  test('S57: the detail has what the documented body needs', () =>
    inRoom(async (engine) => {
      engine.people.createInRoom(ORNEN, meeting('Styremøte', '2027-03-02 09:00', '2027-03-02 10:00'));
      await poll(engine);
      const [mapping] = await engine.mappings();
      const result = await imports(engine);
      expect(result.details).toEqual([
        {
          mappingId: mapping?.id,
          calendar: ORNEN,
          eventId: mapping?.outlook_event_id,
          resourceId: ROOM,
          reservationId: result.reservationIds[0],
          title: 'Styremøte',
          start: '2027-03-02 09:00:00',
          end: '2027-03-02 10:00:00',
          status: 'created',
          linkedResources: [ROOM],
          warnings: [],
        },
      ]);
    }));

  test("E36: a person's meeting is never written to; the room's own event gets our marker, silently", () =>
    inRoom(async (engine) => {
      engine.people.createInRoom(ORNEN, meeting('Rett i rommet', '2027-03-02 09:00', '2027-03-02 10:00'));
      invite(engine, [ORNEN], meeting('Innkalt', '2027-03-03 09:00', '2027-03-03 10:00'));
      const mails = engine.graph.mails.length;
      await poll(engine);
      const { reservationIds } = await imports(engine);
      const [own, invited] = engine.events(ROOM);
      expect(own?.marker).toBe(`event:${reservationIds[0]}:${ROOM}:0`);
      expect(invited?.marker).toBeNull();
      expect(engine.graph.mails).toHaveLength(mails);
      const versions = (await engine.mappings()).map((row) => row.version);
      expect((await poll(engine)).changesDetected).toBe(0);
      expect((await engine.mappings()).map((row) => row.version)).toEqual(versions);
    }));

  test('a series of the room gets no marker: it would make an exception of every occurrence', () =>
    inRoom(async (engine) => {
      engine.people.createInRoom(ORNEN, {
        ...meeting('Kor', '2027-03-02 09:00', '2027-03-02 10:00'),
        ...weekly('2027-03-02', 'tuesday', 3),
      });
      await poll(engine);
      expect(await imports(engine)).toMatchObject({ successful: 3 });
      expect(engine.graph.metrics.operations['update-event'] ?? 0).toBe(0);
    }));

  test('S97, S98: activity, age group and audience of the room come before the configured ones', () =>
    inRoom(
      async (engine) => {
        await engine.sql(
          `UPDATE bridge_resource_mappings SET activity_id = 36, agegroup_id = 5, audience_id = 6 WHERE resource_id = ${ROOM}`,
        );
        for (const calendar of [ORNEN, AERE])
          engine.people.createInRoom(calendar, meeting(calendar, '2027-03-02 09:00', '2027-03-02 10:00'));
        await poll(engine);
        await imports(engine);
        expect(
          await engine.sql(`SELECT r.resource_id, e.activity_id, a.agegroup_id, t.targetaudience_id FROM bb_event e
            JOIN bb_event_resource r ON r.event_id = e.id JOIN bb_event_agegroup a ON a.event_id = e.id
            JOIN bb_event_targetaudience t ON t.event_id = e.id ORDER BY r.resource_id`),
        ).toEqual([
          { resource_id: 103, activity_id: 36, agegroup_id: 5, targetaudience_id: 6 },
          { resource_id: 104, activity_id: 15, agegroup_id: 3, targetaudience_id: 4 },
        ]);
      },
      { settings: { DEFAULT_ACTIVITY_ID: '15', DEFAULT_AGEGROUP_ID: '3', DEFAULT_AUDIENCE_ID: '4' } },
    ));

  test('dry run: says what would be made and writes nothing', () =>
    inRoom(async (engine) => {
      engine.people.createInRoom(ORNEN, meeting('Styremøte', '2027-03-02 09:00', '2027-03-02 10:00'));
      await poll(engine);
      const before = await engine.mappings();
      const result = await processImports(engine.deps, engine.run('process-imports', { dryRun: true }), { limit: 10 });
      expect(result.plan).toMatchObject([{ side: 'booking', action: 'create-reservation', resourceId: ROOM }]);
      expect(await engine.mappings()).toEqual(before);
      expect(await eventRows(engine)).toEqual([]);
    }));

  test('the limit leaves the rest for the next call, in the order of their start', () =>
    inRoom(async (engine) => {
      for (const day of ['05', '03', '04'])
        engine.people.createInRoom(ORNEN, meeting(`Dag ${day}`, `2027-03-${day} 09:00`, `2027-03-${day} 10:00`));
      await poll(engine);
      const first = await imports(engine, { limit: 2 });
      expect(first).toMatchObject({ successful: 2, remaining: 1 });
      expect((await eventRows(engine)).map((row) => row.name)).toEqual(['Dag 03', 'Dag 04']);
      expect(await imports(engine, { limit: 2 })).toMatchObject({ successful: 1, remaining: 0 });
    }));

  test('S112: a body that cannot be converted is imported as it is, with a warning', () =>
    inRoom(async (engine) => {
      const body = { contentType: 'html', content: '<p>Sak 1</p>' };
      engine.people.createInRoom(ORNEN, meeting('Styremøte', '2027-03-02 09:00', '2027-03-02 10:00', { body }));
      await poll(engine);
      const asHtml = { ...engine.deps, calendars: readingHtml(engine.deps.calendars) };
      const converter = () => {
        throw new Error('cannot');
      };
      const result = await processImports(asHtml, engine.run(), { limit: 10, converter });
      expect(result.details).toMatchObject([{ status: 'created', warnings: ['HTML to text conversion failed'] }]);
      expect((await eventRows(engine))[0]?.description).toContain('<p>Sak 1</p>');
    }));
});

describe('failures', () => {
  const STEPS = ['bb_event ', 'bb_event_date', 'bb_event_resource', 'bb_event_agegroup', 'bb_event_targetaudience'];

  test.each(STEPS)(
    'S13, S99, S111, S117: a failing insert into %s is rolled back, named, and succeeds later',
    async (table) => {
      const broken = { on: false };
      const beforeStatement = async ({ sql }: { sql: string }) => {
        const written = sql.replaceAll('"', '');
        if (broken.on && written.includes(`INSERT INTO ${table}`))
          throw new SyncError('rejected', 'A trigger refused the row.');
      };
      await inRoom(
        async (engine) => {
          engine.people.createInRoom(ORNEN, meeting('Styremøte', '2027-03-02 09:00', '2027-03-02 10:00'));
          await poll(engine);
          broken.on = true;
          const failed = await imports(engine);
          expect(failed).toMatchObject({ processed: 1, successful: 0, errors: 1, reservationIds: [] });
          expect(failed.errorDetails[0]?.message).toMatch(
            /^Transaction failed during event creation, at the insert of the \w+\./,
          );
          for (const name of STEPS) expect(await engine.sql(`SELECT 1 FROM ${name}`)).toEqual([]);
          expect(await engine.mappings()).toMatchObject([
            { sync_status: 'imported', retry_count: 1, error_message: failed.errorDetails[0]?.message },
          ]);
          broken.on = false;
          expect(await imports(engine)).toMatchObject({ successful: 1, errors: 0 });
          expect(await engine.mappings()).toMatchObject([
            { sync_status: 'synced', retry_count: 0, error_message: null },
          ]);
        },
        { hooks: { beforeStatement } },
      );
    },
  );

  test('R8: one bad meeting does not stop the others; a timer waits before it tries again', async () => {
    const beforeStatement = async ({ sql, parameters }: { sql: string; parameters: number }) => {
      void parameters;
      if (fail.next && sql.replaceAll('"', '').includes('INSERT INTO bb_event_date')) {
        fail.next = false;
        throw new SyncError('rejected', 'A trigger refused the row.');
      }
    };
    const fail = { next: true };
    await inRoom(
      async (engine) => {
        for (const day of ['02', '03'])
          engine.people.createInRoom(ORNEN, meeting(`Dag ${day}`, `2027-03-${day} 09:00`, `2027-03-${day} 10:00`));
        await poll(engine);
        expect(await imports(engine)).toMatchObject({ successful: 1, errors: 1 });
        const timer = () =>
          processImports(engine.deps, engine.run('process-imports', { trigger: 'timer' }), { limit: 10 });
        expect(await timer()).toMatchObject({ processed: 0 });
        engine.wait(2 * MINUTE);
        expect(await timer()).toMatchObject({ successful: 1 });
      },
      { hooks: { beforeStatement } },
    );
  });
});
