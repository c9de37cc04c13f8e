import type { WallClock } from './time.ts';

/** The three kinds of reservation, best priority first (booking-system hierarchy: event over booking over allocation). */
export const RESERVATION_TYPES = ['event', 'booking', 'allocation'] as const;
export type ReservationType = (typeof RESERVATION_TYPES)[number];

/** 1 is the best priority. */
export const PRIORITY: Readonly<Record<ReservationType, number>> = { event: 1, booking: 2, allocation: 3 };

/** A reservation, whatever its rooms. */
export interface ReservationKey {
  readonly type: ReservationType;
  readonly id: number;
}

/** A reservation on one of its rooms: what one mapping and one Outlook event stand for. */
export interface RoomReservationKey extends ReservationKey {
  readonly resourceId: number;
}

/** The synced content of a reservation on one room, as the booking system holds it. Texts are raw (entities, HTML). */
export interface RoomReservation extends RoomReservationKey {
  readonly start: WallClock;
  readonly end: WallClock;
  /** Event name; null for bookings and allocations. */
  readonly name: string | null;
  readonly description: string | null;
  /** Group of a booking. */
  readonly groupName: string | null;
  /** Organisation of an allocation, of a booking's group, or the customer organisation of an event. */
  readonly organizationName: string | null;
  readonly contactName: string | null;
  readonly contactEmail: string | null;
  readonly isPublic: boolean;
  readonly resourceName: string;
  readonly buildingName: string | null;
}

/** What the booking system says about one reservation right now. */
export interface ReservationState extends ReservationKey {
  /** `active = 1`. Anything else, null included, is cancelled (I12). */
  readonly active: boolean;
  /** Season filter: hidden reservations are not shown in calendars (E55, E56). */
  readonly hidden: boolean;
  /** One entry per linked room (mapped or not), ordered by resource id; empty when no room is linked. */
  readonly rooms: readonly RoomReservation[];
}

/** `event:1005`, as used in messages and markers. */
export function reservationLabel(key: ReservationKey): string {
  return `${key.type}:${key.id}`;
}
