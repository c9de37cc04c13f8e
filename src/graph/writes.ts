import type { CallLimits, Clock, EventWrite, WriteOutcome } from '../sync/ports.ts';
import { type CallResult, sendTogether } from './batch.ts';
import type { GraphClient } from './client.ts';
import { sleepUntil } from './deadline.ts';
import { readFailure, toWriteOutcome } from './graph-errors.ts';
import { type Admission, type Observation, observeReply } from './mailbox.ts';
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

/** Times one write is sent while it is turned away. */
const MOST_ATTEMPTS = 5;

/** A write on its way; `index` is its place in the caller's list. */
interface Waiting {
  readonly index: number;
  readonly write: EventWrite;
  readonly attempts: number;
  /** What it gets when time runs out: never sent, or turned away last time. */
  readonly fallback: WriteOutcome;
}

/** One call of `writeEvents`. */
interface WriteRun {
  readonly deps: WriteDeps;
  readonly calendar: string;
  readonly outcomes: WriteOutcome[];
  readonly deadline: number;
}

/**
 * Writes to one mailbox in unordered batches of up to 20, one in flight at a time (D7); between batches others get their turn.
 * Throttled parts alone are sent again, as long as the deadline and a short `Retry-After` allow; nothing else is repeated here,
 * since a lost answer may have been a success. The writes of one call have no order among each other.
 */
export async function writeEvents(
  deps: WriteDeps,
  calendar: string,
  writes: readonly EventWrite[],
  { deadline }: CallLimits,
): Promise<readonly WriteOutcome[]> {
  const fallback: WriteOutcome = { kind: 'not-sent' };
  const run: WriteRun = { deps, calendar, outcomes: writes.map(() => fallback), deadline };
  let waiting: Waiting[] = writes.map((write, index) => ({ index, write, attempts: 0, fallback }));
  while (waiting.length > 0) waiting = await takeTurn(run, waiting);
  return run.outcomes;
}

/** Sends one batch, or waits for the mailbox, or gives up; answers what is still to be written. */
async function takeTurn(run: WriteRun, waiting: readonly Waiting[]): Promise<Waiting[]> {
  const { clock, mailboxes, tuning } = run.deps;
  const release = clock.now() < run.deadline ? await mailboxes.hold([run.calendar], run.deadline) : null;
  if (release === null) return conclude(run, waiting, ({ fallback }) => fallback);
  let admission: Admission;
  try {
    admission = mailboxes.of(run.calendar).admit(waiting.length, clock.now());
    if (admission.kind === 'granted') {
      const round = waiting.slice(0, admission.count);
      const again = await sendRound(run, round);
      return concludeHopeless(run, round, [...again, ...waiting.slice(admission.count)]);
    }
  } finally {
    release();
  }
  const { until } = admission;
  const isShort = admission.kind === 'wait' && until - clock.now() <= tuning.maxRetryWaitMs;
  if (isShort && (await sleepUntil(clock, until, run.deadline))) return [...waiting];
  const refused = refusedOutcome(admission, clock.now());
  return conclude(run, waiting, () => refused);
}

/** Notes the last word on everything still waiting. */
function conclude(run: WriteRun, waiting: readonly Waiting[], outcomeOf: (entry: Waiting) => WriteOutcome): Waiting[] {
  for (const entry of waiting) run.outcomes[entry.index] = outcomeOf(entry);
  return [];
}

/** Spares the rest when a whole round was denied, or could not even get a token in time: they would fare no better. */
function concludeHopeless(run: WriteRun, round: readonly Waiting[], rest: readonly Waiting[]): Waiting[] {
  const got = round.map(({ index }) => run.outcomes[index]);
  const [first] = got;
  const isHopeless = got.every((outcome) => outcome?.kind === 'access-denied' || outcome?.kind === 'not-sent');
  return isHopeless && first !== undefined ? conclude(run, rest, () => first) : [...rest];
}

/** Sends one batch, notes outcomes, and answers the writes to be sent again. */
async function sendRound(run: WriteRun, round: readonly Waiting[]): Promise<Waiting[]> {
  const { client, clock, mailboxes, metrics, requests } = run.deps;
  metrics.add('writes', round.length);
  const calls = round.map(({ write }) => requests.write(run.calendar, write));
  const results = await sendTogether(client, calls, run.deadline);
  const now = clock.now();
  const observations: Observation[] = [];
  const again: Waiting[] = [];
  for (const [position, waiting] of round.entries()) {
    const result = results[position] as CallResult;
    const outcome = readOutcome(result, waiting.write, now);
    if (result.sent) observations.push(observeReply(result.reply, now));
    run.outcomes[waiting.index] = outcome;
    if (outcome.kind === 'unknown') metrics.add('lost');
    if (outcome.kind !== 'throttled') continue;
    metrics.add('throttled');
    if (waiting.attempts + 1 < MOST_ATTEMPTS && result.sent) {
      metrics.add('repeated');
      again.push({ ...waiting, attempts: waiting.attempts + 1, fallback: outcome });
    }
  }
  mailboxes.of(run.calendar).observe(observations, now);
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
function refusedOutcome(admission: Exclude<Admission, { kind: 'granted' }>, now: number): WriteOutcome {
  const retryAfterMs = Math.max(0, admission.until - now);
  if (admission.kind === 'wait' || admission.error.kind !== 'room-unavailable') {
    return { kind: 'throttled', retryAfterMs };
  }
  const { kind, message, code } = admission.error;
  return { kind, error: { message, code, retryAfterMs } };
}
