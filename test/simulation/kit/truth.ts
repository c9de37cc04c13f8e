/** The booking system as the oracle reads it: plain SQL over the customer's tables, without a line of the engine. */
import { DateTime } from 'luxon';
import type { Stage } from './stage.ts';

export interface Booked {
  readonly type: 'event' | 'booking' | 'allocation';
  readonly id: number;
  readonly active: boolean;
  /** Its season is published (events need none). */
  readonly shown: boolean;
  readonly rooms: readonly number[];
  /** Local wall clock. */
  readonly from: string;
  readonly to: string;
  readonly title: string;
  readonly text: string;
  readonly isPublic: boolean;
  readonly organizer: string;
}

export interface Truth {
  readonly reservations: ReadonlyMap<string, Booked>;
  /** Calendar of each actively mapped room. */
  readonly rooms: ReadonlyMap<number, string>;
  /** `event:5:101` of everything Outlook should show now. */
  readonly wanted: ReadonlySet<string>;
}

const PRIORITY = { event: 1, booking: 2, allocation: 3 } as const;

interface Row {
  type: Booked['type'];
  id: number;
  active: number;
  shown: number;
  rooms: string | null;
  f: string;
  t: string;
  title: string | null;
  text: string | null;
  pub: number;
  org: string | null;
}

const READ = `
  SELECT 'event' AS type, e.id, e.active, 1 AS shown, (SELECT group_concat(resource_id) FROM bb_event_resource WHERE event_id = e.id) AS rooms,
    e.from_ AS f, e.to_ AS t, e.name AS title, e.description AS text, e.is_public AS pub, e.organizer AS org FROM bb_event e
  UNION ALL
  SELECT 'booking', b.id, b.active, s.status = 'PUBLISHED' AND s.active = 1,
    (SELECT group_concat(resource_id) FROM bb_booking_resource WHERE booking_id = b.id), b.from_, b.to_, 'Booking - ' || g.name,
    'Booking for ' || g.name, 1, NULL FROM bb_booking b JOIN bb_group g ON g.id = b.group_id JOIN bb_season s ON s.id = b.season_id
  UNION ALL
  SELECT 'allocation', a.id, a.active, s.status = 'PUBLISHED' AND s.active = 1,
    (SELECT group_concat(resource_id) FROM bb_allocation_resource WHERE allocation_id = a.id), a.from_, a.to_, 'Allocation - ' || o.name,
    'Allocation for ' || o.name, 1, NULL FROM bb_allocation a JOIN bb_organization o ON o.id = a.organization_id
    JOIN bb_season s ON s.id = a.season_id
  ORDER BY 1, 2`;

export async function readTruth(stage: Stage): Promise<Truth> {
  const rows = await stage.query<Row>(READ);
  const mapped = await stage.query<{ resource_id: number; outlook_item_id: string }>(
    'SELECT resource_id, outlook_item_id FROM bridge_resource_mappings WHERE active = 1',
  );
  const reservations = new Map(
    rows.map((row): [string, Booked] => [
      `${row.type}:${row.id}`,
      {
        type: row.type,
        id: row.id,
        active: row.active === 1,
        shown: row.shown === 1,
        rooms:
          row.rooms === null
            ? []
            : row.rooms
                .split(',')
                .map(Number)
                .sort((a, b) => a - b),
        from: row.f,
        to: row.t,
        title: row.title ?? '',
        text: row.text ?? '',
        isPublic: row.pub === 1,
        organizer: row.org ?? '',
      },
    ]),
  );
  const rooms = new Map(mapped.map((row) => [row.resource_id, row.outlook_item_id]));
  return { reservations, rooms, wanted: wantedOf([...reservations.values()], [...rooms.keys()]) };
}

function wantedOf(all: readonly Booked[], rooms: readonly number[]): ReadonlySet<string> {
  const wanted = new Set<string>();
  for (const room of rooms) {
    const here = all.filter((one) => one.active && one.shown && one.from < one.to && one.rooms.includes(room));
    for (const one of here) {
      const better = here.filter((other) => PRIORITY[other.type] < PRIORITY[one.type]);
      if (!covers(better, one)) wanted.add(`${one.type}:${one.id}:${room}`);
    }
  }
  return wanted;
}

/** Walks along `one` as far as the others carry. */
function covers(others: readonly Booked[], one: Booked): boolean {
  let reached = one.from;
  for (const other of [...others].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    if (other.from > reached) return false;
    if (other.to > reached) reached = other.to;
    if (reached >= one.to) return true;
  }
  return false;
}

const instants = new Map<string, number>();

/** A wall clock of the municipality as milliseconds UTC. */
export function instantOfWall(wall: string): number {
  let known = instants.get(wall);
  if (known === undefined) {
    known = DateTime.fromSQL(wall, { zone: 'Europe/Oslo' }).toMillis();
    instants.set(wall, known);
  }
  return known;
}

/** Midnight to 23:59 or midnight: shown as whole days. */
export function isWholeDays({ from, to }: Pick<Booked, 'from' | 'to'>): boolean {
  return from.endsWith('00:00:00') && (to.endsWith('23:59:00') || to.endsWith('00:00:00')) && from < to;
}
