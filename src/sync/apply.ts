/**
 * Carries out planned Graph writes of one room: note intents, send one unordered batch at a time (D7), checkpoint what came back.
 * Nothing is decided here except by `settle` (pure) and `resolve` (ambiguous answers).
 */
import type { SyncError } from '../domain/errors.ts';
import type { Mapping } from '../domain/mapping.ts';
import { instantOf } from '../domain/time.ts';
import { type AppliedWrite, eventWriteOf, intentOf, type PlannedWrite } from './intents.ts';
import type { CallLimits, MappingSave, WriteOutcome } from './ports.ts';
import { resolveAmbiguous } from './resolve.ts';
import type { HeldRoom } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';
import { type Settlement, settle } from './settle.ts';

/** Parts of one `$batch`. */
const BATCH_SIZE = 20;
/** Intents noted by one statement; a crash leaves at most so many to look up. */
const CLAIM_SIZE = 200;
/** A duplicate leads to an adoption, an adoption to an update: more rounds than this mean somebody keeps changing it. */
const MAX_ROUNDS = 3;

export interface ApplyResult {
  readonly applied: readonly AppliedWrite[];
  /** Set when the room had to be left: access, mailbox, lease. The rest was not sent. */
  readonly stopped: SyncError | null;
}

/** Which of these mappings are to be cancelled still. */
export type StillDue = (mappingIds: readonly number[]) => Promise<ReadonlySet<number>>;

/**
 * Sends `planned` for a held room. Order is kept; writes another worker took meanwhile come back as `skipped`. With `stillDue` what must be
 * sent again, because its event moved on, is asked for again first (R3).
 */
export async function applyWrites(
  deps: SyncDeps,
  run: RunContext,
  room: HeldRoom,
  planned: readonly PlannedWrite[],
  stillDue?: StillDue,
): Promise<ApplyResult> {
  const applied: AppliedWrite[] = [];
  let queue = planned;
  for (let round = 0; queue.length > 0 && round < MAX_ROUNDS; round += 1) {
    const next: PlannedWrite[] = [];
    for (let at = 0; at < queue.length; at += CLAIM_SIZE) {
      const outcome = await applyClaim(deps, run, room, queue.slice(at, at + CLAIM_SIZE));
      applied.push(...outcome.applied);
      next.push(...outcome.next);
      if (outcome.stopped !== null) return { applied, stopped: outcome.stopped };
    }
    const due =
      stillDue === undefined || next.length === 0 ? null : await stillDue(next.map(({ mapping }) => mapping.id));
    queue = next.filter(({ mapping }) => due?.has(mapping.id) ?? true);
    applied.push(...next.filter((write) => !queue.includes(write)).map((write) => appliedOf(write, 'waiting', null)));
  }
  return { applied: [...applied, ...queue.map((write) => appliedOf(write, 'waiting', null))], stopped: null };
}

interface Sent {
  readonly planned: PlannedWrite;
  readonly intentId: number;
  readonly settlement: Settlement;
  readonly outcome: WriteOutcome;
}

async function applyClaim(
  deps: SyncDeps,
  run: RunContext,
  room: HeldRoom,
  planned: readonly PlannedWrite[],
): Promise<ApplyResult & { next: PlannedWrite[] }> {
  const intents = await deps.store.intents.open(
    room.lease,
    planned.map((write) => intentOf(write, run.runId, deps.settings)),
  );
  const claimed = planned.filter((write) => intents.has(write.mapping.id));
  const applied = planned
    .filter((write) => !intents.has(write.mapping.id))
    .map((write) => appliedOf(write, 'skipped', null));
  const next: PlannedWrite[] = [];
  for (let at = 0; at < claimed.length; at += BATCH_SIZE) {
    const limits = await room.limits();
    const batch = claimed.slice(at, at + BATCH_SIZE);
    const outcomes = await send(deps, run, room, batch, limits);
    const now = instantOf(deps.clock.now());
    const sent = batch.map((write, index): Sent => {
      const outcome = outcomes[index] ?? { kind: 'not-sent' };
      const settlement = settle(write, outcome, { run, now, settings: deps.settings });
      return { planned: write, intentId: intents.get(write.mapping.id) ?? 0, settlement, outcome };
    });
    const kept = await checkpoint(deps, room, sent);
    applied.push(...sent.filter((one) => one.settlement.action !== 'resolve').map((one) => appliedOfSent(one, kept)));
    const ambiguous = sent.filter((one) => one.settlement.action === 'resolve');
    if (ambiguous.length > 0) {
      const resolved = await resolveAmbiguous(deps, run, room, ambiguous);
      applied.push(...resolved.applied);
      next.push(...resolved.next);
    }
    const stopped = sent.find((one) => one.settlement.stop !== null)?.settlement.stop ?? null;
    if (stopped !== null) {
      await abandon(deps, claimed.slice(at + BATCH_SIZE), intents);
      return { applied, next, stopped };
    }
  }
  return { applied, next, stopped: null };
}

