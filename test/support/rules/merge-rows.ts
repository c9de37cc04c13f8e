import type { DeletionVerdict, EventGone } from '../../../src/domain/deletion.ts';
import type { FieldDecision, MergeInput, OverruleReason, SyncedField } from '../../../src/domain/merge.ts';
import type { RuleTable } from './rule-table.ts';

/** One field in three versions, `A` to `C` standing for values; null = the sides never agreed. */
export interface MergeRow {
  readonly story: string;
  readonly field: SyncedField;
  readonly agreed: string | null;
  readonly booking: string;
  readonly outlook: string;
  /** What differs from an event born in the booking system, authority shared, policy merge, written by us. */
  readonly given: Partial<Pick<MergeInput, 'origin' | 'reservationType' | 'authority' | 'policy' | 'isRoomCopy'>>;
  readonly decision: FieldDecision;
  /** Whose version lost, and why; null where nothing was lost. */
  readonly loser: readonly ['booking' | 'outlook', OverruleReason] | null;
}

// biome-ignore format: one case per line
export const MERGE_ROWS: readonly MergeRow[] = [
  { story: 'nothing changed', field: 'subject', agreed: 'A', booking: 'A', outlook: 'A', given: {}, decision: 'none', loser: null },
  { story: 'edited in the booking system', field: 'time', agreed: 'A', booking: 'B', outlook: 'A', given: {}, decision: 'to-outlook', loser: null },
  { story: 'an event of the booking system renamed in Outlook', field: 'subject', agreed: 'A', booking: 'A', outlook: 'B', given: {}, decision: 'to-booking', loser: null },
  { story: 'T16: an imported meeting edited in Outlook', field: 'time', agreed: 'A', booking: 'A', outlook: 'B', given: { origin: 'outlook' }, decision: 'to-booking', loser: null },
  { story: 'an imported meeting edited in the booking system', field: 'subject', agreed: 'A', booking: 'B', outlook: 'A', given: { origin: 'outlook' }, decision: 'to-outlook', loser: null },
  { story: 'E11: both edited alike', field: 'time', agreed: 'A', booking: 'B', outlook: 'B', given: {}, decision: 'none', loser: null },
  { story: 'E10: both edited, born in the booking system', field: 'subject', agreed: 'A', booking: 'B', outlook: 'C', given: {}, decision: 'to-outlook', loser: ['outlook', 'origin'] },
  { story: 'E10: both edited, born in Outlook', field: 'subject', agreed: 'A', booking: 'B', outlook: 'C', given: { origin: 'outlook' }, decision: 'to-booking', loser: ['booking', 'origin'] },
  { story: 'both edited, the room belongs to Outlook', field: 'time', agreed: 'A', booking: 'B', outlook: 'C', given: { authority: 'outlook' }, decision: 'to-booking', loser: ['booking', 'authority'] },
  { story: 'both edited, the room belongs to the booking system', field: 'time', agreed: 'A', booking: 'B', outlook: 'C', given: { authority: 'booking', origin: 'outlook' }, decision: 'to-outlook', loser: ['outlook', 'authority'] },
  { story: 'the room belongs to the booking system, only Outlook edited', field: 'time', agreed: 'A', booking: 'A', outlook: 'B', given: { authority: 'booking' }, decision: 'to-booking', loser: null },
  { story: 'E10: policy manual parks what both edited', field: 'subject', agreed: 'A', booking: 'B', outlook: 'C', given: { policy: 'manual' }, decision: 'conflict', loser: null },
  { story: 'policy manual lets one-sided edits flow', field: 'subject', agreed: 'A', booking: 'A', outlook: 'B', given: { policy: 'manual' }, decision: 'to-booking', loser: null },
  { story: 'T17: policy revert writes the booking side back', field: 'time', agreed: 'A', booking: 'A', outlook: 'B', given: { policy: 'revert' }, decision: 'to-outlook', loser: ['outlook', 'policy'] },
  { story: 'policy revert leaves imported meetings to their people', field: 'time', agreed: 'A', booking: 'A', outlook: 'B', given: { policy: 'revert', origin: 'outlook' }, decision: 'to-booking', loser: null },
  { story: 'T17: a booking edited in Outlook has no column for it', field: 'time', agreed: 'A', booking: 'A', outlook: 'B', given: { reservationType: 'booking' }, decision: 'to-outlook', loser: ['outlook', 'no-column'] },
  { story: 'T17: an allocation renamed in Outlook', field: 'subject', agreed: 'A', booking: 'A', outlook: 'B', given: { reservationType: 'allocation' }, decision: 'to-outlook', loser: ['outlook', 'no-column'] },
  { story: 'a booking both edited, though the room belongs to Outlook', field: 'time', agreed: 'A', booking: 'B', outlook: 'C', given: { reservationType: 'booking', authority: 'outlook' }, decision: 'to-outlook', loser: ['outlook', 'no-column'] },
  { story: 'a location typed over in Outlook', field: 'location', agreed: 'A', booking: 'A', outlook: 'B', given: {}, decision: 'to-outlook', loser: ['outlook', 'no-column'] },
  { story: 'the room was renamed', field: 'location', agreed: 'A', booking: 'B', outlook: 'A', given: {}, decision: 'to-outlook', loser: null },
  { story: 'made private in Outlook', field: 'sensitivity', agreed: 'A', booking: 'A', outlook: 'B', given: {}, decision: 'to-booking', loser: null },
  { story: 'never agreed, equal', field: 'body', agreed: null, booking: 'A', outlook: 'A', given: {}, decision: 'none', loser: null },
  { story: 'never agreed, different', field: 'body', agreed: null, booking: 'A', outlook: 'B', given: {}, decision: 'to-outlook', loser: ['outlook', 'origin'] },
  { story: 'never agreed, different, policy manual', field: 'body', agreed: null, booking: 'A', outlook: 'B', given: { policy: 'manual' }, decision: 'conflict', loser: null },
  { story: "E47: a clerk moved a person's meeting", field: 'time', agreed: 'A', booking: 'B', outlook: 'A', given: { origin: 'outlook', isRoomCopy: true }, decision: 'conflict', loser: null },
  { story: "E47: a clerk renamed a person's meeting", field: 'subject', agreed: 'A', booking: 'B', outlook: 'A', given: { origin: 'outlook', isRoomCopy: true }, decision: 'conflict', loser: null },
  { story: "E47: policy revert restores the organiser's version", field: 'time', agreed: 'A', booking: 'B', outlook: 'A', given: { origin: 'outlook', isRoomCopy: true, policy: 'revert' }, decision: 'to-booking', loser: ['booking', 'room-copy'] },
  { story: "a clerk's note on a person's meeting stays in the booking system", field: 'body', agreed: 'A', booking: 'B', outlook: 'A', given: { origin: 'outlook', isRoomCopy: true }, decision: 'none', loser: null },
  { story: "a person's meeting moved by its organiser", field: 'time', agreed: 'A', booking: 'A', outlook: 'B', given: { origin: 'outlook', isRoomCopy: true }, decision: 'to-booking', loser: null },
  { story: 'somebody invited people to a booking and moved it', field: 'time', agreed: 'A', booking: 'A', outlook: 'B', given: { reservationType: 'booking', isRoomCopy: true }, decision: 'conflict', loser: null },
];

