import { SyncError } from '../domain/errors.ts';
import type { CallLimits, Clock, Ids } from '../sync/ports.ts';
import { BATCH_LIMIT, type CallResult, sendTogether } from './batch.ts';
import type { GraphCall, GraphClient } from './client.ts';
import { readFailure, toSyncError } from './graph-errors.ts';
import { type Observation, observeReply } from './mailbox.ts';
import type { Mailboxes } from './mailboxes.ts';
import type { GraphMetrics } from './metrics.ts';
import { backoff, spreadOf } from './middleware.ts';
import type { GraphTuning } from './settings.ts';
import { type GraphReply, isSuccess } from './transport.ts';

export interface ReadDeps {
  readonly client: GraphClient;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly mailboxes: Mailboxes;
  readonly metrics: GraphMetrics;
  readonly tuning: GraphTuning;
}

/** One reading of one mailbox: a single event, or all pages of a window or a delta round. */
export interface Reading {
  readonly calendar: string;
  /** The call to make next; `cautious` after a failure, when smaller pages are wise. */
  next(cautious: boolean): GraphCall;
  /** Takes a successful body; true when there is more to read. Throws `SyncError` when the body cannot be used. */
  receive(body: unknown): boolean;
  /** Takes the final failure; true when the reading has started over instead. */
  fail(error: SyncError): boolean;
}

/** Times one page is asked for again. */
const MOST_ATTEMPTS = 4;

interface Waiting {
  readonly reading: Reading;
  readonly attempts: number;
  readonly notBefore: number;
  readonly isFirst: boolean;
}

const isFirst = (entry: Waiting): boolean => entry.isFirst;

/**
 * Carries out readings of any mailboxes in batches of up to 20 with rooms mixed, continuation pages packed together again. No
 * mailbox is in two requests at a time. Every GET is safe to repeat: throttled, failed and lost ones are asked for again, while
 * the deadline and the length of the wait allow. A failure is its reading's own; only `misconfigured` and `bug` are thrown.
 */
export async function carryOut(deps: ReadDeps, readings: readonly Reading[], limits: CallLimits): Promise<void> {
  let waiting: Waiting[] = readings.map((reading) => ({ reading, attempts: 0, notBefore: 0, isFirst: true }));
  const running = new Set<Promise<void>>();

  const start = (round: readonly Waiting[]) => {
    const task = readRound(deps, round, limits.deadline).then((again) => {
      running.delete(task);
      waiting.push(...again);
    });
    running.add(task);
  };

  while (waiting.length > 0 || running.size > 0) {
    const now = deps.clock.now();
    const due = waiting.filter(({ notBefore }) => notBefore <= now);
    const free = due.filter(({ reading }) => !deps.mailboxes.isHeld(reading.calendar));
    // A mailbox somebody is writing to is waited for only when nothing else is left, so that it delays no other room.
    const ready = free.length === 0 && running.size === 0 ? due : free;
    // Continuation pages wait for company; what has not begun yet does not.
    const isWorthIt = ready.length >= BATCH_LIMIT || (ready.length > 0 && (running.size === 0 || ready.some(isFirst)));
    if (isWorthIt && running.size < deps.tuning.readConcurrency) {
      const round = new Set(ready.slice(0, BATCH_LIMIT));
      waiting = waiting.filter((entry) => !round.has(entry));
      start([...round]);
    } else if (running.size > 0) {
      await Promise.race(running);
    } else {
      await deps.clock.sleep(Math.min(...waiting.map(({ notBefore }) => notBefore)) - now);
    }
  }
}

/** One HTTP request; answers what is to be asked for again or next. */
async function readRound(deps: ReadDeps, round: readonly Waiting[], deadline: number): Promise<Waiting[]> {
  const release = await deps.mailboxes.hold(
    round.map(({ reading }) => reading.calendar),
    deadline,
  );
  if (release === null) return round.flatMap((entry) => giveUp(entry, outOfTime()));
  try {
    const admitted: Waiting[] = [];
    const later = round.flatMap((entry) => admit(deps, entry, deadline, admitted));
    deps.metrics.add('reads', admitted.length);
    const calls = admitted.map(({ reading, attempts }) => reading.next(attempts > 0));
    const results = await sendTogether(deps.client, calls, deadline);
    observe(deps, admitted, results);
    return [...later, ...admitted.flatMap((entry, at) => settle(deps, entry, results[at] as CallResult, deadline))];
  } finally {
    release();
  }
}

