import { contentOf, DEFAULT_CONTENT_SETTINGS, editTextOf, importTextOf } from '../../../src/domain/content.ts';
import type { ContentRules, ContentSettings } from '../../../src/domain/content-settings.ts';
import type { RoomReservation } from '../../../src/domain/reservation.ts';
import { anEvent, aReservation, asStored, OSLO, RULES } from '../../support/domain-builders.ts';
import { IMPORT_TEXT_ROWS } from '../../support/rules/text-rows.ts';
import { IMPORT_TIME_ROWS } from '../../support/rules/time-rows.ts';

const rulesWith = (content: Partial<ContentSettings>, rules: Partial<ContentRules> = {}): ContentRules => ({
  ...RULES,
  ...rules,
  content: { ...DEFAULT_CONTENT_SETTINGS, ...content },
});

describe('texts of an import', () => {
  test.each(IMPORT_TEXT_ROWS)('$story', ({ given, title, description, isPublic }) => {
    expect(importTextOf(anEvent(given), RULES)).toMatchObject({ title, description, isPublic: isPublic ?? true });
  });

  test('E8: a neutral title stands in for private ones only', () => {
    const rules = rulesWith({}, { privateImportTitle: 'Opptatt' });
    expect(importTextOf(anEvent({ subject: 'Lønnssamtale', sensitivity: 'private' }), rules).title).toBe('Opptatt');
    expect(importTextOf(anEvent({ subject: 'Prosjektmøte' }), rules).title).toBe('Prosjektmøte');
  });

  test('E8: private bodies come along when switched on', () => {
    const event = anEvent({ subject: 'Lønnssamtale', body: 'Tall', sensitivity: 'private' });
    expect(importTextOf(event, rulesWith({ importPrivateBody: true })).description).toBe('Tall');
  });

  test('S112: a failed conversion imports the original text with a warning', () => {
    const broken = () => {
      throw new Error('unreadable');
    };
    const text = importTextOf(anEvent({ subject: 'x', body: '<p>Sak 1</p>', bodyType: 'html' }), RULES, broken);
    expect(text).toMatchObject({ description: '<p>Sak 1</p>', warnings: ['HTML to text conversion failed'] });
    expect(importTextOf(anEvent({ subject: 'x' }), RULES).warnings).toEqual([]);
  });

  test('E25: organizer at most 255 characters, contact name at most 50 bytes', () => {
    const { organizer, contactName } = importTextOf(anEvent({ organizerName: 'Å'.repeat(300) }), RULES);
    expect(organizer).toBe('Å'.repeat(255));
    expect(contactName).toBe('Å'.repeat(25));
  });

  test.each([
    ['ola.hansen@fjordvik.example', 'ola.hansen@fjordvik.example'],
    [' ola@fjordvik.example ', 'ola@fjordvik.example'],
    ['/O=EXCHANGELABS/OU=GROUP/CN=RECIPIENTS/CN=OLA', ''],
    ['ola@', ''],
    ['ola hansen@fjordvik.example', ''],
    [`${'o'.repeat(250)}@fjordvik.example`, ''],
    [null, ''],
  ])('address %j is stored as %j', (organizerAddress, contactEmail) => {
    expect(importTextOf(anEvent({ organizerAddress }), RULES).contactEmail).toBe(contactEmail);
  });
});

describe('times of an import', () => {
  test.each(IMPORT_TIME_ROWS)('$story', ({ start, end, isAllDay, wallStart, wallEnd }) => {
    const text = importTextOf(anEvent({ start, end, isAllDay }), RULES);
    expect([text.start, text.end]).toEqual([wallStart, wallEnd]);
  });

  test('E4: until midnight after the last day by setting', () => {
    const event = anEvent({ start: '2027-03-22T00:00:00.000Z', end: '2027-03-23T00:00:00.000Z', isAllDay: true });
    expect(importTextOf(event, rulesWith({ allDayEnd: 'next-day' }))).toMatchObject({
      start: '2027-03-22 00:00:00',
      end: '2027-03-23 00:00:00',
    });
  });

  test('E4: the days of an all-day event are the same in every zone', () => {
    const event = anEvent({ start: '2027-03-22T00:00:00.000Z', end: '2027-03-23T00:00:00.000Z', isAllDay: true });
    for (const zone of ['America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'])
      expect(importTextOf(event, rulesWith({}, { zone })).start).toBe('2027-03-22 00:00:00');
  });
});

describe('an edit of our own event', () => {
  const editOf = (
    given: Partial<RoomReservation>,
    edit: { subject?: string; body?: string },
    rules: ContentRules = RULES,
  ) => {
    const reservation = aReservation(given);
    const event = asStored(contentOf(reservation, rules.content, OSLO), OSLO);
    return editTextOf({ ...event, ...edit }, reservation, rules);
  };

  test('is taken as it is under plain templates', () => {
    const edit = { subject: 'Vårmøte', body: 'Sak 1\r\n\r\nSak 2\r\n' };
    expect(editOf({ name: 'Årsmøte', description: 'x' }, edit)).toEqual({
      title: 'Vårmøte',
      description: 'Sak 1\n\nSak 2',
    });
  });

  test('loses the wording our template put around it', () => {
    const rules = rulesWith({
      subject: { ...DEFAULT_CONTENT_SETTINGS.subject, event: '{building}: {name} ({resource})' },
      body: { ...DEFAULT_CONTENT_SETTINGS.body, event: 'Om: {description}' },
    });
    const given = { name: 'Årsmøte', description: 'Sak 1' };
    expect(editOf(given, {}, rules)).toEqual({ title: 'Årsmøte', description: 'Sak 1' });
    expect(editOf(given, { subject: 'Fjordvik kulturhus: Vårmøte (Møterom Ørnen)', body: 'Om: Sak 2' }, rules)).toEqual(
      {
        title: 'Vårmøte',
        description: 'Sak 2',
      },
    );
    expect(editOf(given, { subject: 'Vårmøte', body: 'Sak 2' }, rules)).toEqual({
      title: 'Vårmøte',
      description: 'Sak 2',
    });
  });

  test('loses what is left of a template whose other values are empty', () => {
    const rules = rulesWith({ subject: { ...DEFAULT_CONTENT_SETTINGS.subject, event: '{group} - {name} - {group}' } });
    expect(editOf({ name: 'Årsmøte' }, {}, rules).title).toBe('Årsmøte');
  });

  test('loses the contact line we added', () => {
    const rules = rulesWith({ includeContact: true });
    const given = { name: 'x', description: 'Sak 1', contactName: 'Kari', contactEmail: 'kari@fjordvik.example' };
    expect(editOf(given, {}, rules).description).toBe('Sak 1');
    expect(editOf(given, { body: 'Sak 2\r\n\r\nKari, kari@fjordvik.example\r\n' }, rules).description).toBe('Sak 2');
  });

  test('a body that repeats the title is no description', () => {
    expect(editOf({ name: 'Årsmøte' }, {}).description).toBe('');
  });

  test('an emptied title is the one that stands for none', () => {
    expect(editOf({ name: 'Årsmøte' }, { subject: ' ' }).title).toBe('Unnamed Event');
  });
});
