/**
 * The one form in which both sides are compared: what the booking system can hold of an event. Whatever it cannot hold (a second
 * 02:30 in October, blank lines Exchange moves around, an organiser's own location) is equal by definition, so that it is never
 * mistaken for an edit (R7).
 */
import { hash } from 'node:crypto';
import type { ContentRules } from './content-settings.ts';
import { importTextOf, importTimesOf, plainBodyOf } from './import-text.ts';
import type { FieldHashes, Origin } from './mapping.ts';
import type { EventContent, RoomEvent } from './room-event.ts';
import { cutBody, decodeEntities, settled, squashBody, tidyBody, tidyTitle, toPlain, UNNAMED } from './text.ts';
import type { LocalDate, WallClock } from './time.ts';
import { allDayDates, isAllDaySpan, wallOfGraphTime } from './wall-clock.ts';

export interface Canonical {
  readonly subject: string;
  /** The title where there is no body of its own: see `isMadeOfTitle`. */
  readonly body: string;
  /** Wall clock in the configured zone; first day for all-day. */
  readonly start: WallClock | LocalDate;
  /** Wall clock in the configured zone; the day after the last one for all-day. */
  readonly end: WallClock | LocalDate;
  readonly isAllDay: boolean;
  readonly location: string;
  readonly sensitivity: 'normal' | 'private';
}

/** The comparable form of what we write. `origin`: that of the mapping. */
export function canonicalOfContent(content: EventContent, rules: ContentRules, origin: Origin): Canonical {
  const start = wallOfGraphTime(content.start, rules.zone);
  const end = wallOfGraphTime(content.end, rules.zone);
  return canonicalOf({ ...content, ...canonicalTimes(start, end) }, rules, origin);
}

/**
 * The comparable form of what Outlook holds. `origin`: that of the mapping; an event born in Outlook is seen as its import would
 * leave it, with the organiser for a missing title (E27), without a private body (E8) and cut where the import cuts.
 */
export function canonicalOfEvent(event: RoomEvent, rules: ContentRules, origin: Origin): Canonical {
  const imported = origin === 'outlook' ? importTextOf(event, rules) : null;
  const { start, end } = importTimesOf(event, rules);
  const raw: Raw = {
    subject: imported?.title ?? event.subject,
    body: imported?.description ?? plainBodyOf(event).text,
    ...canonicalTimes(start, end),
    location: event.location,
    sensitivity: event.sensitivity === 'normal' ? 'normal' : 'private',
  };
  return canonicalOf(raw, rules, origin);
}

/** One short hash per field of the baseline. */
export function hashFields(canonical: Canonical): FieldHashes {
  const { subject, body, start, end, isAllDay, location, sensitivity } = canonical;
  return {
    subject: shortHash(subject),
    body: shortHash(body),
    time: shortHash(`${isAllDay ? 'days' : 'times'} ${start} ${end}`),
    location: shortHash(location),
    sensitivity: shortHash(sensitivity),
  };
}

/**
 * Whether the body says nothing but the title, which is what we write where a reservation has no text (2.2). Titles whose comparable
 * body differs from them (HTML, more than the limit) are taken for texts of their own, and so is what was never agreed ('').
 */
export function isMadeOfTitle({ subject, body }: Pick<FieldHashes, 'subject' | 'body'>): boolean {
  return body !== '' && subject === body;
}

/** Names of the fields in which two sides differ. */
export function changedFields(a: FieldHashes, b: FieldHashes): readonly (keyof FieldHashes)[] {
  return (Object.keys(a) as (keyof FieldHashes)[]).filter((field) => a[field] !== b[field]);
}

type Raw = Omit<Canonical, 'location'> & { readonly location: string | null };

function canonicalOf(raw: Raw, rules: ContentRules, origin: Origin): Canonical {
  const { bodyLimit, importPrivateBody, location } = rules.content;
  const isSecret = origin === 'outlook' && raw.sensitivity === 'private';
  const neutral = isSecret ? rules.privateImportTitle : null;
  const subject = neutral ?? (comparableTitle(raw.subject) || UNNAMED);
  const ownBody = isSecret && !importPrivateBody ? '' : comparableBody(raw.body, bodyLimit);
  return {
    subject,
    body: ownBody || comparableBody(subject, bodyLimit),
    start: raw.start,
    end: raw.end,
    isAllDay: raw.isAllDay,
    location: location && origin === 'booking' ? comparableTitle(raw.location ?? '') : '',
    sensitivity: raw.sensitivity,
  };
}

function comparableTitle(text: string): string {
  return tidyTitle(settled(text, decodeEntities)).normalize('NFC');
}

function comparableBody(text: string, limit: number): string {
  return squashBody(cutBody(tidyBody(settled(text, toPlain)), limit));
}

function canonicalTimes(start: WallClock, end: WallClock): Pick<Canonical, 'start' | 'end' | 'isAllDay'> {
  if (!isAllDaySpan(start, end)) return { start, end, isAllDay: false };
  return { ...allDayDates(start, end), isAllDay: true };
}

const FIELDS = ['subject', 'body', 'time', 'location', 'sensitivity'] as const satisfies readonly (keyof FieldHashes)[];
const FINGERPRINT_PART = 24;

/** The hashes of what is sent in one word of at most 128 characters, for intents: see `fieldsSent`. */
export function fingerprintOf(hashes: FieldHashes): string {
  return FIELDS.map((field) => hashes[field].slice(0, FINGERPRINT_PART)).join('.');
}

/** The fields in which an event is just as it was sent (R6). */
export function fieldsSent(fingerprint: string, held: FieldHashes): readonly (keyof FieldHashes)[] {
  const parts = fingerprint.split('.');
  return FIELDS.filter((field, index) => parts[index] === held[field].slice(0, FINGERPRINT_PART));
}

function shortHash(text: string): string {
  return hash('sha256', text).slice(0, 32);
}
