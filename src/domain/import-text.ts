/** What of an Outlook event goes into the booking system, cut to what its columns and forms take. */
import { z } from 'zod';
import type { ContentRules } from './content-settings.ts';
import type { RoomReservation } from './reservation.ts';
import type { RoomEvent } from './room-event.ts';
import { contactLine, placeholderValues, readTemplate } from './template.ts';
import {
  cutBody,
  cutBytes,
  type HtmlConverter,
  type PlainText,
  plainText,
  tidyBody,
  tidyTitle,
  UNNAMED,
} from './text.ts';
import type { WallClock } from './time.ts';
import { addDays, toWallSpan } from './wall-clock.ts';

export interface ImportText {
  /** At most 255 code points; never empty. */
  readonly title: string;
  /** Plain text; empty for private events unless their bodies are imported (E8). */
  readonly description: string;
  /** Organiser's name, else address, else `Outlook`; at most 255 code points. */
  readonly organizer: string;
  /** At most 50 bytes: the booking form counts bytes and refuses more on the next edit (E25). */
  readonly contactName: string;
  /** A valid address or ''. */
  readonly contactEmail: string;
  readonly start: WallClock;
  readonly end: WallClock;
  readonly isPublic: boolean;
  readonly warnings: readonly string[];
}

/**
 * Texts and times of `event` as the booking system stores them. The end may lie at or before the start (E34): the caller checks
 * with `isValidSpan`. Throws `misconfigured` for an unknown zone.
 */
export function importTextOf(event: RoomEvent, rules: ContentRules, converter?: HtmlConverter): ImportText {
  const isPrivate = event.sensitivity !== 'normal';
  const organizer = tidyTitle(event.organizerName ?? '') || tidyTitle(event.organizerAddress ?? '') || 'Outlook';
  const neutral = isPrivate ? rules.privateImportTitle : null;
  const body: PlainText = isPrivate && !rules.content.importPrivateBody ? { text: '' } : plainBodyOf(event, converter);
  return {
    title: neutral ?? (tidyTitle(event.subject) || organizer),
    description: cutBody(tidyBody(body.text), rules.content.bodyLimit),
    organizer,
    contactName: cutBytes(organizer, 50),
    contactEmail: emailOrBlank(event.organizerAddress),
    ...importTimesOf(event, rules),
    isPublic: !isPrivate,
    warnings: body.warning === undefined ? [] : [body.warning],
  };
}

export interface EditText {
  readonly title: string;
  readonly description: string;
}

/**
 * What a person's edit of one of our own events says about the event row it shows: title and body without the wording and the
 * contact line we put around them. A body that only repeats the title is no description.
 */
export function editTextOf(event: RoomEvent, reservation: RoomReservation, rules: ContentRules): EditText {
  const { subject, body } = rules.content;
  const values = placeholderValues(reservation);
  const shown = tidyBody(plainBodyOf(event).text);
  const contact = contactLine(reservation, rules.content);
  const own = contact !== '' && shown.endsWith(contact) ? shown.slice(0, -contact.length).trimEnd() : shown;
  const title = tidyTitle(event.subject);
  return {
    title: readTemplate(subject[reservation.type], values, 'name', title) || UNNAMED,
    description:
      own === title
        ? ''
        : cutBody(readTemplate(body[reservation.type], values, 'description', own), rules.content.bodyLimit),
  };
}

/** The body without HTML, if it was asked for or sent as such. */
export function plainBodyOf(event: RoomEvent, converter?: HtmlConverter): PlainText {
  return event.bodyType === 'html' ? plainText(event.body, converter) : { text: event.body };
}

/** Start and end as wall clocks; an all-day event ends at 23:59 of its last day, or at midnight after it, by setting (E4). */
export function importTimesOf(event: RoomEvent, rules: ContentRules): { start: WallClock; end: WallClock } {
  if (!event.isAllDay) {
    const { from, to } = toWallSpan(event.start, event.end, rules.zone);
    return { start: from, end: to };
  }
  const midnightAfter = `${event.end.slice(0, 10)} 00:00:00`;
  const sameDay = `${addDays(midnightAfter, -1).slice(0, 10)} 23:59:00`;
  return {
    start: `${event.start.slice(0, 10)} 00:00:00`,
    end: rules.content.allDayEnd === 'same-day' ? sameDay : midnightAfter,
  };
}

function emailOrBlank(address: string | null): string {
  const text = (address ?? '').trim();
  return text.length <= 255 && z.regexes.email.test(text) ? text : '';
}
