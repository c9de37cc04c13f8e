import { DatabaseSync } from 'node:sqlite';
import { openStores } from '../../../src/app/stores.ts';
import { systemClock } from '../../../src/app/system.ts';
import { createStatistics, type Statistics } from '../../../src/monitoring/statistics.ts';
import { createBookingTables } from '../../../src/sandbox/sample-data/create-tables.ts';
import { createDatabase, openDatabase } from '../../../src/sql/database.ts';
import { migrate } from '../../../src/sql/migrations/migrate.ts';
import type { Clock } from '../../../src/sync/ports.ts';
import { atMost, below, type Check, information } from '../support/check.ts';
import { benchConfig, NO_GRAPH } from '../support/config.ts';
import { withDatabaseFile } from '../support/file-database.ts';
import { fillWithMappings, MAPPED_ROOMS } from '../support/million.ts';
import { outcomeOf } from '../support/report.ts';
import { openThreadedSource } from '../support/threaded-source.ts';
import { loadTown } from '../support/town.ts';

/** The statistics endpoints, and the number in each that counts what `openCanceller` does. */
const ENDPOINTS: Readonly<Record<string, (statistics: Statistics) => Promise<number>>> = {
  'sync/stats': async (statistics) => (await statistics.sync()).byStatus.cancelled,
  'cancel/stats': async (statistics) => (await statistics.cancellations()).total,
  'bridges/sync-deletions/stats': async (statistics) => (await statistics.detection()).byStatus.cancelled,
  'booking/processing-stats': async (statistics) => (await statistics.imports()).total,
};

/** A page that is looked at: every endpoint asked each ten seconds for two minutes. */
const STEP_MS = 10_000;
const STEPS = 12;
const WATCHES = 3;

/**
 * The statistics endpoints while somebody watches them. The first answer after a start has nothing kept to hand out; nor has one after a
 * minute in which nobody asked.
 */
export function measureStatistics(mappings = 1_000_000): Promise<readonly Check[]> {
  return withDatabaseFile(async (file) => {
    await prepare(file, mappings);
    const clock = jumpingClock();
    const source = openThreadedSource(file);
    const database = createDatabase(source, clock);
    const cancelOne = openCanceller(file);
    try {
      const config = benchConfig(NO_GRAPH);
      const { figures, store } = await openStores(config, { clock, hooks: {}, given: database });
      const statistics = createStatistics({ figures, store, clock, zone: config.booking.zone });
      const checks: Check[] = [];
      for (const [route, read] of Object.entries(ENDPOINTS)) {
        const watch = async () => {
          const seen: Answer[] = [];
          for (let step = 0; step <= STEPS; step += 1) {
            const answer = await timed(clock, () => read(statistics));
            await source.settled();
            cancelOne.run();
            seen.push({ ...answer, changedAt: clock.now() });
            clock.jump(STEP_MS);
          }
          return judge(route, seen);
        };
        checks.push(...(await bestOf(WATCHES, watch)));
      }
      return checks;
    } finally {
      cancelOne.close();
      await database.close();
    }
  });
}

/** What else runs on the machine can slow an answer down, but nothing can speed one up: a watch that fails is held again. */
async function bestOf(times: number, watch: () => Promise<readonly Check[]>): Promise<readonly Check[]> {
  const checks = await watch();
  return times === 1 || outcomeOf(checks) === 'pass' ? checks : bestOf(times - 1, watch);
}

interface Answer {
  readonly at: number;
  readonly ms: number;
  readonly cancelled: number;
  /** When the next mapping was cancelled after it. */
  readonly changedAt: number;
}

async function timed(clock: Clock, read: () => Promise<number>): Promise<Omit<Answer, 'changedAt'>> {
  const at = clock.now();
  const cancelled = await read();
  return { at, cancelled, ms: clock.now() - at };
}

/** One mapping is cancelled after each answer: an answer that counts `n` more than the first has not seen the change after answer `n`. */
function judge(route: string, answers: readonly Answer[]): readonly Check[] {
  const [first, ...later] = answers;
  if (first === undefined) throw new Error('Nobody asked.');
  const unseen = later.map(({ at, cancelled }) => {
    const missed = answers[cancelled - first.cancelled];
    return missed === undefined ? 0 : Math.max(0, at - missed.changedAt);
  });
  return [
    below(200, { measure: `${route}: slowest answer`, unit: 'ms', measured: Math.max(...later.map(({ ms }) => ms)) }),
    atMost(60_000, {
      measure: `${route}: longest time a change stayed unseen`,
      unit: 'ms',
      measured: Math.max(...unseen),
    }),
    information({ measure: `${route}: first answer after a start`, unit: 'ms', measured: first.ms }),
  ];
}

/** Cancels one mapping after the other, and calls it an import, through a connection of its own. */
function openCanceller(file: string): { run(): void; close(): void } {
  const connection = new DatabaseSync(file);
  const statement = connection.prepare(`UPDATE bridge_mappings SET sync_status = 'cancelled', origin = 'outlook',
      version = version + 1
    WHERE id = (SELECT MAX(id) FROM bridge_mappings WHERE sync_status = 'synced' AND origin = 'booking')`);
  return { run: () => void statement.run(), close: () => connection.close() };
}

async function prepare(file: string, mappings: number): Promise<void> {
  const { booking } = benchConfig(NO_GRAPH);
  const database = await openDatabase({ engine: 'sqlite', file, clock: systemClock });
  await migrate(database);
  await createBookingTables(database, booking.schema);
  await loadTown(database, booking.schema, { rooms: MAPPED_ROOMS, perRoom: 0, now: Date.now() });
  await fillWithMappings(database, mappings);
  await database.close();
}

/** The machine's clock, set forward by hand: minutes of watching take no minutes. */
function jumpingClock(): Clock & { jump(ms: number): void } {
  let ahead = 0;
  return {
    now: () => performance.timeOrigin + performance.now() + ahead,
    sleep: systemClock.sleep,
    jump: (ms) => {
      ahead += ms;
    },
  };
}
