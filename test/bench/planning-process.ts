/** Measures a booking-side pass over a prepared database file in a process of its own. Started by `rows/planning.ts`. */
import { type App, createApp } from '../../src/app.ts';
import type { Room } from '../../src/domain/room.ts';
import { windowOf } from '../../src/domain/window.ts';
import { SAMPLE_NOW } from '../../src/sandbox/sample-data/dates.ts';
import { createVirtualClock } from '../../src/sandbox/virtual-clock.ts';
import { type DiscoveryFacts, planDiscovery } from '../../src/sync/discover-plan.ts';
import { passRooms } from '../../src/sync/run.ts';
import type { SyncDeps } from '../../src/sync/settings.ts';
import type { PlanningFigures } from './rows/planning.ts';
import { benchConfig, NO_GRAPH, SILENT } from './support/config.ts';
import { answerParent } from './support/measure-apart.ts';

async function measure(file: string): Promise<PlanningFigures> {
  const clock = createVirtualClock(Date.parse(SAMPLE_NOW));
  const app = await createApp(benchConfig(NO_GRAPH, { SQLITE_FILE: file }), { clock, logSink: SILENT });
  const cpuMs = await processTime(() => pass(app));
  const residentMb = process.resourceUsage().maxRSS / 1024;
  const { deps } = app;
  const rooms = await deps.store.rooms.listActive();
  const total = { planMs: 0, candidates: 0, planned: 0 };
  for (let at = 0; at < rooms.length; at += deps.settings.shardSize) {
    const facts = await readFacts(deps, rooms.slice(at, at + deps.settings.shardSize));
    total.planMs += await processTime(async () => {
      const plan = planDiscovery(facts);
      total.candidates += plan.candidates;
      total.planned += plan.inserts.length + plan.saves.length;
    });
  }
  await app.close();
  return { cpuMs, residentMb, ...total };
}

async function pass({ deps, startRun }: App): Promise<void> {
  const result = await passRooms(deps, startRun('change-tick', 'timer'), { pull: false });
  if (result.errors.length > 0) throw new Error(`Not passed: ${JSON.stringify(result.errors)}`);
}

/** What `observe` reads for a shard. */
async function readFacts({ store, settings, clock }: SyncDeps, rooms: readonly Room[]): Promise<DiscoveryFacts> {
  const { zone, windowPastDays, windowFutureDays } = settings;
  const wallOf = (room: Room) => windowOf(clock.now(), zone, windowPastDays, windowFutureDays, room.horizonDays).wall;
  const windows = new Map(rooms.map((room) => [room.resourceId, wallOf(room)]));
  const asked = [...windows].map(([resourceId, span]) => ({ resourceId, ...span }));
  const reservations = await store.booking.readRoomReservations(asked);
  return { rooms, windows, reservations, rows: await store.mappings.listForDiscovery(asked), settings };
}

/** Milliseconds of user and system time, all threads of this process. */
async function processTime(work: () => Promise<void>): Promise<number> {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

answerParent(() => measure(process.argv[2] ?? ''));
