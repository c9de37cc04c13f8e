/** The workers of a run: started, given jobs, watched on their way to the database and to Graph, and killed. */
import type { TransportRequest, TransportResponse } from '../../../src/graph/transport.ts';
import type { GraphSimulator } from '../../../src/sandbox/graph-simulator/simulator.ts';
import { networkError } from '../../../src/sandbox/graph-simulator/wire.ts';
import type { Clock, WakeUps } from '../../../src/sync/ports.ts';
import type { AmbushBox } from './ambush.ts';
import type { Counters } from './counters.ts';
import type { FaultBox } from './faults.ts';
import type { Process, Scheduler } from './scheduler.ts';
import { type Job, runJob } from './service.ts';
import type { Traits } from './simulation.ts';
import type { LeaseLedger } from './watch.ts';
import {
  checkMarkers,
  checkWrites,
  type SentWrite,
  type WireWorld,
  watchLateCreates,
  writesIn,
} from './wire-checks.ts';
import { startWorker, type Worker, type WorkerWorld } from './worker.ts';

/** Tasks one worker has under way at most. */
const TASKS_PER_WORKER = 2;

export interface CrewWorld extends WireWorld {
  readonly traits: Traits;
  readonly scheduler: Scheduler;
  readonly clock: Clock;
  readonly graph: GraphSimulator;
  readonly faults: FaultBox;
  readonly ambushes: AmbushBox;
  readonly counters: Counters;
  readonly leases: LeaseLedger;
  noteBookingWrite(): void;
  wakeUpsOf(process: Process): WakeUps;
}

export interface Crew {
  /** The living incarnation of a worker. */
  worker(index: number): Promise<Worker>;
  alive(): readonly Worker[];
  /** Null when the worker has enough to do. Resolves with false when it died over the job. */
  startJob(worker: Worker, job: Job): Promise<boolean> | null;
  /** The same on any worker that can. */
  startAnywhere(job: Job): Promise<boolean> | null;
  /** Graph writes sent so far. */
  sent(): number;
}

export function createCrew(world: CrewWorld): Crew {
  const { scheduler, graph, faults, ambushes, counters, leases, report } = world;
  const workers = new Map<number, Worker>();
  const lives = new Map<number, number>();
  /** Steps at which each worker's tasks began. */
  const tasks = new Map<Worker, Set<number>>();
  let sent = 0;
  const watch: WorkerWorld['watch'] = (process, deps) => ambushes.watch(process, leases.watch(deps));

  const workerWorld: WorkerWorld = {
    stage: world.stage,
    scheduler,
    settings: world.traits.settings,
    logSink: sinkOf(report, () => counters.check('R11')),
    wakeUpsOf: world.wakeUpsOf,
    sqlFault: faults.sqlFault,
    onStatement(_worker, info) {
      if (info.kind === 'query' && /^\s*(insert|update|delete)\s[^;]{0,20}"?bb_/i.test(info.sql))
        world.noteBookingWrite();
    },
    watch,
    send,
  };

  async function send(worker: Worker, request: TransportRequest): Promise<TransportResponse> {
    const handedOver = scheduler.now();
    const writes = writesIn(request);
    if (writes.length > 0) await ambushes.meet('write', worker.process);
    await scheduler.point(worker.process, labelOf(request), { signal: request.signal });
    const since = Math.min(scheduler.steps(), ...(tasks.get(worker) ?? []));
    if (writes.length > 0) {
      await checkWrites(world, writes, { since, handedOver });
      sent += writes.length;
      if (faults.takeLate()) {
        carryOutLater(request, writes);
        throw networkError('ECONNRESET', 'The connection was reset.');
      }
    }
    try {
      return await graph.handle(request);
    } finally {
      for (const { calendar } of writes.slice(0, 1)) checkMarkers(world, calendar);
      await scheduler.point(worker.process, 'answer', { signal: request.signal });
    }
  }

  function carryOutLater(request: TransportRequest, writes: readonly SentWrite[]): void {
    scheduler.spawn('late request', async () => {
      await world.clock.sleep(scheduler.random.below(90_000));
      const belated = await watchLateCreates(world, writes);
      // Not awaited: its answer, which may never come, goes to nobody.
      void graph
        .handle(request)
        .then(ignore, ignore)
        .then(() => {
          for (const core of belated()) world.ledger.belated.add(core);
          checkMarkers(world, writes[0]?.calendar ?? '');
        });
    });
  }

  const runningOf = (worker: Worker) => {
    const running = tasks.get(worker) ?? new Set<number>();
    tasks.set(worker, running);
    return running;
  };

  function startJob(worker: Worker, job: Job): Promise<boolean> | null {
    const running = runningOf(worker);
    if (running.size >= TASKS_PER_WORKER) return null;
    let began = scheduler.steps();
    while (running.has(began)) began -= 1;
    running.add(began);
    counters.job(job.name);
    return new Promise((resolve) => {
      scheduler.spawn(`${worker.process.name} ${job.name}`, async () => {
        await runJob(worker, job, watch, report).finally(() => running.delete(began));
        resolve(worker.process.state !== 'dead');
      });
    });
  }

  return {
    async worker(index) {
      const known = workers.get(index);
      if (known !== undefined && known.process.state !== 'dead') return known;
      const life = (lives.get(index) ?? 0) + 1;
      lives.set(index, life);
      const started = await scheduler.complete(startWorker(workerWorld, index, life));
      workers.set(index, started);
      return started;
    },
    alive: () => [...workers.values()].filter((worker) => worker.process.state !== 'dead'),
    startJob,
    startAnywhere(job) {
      const free = [...workers.values()].filter(
        (worker) => worker.process.state === 'running' && runningOf(worker).size < TASKS_PER_WORKER,
      );
      const worker = free[scheduler.random.below(Math.max(1, free.length))];
      return worker === undefined ? null : startJob(worker, job);
    },
    sent: () => sent,
  };
}

const ignore = () => undefined;

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
