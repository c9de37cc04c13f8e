import fc from 'fast-check';
import {
  bookingHashOf,
  type ContentSettings,
  contentOf,
  DEFAULT_CONTENT_SETTINGS,
} from '../../../src/domain/content.ts';
import { SyncError } from '../../../src/domain/errors.ts';
import type { RoomReservation } from '../../../src/domain/reservation.ts';
import { aReservation, OSLO } from '../../support/domain-builders.ts';
import { PUSH_TEXT_ROWS } from '../../support/rules/text-rows.ts';

const contentWith = (settings: Partial<ContentSettings>, given: Partial<RoomReservation>) =>
  contentOf(aReservation(given), { ...DEFAULT_CONTENT_SETTINGS, ...settings }, OSLO);

describe('what Outlook shows', () => {
  test.each(PUSH_TEXT_ROWS)('$story', ({ given, subject, body, sensitivity }) => {
    expect(contentWith({}, given)).toMatchObject({
      subject,
      body,
      sensitivity: sensitivity ?? 'normal',
      showAs: 'busy',
    });
  });

  test('times are local with the Windows zone name', () => {
    expect(contentWith({}, {})).toMatchObject({
      start: { dateTime: '2027-03-01T08:00:00', timeZone: 'W. Europe Standard Time' },
      end: { dateTime: '2027-03-01T09:00:00', timeZone: 'W. Europe Standard Time' },
      isAllDay: false,
    });
  });

  test('E4: a whole day is an all-day event from midnight to midnight', () => {
    expect(contentWith({}, { start: '2027-03-31 00:00:00', end: '2027-03-31 23:59:00' })).toMatchObject({
      start: { dateTime: '2027-03-31T00:00:00', timeZone: 'W. Europe Standard Time' },
      end: { dateTime: '2027-04-01T00:00:00', timeZone: 'W. Europe Standard Time' },
      isAllDay: true,
    });
  });

  test('an unknown zone is a setting to correct', () => {
    expect(() => contentOf(aReservation(), DEFAULT_CONTENT_SETTINGS, 'Europe/Fjordvik')).toThrow(SyncError);
  });

  test.each([
    [{}, 'Møterom Ørnen, Fjordvik kulturhus'],
    [{ buildingName: null }, 'Møterom Ørnen'],
    [{ resourceName: 'Møterom &Oslash;rnen', buildingName: '' }, 'Møterom Ørnen'],
    [{ resourceName: '', buildingName: null }, null],
  ])('location of %j is %j', (given, location) => {
    expect(contentWith({}, given).location).toBe(location);
  });
});

describe('settings', () => {
  test('no location when it is switched off', () => {
    expect(contentWith({ location: false }, {}).location).toBeNull();
  });

  test('E9: a neutral title hides title and body of what is not public', () => {
    const given = { name: 'Bursdag – Åse & Øyvind', description: 'Ring Åse' };
    expect(contentWith({ privateTitle: 'Opptatt' }, { ...given, isPublic: false })).toMatchObject({
      subject: 'Opptatt',
      body: 'Opptatt',
      sensitivity: 'private',
    });
    expect(contentWith({ privateTitle: 'Opptatt' }, given).subject).toBe('Bursdag – Åse & Øyvind');
  });

  test('templates take every placeholder and leave unknown ones alone', () => {
    const subject = {
      ...DEFAULT_CONTENT_SETTINGS.subject,
      event: '{organization}: {name} ({resource}, {building}) {who}',
    };
    expect(contentWith({ subject }, { name: 'Øving', organizationName: 'Kor Ø' }).subject).toBe(
      'Kor Ø: Øving (Møterom Ørnen, Fjordvik kulturhus) {who}',
    );
  });

  test('a template without placeholders is taken as it is', () => {
    const subject = { ...DEFAULT_CONTENT_SETTINGS.subject, allocation: 'Utleid' };
    expect(contentWith({ subject }, { type: 'allocation' }).subject).toBe('Utleid');
  });

  test('values are not read as templates', () => {
    expect(contentWith({}, { name: '{description}', description: 'hemmelig' }).subject).toBe('{description}');
  });

  test('E60: the contact person is shown only when switched on', () => {
    const given = { name: 'x', description: 'y', contactName: 'Kari &amp; Ola', contactEmail: 'kari@fjordvik.example' };
    expect(contentWith({}, given).body).toBe('y');
    expect(contentWith({ includeContact: true }, given).body).toBe('y\n\nKari & Ola, kari@fjordvik.example');
    expect(contentWith({ includeContact: true }, { ...given, contactName: null, contactEmail: '' }).body).toBe('y');
  });

  test('E26: the contact person survives the cut', () => {
    const given = { description: 'å'.repeat(200), contactName: 'Kari', contactEmail: 'k@f.example' };
    const { body } = contentWith({ includeContact: true, bodyLimit: 100 }, given);
    expect(Array.from(body).length).toBe(100);
    expect(body).toMatch(/å…\n\nKari, k@f\.example$/);
  });
});

