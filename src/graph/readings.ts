import { SyncError } from '../domain/errors.ts';
import type { RoomEvent } from '../domain/room-event.ts';
import type { DeltaRound, ReadOutcome } from '../sync/ports.ts';
import type { GraphCall } from './client.ts';
import type { Reading } from './reads.ts';
import { deltaPage, nextPage } from './requests.ts';
import { pathOfLink, readPage, readRow, type ThinOccurrence, type WirePage, type WireRow } from './wire.ts';

/** A reading whose outcome is known once it was carried out. */
export interface ReadingOf<T> extends Reading {
  outcome(): ReadOutcome<T>;
}

/** Told about every row that could not be understood; `problem` names fields only. */
export type ReportUnreadable = (calendar: string, id: string | null, problem: string) => void;

/** Times a first delta round whose link died under way is begun again. */
const MOST_RESTARTS = 2;
/** More pages than any mailbox has; a chain of links longer than this is a circle. */
const MOST_PAGES = 20_000;

/** One event. */
export function readingEvent(calendar: string, call: GraphCall, report: ReportUnreadable): ReadingOf<RoomEvent> {
  const result = createResult<RoomEvent>();
  return {
    calendar,
    next: () => call,
    receive: (body) => {
      const row = readRow(body, true);
      // Without an id it is no event at all: what was cut off on the way says nothing about the event (R3).
      if (row.kind === 'unreadable' && row.id === null) throw cutPage();
      if (row.kind === 'event') result.succeed(row.event);
      else result.fail(new SyncError('rejected', 'The event could not be understood.', { code: 'UnreadableEvent' }));
      if (row.kind === 'unreadable') report(calendar, row.id, row.problem);
      return false;
    },
    fail: result.fail,
    outcome: result.outcome,
  };
}

export interface EventsReading {
  /** The first page. */
  readonly first: (cautious: boolean) => GraphCall;
  /** The markers are asked for. */
  readonly marked: boolean;
  /** What a 404 of an item means here: the series that was named, or else the calendar itself. */
  readonly missing: 'not-found' | 'room-unavailable';
}

/** All pages of a collection of events, each id once with its last row. */
export function readingEvents(
  calendar: string,
  { first, marked, missing }: EventsReading,
  report: ReportUnreadable,
): ReadingOf<readonly RoomEvent[]> {
  const result = createResult<readonly RoomEvent[]>();
  const events = new Map<string, RoomEvent>();
  const unreadable: string[] = [];
  const pages = createPages();
  return {
    calendar,
    next: (cautious) => (pages.link() === null ? first(cautious) : nextPage(pages.link() ?? '')),
    receive: (body) => {
      const page = pages.take(body);
      for (const raw of page.rows) {
        const row = readRow(raw, marked);
        if (row.kind === 'event') events.set(row.event.id, row.event);
        if (row.kind === 'unreadable') noteUnreadable(calendar, row, unreadable, report);
      }
      if (page.nextLink !== null) return true;
      result.succeed([...events.values()], unreadable);
      return false;
    },
    fail: (error) => result.fail(missing === 'not-found' ? error : asCalendarError(error)),
    outcome: result.outcome,
  };
}

/**
 * One delta round. Rows of the same id are merged, the last one seen wins; pages may be empty; the round is over with the delta
 * link and not before. A first round whose link dies under way is begun again, since the caller asked for everything anyway.
 */
