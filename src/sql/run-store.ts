import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { RunRecord, RunStore } from '../sync/ports.ts';
import type { SqlExecutor } from './executor.ts';
import { isUniqueViolation } from './sql-errors.ts';
import type { RunsTable } from './tables.ts';

const COLUMNS = sql.raw('t.run_id, t.job, t.triggered_by, t.started_at, t.finished_at, t.outcome, t.counts, t.error');

/** `bridge_runs` and `bridge_job_locks`. */
export function createRunStore({ db, text }: SqlExecutor): RunStore {
  const select = async (query: RawBuilder<Selectable<RunsTable>>) => (await query.execute(db)).rows.map(toRun);
  return {
    start: async ({ runId, job, trigger }) => {
      await sql`INSERT INTO bridge_runs (run_id, job, triggered_by) VALUES (${runId}, ${job}, ${trigger})`.execute(db);
    },
    finish: async ({ runId, outcome, counts, error }) => {
      await text
        .update({
          table: 'bridge_runs',
          set: sql`finished_at = ${text.now()}, outcome = ${outcome}, counts = ${JSON.stringify(counts)}, error = ${error}`,
          where: sql`t.run_id = ${runId}`,
          returning: [],
        })
        .execute(db);
    },
    latestByJob: () =>
      select(sql`SELECT ${COLUMNS} FROM bridge_runs AS t
        WHERE NOT EXISTS (SELECT 1 FROM bridge_runs AS newer WHERE newer.job = t.job AND (newer.started_at > t.started_at
          OR (newer.started_at = t.started_at AND newer.run_id > t.run_id)))
        ORDER BY t.job`),
    list: (limit) =>
      select(sql`SELECT ${text.top(limit)} ${COLUMNS} FROM bridge_runs AS t
        ORDER BY t.started_at DESC, t.run_id DESC ${text.limit(limit)}`),
    lockJob: async (job, owner, ttlMs) => {
      const expires = text.nowPlus(ttlMs);
      const taken = await text
        .update({
          table: 'bridge_job_locks',
          set: sql`owner = ${owner}, expires_at = ${expires}`,
          where: sql`t.job = ${job} AND (t.owner = ${owner} OR t.expires_at <= ${text.now()})`,
          returning: ['job'],
        })
        .execute(db);
      return taken.rows.length > 0 || insertLock(job, owner, expires);
    },
    unlockJob: async (job, owner) => {
      await text
        .delete({ table: 'bridge_job_locks', where: sql`t.job = ${job} AND t.owner = ${owner}`, returning: [] })
        .execute(db);
    },
  };

  /** False when somebody holds the lock, or was just faster. */
  async function insertLock(job: string, owner: string, expires: RawBuilder<unknown>): Promise<boolean> {
    try {
      const made = await text
        .insert({
          table: 'bridge_job_locks',
          columns: ['job', 'owner', 'expires_at'],
          select: sql`SELECT ${job}, ${owner}, ${expires}
            WHERE NOT EXISTS (SELECT 1 FROM bridge_job_locks AS t WHERE t.job = ${job})`,
          returning: ['job'],
        })
        .execute(db);
      return made.rows.length > 0;
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  }
}

function toRun(row: Selectable<RunsTable>): RunRecord {
  return {
    runId: row.run_id,
    job: row.job,
    trigger: row.triggered_by as RunRecord['trigger'],
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    outcome: row.outcome as RunRecord['outcome'],
    counts: JSON.parse(row.counts),
    error: row.error,
  };
}
