import { SyncError, type SyncErrorKind } from '../domain/errors.ts';
import { BATCH_LIMIT } from './batch.ts';
import { classify, readFailure } from './graph-errors.ts';
import { type GraphReply, isSuccess } from './transport.ts';

/** Outlook counts requests per app and mailbox over ten minutes: https://learn.microsoft.com/graph/throttling-limits */
const WINDOW_MS = 10 * 60_000;
const SLOT_MS = 10_000;
/** Parts of one batch Graph forwards at a time, and how many a mailbox that complained gets in one batch. */
const CAUTIOUS_BATCH = 4;
const CAUTIOUS_FOR_MS = 10 * 60_000;
/** Waits where Graph names none. */
const CONCURRENCY_WAIT_MS = 1_000;
const THROTTLE_WAIT_MS = 10_000;
/** A ceiling learned from a refusal is never below this and is forgotten by a tenth of the limit per minute. */
const LOWEST_CEILING = 500;
const FAILURES_TO_OPEN = 3;
const OPEN_MS = 30_000;
const LONGEST_OPEN_MS = 5 * 60_000;

export type Admission =
  | { readonly kind: 'granted'; readonly count: number }
  /** Nothing may go before this moment (epoch ms). */
  | { readonly kind: 'wait'; readonly until: number }
  /** The circuit is open: `error` is what the mailbox answered last, or that it is paused. */
  | { readonly kind: 'open'; readonly until: number; readonly error: SyncError };

/** What one answered operation says about its mailbox. */
export interface Observation {
  /** Null: the mailbox did its work, whatever it said about the event. */
  readonly failure: SyncErrorKind | null;
  readonly retryAfterMs: number | null;
  readonly code: string | null;
}

/** What a reply says about its mailbox. `now`: epoch ms. */
export function observeReply(reply: GraphReply, now: number): Observation {
  if (reply.lost === null && isSuccess(reply.status)) return { failure: null, retryAfterMs: null, code: null };
  const failure = readFailure(reply, now);
  return { failure: classify(failure, 'calendar'), retryAfterMs: failure.retryAfterMs, code: failure.codes[0] ?? null };
}

export interface MailboxBudget {
  /** Operations allowed in ten minutes; below the setting while a refusal is remembered. */
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Milliseconds until the next operation may go. */
  readonly waitMs: number;
  readonly batchSize: number;
  readonly circuit: 'closed' | 'open' | 'half-open';
}

/** Pace and health of one mailbox. Times are epoch ms given by the caller; nothing in here waits. */
export interface Mailbox {
  /** Takes up to `wanted` operations out of the budget. */
  admit(wanted: number, now: number): Admission;
  /** Learns from the answers of one round (the operations of this mailbox in one HTTP request). */
  observe(round: readonly Observation[], now: number): void;
  budget(now: number): MailboxBudget;
}

/** `limit`: operations per ten minutes. */
export function createMailbox(limit: number): Mailbox {
  const pace = createPace(limit);
  const circuit = createCircuit();
  let cautiousUntil = 0;
  const batchSize = (now: number) => {
    if (circuit.state(now) === 'half-open') return 1;
    return now < cautiousUntil ? CAUTIOUS_BATCH : BATCH_LIMIT;
  };
  return {
    admit: (wanted, now) => {
      if (circuit.state(now) === 'open') return { kind: 'open', until: circuit.until(), error: circuit.error(now) };
      const until = pace.freeAt(now);
      if (until > now) return { kind: 'wait', until };
      const count = Math.min(wanted, batchSize(now), pace.remaining(now));
      pace.take(count, now);
      return { kind: 'granted', count };
    },
    observe: (round, now) => {
      for (const { failure, retryAfterMs, code } of round) {
        if (failure !== 'throttled') continue;
        if (isConcurrency(code)) {
          cautiousUntil = now + CAUTIOUS_FOR_MS;
          pace.block(now + (retryAfterMs ?? CONCURRENCY_WAIT_MS));
        } else {
          pace.block(now + (retryAfterMs ?? THROTTLE_WAIT_MS));
          pace.learnCeiling(now);
        }
      }
      circuit.observe(round, now);
    },
    budget: (now) => ({
      limit: pace.ceiling(now),
      used: pace.used(now),
      remaining: pace.remaining(now),
      waitMs: Math.max(0, (circuit.state(now) === 'open' ? circuit.until() : pace.freeAt(now)) - now),
      batchSize: batchSize(now),
      circuit: circuit.state(now),
    }),
  };
}

