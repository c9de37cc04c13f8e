import { previewOf, renderBody } from './event-body.ts';
import { changeKeyOf, etagOf, immutableId, regularId } from './ids.ts';
import type { Mailbox } from './mailbox.ts';
import type { EventFields, Instance } from './model.ts';
import type { Expansion } from './odata.ts';
import type { Preferences } from './preferences.ts';
import { renderRecurrence } from './recurrence-input.ts';
import { fieldOf } from './series.ts';
import { formatStamp, formatWall } from './wall-time.ts';
import type { World } from './world.ts';
import { wallOf } from './zones.ts';

/** For whom and how an event is written out. */
export interface Rendering {
  readonly world: World;
  readonly mailbox: Mailbox;
  readonly prefer: Preferences;
  readonly select?: readonly string[] | null;
  readonly expand?: Expansion;
}

type Shown = Record<string, unknown>;

export function idOf(rendering: Pick<Rendering, 'mailbox' | 'prefer'>, instance: Instance): string {
  const { event, date } = instance;
  const { tag } = rendering.mailbox;
  const schedule = event.series?.schedule ?? 0;
  return rendering.prefer.immutableIds
    ? immutableId(tag, event.core, date, schedule)
    : regularId(tag, event.core, event.moves, date, schedule);
}

export function masterIdOf(rendering: Pick<Rendering, 'mailbox' | 'prefer'>, instance: Instance): string {
  const { tag } = rendering.mailbox;
  return rendering.prefer.immutableIds
    ? immutableId(tag, instance.event.core)
    : regularId(tag, instance.event.core, instance.event.moves);
}

export function etagOfInstance(mailbox: Mailbox, instance: Instance): string {
  return etagOf(changeKeyOf(mailbox.tag, instance.event.version));
}

/** All-day events float: their own dates in whatever zone is asked for. */
export function renderTime(rendering: Pick<Rendering, 'prefer'>, epochMs: number, isAllDay: boolean): Shown {
  const { zone } = rendering.prefer;
  return { dateTime: formatWall(isAllDay ? epochMs : wallOf(epochMs, zone)), timeZone: zone.name };
}

function iCalUIdOfInstance(rendering: Rendering, instance: Instance): string {
  const { iCalUId } = instance.event;
  const distinct = rendering.world.settings.occurrenceICalUId === 'distinct' && instance.date !== null;
  return distinct ? `${iCalUId.slice(0, 32)}${instance.date?.replaceAll('-', '')}${iCalUId.slice(40)}` : iCalUId;
}

const noLocation = { displayName: '', locationType: 'default', uniqueIdType: 'unknown', address: {}, coordinates: {} };
const isPlanned = (instance: Instance): boolean => instance.date !== null;

const own =
  <K extends keyof EventFields>(field: K) =>
  (_rendering: Rendering, instance: Instance): unknown =>
    fieldOf(instance, field);

/** Every property of an event we show, in Graph's order. */
const PROPERTIES: Readonly<Record<string, (rendering: Rendering, instance: Instance) => unknown>> = {
  id: idOf,
  createdDateTime: (_r, i) => formatStamp(i.event.createdAt),
  lastModifiedDateTime: (_r, i) => formatStamp(i.event.modifiedAt),
  changeKey: (r, i) => changeKeyOf(r.mailbox.tag, i.event.version),
  categories: own('categories'),
  transactionId: (_r, i) => i.event.transactionId ?? undefined,
  originalStartTimeZone: own('startZone'),
  originalEndTimeZone: own('endZone'),
  iCalUId: iCalUIdOfInstance,
  reminderMinutesBeforeStart: own('reminderMinutes'),
  isReminderOn: own('isReminderOn'),
  hasAttachments: () => false,
  subject: own('subject'),
  bodyPreview: (_r, i) => previewOf(fieldOf(i, 'body')),
  importance: own('importance'),
  sensitivity: own('sensitivity'),
  isAllDay: own('isAllDay'),
  isCancelled: (_r, i) => i.event.isCancelled,
  isOrganizer: (_r, i) => i.event.isOrganizer,
  responseRequested: own('responseRequested'),
  seriesMasterId: (r, i) => (isPlanned(i) ? masterIdOf(r, i) : null),
  showAs: own('showAs'),
  type: (_r, i) => i.type,
  webLink: (r, i) =>
    `https://outlook.office365.com/owa/?itemid=${encodeURIComponent(idOf(r, i))}&exvsurl=1&path=/calendar/item`,
  onlineMeetingUrl: () => null,
  isOnlineMeeting: own('isOnlineMeeting'),
  onlineMeetingProvider: own('onlineMeetingProvider'),
  allowNewTimeProposals: own('allowNewTimeProposals'),
  originalStart: (_r, i) =>
    i.originalStart === null ? undefined : `${new Date(i.originalStart).toISOString().slice(0, 19)}Z`,
  isDraft: () => false,
  hideAttendees: own('hideAttendees'),
  responseStatus: (_r, i) => i.event.response,
  body: (r, i) => renderBody(fieldOf(i, 'body'), r.prefer.bodyType),
  start: (r, i) => renderTime(r, i.start, fieldOf(i, 'isAllDay')),
  end: (r, i) => renderTime(r, i.end, fieldOf(i, 'isAllDay')),
  location: (_r, i) => fieldOf(i, 'locations')[0] ?? noLocation,
  locations: own('locations'),
  recurrence: (_r, i) => (i.event.series && i.date === null ? renderRecurrence(i.event.series) : null),
  attendees: own('attendees'),
  organizer: (_r, i) => ({ emailAddress: i.event.organizer }),
  onlineMeeting: () => null,
};

const NAMES = Object.keys(PROPERTIES);

/** Returned only when selected, and only for a master that is read by id. */
export const MASTER_ONLY = 'cancelledOccurrences';

export const isEventProperty = (name: string): boolean =>
  name in PROPERTIES || name === MASTER_ONLY || name === 'exceptionOccurrences';

/** One property as `$filter` and `$select` see it. */
export function propertyOf(rendering: Rendering, instance: Instance, name: string): unknown {
  return PROPERTIES[name]?.(rendering, instance);
}

/** An event with all or the selected properties; the etag comes in any case. */
export function renderEvent(rendering: Rendering, instance: Instance): Shown {
  const shown: Shown = { '@odata.etag': etagOfInstance(rendering.mailbox, instance) };
  const { select, expand } = rendering;
  for (const name of select ?? NAMES) {
    const value = PROPERTIES[name]?.(rendering, instance);
    if (value !== undefined) shown[name] = value;
  }
  if (select && !select.includes('id')) shown['id'] = idOf(rendering, instance);
  if (expand?.properties) addProperties(rendering, instance, expand.properties, shown);
  return shown;
}

function addProperties(rendering: Rendering, instance: Instance, wanted: readonly string[], shown: Shown): void {
  const hidden = instance.date !== null && !rendering.world.settings.occurrencesShowMasterProperties;
  const properties = hidden ? (instance.overrides?.properties ?? {}) : fieldOf(instance, 'properties');
  const found = wanted.filter((id) => properties[id] !== undefined).map((id) => ({ id, value: properties[id] }));
  if (found.length > 0) shown['singleValueExtendedProperties'] = found;
}

/** A master's cancelled occurrences, `OID.<master id>.<date>`. */
export function renderCancelled(rendering: Rendering, instance: Instance): string[] {
  const id = masterIdOf(rendering, instance);
  return Object.keys(instance.event.series?.cancelled ?? {}).map((date) => `OID.${id}.${date}`);
}
