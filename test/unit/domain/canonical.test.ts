import fc from 'fast-check';
import {
  canonicalOfContent,
  canonicalOfEvent,
  changedFields,
  contentOf,
  DEFAULT_CONTENT_SETTINGS,
  hashFields,
  importTextOf,
} from '../../../src/domain/content.ts';
import type { ContentRules } from '../../../src/domain/content-settings.ts';
import type { Origin } from '../../../src/domain/mapping.ts';
import type { RoomReservation } from '../../../src/domain/reservation.ts';
import type { EventContent, RoomEvent } from '../../../src/domain/room-event.ts';
import { epochOf, instantOf } from '../../../src/domain/time.ts';
import { isValidSpan } from '../../../src/domain/wall-clock.ts';
import { anEvent, aReservation, asStored, OSLO, RULES } from '../../support/domain-builders.ts';
import { SAME_TIME_ROWS } from '../../support/rules/time-rows.ts';

const contentWith = (given: Partial<RoomReservation>, rules: ContentRules = RULES) =>
  contentOf(aReservation(given), rules.content, rules.zone);

/** Fields in which a reservation and an event differ. */
function differing(content: EventContent, event: RoomEvent, origin: Origin, rules: ContentRules = RULES) {
  return changedFields(
    hashFields(canonicalOfContent(content, rules, origin)),
    hashFields(canonicalOfEvent(event, rules, origin)),
  );
}

/** A reservation made from an event by import. */
function imported(event: RoomEvent, rules: ContentRules): RoomReservation {
  const { title, description, start, end, isPublic } = importTextOf(event, rules);
  return aReservation({ name: title, description, start, end, isPublic });
}

describe('time', () => {
  test.each(SAME_TIME_ROWS)('$story', ({ booking: [start, end], outlook, equal }) => {
    const content = contentWith({ name: 'x', start, end });
    const event = { ...asStored(content, OSLO), ...outlook };
    expect(differing(content, event, 'booking')).toEqual(equal ? [] : ['time']);
  });
});

describe('an event of the booking system', () => {
  const content = contentWith({ name: 'Årsmøte', description: 'Sak 1\n\nSak 2' });

  test('is equal to what Outlook keeps of it', () => {
    expect(differing(content, asStored(content, OSLO), 'booking')).toEqual([]);
  });

  test.each<[string, Partial<RoomEvent>, string]>([
    ['renamed', { subject: 'Vårmøte' }, 'subject'],
    ['reworded', { body: 'Sak 1\nSak 3' }, 'body'],
    ['moved', { start: '2027-03-01T07:30:00.000Z' }, 'time'],
    ['made all-day', { start: '2027-03-01T00:00:00.000Z', end: '2027-03-02T00:00:00.000Z', isAllDay: true }, 'time'],
    ['placed elsewhere', { location: 'Kantina' }, 'location'],
    ['made private', { sensitivity: 'confidential' }, 'sensitivity'],
  ])('%s in Outlook', (_story, edit, field) => {
    expect(differing(content, { ...asStored(content, OSLO), ...edit }, 'booking')).toEqual([field]);
  });

  test('whose body was emptied has its title for a body', () => {
    expect(canonicalOfEvent({ ...asStored(content, OSLO), body: '' }, RULES, 'booking').body).toBe('Årsmøte');
  });

  test('whose title was emptied is unnamed, not named after the room that organises it', () => {
    expect(canonicalOfEvent({ ...asStored(content, OSLO), subject: ' ' }, RULES, 'booking').subject).toBe(
      'Unnamed Event',
    );
  });

  test('keeps any location in Outlook when locations are not written', () => {
    const rules = { ...RULES, content: { ...DEFAULT_CONTENT_SETTINGS, location: false } };
    const silent = contentWith({ name: 'x' }, rules);
    expect(differing(silent, { ...asStored(silent, OSLO), location: 'Kantina' }, 'booking', rules)).toEqual([]);
  });

  test('survives what Exchange does to its body', () => {
    const survives = (raw: string, how: readonly number[]) => {
      const pushed = contentWith({ name: 'x', description: raw });
      expect(differing(pushed, asStored(pushed, OSLO, reserialised(pushed.body, how)), 'booking')).toEqual([]);
    };
    fc.assert(fc.property(rawTexts, fc.array(fc.nat(5), { minLength: 1, maxLength: 8 }), survives), { numRuns: 1000 });
  });

  test('survives being wrapped in HTML', () => {
    const words = fc.array(fc.constantFrom('a', 'å', '🌷', 'R&D', '5 < 7', 'x'), { minLength: 1, maxLength: 9 });
    const survives = (lines: readonly (readonly string[])[]) => {
      const pushed = contentWith({ name: 'x', description: lines.map((line) => line.join(' ')).join('\n') });
      const escaped = pushed.body.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('\n', '<br>\r\n');
      const body = `<html><head><meta charset="utf-8"></head><body><div class="PlainText">${escaped}</div></body></html>`;
      expect(differing(pushed, { ...asStored(pushed, OSLO, body), bodyType: 'html' }, 'booking')).toEqual([]);
    };
    fc.assert(fc.property(fc.array(words, { minLength: 1, maxLength: 5 }), survives), { numRuns: 300 });
  });

  test('E24: a long title is equal to its cut form', () => {
    const long = contentWith({ name: 'å'.repeat(400) });
    expect(differing(long, asStored(long, OSLO), 'booking')).toEqual([]);
  });

  test('E26: a long body is equal to its cut form, an edit of its beginning is not', () => {
    const long = contentWith({ name: 'x', description: `${'linje\n\n'.repeat(4000)}slutt` });
    const doubled = long.body.replace(/\n+/g, '\r\n\r\n');
    expect(differing(long, asStored(long, OSLO, doubled), 'booking')).toEqual([]);
    expect(differing(long, asStored(long, OSLO, `ny ${doubled}`), 'booking')).toEqual(['body']);
  });
});

