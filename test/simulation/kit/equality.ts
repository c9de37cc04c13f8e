/**
 * Both sides compared after everything came to rest, by an oracle that knows the booking tables, the calendars and which row links which;
 * what a row should have become it works out by itself (`truth.ts`).
 */
import type { SeenEvent } from '../../../src/sandbox/graph-simulator/actors.ts';
import { parseEventId } from '../../../src/sandbox/graph-simulator/ids.ts';
import type { GraphSimulator } from '../../../src/sandbox/graph-simulator/simulator.ts';
import { checkDoubles } from './doubles-check.ts';
import type { Ledger } from './ledger.ts';
import {
  isHeld,
  isInvalid,
  isLeftToGuests,
  isOfMeeting,
  isOld,
  isRefused,
  isSkipped,
  keyOf,
  wasBroughtBack,
  wasDeletedByPeople,
} from './left-alone.ts';
import { CALENDARS, type Stage } from './stage.ts';
import { type Booked, instantOfWall, isWholeDays, readTruth, type Truth } from './truth.ts';

export interface MappingRow {
  readonly id: number;
  readonly reservation_type: string | null;
  readonly reservation_id: number | null;
  readonly resource_id: number;
  readonly outlook_item_id: string;
  readonly outlook_event_id: string | null;
  readonly outlook_change_key: string | null;
  readonly sync_status: string;
  readonly conflict_kind: string | null;
  readonly origin: string;
  readonly room_copy: number;
  readonly held: number;
  readonly error_message: string | null;
  readonly cancelled_by: string | null;
  readonly ical_uid: string | null;
  readonly original_start: string | null;
  readonly gone_since: string | null;
  readonly series_master_id: string | null;
  readonly retryable: number;
  readonly next_retry_at: string | null;
}

export interface EqualityWorld {
  readonly stage: Stage;
  readonly graph: GraphSimulator;
  readonly ledger: Ledger;
  report(broken: string): void;
  count(check: string): void;
}

const FROM = Date.parse('2027-01-01T00:00:00Z');
const TO = Date.parse('2029-01-01T00:00:00Z');
/** From here on nobody's window reaches: what lies there is left alone (E28, E30), only its end has to be explained. */
export const FAR = '2028-02-20 00:00:00';

/** What is not compared, because it goes on failing or waits for its next attempt. */
export interface Spared {
  readonly calendars?: ReadonlySet<string>;
  /** By `type:id`. */
  readonly reservations?: ReadonlySet<string>;
  /** Meetings, by their UIDs. */
  readonly meetings?: ReadonlySet<string>;
  /** Occurrences of series. */
  readonly series?: boolean;
}

export async function checkEquality(world: EqualityWorld, spared: Spared = {}): Promise<void> {
  const truth = await readTruth(world.stage);
  const rows = await readMappings(world.stage);
  const alerts = await world.stage.query<{ episode: string }>(
    "SELECT episode FROM bridge_alerts WHERE kind IN ('ghost', 'unproven-removal')",
  );
  // Events of ours that stand for nothing any more: listed for people, never touched (design 5).
  // And mapped ones that a full read lacks while they still resolve: no proof (R3), so people are told instead.
  const listed = new Set(alerts.map(({ episode }) => episode.split(':')[2] ?? ''));
  const look = {
    truth,
    rows,
    listed,
    isSpared: (key: string) => spared.reservations?.has(key) ?? false,
    isSparedMeeting: ({ iCalUId, masterId }: SeenEvent) =>
      (spared.meetings?.has(iCalUId) ?? false) || (spared.series === true && masterId !== null),
  };
  for (const calendar of CALENDARS) {
    if (spared.calendars?.has(calendar)) continue;
    const seen = new Map(world.graph.actors.view(calendar, FROM, TO).map((event) => [event.id, event]));
    const room = [...truth.rooms].find(([, mapped]) => mapped === calendar)?.[0];
    if (room !== undefined) checkWanted(world, look, room, seen);
    checkEvents(world, look, room, calendar, seen);
  }
  checkDoubles(world, truth, rows);
}

export function readMappings(stage: Stage): Promise<MappingRow[]> {
  return stage.query<MappingRow>('SELECT * FROM bridge_mappings ORDER BY id');
}

/** Both sides at one moment. */
interface Look {
  readonly truth: Truth;
  readonly rows: readonly MappingRow[];
  /** Events that people were told about. */
  readonly listed: ReadonlySet<string>;
  isSpared(reservation: string): boolean;
  isSparedMeeting(event: SeenEvent): boolean;
}

/** Every wanted reservation is shown once, as it is. */
function checkWanted(
  world: EqualityWorld,
  { truth, rows, listed, isSpared }: Look,
  room: number,
  seen: ReadonlyMap<string, SeenEvent>,
): void {
  const { report, ledger, count } = world;
  for (const key of truth.wanted) {
    const [type, id, resource] = key.split(':');
    if (Number(resource) !== room || isSpared(`${type}:${id}`)) continue;
    count('equality');
    const booked = truth.reservations.get(`${type}:${id}`) as Booked;
    const row = rows.find(
      (one) => one.reservation_type === type && one.reservation_id === Number(id) && one.resource_id === room,
    );
    if (booked.from >= FAR) continue;
    if (row === undefined) {
      report(`equality: ${key} has no mapping`);
      continue;
    }
    const undecided = rows.some(
      (one) => one.reservation_type === type && one.reservation_id === Number(id) && isUndecided(one),
    );
    if (undecided || isRefused(row) || row.held === 1 || ledger.dismissed.has(row.id)) continue;
    const event = row.outlook_event_id === null ? undefined : seen.get(row.outlook_event_id);
    if (row.sync_status !== 'synced') report(`equality: ${key} is ${row.sync_status} (${row.error_message})`);
    else if (event === undefined && listed.has(row.outlook_event_id ?? '') && wasDeletedByPeople(world, row)) continue;
    else if (event === undefined)
      report(
        `equality: ${key} is synced and its event ${row.outlook_event_id === null ? 'has no id' : 'is not in the calendar'}`,
      );
    else compare(world, key, booked, row, event);
  }
}

