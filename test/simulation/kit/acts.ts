/** Commands become acts: each actor does what its verb says, and what the world refuses is no act. */
import { actAsClerk } from './clerk.ts';
import type { Command } from './commands.ts';
import { actAsOperator } from './operator.ts';
import { actAsPerson } from './people.ts';
import { plot } from './plots.ts';
import { jobOf } from './service.ts';
import { rest } from './settle.ts';
import type { Simulation } from './simulation.ts';

/** Carries out one command. */
export async function obey(sim: Simulation, command: Command, workerCount: number): Promise<void> {
  const { actor, verb, a, b } = command;
  const { scheduler, faults } = sim;
  switch (actor) {
    case 'clerk':
    case 'person':
      void act(sim, command);
      return scheduler.drain();
    case 'plot':
      return plot(sim, command, act);
    case 'operator':
      return actAsOperator(sim, command);
    case 'service': {
      const worker = await sim.worker(a % workerCount);
      const job = jobOf(verb, Math.floor(a / workerCount), b, sim.truth());
      if (job !== null && worker.process.state === 'running') sim.startJob(worker, job);
      return;
    }
    case 'everybody':
      return rest(sim);
    case 'fault':
      if (!faults.arm(command)) strike(sim, command);
  }
}

/** What a clerk or a person does; resolves when it is done. */
function act(sim: Simulation, command: Command): Promise<void> {
  const { actor, verb } = command;
  const done = actor === 'clerk' ? clerkAct(sim, command) : actAsPerson(sim, command).catch(refusedByOutlook);
  sim.scheduler.spawn(`${actor} ${verb}`, () => done);
  return done;
}

async function clerkAct(sim: Simulation, command: Command): Promise<void> {
  await actAsClerk(sim, command).catch(refusedBy('UNIQUE', 'FOREIGN KEY'));
  await sim.readTruth();
}

/** Faults that need no request or statement to strike. */
function strike({ scheduler, counters, alive }: Simulation, { verb, a, b }: Command): void {
  const workers = alive();
  const worker = workers[a % Math.max(1, workers.length)];
  if (verb === 'wait') {
    counters.fault('wait');
    scheduler.pass([2_000, 30_000, 70_000, 300_000, 1_800_000, 5_400_000][b % 6] ?? 1000);
    return;
  }
  if (verb === 'wake') {
    for (const one of workers) one.process.state = 'running';
    return;
  }
  if (worker === undefined) return;
  counters.fault(verb);
  if (verb === 'crash') scheduler.kill(worker.process);
  else if (verb === 'pause') worker.process.state = 'paused';
  else if (verb === 'clock-jump') worker.process.skewMs = ((b % 21) - 10) * 1000;
  else throw new Error(`there is no fault ${verb}`);
}

function refusedBy(...words: readonly string[]) {
  return (error: unknown) => {
    if (!words.some((word) => String((error as { cause?: unknown }).cause ?? error).includes(word))) throw error;
  };
}

/** What Outlook's own rules refuse a person is no act; anything else is a mistake of the simulation. */
function refusedByOutlook(error: unknown): void {
  if (error instanceof Error && /^(Refusal|Error)$/.test(error.name) && 'status' in error) return;
  throw error;
}
