import type { RoomReservation } from '../../../src/domain/reservation.ts';
import type { RoomEvent } from '../../../src/domain/room-event.ts';
import { quoted, type RuleTable } from './rule-table.ts';

/** A reservation as Outlook shows it under the default settings. */
export interface PushTextRow {
  readonly story: string;
  /** What differs from an event without texts in `Møterom Ørnen`, `Fjordvik kulturhus`. */
  readonly given: Partial<RoomReservation>;
  readonly subject: string;
  readonly body: string;
  readonly sensitivity?: 'private';
}

const NOTE = '--- Cancelled from Outlook ---';

// biome-ignore format: one case per line
export const PUSH_TEXT_ROWS: readonly PushTextRow[] = [
  { story: 'an event', given: { name: 'Budsjettseminar', description: 'Ta med PC' }, subject: 'Budsjettseminar', body: 'Ta med PC' },
  { story: 'a booking', given: { type: 'booking', groupName: 'Jenter 12' }, subject: 'Booking - Jenter 12', body: 'Booking for Jenter 12' },
  { story: 'an allocation', given: { type: 'allocation', organizationName: 'Kor Ø' }, subject: 'Allocation - Kor Ø', body: 'Allocation for Kor Ø' },
  { story: 'no description: the title stands in', given: { name: 'Kursdag' }, subject: 'Kursdag', body: 'Kursdag' },
  { story: 'no name: the description stands in', given: { description: 'Lunsj\nfor alle' }, subject: 'Lunsj for alle', body: 'Lunsj\nfor alle' },
  { story: 'neither name nor description', given: {}, subject: 'Unnamed Event', body: 'Unnamed Event' },
  { story: 'blanks are no name', given: { name: ' \u00a0 ', description: 'Møte' }, subject: 'Møte', body: 'Møte' },
  { story: 'a booking whose group has no name', given: { type: 'booking', groupName: '' }, subject: 'Unnamed Event', body: 'Unnamed Event' },
  { story: 'E23: entities are decoded, once', given: { name: 'Kaffe &amp; kaker &lt;3 &amp;lt;' }, subject: 'Kaffe & kaker <3 &lt;', body: 'Kaffe & kaker <3 &lt;' },
  { story: 'E23: tags in titles are literal text', given: { name: '<b>Åpen</b> dag <script>alert(1)</script>', description: 'x' }, subject: '<b>Åpen</b> dag <script>alert(1)</script>', body: 'x' },
  { story: 'E23: letters, emoji and quotes stay', given: { name: 'Vårmarked 🌷 & «Lys i mørket» – ÆØÅ' }, subject: 'Vårmarked 🌷 & «Lys i mørket» – ÆØÅ', body: 'Vårmarked 🌷 & «Lys i mørket» – ÆØÅ' },
  { story: 'what looks like an entity without its semicolon stays', given: { name: 'R&D &notes AT&T' }, subject: 'R&D &notes AT&T', body: 'R&D &notes AT&T' },
  { story: 'a title is one line', given: { name: 'Årsmøte\r\n  Frivilligsentralen\t2027' , description: 'x' }, subject: 'Årsmøte Frivilligsentralen 2027', body: 'x' },
  { story: 'HTML of the booking form becomes text', given: { name: 'x', description: '<p>A&amp;B<br>C</p><script>x</script>' }, subject: 'x', body: 'A&B\nC' },
  { story: 'HTML stored with entities becomes text', given: { name: 'x', description: '&lt;p&gt;Hei&lt;/p&gt;&lt;p&gt;der&lt;/p&gt;' }, subject: 'x', body: 'Hei\n\nder' },
  { story: 'a plain text with tags in it keeps its line breaks', given: { name: 'x', description: 'Sak 1\nSak <b>2</b>' }, subject: 'x', body: 'Sak 1\nSak 2' },
  { story: 'angle brackets that are no tags stay', given: { name: 'x', description: '5 < 7 og <ola@fjordvik.example>' }, subject: 'x', body: '5 < 7 og <ola@fjordvik.example>' },
  { story: 'E24: 255 characters stay', given: { name: 'å'.repeat(255), description: 'x' }, subject: 'å'.repeat(255), body: 'x' },
  { story: 'E24: 256 are cut, not by byte', given: { name: 'å'.repeat(256), description: 'x' }, subject: 'å'.repeat(255), body: 'x' },
  { story: 'E24: the last emoji is kept whole', given: { name: `${'å'.repeat(254)}🌷🌷`, description: 'x' }, subject: `${'å'.repeat(254)}🌷`, body: 'x' },
  { story: 'E24: a character of several code points is not split', given: { name: `${'a'.repeat(253)}👩‍👩‍👧`, description: 'x' }, subject: 'a'.repeat(253), body: 'x' },
  { story: 'E26: 10 000 characters stay', given: { name: 'x', description: 'å'.repeat(10_000) }, subject: 'x', body: 'å'.repeat(10_000) },
  { story: 'E26: 40 000 are cut, an ellipsis says so', given: { name: 'x', description: 'å'.repeat(40_000) }, subject: 'x', body: `${'å'.repeat(9_999)}…` },
  { story: 'E65: the note is not pushed', given: { name: 'x', description: `Konsert\n\n${NOTE}` }, subject: 'x', body: 'Konsert' },
  { story: 'E65: nor several of them', given: { name: 'x', description: `Konsert\n\n${NOTE}\n\n${NOTE}\n` }, subject: 'x', body: 'Konsert' },
  { story: 'E65: a description that is only the note', given: { name: 'x', description: NOTE }, subject: 'x', body: 'x' },
  { story: 'E9: not public', given: { name: 'Bursdag – Åse & Øyvind', isPublic: false }, subject: 'Bursdag – Åse & Øyvind', body: 'Bursdag – Åse & Øyvind', sensitivity: 'private' },
];

