/** `?dry_run=true` on every call that writes: a plan, and nothing written on either side. */
import { endpoints } from '../../functions/endpoints.ts';
import { readOutlook } from '../../src/sandbox/outlook-state.ts';
import { meeting, ORNEN } from './support/calendar.ts';
import { type FunctionWorld, openFunctionWorld } from './support/function-world.ts';

let world: FunctionWorld;
afterEach(() => world.close());

/** A world in which every call finds something to do. */
async function openBusyWorld(): Promise<Readonly<Record<string, string | number>>> {
  world = await openFunctionWorld({ packC: true, settings: { BRAKE_COUNT: '1', BRAKE_PERCENT: '1' } });
  await world.call('POST /sync/to-outlook?limit=1000');
  await world.call('POST /polling/poll-changes');
  await world.call('POST /booking/process-imports');
  const ours = await world.run<{ id: string }>(
    "SELECT outlook_event_id AS id FROM bridge_mappings WHERE resource_id = 103 AND origin = 'booking' AND reservation_type = 'event' AND outlook_event_id IS NOT NULL ORDER BY id",
  );
  // Parked: more deletions than the brake lets pass. Then news on both sides.
  for (const { id } of ours.slice(0, 4)) world.graph.actors.deleteInRoom(ORNEN, id);
  await world.call('POST /polling/poll-changes');
  world.graph.actors.createInRoom(ORNEN, meeting('Notert', '02T12:00', '02T13:00'));
  await world.call('POST /sync/from-outlook');
  world.graph.actors.createInRoom(ORNEN, meeting('Ukjent', '02T14:00', '02T15:00'));
  await world.run('UPDATE bb_event SET active = 0 WHERE id = 1008');
  await world.run("UPDATE bb_event SET name = 'Nytt navn' WHERE id = 1001");
  await world.run(`INSERT INTO bridge_mappings (reservation_type, reservation_id, resource_id, outlook_item_id, sync_status)
    VALUES ('event', 9999, 102, 'lillesalen@fjordvik.example', 'cancelled')`);
  const one = async (text: string) => (await world.run<{ v: string | number }>(text))[0]?.v ?? '';
  const eventId = await one('SELECT outlook_event_id AS v FROM bridge_mappings WHERE reservation_id = 1001');
  const conflict = await one("SELECT id AS v FROM bridge_mappings WHERE conflict_kind = 'overlap'");
  const parked = await one("SELECT id AS v FROM bridge_parked_operations WHERE status = 'parked'");
  return { eventId, conflict, parked };
}

const BODIES: Readonly<Record<string, (found: Readonly<Record<string, string | number>>) => object>> = {
  resolveConflict: () => ({ decision: 'keep_both' }),
  cancelOutlookByBody: ({ eventId }) => ({ outlook_event_id: eventId }),
  approveSeveralParked: ({ parked }) => ({ ids: [parked] }),
  dismissSeveralParked: ({ parked }) => ({ ids: [parked] }),
};

function pathOf(route: string, found: Readonly<Record<string, string | number>>): string {
  const id = route.startsWith('conflicts/') ? found['conflict'] : found['parked'];
  return route
    .replace('{reservationType}/{reservationId}/{resourceId}', 'event/1001/101')
    .replace('{outlookEventId}', encodeURIComponent(String(found['eventId'])))
    .replace('{id}', String(id));
}

/** Everything in the database but leases, which a plan takes too. */
async function readEverything(): Promise<string> {
  const tables = await world.run<{ name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
  );
  const contents = await Promise.all(
    tables.map(async ({ name }) => {
      const rows = await world.run<Record<string, unknown>>(`SELECT * FROM "${name}"`);
      return [name, rows.map(({ lease_owner, lease_expires_at, fencing_token, updated_at, ...row }) => row)];
    }),
  );
  return JSON.stringify(contents, null, 1);
}

const writing = endpoints.filter((endpoint) => endpoint.writes);

test.each(writing.map(({ name, method, route }) => [`${method} /${route}`, name, method, route]))(
  '%s',
  async (_, name, method, route) => {
    const found = await openBusyWorld();
    const before = { database: await readEverything(), outlook: readOutlook(world.graph) };
    const body = BODIES[name]?.(found);
    const reply = await world.call(
      `${method} /${pathOf(route, found)}?dry_run=true`,
      body === undefined ? {} : { body: JSON.stringify(body) },
    );
    expect([reply.status, reply.body.dry_run, Array.isArray(reply.body.plan)]).toEqual([200, true, true]);
    expect(await readEverything()).toBe(before.database);
    expect(readOutlook(world.graph)).toEqual(before.outlook);
  },
);
