/** A store that tells when something was written that figures are made of: mappings and journal. */
import type { SyncStore } from '../sync/ports.ts';

/**
 * The same store; `onWrite` is called after each write to mappings or journal that changed a row, and after each that failed, as nobody
 * knows its effect. Inside a transaction a write counts when it is made, whatever becomes of it.
 */
export function watchWrites(store: SyncStore, onWrite: () => void): SyncStore {
  const { mappings, journal } = store;
  const watched = async <T>(write: Promise<T>, changed: (answer: T) => boolean): Promise<T> => {
    try {
      const answer = await write;
      if (changed(answer)) onWrite();
      return answer;
    } catch (error) {
      onWrite();
      throw error;
    }
  };
  const any = (rows: readonly unknown[]) => rows.length > 0;
  return {
    ...store,
    mappings: {
      ...mappings,
      insert: (rows) => watched(mappings.insert(rows), any),
      save: (rows) => watched(mappings.save(rows), any),
      remove: (rows) => watched(mappings.remove(rows), any),
    },
    journal: { ...journal, append: (entries) => watched(journal.append(entries), () => any(entries)) },
    transaction: (work) => store.transaction((inner) => work(watchWrites(inner, onWrite))),
  };
}