/** Waits for a person's decision, as designed (E10, E51). */
export function isUndecided(row: MappingRow): boolean {
  return row.sync_status === 'conflict' && (row.conflict_kind === 'edited' || row.conflict_kind === 'overlap');
}

function compare({ report }: EqualityWorld, key: string, booked: Booked, row: MappingRow, event: SeenEvent): void {
  const differ = (what: string, a: unknown, b: unknown) =>
    report(`equality: ${key} ${what}: booking ${String(a)}, Outlook ${String(b)}`);
  if (isWholeDays(booked) !== event.isAllDay) differ('whole days', isWholeDays(booked), event.isAllDay);
  else if (!event.isAllDay && instantOfWall(booked.from) !== event.start)
    differ('start', booked.from, new Date(event.start).toISOString());
  else if (!event.isAllDay && instantOfWall(booked.to) !== event.end)
    differ('end', booked.to, new Date(event.end).toISOString());
  else if (event.isAllDay && booked.from.slice(0, 10) !== new Date(event.start).toISOString().slice(0, 10))
    differ('day', booked.from, new Date(event.start).toISOString());
  const subject = (event.subject ?? '').trim();
  if (booked.title !== subject && !(row.room_copy === 1 && booked.title.startsWith('Ola')))
    differ('title', booked.title, subject);
  if (row.room_copy === 1) return;
  if (booked.isPublic !== (event.sensitivity === 'normal')) differ('sensitivity', booked.isPublic, event.sensitivity);
  const words = (text: string) =>
    text
      .replace(/<[^>]*>/g, ' ')
      .replace(/--- Cancelled from Outlook ---/g, '')
      .replace(/\s+/g, ' ')
      .trim();
  const [own, there] = [words(booked.text) || booked.title, words(event.body)];
  if (own !== there && !(words(booked.text) === '' && (there === '' || there === booked.title)) && booked.isPublic)
    differ('text', own, there);
}

/** Every event stands for something wanted, or there is a reason to leave it. */
function checkEvents(
  world: EqualityWorld,
  { truth, rows: all, listed, isSpared, isSparedMeeting }: Look,
  room: number | undefined,
  calendar: string,
  seen: ReadonlyMap<string, SeenEvent>,
): void {
  const { report, ledger, count } = world;
  const rows = all.filter((row) => row.outlook_item_id === calendar);
  for (const event of seen.values()) {
    count('equality');
    const label = `event '${event.subject?.trim()}' of ${calendar}`;
    const row = rows.find((one) => one.outlook_event_id === event.id);
    const core = parseEventId(event.id)?.core ?? '';
    const marker = Object.values(event.properties)[0];
    if (isSparedMeeting(event)) continue;
    if (row === undefined) {
      if (isSkipped(world, calendar, event) || room === undefined || event.start >= Date.parse(`${FAR}Z`)) continue;
      const marked = marker?.split(':').slice(0, 3).join(':');
      const isGhost = marked !== undefined && (isHeld(marked, rows) || !truth.wanted.has(marked));
      // A request carried out after its room had gone to another calendar: here it is nobody's (E14).
      const isLeftBehind = ledger.belated.has(core) && Number(marker?.split(':')[2]) !== room;
      if (isLeftBehind || ((isGhost || ledger.belated.has(core)) && listed.has(event.id))) continue;
      if (marker !== undefined && ledger.restored.has(core)) continue;
      // Its room has no calendar any more, and after a reset no row either: frozen (E13).
      if (marker !== undefined && !truth.rooms.has(Number(marker.split(':')[2]))) continue;
      // Another room's, left behind when that room went elsewhere and a reset emptied its row (E13, E36).
      if (marker !== undefined && ledger.wasReset && Number(marker.split(':')[2]) !== room) continue;
      // An old copy beside the one the organiser sent, or cancelled, or a person removed meanwhile: that one was the meeting.
      if (
        wasBroughtBack(world, calendar, event.iCalUId) &&
        (rows.some((one) => isOfMeeting(one, event)) || isOld(event, seen))
      )
        continue;
      report(`equality: ${label} (${marker ?? 'no marker'}) has no mapping`);
      continue;
    }
    const key = keyOf(row);
    if (isSpared(`${row.reservation_type}:${row.reservation_id}`)) continue;
    if (row.reservation_id !== null && truth.wanted.has(key) && truth.rooms.get(row.resource_id) === calendar) continue;
    // Its room has no calendar any more: frozen as it is, wherever it is (E13).
    if (!truth.rooms.has(row.resource_id)) continue;
    if (isUndecided(row) || row.held === 1 || ledger.dismissed.has(row.id)) continue;
    if (isInvalid(truth, row) || event.start >= Date.parse(`${FAR}Z`)) continue;
    if (isLeftToGuests(row)) continue;
    if (row.reservation_id === null && isSkipped(world, calendar, event)) continue;
    if (marker !== undefined && ledger.restored.has(core)) continue;
    if (room === undefined && marker === undefined) continue;
    report(
      `equality: ${label} (${marker ?? 'no marker'}) stands for ${key}, which is not wanted (${row.sync_status}, ${row.error_message ?? row.cancelled_by})`,
    );
  }
}
