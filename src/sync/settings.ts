import type { ContentSettings } from '../domain/content.ts';
import type { ConflictPolicy } from '../domain/occupancy.ts';
import type { Clock, Ids, Log, RoomCalendars, SyncStore, WakeUps } from './ports.ts';

/** Everything the engine may be told; parsed and documented in `config.ts`. Durations in milliseconds unless named otherwise. */
export interface SyncSettings {
  /** IANA zone of every wall-clock value in the booking system. */
  readonly zone: string;
  readonly windowPastDays: number;
  readonly windowFutureDays: number;
  readonly conflictPolicy: ConflictPolicy;
  readonly outlookEditPolicy: 'merge' | 'revert' | 'manual';
  readonly outlookDeletePolicy: 'cancel' | 'recreate';
  readonly importOnOverlap: 'conflict' | 'create';
  readonly importTentative: boolean;
  /** Events shown as free or working elsewhere (E33). */
  readonly importFree: boolean;
  /** Decline the room's copy of a person's meeting when its reservation is cancelled: the one act that mails (R9). */
  readonly declineRoomCopies: boolean;
  /** Replaces the title of private imports; null keeps it (E8). */
  readonly privateImportTitle: string | null;
  /** Import defaults; null = looked up. */
  readonly defaultActivityId: number | null;
  readonly defaultAgegroupId: number | null;
  readonly defaultAudienceId: number | null;
  readonly content: ContentSettings;
  /** R4: parks when more than `brakeCount` and more than `brakePercent` % would be cancelled in a rolling 24 h. */
  readonly brakeCount: number;
  readonly brakePercent: number;
  readonly leaseMs: number;
  /** How long an HTTP call waits for a leased room before it leaves a signal. */
  readonly leaseWaitMs: number;
  /** Rooms worked on side by side. */
  readonly roomConcurrency: number;
  /** Rooms read together by set-based statements. */
  readonly shardSize: number;
  /** Longest time one call or timer works before it stops gracefully. */
  readonly runMs: number;
  /** Back-off of failed rows by attempt. */
  readonly backoffMinutes: readonly number[];
  readonly journalRetentionDays: number;
}

/** What every use case of the engine is given first. */
export interface SyncDeps {
  readonly store: SyncStore;
  readonly calendars: RoomCalendars;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly wakeUps: WakeUps;
  readonly settings: SyncSettings;
}

/** Who asked for a run, and until when it may work. */
export interface RunContext {
  readonly runId: string;
  readonly job: string;
  readonly trigger: 'timer' | 'http' | 'queue' | 'sandbox';
  /** Journal actor. */
  readonly actor: string;
  /** Epoch milliseconds; work not begun by then is left to the next run. */
  readonly deadline: number;
  /** Plan only: nothing is written on either side. */
  readonly dryRun: boolean;
}