/** An Outlook event as the booking system stores it under the default settings. */
export interface ImportTextRow {
  readonly story: string;
  /** What differs from an event without texts, organised by Ola Hansen. */
  readonly given: Partial<RoomEvent>;
  readonly title: string;
  readonly description: string;
  readonly isPublic?: false;
}

// biome-ignore format: one case per line
export const IMPORT_TEXT_ROWS: readonly ImportTextRow[] = [
  { story: 'plain text', given: { subject: 'Prosjektmøte', body: 'Sak 1\r\nSak 2\r\n' }, title: 'Prosjektmøte', description: 'Sak 1\nSak 2' },
  { story: 'S12: HTML', given: { subject: 'x', body: '<p>A&amp;B<br>C</p><script>x</script>', bodyType: 'html' }, title: 'x', description: 'A&B\nC' },
  { story: 'E23: what a person typed is not decoded', given: { subject: 'Bruk &amp; i HTML', body: 'Skriv &lt;b&gt;' }, title: 'Bruk &amp; i HTML', description: 'Skriv &lt;b&gt;' },
  { story: 'E24: a title of 300 characters', given: { subject: 'å'.repeat(300) }, title: 'å'.repeat(255), description: '' },
  { story: 'E26: a body of 40 000 characters', given: { subject: 'x', body: 'å'.repeat(40_000) }, title: 'x', description: `${'å'.repeat(9_999)}…` },
  { story: 'E27: no title, no body: the organiser', given: {}, title: 'Ola Hansen', description: '' },
  { story: 'E27: the organiser has no name', given: { organizerName: null }, title: 'ola.hansen@fjordvik.example', description: '' },
  { story: 'E27: nobody organises', given: { organizerName: null, organizerAddress: null }, title: 'Outlook', description: '' },
  { story: 'E8: private', given: { subject: 'Lønnssamtale', body: 'Tall', sensitivity: 'private' }, title: 'Lønnssamtale', description: '', isPublic: false },
  { story: 'E8: confidential', given: { subject: 'Lønnssamtale', body: 'Tall', sensitivity: 'confidential' }, title: 'Lønnssamtale', description: '', isPublic: false },
];

export const textTables: readonly RuleTable[] = [
  {
    name: 'push-texts',
    headings: ['reservation', 'given', 'title', 'body', 'sensitivity'],
    rows: PUSH_TEXT_ROWS.map(({ story, given, subject, body, sensitivity }) => [
      story,
      givenTexts(given),
      quoted(subject),
      quoted(body),
      sensitivity ?? '',
    ]),
  },
  {
    name: 'import-texts',
    headings: ['event', 'given', 'title', 'description', 'public'],
    rows: IMPORT_TEXT_ROWS.map(({ story, given, title, description, isPublic }) => [
      story,
      givenTexts(given),
      quoted(title),
      description === '' ? '' : quoted(description),
      isPublic === false ? 'no' : 'yes',
    ]),
  },
];

function givenTexts(given: Readonly<Record<string, unknown>>): string {
  return Object.entries(given)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? quoted(value) : String(value)}`)
    .join(', ');
}
