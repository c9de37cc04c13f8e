/** One run: a seed and a list of commands in, a verdict out. */

import type { TransportRequest, TransportResponse } from '../../../src/graph/transport.ts';
import { createRandom } from '../../../src/sandbox/graph-simulator/random.ts';
import { createGraphSimulator, type GraphSimulator } from '../../../src/sandbox/graph-simulator/simulator.ts';
import { networkError } from '../../../src/sandbox/graph-simulator/wire.ts';
import { actAsClerk } from './clerk.ts';
import { type Command, drawCommands, formatCommand, MIX, type Mix } from './commands.ts';
import { type Counters, createCounters } from './counters.ts';
import { checkEndings } from './endings.ts';
import { createFaultBox, type FaultBox } from './faults.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { actAsOperator } from './operator.ts';
import { actAsPerson, type PeopleWorld } from './people.ts';
import { createProcess, createScheduler, type Scheduler } from './scheduler.ts';
import { jobOf, runJob } from './service.ts';
import { settle } from './settle.ts';
import { CALENDARS, ROOMS, type Stage } from './stage.ts';
import { readTruth, type Truth } from './truth.ts';
import { createLeaseLedger, type LeaseLedger } from './watch.ts';
import { checkMarkers, checkWrites, writesIn } from './wire-checks.ts';
import { startWorker, type Worker, type WorkerWorld } from './worker.ts';

/** Monday 2027-03-01, 08:00 in the municipality. */
const START = Date.parse('2027-03-01T07:00:00Z');
/** Tasks one worker has under way at most. */
const TASKS_PER_WORKER = 2;

