/** The mark our own events carry, so that they are known again whatever became of the mapping (R1, R2, E36). */
import { v5 } from 'uuid';
import { SyncError } from './errors.ts';
import { RESERVATION_TYPES, type ReservationType } from './reservation.ts';
import type { Marker } from './room-event.ts';

/** Our single-value extended property; its name is case-sensitive in Graph. */
export const MARKER_PROPERTY_ID = 'String {b3e7d0c4-5f0a-4c55-9a39-6d2f7a1c8e41} Name BookingSync';
/** The two properties of the PHP service this one may replace; read, never written. */
export const HISTORICAL_TYPE_PROPERTY_ID = 'String {66f5a359-4659-4830-9070-00047ec6ac6e} Name BookingSystemType';
export const HISTORICAL_ID_PROPERTY_ID = 'String {66f5a359-4659-4830-9070-00047ec6ac6f} Name BookingSystemId';

/** Namespace of our transaction ids. Never change it: a repeated create would no longer be recognised as the same one. */
const TRANSACTION_NAMESPACE = '6c1d7f0e-2a84-4f37-9d55-0b9e8f3a7c12';

const MARKER = /^([a-z]+):(\d{1,15}):(\d{1,15}):(\d{1,9})$/;

/** `event:1005:101:0`. Throws `bug` for a historical marker, which names no room. */
export function formatMarker(marker: Marker): string {
  if (marker.resourceId === null) throw new SyncError('bug', 'A marker without a room cannot be written.');
  return `${marker.type}:${marker.id}:${marker.resourceId}:${marker.generation}`;
}

/** The marker in our property's value; null when somebody else wrote it. */
export function parseMarker(text: string): Marker | null {
  const parts = MARKER.exec(text);
  if (parts === null) return null;
  const [, type = '', id, resourceId, generation] = parts;
  if (!isReservationType(type) || Number(id) === 0 || Number(resourceId) === 0) return null;
  return { type, id: Number(id), resourceId: Number(resourceId), generation: Number(generation) };
}

/** The marker in the two historical properties; null unless both are valid. */
export function parseHistoricalMarker(type: string | null | undefined, id: string | null | undefined): Marker | null {
  if (!isReservationType(type) || !/^[1-9]\d{0,14}$/.test(id ?? '')) return null;
  return { type, id: Number(id), resourceId: null, generation: 0 };
}

/**
 * Graph `transactionId` of a create: the same reservation, room and life always give the same id, so that a repeated create
 * makes no second event (R1), and the next life a new one. Throws `bug` for a historical marker.
 */
export function transactionIdOf(marker: Marker): string {
  return v5(formatMarker(marker), TRANSACTION_NAMESPACE);
}

function isReservationType(text: string | null | undefined): text is ReservationType {
  return (RESERVATION_TYPES as readonly (string | null | undefined)[]).includes(text);
}
