/** Operators: they decide what the brake parked, change which calendar stands for a room, and run the guide's reset script. */
import type { Command } from './commands.ts';
import { editOf } from './ledger.ts';
import { jobOf } from './service.ts';
import type { Simulation } from './simulation.ts';
import { ROOMS, SPARE_CALENDAR } from './stage.ts';

/** The guide's "reset the entire synchronization state", as printed. */
const RESET = `UPDATE bridge_mappings
SET sync_status = 'pending',
    outlook_event_id = NULL,
    reservation_id = NULL
WHERE sync_status != 'cancelled'`;

export async function actAsOperator(sim: Simulation, { verb, a, b }: Command): Promise<void> {
  const { stage, ledger, scheduler } = sim;
  const room = ROOMS[a % ROOMS.length] ?? ROOMS[0];
  if (room === undefined) return;
  const act = (work: () => Promise<unknown>) => {
    scheduler.spawn(`operator ${verb}`, async () => {
      await work();
      await sim.readTruth();
    });
    return scheduler.drain();
  };
  switch (verb) {
    case 'approve':
      return act(() => approve(sim));
    case 'dismiss':
      return act(async () => {
        const rows = await stage.query<{ mapping_id: number }>(
          "UPDATE bridge_parked_operations SET status = 'dismissed', decided_at = bridge_now() WHERE status = 'parked' RETURNING mapping_id",
        );
        for (const row of rows) ledger.dismissed.add(row.mapping_id);
      });
    case 'deactivate':
      ledger.touchedRooms.add(room.id);
      return act(() => stage.query(`UPDATE bridge_resource_mappings SET active = 0 WHERE resource_id = ${room.id}`));
    case 'activate':
      return act(() => activate(sim));
    case 'remap':
      ledger.touchedRooms.add(room.id);
      return act(() => remap(sim, room.id, room.calendar));
    case 'reset':
      ledger.wasReset = true;
      ledger.wasResetSinceRest = true;
      return act(() => stage.query(RESET));
    case 'cancelNow':
    case 'confirm': {
      const worker = await sim.worker(a % 3);
      const job = jobOf(verb, b, a, sim.truth());
      if (job === null || worker.process.state !== 'running') return;
      if (verb === 'cancelNow') noteCancelled(sim, b, a);
      const done = sim.startJob(worker, job);
      if (verb === 'confirm' && done !== null) noteConfirmed(sim, done);
      return;
    }
    default:
      throw new Error(`operators do not ${verb}`);
  }
}

/** Everything that waits for approval gets it. */
export async function approve({ stage, ledger }: Pick<Simulation, 'stage' | 'ledger'>): Promise<void> {
  const rows = await stage.query<{ mapping_id: number }>(
    "UPDATE bridge_parked_operations SET status = 'approved', decided_at = bridge_now() WHERE status = 'parked' RETURNING mapping_id",
  );
  for (const row of rows) ledger.approved.add(row.mapping_id);
}

/** While such a run goes on, no cancellation is too many. */
function noteConfirmed({ ledger, scheduler }: Simulation, done: Promise<boolean>): void {
  const began = scheduler.now();
  ledger.confirmed.set(began, Number.POSITIVE_INFINITY);
  void done.then(() => ledger.confirmed.set(began, scheduler.now()));
}

/** The same pick as `jobOf` makes. */
function noteCancelled({ truth, ledger }: Simulation, a: number, b: number): void {
  const all = [...truth().reservations.values()];
  const one = all[a % Math.max(1, all.length)];
  if (one === undefined) return;
  const room = one.rooms[b % Math.max(1, one.rooms.length)];
  ledger.asked.add(`${one.type}:${one.id}`);
  // What a person gives the event until it goes, goes with it.
  editOf(ledger, `${one.type}:${one.id}`).blurred = true;
  ledger.asked.add(`held:${one.type}:${one.id}:${room}`);
}

/** Every room that has no active mapping gets its newest one back; where another room has that calendar meanwhile, with its own one. */
export async function activate({ stage }: Simulation): Promise<void> {
  for (const { id, calendar } of ROOMS) {
    const own = await stage.query<{ id: number; outlook_item_id: string }>(
      `SELECT id, outlook_item_id FROM bridge_resource_mappings WHERE resource_id = ${id}
       ORDER BY active DESC, id DESC LIMIT 1`,
    );
    for (const row of own)
      await stage.query(`UPDATE bridge_resource_mappings SET active = 1, outlook_item_id = CASE WHEN EXISTS (
        SELECT 1 FROM bridge_resource_mappings t WHERE t.active = 1 AND t.id <> ${row.id} AND t.outlook_item_id = '${row.outlook_item_id}')
        THEN '${calendar}' ELSE outlook_item_id END WHERE id = ${row.id} AND active = 0`);
  }
}

/** The room is pointed to the spare calendar, or back from it; two rooms never share one. */
async function remap({ stage }: Simulation, room: number, own: string): Promise<void> {
  const [current] = await stage.query<{ outlook_item_id: string }>(
    `SELECT outlook_item_id FROM bridge_resource_mappings WHERE resource_id = ${room} AND active = 1`,
  );
  if (current === undefined) return;
  const next = current.outlook_item_id === own ? SPARE_CALENDAR : own;
  await stage.query(
    `UPDATE bridge_resource_mappings SET outlook_item_id = '${next}' WHERE resource_id = ${room} AND active = 1
       AND NOT EXISTS (SELECT 1 FROM bridge_resource_mappings t WHERE t.outlook_item_id = '${next}' AND t.active = 1)`,
  );
}
