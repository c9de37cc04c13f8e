/**
 * R3: when is an event gone? GET answers 404 `ErrorItemNotFound` while the same calendar answers 200 in the same run; or GET still
 * resolves it (deleted events keep resolving by immutable id) but a completed calendarView over its own slot lacks it. Everything
 * else proves nothing.
 */
import type { SyncError } from '../domain/errors.ts';
import { isSyncError } from '../domain/errors.ts';
import type { RoomEvent } from '../domain/room-event.ts';
import { epochOf, type InstantSpan, instantOf } from '../domain/time.ts';
import type { CallLimits } from './ports.ts';
import type { SyncDeps } from './settings.ts';

const HOUR = 3_600_000;

export type Presence =
  | { readonly kind: 'alive'; readonly event: RoomEvent }
  /** `view`: GET still answers, only the calendarView lacks it; a proof of deletion only together with a tombstone. */
  | { readonly kind: 'gone'; readonly by: 'not-found' | 'view' }
  | { readonly kind: 'unknown'; readonly error: SyncError };

/** The presence of each event in its calendar: at most one GET and one calendarView per event, in read batches. */
export async function checkPresence(
  deps: SyncDeps,
  requests: readonly { calendar: string; eventId: string }[],
  limits: CallLimits,
): Promise<readonly Presence[]> {
  if (requests.length === 0) return [];
  const found = await deps.calendars.getEvents(requests, limits);
  const now = deps.clock.now();
  const views = await deps.calendars.readWindows(
    requests.map(({ calendar }, index) => {
      const outcome = found[index];
      return {
        calendar,
        span: outcome?.ok ? slotOf(outcome.value) : { from: instantOf(now), to: instantOf(now + HOUR) },
      };
    }),
    limits,
  );
  return requests.map(({ eventId }, index) => {
    const read = found[index];
    const view = views[index];
    if (read === undefined || view === undefined) throw new Error('a read batch answered fewer rows than asked for');
    if (!read.ok && !isSyncError(read.error, 'not-found')) return { kind: 'unknown', error: read.error };
    if (!view.ok) return { kind: 'unknown', error: view.error };
    if (!read.ok) return { kind: 'gone', by: 'not-found' };
    const isSeen = view.value.some((event) => event.id === eventId) || view.unreadable?.includes(eventId) === true;
    return isSeen ? { kind: 'alive', event: read.value } : { kind: 'gone', by: 'view' };
  });
}

/** The event's own slot, a day wider for all-day events, whose dates float. Never empty, so that it can be asked for. */
export function slotOf(event: Pick<RoomEvent, 'start' | 'end' | 'isAllDay'>): InstantSpan {
  const padding = event.isAllDay ? 24 * HOUR : 0;
  const from = epochOf(event.start) - padding;
  return { from: instantOf(from), to: instantOf(Math.max(epochOf(event.end) + padding, from + 60_000)) };
}
