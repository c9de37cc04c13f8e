import type { Mapping } from '../domain/mapping.ts';
import type { SyncStore } from './ports.ts';

/** A person's deletion did not last: an alert says why, once per life of the event (E17, E22). */
export async function tellUndone(store: SyncStore, row: Mapping, message: string): Promise<void> {
  await store.alerts.raise({
    kind: 'deletion-undone',
    severity: 'warning',
    message,
    properties: { mappingId: row.id, type: row.type, reservationId: row.reservationId, resourceId: row.resourceId },
    episode: `deletion-undone:${row.id}:${row.generation}`,
  });
}
