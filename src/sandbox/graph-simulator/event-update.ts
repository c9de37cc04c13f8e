import { bodyOf, type CalendarCall, matchesVersion } from './call.ts';
import { type EventInput, momentsOf, readEventInput, type WallTime } from './event-input.ts';
import { findEvent, versionMismatch } from './event-lookup.ts';
import { etagOfInstance, renderEvent } from './event-output.ts';
import { changeKeyOf } from './ids.ts';
import { isOwnMeeting, sendCancellations, sendRequests } from './meetings.ts';
import type { Attendee, EventFields, Instance, Series, StoredEvent } from './model.ts';
import { readSeries, renderRecurrence } from './recurrence-input.ts';
import { fieldOf, neighboursOf, occurrenceOn, singleInstance } from './series.ts';
import { changeEvent, changeOccurrence } from './store.ts';
import { DAY_MS, formatDate } from './wall-time.ts';
import { type Answer, badRequest } from './wire.ts';
import type { World } from './world.ts';
import { epochOfWall, wallOf, type Zone } from './zones.ts';

/** The zone an event was written in; legacy names nobody can resolve count as UTC. */
function zoneOrUtc(world: World, name: string): Zone {
  return world.zones.resolve(name.startsWith('tzone://') ? 'UTC' : name);
}

/** The wall times an update leaves an instance with: sent ones, else its own. */
function wallsAfter(world: World, instance: Instance, input: EventInput): { start: WallTime; end: WallTime } {
  const allDay = fieldOf(instance, 'isAllDay');
  const ownWall = (moment: number, zoneName: string): WallTime => {
    const zone = zoneOrUtc(world, zoneName);
    return { wall: allDay ? moment : wallOf(moment, zone), zone: zone.name };
  };
  return {
    start: input.start ?? ownWall(instance.start, fieldOf(instance, 'startZone')),
    end: input.end ?? ownWall(instance.end, fieldOf(instance, 'endZone')),
  };
}

function timesAfter(world: World, instance: Instance, input: EventInput): Partial<EventFields> {
  if (!input.start && !input.end && input.fields.isAllDay === undefined) return {};
  const walls = wallsAfter(world, instance, input);
  const isAllDay = input.fields.isAllDay ?? fieldOf(instance, 'isAllDay');
  return {
    ...momentsOf(walls.start, walls.end, isAllDay, world.zones),
    startZone: walls.start.zone,
    endZone: walls.end.zone,
  };
}

/** Attendees keep the answers they gave. */
function keepAnswers(before: readonly Attendee[], after: readonly Attendee[]): Attendee[] {
  return after.map(
    (attendee) => before.find((each) => each.emailAddress.address === attendee.emailAddress.address) ?? attendee,
  );
}

/** The series after an update of its master; a new schedule drops exceptions and changes every occurrence id. */
function seriesAfter(world: World, event: StoredEvent, input: EventInput): Series | null {
  if (input.recurrence === null) return null;
  const untouched = !input.start && !input.end && input.recurrence === undefined;
  if (untouched) return event.series;
  const walls = wallsAfter(world, singleInstance(event), input);
  const series = event.series;
  const wanted = input.recurrence ?? (series && retimed(series, walls.start));
  if (!wanted) return null;
  const unmoved = series && !input.end;
  const end = unmoved
    ? walls.start.wall + (series.wallEnd - series.wallStart)
    : endOnClockOf(world, walls, event, input);
  const next = readSeries(
    wanted,
    { start: walls.start.wall, end, zone: walls.start.zone },
    world.zones,
    (series?.schedule ?? -1) + 1,
  );
  return series && sameSchedule(series, next) ? series : next;
}

/** The end on the wall clock of the start's zone, in which the series is kept. */
function endOnClockOf(
  world: World,
  { start, end }: { start: WallTime; end: WallTime },
  event: StoredEvent,
  input: EventInput,
): number {
  if (start.zone === end.zone || (input.fields.isAllDay ?? event.isAllDay)) return end.wall;
  return wallOf(epochOfWall(end.wall, world.zones.resolve(end.zone)), world.zones.resolve(start.zone));
}

