/** What a person can do with the room calendars in Outlook. */
import { z } from 'zod';
import { SyncError } from '../../domain/errors.ts';
import type { WallClock } from '../../domain/time.ts';
import { instantOf } from '../../domain/time.ts';
import { graphTimeOf, toWallClock, wallNow } from '../../domain/wall-clock.ts';
import { immutableId } from '../graph-simulator/ids.ts';
import { SAMPLE_ROOMS } from '../sample-data/municipality.ts';
import type { Sandbox } from '../sandbox.ts';
import type { DeskAction } from './action.ts';
import { wallTime } from './fields.ts';

const newEvent = z.strictObject({
  subject: z.string().max(255),
  start: wallTime,
  end: wallTime,
  body: z.string().optional(),
  /** Who books; without it the event is written straight into the room's calendar. */
  organizer: z.strictObject({ name: z.string(), address: z.email() }).optional(),
});

const change = z.strictObject({
  subject: z.string().max(255).optional(),
  start: wallTime.optional(),
  end: wallTime.optional(),
});

export function outlookActions({ app, graph }: Sandbox): readonly DeskAction[] {
  const { zone } = app.config.sync;
  const { actors } = graph;
  const time = (wall: WallClock) => graphTimeOf(wall, zone);

  async function eventsOf(calendar: string): Promise<readonly object[]> {
    await graph.work();
    const mailbox = graph.mailbox(calendar);
    const live = [...mailbox.events.values()].filter((event) => event.deletedAt === null && !event.purged);
    return live
      .sort((a, b) => a.start - b.start)
      .map((event) => ({
        id: immutableId(mailbox.tag, event.core),
        subject: event.subject,
        start: event.isAllDay ? wallNow(event.start, 'UTC') : toWallClock(instantOf(event.start), zone),
        end: event.isAllDay ? wallNow(event.end, 'UTC') : toWallClock(instantOf(event.end), zone),
        all_day: event.isAllDay,
        series: event.series !== null,
        organizer: event.isOrganizer ? null : event.organizer.name,
        cancelled: event.isCancelled,
      }));
  }

  return [
    {
      method: 'GET',
      route: 'rooms',
      does: 'The rooms and how many events each has in Outlook',
      run: async () => ({
        rooms: await Promise.all(
          SAMPLE_ROOMS.map(async ({ resource_id, outlook_item_name: name, outlook_item_id: calendar }) => {
            const events = await eventsOf(calendar);
            return { resource_id, name, calendar, events: events.length };
          }),
        ),
      }),
    },
    {
      method: 'GET',
      route: 'rooms/{room}/events',
      path: 'rooms/103/events',
      does: "A room's calendar as Outlook shows it",
      run: async ({ param }) => ({ events: await eventsOf(calendarOf(param('room'))) }),
    },
    {
      method: 'POST',
      route: 'rooms/{room}/events',
      does: 'A person books the room (a moment later the room accepts); without organizer straight into its calendar',
      path: 'rooms/103/events',
      example: (day) => ({
        subject: 'Prosjektmøte',
        start: `${day} 12:00`,
        end: `${day} 13:00`,
        organizer: { name: 'Ola Hansen', address: 'ola.hansen@fjordvik.example' },
      }),
      run: async ({ param, body }) => {
        const calendar = calendarOf(param('room'));
        const { subject, start, end, body: content = '', organizer } = await body(newEvent);
        const event = { subject, start: time(start), end: time(end), body: { contentType: 'text', content } };
        if (organizer === undefined) return { id: actors.createInRoom(calendar, event) };
        return { meeting: actors.book({ organizer, rooms: [calendar], event }) };
      },
    },
    {
      method: 'PATCH',
      route: 'rooms/{room}/events/{id}',
      does: 'Move or rename an event',
      path: 'rooms/103/events/EVENT_ID',
      example: (day) => ({ subject: 'Nytt navn', start: `${day} 14:00`, end: `${day} 15:00` }),
      run: async ({ param, body }) => {
        const { subject, start, end } = await body(change);
        actors.editInRoom(calendarOf(param('room')), param('id'), {
          ...(subject !== undefined && { subject }),
          ...(start !== undefined && { start: time(start) }),
          ...(end !== undefined && { end: time(end) }),
        });
      },
    },
    {
      method: 'DELETE',
      route: 'rooms/{room}/events/{id}',
      path: 'rooms/103/events/EVENT_ID',
      does: 'Delete an event',
      run: async ({ param }) => actors.deleteInRoom(calendarOf(param('room')), param('id')),
    },
    {
      method: 'POST',
      route: 'rooms/{room}/events/{id}/restore',
      path: 'rooms/103/events/EVENT_ID/restore',
      does: 'Bring an event back from Deleted Items',
      run: async ({ param }) => actors.restoreInRoom(calendarOf(param('room')), param('id')),
    },
  ];
}

/** Mailbox of a room given by resource id, mailbox or the part before the @. */
function calendarOf(room: string): string {
  const found = SAMPLE_ROOMS.find(
    ({ resource_id, outlook_item_id }) =>
      String(resource_id) === room || outlook_item_id === room || outlook_item_id.split('@')[0] === room,
  );
  if (found !== undefined) return found.outlook_item_id;
  throw new SyncError('unknown', `There is no room ${room}; GET /sandbox/rooms lists them.`, { field: 'room' });
}