/** An event deleted in Outlook, by proof (R3). */
export interface EventGoneRow {
  readonly story: string;
  /** What differs from the only room of an untouched event born in the booking system, policy cancel. */
  readonly given: Partial<EventGone>;
  readonly act: DeletionVerdict['act'];
  readonly warns: boolean;
}

// biome-ignore format: one case per line
export const EVENT_GONE_ROWS: readonly EventGoneRow[] = [
  { story: 'T15: its only room', given: {}, act: 'cancel-reservation', warns: false },
  { story: 'T15: an imported event', given: { origin: 'outlook' }, act: 'cancel-reservation', warns: false },
  { story: 'E17: one of two rooms, born in the booking system', given: { otherRooms: 1 }, act: 'recreate-event', warns: true },
  { story: 'E17: one of two rooms, born in Outlook', given: { otherRooms: 1, origin: 'outlook' }, act: 'unlink-room', warns: false },
  { story: 'E22: edited in the booking system meanwhile', given: { bookingEdited: true }, act: 'recreate-event', warns: true },
  { story: 'E22: edited meanwhile, born in Outlook', given: { bookingEdited: true, origin: 'outlook' }, act: 'recreate-event', warns: true },
  { story: 'policy recreate', given: { policy: 'recreate' }, act: 'recreate-event', warns: false },
  { story: 'somebody invited people to one of two copies, then deleted it', given: { isRoomCopy: true, otherRooms: 1 }, act: 'recreate-event', warns: true },
  { story: 'somebody invited people to it, it was edited, then deleted', given: { isRoomCopy: true, bookingEdited: true }, act: 'recreate-event', warns: true },
  { story: "a person's meeting left its only room", given: { origin: 'outlook', isRoomCopy: true }, act: 'cancel-reservation', warns: false },
  { story: "a person's meeting left one of two rooms", given: { origin: 'outlook', isRoomCopy: true, otherRooms: 1 }, act: 'unlink-room', warns: false },
  { story: "a person's meeting is over, whatever a clerk noted on it", given: { origin: 'outlook', isRoomCopy: true, bookingEdited: true }, act: 'cancel-reservation', warns: false },
  { story: "a person's meeting is over, policy recreate", given: { origin: 'outlook', isRoomCopy: true, policy: 'recreate' }, act: 'cancel-reservation', warns: false },
];

