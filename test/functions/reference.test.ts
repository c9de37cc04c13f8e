/** The guide's reference scenario: its room, its ids, its bodies, reproduced field by field. */
import { deletionsBody } from '../../src/http/bodies/cancellation.ts';
import { processImportsBody } from '../../src/http/bodies/imports.ts';
import { pushBody } from '../../src/http/bodies/sync.ts';
import { openedForEach } from '../support/lifetimes.ts';
import { openFunctionWorld } from './support/function-world.ts';

const CALENDAR = 'room431@fjordvik.example';
const ELEVEN = Array.from({ length: 11 }, (_, index) => 78268 + index);

/** The guide's Monday, in a room of its own: resource 431. */
const world = openedForEach(() => openFunctionWorld({ now: '2025-01-13T07:00:00Z' }));
beforeEach(async () => {
  world.graph.addMailbox({ address: CALENDAR, name: 'Conference Room A' });
  await world.run("INSERT INTO bb_resource (id, activity_id, name) VALUES (431, 51, 'Conference Room A')");
  await world.run('INSERT INTO bb_building_resource (building_id, resource_id) VALUES (1, 431)');
  await world.run('DELETE FROM bridge_resource_mappings');
  await world.run(`INSERT INTO bridge_resource_mappings (resource_id, outlook_item_id, outlook_item_name, active)
VALUES (431, '${CALENDAR}', 'Conference Room A', 1);`);
});

/** Makes the next row of a table get this id, as in a database with a history. */
async function continueAt(table: string, next: number): Promise<void> {
  await world.run(`DELETE FROM sqlite_sequence WHERE name = '${table}'`);
  await world.run(`INSERT INTO sqlite_sequence (name, seq) VALUES ('${table}', ${next - 1})`);
}

async function addEvent(id: number, name: string, day: string): Promise<void> {
  await world.run(`INSERT INTO bb_event (id, activity_id, name, from_, to_, building_name, contact_name, contact_email,
    contact_phone, secret) VALUES (${id}, 51, '${name}', '${day} 10:00:00', '${day} 11:00:00', 'Kulturhus', 'Kari', '', '', 'x')`);
  await world.run(`INSERT INTO bb_event_resource (event_id, resource_id) VALUES (${id}, 431)`);
}

async function addBooking(id: number, day: string): Promise<void> {
  await world.run("UPDATE bb_season SET from_ = '2025-01-01'");
  await world.run(`INSERT INTO bb_booking (id, group_id, from_, to_, season_id, activity_id, secret)
    VALUES (${id}, 21, '${day} 10:00:00', '${day} 11:00:00', 31, 51, 'x')`);
  await world.run(`INSERT INTO bb_booking_resource (booking_id, resource_id) VALUES (${id}, 431)`);
}

/** Eleven meetings written into the room's calendar; the first is the sample's. */
function writeEleven(): readonly string[] {
  return ELEVEN.map((_, index) => {
    const day = `2025-01-${String(13 + index).padStart(2, '0')}`;
    const time = (hour: string) => ({ dateTime: `${day}T${hour}:00:00`, timeZone: 'W. Europe Standard Time' });
    const subject = index === 0 ? 'Important Team Meeting' : `Meeting ${index + 1}`;
    return world.graph.actors.createInRoom(CALENDAR, { subject, start: time('14'), end: time('15') });
  });
}

async function importEleven(): Promise<{ readonly events: readonly string[]; readonly body: unknown }> {
  await continueAt('bb_event', 78268);
  const events = writeEleven();
  await world.call('POST /polling/poll-changes');
  return { events, body: (await world.call('POST /booking/process-imports')).body };
}

const rowsOf = (ids: readonly number[]) =>
  world.run<{ id: number; status: string; event: string | null; direction: string }>(
    `SELECT reservation_id AS id, sync_status AS status, outlook_event_id AS event, sync_direction AS direction
     FROM bridge_mappings WHERE reservation_type = 'event' AND reservation_id IN (${ids}) ORDER BY reservation_id`,
  );

test('S57, S100, S108: the import result of the guide, field by field', async () => {
  const { events, body } = await importEleven();
  const { success, message, results } = processImportsBody.parse(body);
  expect({ success, message }).toEqual({ success: true, message: 'Import processing completed' });
  const { details, ...counts } = results;
  expect(counts).toEqual({
    processed: 11,
    successful: 11,
    errors: 0,
    success_rate: '100%',
    reservation_ids: ELEVEN,
    skipped: 0,
    error_details: [],
  });
  expect(details.map((detail) => [detail.reservation_id, detail.outlook_item_id])).toEqual(
    ELEVEN.map((id, index) => [id, events[index]]),
  );
  expect(details[0]).toEqual({
    outlook_item_id: events[0],
    reservation_id: 78268,
    title: 'Important Team Meeting',
    start_time: '2025-01-13 14:00:00',
    end_time: '2025-01-13 15:00:00',
    resource_id: 431,
    status: 'created',
    outlook_event_id: events[0],
    calendar_id: CALENDAR,
    mapping_id: expect.any(Number),
    linked_resources: [431],
    warnings: [],
  });
  expect(await world.run('SELECT id FROM bb_event WHERE id >= 78268 ORDER BY id')).toEqual(
    ELEVEN.map((id) => ({ id })),
  );
});

