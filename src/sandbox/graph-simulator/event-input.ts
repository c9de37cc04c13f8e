import { readBody } from './event-body.ts';
import { readProperties } from './extended-properties.ts';
import type { Attendee, EventFields } from './model.ts';
import { parseWall } from './wall-time.ts';
import { badRequest } from './wire.ts';
import { epochOfWall, type Zones } from './zones.ts';

const SHOW_AS = ['free', 'tentative', 'busy', 'oof', 'workingElsewhere', 'unknown'];
const SENSITIVITY = ['normal', 'personal', 'private', 'confidential'];
const IMPORTANCE = ['low', 'normal', 'high'];
const PROVIDERS = ['unknown', 'teamsForBusiness', 'skypeForBusiness', 'skypeForConsumer'];
const READ_ONLY = ['id', 'iCalUId', 'organizer', 'type', 'changeKey', 'createdDateTime', 'lastModifiedDateTime'];

/** A start or end as it was sent. */
export interface WallTime {
  readonly wall: number;
  readonly zone: string;
}

/** What a request body wants; the times stay walls until it is known whether the event is all-day. */
export interface EventInput {
  readonly fields: Partial<Omit<EventFields, 'start' | 'end' | 'startZone' | 'endZone'>>;
  readonly start: WallTime | undefined;
  readonly end: WallTime | undefined;
  /** `undefined` = not sent, `null` = series removed. */
  readonly recurrence: unknown;
  readonly transactionId: string | null;
}

type Fields = Partial<EventFields>;
type Reader = (value: unknown, name: string) => Fields;

const mistyped = (name: string) => badRequest(`Cannot convert the value of '${name}'.`, 'RequestBodyRead');

function oneOf(name: string, value: unknown, allowed: readonly string[]): string {
  if (typeof value !== 'string' || !allowed.includes(value)) throw mistyped(name);
  return value;
}

function flag(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw mistyped(name);
  return value;
}

/** Outlook adds a kind and an id of its own to a location. */
function readLocation(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw mistyped('location');
  const given = value as Record<string, unknown>;
  const displayName = typeof given['displayName'] === 'string' ? given['displayName'] : '';
  const uniqueId = given['uniqueId'] ?? displayName;
  return { locationType: 'default', uniqueIdType: 'private', ...given, displayName, uniqueId };
}

function readAttendee(value: unknown): Attendee {
  const given = (value ?? {}) as { type?: string; emailAddress?: { name?: string; address?: string } };
  const address = given.emailAddress?.address;
  if (!address) throw badRequest('An attendee needs an e-mail address.', 'ErrorInvalidRecipients');
  return {
    type: oneOf('attendees.type', given.type ?? 'required', ['required', 'optional', 'resource']) as Attendee['type'],
    emailAddress: { name: given.emailAddress?.name ?? address, address },
    status: { response: 'none', time: '0001-01-01T00:00:00Z' },
  };
}

function readAttendees(value: unknown): Attendee[] {
  if (!Array.isArray(value)) throw mistyped('attendees');
  if (value.length > 500) throw badRequest('An event takes at most 500 attendees.', 'ErrorInvalidRecipients');
  return value.map(readAttendee);
}

const strings = (name: string, value: unknown): string[] => {
  if (!Array.isArray(value) || value.some((each) => typeof each !== 'string')) throw mistyped(name);
  return value as string[];
};

