/**
 * Wall-clock time of the booking system and moments in Outlook, converted through one configured IANA zone.
 *
 * A wall clock is unclear twice a year: in spring an hour does not exist (gap, E1), in autumn one happens twice (fold, E2).
 * Both are read with the offset that held before the change: a time in the gap moves forward by the gap, a time in the fold is
 * its first occurrence. Everything else is plain arithmetic on `YYYY-MM-DD HH:MM:SS`, which compares as text.
 */
import { IANAZone } from 'luxon';
import { IANA_ALIAS_MAP, WINDOWS_TO_IANA_MAP } from 'windows-iana';
import { SyncError } from './errors.ts';
import type { GraphTime } from './room-event.ts';
import type { Instant, LocalDate, WallClock, WallSpan } from './time.ts';
import { epochOf, instantOf } from './time.ts';

const DAY_MS = 86_400_000;
/** Clocks are changed months apart: two moments less than this apart with the same offset have no change between them. */
const CHANGES_APART_MS = 10 * DAY_MS;

export interface ZonedInstant {
  readonly instant: Instant;
  readonly kind: 'exact' | 'gap' | 'fold';
}

/** `wall` in `zone` as a moment; E1 and E2 decide where the wall clock is unclear. Throws `misconfigured` for an unknown zone. */
export function toInstant(wall: WallClock, zone: string): ZonedInstant {
  const rules = zoneRules(zone);
  const asUtc = epochOfWall(wall);
  const before = rules.offset(asUtc - DAY_MS) * 60_000;
  const after = rules.offset(asUtc + DAY_MS) * 60_000;
  if (before === after) return { instant: instantOf(asUtc - before), kind: 'exact' };
  const fitsBefore = rules.offset(asUtc - before) * 60_000 === before;
  const fitsAfter = rules.offset(asUtc - after) * 60_000 === after;
  if (fitsAfter && !fitsBefore) return { instant: instantOf(asUtc - after), kind: 'exact' };
  const kind = fitsBefore ? (fitsAfter ? 'fold' : 'exact') : 'gap';
  return { instant: instantOf(asUtc - before), kind };
}

/** What the clock on the wall shows at `instant`; parts of a second are dropped. Throws `misconfigured` for an unknown zone. */
export function toWallClock(instant: Instant, zone: string): WallClock {
  return wallNow(epochOf(instant), zone);
}

/** What the clock on the wall shows at `epochMs` (milliseconds since 1970, UTC). */
export function wallNow(epochMs: number, zone: string): WallClock {
  return wallOfEpoch(epochMs + zoneRules(zone).offset(epochMs) * 60_000);
}

/**
 * Both ends of an Outlook event as wall clocks. Around a fold the end may read no later than the start although time passes;
 * then the real duration is added to the start, so that the booking system never blocks the room too short.
 */
export function toWallSpan(start: Instant, end: Instant, zone: string): WallSpan {
  const from = toWallClock(start, zone);
  const to = toWallClock(end, zone);
  if (to > from || end <= start) return { from, to };
  return { from, to: wallOfEpoch(epochOfWall(from) + epochOf(end) - epochOf(start)) };
}

/**
 * Windows name of an IANA zone, the only kind of name Graph is sure to take. Throws `misconfigured` when there
 * is none.
 */
export function windowsZone(iana: string): string {
  const name = WINDOWS_NAMES.get(iana);
  if (name === undefined) throw unknownZone(iana);
  return name;
}

/** The library's tables by IANA name, because each of its own answers is a search through all zones. */
const WINDOWS_NAMES: ReadonlyMap<string, string> = indexWindowsNames();

/** Every IANA name with its aliases; of several Windows names the first, as the library answers. */
function indexWindowsNames(): Map<string, string> {
  const aliases = new Map<string, readonly string[]>();
  for (const { alias } of IANA_ALIAS_MAP) for (const name of alias) aliases.set(name, alias);
  const names = new Map<string, string>();
  for (const { windowsName, iana } of WINDOWS_TO_IANA_MAP) {
    for (const zone of iana.flatMap((name: string) => aliases.get(name) ?? [name])) {
      if (!names.has(zone)) names.set(zone, windowsName);
    }
  }
  return names;
}

/** `wall` as Graph takes it: local with the Windows zone name, or in UTC where the wall clock is unclear (E1, E2). */
export function graphTimeOf(wall: WallClock, zone: string): GraphTime {
  return graphTime(wall, toInstant(wall, zone), windowsZone(zone));
}

/**
 * Both ends of a reservation as Graph takes them, each by its own wall clock (E3). A span that would come out empty or backwards
 * because only its start lies in a gap keeps its wall-clock length from the shifted start (E1).
 */
