/**
 * R3: when is an event gone? GET answers 404 `ErrorItemNotFound` while the same calendar answers 200 in the same run; or GET still
 * resolves it (deleted events keep resolving by immutable id) but a completed calendarView over its own slot lacks it. Everything
 * else proves nothing.
 */
import { isSyncError, SyncError } from '../domain/errors.ts';
import type { RoomEvent } from '../domain/room-event.ts';
import { epochOf, type InstantSpan, instantOf } from '../domain/time.ts';
import type { CallLimits, ReadOutcome } from './ports.ts';
import type { SyncDeps } from './settings.ts';

const HOUR = 3_600_000;

export type Presence =
  | { readonly kind: 'alive'; readonly event: RoomEvent }
  /** `view`: GET still answers, only the calendarView lacks it; a proof of deletion only together with a tombstone. */
  | { readonly kind: 'gone'; readonly by: 'not-found' | 'view' }
  | { readonly kind: 'unknown'; readonly error: SyncError };

/**
 * The presence of each event in its calendar: at most one GET and one calendarView per event, in read batches; another GET where the view
 * lacks what the first one found.
 */
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
  const presences = requests.map(({ eventId }, index) => presenceOf(eventId, found[index], views[index]));
  const moved = await findMoved(deps, requests, { found, presences }, limits);
  return presences.map((presence, index) =>
    moved.has(index) ? { kind: 'unknown', error: movedMeanwhile() } : presence,
  );
}

function presenceOf(
  eventId: string,
  read: ReadOutcome<RoomEvent> | undefined,
  view: ReadOutcome<readonly RoomEvent[]> | undefined,
): Presence {
  if (read === undefined || view === undefined) throw new Error('a read batch answered fewer rows than asked for');
  if (!read.ok && !isSyncError(read.error, 'not-found')) return { kind: 'unknown', error: read.error };
  if (!view.ok) return { kind: 'unknown', error: view.error };
  if (!read.ok) return { kind: 'gone', by: 'not-found' };
  const isSeen = view.value.some((event) => event.id === eventId) || view.unreadable?.includes(eventId) === true;
  return isSeen ? { kind: 'alive', event: read.value } : { kind: 'gone', by: 'view' };
}

/** Events that changed between both reads: one that was moved is missing from the slot it had. */
async function findMoved(
  deps: SyncDeps,
  requests: readonly { calendar: string; eventId: string }[],
  seen: { readonly found: readonly ReadOutcome<RoomEvent>[]; readonly presences: readonly Presence[] },
  limits: CallLimits,
): Promise<ReadonlySet<number>> {
  const missing = seen.presences.flatMap((presence, index) =>
    presence.kind === 'gone' && presence.by === 'view' ? [index] : [],
  );
  if (missing.length === 0) return new Set();
  const again = await deps.calendars.getEvents(
    missing.flatMap((index) => requests[index] ?? []),
    limits,
  );
  return new Set(missing.filter((index, at) => changeKeyOf(seen.found[index]) !== changeKeyOf(again[at])));
}

function changeKeyOf(read: ReadOutcome<RoomEvent> | undefined): string | null {
  return read?.ok === true ? read.value.changeKey : null;
}

function movedMeanwhile(): SyncError {
  return new SyncError('precondition-failed', 'The event changed while it was looked for; the next run looks again.');
}

/** The event's own slot, a day wider for all-day events, whose dates float. Never empty, so that it can be asked for. */
export function slotOf(event: Pick<RoomEvent, 'start' | 'end' | 'isAllDay'>): InstantSpan {
  const padding = event.isAllDay ? 24 * HOUR : 0;
  const from = epochOf(event.start) - padding;
  return { from: instantOf(from), to: instantOf(Math.max(epochOf(event.end) + padding, from + 60_000)) };
}