/** Every property a request may carry, and what it becomes. */
const READERS: Readonly<Record<string, Reader>> = {
  subject: (value, name) => {
    if (value !== null && typeof value !== 'string') throw mistyped(name);
    return { subject: value === null ? null : value.replace(/[\r\n]+/g, ' ') };
  },
  body: (value) => ({ body: readBody(value) }),
  isAllDay: (value, name) => ({ isAllDay: flag(name, value) }),
  location: (value) => ({ locations: value === null ? [] : [readLocation(value)] }),
  locations: (value, name) => {
    if (!Array.isArray(value)) throw mistyped(name);
    return { locations: value.map(readLocation) };
  },
  categories: (value, name) => ({ categories: strings(name, value) }),
  showAs: (value, name) => ({ showAs: oneOf(name, value, SHOW_AS) }),
  sensitivity: (value, name) => ({ sensitivity: oneOf(name, value, SENSITIVITY) }),
  importance: (value, name) => ({ importance: oneOf(name, value, IMPORTANCE) }),
  isReminderOn: (value, name) => ({ isReminderOn: flag(name, value) }),
  reminderMinutesBeforeStart: (value, name) => {
    if (typeof value !== 'number') throw mistyped(name);
    return { reminderMinutes: value };
  },
  responseRequested: (value, name) => ({ responseRequested: flag(name, value) }),
  hideAttendees: (value, name) => ({ hideAttendees: flag(name, value) }),
  allowNewTimeProposals: (value, name) => ({ allowNewTimeProposals: flag(name, value) }),
  isOnlineMeeting: (value, name) => ({ isOnlineMeeting: flag(name, value) }),
  onlineMeetingProvider: (value, name) => ({ onlineMeetingProvider: oneOf(name, value, PROVIDERS) }),
  attendees: (value) => ({ attendees: readAttendees(value) }),
  singleValueExtendedProperties: (value) => ({ properties: readProperties(value) }),
};

function readWallTime(value: unknown, name: string, zones: Zones): WallTime {
  const given = (value ?? {}) as { dateTime?: unknown; timeZone?: unknown };
  zones.resolve(given.timeZone);
  return { wall: parseWall(given.dateTime, name), zone: given.timeZone as string };
}

/** Reads a POST or PATCH body. @throws Refusal 400 */
export function readEventInput(body: unknown, purpose: 'create' | 'update', zones: Zones): EventInput {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequest('The request body is not a JSON object.', 'RequestBodyRead');
  }
  const given = body as Record<string, unknown>;
  const fields: Fields = {};
  for (const name in given) {
    const reader = READERS[name];
    if (reader) Object.assign(fields, reader(given[name], name));
    else refuseUnlessSpecial(name, purpose);
  }
  const transactionId = given['transactionId'];
  return {
    fields,
    start: given['start'] === undefined ? undefined : readWallTime(given['start'], 'start', zones),
    end: given['end'] === undefined ? undefined : readWallTime(given['end'], 'end', zones),
    recurrence: given['recurrence'],
    transactionId: typeof transactionId === 'string' ? transactionId : null,
  };
}

function refuseUnlessSpecial(name: string, purpose: 'create' | 'update'): void {
  if (name === 'start' || name === 'end' || name === 'recurrence' || name.startsWith('@odata.')) return;
  if (name === 'transactionId' && purpose === 'create') return;
  if (name === 'organizer' && purpose === 'create') return;
  if (name === 'transactionId' || READ_ONLY.includes(name)) {
    throw badRequest(`The property '${name}' cannot be set.`, 'ErrorInvalidPropertySet');
  }
  throw badRequest(`The property '${name}' does not exist on type 'microsoft.graph.event'.`, 'RequestBodyRead');
}

/** All-day events lie on midnights and last whole days; nothing ends before it starts. */
function checkTimes(start: WallTime, end: WallTime, isAllDay: boolean): void {
  if (isAllDay) {
    if (start.wall % 86_400_000 !== 0 || end.wall % 86_400_000 !== 0 || start.zone !== end.zone) {
      throw badRequest(
        'The Event.Start and Event.End properties of an all-day event needs to be set to midnight in one time zone.',
      );
    }
    if (end.wall - start.wall < 86_400_000)
      throw badRequest('The duration of an event marked as All day must be at least 24 hours.');
  }
}

/** Moments of a start and an end; all-day dates float. */
export function momentsOf(
  start: WallTime,
  end: WallTime,
  isAllDay: boolean,
  zones: Zones,
): { start: number; end: number } {
  checkTimes(start, end, isAllDay);
  const toEpoch = (time: WallTime): number => (isAllDay ? time.wall : epochOfWall(time.wall, zones.resolve(time.zone)));
  const moments = { start: toEpoch(start), end: toEpoch(end) };
  if (moments.end < moments.start) {
    throw badRequest('The event ends before it starts.', 'ErrorCalendarEndDateIsEarlierThanStartDate');
  }
  return moments;
}
