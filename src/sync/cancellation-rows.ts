/** Pure: rows and plans that the cancellation use cases answer with. */
import type { Mapping } from '../domain/mapping.ts';
import type { Operation } from './plan.ts';
import type { VanishedRow, VanishReason } from './ports.ts';
import type { CancellationRow } from './results.ts';

/** Mappings by id. */
export type Mappings = ReadonlyMap<number, Mapping>;

export const REASONS: Readonly<Record<VanishReason, string>> = {
  inactive: 'Cancelled in the booking system',
  missing: 'Deleted in the booking system',
  unlinked: 'The room was removed from the reservation',
  hidden: 'Its season is not published any more',
};
export const REENABLED_REASON = 'Active again in the booking system';

export function rowsOf(
  found: readonly { mappingId: number; name: string | null; active?: number | null }[],
  mappings: Mappings,
  active: number | null,
): CancellationRow[] {
  return found.flatMap(({ mappingId, name, active: own }): CancellationRow[] => {
    const row = mappings.get(mappingId);
    if (row === undefined || row.type === null || row.reservationId === null) return [];
    return [
      {
        type: row.type,
        reservationId: row.reservationId,
        name,
        active: own === undefined ? active : own,
        resourceId: row.resourceId,
        mappingId,
        eventId: row.eventId,
        status: row.status,
      },
    ];
  });
}

export function calendarOf(row: { mappingId: number }, mappings: Mappings): string {
  return mappings.get(row.mappingId)?.calendar ?? '';
}

export function causeOf(row: { mappingId: number }, mappings: Mappings): string {
  const mapping = mappings.get(row.mappingId);
  return `cancelled:${mapping?.type}:${mapping?.reservationId}`;
}

export function planCancelled(
  allowed: readonly VanishedRow[],
  vanished: readonly VanishedRow[],
  mappings: Mappings,
): Operation[] {
  const passed = new Set(allowed.map((row) => row.mappingId));
  return vanished.flatMap((row): Operation[] => {
    const mapping = mappings.get(row.mappingId);
    if (mapping === undefined || !passed.has(row.mappingId)) return [];
    const action = mapping.eventId === null ? 'set-status' : mapping.roomCopy ? 'decline-event' : 'delete-event';
    return [
      {
        ...operationOf(mapping),
        side: action === 'set-status' ? 'sync' : 'outlook',
        action,
        reason: REASONS[row.reason],
        status: 'cancelled',
      },
    ];
  });
}

export function planReenabled(found: readonly { mappingId: number }[], mappings: Mappings): Operation[] {
  return found.flatMap(({ mappingId }): Operation[] => {
    const mapping = mappings.get(mappingId);
    if (mapping === undefined) return [];
    return [
      { ...operationOf(mapping), side: 'sync', action: 'set-status', reason: REENABLED_REASON, status: 'pending' },
    ];
  });
}

function operationOf(mapping: Mapping): Omit<Operation, 'side' | 'action' | 'reason' | 'status'> {
  return {
    calendar: mapping.calendar,
    resourceId: mapping.resourceId,
    mappingId: mapping.id,
    type: mapping.type,
    reservationId: mapping.reservationId,
    eventId: mapping.eventId,
    cause: `cancelled:${mapping.type}:${mapping.reservationId}`,
  };
}
