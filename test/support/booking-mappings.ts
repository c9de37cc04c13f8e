import { sql } from 'kysely';
import { sampleCalendar } from '../../src/sandbox/sample-data/municipality.ts';
import type { SqlExecutor } from '../../src/sql/database.ts';

export type MappingColumns = Readonly<Record<string, string | number | null>> & { readonly resource_id: number };

/** Inserts a row of `bridge_mappings` by plain SQL, the way an operator would; returns its id. */
export async function addMapping({ db, text }: SqlExecutor, columns: MappingColumns): Promise<number> {
  const given = { outlook_item_id: sampleCalendar(columns.resource_id), ...columns };
  const names = Object.keys(given).map((name) => sql.id(name));
  const insert = sql`INSERT INTO bridge_mappings (${sql.join(names)}) VALUES (${sql.join(Object.values(given))})`;
  const { rows } = await text.identityOf(insert, 'id').execute(db);
  return rows[0]?.id ?? 0;
}

/** Columns of a mapping of one reservation on one room. */
export function mappingOf(
  type: 'event' | 'booking' | 'allocation',
  id: number,
  resourceId: number,
  status: string,
): MappingColumns {
  return {
    reservation_type: type,
    reservation_id: id,
    resource_id: resourceId,
    sync_status: status,
    outlook_event_id: `${type}-${id}-${resourceId}`,
  };
}