export function readingDelta(
  calendar: string,
  link: string | null,
  first: (cautious: boolean) => GraphCall,
  report: ReportUnreadable,
): ReadingOf<DeltaRound> {
  const result = createResult<DeltaRound>();
  const unreadable: string[] = [];
  let rows = new Map<string, WireRow>();
  let pages = createPages(link);
  let restarts = 0;
  return {
    calendar,
    next: (cautious) => (pages.link() === null ? first(cautious) : deltaPage(pages.link() ?? '', cautious)),
    receive: (body) => {
      const page = pages.take(body, 'delta');
      for (const raw of page.rows) {
        const row = readRow(raw, false);
        if (row.kind === 'unreadable') noteUnreadable(calendar, row, unreadable, report);
        else merge(rows, row);
      }
      if (page.deltaLink === null) return true;
      result.succeed(toRound(rows, page.deltaLink), unreadable);
      return false;
    },
    fail: (failure) => {
      const error = asLinkError(failure, pages.link() !== null);
      if (error.kind === 'resync-required' && link === null && restarts < MOST_RESTARTS) {
        restarts += 1;
        rows = new Map();
        unreadable.length = 0;
        pages = createPages();
        return true;
      }
      return result.fail(error);
    },
    outcome: result.outcome,
  };
}

/** Removed and set again, so that a row seen again also moves to its later place. */
function merge(rows: Map<string, WireRow>, row: Exclude<WireRow, { kind: 'unreadable' }>): void {
  const id = row.kind === 'event' ? row.event.id : row.kind === 'occurrence' ? row.occurrence.id : row.id;
  rows.delete(id);
  rows.set(id, row);
}

function toRound(rows: ReadonlyMap<string, WireRow>, deltaLink: string): DeltaRound {
  const events: RoomEvent[] = [];
  const occurrences: ThinOccurrence[] = [];
  const removed: string[] = [];
  for (const row of rows.values()) {
    if (row.kind === 'event') events.push(row.event);
    else if (row.kind === 'occurrence') occurrences.push(row.occurrence);
    else if (row.kind === 'removed') removed.push(row.id);
  }
  return { events, occurrences, removed, deltaLink };
}

/** Follows the links of a paged answer; a page that is none, or that points at itself, is a cut answer and is asked for again. */
function createPages(link: string | null = null) {
  let path = link === null ? null : pathOfLink(link);
  let count = 0;
  return {
    link: () => path,
    take: (body: unknown, kind: 'delta' | 'list' = 'list'): WirePage => {
      const page = readPage(body);
      if (page === null || (kind === 'delta' && page.nextLink === null && page.deltaLink === null)) throw cutPage();
      count += 1;
      const next = page.nextLink === null ? null : pathOfLink(page.nextLink);
      if (next !== null && (next === path || count > MOST_PAGES)) throw cutPage();
      path = next;
      return page;
    },
  };
}

/** A request for a whole calendar names no event: an item that is not found is the calendar. */
function asCalendarError(error: SyncError): SyncError {
  if (error.kind !== 'not-found') return error;
  const message = 'The room has no calendar that can be read: check its mailbox in Exchange Online.';
  return new SyncError('room-unavailable', message, { cause: error, ...(error.code && { code: error.code }) });
}

/** A link holds nothing that could be refused but its token, which some answers call no more than a bad request. */
function asLinkError(error: SyncError, isLink: boolean): SyncError {
  if (error.kind !== 'rejected' || !isLink) return asCalendarError(error);
  const message = 'Microsoft Graph does not know the delta link any more: a full read of the window is needed.';
  return new SyncError('resync-required', message, { cause: error, ...(error.code && { code: error.code }) });
}

function cutPage(): SyncError {
  return new SyncError('transient', 'Microsoft Graph answered with an incomplete page.', { code: 'CutPage' });
}

function noteUnreadable(
  calendar: string,
  row: WireRow & { kind: 'unreadable' },
  unreadable: string[],
  report: ReportUnreadable,
): void {
  if (row.id !== null) unreadable.push(row.id);
  report(calendar, row.id, row.problem);
}

function createResult<T>() {
  let outcome: ReadOutcome<T> = { ok: false, error: new SyncError('transient', 'Nothing was read.') };
  return {
    outcome: () => outcome,
    succeed: (value: T, unreadable: readonly string[] = []) => {
      outcome = unreadable.length === 0 ? { ok: true, value } : { ok: true, value, unreadable };
    },
    fail: (error: SyncError) => {
      outcome = { ok: false, error };
      return false;
    },
  };
}
