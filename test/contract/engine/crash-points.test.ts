/**
 * R1, R2, R6, R7: a worker dies before and after every single effect (SQL statement, Graph request) of taking Outlook changes over, and
 * another one takes over. Afterwards both sides agree, nothing is doubled and nothing is lost.
 */

import { createActors } from '../../../src/sandbox/graph-simulator/actors.ts';
import { processImports } from '../../../src/sync/import-reservations.ts';
import { pollChanges } from '../../../src/sync/poll.ts';
import { pushPending } from '../../../src/sync/push.ts';
import { passRooms } from '../../../src/sync/run.ts';
import { MINUTE, meeting, times } from '../../support/engine.ts';
import { AERE, ORNEN } from '../../support/engine-jobs.ts';
import { type Death, openWorld, type Worker, type World } from '../../support/incarnations.ts';
import { KARI } from '../../support/outlook.ts';
import { waitFor } from '../../support/passing-time.ts';

/** Rooms that keep the organiser's title. */
const PLAIN = { deleteSubject: false, addOrganizerToSubject: false };

const poll = ({ app }: Worker) => pollChanges(app.deps, app.startRun('poll-changes', 'http'));
const imports = ({ app }: Worker) => processImports(app.deps, app.startRun('process-imports', 'http'), { limit: 100 });
const push = ({ app }: Worker) => pushPending(app.deps, app.startRun('to-outlook', 'http'), { limit: 1000 });

interface Scenario {
  readonly name: string;
  readonly prepare: (world: World) => Promise<void>;
  readonly act: (worker: Worker) => Promise<unknown>;
  /** Rooms and active flag of each event of the booking system by name, and the events in Outlook. */
  readonly expected: { readonly rows: readonly unknown[]; readonly outlook: readonly string[] };
}

const wait = (world: World, ms: number) => waitFor(world.graph, world.clock, ms);

async function settled(world: World): Promise<Worker> {
  const worker = await world.start();
  await poll(worker);
  await imports(worker);
  return worker;
}

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'import of an event of the room and of a meeting in two rooms',
    prepare: async (world) => {
      const people = createActors(world.graph.world);
      people.createInRoom(ORNEN, meeting('Rett i rommet', '2027-03-02 09:00', '2027-03-02 10:00'));
      for (const room of [ORNEN, AERE]) Object.assign(world.graph.mailbox(room).processing, PLAIN);
      people.book({
        organizer: KARI,
        rooms: [ORNEN, AERE],
        event: meeting('Felles', '2027-03-03 09:00', '2027-03-03 10:00'),
      });
      wait(world, MINUTE);
    },
    act: async (worker) => {
      await poll(worker);
      await imports(worker);
    },
    expected: {
      rows: [
        { name: 'Felles', active: 1, rooms: '103,104' },
        { name: 'Rett i rommet', active: 1, rooms: '103' },
      ],
      outlook: ['Felles', 'Felles', 'Rett i rommet'],
    },
  },
  {
    name: 'an edit and a deletion in Outlook',
    prepare: async (world) => {
      const people = createActors(world.graph.world);
      const edited = people.createInRoom(ORNEN, meeting('Før', '2027-03-02 09:00', '2027-03-02 10:00'));
      const deleted = people.createInRoom(ORNEN, meeting('Slettes', '2027-03-03 09:00', '2027-03-03 10:00'));
      await settled(world);
      people.editInRoom(ORNEN, edited, { subject: 'Etter', ...times('2027-03-02 12:00', '2027-03-02 13:00') });
      people.deleteInRoom(ORNEN, deleted);
    },
    act: poll,
    expected: {
      rows: [
        { name: 'Etter', active: 1, rooms: '103' },
        { name: 'Slettes', active: 0, rooms: '103' },
      ],
      outlook: ['Etter'],
    },
  },
  {
    name: 'E12: a meeting moved to another room',
    prepare: async (world) => {
      const people = createActors(world.graph.world);
      for (const room of [ORNEN, AERE])
        Object.assign(world.graph.mailbox(room).processing, { ...PLAIN, removeCanceledMeetings: true });
      const booked = people.book({
        organizer: KARI,
        rooms: [ORNEN],
        event: meeting('Flyttes', '2027-03-03 09:00', '2027-03-03 10:00'),
      });
      wait(world, MINUTE);
      await settled(world);
      people.changeRooms(booked, [AERE]);
      wait(world, MINUTE);
    },
    act: poll,
    expected: { rows: [{ name: 'Flyttes', active: 1, rooms: '104' }], outlook: ['Flyttes'] },
  },
  {
    name: 'first push into a calendar somebody filled by hand',
    prepare: async (world) => {
      const people = createActors(world.graph.world);
      people.createInRoom(ORNEN, meeting('Korps', '2027-03-02 09:00', '2027-03-02 10:00'));
      await world.run(`INSERT INTO bb_event (id, activity_id, name, from_, to_, building_name, contact_name, contact_email, contact_phone, secret)
        VALUES (700, 1, 'Korps', '2027-03-02 09:00:00', '2027-03-02 10:00:00', 'Kulturhus', 'Kari', '', '', 'x')`);
      await world.run('INSERT INTO bb_event_resource (event_id, resource_id) VALUES (700, 103)');
    },
    act: push,
    expected: { rows: [{ name: 'Korps', active: 1, rooms: '103' }], outlook: ['Korps'] },
  },
];

