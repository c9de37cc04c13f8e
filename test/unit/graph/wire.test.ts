import {
  HISTORICAL_ID_PROPERTY_ID,
  HISTORICAL_TYPE_PROPERTY_ID,
  MARKER_PROPERTY_ID,
} from '../../../src/domain/marker.ts';
import type { RoomEvent } from '../../../src/domain/room-event.ts';
import { pathOfLink, readPage, readRow } from '../../../src/graph/wire.ts';
import { wireEvent } from './scripted-graph.ts';

function eventOf(fields: Record<string, unknown>, marked = false): RoomEvent {
  const row = readRow(wireEvent('AAk1', fields), marked);
  if (row.kind !== 'event') throw new Error(`expected an event, got ${JSON.stringify(row)}`);
  return row.event;
}

const without = (...keys: string[]) => Object.fromEntries(keys.map((key) => [key, undefined]));

describe('an event', () => {
  test('is translated field by field', () => {
    expect(eventOf({ seriesMasterId: 'M', type: 'exception', originalStart: '2027-03-01T17:00:00Z' })).toEqual({
      id: 'AAk1',
      kind: 'exception',
      changeKey: 'key-AAk1',
      iCalUId: 'uid-AAk1',
      seriesMasterId: 'M',
      originalStart: '2027-03-01T17:00:00.000Z',
      subject: 'Choir practice',
      body: 'Ref 4711',
      bodyType: 'text',
      start: '2027-03-01T18:00:00.000Z',
      end: '2027-03-01T20:00:00.000Z',
      isAllDay: false,
      isCancelled: false,
      isOrganizer: true,
      hasAttendees: false,
      organizerName: 'Room A101',
      organizerAddress: 'a101@contoso.no',
      showAs: 'busy',
      sensitivity: 'normal',
      location: null,
      response: 'none',
      createdAt: '2027-02-01T08:00:00.123Z',
      lastModifiedAt: '2027-02-02T08:00:00.000Z',
      marker: undefined,
    });
  });

  test('with nothing but what is needed still counts, on the safe side', () => {
    const row = readRow(
      {
        id: 'AAk1',
        '@odata.etag': 'W/"v7"',
        start: { dateTime: '2027-03-01T18:00:00', timeZone: 'UTC' },
        end: { dateTime: '2027-03-01T18:00:00.5', timeZone: 'utc' },
      },
      true,
    );
    expect(row).toMatchObject({
      kind: 'event',
      event: {
        kind: 'singleInstance',
        changeKey: 'v7',
        subject: '',
        end: '2027-03-01T18:00:00.500Z',
        isOrganizer: false,
        showAs: 'unknown',
        marker: null,
      },
    });
  });

  test.each([
    ['an unknown sensitivity counts as private', { sensitivity: 'topSecret' }, { sensitivity: 'private' }],
    ['no sensitivity is normal', { sensitivity: null }, { sensitivity: 'normal' }],
    ['an unknown showAs is unknown', { showAs: 'beach' }, { showAs: 'unknown' }],
    ['an unknown answer counts as none', { responseStatus: { response: 'maybe' } }, { response: 'none' }],
    ['a null subject is empty', { subject: null }, { subject: '' }],
    ['a missing body is empty', { body: null }, { body: '', bodyType: 'text' }],
    ['HTML stays HTML', { body: { contentType: 'HTML', content: '<p>x' } }, { body: '<p>x', bodyType: 'html' }],
    ['an empty location is none', { location: { displayName: '' } }, { location: null }],
    ['attendees are counted only', { attendees: [{ emailAddress: { address: 'x@y' } }] }, { hasAttendees: true }],
    ['a broken original start is none', { originalStart: 'yesterday' }, { originalStart: null }],
  ])('%s', (_, fields, expected) => {
    expect(eventOf(fields)).toMatchObject(expected);
  });

  test.each([
    ['no id', { id: undefined }, null, 'id'],
    ['no version', without('changeKey', '@odata.etag'), 'AAk1', 'changeKey'],
    ['no start', { start: undefined }, 'AAk1', 'start'],
    ['a start that is no time', { start: { dateTime: 'soon', timeZone: 'UTC' } }, 'AAk1', 'start'],
    [
      'a zone we did not ask for',
      { end: { dateTime: '2027-03-01T18:00:00', timeZone: 'Tokyo Standard Time' } },
      'AAk1',
      'end',
    ],
    ['a kind we do not know', { type: 'wormhole' }, 'AAk1', 'type'],
  ])('with %s is unreadable, naming the field and no value', (_, fields, id, problem) => {
    expect(readRow(wireEvent('AAk1', fields), false)).toEqual({ kind: 'unreadable', id, problem });
  });

  test.each([null, undefined, 7, 'x', []])('that is %p is unreadable', (row) => {
    expect(readRow(row, false)).toMatchObject({ kind: 'unreadable', id: null });
  });
});