/** The code of too many at once; the other throttling codes mean too many in ten minutes. */
function isConcurrency(code: string | null): boolean {
  const name = code?.toLowerCase();
  return name === 'applicationthrottled' || name === 'mailboxconcurrency';
}

/** A sliding window of ten minutes in slots of ten seconds, so that the whole allowance can be used and never exceeded. */
function createPace(limit: number) {
  const slots: { at: number; count: number }[] = [];
  let blockedUntil = 0;
  let used = 0;
  let learned: { ceiling: number; at: number } | null = null;

  const expire = (now: number) => {
    for (let oldest = slots[0]; oldest !== undefined && oldest.at + SLOT_MS + WINDOW_MS <= now; oldest = slots[0]) {
      used -= oldest.count;
      slots.shift();
    }
  };
  const usedNow = (now: number) => {
    expire(now);
    return used;
  };
  const ceiling = (now: number) => {
    if (learned === null) return limit;
    const regained = Math.floor(((now - learned.at) / 60_000) * (limit / 10));
    if (learned.ceiling + regained >= limit) learned = null;
    return learned === null ? limit : learned.ceiling + regained;
  };
  const remaining = (now: number) => Math.max(0, ceiling(now) - usedNow(now));
  return {
    used: usedNow,
    ceiling,
    remaining,
    take: (count: number, now: number) => {
      const at = now - (now % SLOT_MS);
      const newest = slots.at(-1);
      if (newest?.at === at) newest.count += count;
      else slots.push({ at, count });
      used += count;
    },
    block: (until: number) => {
      blockedUntil = Math.max(blockedUntil, until);
    },
    /** Somebody else spends from the same allowance: what we had used when refused is what we may use. */
    learnCeiling: (now: number) => {
      learned = { ceiling: Math.max(Math.min(LOWEST_CEILING, limit), Math.min(ceiling(now), usedNow(now))), at: now };
    },
    freeAt: (now: number) => {
      if (blockedUntil > now) return blockedUntil;
      if (remaining(now) > 0) return now;
      return (slots[0]?.at ?? now) + SLOT_MS + WINDOW_MS;
    },
  };
}

/** Opens after repeated rounds in which the mailbox did nothing at all, so that a dead room costs nothing. */
function createCircuit() {
  let failures = 0;
  let openUntil = 0;
  let lastKind: SyncErrorKind = 'transient';
  return {
    until: () => openUntil,
    state: (now: number): MailboxBudget['circuit'] => {
      if (failures < FAILURES_TO_OPEN) return 'closed';
      return now < openUntil ? 'open' : 'half-open';
    },
    error: (now: number) => {
      const message =
        lastKind === 'room-unavailable'
          ? 'The room mailbox cannot be used; it is left alone for a while.'
          : 'The room mailbox failed several times in a row; it is left alone for a while.';
      return new SyncError(lastKind, message, { code: 'CircuitOpen', retryAfterMs: Math.max(0, openUntil - now) });
    },
    observe: (round: readonly Observation[], now: number) => {
      const telling = round.filter(({ failure }) => failure !== 'throttled' && failure !== 'access-denied');
      const first = telling[0];
      if (first === undefined) return;
      const isSick = telling.every(({ failure }) => failure === 'room-unavailable' || failure === 'transient');
      if (!isSick) {
        failures = 0;
        return;
      }
      failures += 1;
      lastKind = first.failure ?? 'transient';
      if (failures >= FAILURES_TO_OPEN) {
        openUntil = now + Math.min(LONGEST_OPEN_MS, OPEN_MS * 2 ** (failures - FAILURES_TO_OPEN));
      }
    },
  };
}
