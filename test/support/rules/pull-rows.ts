import type { Mapping } from '../../../src/domain/mapping.ts';
import type { RoomEvent } from '../../../src/domain/room-event.ts';
import { decisionsFor, OUTCOMES } from '../../../src/sync/conflict-rules.ts';
import type { ImportSkip } from '../../../src/sync/import-plan.ts';
import type { PullStep } from '../../../src/sync/pull-steps.ts';
import type { ConflictDecision, ConflictKind } from '../../../src/sync/results.ts';
import type { RuleTable } from './rule-table.ts';

/** What one observed event of a room calendar means. */
export interface PullRow {
  readonly story: string;
  /**
   * Which mapping there is: `its own` (both sides agreed on version k1), `of its marker`, `of its meeting` under another id, `hollow` (an
   * operator's reset left only the meeting), or none.
   */
  readonly mapping: 'its own' | 'of its marker' | 'of its meeting' | 'hollow' | 'none';
  /** What differs from that mapping. */
  readonly row?: Partial<Mapping>;
  /** What differs from our own event of version k1, whose marker names the reservation. */
  readonly event?: Partial<RoomEvent>;
  /** `gone`: the reservation is not active in this room. */
  readonly reservation?: 'active' | 'gone';
  /** An unfinished write of ours sent exactly what Outlook shows. */
  readonly underWay?: true;
  readonly step: PullStep['kind'];
  readonly means: string;
}

const FOREIGN: Partial<RoomEvent> = { marker: null, id: 'E2', iCalUId: 'u2' };
const IMPORT: Partial<Mapping> = { status: 'imported', reservationId: null, type: null, origin: 'outlook' };
const OVER: Partial<Mapping> = { startsAt: '2027-02-27 10:00:00', endsAt: '2027-02-27 11:00:00' };
const OVER_EVENT: Partial<RoomEvent> = {
  changeKey: 'k2',
  start: '2027-02-27T09:00:00.000Z',
  end: '2027-02-27T10:00:00.000Z',
};