describe('a marker', () => {
  const property = (id: string, value: string) => ({ id, value });
  const markerOf = (...found: unknown[]) => eventOf({ singleValueExtendedProperties: found }, true).marker;

  test('is ours before a historical pair', () => {
    const own = property(MARKER_PROPERTY_ID.replace('b3e7d0c4', 'B3E7D0C4'), 'event:1:2:3');
    const pair = [property(HISTORICAL_TYPE_PROPERTY_ID, 'booking'), property(HISTORICAL_ID_PROPERTY_ID, '9')];
    expect(markerOf(...pair, own)).toEqual({ type: 'event', id: 1, resourceId: 2, generation: 3 });
    expect(markerOf(...pair)).toEqual({ type: 'booking', id: 9, resourceId: null, generation: 0 });
  });

  test('of somebody else, or half of a pair, is none', () => {
    expect(markerOf(property(MARKER_PROPERTY_ID, 'nonsense'))).toBeNull();
    expect(markerOf(property(HISTORICAL_TYPE_PROPERTY_ID, 'booking'))).toBeNull();
  });

  test('that was not asked for stays undefined', () => {
    expect(eventOf({ singleValueExtendedProperties: [] }).marker).toBeUndefined();
  });
});

describe('rows of a delta page', () => {
  test('tombstones carry an id only', () => {
    expect(readRow({ id: 'AAk1', '@removed': { reason: 'deleted' } }, false)).toEqual({ kind: 'removed', id: 'AAk1' });
  });

  test('thin occurrences carry id, series and times', () => {
    const times = { start: wireEvent('x')['start'], end: wireEvent('x')['end'] };
    const row = { id: 'AAk1', type: 'occurrence', seriesMasterId: 'M', ...times };
    const [start, end] = ['2027-03-01T18:00:00.000Z', '2027-03-01T20:00:00.000Z'];
    const occurrence = { id: 'AAk1', seriesMasterId: 'M', start, end };
    expect(readRow(row, false)).toEqual({ kind: 'occurrence', occurrence });
    expect(readRow({ ...row, seriesMasterId: null }, false)).toMatchObject({ kind: 'unreadable', id: 'AAk1' });
  });

  test('full occurrences are events', () => {
    expect(eventOf({ type: 'occurrence', seriesMasterId: 'M' }).kind).toBe('occurrence');
  });
});

test.each([
  [
    'https://graph.microsoft.com/v1.0/users/a/calendarView/delta?$skiptoken=x%2By+z',
    '/users/a/calendarView/delta?$skiptoken=x%2By+z',
  ],
  [
    'http://localhost:8083/v1.0/users/a/delta?$deltatoken=https://x/v1.0/y',
    '/users/a/delta?$deltatoken=https://x/v1.0/y',
  ],
  ['https://graph.microsoft.us/beta/users', '/users'],
  ['/users/a?$top=1', '/users/a?$top=1'],
])('the link %s is replayed as %s', (link, path) => {
  expect(pathOfLink(link)).toBe(path);
});

test.each([undefined, null, '<html>', {}, { value: 7 }, { value: [], '@odata.nextLink': 7 }])(
  '%p is no page',
  (body) => {
    expect(readPage(body)).toBeNull();
  },
);