test('S106, S108: the cancellation and re-sync results of the guide, field by field', async () => {
  await continueAt('bridge_mappings', 8);
  await addEvent(78265, 'Cancelled Meeting', '2025-01-14');
  await addEvent(78266, 'Test på outlook integrasjon', '2025-01-15');
  await addEvent(78267, 'Test på outlook integrasjon', '2025-01-16');
  await world.call('POST /sync/to-outlook');
  await world.run('UPDATE bb_event SET active = 0 WHERE id IN (78266, 78267)');
  await world.call('POST /bridges/sync-deletions');
  const before = await rowsOf([78265, 78266, 78267]);
  // The guide counts four and lists three: the fourth is a booking that never reached Outlook (I6).
  await addBooking(3901, '2025-01-17');
  await world.call('POST /sync/populate-mapping');
  await world.run('UPDATE bb_booking SET active = 0 WHERE id = 3901');
  await world.run('UPDATE bb_event SET active = 0 WHERE id = 78265');
  await world.run('UPDATE bb_event SET active = 1 WHERE id IN (78266, 78267)');

  const { success, message, results } = deletionsBody.parse((await world.call('POST /bridges/sync-deletions')).body);
  expect({ success, message }).toEqual({
    success: true,
    message: 'Cancellation detection and processing completed',
  });
  const row = { resource_id: 431 };
  const name = 'Test på outlook integrasjon';
  expect(results).toEqual({
    detected: 4,
    processed: 4,
    success_rate: '100%',
    cancelled_events: [
      {
        ...row,
        id: 78265,
        name: 'Cancelled Meeting',
        active: 0,
        mapping_id: 8,
        outlook_event_id: before[0]?.event,
        sync_status: 'synced',
      },
    ],
    reenabled_events: [78266, 78267].map((id, index) => ({
      ...row,
      id,
      name,
      active: 1,
      mapping_id: 9 + index,
      outlook_event_id: before[1 + index]?.event,
      sync_status: 'cancelled',
    })),
    outlook_deletions: 1,
    pending_resets: 2,
    errors: 0,
    cancelled_bookings: [expect.objectContaining({ id: 3901, outlook_event_id: null, sync_status: 'pending' })],
    cancelled_allocations: [],
    reenabled_bookings: [],
    reenabled_allocations: [],
    parked: 0,
    error_details: [],
  });

  const pushed = pushBody.parse((await world.call('POST /sync/to-outlook')).body);
  expect({ success: pushed.success, message: pushed.message }).toEqual({ success: true, message: 'Sync completed' });
  const after = await rowsOf([78266, 78267]);
  expect(pushed.results).toMatchObject({
    processed: 2,
    created: 2,
    updated: 0,
    errors: 0,
    details: [78266, 78267].map((id, index) => ({
      item_type: 'event',
      item_id: id,
      resource_id: 431,
      action: 'created',
      outlook_event_id: after[index]?.event,
      title: name,
    })),
  });
  for (const [index, { event }] of after.entries()) expect(event).not.toBe(before[1 + index]?.event);
});

test('S21: eleven imported, eleven ids in order, two of them cancelled, two re-enabled', async () => {
  await importEleven();
  const imported = await rowsOf(ELEVEN);
  expect(imported.map(({ id, status, direction }) => [id, status, direction])).toEqual(
    ELEVEN.map((id) => [id, 'synced', 'outlook_to_booking']),
  );

  const two = [78270, 78275];
  await world.run(`UPDATE bb_event SET active = 0 WHERE id IN (${two})`);
  const cancelled = await world.call('POST /bridges/sync-deletions');
  expect(cancelled.body.results).toMatchObject({ detected: 2, processed: 2, outlook_deletions: 2, errors: 0 });
  expect((await rowsOf(two)).map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  const live = () =>
    [...world.graph.mailbox(CALENDAR).events.values()].filter((event) => event.deletedAt === null && !event.purged);
  expect(live()).toHaveLength(9);

  await world.run(`UPDATE bb_event SET active = 1 WHERE id IN (${two})`);
  const reenabled = await world.call('POST /bridges/sync-deletions');
  expect(reenabled.body.results).toMatchObject({ detected: 2, processed: 2, pending_resets: 2, errors: 0 });
  const pushed = await world.call('POST /sync/to-outlook');
  expect(pushed.body.results).toMatchObject({ processed: 2, created: 2, errors: 0 });
  expect(live()).toHaveLength(11);
  const old = new Map(imported.map(({ id, event }) => [id, event]));
  for (const { id, event, status } of await rowsOf(two)) {
    expect([id, status, event === old.get(id)]).toEqual([id, 'synced', false]);
  }

  // The new events are ours: nothing is imported a second time.
  await world.call('POST /polling/poll-changes');
  expect((await world.call('POST /booking/process-imports')).body.results).toMatchObject({ processed: 0, skipped: 0 });
  expect(await world.run('SELECT COUNT(*) AS n FROM bb_event WHERE id >= 78268')).toEqual([{ n: 11 }]);
});