/** Asks the mailbox whether one more read may go: adds it to `admitted`, or answers it for later, or fails it. */
function admit(deps: ReadDeps, entry: Waiting, deadline: number, admitted: Waiting[]): Waiting[] {
  const now = deps.clock.now();
  if (now >= deadline) return giveUp(entry, outOfTime());
  const admission = deps.mailboxes.of(entry.reading.calendar).admit(1, now);
  if (admission.kind === 'granted') {
    admitted.push(entry);
    return [];
  }
  if (admission.kind === 'open') {
    deps.metrics.add('shortCircuited');
    return giveUp(entry, admission.error);
  }
  if (admission.until < deadline && admission.until - now <= deps.tuning.maxRetryWaitMs) {
    return [{ ...entry, notBefore: admission.until }];
  }
  const message = 'The requests allowed for this mailbox are used up for now.';
  return giveUp(entry, new SyncError('throttled', message, { retryAfterMs: admission.until - now }));
}

/** Hands one answer to its reading; answers the entry when there is more to ask. */
function settle(deps: ReadDeps, entry: Waiting, result: CallResult, deadline: number): Waiting[] {
  const { reading } = entry;
  if (!result.sent) return giveUp(entry, result.error);
  const now = deps.clock.now();
  const { reply } = result;
  if (reply.lost === null && isSuccess(reply.status)) {
    try {
      return reading.receive(reply.body) ? [{ reading, attempts: 0, notBefore: 0, isFirst: false }] : [];
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
      return retry(deps, entry, error, now, deadline);
    }
  }
  const error = readError(reply, now);
  if (error.kind === 'throttled') deps.metrics.add('throttled');
  if (reply.lost !== null) deps.metrics.add('lost');
  return retry(deps, entry, error, now, deadline);
}

/** The failure of a read. Exchange sometimes answers a conflict to a plain GET; that says nothing about the event. */
function readError(reply: GraphReply, now: number): SyncError {
  const error = toSyncError(readFailure(reply, now), 'calendar');
  if (error.kind !== 'precondition-failed') return error;
  return new SyncError('transient', 'Exchange could not read the event just now.', { code: error.code ?? 'Conflict' });
}

function retry(deps: ReadDeps, entry: Waiting, error: SyncError, now: number, deadline: number): Waiting[] {
  if (error.kind !== 'transient' && error.kind !== 'throttled') return giveUp(entry, error);
  const attempts = entry.attempts + 1;
  const wait = backoff(attempts, error.retryAfterMs ?? null, spreadOf(deps.ids.uuid()));
  const isPointless = wait > deps.tuning.maxRetryWaitMs || now + wait >= deadline;
  if (attempts >= MOST_ATTEMPTS || isPointless) return giveUp(entry, error);
  deps.metrics.add('repeated');
  return [{ reading: entry.reading, attempts, notBefore: now + wait, isFirst: false }];
}

function giveUp({ reading }: Waiting, error: SyncError): Waiting[] {
  return reading.fail(error) ? [{ reading, attempts: 0, notBefore: 0, isFirst: false }] : [];
}

/** Lets each mailbox learn from its own parts; an answer to the whole request says nothing about one of many rooms. */
function observe(deps: ReadDeps, round: readonly Waiting[], results: readonly CallResult[]): void {
  const now = deps.clock.now();
  const byMailbox = new Map<string, Observation[]>();
  for (const [at, { reading, attempts }] of round.entries()) {
    const result = results[at];
    if (result === undefined || !result.sent || !result.own) continue;
    const observation = observeReply(result.reply, now);
    // A hiccup that is asked about again is no failure yet.
    if (observation.failure === 'transient' && attempts + 1 < MOST_ATTEMPTS) continue;
    const seen = byMailbox.get(reading.calendar);
    if (seen === undefined) byMailbox.set(reading.calendar, [observation]);
    else seen.push(observation);
  }
  for (const [calendar, seen] of byMailbox) deps.mailboxes.of(calendar).observe(seen, now);
}

function outOfTime(): SyncError {
  return new SyncError('transient', 'The time for this call was over before everything was read.', { code: 'NotSent' });
}
