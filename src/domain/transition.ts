/** What a transition of a mapping's state consists of; `transitions.ts` lists them. */
import type { MappingStatus } from './mapping.ts';

export type TransitionNumber =
  | 'T1'
  | 'T2'
  | 'T3'
  | 'T4'
  | 'T5'
  | 'T6'
  | 'T7'
  | 'T8'
  | 'T9'
  | 'T10'
  | 'T11'
  | 'T12'
  | 'T13'
  | 'T14'
  | 'T15'
  | 'T16'
  | 'T17'
  | 'T18';

/** What sets a transition off; with both ends it names exactly one row of `TRANSITIONS`. */
export type TransitionTrigger =
  | 'reservation-found'
  | 'covered'
  | 'written'
  | 'write-failed'
  | 'content-changed'
  | 'cover-gone'
  | 'reservation-gone'
  | 'deletion-failed'
  | 're-enabled'
  | 'event-found'
  | 'import-committed'
  | 'import-failed'
  | 'overlap-found'
  | 'overlap-gone'
  | 'event-gone'
  | 'event-edited'
  | 'event-edit-refused'
  | 'event-restored'
  | 'event-marked'
  | 'both-edited'
  | 'conflict-decided'
  | 'cleaned-up';

export interface Transition {
  readonly number: TransitionNumber;
  /** `null`: no row yet. */
  readonly from: readonly (MappingStatus | null)[];
  readonly to: MappingStatus | 'removed';
  readonly trigger: TransitionTrigger;
  /** When it happens, in words. */
  readonly when: string;
  /** What else changes, in words. */
  readonly effects: string;
}
