/** R8: while one room, or one event, goes on failing, everything else arrives; and once it is well again, it does too. */
import { obey } from './acts.ts';
import { drawCommand, MIX, type Mix } from './commands.ts';
import { checkEquality, type MappingRow, readMappings } from './equality.ts';
import { sicknessOf } from './faults.ts';
import { editOf } from './ledger.ts';
import { rest, runCycle, settleTasks } from './settle.ts';
import type { Simulation } from './simulation.ts';
import { ROOMS } from './stage.ts';

/** What people do while it fails: work for every room. */
const WORK: Mix = {
  ...MIX,
  clerk: { create: 4, rename: 3, move: 2, describe: 1, cancel: 1 },
  person: { write: 3, rename: 2, invite: 1, delete: 1 },
  operator: { activate: 1 },
  service: { tick: 1, push: 1 },
  fault: { wait: 1 },
  plot: { edit: 1 },
};
const ACTS = 15;
const CYCLES = 4;

export async function checkIsolation(sim: Simulation): Promise<void> {
  const { traits } = sim;
  if (traits.failing === 'room') await withFailingRoom(sim);
  if (traits.failing === 'event') await withFailingEvent(sim);
}

async function withFailingRoom(sim: Simulation): Promise<void> {
  const { scheduler, graph } = sim;
  const mapped = [...sim.truth().rooms.values()];
  const calendar = mapped[scheduler.random.below(Math.max(1, mapped.length))];
  if (calendar === undefined) return;
  graph.setHealth(calendar, sicknessOf(scheduler.random.below(100)));
  scheduler.note(`${calendar} fails from now on`);
  await work(sim);
  await checkOthers(sim, calendar, (rows) => rows.filter((row) => row.outlook_item_id === calendar));
  const [state] = await sim.stage.query<{ last_error: string | null }>(
    `SELECT last_error FROM bridge_calendars WHERE outlook_item_id = '${calendar}'`,
  );
  if (state !== undefined && state.last_error === null) sim.report(`R8: nothing says why ${calendar} fails`);
  graph.setHealth(calendar, 'ok');
  if (sim.broken().length === 0) await rest(sim);
}

async function withFailingEvent(sim: Simulation): Promise<void> {
  const { scheduler, graph, stage, faults } = sim;
  const rows = (await readMappings(stage)).filter(
    (row) =>
      row.sync_status === 'synced' &&
      row.reservation_type === 'event' &&
      row.origin === 'booking' &&
      row.outlook_event_id !== null &&
      sim.truth().wanted.has(`event:${row.reservation_id}:${row.resource_id}`),
  );
  const row = rows[scheduler.random.below(Math.max(1, rows.length))];
  if (row === undefined) return;
  const id = row.outlook_event_id ?? '';
  graph.faults.add({
    fault: { status: 500, code: 'ErrorInternalServerError' },
    times: Number.POSITIVE_INFINITY,
    match: ({ method, path }) => method === 'PATCH' && decodeURIComponent(path).includes(id),
  });
  scheduler.note(`changes of mapping ${row.id} fail from now on`);
  await stage.query(`UPDATE bb_event SET name = 'Hemmelig X' WHERE id = ${row.reservation_id}`);
  Object.assign(editOf(sim.ledger, `event:${row.reservation_id}`), { clerk: 'Hemmelig X', titleBy: 'clerk' });
  await sim.readTruth();
  await work(sim);
  await checkOthers(sim, null, (all) => all.filter((one) => one.reservation_id === row.reservation_id));
  const [now] = (await readMappings(stage)).filter((one) => one.id === row.id);
  if (now?.sync_status === 'error' && (now.error_message === null || now.next_retry_at === null))
    sim.report(`R8: mapping ${row.id} fails without a reason or without a next attempt`);
  faults.clear();
  if (sim.broken().length === 0) await rest(sim);
}

async function work(sim: Simulation): Promise<void> {
  for (let act = 0; act < ACTS; act += 1) {
    const command = drawCommand(sim.scheduler.random, WORK);
    await obey(sim, command, 3);
    await sim.scheduler.run(command.gap);
    await sim.refresh();
  }
  await settleTasks(sim);
  for (let cycle = 0; cycle < CYCLES && sim.broken().length === 0; cycle += 1) await runCycle(sim);
}

async function checkOthers(
  sim: Simulation,
  calendar: string | null,
  failing: (rows: readonly MappingRow[]) => readonly MappingRow[],
): Promise<void> {
  if (sim.broken().length > 0) return;
  sim.count('R8');
  const rows = failing(await readMappings(sim.stage));
  const reservations = new Set(rows.map((row) => `${row.reservation_type}:${row.reservation_id}`));
  const room = ROOMS.find((one) => sim.truth().rooms.get(one.id) === calendar);
  for (const [key, { rooms }] of sim.truth().reservations) if (room && rooms.includes(room.id)) reservations.add(key);
  await checkEquality(
    { ...sim, report: (broken) => sim.report(`R8: beside what fails, ${broken}`) },
    { ...(calendar !== null && { calendars: new Set([calendar]) }), reservations },
  );
}