describe('an imported meeting', () => {
  const bodies = fc.constantFrom(
    ...[
      '',
      'Sak 1\r\n\r\n\r\nSak 2  ',
      '<p>A&amp;amp;B<br>C</p>',
      'Skriv &amp;lt;b&amp;gt;',
      '&lt;p&gt;x&lt;/p&gt;',
      'x <b>y</b>',
    ],
    ...['å\u00a0🌷', `${'linje &amp; mer\r\n'.repeat(2000)}`, '…'],
  );
  const rules = fc.record({
    privateImportTitle: fc.option(fc.constant('Opptatt'), { nil: null }),
    allDayEnd: fc.constantFrom('same-day', 'next-day'),
    importPrivateBody: fc.boolean(),
    zone: fc.constantFrom(OSLO, 'America/St_Johns', 'Australia/Lord_Howe', 'UTC'),
  });
  const meetings: fc.Arbitrary<RoomEvent> = fc
    .record({
      subject: fc.constantFrom(
        '',
        '  ',
        'Prosjektmøte',
        'a &amp;amp; b',
        '<b>x</b>\r\ny',
        'å'.repeat(300),
        `${'&amp;'.repeat(80)}`,
      ),
      body: bodies,
      bodyType: fc.constantFrom('text', 'html'),
      sensitivity: fc.constantFrom('normal', 'private', 'personal', 'confidential'),
      location: fc.constantFrom(null, 'Teams', 'Møterom Ørnen'),
      organizerName: fc.constantFrom(null, 'Ola Hansen'),
      minutes: fc.integer({ min: -3000, max: 3000 }),
      length: fc.integer({ min: 1, max: 3000 }),
      isAllDay: fc.boolean(),
    })
    .map(({ minutes, length, isAllDay, ...given }) => {
      const from =
        Date.parse('2027-10-31T00:00:00Z') + (isAllDay ? Math.trunc(minutes / 1440) * 1440 : minutes) * 60_000;
      const to = from + (isAllDay ? Math.ceil(length / 1440) * 1440 : length) * 60_000;
      return anEvent({ ...given, isAllDay, start: instantOf(from), end: instantOf(to) });
    });

  test('S16: is equal to the reservation made from it, so that nothing is written back', () => {
    const settles = (
      event: RoomEvent,
      {
        privateImportTitle,
        zone,
        ...content
      }: { privateImportTitle: string | null; zone: string } & Partial<ContentRules['content']>,
    ) => {
      const given = { content: { ...DEFAULT_CONTENT_SETTINGS, ...content }, zone, privateImportTitle };
      const reservation = imported(event, given);
      expect(isValidSpan(reservation.start, reservation.end)).toBe(true);
      expect(differing(contentOf(reservation, given.content, zone), event, 'outlook', given)).toEqual([]);
    };
    fc.assert(fc.property(meetings, rules, settles), { numRuns: 1000 });
  });

  test('E8: a private body is nobody else’s business, whatever a clerk writes', () => {
    const event = anEvent({ subject: 'Lønnssamtale', body: 'Tall', sensitivity: 'private' });
    const content = contentWith({ ...imported(event, RULES), description: 'Husk kaffe' });
    expect(differing(content, event, 'outlook')).toEqual([]);
  });

  test('E8: behind a neutral title no change of the real one shows', () => {
    const rules = { ...RULES, privateImportTitle: 'Opptatt' };
    const event = anEvent({ subject: 'Lønnssamtale', sensitivity: 'private' });
    const content = contentWith(imported(event, rules));
    expect(content.subject).toBe('Opptatt');
    expect(differing(content, { ...event, subject: 'Oppsigelse' }, 'outlook', rules)).toEqual([]);
  });

  test('its location is its own', () => {
    const event = anEvent({ subject: 'x', location: 'Teams' });
    expect(differing(contentWith(imported(event, RULES)), event, 'outlook')).toEqual([]);
  });

  test('a clerk renames it', () => {
    const event = anEvent({ subject: 'Prosjektmøte', body: 'Sak 1' });
    const content = contentWith({ ...imported(event, RULES), name: 'Prosjektmøte B' });
    expect(differing(content, event, 'outlook')).toEqual(['subject']);
  });
});

