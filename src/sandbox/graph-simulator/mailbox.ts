import type { ChangeLog } from './change-log.ts';
import type { StoredEvent } from './model.ts';
import type { Timeline } from './timeline.ts';

export interface CalendarFolder {
  readonly key: string;
  readonly name: string;
  readonly isDefault: boolean;
  /** Single events by time. */
  readonly timeline: Timeline;
  readonly masters: Set<StoredEvent>;
}

/** `ok`, or what every call on the mailbox is answered with. */
export type MailboxHealth =
  | 'ok'
  | 'access-denied'
  | 'MailboxNotEnabledForRESTAPI'
  | 'ErrorNonExistentMailbox'
  | 'ErrorInvalidUser'
  | 'Request_ResourceNotFound'
  | 'extensionError'
  | 'ErrorQuotaExceeded';

/** Room processing as `Set-CalendarProcessing` knows it. */
export interface CalendarProcessing {
  automateProcessing: 'AutoAccept' | 'None';
  deleteSubject: boolean;
  addOrganizerToSubject: boolean;
  deleteComments: boolean;
  removePrivateProperty: boolean;
  removeCanceledMeetings: boolean;
  addNewRequestsTentatively: boolean;
  allowConflicts: boolean;
  bookingWindowInDays: number;
  maximumDurationInMinutes: number;
  enforceSchedulingHorizon: boolean;
  /** Whether requests from other tenants are looked at. */
  processExternalMeetingMessages: boolean;
}

export interface Mailbox {
  /** Object id of the user. */
  readonly id: string;
  readonly tenant: string;
  readonly tag: string;
  address: string;
  name: string;
  readonly kind: 'room' | 'user';
  health: MailboxHealth;
  processing: CalendarProcessing;
  /** Number of writes so far. */
  version: number;
  nextNumber: number;
  readonly events: Map<string, StoredEvent>;
  readonly folders: Map<string, CalendarFolder>;
  readonly changes: ChangeLog;
  readonly transactions: Map<string, { core: string; bodyHash: number }>;
  /** Cores by `property id \0 lower-case value`. */
  readonly byProperty: Map<string, Set<string>>;
  /** Live copies of meetings by iCalUId. */
  readonly byICalUId: Map<string, StoredEvent>;
  /** Delta tokens of an older generation are dead. */
  syncGeneration: number;
}

export const DEFAULT_FOLDER = 'default';
