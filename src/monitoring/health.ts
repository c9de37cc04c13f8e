import { isSyncError } from '../domain/errors.ts';
import { type Instant, instantOf } from '../domain/time.ts';
import { findGraphProblems, type GraphSettings } from '../graph/settings.ts';
import type { Clock, Log, SyncStore } from '../sync/ports.ts';

/** A probe waits no longer; a paused serverless database answers "unavailable" and wakes up meanwhile. */
const PATIENCE_MS = 5_000;

export interface HealthDeps {
  readonly store: Pick<SyncStore, 'now'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly graph: GraphSettings;
}

export interface Health {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly database: 'ok' | 'unavailable' | 'misconfigured';
  /** Settings that keep Graph from being called (S23). */
  readonly missingSettings: readonly string[];
  readonly checkedAt: Instant;
}

/** The quick health check: one trip to the database, none to Graph. Never throws. */
export async function checkHealth({ store, clock, log, graph }: HealthDeps): Promise<Health> {
  const checkedAt = instantOf(clock.now());
  const missingSettings = findGraphProblems(graph).map(({ setting }) => setting);
  const database = await pingDatabase(store, clock, log);
  const status = database !== 'ok' ? 'unhealthy' : missingSettings.length > 0 ? 'degraded' : 'healthy';
  return { status, database, missingSettings, checkedAt };
}

async function pingDatabase(store: HealthDeps['store'], clock: Clock, log: Log): Promise<Health['database']> {
  const over = new AbortController();
  const tooLate = clock.sleep(PATIENCE_MS, over.signal).then(
    () => 'unavailable' as const,
    () => 'unavailable' as const,
  );
  const ping = store.now().then(
    () => 'ok' as const,
    (error) => {
      log.warn('the database did not answer the health check', { error });
      return isSyncError(error, 'misconfigured') ? ('misconfigured' as const) : ('unavailable' as const);
    },
  );
  try {
    return await Promise.race([ping, tooLate]);
  } finally {
    over.abort(new Error('answered'));
  }
}