export function graphSpanOf(start: WallClock, end: WallClock, zone: string): { start: GraphTime; end: GraphTime } {
  const name = windowsZone(zone);
  if (isFarFromChange(start, end, zone)) return { start: localTime(start, name), end: localTime(end, name) };
  const from = toInstant(start, zone);
  const to = toInstant(end, zone);
  const collapsed = isValidSpan(start, end) && to.instant <= from.instant;
  const length = epochOfWall(end) - epochOfWall(start);
  return {
    start: graphTime(start, from, name),
    end: collapsed ? utcGraphTime(instantOf(epochOf(from.instant) + length)) : graphTime(end, to, name),
  };
}

/** First day and the day after the last one of an all-day span as Graph takes them: midnights in the zone, whatever its clock does. */
export function graphDaysOf(start: WallClock, end: WallClock, zone: string): { start: GraphTime; end: GraphTime } {
  const timeZone = windowsZone(zone);
  const days = allDayDates(start, end);
  return {
    start: { dateTime: `${days.start}T00:00:00`, timeZone },
    end: { dateTime: `${days.end}T00:00:00`, timeZone },
  };
}

/** A time as Graph takes or gives it, in `zone` or `UTC`, as a wall clock of `zone`. */
export function wallOfGraphTime(time: GraphTime, zone: string): WallClock {
  const wall = `${time.dateTime.slice(0, 10)} ${time.dateTime.slice(11, 19)}`;
  return time.timeZone === 'UTC' ? wallNow(epochOfWall(wall), zone) : wall;
}

/**
 * Whether a reservation fills whole days: from midnight to midnight, or to 23:59 as the booking forms write it (E4); one day or several.
 */
export function isAllDaySpan(start: WallClock, end: WallClock): boolean {
  if (end <= start || !isMidnight(start)) return false;
  return isMidnight(end) || end.startsWith('23:59', 11);
}

/** First day and the day after the last one of an all-day span. */
export function allDayDates(start: WallClock, end: WallClock): { readonly start: LocalDate; readonly end: LocalDate } {
  return { start: start.slice(0, 10), end: (isMidnight(end) ? end : addDays(end, 1)).slice(0, 10) };
}

/** The same time of day `days` calendar days later (earlier when negative). */
export function addDays(wall: WallClock, days: number): WallClock {
  return wallOfEpoch(epochOfWall(wall) + days * DAY_MS);
}

const WALL_CLOCK =
  /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?:[ T]((?:[01]\d|2[0-3]):[0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?)?$/;

/**
 * `2027-03-01 08:00`, `2027-03-01T08:00:00.000` or a bare date in the one form used here, or null when the text is none of
 * these: an offset or `Z` makes it a moment, not a wall clock.
 */
export function parseWallClock(text: string): WallClock | null {
  const parts = WALL_CLOCK.exec(text);
  if (parts === null) return null;
  const date = parts[1] ?? '';
  const wall = `${date} ${parts[2] ?? '00:00'}:${parts[3] ?? '00'}`;
  const exists = date.slice(8) <= '28' || wallOfEpoch(epochOfWall(wall)) === wall;
  return exists ? wall : null;
}

/** Whether two half-open spans share time: one ending 12:00 does not meet one starting 12:00 (E29). */
export function overlaps(a: WallSpan, b: WallSpan): boolean {
  return a.from < b.to && b.from < a.to;
}

/** Whether a reservation ends after it starts (E34). */
export function isValidSpan(start: WallClock, end: WallClock): boolean {
  return start < end;
}

function isMidnight(wall: WallClock): boolean {
  return wall.endsWith('00:00:00');
}

/** Whether the clock of `zone` surely does not change from a day before `start` to a day after `end`, so that both are exact. */
function isFarFromChange(start: WallClock, end: WallClock, zone: string): boolean {
  const [from, to] = [epochOfWall(start) - DAY_MS, epochOfWall(end) + DAY_MS];
  if (to < from || to - from > CHANGES_APART_MS) return false;
  const rules = zoneRules(zone);
  return rules.offset(from) === rules.offset(to);
}

function graphTime(wall: WallClock, { instant, kind }: ZonedInstant, timeZone: string): GraphTime {
  return kind === 'exact' ? localTime(wall, timeZone) : utcGraphTime(instant);
}

function localTime(wall: WallClock, timeZone: string): GraphTime {
  return { dateTime: wall.replace(' ', 'T'), timeZone };
}

function utcGraphTime(instant: Instant): GraphTime {
  return { dateTime: instant.slice(0, 19), timeZone: 'UTC' };
}

/** Luxon keeps one zone object per name, so this costs a look-up. */
function zoneRules(zone: string): IANAZone {
  const rules = IANAZone.create(zone);
  if (!rules.isValid) throw unknownZone(zone);
  return rules;
}

function unknownZone(zone: string): SyncError {
  return new SyncError('misconfigured', `Time zone '${zone}' is unknown. Set an IANA name such as Europe/Oslo.`);
}

function epochOfWall(wall: WallClock): number {
  return Date.parse(`${wall.slice(0, 10)}T${wall.slice(11)}Z`);
}

function wallOfEpoch(epochMs: number): WallClock {
  const text = new Date(epochMs).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 19)}`;
}
