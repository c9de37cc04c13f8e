import type { ReservationType } from './reservation.ts';
import type { Instant } from './time.ts';

export type EventKind = 'singleInstance' | 'occurrence' | 'exception' | 'seriesMaster';
export type ShowAs = 'free' | 'tentative' | 'busy' | 'oof' | 'workingElsewhere' | 'unknown';
export type Sensitivity = 'normal' | 'personal' | 'private' | 'confidential';

/** Our property inside an event: which reservation it stands for, in which room, in which life (`generation`). */
export interface Marker {
  readonly type: ReservationType;
  readonly id: number;
  /** Absent in the two historical properties of the old service. */
  readonly resourceId: number | null;
  readonly generation: number;
}

/**
 * An event of a room calendar as read from Graph (times asked for in UTC).
 * For an all-day event `start` and `end` are floating dates written as midnight `Z`; `end` is exclusive.
 */
export interface RoomEvent {
  readonly id: string;
  readonly kind: EventKind;
  readonly changeKey: string;
  readonly iCalUId: string | null;
  readonly seriesMasterId: string | null;
  /** Occurrences and exceptions: the start the series planned, UTC. */
  readonly originalStart: Instant | null;
  readonly subject: string;
  /** Plain text asked for with `outlook.body-content-type="text"`, or HTML; `bodyType` says which. */
  readonly body: string;
  readonly bodyType: 'text' | 'html';
  readonly start: Instant;
  readonly end: Instant;
  readonly isAllDay: boolean;
  readonly isCancelled: boolean;
  /** True when the room itself is the organiser: written straight into the room's calendar. */
  readonly isOrganizer: boolean;
  readonly hasAttendees: boolean;
  readonly organizerName: string | null;
  readonly organizerAddress: string | null;
  readonly showAs: ShowAs;
  readonly sensitivity: Sensitivity;
  readonly location: string | null;
  /** The room's own answer to the invitation. */
  readonly response: 'none' | 'organizer' | 'tentativelyAccepted' | 'accepted' | 'declined' | 'notResponded';
  readonly createdAt: Instant | null;
  readonly lastModifiedAt: Instant | null;
  /** Only where the read expanded it; `undefined` = not asked for, `null` = asked for and absent. */
  readonly marker: Marker | null | undefined;
}

/**
 * What we write into an event. There is no way to express attendees here (R9).
 * `start`/`end`: `dateTime` without offset, in `timeZone` (a Windows zone name, or `UTC` where the wall clock is
 * ambiguous or does not exist, E1, E2). All-day: both at midnight, `end` exclusive.
 */
export interface EventContent {
  readonly subject: string;
  /** Plain text. */
  readonly body: string;
  readonly start: GraphTime;
  readonly end: GraphTime;
  readonly isAllDay: boolean;
  readonly location: string | null;
  readonly sensitivity: 'normal' | 'private';
  readonly showAs: 'busy';
}

export interface GraphTime {
  /** `2027-03-01T08:00:00` */
  readonly dateTime: string;
  readonly timeZone: string;
}
