import { hashWords } from './random.ts';

/**
 * Ids as Exchange shapes them: regular `AAMk…`, immutable `AAkALgAA…`, URL-safe base64 with `=`. On purpose
 * every four neighbours of a mailbox differ in one letter's case and in one `-` against `_`, so that code which lower-cases or
 * "repairs" ids fails at once.
 */
const IMMUTABLE = 'AAkALgAA';
const REGULAR = 'AAMkADYx';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const EVENT_ID =
  /^(AAkALgAA|AAMkADYx)([A-Za-z0-9_-]{10})([A-Za-z0-9_-]{14})(?:R([0-9a-z]{3}))?(?:O(\d{8})([0-9a-z]{3}))?AAA=$/;

function base64Digits(value: number, length: number): string {
  let rest = value;
  let digits = '';
  for (let i = 0; i < length; i++) {
    digits = ALPHABET[rest % 64] + digits;
    rest = Math.floor(rest / 64);
  }
  return digits;
}

/** Ten characters that tell whose mailbox an id belongs to. */
export function mailboxTag(mailboxId: string): string {
  const [w1, w2] = hashWords(mailboxId, 17);
  return base64Digits(w1, 5) + base64Digits(w2, 5);
}

/** The part of an id that names the nth event of a mailbox. */
export function eventCore(seed: string, tag: string, number: number): string {
  const group = number >> 2;
  const [noise] = hashWords(`${seed}/${tag}/${group}`);
  return base64Digits(noise, 6) + base64Digits(group, 6) + (number & 2 ? 'Q' : 'q') + (number & 1 ? '_' : '-');
}

export interface EventRef {
  readonly form: 'immutable' | 'regular';
  readonly tag: string;
  readonly core: string;
  /** How often the item had been moved when a regular id was given out. */
  readonly moves: number;
  /** `2026-11-03` for an occurrence. */
  readonly date: string | null;
  /** Schedule of the series the occurrence id belongs to. */
  readonly schedule: number;
}

function occurrencePart(date: string, schedule: number): string {
  return `O${date.replaceAll('-', '')}${schedule.toString(36).padStart(3, '0')}`;
}

export function immutableId(tag: string, core: string, date: string | null = null, schedule = 0): string {
  return date === null
    ? `${IMMUTABLE}${tag}${core}AAA=`
    : `${IMMUTABLE}${tag}${core}${occurrencePart(date, schedule)}AAA=`;
}

export function regularId(tag: string, core: string, moves: number, date: string | null = null, schedule = 0): string {
  const occurrence = date === null ? '' : occurrencePart(date, schedule);
  return `${REGULAR}${tag}${core}R${moves.toString(36).padStart(3, '0')}${occurrence}AAA=`;
}

/** Null when the text is no event id at all. */
export function parseEventId(id: string): EventRef | null {
  const match = EVENT_ID.exec(id);
  if (!match) return null;
  const day = match[5];
  const regular = match[1] === REGULAR;
  if (regular !== (match[4] !== undefined)) return null;
  return {
    form: regular ? 'regular' : 'immutable',
    tag: match[2] as string,
    core: match[3] as string,
    moves: regular ? Number.parseInt(match[4] as string, 36) : 0,
    date: day === undefined ? null : `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`,
    schedule: match[6] === undefined ? 0 : Number.parseInt(match[6], 36),
  };
}

/** Version stamp of the nth write in a mailbox. */
export function changeKeyOf(tag: string, version: number): string {
  return `DwAAABYAAAC${tag.slice(0, 6)}${base64Digits(version, 8)}Q==`;
}

export function etagOf(changeKey: string): string {
  return `W/"${changeKey}"`;
}

/** A GUID that depends on its label only. */
export function guidOf(label: string): string {
  const [a, b] = hashWords(label, 1);
  const [c, d] = hashWords(label, 2);
  const hex = [a, b, c, d].map((word) => word.toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The global object id organiser's and attendees' copies share. */
export function iCalUIdOf(seed: string, number: number): string {
  const hex = guidOf(`${seed}/ical/${number}`).replaceAll('-', '').toUpperCase();
  return `040000008200E00074C5B7101A82E00800000000${hex}000000000000000010000000${hex.slice(0, 16)}`;
}
