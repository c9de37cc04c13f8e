import { z } from 'zod';
import {
  HISTORICAL_ID_PROPERTY_ID,
  HISTORICAL_TYPE_PROPERTY_ID,
  MARKER_PROPERTY_ID,
  parseHistoricalMarker,
  parseMarker,
} from '../domain/marker.ts';
import type { Marker, RoomEvent } from '../domain/room-event.ts';
import type { Instant } from '../domain/time.ts';

/** What a row of a page can be; https://learn.microsoft.com/graph/api/event-delta and its thin occurrences. */
export type WireRow =
  | { readonly kind: 'event'; readonly event: RoomEvent }
  | { readonly kind: 'occurrence'; readonly occurrence: ThinOccurrence }
  | { readonly kind: 'removed'; readonly id: string }
  /** Could not be understood; `problem` names fields, never values (R11). */
  | { readonly kind: 'unreadable'; readonly id: string | null; readonly problem: string };

export interface ThinOccurrence {
  readonly id: string;
  readonly seriesMasterId: string;
  readonly start: Instant;
  readonly end: Instant;
}

const text = z.string().nullish();

/** `2027-03-01T08:00:00.0000000`, no offset; we ask for UTC on every read, so anything else is not ours to guess. */
const utcTime = z
  .object({ dateTime: z.string(), timeZone: z.string() })
  .refine(({ timeZone }) => timeZone.toUpperCase() === 'UTC', 'is not in UTC')
  .transform(({ dateTime }, context) => toInstant(`${dateTime.replace(/Z$/, '')}Z`) ?? unreadable(context));

const stamp = z
  .string()
  .nullish()
  .transform((value) => (value == null ? null : toInstant(value)));

const person = z.object({ emailAddress: z.object({ name: text, address: text }).nullish() }).nullish();
const properties = z.array(z.object({ id: z.string(), value: text })).nullish();

/**
 * The fields of an event we use. Strict where a wrong guess would do harm (identity, time, kind), forgiving where Graph may add a
 * value: an unknown sensitivity counts as private, an unknown answer as none.
 */
const eventRow = z
  .object({
    id: z.string().min(1),
    '@odata.etag': text,
    changeKey: text,
    type: z.enum(['singleInstance', 'occurrence', 'exception', 'seriesMaster']).nullish(),
    seriesMasterId: text,
    originalStart: stamp,
    iCalUId: text,
    subject: text,
    body: z.object({ contentType: z.string().nullish(), content: text }).nullish(),
    start: utcTime,
    end: utcTime,
    isAllDay: z.boolean().nullish(),
    isCancelled: z.boolean().nullish(),
    isOrganizer: z.boolean().nullish(),
    attendees: z.array(z.unknown()).nullish(),
    organizer: person,
    showAs: z.enum(['free', 'tentative', 'busy', 'oof', 'workingElsewhere', 'unknown']).catch('unknown'),
    sensitivity: z.enum(['normal', 'personal', 'private', 'confidential']).nullish().catch('private'),
    location: z.object({ displayName: text }).nullish(),
    responseStatus: z
      .object({
        response: z
          .enum(['none', 'organizer', 'tentativelyAccepted', 'accepted', 'declined', 'notResponded'])
          .catch('none'),
      })
      .nullish(),
    createdDateTime: stamp,
    lastModifiedDateTime: stamp,
    singleValueExtendedProperties: properties,
  })
  .transform((row) => ({ ...row, version: row.changeKey ?? versionInEtag(row['@odata.etag']) }))
  .refine((row) => row.version !== null, { path: ['changeKey'], message: 'is missing' });

const occurrenceRow = z.object({
  id: z.string().min(1),
  seriesMasterId: z.string().min(1),
  start: utcTime,
  end: utcTime,
});

/** One row of a page or one event. `marked`: the read asked for our properties, so that their absence means something. */
export function readRow(row: unknown, marked: boolean): WireRow {
  const id = idOf(row);
  if (id !== null && hasKey(row, '@removed')) return { kind: 'removed', id };
  if (isThinOccurrence(row)) {
    const parsed = occurrenceRow.safeParse(row);
    return parsed.success ? { kind: 'occurrence', occurrence: parsed.data } : refuse(id, parsed.error);
  }
  const parsed = eventRow.safeParse(row);
  return parsed.success ? { kind: 'event', event: toRoomEvent(parsed.data, marked) } : refuse(id, parsed.error);
}

