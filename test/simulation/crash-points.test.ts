/**
 * R1, R6: a worker dies before and after every single effect (SQL statement, Graph request) of creating, updating and deleting
 * events, and another one takes over. Afterwards there is exactly one event per reservation and room, both sides agree, and no
 * reservation was deactivated because of our own deletion.
 */
import { detectCancellations } from '../../src/sync/cancellations.ts';
import { pushPending } from '../../src/sync/push.ts';
import { passRooms } from '../../src/sync/run.ts';
import { type Death, openWorld, type Worker, type World } from '../support/incarnations.ts';

const ROOM = 'ornen@fjordvik.example';
const MINUTE = 60_000;

async function push({ app }: Worker): Promise<unknown> {
  return pushPending(app.deps, app.startRun('to-outlook', 'http'), { limit: 1000, resourceIds: [103] });
}

async function cancel({ app }: Worker): Promise<unknown> {
  return detectCancellations(app.deps, app.startRun('sync-deletions', 'http'), { resourceIds: [103] });
}

/** Full passes of a fresh worker after every lease and back-off of the dead one is over. */
async function settle(world: World): Promise<void> {
  const worker = await world.start();
  for (let cycle = 0; cycle < 3; cycle += 1) {
    world.clock.advanceTo(world.clock.now() + 15 * MINUTE);
    await passRooms(worker.app.deps, worker.app.startRun('change-tick', 'timer'), { calendars: [ROOM], pull: true });
  }
}

interface Scenario {
  readonly name: string;
  /** What a deleted event's id answers; both where deletions are part of the story. */
  readonly deletedEvents: readonly ('resolve' | 'not-found')[];
  /** Brings the world to the point where the doomed worker starts. */
  readonly prepare: (world: World) => Promise<void>;
  readonly act: (worker: Worker) => Promise<unknown>;
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'create', deletedEvents: ['resolve'], prepare: async () => {}, act: push },
  {
    name: 'update',
    deletedEvents: ['resolve'],
    prepare: async (world) => {
      await push(await world.start());
      await world.run(
        "UPDATE bb_event SET name = 'Budsjettseminar, flyttet', from_ = '2027-03-08 10:00:00' WHERE id = 1002",
      );
      await world.run("UPDATE bb_event SET description = 'Ny tekst' WHERE id = 1011");
    },
    act: push,
  },
  {
    name: 'delete',
    deletedEvents: ['resolve', 'not-found'],
    prepare: async (world) => {
      await push(await world.start());
      await world.run('UPDATE bb_event SET active = 0 WHERE id IN (1002, 1018)');
      await world.run('DELETE FROM bb_booking_resource WHERE booking_id = 3057');
    },
    act: cancel,
  },
  {
    name: 're-enable',
    deletedEvents: ['resolve', 'not-found'],
    prepare: async (world) => {
      const worker = await world.start();
      await push(worker);
      await world.run('UPDATE bb_event SET active = 0 WHERE id = 1002');
      await cancel(worker);
      await world.run('UPDATE bb_event SET active = 1 WHERE id = 1002');
    },
    act: async (worker) => {
      await cancel(worker);
      await push(worker);
    },
  },
];

async function effectsOf(scenario: Scenario, deletedEvents: 'resolve' | 'not-found'): Promise<number> {
  const world = await openWorld({ deletedEvents });
  await scenario.prepare(world);
  const worker = await world.start();
  await scenario.act(worker);
  await world.close();
  return worker.effects();
}

async function surviveDeath(scenario: Scenario, death: Death, deletedEvents: 'resolve' | 'not-found'): Promise<void> {
  const world = await openWorld({ deletedEvents });
  await scenario.prepare(world);
  const activeBefore = await activeReservations(world);
  const doomed = await world.start(death);
  await scenario.act(doomed).catch(() => {});
  await settle(world);
  await expectAgreement(world);
  expect(await activeReservations(world)).toEqual(activeBefore);
  await world.close();
}

async function activeReservations(world: World): Promise<unknown> {
  return world.run(
    "SELECT 'event' AS type, id, active FROM bb_event UNION ALL SELECT 'booking', id, active FROM bb_booking ORDER BY 1, 2",
  );
}

/** Exactly the valid active reservations of room 103, each once. */
async function expectAgreement(world: World): Promise<void> {
  const expected = await world.run<{ key: string }>(`
    SELECT 'event:' || e.id || ':103' AS key FROM bb_event e JOIN bb_event_resource r ON r.event_id = e.id
      WHERE r.resource_id = 103 AND e.active = 1 AND e.to_ > e.from_
    UNION ALL SELECT 'booking:' || b.id || ':103' FROM bb_booking b JOIN bb_booking_resource r ON r.booking_id = b.id
      WHERE r.resource_id = 103 AND b.active = 1 ORDER BY 1`);
  const found = world.events().filter((event) => event.calendar === ROOM);
  expect(found.map((event) => event.marker).sort()).toEqual(expected.map((row) => row.key));
  const mapped = await world.run<{ n: number }>(
    `SELECT COUNT(*) AS n FROM bridge_mappings WHERE outlook_item_id = '${ROOM}' AND sync_status = 'synced'`,
  );
  expect(mapped[0]?.n).toBe(expected.length);
}

describe.each(SCENARIOS)('$name', (scenario) => {
  test.each(scenario.deletedEvents)(
    'R1, R6: survives a death before and after every effect (deleted events: %s)',
    async (deletedEvents) => {
      const effects = await effectsOf(scenario, deletedEvents);
      expect(effects).toBeGreaterThan(10);
      for (let at = 1; at <= effects; at += 1) {
        for (const when of ['before', 'after'] as const) {
          try {
            await surviveDeath(scenario, { at, when }, deletedEvents);
          } catch (error) {
            throw new Error(`death ${when} effect ${at} of ${effects}: ${(error as Error).message}`, { cause: error });
          }
        }
      }
    },
    120_000,
  );
});
