/**
 * R4: no room, and not all rooms together, lose more causes of cancellation within 24 hours than the brake lets pass, unless an operator
 * said so. Told from the database's own log of what happened to mappings; the engine's journal and its counting are not trusted.
 */
import type { Simulation } from './simulation.ts';

const DAY = 24 * 3_600_000;
/** BRAKE_PERCENT as it is by default. */
const PERCENT = 20;

/** Its meeting went on in another room: both rows were written in one transaction, and nothing was cancelled (E12). */
const WAS_MOVED = `EXISTS (SELECT 1 FROM sim_mapping_log o WHERE o.reservation = t.reservation AND o.calendar <> t.calendar
  AND o.old_status = 'imported' AND o.new_status = 'synced' AND o.id < t.id AND julianday(o.at) > julianday(t.at) - 5.0 / 86400)`;

interface Ended {
  readonly mapping_id: number;
  readonly at: string;
  readonly calendar: string;
  readonly cause: string;
}

export async function checkBrake({ stage, ledger, traits, report, count }: Simulation): Promise<void> {
  const ended = await stage.query<Ended>(
    `SELECT mapping_id, at, calendar, CASE cancelled_by WHEN 'outlook' THEN COALESCE(series, reservation, meeting) ELSE reservation END AS cause
     FROM sim_mapping_log t
     WHERE new_status = 'cancelled' AND old_status <> 'cancelled' AND old_status <> 'imported' AND event_id IS NOT NULL AND old_reservation IS NOT NULL
       AND cancelled_by <> 'operator' AND (room_copy = 0 OR cancelled_by = 'outlook')
       AND NOT (cancelled_by = 'outlook' AND ${WAS_MOVED}) ORDER BY id`,
  );
  const sizes = await stage.query<{ calendar: string; n: number }>(
    'SELECT calendar, COUNT(DISTINCT mapping_id) AS n FROM sim_mapping_log GROUP BY calendar',
  );
  // The share refers to what lived before; what ended counts there once per room, and so here at most twice.
  const mostOf = (n: number, causes: number) => Math.max(traits.brakeCount, Math.floor(((n + causes) * PERCENT) / 100));
  const unasked = ended.filter(
    (one) => !ledger.approved.has(one.mapping_id) && !isConfirmed(ledger.confirmed, Date.parse(one.at)),
  );
  const judge = (where: string, rows: readonly Ended[], n: number) => {
    count('R4');
    const worst = worstDay(rows);
    const most = mostOf(n, worst);
    if (worst > most) report(`R4: ${worst} causes within a day ended something in ${where}, more than ${most}`);
  };
  for (const { calendar, n } of sizes)
    judge(
      calendar,
      unasked.filter((one) => one.calendar === calendar),
      n,
    );
  judge(
    'all rooms',
    unasked,
    sizes.reduce((sum, { n }) => sum + n, 0),
  );
}

/** Most different causes within any 24 hours. */
function worstDay(rows: readonly Ended[]): number {
  const days = rows.map(({ at }) => {
    const from = Date.parse(at);
    const within = rows.filter((other) => Date.parse(other.at) >= from && Date.parse(other.at) < from + DAY);
    return new Set(within.map(({ cause }) => cause)).size;
  });
  return Math.max(0, ...days);
}

function isConfirmed(confirmed: ReadonlyMap<number, number>, at: number): boolean {
  return [...confirmed].some(([from, to]) => at >= from && at <= to);
}