describe('the booking hash', () => {
  const hashOf = (given: Partial<RoomReservation> = {}, settings: Partial<ContentSettings> = {}) =>
    bookingHashOf(aReservation(given), { ...DEFAULT_CONTENT_SETTINGS, ...settings });

  test('is short, and the same for the same reservation', () => {
    expect(hashOf()).toMatch(/^[0-9a-f]{32}$/);
    expect(hashOf({ name: 'x' })).toBe(hashOf({ name: 'x' }));
  });

  test.each<[keyof RoomReservation, Partial<RoomReservation>]>([
    ['type', { type: 'booking' }],
    ['start', { start: '2027-03-01 08:15:00' }],
    ['end', { end: '2027-03-01 09:15:00' }],
    ['name', { name: 'x' }],
    ['name', { name: '' }],
    ['description', { description: 'x' }],
    ['groupName', { groupName: 'x' }],
    ['organizationName', { organizationName: 'x' }],
    ['isPublic', { isPublic: false }],
    ['resourceName', { resourceName: 'x' }],
    ['buildingName', { buildingName: 'x' }],
  ])('changes with %s (%j)', (_field, given) => {
    expect(hashOf(given)).not.toBe(hashOf());
  });

  test.each<Partial<ContentSettings>>([
    { subject: { ...DEFAULT_CONTENT_SETTINGS.subject, event: '{name}!' } },
    { body: { ...DEFAULT_CONTENT_SETTINGS.body, event: '{name}' } },
    { includeContact: true },
    { privateTitle: 'Opptatt' },
    { bodyLimit: 5000 },
    { location: false },
  ])('changes with the wording %j', (settings) => {
    expect(hashOf({}, settings)).not.toBe(hashOf());
  });

  test('does not change with another type of reservation worded anew', () => {
    expect(hashOf({}, { subject: { ...DEFAULT_CONTENT_SETTINGS.subject, booking: '{group}' } })).toBe(hashOf());
  });

  test('looks at the contact person only when the body does', () => {
    const contact = { contactName: 'Kari', contactEmail: 'kari@fjordvik.example' };
    expect(hashOf(contact)).toBe(hashOf());
    expect(hashOf(contact, { includeContact: true })).not.toBe(hashOf({}, { includeContact: true }));
  });

  test('E4: until 23:59 is until midnight', () => {
    const day = (end: string) => hashOf({ start: '2027-03-31 00:00:00', end });
    expect(day('2027-03-31 23:59:00')).toBe(day('2027-04-01 00:00:00'));
    expect(day('2027-04-01 23:59:59')).toBe(day('2027-04-02 00:00:00'));
    expect(day('2027-03-31 23:59:00')).not.toBe(day('2027-04-02 00:00:00'));
  });

  test('texts in neighbouring fields are not mixed up', () => {
    expect(hashOf({ name: 'a","b', description: '' })).not.toBe(hashOf({ name: 'a', description: 'b' }));
    expect(hashOf({ name: 'a', description: null })).not.toBe(hashOf({ name: null, description: 'a' }));
  });

  test('equal hashes mean equal content', () => {
    const raw = fc.option(fc.constantFrom('', 'a', '&aring;', 'å', '<p>a</p>'), { nil: null });
    const reservations = fc.record({
      name: raw,
      description: raw,
      isPublic: fc.boolean(),
      end: fc.constantFrom('2027-03-31 23:59:00', '2027-04-01 00:00:00', '2027-03-31 12:00:00'),
    });
    const agree = (a: Partial<RoomReservation>, b: Partial<RoomReservation>) => {
      const [one, two] = [a, b].map((given) => aReservation({ ...given, start: '2027-03-31 00:00:00' }));
      if (one === undefined || two === undefined) throw new Error('two reservations');
      const equal = bookingHashOf(one, DEFAULT_CONTENT_SETTINGS) === bookingHashOf(two, DEFAULT_CONTENT_SETTINGS);
      if (equal)
        expect(contentOf(one, DEFAULT_CONTENT_SETTINGS, OSLO)).toEqual(contentOf(two, DEFAULT_CONTENT_SETTINGS, OSLO));
    };
    fc.assert(fc.property(reservations, reservations, agree), { numRuns: 1000 });
  });
});
