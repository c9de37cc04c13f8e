/** Pure text rules: what titles and bodies become on their way between two systems with different limits. */
import { decode } from 'html-entities';
import { compile, type HtmlToTextOptions } from 'html-to-text';

/** Title of what has neither name nor description. */
export const UNNAMED = 'Unnamed Event';

/** Longest title either side takes, in code points (E24). */
export const TITLE_LIMIT = 255;

/** Appended once to the description of an event cancelled from Outlook; never pushed (E65). */
export const CANCELLATION_NOTE = '--- Cancelled from Outlook ---';

const ELLIPSIS = '…';

/** Tags that make a text HTML; other words in angle brackets are a person's own. */
const HTML_TAG =
  /<\/?(?:a|b|blockquote|body|br|div|em|font|h[1-6]|head|hr|html|i|img|li|meta|ol|p|pre|script|span|strong|style|table|tbody|td|th|tr|u|ul)(?:\s[^<>]*)?\/?>/i;

/** Turns HTML into plain text; may throw on input it cannot take. */
export type HtmlConverter = (html: string) => string;

export interface PlainText {
  readonly text: string;
  readonly warning?: string;
}

/**
 * HTML as plain text: no tags, no script or style text, entities decoded once (S12). When the converter throws, the original
 * text comes back with a warning, so that an import goes on (S112).
 */
export function plainText(html: string, converter: HtmlConverter = convertHtml): PlainText {
  try {
    return { text: converter(html) };
  } catch {
    return { text: html, warning: 'HTML to text conversion failed' };
  }
}

/**
 * A text of the booking system as plain text, whether it holds HTML, entities of old forms (E23), or neither. Its line breaks stay,
 * since a plain text with a tag in it is no HTML page.
 */
export function toPlain(raw: string): string {
  if (HTML_TAG.test(raw)) return plainText(raw, convertStoredText).text;
  const decoded = decodeEntities(raw);
  return HTML_TAG.test(decoded) ? plainText(decoded, convertStoredText).text : decoded;
}

/**
 * `step` repeated until nothing changes. Texts are compared in this form: a literal `&amp;` somebody typed in Outlook decodes once
 * more each time it passes through the booking system, and would otherwise count as an edit.
 */
export function settled(text: string, step: (text: string) => string): string {
  let before = text;
  for (let round = 0; round < 5; round++) {
    const after = step(before);
    if (after === before) break;
    before = after;
  }
  return before;
}

/** Entities decoded once; only those written with their semicolon, so that `R&D &notes` stays. */
export function decodeEntities(text: string): string {
  return text.includes('&') ? decode(text, { scope: 'strict' }) : text;
}

/** One line without control characters or doubled blanks, cut at 255 code points between characters (E24). */
export function tidyTitle(text: string): string {
  return cutCodePoints(
    text
      .toWellFormed()
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .trim(),
    TITLE_LIMIT,
  );
}

/**
 * A body as both systems keep it: LF line ends, no-break spaces as spaces, no trailing blanks, at most one blank line in a row,
 * nothing around it, no control characters.
 */
export function tidyBody(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/\u00a0/g, ' ')
    .replace(/[\u200b\ufeff]|(?![\n\t])\p{Cc}/gu, '')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/**
 * A tidy body in the form it is compared in: Exchange adds and drops blank lines and turns blanks into no-break spaces and back when
 * it stores text as HTML.
 */
export function squashBody(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '')
    .join('\n')
    .normalize('NFC');
}

/**
 * Cuts a tidy body so that at most `limit` code points remain, ellipsis included (E26). A line break counts as two whether or not
 * a blank line follows, so that a body is cut at the same character before and after Exchange had its way with blank lines.
 */
export function cutBody(text: string, limit: number): string {
  if (text.length * 2 <= limit) return text;
  let weight = 0;
  let keep = 0;
  let at = 0;
  for (const character of text) {
    if (character === '\n') weight += text[at - 1] === '\n' ? 0 : 2;
    else weight += 1;
    at += character.length;
    if (weight < limit) keep = at;
    if (weight > limit) return text.slice(0, keep).trimEnd() + ELLIPSIS;
  }
  return text;
}

/** Text without the notes appended when it was cancelled from Outlook, however many there are. */
export function withoutCancellationNote(text: string): string {
  let rest = text.trimEnd();
  while (rest.endsWith(CANCELLATION_NOTE)) rest = rest.slice(0, -CANCELLATION_NOTE.length).trimEnd();
  return rest;
}

/** At most `limit` code points, never half a character: a family emoji or a letter with its accent goes as a whole. */
export function cutCodePoints(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const points = Array.from(text);
  if (points.length <= limit) return text;
  const whole = points.slice(0, limit).join('');
  const around = points.slice(0, limit + 1).join('');
  const last = new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(around).containing(whole.length - 1);
  const splits = last !== undefined && last.index + last.segment.length > whole.length && last.index > 0;
  return (splits ? whole.slice(0, last.index) : whole).trimEnd();
}

/** At most `limit` UTF-8 bytes, never half a character (the booking form counts bytes, E25). */
export function cutBytes(text: string, limit: number): string {
  const whole = text.toWellFormed();
  const { read } = new TextEncoder().encodeInto(whole, new Uint8Array(limit));
  return whole.slice(0, read).trimEnd();
}

const CONVERSION: HtmlToTextOptions = {
  wordwrap: false,
  selectors: [
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
    { selector: 'img', format: 'skip' },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: 'table', options: { uppercaseHeaderCells: false } },
  ],
};
const convertHtml: HtmlConverter = compile(CONVERSION);
const convertStoredText: HtmlConverter = compile({ ...CONVERSION, preserveNewlines: true });
