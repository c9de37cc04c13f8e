/** A rest: nothing goes wrong any more, everybody stops, and the service gets the time it needs. Then both sides are compared. */
import { checkBrake } from './brake-check.ts';
import { checkEdits } from './edits-check.ts';
import { checkEquality, readMappings, type Spared } from './equality.ts';
import { beginAnew } from './ledger.ts';
import { activate, approve } from './operator.ts';
import { jobOf } from './service.ts';
import type { Simulation } from './simulation.ts';
import { CALENDARS, ROOMS, SPARE_CALENDAR } from './stage.ts';
import { readTruth } from './truth.ts';

const HOUR = 3_600_000;
/** Pauses between the cycles: longer than the longest back-off; two of them see a daily baseline and a rolling day of the brake end. */
const PAUSE = 13 * HOUR;
/** Longer than a lease. */
const SOON = 90_000;
const MOST_CYCLES = 10;
const STEPS = 60_000;

const CYCLE = ['pass', 'imports', 'deletions', 'push', 'poll', 'cleanup'] as const;

export async function rest(sim: Simulation): Promise<void> {
  endTrouble(sim);
  await settleTasks(sim);
  await checkSoon(sim);
  if (sim.broken().length > 0 || !(await comeToRest(sim))) return;
  await checkEquality(sim);
  await checkEdits(sim);
  await checkBrake(sim);
  checkMails(sim);
  await checkJournal(sim);
  beginAnew(sim.ledger);
}

/** Everybody finishes what is under way, and every room is mapped. */
export async function settleTasks(sim: Simulation): Promise<void> {
  await sim.scheduler.finish(STEPS);
  await activate(sim);
  await sim.readTruth();
}

function endTrouble({ faults, ambushes, scheduler, alive }: Simulation): void {
  faults.clear();
  ambushes.clear();
  scheduler.note('nothing goes wrong any more');
  for (const worker of alive()) {
    worker.process.state = 'running';
    worker.process.skewMs = 0;
  }
}

/**
 * Two cycles later, long before the daily read of whole windows: whatever no attempt has to be waited for is equal already. What only that
 * read would find was lost on the way (R7).
 */
async function checkSoon(sim: Simulation): Promise<void> {
  for (let cycle = 0; cycle < 2 && sim.broken().length === 0; cycle += 1) await runCycle(sim, SOON);
  // After a reset the whole window has to be read again, and a deletion without a row is nobody's (E36).
  if (sim.broken().length > 0 || sim.ledger.wasResetSinceRest) return;
  sim.count('soon');
  await checkEquality({ ...sim, report: (broken) => sim.report(`soon after, ${broken}`) }, await readWaiting(sim));
}

/**
 * What waits: rooms that failed, rows with a next attempt, work a lease was too short for or that came up last, removals that may be half of a move, and what
 * the brake holds. What Graph tells nobody is left to the daily read: occurrences changed alone, a meeting of which a copy was brought back,
 * one of a version that nobody has seen yet, and what a calendar told before a room was pointed back to it.
 */
async function readWaiting({ stage, graph, truth, ledger }: Simulation): Promise<Spared> {
  const failed = await stage.query<{ calendar: string }>(
    `SELECT outlook_item_id AS calendar FROM bridge_calendars WHERE error_count > 0 OR quarantined_until IS NOT NULL`,
  );
  const pointed = ROOMS.filter(({ id }) => ledger.touchedRooms.has(id)).map(({ calendar }) => calendar);
  const calendars = new Set([
    ...failed.map(({ calendar }) => calendar),
    ...(pointed.length > 0 ? [...pointed, SPARE_CALENDAR] : []),
  ]);
  const parked = await stage.query<{ mapping_id: number }>('SELECT mapping_id FROM bridge_parked_operations');
  const events = CALENDARS.flatMap((calendar) => [...graph.mailbox(calendar).events.values()]);
  const meetings = new Set(events.filter(({ core }) => ledger.restored.has(core)).map(({ iCalUId }) => iCalUId));
  const waiting = (await readMappings(stage)).filter(
    (row) =>
      row.sync_status === 'error' ||
      row.sync_status === 'imported' ||
      row.sync_status === 'pending' ||
      row.next_retry_at !== null ||
      row.gone_since !== null ||
      row.series_master_id !== null ||
      (row.outlook_event_id !== null && row.outlook_change_key === null) ||
      calendars.has(row.outlook_item_id) ||
      meetings.has(row.ical_uid ?? '') ||
      parked.some((one) => one.mapping_id === row.id),
  );
  const reservations = new Set(waiting.map((row) => `${row.reservation_type}:${row.reservation_id}`));
  const { rooms } = truth();
  for (const [key, one] of truth().reservations)
    if (one.rooms.some((room) => calendars.has(rooms.get(room) ?? ''))) reservations.add(key);
  return { calendars, reservations, meetings, series: true };
}

