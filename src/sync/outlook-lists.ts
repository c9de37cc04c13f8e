/** What stands in room calendars without a reservation (S51-S53), what waits for its import (S58), and what became of it (S59). */
import { importTextOf } from '../domain/content.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { Room } from '../domain/room.ts';
import type { RoomEvent } from '../domain/room-event.ts';
import type { WallSpan } from '../domain/time.ts';
import { overlaps } from '../domain/wall-clock.ts';
import { windowOf } from '../domain/window.ts';
import { importSkipOf } from './import-plan.ts';
import { readSpanOf } from './observe-spans.ts';
import type { ErrorDetail, ImportList, OutlookEventList, OutlookEventRow } from './results.ts';
import type { SyncDeps } from './settings.ts';

/**
 * Events without mapping that touch `range` (local wall clock, half-open), our own left out, by start.
 * Reads only; a room that cannot be read is an entry of `errorDetails`.
 */
export async function listOutlookEvents(
  deps: SyncDeps,
  { range, limit }: { readonly range: WallSpan; readonly limit: number },
): Promise<OutlookEventList> {
  const rooms = await deps.store.rooms.listActive();
  const span = readSpanOf(range, deps.settings.zone);
  const outcomes = await deps.calendars.readWindows(
    rooms.map(({ calendar }) => ({ calendar, span })),
    { deadline: deps.clock.now() + deps.settings.runMs },
  );
  const found = rooms.flatMap((room, index) => {
    const outcome = outcomes[index];
    return outcome?.ok === true ? outcome.value.map((event) => ({ room, event })) : [];
  });
  const keys = found.map(({ room, event }) => ({ calendar: room.calendar, eventId: event.id }));
  const mapped = new Set(
    (await deps.store.mappings.findByEvents(keys)).map((row) => `${row.calendar} ${row.eventId ?? ''}`),
  );
  const rows = found
    .filter(({ room, event }) => !event.marker && !mapped.has(`${room.calendar} ${event.id}`))
    .map(({ room, event }) => rowOf(deps, room, event))
    .filter((row) => overlaps({ from: row.start, to: row.end }, range))
    .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : a.resourceId - b.resourceId));
  const errorDetails = rooms.flatMap((room, index): ErrorDetail[] => {
    const outcome = outcomes[index];
    return outcome === undefined || outcome.ok ? [] : [{ message: outcome.error.message, calendar: room.calendar }];
  });
  return { events: rows.slice(0, limit), total: rows.length, errorDetails };
}

function rowOf(deps: SyncDeps, room: Room, event: RoomEvent): OutlookEventRow {
  const text = importTextOf(event, deps.settings);
  const reason = importSkipOf(event, room, windowIn(deps, room), deps.settings);
  return {
    eventId: event.id,
    calendar: room.calendar,
    resourceId: room.resourceId,
    resourceName: room.resourceName,
    subject: text.title,
    description: text.description,
    start: text.start,
    end: text.end,
    isAllDay: event.isAllDay,
    organizer: event.organizerName,
    organizerEmail: event.organizerAddress,
    importable: reason === null,
    reason,
  };
}

function windowIn({ clock, settings }: SyncDeps, room: Room): WallSpan {
  const { zone, windowPastDays, windowFutureDays } = settings;
  return windowOf(clock.now(), zone, windowPastDays, windowFutureDays, room.horizonDays).wall;
}

/** What the next import would take, overlapping ones included, oldest first (S58). */
export async function listPendingImports(deps: SyncDeps, { limit }: { limit: number }): Promise<ImportList> {
  const rows = await deps.store.mappings.pickImports({ limit });
  const query = { statuses: ['imported', 'conflict'], hasReservation: false, orderBy: 'createdAt', limit: 1 } as const;
  const { total } = await deps.store.mappings.list(query);
  return { rows: await withNames(deps, rows), total };
}

/** Imports that became reservations, newest first (S59). */
export async function listProcessedImports(deps: SyncDeps, { limit }: { limit: number }): Promise<ImportList> {
  const { rows, total } = await deps.store.mappings.list({
    origin: 'outlook',
    hasReservation: true,
    orderBy: 'createdAt',
    limit,
  });
  return { rows: await withNames(deps, rows), total };
}

async function withNames(deps: SyncDeps, rows: readonly Mapping[]) {
  const rooms = rows.length === 0 ? [] : await deps.store.rooms.listAll();
  const byCalendar = new Map(rooms.map((room) => [room.calendar, room]));
  return rows.map((row) => {
    const room = byCalendar.get(row.calendar);
    return { ...row, resourceName: room?.resourceName ?? null, calendarName: room?.calendarName ?? null };
  });
}
