/** How polling is doing, from the calendars' own rows (S41, S87). Read-only. */
import { epochOf } from '../domain/time.ts';
import type { CalendarState } from './ports.ts';
import { isDeltaHealthy } from './pull.ts';
import type { PollingStats } from './results.ts';
import type { SyncDeps } from './settings.ts';

/** Two intervals of the default schedule. */
const RECENT_MS = 30 * 60_000;

export async function readPollingStats(deps: SyncDeps): Promise<PollingStats> {
  const rooms = await deps.store.rooms.listActive();
  const states = new Map((await deps.store.calendars.list()).map((state) => [state.calendar, state]));
  const now = deps.clock.now();
  const calendars = rooms.map((room) => ({ room, state: states.get(room.calendar) ?? null }));
  const polls = calendars.flatMap(({ state }) => (state?.lastPollAt == null ? [] : [state.lastPollAt])).sort();
  const isRecent = (state: CalendarState | null) =>
    state?.lastSuccessAt != null && now - epochOf(state.lastSuccessAt) < RECENT_MS;
  const unhealthy = calendars.filter(
    ({ state }) =>
      state?.lastPollAt != null &&
      !isDeltaHealthy(state.lastSuccessAt, state.errorCount, now, Number.POSITIVE_INFINITY),
  ).length;
  return {
    totalCalendars: rooms.length,
    recentlyPolled: calendars.filter(({ state }) => isRecent(state)).length,
    lastPollAt: polls.at(-1) ?? null,
    oldestPollAt: polls[0] ?? null,
    unhealthyCalendars: unhealthy,
    health: healthOf(rooms.length, polls.length, unhealthy),
    calendars: calendars.map(({ room, state }) => ({
      calendar: room.calendar,
      resourceId: room.resourceId,
      lastPollAt: state?.lastPollAt ?? null,
      lastSuccessfulPollAt: state?.lastSuccessAt ?? null,
      errors: state?.errorCount ?? 0,
      lastError: state?.lastError ?? null,
      hasDeltaToken: state?.deltaLink != null,
    })),
  };
}

function healthOf(rooms: number, polled: number, unhealthy: number): PollingStats['health'] {
  if (polled === 0) return 'not initialized';
  if (unhealthy === 0) return polled === rooms ? 'healthy' : 'degraded';
  return unhealthy === rooms ? 'critical' : 'degraded';
}