export interface RunOptions {
  readonly seed: string;
  readonly ops: number;
  readonly workers: number;
  /** Instead of those drawn from the seed. */
  readonly commands?: readonly Command[];
  readonly mix?: Mix;
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

export interface Simulation extends PeopleWorld {
  readonly scheduler: Scheduler;
  readonly stage: Stage;
  readonly graph: GraphSimulator;
  readonly ledger: Ledger;
  readonly faults: FaultBox;
  readonly counters: Counters;
  readonly leases: LeaseLedger;
  /** Graph writes sent so far. */
  sent: number;
  truth(): Truth;
  readTruth(): Promise<Truth>;
  report(broken: string): void;
  count(check: string): void;
  /** The living incarnation of a worker. */
  worker(index: number): Promise<Worker>;
  alive(): readonly Worker[];
  startJob(worker: Worker, job: NonNullable<ReturnType<typeof jobOf>>): void;
  broken(): readonly string[];
}

export async function simulate(stage: Stage, options: RunOptions): Promise<RunReport> {
  const random = createRandom(`${options.seed}/commands`);
  const drawn = drawCommands(random, options.ops, options.mix ?? MIX);
  const commands = options.commands ?? drawn;
  const sim = await openSimulation(stage, options);
  try {
    for (const command of commands) {
      sim.scheduler.note(formatCommand(command));
      await obey(sim, command, options.workers);
      await sim.scheduler.run(command.gap);
      await refresh(sim);
      if (sim.broken().length > 0) break;
    }
    if (sim.broken().length === 0) await settle(sim);
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
  const { seed } = options;
  const traits = createRandom(`${seed}/traits`);
  const scheduler = createScheduler({
    seed,
    startMs: START,
    stickiness: [0, 0.5, 0.9][traits.below(3)] ?? 0.5,
    stepMs: [5, 40, 400][traits.below(3)] ?? 40,
    traceLines: options.traceLines ?? 0,
  });
  await stage.reset(scheduler.now);
  const outside = createProcess('world');
  const clock = scheduler.clockOf(outside);
  const graph = createGraphSimulator({
    clock,
    seed: `sim-${seed}`,
    settings: {
      deletedEvents: traits.chance(0.5) ? 'resolve' : 'not-found',
      occurrenceICalUId: traits.chance(0.5) ? 'shared' : 'distinct',
      transactionIdsOutliveDeletion: traits.chance(0.5),
      limits: { requests: 1_000_000 },
      logEntries: 1,
    },
  });
  for (const address of CALENDARS) graph.addMailbox({ address, name: address.split('@')[0] ?? '' });
  const counters = createCounters();
  const ledger = createLedger();
  const broken: string[] = [];
  const report = (text: string) => {
    if (broken.length < 20) broken.push(text);
    scheduler.note(`BROKEN ${text}`);
  };
  const faults = createFaultBox(graph, (kind) => counters.fault(kind));
  const leases = createLeaseLedger(scheduler.now, report);
  const workers = new Map<number, Worker>();
  const lives = new Map<number, number>();
  const tasks = new Map<Worker, Set<number>>();
  let truth: Truth = { reservations: new Map(), rooms: new Map(), wanted: new Set() };
  let reading: Promise<Truth> = Promise.resolve(truth);
  const settings = settingsOf(traits);

  const world: WorkerWorld = {
    stage,
    scheduler,
    settings,
    logSink: sinkOf(report, () => counters.check('R11')),
    sqlFault: faults.sqlFault,
    onStatement(_worker, info) {
      if (info.kind === 'query' && /^\s*(insert|update|delete)\s[^;]{0,20}"?bb_/i.test(info.sql)) sim.dirty = true;
    },
    watch: leases.watch,
    async send(worker, request) {
      await scheduler.point(worker.process, labelOf(request), { signal: request.signal });
      const writes = writesIn(request);
      const since = Math.min(scheduler.steps(), ...(tasks.get(worker) ?? []));
      if (writes.length > 0) {
        await checkWrites(sim, writes, since);
        sim.sent += writes.length;
        if (faults.takeLate()) {
          carryOutLater(request, writes[0]?.calendar ?? '');
          throw networkError('ECONNRESET', 'The connection was reset.');
        }
      }
      try {
        return await graph.handle(request);
      } finally {
        for (const { calendar } of writes.slice(0, 1)) checkMarkers(sim, calendar);
        await scheduler.point(worker.process, 'answer', { signal: request.signal });
      }
    },
  };

  function carryOutLater(request: TransportRequest, calendar: string): void {
    scheduler.spawn('late request', async () => {
      await clock.sleep(scheduler.random.below(90_000));
      // Not awaited: its answer, which may never come, goes to nobody.
      void graph
        .handle(request)
        .then(ignore, ignore)
        .then(() => checkMarkers(sim, calendar));
    });
  }

  const sim: Simulation & { dirty: boolean } = {
    scheduler,
    stage,
    graph,
    ledger,
    faults,
    counters,
    leases,
    meetings: [],
    counter: 0,
    sent: 0,
    dirty: true,
    truth: () => truth,
    readTruth() {
      // One after the other: each look is compared with the one before.
      reading = reading.then(async () => {
        const before = truth;
        sim.dirty = false;
        truth = await readTruth(stage);
        await checkEndings(sim, before, truth);
        for (const { type, id } of truth.reservations.values())
          ledger.highest.set(type, Math.max(id, ledger.highest.get(type) ?? 0));
        for (const key of everyKey(truth)) if (!truth.wanted.has(key)) ledger.unwantedAt.set(key, scheduler.steps());
        return truth;
      });
      return reading;
    },
    report,
    count: (check) => counters.check(check),
    async worker(index) {
      const known = workers.get(index);
      if (known !== undefined && known.process.state !== 'dead') return known;
      const life = (lives.get(index) ?? 0) + 1;
      lives.set(index, life);
      const started = await scheduler.complete(startWorker(world, index, life));
      workers.set(index, started);
      return started;
    },
    alive: () => [...workers.values()].filter((worker) => worker.process.state !== 'dead'),
    startJob(worker, job) {
      const running = tasks.get(worker) ?? new Set<number>();
      if (running.size >= TASKS_PER_WORKER) return;
      tasks.set(worker, running);
      let began = scheduler.steps();
      while (running.has(began)) began -= 1;
      running.add(began);
      counters.job(job.name);
      scheduler.spawn(`${worker.process.name} ${job.name}`, () =>
        runJob(worker, job, leases.watch, report).finally(() => running.delete(began)),
      );
    },
    broken: () => broken,
  };
  return sim;
}

const ignore = () => undefined;

/** Reads the booking side again after somebody wrote to it. */
async function refresh(sim: Simulation): Promise<void> {
  if ((sim as Simulation & { dirty: boolean }).dirty) await sim.scheduler.complete(sim.readTruth());
}

function* everyKey(truth: Truth): Iterable<string> {
  for (const key of truth.reservations.keys()) for (const { id } of ROOMS) yield `${key}:${id}`;
}

async function obey(sim: Simulation, command: Command, workerCount: number): Promise<void> {
  const { actor, verb, a, b } = command;
  const { scheduler, graph, faults, counters } = sim;
  switch (actor) {
    case 'clerk':
      scheduler.spawn(`clerk ${verb}`, async () => {
        await actAsClerk(sim, command).catch(refusedBy('UNIQUE', 'FOREIGN KEY'));
        await sim.readTruth();
      });
      return scheduler.drain();
    case 'person':
      scheduler.spawn(`person ${verb}`, () => actAsPerson(sim, command).catch(refusedByOutlook));
      return scheduler.drain();
    case 'operator':
      return actAsOperator(sim, command);
    case 'service': {
      const worker = await sim.worker(a % workerCount);
      const job = jobOf(verb, Math.floor(a / workerCount), b, sim.truth());
      if (job !== null && worker.process.state === 'running') sim.startJob(worker, job);
      return;
    }
    case 'fault':
      break;
  }
  if (faults.arm(command)) return;
  const alive = sim.alive();
  const worker = alive[a % Math.max(1, alive.length)];
  switch (verb) {
    case 'wait':
      counters.fault('wait');
      return scheduler.pass([2_000, 30_000, 70_000, 300_000, 1_800_000, 5_400_000][b % 6] ?? 1000);
    case 'crash':
      if (worker === undefined) return;
      counters.fault('crash');
      return scheduler.kill(worker.process);
    case 'pause':
      if (worker === undefined) return;
      counters.fault('pause');
      worker.process.state = 'paused';
      return;
    case 'wake':
      for (const one of alive) one.process.state = 'running';
      return;
    case 'clock-jump':
      if (worker === undefined) return;
      counters.fault('clock-jump');
      worker.process.skewMs = ((b % 21) - 10) * 1000;
      return;
    default:
      void graph;
      throw new Error(`there is no fault ${verb}`);
  }
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

/** Everybody is gone, so that nothing of this run reaches the next one. */
async function close(sim: Simulation): Promise<void> {
  for (const worker of sim.alive()) sim.scheduler.kill(worker.process);
  sim.faults.clear();
  await sim.scheduler.finish(100_000).catch((error) => sim.report(String(error)));
}

function settingsOf(traits: ReturnType<typeof createRandom>): Readonly<Record<string, string>> {
  return {
    LEASE_SECONDS: traits.chance(0.5) ? '15' : '60',
    BRAKE_COUNT: ['3', '10', '1000'][traits.below(3)] ?? '10',
    ...(traits.chance(0.1) && { OUTLOOK_DELETE_POLICY: 'recreate' }),
  };
}

/** R11: no line may hold what only people may know; every text people write begins alike. */
function sinkOf(report: (broken: string) => void, count: () => void) {
  const read = (line: string) => {
    count();
    if (/Hemmelig|Ola \d|ola\.\d/.test(line)) report(`R11: a log line tells a text or a name: ${line.slice(0, 200)}`);
  };
  return { debug: read, info: read, warn: read, error: read };
}

function labelOf({ method, url }: TransportRequest): string {
  const path = url.slice(url.indexOf('/v1.0') + 5).replace(/\?.*$/, '');
  return `${method} ${path
    .replace(/\/users\/([^/@]+)[^/]*/, '/$1')
    .replace(/\/events\/[^/]+/, '/events/-')
    .slice(0, 60)}`;
}

export type { TransportResponse };
