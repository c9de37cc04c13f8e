/** R3 on the booking side: a reservation or one of its rooms may end only because somebody ended it, on either side. */
import type { Ledger } from './ledger.ts';
import type { Stage } from './stage.ts';
import type { Truth } from './truth.ts';

export interface EndingsWorld {
  readonly stage: Stage;
  readonly ledger: Ledger;
  report(broken: string): void;
  count(check: string): void;
}

/** Compares two looks at the booking system, one after the other. */
export async function checkEndings(world: EndingsWorld, before: Truth, after: Truth): Promise<void> {
  const { ledger, count, report } = world;
  for (const [key, was] of before.reservations) {
    if (!was.active) continue;
    const now = after.reservations.get(key);
    const over = now === undefined || !now.active;
    const lost = over ? was.rooms : was.rooms.filter((room) => !now.rooms.includes(room));
    if (lost.length === 0 && !over) continue;
    if (ledger.ended.delete(key) || ledger.asked.has(key)) continue;
    const left = lost.filter((room) => !ledger.ended.delete(`room:${key}:${room}`));
    if (left.length === 0 && !over) continue;
    count('R3');
    const removals = await readRemovals(world, key, left);
    if (!removals.some(({ removed }) => removed))
      report(`R3: ${key} ${over ? 'was cancelled' : `lost room ${left.join(', ')}`}, and nobody asked for it`);
    else if (over && removals.some(({ removed, stands }) => !removed && stands))
      report(`R3, E17: ${key} was cancelled everywhere, and was removed in one room only`);
  }
}

interface Removal {
  /** A person removed its event, or the meeting it came from. */
  readonly removed: boolean;
  /** Its event stands in the calendar as far as anybody knows. */
  readonly stands: boolean;
}

/** What became of the reservation's events in these rooms. */
async function readRemovals(
  { stage, ledger }: EndingsWorld,
  key: string,
  rooms: readonly number[],
): Promise<readonly Removal[]> {
  const [type, id] = key.split(':');
  const rows = await stage.query<Row>(
    `SELECT ${lastKnown('outlook_event_id', 'event_id')} AS event, ${lastKnown('ical_uid', 'meeting')} AS uid,
       ${lastKnown('series_master_id', 'series')} AS series, m.resource_id AS room,
       m.sync_status = 'synced' AND m.outlook_event_id IS NOT NULL AS stands FROM bridge_mappings AS m
     WHERE m.reservation_type = '${type}' AND m.reservation_id = ${id}`,
  );
  return rows
    .filter(({ room }) => rooms.length === 0 || rooms.includes(room))
    .map(({ event, uid, series, stands }) => ({
      removed:
        ledger.removed.has(event ?? '') || ledger.removed.has(`uid:${uid}`) || ledger.removed.has(`series:${series}`),
      stands: stands === 1,
    }));
}

interface Row {
  readonly event: string | null;
  readonly uid: string | null;
  readonly series: string | null;
  readonly room: number;
  readonly stands: number;
}

/** Of the event a row has, or had last: a removal seen before its room was pointed elsewhere is decided when the row has left it (E14). */
function lastKnown(column: string, logged: string): string {
  return `CASE WHEN m.outlook_event_id IS NOT NULL THEN m.${column} ELSE (SELECT l.${logged} FROM sim_mapping_log AS l
    WHERE l.mapping_id = m.id AND l.event_id IS NOT NULL ORDER BY l.id DESC LIMIT 1) END`;
}
