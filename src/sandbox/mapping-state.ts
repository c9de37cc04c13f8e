/** The mapping table as the database has it. */
import { sql } from 'kysely';
import { MAPPING_STATUSES, type Mapping, type MappingStatus } from '../domain/mapping.ts';
import type { SqlExecutor } from '../sql/database.ts';

export type MappingCounts = Readonly<Record<MappingStatus | 'total', number>>;

/** Why rows are in `conflict`: an overlapping import is another matter than a reservation hidden by better ones. */
export type ConflictCounts = Readonly<Record<NonNullable<Mapping['conflictKind']>, number>>;

export interface MappingState {
  readonly counts: MappingCounts;
  readonly conflicts: ConflictCounts;
  /** Rows born in Outlook that have their reservation. */
  readonly imported: number;
  /** Row versions by id: a row that was written has another version. */
  readonly versions: ReadonlyMap<number, number>;
}

export async function readMappings({ db }: SqlExecutor): Promise<MappingState> {
  const { rows } = await sql<{
    id: number;
    sync_status: MappingStatus;
    version: number;
    conflict_kind: Mapping['conflictKind'];
    is_imported: number;
  }>`SELECT id, sync_status, version, conflict_kind,
    CASE WHEN origin = 'outlook' AND reservation_id IS NOT NULL THEN 1 ELSE 0 END AS is_imported
    FROM bridge_mappings`.execute(db);
  const count = (status: MappingStatus) => rows.filter((row) => row.sync_status === status).length;
  const conflict = (kind: Mapping['conflictKind']) => rows.filter((row) => row.conflict_kind === kind).length;
  const counts = Object.fromEntries(MAPPING_STATUSES.map((status) => [status, count(status)]));
  return {
    counts: { total: rows.length, ...(counts as Record<MappingStatus, number>) },
    conflicts: { suppressed: conflict('suppressed'), overlap: conflict('overlap'), edited: conflict('edited') },
    imported: rows.filter((row) => row.is_imported === 1).length,
    versions: new Map(rows.map((row) => [row.id, row.version])),
  };
}

/** Rows added, removed or written between two readings. */
export function countWrites(before: MappingState, after: MappingState): number {
  const changed = [...after.versions].filter(([id, version]) => before.versions.get(id) !== version);
  const removed = [...before.versions.keys()].filter((id) => !after.versions.has(id));
  return changed.length + removed.length;
}