/** R7: cycles until two of them write nothing. */
async function comeToRest(sim: Simulation): Promise<boolean> {
  let still = 0;
  for (let cycle = 0; still < 2; cycle += 1) {
    if (cycle >= MOST_CYCLES) {
      sim.report(
        `R7: after ${MOST_CYCLES} cycles in a quiet world something is still written: ${await whatMoved(sim)}`,
      );
      return false;
    }
    const before = await activityOf(sim);
    await runCycle(sim);
    if (sim.broken().length > 0) return false;
    still = (await activityOf(sim)) === before ? still + 1 : 0;
    sim.count('R7');
  }
  return true;
}

/** One complete cycle; by default later than the longest back-off. */
export async function runCycle(sim: Simulation, pauseMs = PAUSE): Promise<void> {
  const { scheduler } = sim;
  scheduler.pass(pauseMs);
  await approve(sim);
  await sim.graph.work();
  const worker = await sim.worker(0);
  for (const verb of CYCLE) {
    const job = jobOf(verb, 1, verb === 'imports' ? 3 : 1, sim.truth());
    if (job !== null) void sim.startJob(worker, job);
    await scheduler.finish(STEPS);
    await sim.readTruth();
  }
}

/** A number that stands still only while nobody writes to Graph, to a mapping or to the booking system. */
async function activityOf({ stage, sent }: Simulation): Promise<string> {
  const [row] = await stage.query<{ n: number; v: number }>(
    'SELECT (SELECT COALESCE(MAX(id), 0) FROM sim_mapping_log) AS n, (SELECT COALESCE(SUM(version), 0) FROM bridge_mappings) AS v',
  );
  return `${sent()} ${row?.n} ${row?.v}`;
}

async function whatMoved({ stage }: Simulation): Promise<string> {
  const rows = await stage.query(
    `SELECT mapping_id, old_status, new_status, conflict_kind FROM sim_mapping_log ORDER BY id DESC LIMIT 6`,
  );
  return JSON.stringify(rows);
}

/** R10: whatever we made in Outlook and whatever reservation we made or ended has an entry. */
async function checkJournal({ stage, ledger, report, count }: Simulation): Promise<void> {
  count('R10');
  const entries = await stage.query<{ key: string | null; mapping: number | null }>(
    `SELECT reservation_type || ':' || reservation_id AS key, mapping_id AS mapping FROM bridge_journal`,
  );
  const mappings = new Set(entries.map(({ mapping }) => mapping));
  const rows = await stage.query<{ id: number }>(
    "SELECT id FROM bridge_mappings WHERE sync_status = 'synced' AND outlook_event_id IS NOT NULL",
  );
  for (const { id } of rows)
    if (!mappings.has(id) && !ledger.wasReset) report(`R10: nothing in the journal about mapping ${id}`);
  const keys = new Set(entries.map(({ key }) => key));
  for (const key of (await readTruth(stage)).reservations.keys())
    if (!ledger.made.has(key) && !keys.has(key))
      report(`R10: nothing in the journal about ${key}, which the sync made`);
}

/** R9: the service never causes a mail. */
function checkMails({ graph, report, count }: Simulation): void {
  count('R9');
  const mails = graph.mails.filter((mail) => mail.cause === 'graph');
  if (mails.length > 0) report(`R9: ${mails.length} mails were sent because of us, the first a ${mails[0]?.kind}`);
}
