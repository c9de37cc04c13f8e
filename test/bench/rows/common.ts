import { pushAll } from '../../../functions/until-done.ts';
import { passRooms } from '../../../src/sync/run.ts';
import type { GraphFigures } from '../support/simulated-graph.ts';
import type { BenchWorld } from '../support/world.ts';

/** One operation of Graph takes so long in every row that measures time (design 7). */
export const OPERATION_MS = 150;

/** Operations that read events one by one, or all of a room; delta is none of them. */
const READS = ['read-event', 'calendar-view', 'list-events', 'instances'];

export function readsIn(figures: GraphFigures): number {
  return countOf(figures, READS);
}

export function countOf({ operations }: GraphFigures, kinds: readonly string[]): number {
  return kinds.reduce((sum, kind) => sum + (operations[kind] ?? 0), 0);
}

/** A figure only counts when the work was done: throws unless every mapping agrees with Outlook. */
export async function requireAllSynced(world: BenchWorld, expected: number): Promise<void> {
  const rows = await world.sql<{ sync_status: string; n: number }>(
    'SELECT sync_status, COUNT(*) AS n FROM bridge_mappings GROUP BY sync_status',
  );
  const [only] = rows;
  if (rows.length === 1 && only?.sync_status === 'synced' && only.n === expected) return;
  throw new Error(`All ${expected} mappings were to be synced: ${JSON.stringify(rows)}.`);
}

/** The first push of everything. Throws when anything was left. */
export async function pushEverything({ app }: BenchWorld): Promise<void> {
  const result = await pushAll(app.deps, app.startRun('to-outlook', 'timer'));
  const { details, ...rest } = result;
  if (result.errors > 0 || result.remaining > 0) throw new Error(`Not all was pushed: ${JSON.stringify(rest)}`);
}

/** One pass in both directions. Throws when anything failed. */
export async function pass({ app }: BenchWorld): Promise<void> {
  const result = await passRooms(app.deps, app.startRun('change-tick', 'timer'), { pull: true });
  if (result.errors.length > 0 || result.busy.length > 0) throw new Error(`Not passed: ${JSON.stringify(result)}`);
}

/** Both sides equal, and the echoes of our own writes seen. */
export async function settle(world: BenchWorld, total: number): Promise<void> {
  await pushEverything(world);
  await pass(world);
  await pass(world);
  await requireAllSynced(world, total);
}
