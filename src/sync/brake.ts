/**
 * R4 with its memory: waves of cancellations are parked for approval, what a person decided is honoured, and what was parked waits for
 * its own decision, however small a later wave is.
 */
import { guardCancellations } from '../domain/brake.ts';
import { instantOf } from '../domain/time.ts';
import type { ParkedOperation } from './ports.ts';
import type { SyncDeps } from './settings.ts';

const DAY = 24 * 3_600_000;
/** Decisions looked at together; more than a person makes in a day. */
const DECISIONS = 1000;

/** One cancellation that would take something away. */
export interface Proposal {
  readonly mappingId: number;
  readonly calendar: string;
  readonly cause: string;
}

export interface BrakeVerdict {
  /** Mappings whose cancellation waits for approval. */
  readonly stopped: ReadonlySet<number>;
  /** Mappings whose cancellation a person refused. */
  readonly dismissed: ReadonlySet<number>;
}

export interface BrakeOptions {
  readonly operation: ParkedOperation['operation'];
  /** A person lets everything pass. */
  readonly confirm: boolean;
  /** Dry runs park nothing. */
  readonly dryRun: boolean;
  /** Constant text of the alert. */
  readonly message: string;
}

/** Judges proposals on the rolling 24 hours, parks what is too much and raises one alert for it. */
export async function passBrake(
  deps: SyncDeps,
  proposals: readonly Proposal[],
  options: BrakeOptions,
): Promise<BrakeVerdict> {
  if (proposals.length === 0) return { stopped: new Set(), dismissed: new Set() };
  const calendars = [...new Set(proposals.map((one) => one.calendar))];
  const known = await deps.store.parked.list({
    statuses: ['parked', 'approved', 'dismissed'],
    calendars,
    limit: DECISIONS,
  });
  const status = new Map(
    known.filter((row) => row.operation === options.operation).map((row) => [row.mappingId, row.status]),
  );
  const proposed = proposals.filter((one) => !status.has(one.mappingId));
  const causes = [...new Set(proposed.map((one) => one.cause))];
  const verdict = guardCancellations({
    proposed,
    live: await deps.store.mappings.countLive([]),
    recent: await deps.store.journal.cancellationCauses(instantOf(deps.clock.now() - DAY), causes),
    brakeCount: deps.settings.brakeCount,
    brakePercent: deps.settings.brakePercent,
    confirm: options.confirm,
  });
  if (verdict.parked.length > 0 && !options.dryRun) await park(deps, verdict.parked, options);
  const waiting = options.confirm ? [] : proposals.filter((one) => status.get(one.mappingId) === 'parked');
  return {
    stopped: new Set([...waiting, ...verdict.parked.map(({ operation }) => operation)].map((one) => one.mappingId)),
    dismissed: new Set(
      proposals.filter((one) => status.get(one.mappingId) === 'dismissed').map((one) => one.mappingId),
    ),
  };
}

async function park(
  deps: SyncDeps,
  parked: readonly { readonly operation: Proposal; readonly reason: string }[],
  { operation, message }: BrakeOptions,
): Promise<void> {
  const rows = parked.map(({ operation: { mappingId, calendar, cause }, reason }) => ({
    mappingId,
    calendar,
    cause,
    reason,
    operation,
  }));
  await deps.store.parked.park(rows);
  await deps.store.alerts.raise({
    kind: 'brake',
    severity: 'critical',
    message,
    properties: { parked: rows.length },
    episode: 'brake',
  });
}

/** Parked operations and decisions that need nobody any more, by `isOver`, become obsolete. */
export async function closeDecided(
  deps: SyncDeps,
  operation: ParkedOperation['operation'],
  isOver: (mappingId: number) => boolean,
): Promise<void> {
  const open = await deps.store.parked.list({ statuses: ['parked', 'approved', 'dismissed'], limit: DECISIONS });
  const over = open.filter((row) => row.operation === operation && isOver(row.mappingId)).map((row) => row.id);
  if (over.length > 0) await deps.store.parked.decide(over, 'obsolete');
}