function toRoomEvent(row: z.output<typeof eventRow>, marked: boolean): RoomEvent {
  const organizer = row.organizer?.emailAddress;
  return {
    id: row.id,
    kind: row.type ?? (row.seriesMasterId ? 'occurrence' : 'singleInstance'),
    changeKey: row.version ?? '',
    iCalUId: row.iCalUId ?? null,
    seriesMasterId: row.seriesMasterId ?? null,
    originalStart: row.originalStart,
    subject: row.subject ?? '',
    body: row.body?.content ?? '',
    bodyType: row.body?.contentType?.toLowerCase() === 'html' ? 'html' : 'text',
    start: row.start,
    end: row.end,
    isAllDay: row.isAllDay ?? false,
    isCancelled: row.isCancelled ?? false,
    // Unknown counts as somebody else's, which we never patch or delete (R9).
    isOrganizer: row.isOrganizer ?? false,
    hasAttendees: (row.attendees?.length ?? 0) > 0,
    organizerName: organizer?.name || null,
    organizerAddress: organizer?.address || null,
    showAs: row.showAs,
    sensitivity: row.sensitivity ?? 'normal',
    location: row.location?.displayName || null,
    response: row.responseStatus?.response ?? 'none',
    createdAt: row.createdDateTime,
    lastModifiedAt: row.lastModifiedDateTime,
    marker: marked ? readMarker(row.singleValueExtendedProperties ?? []) : undefined,
  };
}

/** Our marker, else the pair the former service left; null when there is neither. */
function readMarker(found: readonly { id: string; value?: string | null | undefined }[]): Marker | null {
  const find = (id: string) => found.find((property) => property.id.toLowerCase() === id.toLowerCase())?.value;
  const own = parseMarker(find(MARKER_PROPERTY_ID) ?? '');
  return own ?? parseHistoricalMarker(find(HISTORICAL_TYPE_PROPERTY_ID), find(HISTORICAL_ID_PROPERTY_ID));
}

/** Occurrences in delta carry their id, series and times only: everything else is read from a fuller source. */
function isThinOccurrence(row: unknown): boolean {
  return hasKey(row, 'type') && row.type === 'occurrence' && !hasKey(row, 'subject') && !hasKey(row, 'showAs');
}

/** A page of a collection; rows stay unparsed so that one bad row costs that row only. */
const page = z.object({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().nullish(),
  '@odata.deltaLink': z.string().nullish(),
});

export interface WirePage {
  readonly rows: readonly unknown[];
  readonly nextLink: string | null;
  readonly deltaLink: string | null;
}

/** The page in a 2xx body; null when it is none (a cut answer). */
export function readPage(body: unknown): WirePage | null {
  const parsed = page.safeParse(body);
  if (!parsed.success) return null;
  const links = parsed.data;
  return {
    rows: links.value,
    nextLink: links['@odata.nextLink'] ?? null,
    deltaLink: links['@odata.deltaLink'] ?? null,
  };
}

/**
 * A stored or received link as a path below the version. Only path and query are used, byte for byte: the origin is always the
 * configured one (the SDK cannot follow http links, and a token must never go elsewhere).
 */
export function pathOfLink(link: string): string {
  return link.replace(/^https?:\/\/[^/]+\/(v1\.0|beta)(?=\/)/i, '');
}

function refuse(id: string | null, error: z.ZodError): WireRow {
  const problem = [...new Set(error.issues.map(({ path }) => path.join('.') || 'row'))].join(', ');
  return { kind: 'unreadable', id, problem };
}

function idOf(row: unknown): string | null {
  return hasKey(row, 'id') && typeof row.id === 'string' && row.id !== '' ? row.id : null;
}

function hasKey<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && key in value;
}

function versionInEtag(etag: string | null | undefined): string | null {
  return /^W\/"(.+)"$/.exec(etag ?? '')?.[1] ?? null;
}

/** Any ISO time with a zone to an `Instant`; null when it is none. Graph writes seven fractional digits, we keep three. */
function toInstant(value: string): Instant | null {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/.exec(value);
  const epoch = Date.parse(value);
  if (Number.isNaN(epoch)) return null;
  return parts === null ? new Date(epoch).toISOString() : `${parts[1]}.${(parts[2] ?? '').padEnd(3, '0').slice(0, 3)}Z`;
}

function unreadable(context: z.RefinementCtx): never {
  context.addIssue({ code: 'custom', message: 'is not a time' });
  return z.NEVER;
}
