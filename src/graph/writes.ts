import type { CallLimits, Clock, EventWrite, WriteOutcome } from '../sync/ports.ts';
import { type CallResult, sendTogether } from './batch.ts';
import type { GraphClient } from './client.ts';
import { sleepUntil } from './deadline.ts';
import { readFailure, toWriteOutcome } from './graph-errors.ts';
import { type Admission, type Mailbox, type Observation, observeReply } from './mailbox.ts';
import type { Mailboxes } from './mailboxes.ts';
import type { GraphMetrics } from './metrics.ts';
import type { CalendarRequests } from './requests.ts';
import type { GraphTuning } from './settings.ts';
import { isSuccess } from './transport.ts';
import { readRow } from './wire.ts';

export interface WriteDeps {
  readonly client: GraphClient;
  readonly clock: Clock;
  readonly mailboxes: Mailboxes;
  readonly requests: CalendarRequests;
  readonly metrics: GraphMetrics;
  readonly tuning: GraphTuning;
}

/** Times one write is sent again after it was turned away. */
const MOST_ATTEMPTS = 5;

/** A write on its way; `index` is its place in the caller's list. */
interface Waiting {
  readonly index: number;
  readonly write: EventWrite;
  readonly attempts: number;
  /** What it gets when time runs out: never sent, or turned away last time. */
  readonly fallback: WriteOutcome;
}

/**
 * Writes to one mailbox in unordered batches of up to 20, one in flight at a time (D7). Throttled parts alone are sent again, as
 * long as the deadline and a short `Retry-After` allow; nothing else is repeated here, since a lost answer may have been a success.
 */
export async function writeEvents(
  deps: WriteDeps,
  calendar: string,
  writes: readonly EventWrite[],
  { deadline }: CallLimits,
): Promise<readonly WriteOutcome[]> {
  const outcomes: WriteOutcome[] = writes.map(() => ({ kind: 'not-sent' }));
  if (writes.length === 0) return outcomes;
  const release = await deps.mailboxes.hold([calendar], deadline);
  if (release === null) return outcomes;
  try {
    const mailbox = deps.mailboxes.of(calendar);
    let waiting: Waiting[] = writes.map((write, index) => ({
      index,
      write,
      attempts: 0,
      fallback: { kind: 'not-sent' },
    }));
    while (waiting.length > 0) {
      const admission = await admit(deps, mailbox, waiting.length, deadline);
      if (admission.kind !== 'granted') {
        for (const { index, fallback } of waiting)
          outcomes[index] = refusedOutcome(admission, fallback, deps.clock.now());
        break;
      }
      const round = waiting.slice(0, admission.count);
      const again = await sendRound(deps, calendar, mailbox, round, outcomes, deadline);
      waiting = [...again, ...waiting.slice(admission.count)];
      const hopeless = findHopeless(round, outcomes);
      if (hopeless === null) continue;
      for (const { index } of waiting) outcomes[index] = hopeless;
      break;
    }
    return outcomes;
  } finally {
    release();
  }
}

/** The outcome the rest would get too, when a whole round was denied or could not even get a token. */
function findHopeless(round: readonly Waiting[], outcomes: readonly WriteOutcome[]): WriteOutcome | null {
  const got = round.map(({ index }) => outcomes[index]);
  const isHopeless = got.every((outcome) => outcome?.kind === 'access-denied' || outcome?.kind === 'not-sent');
  return isHopeless ? (got[0] ?? null) : null;
}

/** Takes operations out of the mailbox's budget, waiting for it where the wait is short and the deadline allows. */
async function admit(deps: WriteDeps, mailbox: Mailbox, wanted: number, deadline: number): Promise<Admission> {
  for (;;) {
    const now = deps.clock.now();
    if (now >= deadline) return { kind: 'wait', until: now };
    const admission = mailbox.admit(wanted, now);
    if (admission.kind !== 'wait' || admission.until - now > deps.tuning.maxRetryWaitMs) return admission;
    if (!(await sleepUntil(deps.clock, admission.until, deadline))) return admission;
  }
}

/** Sends one batch, notes outcomes, and answers the writes to be sent again. */
async function sendRound(
  deps: WriteDeps,
  calendar: string,
  mailbox: Mailbox,
  round: readonly Waiting[],
  outcomes: WriteOutcome[],
  deadline: number,
): Promise<Waiting[]> {
  const { client, clock, metrics, requests } = deps;
  metrics.add('writes', round.length);
  const calls = round.map(({ write }) => requests.write(calendar, write));
  const results = await sendTogether(client, calls, deadline);
  const now = clock.now();
  const observations: Observation[] = [];
  const again: Waiting[] = [];
  for (const [position, waiting] of round.entries()) {
    const result = results[position] as CallResult;
    const outcome = readOutcome(result, waiting.write, now);
    if (result.sent) observations.push(observeReply(result.reply, now));
    outcomes[waiting.index] = outcome;
    if (outcome.kind === 'unknown') metrics.add('lost');
    if (outcome.kind !== 'throttled') continue;
    metrics.add('throttled');
    if (waiting.attempts + 1 < MOST_ATTEMPTS && result.sent) {
      metrics.add('repeated');
      again.push({ ...waiting, attempts: waiting.attempts + 1, fallback: outcome });
    }
  }
  mailbox.observe(observations, now);
  return again;
}

function readOutcome(result: CallResult, write: EventWrite, now: number): WriteOutcome {
  if (!result.sent) {
    if (result.expired) return { kind: 'not-sent' };
    const { kind, message, code } = result.error;
    // Without a token nothing left this machine: provably not carried out.
    return kind === 'access-denied' ? { kind, error: { message, code } } : { kind: 'throttled', retryAfterMs: null };
  }
  const { reply } = result;
  if (reply.lost !== null || !isSuccess(reply.status)) return toWriteOutcome(readFailure(reply, now), write.kind);
  if (write.kind === 'delete' || write.kind === 'decline') return { kind: 'deleted' };
  const row = readRow(reply.body, false);
  if (row.kind === 'event') return { kind: 'written', event: row.event };
  const error = { message: 'The event was written but the answer could not be read.', code: 'UnreadableEvent' };
  return { kind: 'unknown', error: { ...error, status: reply.status } };
}

/** Nothing more goes to this mailbox in this call: its circuit is open, or it asks for more time than there is. */
function refusedOutcome(
  admission: Exclude<Admission, { kind: 'granted' }>,
  fallback: WriteOutcome,
  now: number,
): WriteOutcome {
  if (admission.kind === 'open') {
    const { kind, message, code } = admission.error;
    const retryAfterMs = Math.max(0, admission.until - now);
    if (kind === 'room-unavailable') return { kind, error: { message, code, retryAfterMs } };
    return { kind: 'throttled', retryAfterMs };
  }
  return admission.until > now ? { kind: 'throttled', retryAfterMs: admission.until - now } : fallback;
}