/** A reservation cancelled in the booking system. */
export interface WithdrawalRow {
  readonly story: string;
  readonly isOrganizer: boolean;
  readonly hasAttendees: boolean;
  readonly declineRoomCopies: boolean;
  readonly act: 'delete-event' | 'decline-event' | 'leave-event';
}

// biome-ignore format: one case per line
export const WITHDRAWAL_ROWS: readonly WithdrawalRow[] = [
  { story: 'our own event', isOrganizer: true, hasAttendees: false, declineRoomCopies: false, act: 'delete-event' },
  { story: 'our own event, declining switched on', isOrganizer: true, hasAttendees: false, declineRoomCopies: true, act: 'delete-event' },
  { story: "R9: a person's meeting", isOrganizer: false, hasAttendees: true, declineRoomCopies: false, act: 'leave-event' },
  { story: "E46: a person's meeting, declining switched on", isOrganizer: false, hasAttendees: true, declineRoomCopies: true, act: 'decline-event' },
  { story: "R9: people were invited from the room's mailbox", isOrganizer: true, hasAttendees: true, declineRoomCopies: true, act: 'leave-event' },
];

const words = (given: Readonly<Record<string, unknown>>) =>
  Object.entries(given)
    .map(([name, value]) => (value === true ? name : `${name} ${value}`))
    .join(', ');

export const mergeTables: readonly RuleTable[] = [
  {
    name: 'merge',
    headings: ['case', 'field', 'agreed', 'booking', 'Outlook', 'given', 'decision', 'loser kept in the journal'],
    rows: MERGE_ROWS.map((row) => [
      row.story,
      row.field,
      row.agreed ?? '–',
      row.booking,
      row.outlook,
      words(row.given),
      row.decision,
      row.loser === null ? '' : `${row.loser[0]} (${row.loser[1]})`,
    ]),
  },
  {
    name: 'event-gone',
    headings: ['case', 'given', 'what happens', 'warning'],
    rows: EVENT_GONE_ROWS.map((row) => [row.story, words(row.given), row.act, row.warns ? 'yes' : '']),
  },
  {
    name: 'withdrawal',
    headings: ['case', 'room organises', 'attendees', 'declining on', 'what happens'],
    rows: WITHDRAWAL_ROWS.map((row) => [
      row.story,
      ...[row.isOrganizer, row.hasAttendees, row.declineRoomCopies].map((flag) => (flag ? 'yes' : 'no')),
      row.act,
    ]),
  },
];