describe('hashes', () => {
  const canonical = canonicalOfContent(contentWith({ name: 'a', description: 'b' }), RULES, 'booking');

  test('are short and one per field', () => {
    for (const hash of Object.values(hashFields(canonical))) expect(hash).toMatch(/^[0-9a-f]{32}$/);
  });

  test('an all-day span differs from hours that read alike', () => {
    const hours = { ...canonical, isAllDay: false };
    expect(changedFields(hashFields(hours), hashFields({ ...canonical, isAllDay: true }))).toEqual(['time']);
  });

  test('composed and decomposed letters are one text', () => {
    const event = asStored(contentWith({ name: 'Årsmøte', description: 'blåbær' }), OSLO, 'blåbær'.normalize('NFD'));
    const decomposed = { ...event, subject: 'Årsmøte'.normalize('NFD') };
    expect(
      changedFields(
        hashFields(canonicalOfEvent(event, RULES, 'booking')),
        hashFields(canonicalOfEvent(decomposed, RULES, 'booking')),
      ),
    ).toEqual([]);
  });

  test('moments within one second are one time, since the booking system has no finer clock', () => {
    const event = asStored(contentWith({ name: 'x' }), OSLO);
    const later = { ...event, start: instantOf(epochOf(event.start) + 250) };
    expect(canonicalOfEvent(later, RULES, 'booking')).toEqual(canonicalOfEvent(event, RULES, 'booking'));
  });
});

/** Texts of the booking system with everything that makes texts difficult. */
const rawTexts = fc
  .array(
    fc.constantFrom(
      ...[
        'a',
        'å',
        '🌷',
        ' ',
        '\u00a0',
        '\n',
        '\n\n\n',
        '\r\n',
        '&',
        '&amp;',
        '&amp;amp;',
        '&lt;b&gt;',
        '<',
        '>',
        '<b>',
        '</p>',
        '…',
      ],
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

/** A plain body after Exchange turned it into HTML and back, line by line in one of six ways. */
function reserialised(body: string, how: readonly number[]): string {
  const ways = [
    (line: string) => `${line}\r\n`,
    (line: string) => `${line}  \r\n`,
    (line: string) => `${line}\r\n\r\n`,
    (line: string) => `${line.replaceAll(' ', '\u00a0')}\n`,
    (line: string) => `${line}\u00a0\r\n\r\n\r\n`,
    (line: string) => `${line}\t\n`,
  ];
  const lines = body.split('\n');
  return lines.map((line, index) => (ways[how[index % how.length] ?? 0] ?? String)(line)).join('');
}