// biome-ignore format: one case per line
export const PULL_ROWS: readonly PullRow[] = [
  { story: 'our own write comes back', mapping: 'its own', step: 'none', means: 'nothing' },
  { story: 'a new version of the same content', mapping: 'its own', event: { changeKey: 'k2' }, step: 'touch', means: 'the version is noted' },
  { story: 'R6: our own content before its answer arrived', mapping: 'its own', event: { changeKey: 'k2', subject: 'Korps 2' }, underWay: true, step: 'touch', means: 'the version is noted' },
  { story: 'a person renamed it', mapping: 'its own', event: { changeKey: 'k2', subject: 'Korps og kor' }, step: 'edit', means: 'merged field by field' },
  { story: 'E63: the reservation vanished meanwhile', mapping: 'its own', event: { changeKey: 'k2', subject: 'Korps og kor' }, reservation: 'gone', step: 'touch', means: 'detection decides' },
  { story: 'E31: cancelled by its organiser', mapping: 'its own', event: { changeKey: 'k2', isCancelled: true }, step: 'gone', means: 'proof of removal' },
  { story: 'E32: declined by the room', mapping: 'its own', event: { changeKey: 'k2', response: 'declined' }, step: 'gone', means: 'proof of removal' },
  { story: 'E28: over before the window, edited in Outlook', mapping: 'its own', row: OVER, event: { ...OVER_EVENT, subject: 'Ny' }, step: 'touch', means: 'the version is noted, nothing else' },
  { story: 'E6, E28: over before the window, its series cancelled', mapping: 'its own', row: OVER, event: { ...OVER_EVENT, isCancelled: true }, step: 'touch', means: 'the version is noted, nothing is cancelled' },
  { story: 'over before the window, moved back into it', mapping: 'its own', row: OVER, event: { changeKey: 'k2', subject: 'Ny' }, step: 'edit', means: 'merged field by field' },
  { story: 'seen again after it looked gone', mapping: 'its own', row: { goneSince: '2027-03-01T06:00:00.000Z' }, step: 'touch', means: 'not gone any more' },
  { story: 'a waiting import follows its event', mapping: 'its own', row: IMPORT, event: { changeKey: 'k2', subject: 'Ny' }, step: 'refresh', means: 'the snapshot is renewed' },
  { story: 'E66: a cancelled event is back', mapping: 'its own', row: { status: 'cancelled', cancelledBy: 'outlook' }, event: { changeKey: 'k2' }, step: 'restored', means: 'looked up, then re-enabled or parked' },
  { story: 'cancelled, nothing new about the event', mapping: 'its own', row: { status: 'cancelled', cancelledBy: 'outlook' }, step: 'none', means: 'nothing' },
  { story: "R9: a cancelled guest's copy that was left in Outlook", mapping: 'its own', row: { status: 'cancelled', cancelledBy: 'booking', roomCopy: true }, event: { changeKey: 'k2' }, step: 'none', means: 'it never went away' },
  { story: 'T11: somebody booked the room', mapping: 'none', event: FOREIGN, step: 'import', means: 'waits for its import' },
  { story: 'E33: shown as free', mapping: 'none', event: { ...FOREIGN, showAs: 'free' }, step: 'skip', means: 'left alone' },
  { story: 'E7, E42: a known meeting under a new id', mapping: 'of its meeting', event: { ...FOREIGN, changeKey: 'k2' }, step: 'relink', means: 'the mapping follows' },
  { story: 'the same, and a person edited it', mapping: 'of its meeting', event: { ...FOREIGN, changeKey: 'k2', subject: 'Korps og kor' }, step: 'edit', means: 'the mapping follows, merged field by field' },
  { story: 'the same, cancelled by its organiser', mapping: 'of its meeting', event: { ...FOREIGN, isCancelled: true }, step: 'gone', means: 'proof of removal' },
  { story: "E36: a person's meeting after a reset", mapping: 'hollow', event: FOREIGN, step: 'relink', means: 'waits for its import again, then finds its reservation' },
  { story: 'E36: the same, not for us', mapping: 'hollow', event: { ...FOREIGN, showAs: 'free' }, step: 'skip', means: 'left alone' },
  { story: 'E37: our event, whose answer was lost', mapping: 'of its marker', step: 'adopt', means: 'the mapping gets its event' },
  { story: 'our event comes up after we had given it up', mapping: 'of its marker', row: { status: 'cancelled' }, step: 'adopt', means: 'live again, so that detection deletes it on proof' },
  { story: 'the same, held back on request', mapping: 'of its marker', row: { status: 'cancelled', held: true }, step: 'ghost', means: 'listed; deleted once the hold has ended' },
  { story: 'R7, R9: two events with guests, one of them left in Outlook', mapping: 'of its marker', row: { status: 'cancelled', cancelledBy: 'booking', roomCopy: true, eventId: 'E0' }, event: { hasAttendees: true }, step: 'ghost', means: 'listed, or they would take turns' },
    { story: 'R9, E66: an older life of it brought back beside that one', mapping: 'of its marker', row: { status: 'cancelled', cancelledBy: 'booking', roomCopy: true, eventId: 'E0' }, step: 'ghost', means: 'listed; the one with guests stays known' },
  { story: 'our event a second time', mapping: 'of its marker', row: { eventId: 'E0' }, step: 'ghost', means: 'listed' },
  { story: 'E36: our event, the mapping lost', mapping: 'none', step: 'adopt-new', means: 'the mapping is made again' },
  { story: 'R2: our event, its reservation gone', mapping: 'none', reservation: 'gone', step: 'ghost', means: 'listed, never imported' },
  { story: 'R2: our event of another room', mapping: 'none', event: { marker: { type: 'event', id: 1001, resourceId: 104, generation: 0 } }, step: 'skip', means: 'never imported' },
  { story: 'our event, cancelled', mapping: 'none', event: { isCancelled: true }, step: 'none', means: 'nothing' },
];

/** Why an event is not imported. */
export interface ImportSkipRow {
  readonly story: string;
  /** What differs from an accepted, busy meeting of a person inside the window. */
  readonly event: Partial<RoomEvent>;
  readonly setting?: Readonly<Record<string, unknown>>;
  readonly skip: ImportSkip | null;
}