/**
 * Sends a batch. A change of an event whose version is not known is never sent blind (R12): like one that moved on, it is looked at
 * first and sent again with the version found.
 */
async function send(
  deps: SyncDeps,
  run: RunContext,
  room: HeldRoom,
  batch: readonly PlannedWrite[],
  limits: CallLimits,
): Promise<readonly WriteOutcome[]> {
  if (deps.clock.now() >= run.deadline) return batch.map(() => ({ kind: 'not-sent' }));
  const sighted = batch.filter((write) => !isBlind(write));
  const answers =
    sighted.length === 0 ? [] : await deps.calendars.write(room.calendar, sighted.map(eventWriteOf), limits);
  const answered = new Map(sighted.map((write, index) => [write, answers[index]]));
  return batch.map((write) =>
    isBlind(write) ? { kind: 'precondition-failed' } : (answered.get(write) ?? { kind: 'not-sent' }),
  );
}

function isBlind({ kind, mapping }: PlannedWrite): boolean {
  return (kind === 'update' || kind === 'delete') && mapping.changeKey === null;
}

/**
 * Makes a batch durable in one transaction. A mapping that moved on (operator, lost lease) keeps its intent open, so that recovery
 * looks at Outlook before anything is sent again. Returns the ids that were saved.
 */
async function checkpoint(deps: SyncDeps, room: HeldRoom, sent: readonly Sent[]): Promise<ReadonlySet<number>> {
  const lease = { calendar: room.calendar, token: room.lease.token };
  const saves = sent.flatMap(({ planned: { mapping }, settlement }): MappingSave[] =>
    settlement.change === null ? [] : [{ id: mapping.id, version: mapping.version, change: settlement.change, lease }],
  );
  return deps.store.transaction(async (store) => {
    const saved = new Set(saves.length === 0 ? [] : await store.mappings.save(saves));
    const durable = sent.filter(
      ({ planned, settlement }) => settlement.change === null || saved.has(planned.mapping.id),
    );
    const closed = durable.flatMap(({ intentId, settlement, outcome }) =>
      settlement.intent === 'open'
        ? []
        : [{ id: intentId, status: settlement.intent, eventId: outcome.kind === 'written' ? outcome.event.id : null }],
    );
    if (closed.length > 0) await store.intents.close(closed);
    const journal = durable.flatMap((one) => one.settlement.journal);
    if (journal.length > 0) await store.journal.append(journal);
    return saved;
  });
}

/** Intents noted but never sent, because the room had to be left. */
async function abandon(
  deps: SyncDeps,
  unsent: readonly PlannedWrite[],
  intents: ReadonlyMap<number, number>,
): Promise<void> {
  const ids = unsent.flatMap((write) => intents.get(write.mapping.id) ?? []);
  if (ids.length > 0) await deps.store.intents.close(ids.map((id) => ({ id, status: 'failed' as const })));
}

function appliedOfSent({ planned, settlement, outcome }: Sent, kept: ReadonlySet<number>): AppliedWrite {
  if (settlement.change !== null && !kept.has(planned.mapping.id)) return appliedOf(planned, 'waiting', null);
  const eventId = outcome.kind === 'written' ? outcome.event.id : planned.mapping.eventId;
  return { planned, action: settlement.action, eventId, error: settlement.error };
}

function appliedOf(planned: PlannedWrite, action: AppliedWrite['action'], error: string | null): AppliedWrite {
  return { planned, action, eventId: planned.mapping.eventId, error };
}

/** A mapping as it stands after a successful save of `change`. */
export function afterSave(mapping: Mapping, change: MappingSave['change']): Mapping {
  return { ...mapping, ...change, version: mapping.version + 1 };
}
