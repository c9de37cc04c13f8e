/** One run: a seed and a list of commands in, a verdict out. */
import { createRandom, type Random } from '../../../src/sandbox/graph-simulator/random.ts';
import { createGraphSimulator, type GraphSimulator } from '../../../src/sandbox/graph-simulator/simulator.ts';
import { obey } from './acts.ts';
import { type AmbushBox, createAmbushBox } from './ambush.ts';
import { type Command, drawCommands, formatCommand } from './commands.ts';
import { type Counters, createCounters } from './counters.ts';
import { type Crew, createCrew } from './crew.ts';
import { createDeliveries } from './deliveries.ts';
import { checkEndings } from './endings.ts';
import { createFaultBox, type FaultBox } from './faults.ts';
import { checkIsolation } from './isolation.ts';
import { createLedger, type Ledger } from './ledger.ts';
import type { PeopleWorld } from './people.ts';
import { createProcess, createScheduler, type Scheduler } from './scheduler.ts';
import { passJob } from './service.ts';
import { rest } from './settle.ts';
import { CALENDARS, ROOMS, type Stage } from './stage.ts';
import { readTruth, type Truth } from './truth.ts';
import { createLeaseLedger, type LeaseLedger } from './watch.ts';

/** Monday 2027-03-01, 08:00 in the municipality. */
const START = Date.parse('2027-03-01T07:00:00Z');

export interface RunOptions {
  readonly seed: string;
  readonly ops: number;
  readonly workers: number;
  /** Instead of those drawn from the seed. */
  readonly commands?: readonly Command[];
  /** Instead of what the seed says of them. */
  readonly traits?: Partial<Traits>;
  readonly traceLines?: number;
}

export interface RunReport {
  readonly seed: string;
  readonly broken: readonly string[];
  readonly hash: string;
  readonly steps: number;
  readonly trace: readonly string[];
  readonly commands: readonly Command[];
  readonly counters: Counters;
}

/** What differs from seed to seed, whatever the commands are. */
export interface Traits {
  readonly stickiness: number;
  readonly stepMs: number;
  readonly simulator: NonNullable<Parameters<typeof createGraphSimulator>[0]['settings']>;
  readonly settings: Readonly<Record<string, string>>;
  readonly brakeCount: number;
  /** A quarter of the seeds has a webhook; the others find everything by their timers. */
  readonly notifies: boolean;
  /** What goes on failing at the end, to see that everything else does not. */
  readonly failing: 'nothing' | 'room' | 'event';
}

export interface Simulation extends PeopleWorld, Crew {
  readonly traits: Traits;
  readonly scheduler: Scheduler;
  readonly stage: Stage;
  readonly graph: GraphSimulator;
  readonly ledger: Ledger;
  readonly faults: FaultBox;
  readonly ambushes: AmbushBox;
  readonly counters: Counters;
  readonly leases: LeaseLedger;
  truth(): Truth;
  readTruth(): Promise<Truth>;
  /** Reads the booking side again if a worker wrote to it. */
  refresh(): Promise<void>;
  report(broken: string): void;
  count(check: string): void;
  broken(): readonly string[];
}

