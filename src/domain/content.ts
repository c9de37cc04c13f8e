/**
 * What a reservation looks like in Outlook, and the cheap hash that tells whether it changed. The comparable form of both sides is
 * in `canonical.ts`, the way back in `import-text.ts`.
 */
import { hash } from 'node:crypto';
import { canonicalOfContent, hashFields } from './canonical.ts';
import type { ContentRules, ContentSettings } from './content-settings.ts';
import type { FieldHashes, Origin } from './mapping.ts';
import type { RoomReservation } from './reservation.ts';
import type { EventContent } from './room-event.ts';
import { contactLine, fillTemplate, type PlaceholderValues, placeholderValues } from './template.ts';
import { cutBody, tidyBody, tidyTitle, UNNAMED } from './text.ts';
import { allDayDates, graphDaysOf, graphSpanOf, isAllDaySpan } from './wall-clock.ts';

export {
  type Canonical,
  canonicalOfContent,
  canonicalOfEvent,
  changedFields,
  fieldsSent,
  fingerprintOf,
  hashFields,
} from './canonical.ts';
export { type ContentRules, type ContentSettings, DEFAULT_CONTENT_SETTINGS } from './content-settings.ts';
export { type EditText, editTextOf, type ImportText, importTextOf } from './import-text.ts';
export { CANCELLATION_NOTE, type HtmlConverter, type PlainText, plainText } from './text.ts';

/** The field hashes of a valid reservation as its event shows it; `origin`: that of the mapping. Throws as `contentOf`. */
export function hashesOfReservation(reservation: RoomReservation, rules: ContentRules, origin: Origin): FieldHashes {
  return hashFields(canonicalOfContent(contentOf(reservation, rules.content, rules.zone), rules, origin));
}

/**
 * The Outlook event of a valid reservation (end after start, E34) in `zone`. Texts are plain, tidy and cut; whole days become an all-day
 * event (E4); a reservation that is not public becomes private (E9). Throws `misconfigured` for an unknown zone.
 */
export function contentOf(reservation: RoomReservation, settings: ContentSettings, zone: string): EventContent {
  const { start, end, isPublic } = reservation;
  const values = placeholderValues(reservation);
  const neutral = isPublic ? null : settings.privateTitle;
  const subject = neutral ?? subjectOf(reservation, values, settings);
  const isAllDay = isAllDaySpan(start, end);
  return {
    subject,
    body: neutral ?? bodyOf(reservation, values, settings, subject),
    ...(isAllDay ? graphDaysOf(start, end, zone) : graphSpanOf(start, end, zone)),
    isAllDay,
    location: settings.location ? locationOf(values) : null,
    sensitivity: isPublic ? 'normal' : 'private',
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

function subjectOf({ type }: RoomReservation, values: PlaceholderValues, settings: ContentSettings): string {
  return tidyTitle(fillTemplate(settings.subject[type], values) || values.name || values.description) || UNNAMED;
}

/** The contact line is kept whole when the text before it is cut. */
function bodyOf(
  reservation: RoomReservation,
  values: PlaceholderValues,
  settings: ContentSettings,
  subject: string,
): string {
  const own = tidyBody(fillTemplate(settings.body[reservation.type], values)) || subject;
  const contact = contactLine(reservation, settings);
  if (contact === '') return cutBody(own, settings.bodyLimit);
  return `${cutBody(own, settings.bodyLimit - contact.length - 2)}\n\n${contact}`;
}

function locationOf({ resource, building }: PlaceholderValues): string | null {
  return [resource, building].filter(Boolean).join(', ') || null;
}
