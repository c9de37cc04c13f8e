/** The nouns the simulator keeps. Everything in here is plain data, so that a state can be saved as JSON. */
export type EventType = 'singleInstance' | 'occurrence' | 'exception' | 'seriesMaster';

export interface Person {
  name: string;
  address: string;
}

export interface Attendee {
  type: 'required' | 'optional' | 'resource';
  emailAddress: Person;
  status: { response: string; time: string };
}

export interface StoredBody {
  kind: 'text' | 'html';
  content: string;
}

/** What a person or an app can change of an event; exceptions of a series override a part of it. */
export interface EventFields {
  subject: string | null;
  body: StoredBody;
  /** Milliseconds UTC; for an all-day event the floating dates, written as UTC midnights. */
  start: number;
  end: number;
  isAllDay: boolean;
  startZone: string;
  endZone: string;
  locations: Record<string, unknown>[];
  categories: string[];
  showAs: string;
  sensitivity: string;
  importance: string;
  isReminderOn: boolean;
  reminderMinutes: number;
  responseRequested: boolean;
  hideAttendees: boolean;
  allowNewTimeProposals: boolean;
  isOnlineMeeting: boolean;
  onlineMeetingProvider: string;
  attendees: Attendee[];
  /** Single-value extended properties by normalised id. */
  properties: Record<string, string>;
}

export interface RecurrencePattern {
  type: 'daily' | 'weekly' | 'absoluteMonthly' | 'relativeMonthly' | 'absoluteYearly' | 'relativeYearly';
  interval: number;
  daysOfWeek: string[];
  firstDayOfWeek: string;
  dayOfMonth: number;
  month: number;
  index: string;
}

export interface RecurrenceRange {
  type: 'endDate' | 'noEnd' | 'numbered';
  startDate: string;
  endDate: string;
  numberOfOccurrences: number;
  recurrenceTimeZone: string;
}

export interface Exception {
  /** Only what differs from the master. */
  overrides: Partial<EventFields>;
}

export interface Series {
  pattern: RecurrencePattern;
  range: RecurrenceRange;
  /** Wall clock of the first occurrence, in the range's zone. */
  wallStart: number;
  wallEnd: number;
  /** Raised by every reschedule; part of the occurrence ids. */
  schedule: number;
  /** By original date. */
  exceptions: Record<string, Exception>;
  cancelled: Record<string, true>;
}

export interface StoredEvent extends EventFields {
  core: string;
  number: number;
  /** Key of the calendar folder it lies in. */
  folder: string;
  moves: number;
  /** Version of the last write; the change key is made of it. */
  version: number;
  createdAt: number;
  modifiedAt: number;
  iCalUId: string;
  transactionId: string | null;
  isCancelled: boolean;
  isOrganizer: boolean;
  organizer: Person;
  response: { response: string; time: string };
  series: Series | null;
  /** Null = live; else when it went to Deleted Items. */
  deletedAt: number | null;
  purged: boolean;
}

/** One row of a calendar: a single event, a master, or one occurrence of a series with its exception applied. */
export interface Instance {
  readonly event: StoredEvent;
  readonly type: EventType;
  /** Original date of an occurrence or exception. */
  readonly date: string | null;
  readonly originalStart: number | null;
  readonly start: number;
  readonly end: number;
  readonly overrides: Partial<EventFields> | null;
}
