/**
 * The change tick: every minute one pass over all rooms, both directions, then the imports it noted. It finds what plain SQL changed in
 * the booking system, hard deletes included, and what people did in Outlook; the other timers are sweepers (design: speed of changes).
 */
import { processImports } from './import-reservations.ts';
import type { RunResult } from './results.ts';
import { passRooms } from './run.ts';
import type { RunContext, SyncDeps } from './settings.ts';

export interface TickResult extends RunResult {
  /** Counts of the pass by kind of work, and `reservationsCreated`. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Waiting events one tick imports; what is left is process-imports' to do. */
const IMPORT_LIMIT = 500;

export async function tick(deps: SyncDeps, run: RunContext): Promise<TickResult> {
  const began = deps.clock.now();
  const pass = await passRooms(deps, run, { pull: true });
  const noted = pass.counts['imports'] ?? 0;
  // Removals are settled by now: the new half of a move to another room is no new meeting (E12).
  const imports = noted > 0 ? await processImports(deps, run, { limit: IMPORT_LIMIT }) : null;
  return {
    counts: { ...pass.counts, reservationsCreated: imports?.reservationIds.length ?? 0 },
    errorDetails: [...pass.errors, ...(imports?.errorDetails ?? [])],
    queuedCalendars: [...new Set([...pass.busy, ...(imports?.queuedCalendars ?? [])])],
    durationMs: deps.clock.now() - began,
    stoppedEarly: deps.clock.now() >= run.deadline,
  };
}
