/** Graph writes, noted before they are sent (R6). */
import type { EventContent } from '../../domain/room-event.ts';
import type { Instant } from '../../domain/time.ts';
import type { RoomLease } from './rooms.ts';

/** A Graph write noted before it is sent (R6). */
export interface Intent {
  readonly id: number;
  readonly mappingId: number;
  readonly calendar: string;
  readonly kind: 'create' | 'update' | 'delete' | 'decline' | 'stamp';
  /** Why, for the journal and the brake: a cause groups operations of one human act. */
  readonly cause: string;
  readonly eventId: string | null;
  /** Graph `transactionId` of a create. */
  readonly createToken: string | null;
  readonly generation: number;
  /** Exactly what is sent; a repeated create sends the same body. Null for deletes. Purged when closed. */
  readonly content: EventContent | null;
  /** `fingerprintOf` what is sent; kept when the content is purged, so that what arrives late is known as ours. */
  readonly contentHash: string | null;
  /** Booking hash to store on the mapping when it succeeds (E63: taken before the write). */
  readonly bookingHash: string | null;
  readonly fencingToken: number;
  readonly runId: string;
  readonly status: 'open' | 'done' | 'failed';
  readonly createdAt: Instant;
  readonly closedAt: Instant | null;
}

export type NewIntent = Omit<Intent, 'id' | 'status' | 'createdAt' | 'closedAt' | 'fencingToken'> & {
  /** Version of the mapping the plan was made from: the claim fails when it moved on. */
  readonly mappingVersion: number;
};

export interface IntentStore {
  /**
   * The atomic claim: one statement inserts intents whose mapping still has the planned version, has no open intent, and whose
   * lease is current. Returns intent ids by mapping id; a mapping not returned was taken or changed by somebody else.
   */
  open(lease: RoomLease, intents: readonly NewIntent[]): Promise<ReadonlyMap<number, number>>;
  /** Open intents of a calendar, oldest first; after a crash they are what may have happened in Outlook. */
  listOpen(calendars: readonly string[]): Promise<readonly Intent[]>;
  close(results: readonly { id: number; status: 'done' | 'failed'; eventId?: string | null }[]): Promise<void>;
  /** Intents of one calendar opened at or after `since`, open or closed: what may echo back (R6). */
  listRecent(calendar: string, since: Instant): Promise<readonly Intent[]>;
  /** Removes closed intents older than `before`; returns the count. */
  purge(before: Instant): Promise<number>;
}