/** The municipality without reservations, so that a life is short. */
async function prepared(scenario: Scenario): Promise<World> {
  const world = await openWorld();
  for (const child of ['agegroup', 'targetaudience', 'resource', 'date'])
    await world.run(`DELETE FROM bb_event_${child}`);
  for (const table of ['bb_booking_resource', 'bb_allocation_resource', 'bb_event', 'bb_booking', 'bb_allocation'])
    await world.run(`DELETE FROM ${table}`);
  await scenario.prepare(world);
  return world;
}

/** Full passes of a fresh worker after every lease and back-off of the dead one is over. */
async function recover(world: World): Promise<void> {
  const worker = await world.start();
  for (let cycle = 0; cycle < 3; cycle += 1) {
    wait(world, 15 * MINUTE);
    await passRooms(worker.app.deps, worker.app.startRun('change-tick', 'timer'), { pull: true });
    await imports(worker);
  }
}

async function expectAgreement(world: World, { rows, outlook }: Scenario['expected']): Promise<void> {
  const found = await world.run(`SELECT name, active, (SELECT GROUP_CONCAT(resource_id) FROM
      (SELECT resource_id FROM bb_event_resource WHERE event_id = e.id ORDER BY resource_id)) AS rooms
    FROM bb_event e ORDER BY name, id`);
  expect(found.map((row) => ({ ...row }))).toEqual(rows);
  const inRooms = world.events().filter((event) => event.calendar !== KARI.address);
  expect(inRooms.map((event) => event.subject).sort()).toEqual(outlook);
  expect(await world.run("SELECT COUNT(*) AS n FROM bridge_mappings WHERE sync_status = 'synced'")).toMatchObject([
    { n: outlook.length },
  ]);
  expect(
    await world.run("SELECT 1 FROM bridge_mappings WHERE sync_status IN ('pending', 'error', 'imported', 'conflict')"),
  ).toEqual([]);
  expect(await world.run("SELECT 1 FROM bridge_intents WHERE status = 'open'")).toEqual([]);
}

async function surviveDeath(scenario: Scenario, death: Death): Promise<void> {
  const world = await prepared(scenario);
  const doomed = await world.start(death);
  await scenario.act(doomed).catch(() => {});
  await recover(world);
  await expectAgreement(world, scenario.expected);
  await world.close();
}

test.each(SCENARIOS)(
  '$name: survives a death before and after every effect',
  async (scenario) => {
    const healthy = await prepared(scenario);
    const worker = await healthy.start();
    await scenario.act(worker);
    const effects = worker.effects();
    await recover(healthy);
    await expectAgreement(healthy, scenario.expected);
    await healthy.close();
    expect(effects).toBeGreaterThan(15);
    // Dying after an effect leaves the world as dying before the next one does.
    for (let at = 1; at <= effects + 1; at += 1) {
      try {
        await surviveDeath(scenario, { at, when: 'before' });
      } catch (error) {
        throw new Error(`death before effect ${at} of ${effects}: ${(error as Error).message}`, { cause: error });
      }
    }
  },
  120_000,
);