export async function simulate(stage: Stage, options: RunOptions): Promise<RunReport> {
  const drawn = drawCommands(createRandom(`${options.seed}/commands`), options.ops);
  const commands = options.commands ?? drawn;
  const sim = await openSimulation(stage, options);
  try {
    for (const command of commands) {
      sim.scheduler.note(formatCommand(command));
      await obey(sim, command, options.workers);
      await sim.scheduler.run(command.gap);
      await sim.refresh();
      if (sim.broken().length > 0) break;
    }
    if (sim.broken().length === 0) await rest(sim);
    if (sim.broken().length === 0) await checkIsolation(sim);
  } catch (error) {
    sim.report(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await close(sim);
  }
  sim.counters.checkMany('R12', sim.leases.checks());
  sim.counters.readGraphFaults(sim.graph.metrics.faults);
  await sim.counters.readTransitions(stage);
  const { scheduler, counters } = sim;
  return {
    seed: options.seed,
    broken: sim.broken(),
    hash: scheduler.hash(),
    steps: scheduler.steps(),
    trace: scheduler.trace(),
    commands,
    counters,
  };
}

async function openSimulation(stage: Stage, options: RunOptions): Promise<Simulation> {
  const { seed, traceLines = 0 } = options;
  const traits = { ...traitsOf(createRandom(`${seed}/traits`)), ...options.traits };
  const { stickiness, stepMs } = traits;
  const scheduler = createScheduler({ seed, startMs: START, stickiness, stepMs, traceLines });
  await stage.reset(scheduler.now);
  const clock = scheduler.clockOf(createProcess('world'));
  const graph = createGraphSimulator({ clock, seed: `sim-${seed}`, settings: traits.simulator });
  for (const address of CALENDARS) graph.addMailbox({ address, name: address.split('@')[0] ?? '' });
  const counters = createCounters();
  const ledger = createLedger();
  const broken: string[] = [];
  const report = (text: string) => {
    if (broken.length < 20) broken.push(text);
    scheduler.note(`BROKEN ${text}`);
  };
  const faults = createFaultBox(graph, counters.fault, (calendar) => ledger.deadLinks.add(calendar));
  const leases = createLeaseLedger(scheduler, report);
  const ambushes = createAmbushBox();
  const deliveries = createDeliveries({
    scheduler,
    faults,
    count: counters.fault,
    startPass: (calendar) => crew.startAnywhere(passJob(calendar)),
  });
  const booking = createLooks(stage, ledger, scheduler, { report, count: counters.check });
  const world = { scheduler, stage, graph, ledger, faults, ambushes, counters, leases, report, count: counters.check };
  const crew = createCrew({ ...world, ...booking, clock, traits, wakeUpsOf: deliveries.wakeUpsOf });
  if (traits.notifies) {
    const { onChange } = graph.world;
    graph.world.onChange = (mailbox, ...change) => {
      onChange(mailbox, ...change);
      deliveries.notify(mailbox.address);
    };
  }
  return { ...world, ...booking, ...crew, traits, meetings: [], counter: 0, broken: () => broken };
}

/** The booking side as it was seen last; each look is compared with the one before. */
function createLooks(
  stage: Stage,
  ledger: Ledger,
  scheduler: Scheduler,
  { report, count }: Pick<Simulation, 'report' | 'count'>,
) {
  let truth: Truth = { reservations: new Map(), rooms: new Map(), wanted: new Set() };
  let reading: Promise<Truth> = Promise.resolve(truth);
  let isStale = true;
  const judgements: (() => void)[] = [];
  const look = async () => {
    const before = truth;
    isStale = false;
    truth = await readTruth(stage);
    await checkEndings({ stage, ledger, report, count }, before, truth);
    for (const { type, id } of truth.reservations.values())
      ledger.highest.set(type, Math.max(id, ledger.highest.get(type) ?? 0));
    for (const key of everyKey(truth)) if (!truth.wanted.has(key)) ledger.unwantedAt.set(key, scheduler.steps());
    for (const judge of judgements.splice(0)) judge();
    return truth;
  };
  const readNow = () => {
    reading = reading.then(look);
    return reading;
  };
  return {
    truth: () => truth,
    readTruth: readNow,
    whenSeen(judge: () => void) {
      if (isStale) judgements.push(judge);
      else judge();
    },
    noteBookingWrite() {
      isStale = true;
    },
    async refresh() {
      if (isStale) await scheduler.complete(readNow());
    },
  };
}

function* everyKey(truth: Truth): Iterable<string> {
  for (const key of truth.reservations.keys()) for (const { id } of ROOMS) yield `${key}:${id}`;
}

/** Everybody is gone, so that nothing of this run reaches the next one. */
async function close(sim: Simulation): Promise<void> {
  for (const worker of sim.alive()) sim.scheduler.kill(worker.process);
  sim.faults.clear();
  await sim.scheduler.finish(100_000).catch((error) => sim.report(String(error)));
}

function traitsOf(random: Random): Traits {
  const oneOf = <T>(values: readonly T[]) => values[random.below(values.length)] as T;
  const [stickiness, stepMs] = [oneOf([0, 0.5, 0.9]), oneOf([5, 40, 400])];
  const simulator = {
    deletedEvents: oneOf(['resolve', 'not-found'] as const),
    occurrenceICalUId: oneOf(['shared', 'distinct'] as const),
    transactionIdsOutliveDeletion: random.chance(0.5),
    limits: { requests: 1_000_000 },
    logEntries: 1,
  };
  const brakeCount = oneOf([3, 10, 1000]);
  const settings = {
    LEASE_SECONDS: oneOf(['15', '60']),
    BRAKE_COUNT: String(brakeCount),
    ...(random.chance(0.1) && { OUTLOOK_DELETE_POLICY: 'recreate' }),
  };
  const failing = oneOf(['nothing', 'nothing', 'nothing', 'nothing', 'room', 'event'] as const);
  return { stickiness, stepMs, simulator, settings, brakeCount, notifies: random.chance(0.25), failing };
}
