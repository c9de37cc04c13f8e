import type { MappingStore } from '../sync/ports.ts';
import type { SqlExecutor } from './executor.ts';
import { createMappingLists } from './mapping-lists.ts';
import { createMappingReads } from './mapping-reads.ts';
import { insertMappings, removeMappings, saveMappings } from './mapping-writes.ts';

/** `bridge_mappings`. Versions are raised by every write, plain SQL of an operator included (see the table's trigger). */
export function createMappingStore(executor: SqlExecutor): MappingStore {
  return {
    ...createMappingReads(executor),
    ...createMappingLists(executor),
    insert: (rows) => insertMappings(executor, rows),
    save: (rows) => saveMappings(executor, rows),
    remove: (rows) => removeMappings(executor, rows),
  };
}
