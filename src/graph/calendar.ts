import type { Marker, RoomEvent } from '../domain/room-event.ts';
import type { InstantSpan } from '../domain/time.ts';
import type { Log, ReadOutcome, RoomCalendars } from '../sync/ports.ts';
import { type ReadingOf, type ReportUnreadable, readingDelta, readingEvent, readingEvents } from './readings.ts';
import { carryOut, type ReadDeps } from './reads.ts';
import { type WriteDeps, writeEvents } from './writes.ts';

/** Room calendars over Microsoft Graph: the port's reads and writes as calls, packed and paced. */
export function createRoomCalendars(deps: ReadDeps & WriteDeps & { readonly log: Log }): RoomCalendars {
  const { requests, metrics, log } = deps;
  const report: ReportUnreadable = (calendar, eventId, problem) => {
    metrics.add('unreadableRows');
    log.warn('An event could not be understood and was passed over', {
      calendar,
      eventId,
      fields: problem.split(', '),
    });
  };
  const readAll = async <T>(readings: readonly ReadingOf<T>[], limits: { deadline: number }) => {
    await carryOut(deps, readings, limits);
    return readings.map((reading) => reading.outcome());
  };
  const readOne = async <T>(reading: ReadingOf<T>, limits: { deadline: number }) => {
    const [outcome] = await readAll([reading], limits);
    return unwrap(outcome as ReadOutcome<T>);
  };
  const readingWindow = (calendar: string, span: InstantSpan) => {
    const first = (cautious: boolean) => requests.window(calendar, span, cautious);
    return readingEvents(calendar, { first, marked: true, missing: 'room-unavailable' }, report);
  };
  return {
    write: (calendar, writes, limits) => writeEvents(deps, calendar, writes, limits),
    getEvents: (wanted, limits) =>
      readAll(
        wanted.map(({ calendar, eventId }) => readingEvent(calendar, requests.getEvent(calendar, eventId), report)),
        limits,
      ),
    findByMarker: async (calendar, markers, limits) => {
      const readings = markers.map((marker) => {
        const first = () => requests.findByMarker(calendar, marker);
        return readingEvents(calendar, { first, marked: true, missing: 'room-unavailable' }, report);
      });
      const found = (await readAll(readings, limits)).map(unwrap);
      // Graph compares values without case, so the marker itself decides.
      return uniqueById(found.flatMap((events, at) => events.filter(({ marker }) => isSame(marker, markers[at]))));
    },
    readWindow: (calendar, span, limits) => readOne(readingWindow(calendar, span), limits),
    readWindows: (wanted, limits) =>
      readAll(
        wanted.map(({ calendar, span }) => readingWindow(calendar, span)),
        limits,
      ),
    readDelta: (wanted, limits) =>
      readAll(
        wanted.map(({ calendar, link, window }) =>
          readingDelta(calendar, link, (cautious) => requests.delta(calendar, window, cautious), report),
        ),
        limits,
      ),
    readInstances: (calendar, seriesMasterId, span, limits) => {
      const first = () => requests.instances(calendar, seriesMasterId, span);
      return readOne(readingEvents(calendar, { first, marked: false, missing: 'not-found' }, report), limits);
    },
  };
}

function unwrap<T>(outcome: ReadOutcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw outcome.error;
}

function isSame(found: Marker | null | undefined, wanted: Marker | undefined): boolean {
  return (
    found?.type === wanted?.type &&
    found?.id === wanted?.id &&
    found?.resourceId === wanted?.resourceId &&
    found?.generation === wanted?.generation
  );
}

function uniqueById(events: readonly RoomEvent[]): readonly RoomEvent[] {
  return [...new Map(events.map((event) => [event.id, event])).values()];
}
