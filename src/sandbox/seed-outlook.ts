/** Fills the simulated room calendars with what people had there before the first import (pack C). */

import { formatMarker, MARKER_PROPERTY_ID } from '../domain/marker.ts';
import type { WallClock } from '../domain/time.ts';
import { graphTimeOf } from '../domain/wall-clock.ts';
import type { GraphSimulator } from './graph-simulator/simulator.ts';
import type { SampleShift } from './sample-data/dates.ts';
import { SAMPLE_ROOMS, sampleCalendar } from './sample-data/municipality.ts';
import { type PackCEvent, packC } from './sample-data/pack-c.ts';

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
/** Put before the subject by Outlook itself when a meeting is cancelled. */
const CANCELLED_PREFIX = /^Canceled: /;

/** Adds the rooms' mailboxes. They keep subjects, texts and private marks, as a municipality sets its rooms up. */
export function addSampleRooms(graph: GraphSimulator): void {
  const processing = {
    deleteSubject: false,
    addOrganizerToSubject: false,
    deleteComments: false,
    removePrivateProperty: false,
    allowConflicts: true,
    maximumDurationInMinutes: 7 * 24 * 60,
  };
  for (const { outlook_item_id: address, outlook_item_name: name } of SAMPLE_ROOMS) {
    graph.addMailbox({ address, name, kind: 'room', processing });
  }
}

/** People book their meetings, and the rooms accept at once. */
export async function seedOutlook(graph: GraphSimulator, zone: string, shift: SampleShift): Promise<void> {
  const { attendant } = graph.settings;
  graph.settings.attendant = { arrival: 0, processing: 0 };
  for (const event of packC({ ...shift, zone })) await seed(graph, event, zone);
  graph.settings.attendant = attendant;
}

async function seed(graph: GraphSimulator, event: PackCEvent, zone: string): Promise<void> {
  const { actors } = graph;
  const rooms = event.rooms.map(sampleCalendar);
  const json = eventJson(event, zone);
  if (event.organizer === null) {
    for (const room of rooms) actors.createInRoom(room, json);
    return;
  }
  const meeting = actors.book({ organizer: event.organizer, rooms, event: json });
  await graph.work();
  if (event.isCancelled) actors.cancel(meeting);
  await graph.work();
  if (event.showAs === 'busy') return;
  // Accepting shows a meeting as busy; somebody changed it in the room's calendar afterwards.
  for (const room of rooms) {
    const copy = actors.copyIn(room, meeting);
    if (copy !== null) actors.editInRoom(room, copy, { showAs: event.showAs });
  }
}

function eventJson(event: PackCEvent, zone: string): Readonly<Record<string, unknown>> {
  const time = (wall: WallClock) => graphTimeOf(wall, zone);
  const { marker, weekly } = event;
  return {
    subject: event.isCancelled ? event.subject.replace(CANCELLED_PREFIX, '') : event.subject,
    body: { contentType: event.body.type, content: event.body.content },
    start: time(event.start),
    end: time(event.end),
    isAllDay: event.isAllDay,
    sensitivity: event.sensitivity,
    ...(marker !== null && {
      singleValueExtendedProperties: [{ id: MARKER_PROPERTY_ID, value: formatMarker(marker) }],
    }),
    ...(weekly !== null && { recurrence: weeklyRecurrence(event.start, weekly.occurrences) }),
  };
}

function weeklyRecurrence(start: WallClock, numberOfOccurrences: number) {
  const startDate = start.slice(0, 10);
  const day = DAYS[new Date(`${startDate}T00:00:00Z`).getUTCDay()];
  return {
    pattern: { type: 'weekly', interval: 1, daysOfWeek: [day], firstDayOfWeek: 'monday' },
    range: { type: 'numbered', startDate, numberOfOccurrences },
  };
}
