/**
 * What a reservation looks like in Outlook, and the cheap hash that tells whether it changed. The comparable form of both sides is
 * in `canonical.ts`, the way back in `import-text.ts`.
 */
import { hash } from 'node:crypto';
import type { ContentSettings } from './content-settings.ts';
import type { RoomReservation } from './reservation.ts';
import type { EventContent } from './room-event.ts';
import { cutBody, decodeEntities, tidyBody, tidyTitle, toPlain, withoutCancellationNote } from './text.ts';
import { allDayDates, graphSpanOf, isAllDaySpan, localGraphTime } from './wall-clock.ts';

export { type Canonical, canonicalOfContent, canonicalOfEvent, changedFields, hashFields } from './canonical.ts';
export { type ContentRules, type ContentSettings, DEFAULT_CONTENT_SETTINGS } from './content-settings.ts';
export { type ImportText, importTextOf } from './import-text.ts';
export { CANCELLATION_NOTE, type HtmlConverter, type PlainText, plainText } from './text.ts';

const UNNAMED = 'Unnamed Event';

/**
 * The Outlook event of a valid reservation (end after start, E34) in `zone`. Texts are plain, tidy and cut; whole days become an all-day
 * event (E4); a reservation that is not public becomes private (E9). Throws `misconfigured` for an unknown zone.
 */
export function contentOf(reservation: RoomReservation, settings: ContentSettings, zone: string): EventContent {
  const values = placeholderValues(reservation);
  const hidden = reservation.isPublic ? null : settings.privateTitle;
  const subject = hidden ?? subjectOf(reservation, values, settings);
  return {
    subject,
    body: hidden ?? bodyOf(reservation, values, settings, subject),
    ...timesOf(reservation, zone),
    location: settings.location ? locationOf(values) : null,
    sensitivity: reservation.isPublic ? 'normal' : 'private',
    showAs: 'busy',
  };
}

/**
 * 32 hex characters over everything of `reservation` and `settings` that `contentOf` looks at, the raw texts included: equal
 * hashes mean equal content, different ones that a push has to look. Costs no conversion (R5); 00:00-23:59 and 00:00-00:00 of the next
 * day are the same (E4).
 */
export function bookingHashOf(reservation: RoomReservation, settings: ContentSettings): string {
  const { type, start, end } = reservation;
  const allDay = isAllDaySpan(start, end);
  const parts = [
    settings.subject[type],
    settings.body[type],
    settings.privateTitle,
    settings.bodyLimit,
    settings.location,
    type,
    start,
    allDay ? allDayDates(start, end).end : end,
    reservation.name,
    reservation.description,
    reservation.groupName,
    reservation.organizationName,
    reservation.isPublic,
    reservation.resourceName,
    reservation.buildingName,
  ];
  if (settings.includeContact) parts.push(reservation.contactName, reservation.contactEmail);
  return hash('sha256', JSON.stringify(parts)).slice(0, 32);
}

type Values = Readonly<Record<'name' | 'description' | 'group' | 'organization' | 'resource' | 'building', string>>;

function placeholderValues(reservation: RoomReservation): Values {
  return {
    name: titleText(reservation.name),
    description: tidyBody(withoutCancellationNote(toPlain(reservation.description ?? ''))),
    group: titleText(reservation.groupName),
    organization: titleText(reservation.organizationName),
    resource: titleText(reservation.resourceName),
    building: titleText(reservation.buildingName),
  };
}

/** Tags in titles are literal text (E23). */
function titleText(raw: string | null): string {
  return tidyTitle(decodeEntities(raw ?? ''));
}

function subjectOf({ type }: RoomReservation, values: Values, settings: ContentSettings): string {
  const filled = fill(settings.subject[type], values) ?? '';
  return tidyTitle(filled) || tidyTitle(values.name || values.description) || UNNAMED;
}

function bodyOf(reservation: RoomReservation, values: Values, settings: ContentSettings, subject: string): string {
  const own = tidyBody(fill(settings.body[reservation.type], values) ?? '') || subject;
  const contact = settings.includeContact
    ? [reservation.contactName, reservation.contactEmail].map(titleText).filter(Boolean).join(', ')
    : '';
  return cutBody(contact === '' ? own : `${own}\n\n${contact}`, settings.bodyLimit);
}

/** The template with its values, or null when it asks for values and all of them are empty. */
function fill(template: string, values: Values): string | null {
  let asked = false;
  let found = false;
  const text = template.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    if (!Object.hasOwn(values, name)) return placeholder;
    const value = values[name as keyof Values];
    asked = true;
    found ||= value !== '';
    return value;
  });
  return asked && !found ? null : text;
}

function timesOf({ start, end }: RoomReservation, zone: string): Pick<EventContent, 'start' | 'end' | 'isAllDay'> {
  if (!isAllDaySpan(start, end)) return { ...graphSpanOf(start, end, zone), isAllDay: false };
  const dates = allDayDates(start, end);
  return {
    start: localGraphTime(`${dates.start} 00:00:00`, zone),
    end: localGraphTime(`${dates.end} 00:00:00`, zone),
    isAllDay: true,
  };
}

function locationOf({ resource, building }: Values): string | null {
  return [resource, building].filter(Boolean).join(', ') || null;
}