function retimed(series: Series, start: WallTime): unknown {
  const { pattern, range } = renderRecurrence(series) as { pattern: unknown; range: object };
  return { pattern, range: { ...range, startDate: formatDate(start.wall), recurrenceTimeZone: start.zone } };
}

function sameSchedule(a: Series, b: Series): boolean {
  const shape = (each: Series): string => JSON.stringify([each.pattern, each.range, each.wallStart, each.wallEnd]);
  return shape(a) === shape(b);
}

function updateWhole(call: CalendarCall, event: StoredEvent, input: EventInput): void {
  const { world, mailbox } = call;
  const series = seriesAfter(world, event, input);
  const times = timesAfter(world, singleInstance(event), input);
  const before = event.attendees;
  const attendees = input.fields.attendees && keepAnswers(before, input.fields.attendees);
  changeEvent(world, mailbox, event, () => {
    const properties = { ...event.properties, ...input.fields.properties };
    Object.assign(event, input.fields, times, { series, properties });
    if (attendees) event.attendees = attendees;
  });
  if (attendees) {
    const uninvited = before.filter((each) => !attendees.includes(each));
    sendCancellations(world, mailbox, event, { cause: call.cause, to: uninvited });
  }
  if (!isOwnMeeting(event)) return;
  const onlyAttendees = Object.keys(bodyOf(call)).every((name) => name === 'attendees');
  const told = onlyAttendees ? event.attendees.filter((each) => !before.includes(each)) : event.attendees;
  sendRequests(world, mailbox, event, 'update', { cause: call.cause, to: told });
}

/** An exception stays strictly between its neighbours' days. */
function refuseCrossing(call: CalendarCall, instance: Instance, start: number): void {
  const zone = call.world.zones.resolve(instance.event.series?.range.recurrenceTimeZone);
  const dayOf = (moment: number): number =>
    Math.floor((instance.event.isAllDay ? moment : wallOf(moment, zone)) / DAY_MS);
  const [previous, next] = neighboursOf(instance.event, call.world.zones, instance.date as string);
  const day = dayOf(start);
  if ((previous && dayOf(previous.start) >= day) || (next && dayOf(next.start) <= day)) {
    throw badRequest(
      'Modified occurrence is crossing or overlapping adjacent occurrence.',
      'ErrorOccurrenceCrossingBoundary',
    );
  }
}

function updateOccurrence(call: CalendarCall, instance: Instance, input: EventInput): void {
  const { world, mailbox } = call;
  const { event } = instance;
  const date = instance.date as string;
  if (input.recurrence !== undefined) throw badRequest('An occurrence has no recurrence of its own.');
  const times = timesAfter(world, instance, input);
  if (times.start !== undefined && times.start !== instance.start) refuseCrossing(call, instance, times.start);
  const series = event.series as Series;
  changeOccurrence(world, mailbox, event, date, () => {
    const overrides = { ...series.exceptions[date]?.overrides, ...input.fields, ...times };
    series.exceptions[date] = { overrides };
  });
  sendRequests(world, mailbox, event, 'update', { cause: call.cause, date });
}

/** `PATCH …/events/{id}`: 200 with the whole event, 412 when `If-Match` names another version. */
export function updateEvent(call: CalendarCall, id: string): Answer {
  const { mailbox, world, prefer } = call;
  const { event, instance } = findEvent(call, id);
  if (!matchesVersion(call, changeKeyOf(mailbox.tag, event.version))) throw versionMismatch();
  const input = readEventInput(bodyOf(call), 'update', world.zones);
  if (instance.date === null) updateWhole(call, event, input);
  else updateOccurrence(call, instance, input);
  const after = instance.date === null ? singleInstance(event) : occurrenceOn(event, world.zones, instance.date);
  const shown = after ?? instance;
  return {
    status: 200,
    headers: { ETag: etagOfInstance(mailbox, shown) },
    json: {
      '@odata.context': `${world.settings.linkBase}/$metadata#users('${mailbox.id}')/events/$entity`,
      ...renderEvent({ world, mailbox, prefer }, shown),
    },
  };
}
