/** Rooms, and the sync's state of their calendars: leases, delta links, signals. */
import type { Room } from '../../domain/room.ts';
import type { Instant } from '../../domain/time.ts';

export interface RoomStore {
  /** Active room mappings (`active = 1`) by resource id; S22. */
  listActive(resourceIds?: readonly number[]): Promise<readonly Room[]>;
  /** Every room mapping, active or not, by resource id. */
  listAll(): Promise<readonly Room[]>;
  /** The active mapping of a resource, else its newest inactive one, else null. */
  find(resourceId: number): Promise<Room | null>;
  /** Whether the resource exists in the booking system at all. */
  resourceExists(resourceId: number): Promise<boolean>;
}

/** A row of `bridge_calendars`: the sync's state of one room calendar. */
export interface CalendarState {
  readonly calendar: string;
  readonly resourceId: number;
  readonly mailboxId: string | null;
  readonly deltaLink: string | null;
  /** Window the delta link was made for. */
  readonly deltaFrom: Instant | null;
  readonly deltaTo: Instant | null;
  readonly leaseOwner: string | null;
  readonly leaseExpiresAt: Instant | null;
  readonly fencingToken: number;
  /** Raised by every signal; work is outstanding while it is above `handledVersion`. */
  readonly signalVersion: number;
  readonly handledVersion: number;
  readonly lastPollAt: Instant | null;
  readonly lastSuccessAt: Instant | null;
  readonly lastBaselineAt: Instant | null;
  readonly errorCount: number;
  readonly lastError: string | null;
  readonly quarantinedUntil: Instant | null;
  /** Last time both sides were proven equal. */
  readonly lastProofAt: Instant | null;
}

/** Proof that one worker may touch one room's calendar, until `expiresAt` on the database's clock. */
export interface RoomLease {
  readonly calendar: string;
  readonly owner: string;
  /** Fencing token: raised by each claim; every mapping write of the holder names it (R12). */
  readonly token: number;
  readonly state: CalendarState;
}

export interface CalendarStore {
  /** Makes missing rows for active room mappings, one statement; returns the number made. */
  ensure(): Promise<number>;
  list(calendars?: readonly string[]): Promise<readonly CalendarState[]>;
  /**
   * Claims what is free or expired among `calendars`, in one statement; raises each fencing token. Returns only what was
   * claimed. `ttlMs` counts from the database's now.
   */
  claim(calendars: readonly string[], owner: string, ttlMs: number): Promise<readonly RoomLease[]>;
  /** Prolongs leases still held with these tokens to now + ttl; returns the calendars that were still ours. */
  renew(leases: readonly RoomLease[], ttlMs: number): Promise<readonly string[]>;
  /** Gives leases back; those lost meanwhile are left alone. */
  release(leases: readonly RoomLease[]): Promise<void>;
  /** Raises the signal version of each calendar. */
  signal(calendars: readonly string[]): Promise<void>;
  /**
   * Stores polling results, set-based, only where the lease (calendar, token) is still held. Fields left out stay. Returns the
   * calendars written.
   */
  save(changes: readonly CalendarChange[]): Promise<readonly string[]>;
}

export type CalendarChange = { readonly calendar: string; readonly token: number } & Partial<
  Pick<
    CalendarState,
    | 'mailboxId'
    | 'deltaLink'
    | 'deltaFrom'
    | 'deltaTo'
    | 'handledVersion'
    | 'lastPollAt'
    | 'lastSuccessAt'
    | 'lastBaselineAt'
    | 'errorCount'
    | 'lastError'
    | 'quarantinedUntil'
    | 'lastProofAt'
  >
>;
