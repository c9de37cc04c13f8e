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

/**
 * Every way a mapping changes its state, T1 to T18. Rows with the same number are variants of one
 * transition. Where two rows share both ends, the usual one comes first.
 */
export const TRANSITIONS: readonly Transition[] = [
  {
    number: 'T1',
    from: [null],
    to: 'pending',
    trigger: 'reservation-found',
    when: 'an active reservation is on a mapped room',
    effects: 'direction booking_to_outlook, priority of its type',
  },
  {
    number: 'T2',
    from: [null],
    to: 'conflict',
    trigger: 'covered',
    when: 'the same, but better reservations are in its place',
    effects: 'message names them',
  },
  {
    number: 'T3',
    from: ['pending', 'error'],
    to: 'synced',
    trigger: 'written',
    when: 'the event was created, updated, adopted or found equal',
    effects: 'event id, change key, hashes and time stored; error and counter cleared',
  },
  {
    number: 'T4',
    from: ['pending', 'error'],
    to: 'error',
    trigger: 'write-failed',
    when: 'an attempt to write failed',
    effects: 'message, counter, next attempt; no further attempt when only a change of the reservation can cure it',
  },
  {
    number: 'T5',
    from: ['synced', 'error'],
    to: 'pending',
    trigger: 'content-changed',
    when: 'the content hash differs, or a push is forced',
    effects: 'error and counter cleared',
  },
  {
    number: 'T6',
    from: ['pending', 'synced', 'error'],
    to: 'conflict',
    trigger: 'covered',
    when: 'better reservations came into its place',
    effects: 'message names them; event deleted, id cleared',
  },
  {
    number: 'T6',
    from: ['pending', 'synced', 'error'],
    to: 'conflict',
    trigger: 'both-edited',
    when: 'an edit in Outlook cannot be accepted or refused without a person',
    effects: 'both versions kept; the event stays',
  },
  {
    number: 'T7',
    from: ['conflict'],
    to: 'pending',
    trigger: 'cover-gone',
    when: 'nothing better is in its place any more',
    effects: 'error cleared',
  },
  {
    number: 'T7',
    from: ['conflict'],
    to: 'pending',
    trigger: 'conflict-decided',
    when: 'a person decided for the booking side',
    effects: 'error cleared; the loser stays in the journal',
  },
  {
    number: 'T8',
    from: ['pending', 'synced', 'error', 'conflict'],
    to: 'cancelled',
    trigger: 'reservation-gone',
    when: 'the reservation is inactive or gone, or the room no longer linked',
    effects: 'event deleted (already gone counts), id kept for the audit; cancelled_by booking',
  },
  {
    number: 'T9',
    from: ['pending', 'synced', 'error', 'conflict'],
    to: 'error',
    trigger: 'deletion-failed',
    when: 'the deletion of T6 or T8 failed for another reason',
    effects: 'id kept, deletion retried, never forgotten',
  },
  {
    number: 'T10',
    from: ['cancelled'],
    to: 'pending',
    trigger: 're-enabled',
    when: 'the reservation is active and linked again',
    effects: 'event id, change key and baseline cleared, next generation, direction booking_to_outlook',
  },
  {
    number: 'T10',
    from: ['cancelled'],
    to: 'synced',
    trigger: 'event-restored',
    when: 'the event was restored in Outlook and its slot is still free',
    effects: 'reservation active = 1, event id kept',
  },
  {
    number: 'T10',
    from: ['cancelled'],
    to: 'pending',
    trigger: 'event-restored',
    when: 'the same, but it may differ from the reservation, which decides',
    effects: 'reservation active = 1, event id kept',
  },
  {
    number: 'T10',
    from: ['cancelled'],
    to: 'conflict',
    trigger: 'event-restored',
    when: 'the event was restored in Outlook, but its slot is taken',
    effects: 'message names who took it; the event stays',
  },
  {
    number: 'T11',
    from: ['cancelled'],
    to: 'imported',
    trigger: 'event-restored',
    when: 'the event was restored in Outlook, but no reservation stands for it any more',
    effects: 'snapshot stored',
  },
  {
    number: 'T11',
    from: [null],
    to: 'imported',
    trigger: 'event-found',
    when: "somebody else's confirmed, busy event is in a mapped room",
    effects: 'snapshot stored',
  },
  {
    number: 'T12',
    from: ['imported'],
    to: 'synced',
    trigger: 'import-committed',
    when: 'the reservation was made or joined in one transaction',
    effects: 'type event, id, one mapping per room of the meeting',
  },
  {
    number: 'T13',
    from: ['imported'],
    to: 'imported',
    trigger: 'import-failed',
    when: 'that transaction was rolled back',
    effects: 'message, counter, next attempt',
  },
  {
    number: 'T14',
    from: ['imported'],
    to: 'conflict',
    trigger: 'overlap-found',
    when: 'it overlaps an event of the booking system',
    effects: 'message names it',
  },
  {
    number: 'T14',
    from: ['conflict'],
    to: 'imported',
    trigger: 'overlap-gone',
    when: 'the overlap is gone',
    effects: 'error cleared',
  },
  {
    number: 'T15',
    from: ['synced', 'pending', 'error', 'conflict', 'imported'],
    to: 'cancelled',
    trigger: 'event-gone',
    when: 'the event was deleted or cancelled in Outlook, or declined by the room',
    effects: 'reservation active = 0 and the note, once; an import is dropped; cancelled_by outlook',
  },
  {
    number: 'T16',
    from: ['synced'],
    to: 'synced',
    trigger: 'event-edited',
    when: 'an edit in Outlook was accepted',
    effects: 'reservation and its date row written in one transaction',
  },
  {
    number: 'T16',
    from: ['conflict'],
    to: 'synced',
    trigger: 'conflict-decided',
    when: 'a person decided for Outlook, or for leaving both as they are',
    effects: 'reservation written in one transaction; the loser stays in the journal',
  },
  {
    number: 'T17',
    from: ['synced'],
    to: 'pending',
    trigger: 'event-edit-refused',
    when: 'an edit in Outlook was not accepted',
    effects: 'the next push writes the booking side over it',
  },
  {
    number: 'T18',
    from: ['cancelled', 'pending'],
    to: 'removed',
    trigger: 'cleaned-up',
    when: 'the reservation row is gone (or was never named) and no event lives',
    effects: 'row deleted',
  },
];
