/**
 * Before anything is imported its event is read again: what is stored about it may be an hour old, and a phantom must never become a
 * reservation (E50). Nothing is written here.
 */

import type { SyncError } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { Room } from '../domain/room.ts';
import type { RoomEvent } from '../domain/room-event.ts';
import { windowOf } from '../domain/window.ts';
import { type ImportSkip, importSkipOf } from './import-plan.ts';
import { checkPresence, type Presence } from './presence.ts';
import { meetingKeyOf } from './pull-steps.ts';
import { commonLimits, type HeldRoom } from './room-lease.ts';
import type { SyncDeps } from './settings.ts';

/** A waiting row whose event is there and may become a reservation. */
export interface Candidate {
  readonly row: Mapping;
  readonly event: RoomEvent;
  readonly room: Room;
  readonly held: HeldRoom;
}

/** What looking at one waiting row showed. */
export type ImportLook =
  | { readonly kind: 'importable'; readonly candidate: Candidate }
  /** No longer in its calendar, cancelled or declined; an import is no reservation, so its absence from the calendar is enough. */
  | { readonly kind: 'gone'; readonly row: Mapping; readonly held: HeldRoom; readonly reason: string }
  /** Ours: marked before its row forgot that, in a reset (E36). Its reservation takes it back at the next look through the room. */
  | { readonly kind: 'ours'; readonly row: Mapping; readonly held: HeldRoom; readonly reason: string }
  /** There, but not for us now. */
  | { readonly kind: 'skipped'; readonly row: Mapping; readonly held: HeldRoom; readonly reason: string };

export interface ImportLooks {
  readonly looks: readonly ImportLook[];
  /** Rooms that could not be read: nothing is concluded about their rows. */
  readonly failures: ReadonlyMap<string, SyncError>;
}

/** Looks at `rows` of held rooms together: one GET and one calendarView per row, rooms mixed in read batches. */
export async function lookAtImports(
  deps: SyncDeps,
  held: readonly HeldRoom[],
  rooms: ReadonlyMap<string, Room>,
  rows: readonly Mapping[],
): Promise<ImportLooks> {
  const byCalendar = new Map(held.map((room) => [room.calendar, room]));
  const wanted = rows.filter((row) => row.eventId !== null && byCalendar.has(row.calendar) && rooms.has(row.calendar));
  const requests = wanted.map((row) => ({ calendar: row.calendar, eventId: row.eventId ?? '' }));
  const presences = await checkPresence(deps, requests, await commonLimits(held));
  const failures = new Map<string, SyncError>();
  const looks = wanted.flatMap((row, index): ImportLook[] => {
    const presence = presences[index];
    const room = rooms.get(row.calendar);
    const holder = byCalendar.get(row.calendar);
    if (presence === undefined || room === undefined || holder === undefined) return [];
    if (presence.kind === 'unknown') {
      failures.set(row.calendar, presence.error);
      return [];
    }
    return [lookAt(deps, { row, room, held: holder }, presence)];
  });
  return { looks: looks.filter((look) => !failures.has(rowOf(look).calendar)), failures };
}

/** The waiting row a look is about. */
export function rowOf(look: ImportLook): Mapping {
  return look.kind === 'importable' ? look.candidate.row : look.row;
}

/** Candidates of one meeting together, in the order of their oldest row: copies in several rooms are one reservation (E18). */
export function groupByMeeting(candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const groups = Map.groupBy(candidates, ({ row }) =>
    row.iCalUId === null ? `row ${row.id}` : meetingKeyOf(row.iCalUId, row.originalStart),
  );
  return [...groups.values()];
}

function lookAt(
  deps: SyncDeps,
  { row, room, held }: Omit<Candidate, 'event'>,
  presence: Exclude<Presence, { kind: 'unknown' }>,
): ImportLook {
  if (presence.kind === 'gone') return { kind: 'gone', row, held, reason: 'Gone from Outlook before it was imported' };
  const { event } = presence;
  const { zone, windowPastDays, windowFutureDays } = deps.settings;
  const { wall } = windowOf(deps.clock.now(), zone, windowPastDays, windowFutureDays, room.horizonDays);
  const skip = importSkipOf(event, room, wall, deps.settings);
  if (skip === null) return { kind: 'importable', candidate: { row, event, room, held } };
  if (skip === 'cancelled' || skip === 'declined') return { kind: 'gone', row, held, reason: REASONS[skip] };
  return { kind: skip === 'own_event' ? 'ours' : 'skipped', row, held, reason: REASONS[skip] };
}

/** In words, for the list of pending imports. */
const REASONS: Readonly<Record<ImportSkip, string>> = {
  series_master: 'A series is imported by its occurrences.',
  own_event: 'The event is marked as ours.',
  cancelled: 'Cancelled in Outlook by its organiser',
  declined: 'Declined by the room',
  tentative: 'The room has not accepted it yet.',
  free: 'It does not occupy the room: shown as free or working elsewhere.',
  out_of_window: 'It lies outside the synced window.',
  invalid_time: 'Invalid time range',
  direction: 'Nothing is imported from this room.',
};
