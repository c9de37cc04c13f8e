/** Pure: what one Graph answer means for the mapping, the intent, the journal and the caller's list. */
import {
  type ContentRules,
  canonicalOfContent,
  canonicalOfEvent,
  changedFields,
  hashFields,
} from '../domain/content.ts';
import { SyncError } from '../domain/errors.ts';
import type { Mapping, MappingChange } from '../domain/mapping.ts';
import { toCancelled, toError, toSuppressed, toSynced, withoutEvent } from '../domain/mapping-states.ts';
import { mayPatch } from '../domain/merge.ts';
import type { EventContent, RoomEvent } from '../domain/room-event.ts';
import type { Instant } from '../domain/time.ts';
import type { PlannedWrite } from './intents.ts';
import { journalEntry } from './journal-entries.ts';
import type { JournalEntry, SyncErrorLike, WriteOutcome } from './ports.ts';
import type { PushDetail } from './results.ts';
import type { RunContext, SyncSettings } from './settings.ts';

export interface Settlement {
  /** What to save on the mapping; null = nothing changed. */
  readonly change: MappingChange | null;
  /** `open`: the write may have happened, recovery decides before anything else is sent. */
  readonly intent: 'done' | 'failed' | 'open';
  readonly journal: readonly JournalEntry[];
  readonly action: PushDetail['action'] | 'waiting' | 'resolve';
  readonly error: string | null;
  /** The room cannot be worked on now. */
  readonly stop: SyncError | null;
}

/** Facts a settlement depends on, besides the write and its answer. */
export interface SettleContext {
  readonly run: RunContext;
  readonly now: Instant;
  readonly settings: SyncSettings;
}

/** Transitions T3, T4, T6, T8, T9 after a write; `resolve` where another look at Outlook has to decide. */
export function settle(planned: PlannedWrite, outcome: WriteOutcome, context: SettleContext): Settlement {
  switch (outcome.kind) {
    case 'written':
      return settleWritten(planned, outcome.event, context);
    case 'deleted':
      return settleDeleted(planned, context);
    case 'not-found':
      return planned.kind === 'delete' || planned.kind === 'decline'
        ? settleDeleted(planned, context)
        : { ...NOTHING, action: 'resolve', intent: 'failed' };
    case 'duplicate':
    case 'precondition-failed':
      return { ...NOTHING, action: 'resolve', intent: 'failed' };
    case 'throttled':
      return waiting('Microsoft 365 asked us to slow down; the next run continues.', outcome.retryAfterMs, context);
    case 'not-sent':
      return waiting('Not sent in this run; the next run continues.', null, context);
    case 'unknown':
      return settleUnknown(planned, outcome.error, context);
    case 'rejected':
      return failed(planned, outcome.error, false, context);
    case 'access-denied':
      return { ...NOTHING, intent: 'failed', stop: stopOf('access-denied', outcome.error) };
    case 'room-unavailable':
      return { ...NOTHING, intent: 'failed', stop: stopOf('room-unavailable', outcome.error) };
  }
}

/** The mapping after both sides were made equal to `content` (T3). */
export function agreedChange(
  mapping: Mapping,
  content: EventContent,
  event: RoomEvent,
  bookingHash: string | null,
  now: Instant,
  rules: ContentRules,
): MappingChange {
  return {
    ...toSynced(now),
    ...(event.id !== mapping.eventId && { goneSince: null }),
    eventId: event.id,
    changeKey: event.changeKey,
    iCalUId: event.iCalUId,
    // Guests may have been invited since (R9).
    roomCopy: !mayPatch(event),
    baseline: hashFields(canonicalOfContent(content, rules, mapping.origin)),
    bookingHash,
    subject: content.subject,
    startsAt: mapping.startsAt,
    endsAt: mapping.endsAt,
    direction: mapping.direction ?? (mapping.origin === 'booking' ? 'booking_to_outlook' : 'outlook_to_booking'),
    lastModifiedOutlook: event.lastModifiedAt,
  };
}

const NOTHING: Settlement = { change: null, intent: 'done', journal: [], action: 'waiting', error: null, stop: null };

