/** Steps of a timer, repeated until nothing is left, nothing moves any more, or time is up. */
import { processImports } from '../src/sync/import-reservations.ts';
import { pushPending } from '../src/sync/push.ts';
import type { ImportsResult, PushResult } from '../src/sync/results.ts';
import type { RunContext, SyncDeps } from '../src/sync/settings.ts';

/** Mappings of one step; large, as each step begins with a discovery. */
const PUSH_STEP = 10_000;
/** Waiting events of one step; each costs a transaction, so a step stays well inside the time limit. */
const IMPORT_STEP = 500;

export async function pushAll(deps: SyncDeps, run: RunContext): Promise<PushResult> {
  let last = await pushPending(deps, run, { limit: PUSH_STEP });
  let total = last;
  while (last.remaining > 0 && last.created + last.updated + last.deleted > 0 && mayGoOn(last)) {
    last = await pushPending(deps, run, { limit: PUSH_STEP });
    total = {
      ...last,
      processed: total.processed + last.processed,
      created: total.created + last.created,
      updated: total.updated + last.updated,
      deleted: total.deleted + last.deleted,
      skipped: total.skipped + last.skipped,
      errors: total.errors + last.errors,
      durationMs: total.durationMs + last.durationMs,
      details: [...total.details, ...last.details],
      errorDetails: [...total.errorDetails, ...last.errorDetails],
    };
  }
  return total;
}

export async function importAll(deps: SyncDeps, run: RunContext): Promise<ImportsResult> {
  let last = await processImports(deps, run, { limit: IMPORT_STEP });
  let total = last;
  while (last.remaining > 0 && last.successful > 0 && mayGoOn(last)) {
    last = await processImports(deps, run, { limit: IMPORT_STEP });
    total = {
      ...last,
      processed: total.processed + last.processed,
      successful: total.successful + last.successful,
      errors: total.errors + last.errors,
      durationMs: total.durationMs + last.durationMs,
      reservationIds: [...total.reservationIds, ...last.reservationIds],
      details: [...total.details, ...last.details],
      errorDetails: [...total.errorDetails, ...last.errorDetails],
    };
  }
  return total;
}

/** What another worker holds was signalled to it; trying again at once would only wait for it. */
function mayGoOn({ stoppedEarly, queuedCalendars }: PushResult | ImportsResult): boolean {
  return !stoppedEarly && queuedCalendars.length === 0;
}
