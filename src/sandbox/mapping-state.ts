/** The mapping table as the database has it. */
import { sql } from 'kysely';
import { MAPPING_STATUSES, type MappingStatus } from '../domain/mapping.ts';
import type { SqlExecutor } from '../sql/database.ts';

export type MappingCounts = Readonly<Record<MappingStatus | 'total', number>>;

export interface MappingState {
  readonly counts: MappingCounts;
  /** Row versions by id: a row that was written has another version. */
  readonly versions: ReadonlyMap<number, number>;
}

export async function readMappings({ db }: SqlExecutor): Promise<MappingState> {
  const { rows } = await sql<{ id: number; sync_status: MappingStatus; version: number }>`
    SELECT id, sync_status, version FROM bridge_mappings`.execute(db);
  const count = (status: MappingStatus) => rows.filter((row) => row.sync_status === status).length;
  const counts = Object.fromEntries(MAPPING_STATUSES.map((status) => [status, count(status)]));
  return {
    counts: { total: rows.length, ...(counts as Record<MappingStatus, number>) },
    versions: new Map(rows.map((row) => [row.id, row.version])),
  };
}

/** Rows added, removed or written between two readings. */
export function countWrites(before: MappingState, after: MappingState): number {
  const changed = [...after.versions].filter(([id, version]) => before.versions.get(id) !== version);
  const removed = [...before.versions.keys()].filter((id) => !after.versions.has(id));
  return changed.length + removed.length;
}