function settleWritten(planned: PlannedWrite, event: RoomEvent, context: SettleContext): Settlement {
  const { run, now, settings } = context;
  const { mapping, content } = planned;
  if (planned.kind === 'decline' || content === null) return settleDeleted(planned, context);
  const created = planned.kind === 'create';
  const agreed = agreedChange(mapping, content, event, planned.bookingHash, now, settings);
  // Without a version the next pull, or the next read of the window, takes what is new for the edit it is.
  const change = holdsNews(planned, content, event, settings) ? { ...agreed, changeKey: null } : agreed;
  return {
    ...NOTHING,
    change,
    action: created ? 'created' : 'updated',
    journal: [
      journalEntry(run, mapping, {
        action: created ? 'event-created' : 'event-updated',
        reason: planned.reason,
        cause: planned.cause,
        eventId: event.id,
        before: created ? null : { baseline: mapping.baseline },
        after: content,
      }),
    ],
  };
}

/**
 * Whether the answer tells more than what was sent: a repeated create is answered with the event of the first one, which a person may have
 * edited since, and with the privacy of a person's event the text behind it comes into sight (E8).
 */
function holdsNews(
  { kind, patch, mapping }: PlannedWrite,
  content: EventContent,
  event: RoomEvent,
  rules: ContentRules,
) {
  const isUncovered = mapping.origin === 'outlook' && patch?.sensitivity === 'normal' && patch.body === undefined;
  if (kind !== 'create' && !isUncovered) return false;
  const sent = hashFields(canonicalOfContent(content, rules, mapping.origin));
  const held = hashFields(canonicalOfEvent(event, rules, mapping.origin));
  return kind === 'create' ? changedFields(held, sent).length > 0 : held.body !== sent.body;
}

function settleDeleted(planned: PlannedWrite, { run, now }: SettleContext): Settlement {
  const { mapping, goal } = planned;
  return {
    ...NOTHING,
    change: changeOfGoal(planned, now),
    action: goal.to === 'suppressed' ? 'suppressed' : 'deleted',
    journal: [
      journalEntry(run, mapping, {
        action: planned.kind === 'decline' ? 'event-declined' : 'event-deleted',
        reason: planned.reason,
        cause: planned.cause,
        before: {
          eventId: mapping.eventId,
          subject: mapping.subject,
          startsAt: mapping.startsAt,
          endsAt: mapping.endsAt,
        },
      }),
    ],
  };
}

/** What a mapping becomes once its event is gone for the planned reason. */
export function changeOfGoal({ goal, mapping }: Pick<PlannedWrite, 'goal' | 'mapping'>, now: Instant): MappingChange {
  switch (goal.to) {
    case 'cancelled':
      return toCancelled(goal.by, now);
    case 'suppressed':
      return { ...toSuppressed(mapping.error ?? ''), ...withoutEvent(mapping) };
    case 'moved':
      return { ...withoutEvent(mapping), status: 'pending', calendar: goal.calendar, error: null };
    case 'synced':
      return { ...withoutEvent(mapping), status: 'pending' };
  }
}

function settleUnknown(planned: PlannedWrite, error: SyncErrorLike, context: SettleContext): Settlement {
  if (error.status === 503 || error.status === 504 || error.status === 429) {
    const pause = waiting(
      'Microsoft 365 was busy; the next run checks what became of it.',
      error.retryAfterMs ?? null,
      context,
    );
    return { ...pause, intent: 'open' };
  }
  return { ...failed(planned, error, true, context), intent: 'open' };
}

function failed(planned: PlannedWrite, error: SyncErrorLike, retryable: boolean, context: SettleContext): Settlement {
  const deletion = planned.kind === 'delete' || planned.kind === 'decline';
  const message = deletion ? `Outlook event deletion failed: ${error.message}` : error.message;
  const attempt = planned.mapping.retryCount + 1;
  const change = toError(message, attempt, context.now, context.settings.backoffMinutes);
  return {
    ...NOTHING,
    // What was refused for good is remembered by its hash: only another change of the reservation is worth another attempt.
    change:
      retryable || deletion
        ? { ...change, retryable: true }
        : { ...change, retryable: false, bookingHash: planned.bookingHash },
    intent: 'failed',
    action: 'error',
    error: message,
  };
}

function waiting(message: string, retryAfterMs: number | null, { now }: SettleContext): Settlement {
  const nextRetryAt = retryAfterMs === null ? null : new Date(Date.parse(now) + retryAfterMs).toISOString();
  return { ...NOTHING, intent: 'failed', error: message, change: nextRetryAt === null ? null : { nextRetryAt } };
}

function stopOf(kind: 'access-denied' | 'room-unavailable', error: SyncErrorLike): SyncError {
  return new SyncError(kind, error.message, error.code === undefined ? {} : { code: error.code });
}
