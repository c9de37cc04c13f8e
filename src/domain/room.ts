/** Who decides when both sides differ in one room. `shared`: the side a reservation came from. */
export type RoomAuthority = 'booking' | 'outlook' | 'shared';

/** A row of `bridge_resource_mappings` with the resource it names. */
export interface Room {
  readonly resourceId: number;
  /** Room mailbox: address or object id (`outlook_item_id`). The identity of the calendar everywhere in this project. */
  readonly calendar: string;
  readonly calendarName: string | null;
  readonly resourceName: string;
  readonly buildingId: number | null;
  readonly buildingName: string | null;
  readonly active: boolean;
  readonly direction: 'bidirectional' | 'booking_to_outlook' | 'outlook_to_booking';
  readonly authority: RoomAuthority;
  /** Days ahead, overriding the configured window; null = configured. */
  readonly horizonDays: number | null;
  /** Import defaults of this room; null = configured or looked up. */
  readonly activityId: number | null;
  readonly agegroupId: number | null;
  readonly audienceId: number | null;
}
