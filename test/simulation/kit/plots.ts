/** Plots: somebody gives a worker something to do and lies in wait for it, to change the same thing while it is being done. */
import { type Ambush, MOMENTS, type Moment } from './ambush.ts';
import type { Command } from './commands.ts';
import { actAsOperator } from './operator.ts';
import { jobOf } from './service.ts';
import type { Simulation } from './simulation.ts';

/** What a clerk or a person does; resolves when it is done, which may need others to end their transactions. */
export type Act = (sim: Simulation, command: Command) => Promise<void>;

/** Until an invitation is in the room's calendar, and until the room has answered it. */
const [ARRIVAL, ATTENDANT] = [2_000, 6_000];

/** Carries out the first act of a plot, arms the second, and starts the work that it waits for. */
export async function plot(sim: Simulation, command: Command, act: Act): Promise<void> {
  const { verb, a, b, c } = command;
  const asClerk = (clerkVerb: string): Command => ({ ...command, actor: 'clerk', verb: clerkVerb });
  const atOnce = (first: Command) => sim.scheduler.complete(act(sim, first));
  const keys = [...sim.truth().reservations.keys()];
  const key = keys[a % Math.max(1, keys.length)];
  switch (verb) {
    case 'edit': {
      // A person's title is about to be taken over, and a clerk changes the same reservation.
      await atOnce({ ...command, actor: 'person', verb: 'rename' });
      const title = `Hemmelig P${sim.counter}`;
      const edited = [...sim.ledger.edited].find(([, { person }]) => person === title)?.[0];
      if (edited === undefined) return;
      lieInWait(sim, 'transaction', c % 2, () =>
        onReservation(sim, act, edited, asClerk(b % 4 === 0 ? 'describe' : 'rename')),
      );
      return start(sim, { ...command, verb: 'passRoom' });
    }
    case 'cancel':
      // Cancelled by mistake: taken back when the cancellation is about to be carried out.
      if (key === undefined) return;
      await atOnce(asClerk('cancel'));
      lieInWait(sim, b % 3 === 0 ? 'write' : 'claim', 0, () => onReservation(sim, act, key, asClerk('enable')));
      return start(sim, { ...command, verb: 'deletions' });
    case 'push':
      if (key === undefined) return;
      await atOnce(asClerk('rename'));
      lieInWait(sim, MOMENTS[b % 3] ?? 'write', c % 2, () =>
        onReservation(sim, act, key, asClerk(['move', 'cancel', 'describe', 'dropRoom'][c % 4] ?? 'move')),
      );
      return start(sim, { ...command, verb: 'push' });
    case 'sendAgain':
      await atOnce({ ...command, actor: 'person' });
      for (const delay of [ARRIVAL, ATTENDANT]) {
        sim.scheduler.pass(delay);
        await sim.graph.work();
      }
      return start(sim, { ...command, verb: 'pass', b: 1 });
    case 'remap':
      // The room gets another calendar, and an operator pushes by hand, twice, as nothing seems to happen.
      await actAsOperator(sim, command);
      start(sim, { ...command, verb: 'push', b: 3 });
      return start(sim, { ...command, verb: 'push', b: 3 });
    case 'reset':
      return lieInWait(sim, 'write', b % 3, async () => void actAsOperator(sim, command));
    case 'pause':
      return lieInWait(sim, MOMENTS[b % 3] ?? 'write', c % 4, async (worker) => {
        if (worker.state === 'running') worker.state = 'paused';
      });
    default:
      throw new Error(`there is no plot ${verb}`);
  }
}

function lieInWait(sim: Simulation, moment: Moment, skip: number, act: Ambush['act']) {
  sim.ambushes.arm({
    moment,
    skip,
    async act(worker) {
      sim.counters.fault(`ambush-${moment}`);
      sim.scheduler.note(`${worker.name} is ambushed before its ${moment}`);
      await act(worker);
    },
  });
}

/** Numbers mean what there is when they are used: the reservation is looked up again. */
async function onReservation(sim: Simulation, act: Act, key: string, command: Command): Promise<void> {
  const { reservations } = await sim.readTruth();
  const a = [...reservations.keys()].indexOf(key);
  if (a >= 0) await act(sim, { ...command, a });
}

function start(sim: Simulation, { verb, a, b }: Command): void {
  const job = jobOf(verb, a, b, sim.truth());
  if (job !== null) void sim.startAnywhere(job);
}