// biome-ignore format: one case per line
export const IMPORT_SKIP_ROWS: readonly ImportSkipRow[] = [
  { story: "a person's accepted meeting", event: {}, skip: null },
  { story: 'an event written straight into the room', event: { isOrganizer: true, hasAttendees: false, response: 'organizer' }, skip: null },
  { story: 'E6: the master of a series', event: { kind: 'seriesMaster' }, skip: 'series_master' },
  { story: 'R2: our own event', event: { marker: { type: 'event', id: 1, resourceId: 103, generation: 0 } }, skip: 'own_event' },
  { story: 'R2: an event of the former service', event: { marker: { type: 'event', id: 1, resourceId: null, generation: 0 } }, skip: 'own_event' },
  { story: 'nothing is imported from this room', event: {}, setting: { 'room direction': 'booking_to_outlook' }, skip: 'direction' },
  { story: 'E31: cancelled, judged by the flag', event: { isCancelled: true, subject: 'Møte' }, skip: 'cancelled' },
  { story: 'E31: the prefix alone proves nothing', event: { subject: 'Canceled: Møte' }, skip: null },
  { story: 'E32: declined by the room', event: { response: 'declined' }, skip: 'declined' },
  { story: 'E32: tentative', event: { showAs: 'tentative' }, skip: 'tentative' },
  { story: 'E32: not answered by the room yet', event: { response: 'notResponded' }, skip: 'tentative' },
  { story: 'E32: tentative, imported by setting', event: { showAs: 'tentative' }, setting: { importTentative: true }, skip: null },
  { story: 'E33: free', event: { showAs: 'free' }, skip: 'free' },
  { story: 'E33: working elsewhere', event: { showAs: 'workingElsewhere' }, skip: 'free' },
  { story: 'E33: free, imported by setting', event: { showAs: 'free' }, setting: { importFree: true }, skip: null },
  { story: 'out of office blocks the room', event: { showAs: 'oof' }, skip: null },
  { story: 'E34: no length', event: { end: '2027-03-02T09:00:00.000Z' }, skip: 'invalid_time' },
  { story: 'E28: over before the window', event: { start: '2027-02-27T07:00:00.000Z', end: '2027-02-28T07:00:00.000Z' }, skip: 'out_of_window' },
  { story: 'E29: crosses the edge of the window', event: { start: '2027-02-27T07:00:00.000Z', end: '2027-02-28T07:01:00.000Z' }, skip: null },
  { story: 'beyond the horizon', event: { start: '2028-03-01T07:00:00.000Z', end: '2028-03-01T08:00:00.000Z' }, skip: 'out_of_window' },
];

const KINDS: readonly ConflictKind[] = ['edited', 'overlap', 'doubtful', 'restored'];
const DECISIONS: readonly ConflictDecision[] = ['keep_booking', 'keep_outlook', 'keep_both', 'dismiss'];

/** Whose decisions are open: our own event of an event row, a person's meeting, and a rental. */
const SUBJECTS = [
  { words: 'everywhere', row: { type: 'event', roomCopy: false } },
  { words: "person's meeting", row: { type: 'event', roomCopy: true } },
  { words: 'booking or allocation', row: { type: 'booking', roomCopy: false } },
] as const;

/** Every conflict, decision, and for whom it is not open. */
export const DECISION_ROWS = KINDS.flatMap((kind) =>
  DECISIONS.map((decision) => ({
    kind,
    decision,
    outcome: OUTCOMES[kind][decision],
    notFor: SUBJECTS.filter(({ row }) => !decisionsFor(kind, row).includes(decision)).map(({ words }) => words),
  })),
);

const words = (given: Readonly<Record<string, unknown>> | undefined) =>
  Object.entries(given ?? {})
    .map(([name, value]) =>
      typeof value === 'object' ? `${name} ${JSON.stringify(value)}` : `${name} ${String(value)}`,
    )
    .join(', ');

export const pullTables: readonly RuleTable[] = [
  {
    name: 'outlook-changes',
    headings: ['case', 'mapping', 'where', 'event', 'step', 'what it means'],
    rows: PULL_ROWS.map((row) => [
      row.story,
      row.mapping,
      [
        words(row.row),
        row.reservation === 'gone' ? 'reservation not active' : '',
        row.underWay === true ? 'our write is under way' : '',
      ]
        .filter((part) => part !== '')
        .join('; '),
      words(row.event),
      row.step,
      row.means,
    ]),
  },
  {
    name: 'imports',
    headings: ['case', 'event', 'given', 'left alone as'],
    rows: IMPORT_SKIP_ROWS.map((row) => [row.story, words(row.event), words(row.setting), row.skip ?? 'imported']),
  },
  {
    name: 'decisions',
    headings: ['conflict', 'decision', 'what follows', 'not possible for'],
    rows: DECISION_ROWS.map((row) => [row.kind, row.decision, row.outcome, row.notFor.join(', ')]),
  },
];
